#include "layout.h"

#include "fault.h"

#include <stddef.h>
#include <string.h>

#define HOLE "{{reason}}"

/* Where the keys of layout.conf go. */
enum key_kind { KEY_WORDS, KEY_LIST, KEY_NUMBER };

static const struct key {
    const char *group, *name;
    enum key_kind kind;
    gsize offset;
} keys[] = {
    {"heading", "words", KEY_WORDS, offsetof(struct layout, words)},
    {"heading", "prefix", KEY_WORDS, offsetof(struct layout, prefix)},
    {"heading", "files", KEY_WORDS, offsetof(struct layout, files)},
    {"heading", "width", KEY_NUMBER, offsetof(struct layout, heading_width)},
    {"heading", "title-width", KEY_NUMBER, offsetof(struct layout, title_width)},
    {"columns", "label", KEY_NUMBER, offsetof(struct layout, label_column)},
    {"columns", "prose", KEY_NUMBER, offsetof(struct layout, prose_columns)},
    {"columns", "fill", KEY_NUMBER, offsetof(struct layout, fill_columns)},
    {"sections", "updates", KEY_WORDS, offsetof(struct layout, updates)},
    {"sections", "mitigation", KEY_WORDS, offsetof(struct layout, mitigation)},
    {"sections", "resolution", KEY_WORDS, offsetof(struct layout, resolution)},
    {"sections", "deployment", KEY_WORDS, offsetof(struct layout, deployment)},
    {"sections", "order", KEY_LIST, offsetof(struct layout, order)},
    {"sections", "required", KEY_LIST, offsetof(struct layout, required)},
    {"sections", "anywhere", KEY_LIST, offsetof(struct layout, anywhere)},
    {"sections", "when-withdrawn", KEY_LIST, offsetof(struct layout, when_withdrawn)},
    {"wordings", "one-patch", KEY_WORDS, offsetof(struct layout, one_patch)},
    {"wordings", "several-patches", KEY_WORDS, offsetof(struct layout, several_patches)},
    {"wordings", "resolution-notes", KEY_LIST, offsetof(struct layout, resolution_notes)},
    {"wordings", "deployment-notes", KEY_LIST, offsetof(struct layout, deployment_notes)},
    {"wordings", "withdrawn", KEY_WORDS, offsetof(struct layout, withdrawn)},
};

static void wording_free(struct layout_wording *wording)
{
    g_free(wording->name);
    g_strfreev(wording->lines);
    g_free(wording->variant);
    g_free(wording);
}

struct layout *layout_new(void)
{
    struct layout *layout = g_new0(struct layout, 1);
    layout->wordings = g_ptr_array_new_with_free_func((GDestroyNotify)wording_free);
    return layout;
}

void layout_free(struct layout *layout)
{
    if (layout == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        void *field = (char *)layout + keys[i].offset;
        if (keys[i].kind == KEY_WORDS)
            g_free(*(char **)field);
        else if (keys[i].kind == KEY_LIST)
            g_strfreev(*(GStrv *)field);
    }
    g_ptr_array_unref(layout->wordings);
    g_free(layout);
}

static bool read_number(const char *text, int *ret_number)
{
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 1, 1000, &number, NULL))
        return false;
    *ret_number = (int)number;
    return true;
}

static bool read_key(struct layout *layout, const struct key *key, GKeyFile *file, GError **error)
{
    void *field = (char *)layout + key->offset;
    g_autofree char *words = g_key_file_get_string(file, key->group, key->name, NULL);
    g_autofree char *bare = words == NULL ? NULL : g_strstrip(g_strdup(words));
    if (bare == NULL || (*bare == '\0' && key->kind != KEY_LIST))
        return fault_raise(error, FAULT_CONFIG, "layout.conf: [%s] %s is empty", key->group,
                           key->name);
    if (key->kind == KEY_NUMBER && !read_number(bare, field))
        return fault_raise(error, FAULT_CONFIG,
                           "layout.conf: [%s] %s is not a number from 1 to 1000", key->group,
                           key->name);
    if (key->kind == KEY_WORDS) {
        g_free(*(char **)field);
        *(char **)field = g_steal_pointer(&bare);
    } else if (key->kind == KEY_LIST) {
        g_strfreev(*(GStrv *)field);
        *(GStrv *)field = g_key_file_get_string_list(file, key->group, key->name, NULL, NULL);
    }
    return true;
}

static const struct key *find_key(const char *group, const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(keys[i].group, group) == 0 && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

static bool add_conf(struct layout *layout, const char *bytes, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) wrong = NULL;
    if (!g_key_file_load_from_data(file, bytes, strlen(bytes), G_KEY_FILE_NONE, &wrong))
        return fault_raise(error, FAULT_CONFIG, "layout.conf: %s", wrong->message);
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group != NULL; group++) {
        g_auto(GStrv) names = g_key_file_get_keys(file, *group, NULL, NULL);
        for (char **name = names; name != NULL && *name != NULL; name++) {
            const struct key *key = find_key(*group, *name);
            if (key == NULL)
                return fault_raise(error, FAULT_CONFIG, "layout.conf: there is no key %s in [%s]",
                                   *name, *group);
            if (!read_key(layout, key, file, error))
                return false;
        }
    }
    return true;
}

