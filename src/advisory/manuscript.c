#include "manuscript.h"

#include "compose.h"
#include "draft.h"
#include "fault.h"

#include <fnmatch.h>
#include <string.h>

#define CONF_MOST 65536
#define FILE_MOST (16 * 1024 * 1024)

static void file_free(gpointer pointer)
{
    struct record_patch *file = pointer;
    g_free(file->name);
    g_bytes_unref(file->bytes);
    g_free(file);
}

static void sum_free(gpointer pointer)
{
    struct text_sum *sum = pointer;
    g_free(sum->digest);
    g_free(sum->name);
    g_free(sum);
}

void manuscript_free(struct manuscript *manuscript)
{
    if (manuscript == NULL)
        return;
    record_conf_free(manuscript->conf);
    g_free(manuscript->number);
    g_free(manuscript->folder);
    g_free(manuscript->prose);
    g_free(manuscript->updates);
    g_clear_pointer(&manuscript->files, g_ptr_array_unref);
    g_clear_pointer(&manuscript->sums, g_ptr_array_unref);
    g_free(manuscript);
}

static char *path_of(const struct layout *layout, const char *number, const char *name)
{
    g_autofree char *folder = draft_folder(layout, number);
    return g_strconcat(folder, "/", name, NULL);
}

/* With a NUL behind; none within. */
static char *read_words(const struct desk *desk, const char *path, gsize most, GError **error)
{
    g_autoptr(GBytes) bytes = desk_read(desk, path, most, error);
    gsize length = 0;
    const char *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
    if (bytes == NULL)
        return NULL;
    if (length > 0 && memchr(data, '\0', length) != NULL) {
        fault_raise(error, FAULT_DATA, "%s has a NUL in it: it is no text", path);
        return NULL;
    }
    return g_strndup(data == NULL ? "" : data, length);
}

struct record_conf *manuscript_conf(const struct desk *desk, const struct layout *layout,
                                    const char *number, GError **error)
{
    g_autofree char *path = path_of(layout, number, MANUSCRIPT_CONF);
    g_autofree char *text = read_words(desk, path, CONF_MOST, error);
    return text == NULL ? NULL : record_conf_parse(path, text, strlen(text), error);
}

bool manuscript_change_conf(const struct desk *desk, const struct layout *layout,
                            const char *number, const struct record_conf_change *changes,
                            GError **error)
{
    g_autofree char *path = path_of(layout, number, MANUSCRIPT_CONF);
    g_autofree char *text = read_words(desk, path, CONF_MOST, error);
    g_autofree char *changed =
        text == NULL ? NULL : record_conf_change(path, text, strlen(text), changes, error);
    return changed != NULL && desk_write(desk, path, changed, strlen(changed), true, error);
}

/* --- the files to attach --- */

struct gathering {
    const struct desk *desk;
    struct manuscript *manuscript;
    const char *stem; /* "xsa501" */
};

static bool matches(const char *pattern, const char *name)
{
    return fnmatch(pattern, name, FNM_PATHNAME | FNM_PERIOD) == 0;
}

static bool is_named(const struct record_conf *conf, const char *name)
{
    for (guint i = 0; i < conf->rows->len; i++) {
        const struct text_row *row = conf->rows->pdata[i];
        if (row->kind == TEXT_ROW_PATCH && matches(row->name, name))
            return true;
    }
    for (guint i = 0; i < conf->files->len; i++)
        if (matches(conf->files->pdata[i], name))
            return true;
    return false;
}

static bool is_ours(const char *name)
{
    return g_str_equal(name, MANUSCRIPT_PROSE) || g_str_equal(name, MANUSCRIPT_CONF) ||
           g_str_equal(name, MANUSCRIPT_UPDATES);
}

/* xsa48.patch belongs to 48, xsa480.patch does not. */
static bool is_of_advisory(const struct gathering *gathering, const char *name)
{
    gsize length = strlen(gathering->stem);
    return strncmp(name, gathering->stem, length) == 0 && !g_ascii_isdigit(name[length]);
}

