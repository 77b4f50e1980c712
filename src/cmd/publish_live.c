/* publish --check: whether what a web server gives out is what was published. */
#include "fault.h"
#include "progress.h"
#include "publish_room.h"
#include "web.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MOST = 64 * 1024 * 1024, TIMEOUT = 30, FOUND = 200, MISSING = 404, GONE = 410 };

#define INDEX "index.html"
#define CSAF_FOLDER "csaf/white/"
#define CSAF_INDEX CSAF_FOLDER "index.txt"

static const struct table_column columns[] = {
    {"state", "State", TABLE_KIND_STRING, 0},
    {"path", "Document", TABLE_KIND_STRING, 0},
    {"advisory", "Advisory", TABLE_KIND_STRING, 0},
    {"published_sha256", "Published", TABLE_KIND_STRING, 0},
    {"live_sha256", "Live", TABLE_KIND_STRING, 0},
};

struct live {
    struct context *context;
    const struct publish_given *given;
    const struct manifest *manifest;
    char *base; /* ends in "/" */
    struct table *table;
    GHashTable *seen; /* of what is listed and is not ours */
};

static bool fetch(const struct live *live, const char *path, struct web_answer **ret_answer,
                  GError **error)
{
    g_autofree char *url = g_strconcat(live->base, path, NULL);
    const struct web_question question = {.method = "GET",
                                          .url = url,
                                          .authorities =
                                              live->context->home->publish.authorities_path,
                                          .timeout = TIMEOUT,
                                          .most = ANSWER_MOST};
    bool lost = false;
    *ret_answer = web_ask(&question, &lost, error);
    return *ret_answer != NULL;
}

static void add_row(struct live *live, const char *state, const char *path,
                    const struct manifest_entry *entry, const char *sha256)
{
    table_string(live->table, state);
    table_string(live->table, path);
    table_string(live->table, entry == NULL ? NULL : entry->advisory);
    table_string(live->table, entry == NULL ? NULL : entry->sha256);
    table_string(live->table, sha256);
}

/* A name that a list of the server has, and nothing of ours is called so. */
static void check_listed(struct live *live, const char *path)
{
    g_autofree char *decoded = g_uri_unescape_string(path, NULL);
    if (decoded == NULL || !below_good_path(decoded) ||
        manifest_find(live->manifest, decoded) != NULL ||
        !g_hash_table_add(live->seen, g_strdup(decoded)))
        return;
    add_row(live, "extra", decoded, NULL, NULL);
}

static void check_links(struct live *live, const char *page)
{
    static const char start[] = "href=\"";
    for (const char *at = strstr(page, start); at != NULL; at = strstr(at, start)) {
        at += strlen(start);
        g_autofree char *link = g_strndup(at, strcspn(at, "\"#?"));
        check_listed(live, link);
    }
}

static void check_lines(struct live *live, const char *list)
{
    g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *path = g_strconcat(CSAF_FOLDER, g_strchomp(*line), NULL);
        if (**line != '\0')
            check_listed(live, path);
    }
}

static void check_list(struct live *live, const char *path, GBytes *bytes)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = length == 0 ? g_strdup("") : g_strndup(data, length);
    if (g_str_equal(path, INDEX))
        check_links(live, text);
    else if (g_str_equal(path, CSAF_INDEX))
        check_lines(live, text);
}

static bool check_one(struct live *live, const struct manifest_entry *entry, GError **error)
{
    g_autoptr(WebAnswer) answer = NULL;
    if (!fetch(live, entry->path, &answer, error))
        return false;
    g_autofree char *sha256 = answer->status == FOUND
                                  ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, answer->bytes)
                                  : NULL;
    g_autofree char *status = g_strdup_printf("HTTP %u", answer->status);
    if (answer->status == MISSING || answer->status == GONE)
        add_row(live, "missing", entry->path, entry, NULL);
    else if (sha256 == NULL)
        add_row(live, status, entry->path, entry, NULL);
    else if (g_strcmp0(sha256, entry->before) == 0 && !g_str_equal(sha256, entry->sha256))
        add_row(live, "stale", entry->path, entry, sha256);
    else if (!g_str_equal(sha256, entry->sha256))
        add_row(live, "different", entry->path, entry, sha256);
    if (sha256 != NULL)
        check_list(live, entry->path, answer->bytes);
    return true;
}

static bool check_all(struct live *live, GError **error)
{
    const GPtrArray *entries = live->manifest->entries;
    bool done = true;
    struct progress *progress =
        isatty(STDERR_FILENO) == 1
            ? progress_start(live->context->verbosity, "comparing", "documents", entries->len)
            : NULL;
    for (guint i = 0; done && i < entries->len; i++) {
        done = check_one(live, entries->pdata[i], error);
        progress_step(progress, i + 1);
    }
    progress_end(progress, entries->len);
    return done;
}

static bool report(struct live *live, GError **error)
{
    guint differ = table_rows(live->table);
    live->context->status = differ > 0 ? 1 : 0;
    bool text = live->given->format == NULL || g_str_equal(live->given->format, "text");
    if ((differ > 0 || !text) && !publish_print(live->context, live->given, live->table, error))
        return false;
    if (text && live->context->verbosity >= 0)
        printf("%u documents were published; %u are otherwise at %s\n",
               live->manifest->entries->len, differ, live->base);
    return true;
}

bool publish_check(struct context *context, const struct publish_given *given, GError **error)
{
    const char *path = publish_folder(context, given);
    g_autoptr(Folder) folder = folder_open(path, FOLDER_LOOK, error);
    if (folder == NULL)
        return false;
    if (folder_manifest(folder)->entries->len == 0)
        return fault_raise(error, FAULT_UNAVAILABLE, "nothing was published into %s yet", path);
    g_autofree char *base =
        g_strconcat(given->check, g_str_has_suffix(given->check, "/") ? "" : "/", NULL);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct live live = {context, given, folder_manifest(folder), base, table, seen};
    return web_check_url(base, error) && check_all(&live, error) && report(&live, error);
}