/* Puts the wording where longer ones come first, so that one that is the beginning of another does
 * not hide it. */
static void keep_wording(struct layout *layout, struct layout_wording *wording)
{
    GPtrArray *wordings = layout->wordings;
    for (guint i = wordings->len; i-- > 0;) {
        const struct layout_wording *other = wordings->pdata[i];
        if (strcmp(other->name, wording->name) == 0)
            g_ptr_array_remove_index(wordings, i);
    }
    guint at = 0;
    while (at < wordings->len &&
           ((const struct layout_wording *)wordings->pdata[at])->count >= wording->count)
        at++;
    g_ptr_array_insert(wordings, (int)at, wording);
}

/* Finds the hole, and cuts it off its line. */
static bool dig(struct layout_wording *wording, GError **error)
{
    wording->hole = -1;
    for (guint i = 0; i < wording->count; i++) {
        if (strstr(wording->lines[i], "{{") == NULL)
            continue;
        if (!wording->clause || wording->hole >= 0 || !g_str_has_suffix(wording->lines[i], HOLE))
            return fault_raise(error, FAULT_CONFIG,
                               "%s.txt: only a deployment clause may have " HOLE
                               ", once, at the end of a line",
                               wording->name);
        wording->lines[i][strlen(wording->lines[i]) - strlen(HOLE)] = '\0';
        wording->hole = (int)i;
    }
    return true;
}

static bool read_lines(struct layout_wording *wording, const char *bytes, GError **error)
{
    wording->lines = g_strsplit_set(bytes, "\n", -1);
    wording->count = g_strv_length(wording->lines);
    for (guint i = 0; i < wording->count; i++)
        g_strchomp(wording->lines[i]);
    while (wording->count > 0 && *wording->lines[wording->count - 1] == '\0') {
        wording->count--;
        g_clear_pointer(&wording->lines[wording->count], g_free);
    }
    if (wording->count == 0 || *wording->lines[0] == '\0')
        return fault_raise(error, FAULT_CONFIG, "%s.txt: its first line is empty", wording->name);
    return dig(wording, error);
}

/* From "permitted-members.one-patch". */
static bool read_grants(struct layout_wording *wording, const char *base, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(base, ".", 2);
    g_auto(GStrv) grants = g_strsplit(parts[0], "-", -1);
    if (g_strv_length(grants) != 2 || !text_grant_parse(grants[0], &wording->patch, NULL) ||
        !text_grant_parse(grants[1], &wording->mitigation, NULL))
        return fault_raise(error, FAULT_CONFIG,
                           "%s.txt: its name is not PATCH-MITIGATION[.VARIANT], each permitted, "
                           "members, forbidden or unsaid",
                           wording->name);
    wording->variant = g_strdup(parts[1]);
    return true;
}

static bool add_wording(struct layout *layout, const char *path, const char *bytes, GError **error)
{
    struct layout_wording *wording = g_new0(struct layout_wording, 1);
    const char *base = strchr(path, '/') + 1;
    wording->clause = g_str_has_prefix(path, "deployment/");
    const char *name = wording->clause ? path : base;
    wording->name = g_strndup(name, strlen(name) - strlen(".txt"));
    g_autofree char *bare = g_strndup(base, strlen(base) - strlen(".txt"));
    if ((wording->clause && !read_grants(wording, bare, error)) ||
        !read_lines(wording, bytes, error)) {
        wording_free(wording);
        return false;
    }
    keep_wording(layout, wording);
    return true;
}

bool layout_add(struct layout *layout, const char *path, const char *bytes, GError **error)
{
    if (strcmp(path, "layout.conf") == 0)
        return add_conf(layout, bytes, error);
    bool known = g_str_has_prefix(path, "paragraph/") || g_str_has_prefix(path, "deployment/");
    if (!known || !g_str_has_suffix(path, ".txt"))
        return fault_raise(error, FAULT_CONFIG,
                           "%s: a layout has layout.conf, paragraph/NAME.txt and "
                           "deployment/NAME.txt",
                           path);
    return add_wording(layout, path, bytes, error);
}

void layout_set_prefix(struct layout *layout, const char *prefix)
{
    g_free(layout->prefix);
    g_free(layout->files);
    layout->prefix = g_strdup(prefix);
    layout->files = g_ascii_strdown(prefix, -1);
}

static bool check_named(const struct layout *layout, const char *name, GError **error)
{
    return layout_paragraph(layout, name) != NULL ||
           fault_raise(error, FAULT_CONFIG,
                       "layout.conf names the wording %s, but there is no paragraph/%s.txt", name,
                       name);
}