static bool add_file(const struct gathering *gathering, const char *name, GError **error)
{
    g_autofree char *path = g_strconcat(gathering->manuscript->folder, "/", name, NULL);
    g_autoptr(GBytes) bytes = desk_read(gathering->desk, path, FILE_MOST, error);
    gsize length = 0;
    const void *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
    if (bytes == NULL)
        return false;
    if (length == 0)
        return fault_raise(error, FAULT_DATA, "%s is empty", path);
    struct record_patch *file = g_new0(struct record_patch, 1);
    file->name = g_strdup(name);
    file->bytes = g_steal_pointer(&bytes);
    record_digest(data, length, file->sha256);
    g_ptr_array_add(gathering->manuscript->files, file);
    return true;
}

/* The files of one folder: `inner` is "" or "sub/". */
static bool gather_folder(const struct gathering *gathering, const char *inner, GError **error)
{
    const struct manuscript *manuscript = gathering->manuscript;
    g_autofree char *folder =
        g_strconcat(manuscript->folder, *inner == '\0' ? "" : "/", inner, NULL);
    if (*inner != '\0')
        folder[strlen(folder) - 1] = '\0';
    g_auto(GStrv) names = desk_list(gathering->desk, folder, error);
    for (char **base = names; base != NULL && *base != NULL; base++) {
        g_autofree char *name = g_strconcat(inner, *base, NULL);
        bool named = !is_ours(name) && is_named(manuscript->conf, name);
        if (named && !add_file(gathering, name, error))
            return false;
        if (!named && is_of_advisory(gathering, *base))
            return fault_raise(error, FAULT_DATA,
                               "%s/%s is of this advisory, but record.conf names it neither in "
                               "[patches] nor in files: name it, or move it away",
                               manuscript->folder, name);
    }
    return names != NULL;
}

/* The folder part of a pattern, with its slash. */
static char *inner_of(const char *pattern)
{
    const char *slash = strrchr(pattern, '/');
    return slash == NULL ? g_strdup("") : g_strndup(pattern, (gsize)(slash - pattern) + 1);
}

static GHashTable *inner_folders(const struct record_conf *conf)
{
    GHashTable *inner = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(inner, g_strdup(""));
    for (guint i = 0; i < conf->rows->len; i++) {
        const struct text_row *row = conf->rows->pdata[i];
        if (row->kind == TEXT_ROW_PATCH)
            g_hash_table_add(inner, inner_of(row->name));
    }
    for (guint i = 0; i < conf->files->len; i++)
        g_hash_table_add(inner, inner_of(conf->files->pdata[i]));
    return inner;
}

static bool is_there(const struct manuscript *manuscript, const char *pattern, GError **error)
{
    for (guint i = 0; i < manuscript->files->len; i++) {
        const struct record_patch *file = manuscript->files->pdata[i];
        if (matches(pattern, file->name))
            return true;
    }
    return fault_raise(error, FAULT_DATA, "%s/record.conf names %s, but there is no such file",
                       manuscript->folder, pattern);
}

static bool check_patterns(const struct manuscript *manuscript, GError **error)
{
    const struct record_conf *conf = manuscript->conf;
    for (guint i = 0; i < conf->rows->len; i++) {
        const struct text_row *row = conf->rows->pdata[i];
        if (row->kind == TEXT_ROW_PATCH && !is_there(manuscript, row->name, error))
            return false;
    }
    for (guint i = 0; i < conf->files->len; i++)
        if (!is_there(manuscript, conf->files->pdata[i], error))
            return false;
    return true;
}

static int by_name(gconstpointer left, gconstpointer right)
{
    const struct record_patch *const *a = left, *const *b = right;
    return text_name_order((*a)->name, (*b)->name);
}

static void add_sums(struct manuscript *manuscript)
{
    g_ptr_array_sort(manuscript->files, by_name);
    for (guint i = 0; i < manuscript->files->len; i++) {
        const struct record_patch *file = manuscript->files->pdata[i];
        struct text_sum *sum = g_new0(struct text_sum, 1);
        sum->digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, file->bytes);
        sum->name = g_strdup(file->name);
        g_ptr_array_add(manuscript->sums, sum);
    }
}

