#include "record_conf.h"

#include "clock.h"
#include "fault.h"
#include "layout.h"
#include "lint.h"

#include <stddef.h>
#include <string.h>

#define PATCHES "patches"
#define VERSION_MOST 9999

/* Keys of [advisory] that are lists, and where they go. */
static const struct {
    const char *key;
    gsize offset;
    bool (*good)(const char *);
    const char *wrong;
} lists[] = {
    {"cves", offsetof(struct record_conf, cves), record_conf_good_cve,
     "a CVE is written CVE-YYYY-NNNN"},
    {"credits", offsetof(struct record_conf, credits), NULL, NULL},
    {"policies", offsetof(struct record_conf, policies), NULL, NULL},
    {"companions", offsetof(struct record_conf, companions), layout_good_number,
     "an advisory's number is up to six digits, or 2026-01 and the like"},
    {"files", offsetof(struct record_conf, files), NULL, NULL},
};

static const char *const advisory_keys[] = {"title",    "version",    "audience", "cves", "credits",
                                            "policies", "companions", "files",    NULL};
static const char *const deployment_keys[] = {"patch", "mitigation", "reason", "wording", NULL};

struct reader {
    const char *path;
    GKeyFile *file;
    GHashTable *lines; /* "group\nkey" -> its line */
    struct record_conf *conf;
};

static void row_free(gpointer pointer)
{
    struct text_row *row = pointer;
    g_free(row->name);
    g_free(row->label);
    g_free(row);
}

static void waiver_free(gpointer pointer)
{
    struct record_conf_waiver *waiver = pointer;
    g_free(waiver->finding);
    g_free(waiver->reason);
    g_free(waiver);
}

static GPtrArray **list_of(struct record_conf *conf, gsize offset)
{
    return (GPtrArray **)(void *)((char *)conf + offset);
}