bool layout_check(const struct layout *layout, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
        const void *field = (const char *)layout + keys[i].offset;
        bool number = keys[i].kind == KEY_NUMBER;
        if (number ? *(const int *)field == 0 : *(void *const *)field == NULL)
            return fault_raise(error, FAULT_CONFIG, "layout.conf: [%s] %s is missing",
                               keys[i].group, keys[i].name);
        if (number || strcmp(keys[i].group, "wordings") != 0)
            continue;
        if (keys[i].kind == KEY_WORDS && !check_named(layout, *(char *const *)field, error))
            return false;
        for (guint n = 0; keys[i].kind == KEY_LIST && (*(const GStrv *)field)[n] != NULL; n++)
            if (!check_named(layout, (*(const GStrv *)field)[n], error))
                return false;
    }
    return true;
}

const struct layout_wording *layout_paragraph(const struct layout *layout, const char *name)
{
    for (guint i = 0; i < layout->wordings->len; i++) {
        const struct layout_wording *wording = layout->wordings->pdata[i];
        if (!wording->clause && strcmp(wording->name, name) == 0)
            return wording;
    }
    return NULL;
}

const struct layout_wording *layout_clause(const struct layout *layout, enum text_grant patch,
                                           enum text_grant mitigation, const char *variant)
{
    for (guint i = 0; i < layout->wordings->len; i++) {
        const struct layout_wording *wording = layout->wordings->pdata[i];
        if (wording->clause && wording->patch == patch && wording->mitigation == mitigation &&
            g_strcmp0(wording->variant, variant) == 0)
            return wording;
    }
    return NULL;
}

bool layout_good_number(const char *number)
{
    gsize digits = strspn(number, "0123456789");
    if (digits == 0 || digits > 6)
        return false;
    if (number[digits] != '-')
        return number[digits] == '\0';
    const char *rest = number + digits + 1;
    gsize more = strspn(rest, "0123456789");
    return more > 0 && more <= 6 && rest[more] == '\0';
}

const char *layout_read_number(const char *prefix, const char *word, GError **error)
{
    gsize length = strlen(prefix);
    bool prefixed = g_ascii_strncasecmp(word, prefix, length) == 0 && word[length] == '-';
    const char *number = prefixed ? word + length + 1 : word;
    if (layout_good_number(number))
        return number;
    fault_raise(error, FAULT_USAGE, "an advisory is named by its number: 480, %s-480 or 2026-01",
                prefix);
    return NULL;
}

char *layout_id(const struct layout *layout, const char *number)
{
    return g_strdup_printf("%s-%s", layout->prefix, number);
}

char *layout_stem(const struct layout *layout, const char *number)
{
    return g_strconcat(layout->files, number, NULL);
}

char *layout_heading(const struct layout *layout, const GPtrArray *cves, const char *number)
{
    GString *heading = g_string_new(layout->words);
    for (guint i = 0; i < cves->len; i++)
        g_string_append_printf(heading, "%c%s", i == 0 ? ' ' : ',', (const char *)cves->pdata[i]);
    g_string_append_printf(heading, "%s %s-%s", cves->len > 0 ? " /" : "", layout->prefix, number);
    return g_string_free(heading, FALSE);
}

int layout_width(const char *words)
{
    gsize bytes = strlen(words);
    bool good = g_utf8_validate_len(words, bytes, NULL);
    return (int)MIN(good ? (gsize)g_utf8_strlen(words, -1) : bytes, TEXT_LENGTH_MAX);
}

int layout_heading_indent(const struct layout *layout, int width)
{
    return MAX(1, (layout->heading_width - width) / 2);
}

int layout_version_indent(int heading_indent, int heading_width, int width)
{
    return MAX(0, heading_indent + (heading_width - width + 1) / 2);
}

int layout_title_indent(const struct layout *layout, int width)
{
    return MAX(1, (layout->title_width - width) / 2);
}

int layout_label_column(const struct layout *layout, const GPtrArray *rows)
{
    int column = layout->label_column;
    for (guint i = 0; i < rows->len; i++) {
        const struct text_row *row = rows->pdata[i];
        if (row->kind == TEXT_ROW_PATCH)
            column = MAX(column, (int)strlen(row->name) + 2);
    }
    return column;
}

int layout_row_gap(const struct text_row *above, const struct text_row *row)
{
    return above != NULL && (row->kind == TEXT_ROW_SUBLABEL || above->kind == TEXT_ROW_SUBLABEL);
}

bool layout_withdraws(const struct layout *layout, const struct text *text)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint n = 0; n < section->blocks->len; n++) {
            const struct text_block *block = section->blocks->pdata[n];
            if (block->kind == TEXT_STANDARD && strcmp(block->wording, layout->withdrawn) == 0)
                return true;
        }
    }
    return false;
}