static bool gather(const struct desk *desk, const struct layout *layout,
                   struct manuscript *manuscript, GError **error)
{
    g_autofree char *stem = layout_stem(layout, manuscript->number);
    g_autoptr(GHashTable) inner = inner_folders(manuscript->conf);
    struct gathering gathering = {desk, manuscript, stem};
    GHashTableIter iter;
    gpointer folder = NULL;
    g_hash_table_iter_init(&iter, inner);
    while (g_hash_table_iter_next(&iter, &folder, NULL))
        if (!gather_folder(&gathering, folder, error))
            return false;
    if (!check_patterns(manuscript, error))
        return false;
    add_sums(manuscript);
    return true;
}

static bool read_updates(const struct desk *desk, struct manuscript *manuscript, GError **error)
{
    g_autofree char *path = g_strconcat(manuscript->folder, "/", MANUSCRIPT_UPDATES, NULL);
    g_autoptr(GError) reason = NULL;
    manuscript->updates = read_words(desk, path, TEXT_LENGTH_MAX, &reason);
    if (reason == NULL || g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return true;
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
}

struct manuscript *manuscript_read(const struct desk *desk, const struct layout *layout,
                                   const char *number, GError **error)
{
    g_autoptr(Manuscript) manuscript = g_new0(struct manuscript, 1);
    g_autofree char *prose = path_of(layout, number, MANUSCRIPT_PROSE);
    manuscript->number = g_strdup(number);
    manuscript->folder = draft_folder(layout, number);
    manuscript->files = g_ptr_array_new_with_free_func(file_free);
    manuscript->sums = g_ptr_array_new_with_free_func(sum_free);
    manuscript->conf = manuscript_conf(desk, layout, number, error);
    if (manuscript->conf == NULL)
        return NULL;
    manuscript->prose = read_words(desk, prose, TEXT_LENGTH_MAX, error);
    if (manuscript->prose == NULL || !read_updates(desk, manuscript, error) ||
        !gather(desk, layout, manuscript, error))
        return NULL;
    return g_steal_pointer(&manuscript);
}

static bool check_updates(const struct manuscript *manuscript, GError **error)
{
    const char *updates = manuscript->updates;
    bool some = updates != NULL && updates[strspn(updates, " \t\r\n")] != '\0';
    if (manuscript->conf->version == 1 && some)
        return fault_raise(error, FAULT_DATA,
                           "%s/updates.txt: a first version has no updates: move it away",
                           manuscript->folder);
    if (manuscript->conf->version > 1 && !some)
        return fault_raise(error, FAULT_DATA,
                           "%s/updates.txt is empty: say there what is new in version "
                           "%" G_GINT64_FORMAT,
                           manuscript->folder, manuscript->conf->version);
    return true;
}

struct text *manuscript_compose(const struct manuscript *manuscript, const struct layout *layout,
                                GError **error)
{
    const struct record_conf *conf = manuscript->conf;
    bool first = conf->version == 1;
    if (!check_updates(manuscript, error))
        return NULL;
    const struct compose_given given = {
        .number = manuscript->number,
        .version = first && conf->public_text ? 0 : (unsigned)conf->version,
        .title = conf->title,
        .cves = conf->cves,
        .updates = first ? NULL : manuscript->updates,
        .rows = conf->rows,
        .files = manuscript->sums,
        .deployment = conf->deployment,
        .patch = conf->patch,
        .mitigation = conf->mitigation,
        .variant = conf->wording,
        .reason = conf->reason};
    g_autoptr(Text) prose =
        text_parse(manuscript->prose, strlen(manuscript->prose), TEXT_DRAFT, layout, error);
    struct text *text = prose == NULL ? NULL : compose_text(prose, &given, layout, error);
    if (text == NULL)
        g_prefix_error(error, "%s: ", manuscript->folder);
    return text;
}