static struct record_conf *conf_new(void)
{
    struct record_conf *conf = g_new0(struct record_conf, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        *list_of(conf, lists[i].offset) = g_ptr_array_new_with_free_func(g_free);
    conf->rows = g_ptr_array_new_with_free_func(row_free);
    conf->waivers = g_ptr_array_new_with_free_func(waiver_free);
    conf->version = 1;
    for (guint i = 0; i < POLICY_EVENTS; i++)
        conf->at[i] = POLICY_UNKNOWN;
    return conf;
}

void record_conf_free(struct record_conf *conf)
{
    if (conf == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        g_ptr_array_unref(*list_of(conf, lists[i].offset));
    g_ptr_array_unref(conf->rows);
    g_ptr_array_unref(conf->waivers);
    g_free(conf->title);
    g_free(conf->reason);
    g_free(conf->wording);
    g_free(conf);
}

bool record_conf_good_title(const char *title)
{
    return g_utf8_validate(title, -1, NULL) && *title != '\0' && !g_ascii_isspace(*title) &&
           !g_ascii_isspace(title[strlen(title) - 1]) && strpbrk(title, "\r\n\t") == NULL;
}

bool record_conf_good_cve(const char *cve)
{
    return g_regex_match_simple("^CVE-[0-9]{4}-[0-9]{4,19}$", cve, G_REGEX_DOLLAR_ENDONLY, 0);
}

/* The file line by line: GLib would quote lines that it cannot read, and let the last of two keys
 * of one name win. */

static bool scan_key(const struct reader *reader, const char *group, const char *line,
                     unsigned number, GError **error)
{
    const char *sign = strchr(line, '=');
    if (group == NULL || sign == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "%s: line %u is no [group], no key=value below one, and no # comment",
                           reader->path, number);
    g_autofree char *key = g_strchomp(g_strndup(line, (gsize)(sign - line)));
    if (*key == '\0' || strpbrk(key, "[]") != NULL)
        return fault_raise(error, FAULT_CONFIG, "%s: line %u: [%s]: this key has no good name",
                           reader->path, number, group);
    char *place = g_strconcat(group, "\n", key, NULL);
    if (g_hash_table_insert(reader->lines, place, GUINT_TO_POINTER(number)))
        return true;
    return fault_raise(error, FAULT_CONFIG, "%s: line %u: [%s]: this key is there twice",
                       reader->path, number, group);
}

static bool scan(const struct reader *reader, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autofree char *group = NULL;
    for (unsigned i = 0; lines[i] != NULL; i++) {
        const char *line = g_strstrip(lines[i]);
        gsize length = strlen(line);
        if (length == 0 || *line == '#')
            continue;
        if (*line == '[' && length > 2 && line[length - 1] == ']') {
            g_free(group);
            group = g_strndup(line + 1, length - 2);
        } else if (!scan_key(reader, group, line, i + 1, error)) {
            return false;
        }
    }
    return true;
}

static unsigned line_of(const struct reader *reader, const char *group, const char *key)
{
    g_autofree char *place = g_strconcat(group, "\n", key, NULL);
    return GPOINTER_TO_UINT(g_hash_table_lookup(reader->lines, place));
}

/* `why` is static: it cannot quote. */
static bool refuse(const struct reader *reader, const char *group, const char *key, const char *why,
                   GError **error)
{
    return fault_raise(error, FAULT_CONFIG, "%s: line %u: [%s] %s: %s", reader->path,
                       line_of(reader, group, key), group, key, why);
}

/* A key whose name might be embargoed too. */
static bool refuse_line(const struct reader *reader, const char *group, const char *key,
                        const char *why, GError **error)
{
    return fault_raise(error, FAULT_CONFIG, "%s: line %u: [%s]: %s", reader->path,
                       line_of(reader, group, key), group, why);
}

static const char bad_escape[] = "there is a backslash that means nothing: write two for one";

/* Empty, or not there at all: *ret_value is NULL. */
static bool read_text(const struct reader *reader, const char *group, const char *key,
                      char **ret_value, GError **error)
{
    g_autofree char *value = NULL;
    g_autoptr(GError) reason = NULL;
    *ret_value = NULL;
    if (line_of(reader, group, key) == 0)
        return true;
    /* GLib's own sentence is not used: it would quote. */
    value = g_key_file_get_string(reader->file, group, key, &reason);
    if (value == NULL || reason != NULL)
        return refuse_line(reader, group, key, bad_escape, error);
    if (*g_strstrip(value) != '\0')
        *ret_value = g_steal_pointer(&value);
    return true;
}

static bool contains(const GPtrArray *list, const char *word)
{
    for (guint i = 0; i < list->len; i++)
        if (g_str_equal(list->pdata[i], word))
            return true;
    return false;
}

static bool read_list(const struct reader *reader, gsize which, GError **error)
{
    const char *key = lists[which].key;
    GPtrArray *list = *list_of(reader->conf, lists[which].offset);
    g_autofree char *whole = g_key_file_get_value(reader->file, "advisory", key, NULL);
    g_autoptr(GError) reason = NULL;
    if (whole == NULL || *g_strstrip(whole) == '\0')
        return true;
    g_auto(GStrv) words = g_key_file_get_string_list(reader->file, "advisory", key, NULL, &reason);
    if (reason != NULL)
        return refuse(reader, "advisory", key, bad_escape, error);
    for (char **word = words; word != NULL && *word != NULL; word++) {
        if (*g_strstrip(*word) == '\0')
            return refuse(reader, "advisory", key, "there is nothing between two \";\"", error);
        if (lists[which].good != NULL && !lists[which].good(*word))
            return refuse(reader, "advisory", key, lists[which].wrong, error);
        if (contains(list, *word))
            return refuse(reader, "advisory", key, "something is named twice", error);
        g_ptr_array_add(list, g_strdup(*word));
    }
    return true;
}

static bool read_version(const struct reader *reader, GError **error)
{
    g_autofree char *version = NULL, *audience = NULL;
    guint64 number = 1;
    if (!read_text(reader, "advisory", "version", &version, error) ||
        !read_text(reader, "advisory", "audience", &audience, error))
        return false;
    if (version != NULL && !g_ascii_string_to_unsigned(version, 10, 1, VERSION_MOST, &number, NULL))
        return refuse(reader, "advisory", "version", "it is a number from 1 on", error);
    reader->conf->version = (gint64)number;
    reader->conf->public_text = g_strcmp0(audience, "public") == 0;
    if (audience != NULL && !reader->conf->public_text && !g_str_equal(audience, "members"))
        return refuse(reader, "advisory", "audience", "it is members or public", error);
    return true;
}

static bool read_advisory(const struct reader *reader, GError **error)
{
    struct record_conf *conf = reader->conf;
    if (!read_text(reader, "advisory", "title", &conf->title, error))
        return false;
    if (conf->title == NULL)
        return fault_raise(error, FAULT_CONFIG, "%s: [advisory] has no title", reader->path);
    if (!record_conf_good_title(conf->title))
        return refuse(reader, "advisory", "title", "it is one line", error);
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        if (!read_list(reader, i, error))
            return false;
    return read_version(reader, error);
}

static bool read_dates(const struct reader *reader, GError **error)
{
    for (guint event = 0; event < POLICY_EVENTS; event++) {
        const char *key = policy_event_name((enum policy_event)event);
        g_autofree char *time = NULL;
        if (!read_text(reader, "dates", key, &time, error))
            return false;
        if (time != NULL && !clock_parse_time(time, &reader->conf->at[event], NULL))
            return refuse(reader, "dates", key,
                          "a time is written with its zone, 2026-06-16T12:00:00Z", error);
    }
    return true;
}

static bool read_grant(const struct reader *reader, const char *key, enum text_grant *grant,
                       GError **error)
{
    g_autofree char *word = NULL;
    *grant = TEXT_UNSAID;
    if (!read_text(reader, "deployment", key, &word, error))
        return false;
    if (word == NULL || text_grant_parse(word, grant, NULL))
        return true;
    return refuse(reader, "deployment", key,
                  "it is one of permitted, members, forbidden and unsaid", error);
}

static bool read_deployment(const struct reader *reader, GError **error)
{
    struct record_conf *conf = reader->conf;
    if (!read_grant(reader, "patch", &conf->patch, error) ||
        !read_grant(reader, "mitigation", &conf->mitigation, error) ||
        !read_text(reader, "deployment", "reason", &conf->reason, error) ||
        !read_text(reader, "deployment", "wording", &conf->wording, error))
        return false;
    conf->deployment = conf->patch != TEXT_UNSAID || conf->mitigation != TEXT_UNSAID;
    if (conf->reason != NULL && !conf->deployment)
        return refuse(reader, "deployment", "reason", "there is a reason, but no restriction",
                      error);
    return true;
}

static void add_row(GPtrArray *rows, enum text_row_kind kind, const char *name, const char *label)
{
    struct text_row *row = g_new0(struct text_row, 1);
    row->kind = kind;
    row->gap = row->column = TEXT_BY_RULE;
    row->name = g_strdup(name);
    row->label = g_strdup(label);
    g_ptr_array_add(rows, row);
}

static bool good_pattern(const char *pattern)
{
    gsize length =
        strspn(pattern, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-*?/");
    return pattern[length] == '\0' && length <= 128 && g_ascii_isalnum(*pattern) &&
           strstr(pattern, "..") == NULL && strstr(pattern, "//") == NULL;
}

static bool read_row(const struct reader *reader, const char *group, const char *name,
                     GError **error)
{
    g_autofree char *label = NULL;
    if (!good_pattern(name))
        return refuse_line(reader, group, name,
                           "a file's name is made of letters, digits and . _ + -, and a pattern of "
                           "* and ? too",
                           error);
    if (!read_text(reader, group, name, &label, error))
        return false;
    if (label == NULL)
        return refuse_line(reader, group, name, "this row says not what the patch is for", error);
    g_auto(GStrv) parts = g_strsplit(label, "\n", -1);
    for (guint i = 0; parts[i] != NULL; i++)
        add_row(reader->conf->rows, i == 0 ? TEXT_ROW_PATCH : TEXT_ROW_MORE, i == 0 ? name : NULL,
                g_strstrip(parts[i]));
    return true;
}

static bool read_rows(const struct reader *reader, const char *group, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(reader->file, group, NULL, NULL);
    const char *label = group + strlen(PATCHES);
    label += strspn(label, " ");
    if (*label != '\0' && names != NULL && *names != NULL)
        add_row(reader->conf->rows, TEXT_ROW_SUBLABEL, NULL, label);
    for (char **name = names; name != NULL && *name != NULL; name++)
        if (!read_row(reader, group, *name, error))
            return false;
    return true;
}

static bool read_waivers(const struct reader *reader, const char *group, GError **error)
{
    g_auto(GStrv) names = g_key_file_get_keys(reader->file, group, NULL, NULL);
    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autofree char *reason = NULL;
        if (!read_text(reader, group, *name, &reason, error))
            return false;
        if (lint_find_rule(*name) == NULL)
            return refuse_line(reader, group, *name, "lint has no rule of that name", error);
        if (reason == NULL)
            return refuse(reader, group, *name, "a waiver needs its reason", error);
        struct record_conf_waiver *waiver = g_new0(struct record_conf_waiver, 1);
        waiver->finding = g_strdup(*name);
        waiver->reason = g_steal_pointer(&reason);
        g_ptr_array_add(reader->conf->waivers, waiver);
    }
    return true;
}

static bool is_patches(const char *group)
{
    return g_str_equal(group, PATCHES) || g_str_has_prefix(group, PATCHES " ");
}

static bool known_key(const char *group, const char *key)
{
    enum policy_event event = POLICY_EVENTS;
    if (g_str_equal(group, "advisory"))
        return g_strv_contains(advisory_keys, key);
    if (g_str_equal(group, "deployment"))
        return g_strv_contains(deployment_keys, key);
    if (g_str_equal(group, "dates"))
        return policy_event_parse(key, &event);
    return g_str_equal(group, "waivers") || is_patches(group);
}

static bool check_keys(const struct reader *reader, GError **error)
{
    static const char *const groups[] = {"advisory", "dates", "deployment", "waivers", NULL};
    g_auto(GStrv) found = g_key_file_get_groups(reader->file, NULL);
    for (char **group = found; *group != NULL; group++) {
        g_auto(GStrv) keys = g_key_file_get_keys(reader->file, *group, NULL, NULL);
        if (!g_strv_contains(groups, *group) && !is_patches(*group))
            return fault_raise(error, FAULT_CONFIG,
                               "%s: there is a group that nobody knows: there are [advisory], "
                               "[dates], [deployment], [patches] and [waivers]",
                               reader->path);
        for (char **key = keys; key != NULL && *key != NULL; key++)
            if (!known_key(*group, *key))
                return refuse_line(reader, *group, *key, "nobody knows this key", error);
    }
    return true;
}

static bool read_groups(const struct reader *reader, GError **error)
{
    g_auto(GStrv) groups = g_key_file_get_groups(reader->file, NULL);
    for (char **group = groups; *group != NULL; group++) {
        if (is_patches(*group) && !read_rows(reader, *group, error))
            return false;
        if (g_str_equal(*group, "waivers") && !read_waivers(reader, *group, error))
            return false;
    }
    return read_advisory(reader, error) && read_dates(reader, error) &&
           read_deployment(reader, error);
}

/* Loads the file into the reader; the lines that it has are good ones then. */
static bool load(struct reader *reader, const char *bytes, gsize length, GError **error)
{
    g_autofree char *text = g_strndup(bytes == NULL ? "" : bytes, length);
    if (strlen(text) != length || !g_utf8_validate(text, (gssize)length, NULL))
        return fault_raise(error, FAULT_CONFIG, "%s is not UTF-8", reader->path);
    if (!scan(reader, text, error))
        return false;
    return g_key_file_load_from_data(reader->file, text, length, G_KEY_FILE_KEEP_COMMENTS, NULL) ||
           fault_raise(error, FAULT_CONFIG, "%s cannot be read: is a [group] misspelt?",
                       reader->path);
}

struct record_conf *record_conf_parse(const char *path, const char *bytes, gsize length,
                                      GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GHashTable) lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(RecordConf) conf = conf_new();
    struct reader reader = {path, file, lines, conf};
    if (!load(&reader, bytes, length, error) || !check_keys(&reader, error) ||
        !read_groups(&reader, error))
        return NULL;
    return g_steal_pointer(&conf);
}

char *record_conf_change(const char *path, const char *bytes, gsize length,
                         const struct record_conf_change *changes, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GHashTable) lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct reader reader = {path, file, lines, NULL};
    if (!load(&reader, bytes, length, error))
        return NULL;
    for (; changes->group != NULL; changes++) {
        if (changes->list != NULL)
            g_key_file_set_string_list(file, changes->group, changes->key, changes->list,
                                       g_strv_length((char **)(gsize)changes->list));
        else
            g_key_file_set_string(file, changes->group, changes->key, changes->value);
    }
    return g_key_file_to_data(file, NULL, NULL);
}
