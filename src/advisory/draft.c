#include "draft.h"

#include "embedded.h"
#include "fault.h"
#include "record.h"
#include "record_conf.h"

#include <string.h>

#define CONF_MOST 65536
#define TEMPLATE "templates/record.conf"

char *draft_folder(const struct layout *layout, const char *number)
{
    g_autofree char *id = layout_id(layout, number);
    return g_ascii_strdown(id, -1);
}

static bool check_given(const struct draft_given *given, GError **error)
{
    if (given->number != NULL && !layout_good_number(given->number))
        return fault_raise(error, FAULT_USAGE,
                           "\"%s\" is no number of an advisory: up to six digits, or 2026-01 and "
                           "the like",
                           given->number);
    if (!record_conf_good_title(given->title))
        return fault_raise(error, FAULT_USAGE,
                           "a title is one line, without blanks at its beginning and end");
    for (const char *const *cve = given->cves; cve != NULL && *cve != NULL; cve++)
        if (!record_conf_good_cve(*cve) || g_strv_contains(cve + 1, *cve))
            return fault_raise(error, FAULT_USAGE,
                               "a CVE is written CVE-YYYY-NNNN, and is named once");
    return true;
}

/* After the highest: 502 after 501, 2026-02 after 2026-01; the first of another year is 01. */
static char *next_number(const GPtrArray *advisories, gint64 now)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(now);
    int year = date == NULL ? 0 : g_date_time_get_year(date);
    guint64 plain = 0, of_year = 0;
    bool by_year = false;
    for (guint i = 0; i < advisories->len; i++) {
        const struct record_advisory *advisory = advisories->pdata[i];
        char *rest = NULL;
        guint64 first = g_ascii_strtoull(advisory->number, &rest, 10);
        by_year = *rest == '-';
        if (!by_year)
            plain = MAX(plain, first);
        else if (first == (guint64)year)
            of_year = MAX(of_year, g_ascii_strtoull(rest + 1, NULL, 10));
    }
    return by_year ? g_strdup_printf("%d-%02" G_GUINT64_FORMAT, year, of_year + 1)
                   : g_strdup_printf("%" G_GUINT64_FORMAT, plain + 1);
}

static char *choose_number(struct store *store, const struct draft_given *given, GError **error)
{
    g_autoptr(GPtrArray) all = record_advisories(store, error);
    if (all == NULL)
        return NULL;
    g_autofree char *number =
        given->number != NULL ? g_strdup(given->number) : next_number(all, given->now);
    for (guint i = 0; i < all->len; i++) {
        const struct record_advisory *advisory = all->pdata[i];
        if (!g_str_equal(advisory->number, number))
            continue;
        fault_raise(error, FAULT_CANTCREATE, "advisory %s is there already", number);
        return NULL;
    }
    return g_steal_pointer(&number);
}

static const struct embedded_file *find_template(void)
{
    const struct embedded_file *file = embedded_files;
    while (file->path != NULL && strcmp(file->path, TEMPLATE) != 0)
        file++;
    return file;
}

static char *make_conf(const struct draft_given *given, GError **error)
{
    static const char *const none[] = {NULL};
    const struct embedded_file *template = find_template();
    const struct record_conf_change changes[] = {
        {"advisory", "title", given->title, NULL},
        {"advisory", "audience", given->public_text ? "public" : "members", NULL},
        {"advisory", "cves", NULL, given->cves == NULL ? none : given->cves},
        {"advisory", "policies", NULL, given->policies == NULL ? none : given->policies},
        {.group = NULL}};
    return record_conf_change(TEMPLATE, template->bytes, template->length, changes, error);
}

/* The sections that no advisory lacks, but those that are generated, empty. */
static char *make_prose(const struct layout *layout)
{
    GString *prose = g_string_new(NULL);
    for (char **heading = layout->required; *heading != NULL; heading++) {
        if (strcmp(*heading, layout->resolution) == 0)
            continue;
        g_string_append_printf(prose, "%s%s\n", prose->len > 0 ? "\n" : "", *heading);
        for (int i = 0; i < layout_width(*heading); i++)
            g_string_append_c(prose, '=');
        g_string_append(prose, "\n");
    }
    return g_string_free(prose, FALSE);
}

static bool make_files(const struct desk *desk, const struct layout *layout,
                       const struct draft_given *given, const char *number, GError **error)
{
    g_autofree char *folder = draft_folder(layout, number);
    g_autofree char *prose_path = g_build_filename(folder, "advisory.txt", NULL);
    g_autofree char *conf_path = g_build_filename(folder, "record.conf", NULL);
    g_autofree char *prose = make_prose(layout);
    g_autofree char *conf = make_conf(given, error);
    return conf != NULL && desk_make_folder(desk, folder, error) &&
           desk_write(desk, prose_path, prose, strlen(prose), false, error) &&
           desk_write(desk, conf_path, conf, strlen(conf), false, error);
}

static bool make_rows(struct store *store, const struct draft_given *given, const char *number,
                      GError **error)
{
    gint64 id = 0;
    g_autofree char *who = desk_user();
    g_autoptr(GPtrArray) cves = g_ptr_array_new();
    struct record_event event = {given->now, who, (char *)(gsize) "made", (char *)(gsize) ""};
    for (const char *const *cve = given->cves; cve != NULL && *cve != NULL; cve++)
        g_ptr_array_add(cves, (gpointer)(gsize)*cve);
    if (!record_make(store, number, given->now, &id, error) ||
        !record_set_list(store, id, RECORD_CVES, cves, error))
        return false;
    for (const char *const *name = given->policies; name != NULL && *name != NULL; name++)
        if (!record_bind(store, id, *name, error))
            return false;
    return record_add_event(store, id, &event, error);
}

/* The rows are committed last: a folder without them hurts nobody, and is said to be there. */
bool draft_make(struct desk *desk, const struct layout *layout, const struct draft_given *given,
                char **ret_number, GError **error)
{
    struct store *store = desk_store(desk);
    g_autofree char *number = NULL;
    if (!check_given(given, error) || !store_begin(store, error))
        return false;
    number = choose_number(store, given, error);
    if (number == NULL || !make_rows(store, given, number, error) ||
        !make_files(desk, layout, given, number, error) || !store_commit(store, error)) {
        store_rollback(store);
        return false;
    }
    *ret_number = g_steal_pointer(&number);
    return true;
}

char *draft_title(const struct desk *desk, const struct layout *layout, const char *number,
                  GError **error)
{
    gsize length = 0;
    g_autofree char *folder = draft_folder(layout, number);
    g_autofree char *path = g_build_filename(folder, "record.conf", NULL);
    g_autoptr(GBytes) bytes = desk_read(desk, path, CONF_MOST, error);
    if (bytes == NULL)
        return NULL;
    g_autoptr(GKeyFile) file = g_key_file_new();
    const char *data = g_bytes_get_data(bytes, &length);
    /* GLib's own sentences would quote the file. */
    char *title = NULL;
    if (data != NULL && g_key_file_load_from_data(file, data, length, G_KEY_FILE_NONE, NULL))
        title = g_key_file_get_string(file, "advisory", "title", NULL);
    if (title == NULL)
        fault_raise(error, FAULT_CONFIG, "%s: it has no title in [advisory], or cannot be read",
                    path);
    return title;
}
