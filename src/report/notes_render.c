#include "documents.h"
#include "escape.h"
#include "fault.h"
#include "near.h"
#include "notes.h"
#include "weather_page.h"

#include <string.h>

#define WIDTH 90
#define MAIL_WIDTH 72

static const struct {
    const char *name;
    const char *notes, *announcement;
    enum template_escape escape;
    const char *minus;
} formats[] = {
    [NOTES_TEXT] = {"text", "notes.txt", "announcement.txt", TEMPLATE_NONE, "-"},
    [NOTES_MARKDOWN] = {"md", "notes.md", "announcement.md", TEMPLATE_MARKDOWN, "-"},
    [NOTES_HTML] = {"html", "notes.html", "announcement.html", TEMPLATE_HTML, "\u2212"},
    [NOTES_JSON] = {"json", NULL, NULL, TEMPLATE_NONE, "-"},
};

bool notes_format_parse(const char *name, enum notes_format *ret_format, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (g_str_equal(formats[i].name, name)) {
            *ret_format = (enum notes_format)i;
            return true;
        }
    return fault_raise(error, FAULT_USAGE, "--format is \"%s\": it is one of text, md, html, json",
                       name);
}

static glong width_of(const char *text)
{
    return g_utf8_strlen(text, -1);
}

/* Sets `padded` of an object: its member filled with blanks to the width. */
static void pad(json_t *object, const char *key, glong width)
{
    const char *text = json_string_value(json_object_get(object, key));
    g_autoptr(GString) padded = g_string_new(text);
    while (width_of(padded->str) < width)
        g_string_append_c(padded, ' ');
    json_object_set_new(object, "padded", json_string(padded->str));
}

static glong widest(glong width, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? width : MAX(width, width_of(text));
}

/* In plain text the cells of a column are as wide as the widest. */
static void pad_table(json_t *table)
{
    json_t *columns = json_object_get(table, "columns"), *rows = json_object_get(table, "rows");
    glong width = 0;
    for (gsize i = 0; i < json_array_size(rows); i++)
        width = widest(width, json_array_get(rows, i), "advisory");
    for (gsize i = 0; i < json_array_size(rows); i++)
        pad(json_array_get(rows, i), "advisory", width);
    g_autofree char *corner = g_strnfill((gsize)width, ' ');
    json_object_set_new(table, "corner", json_string(corner));
    for (gsize column = 0; column < json_array_size(columns); column++) {
        json_t *head = json_array_get(columns, column);
        width = widest(0, head, "title");
        for (gsize i = 0; i < json_array_size(rows); i++)
            width = widest(
                width, json_array_get(json_object_get(json_array_get(rows, i), "cells"), column),
                "cell");
        pad(head, "title", width);
        for (gsize i = 0; i < json_array_size(rows); i++)
            pad(json_array_get(json_object_get(json_array_get(rows, i), "cells"), column), "cell",
                width);
    }
}

static void mark(json_t *value);

/* For commas and headings: the first and last of a list, whether it has any, whether it is one. */
static void mark_list(json_t *object, const char *key, json_t *list)
{
    gsize count = json_array_size(list);
    g_autofree char *any = g_strconcat(key, "_any", NULL);
    g_autofree char *one = g_strconcat(key, "_one", NULL);
    json_object_set_new(object, any, json_boolean(count > 0));
    json_object_set_new(object, one, json_boolean(count == 1));
    for (gsize i = 0; i < count; i++) {
        json_t *element = json_array_get(list, i);
        mark(element);
        if (!json_is_object(element))
            continue;
        json_object_set_new(element, "is_first", json_boolean(i == 0));
        json_object_set_new(element, "is_last", json_boolean(i + 1 == count));
    }
}

/* A state is also a member that is true, for sections; and, as a class, its first word. */
static void mark_state(json_t *object)
{
    const char *state = json_string_value(json_object_get(object, "state"));
    if (state == NULL)
        return;
    g_autofree char *kind = g_strndup(state, strcspn(state, " "));
    g_autofree char *name = g_strdup(state);
    json_object_set_new(object, "kind", json_string(kind));
    json_object_set_new(object, name, json_true());
}

static void mark(json_t *value)
{
    if (!json_is_object(value))
        return;
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
    const char *key = NULL;
    json_t *member = NULL;
    json_object_foreach(value, key, member) g_ptr_array_add(keys, g_strdup(key));
    for (guint i = 0; i < keys->len; i++) {
        member = json_object_get(value, g_ptr_array_index(keys, i));
        if (json_is_array(member))
            mark_list(value, g_ptr_array_index(keys, i), member);
        else
            mark(member);
    }
    mark_state(value);
}

/* Whether any release of an announcement has a page to download it from. */
static void mark_downloads(json_t *announcement)
{
    const json_t *releases = json_object_get(announcement, "releases");
    bool any = false;
    for (gsize i = 0; i < json_array_size(releases); i++) {
        const json_t *links = json_object_get(json_array_get(releases, i), "links");
        any = any || json_is_string(json_object_get(links, "download"));
    }
    json_object_set_new(announcement, "downloads", json_boolean(any));
}

/* For a terminal: no text of the history may steer it. */
static void calm(json_t *value)
{
    const char *key = NULL;
    json_t *member = NULL;
    if (json_is_string(value)) {
        g_autofree char *line = escape_line(json_string_value(value));
        json_string_set(value, line);
    }
    json_object_foreach(value, key, member) calm(member);
    for (gsize i = 0; i < json_array_size(value); i++)
        calm(json_array_get(value, i));
}

static json_t *page_of(const json_t *notes, enum notes_format format)
{
    const struct weather_page how = {false, false, formats[format].minus};
    json_t *page = weather_page(notes, &how);
    json_t *releases = json_object_get(page, "releases");
    json_t *announcements = json_object_get(page, "announcements");
    mark(page);
    if (format == NOTES_TEXT)
        calm(page);
    for (gsize i = 0; i < json_array_size(announcements); i++)
        mark_downloads(json_array_get(announcements, i));
    for (gsize i = 0; i < json_array_size(releases); i++)
        pad_table(json_object_get(json_array_get(releases, i), "advisories"));
    return page;
}

/* Lines that are indented are lists, links and tables: they stay whole. */
static char *fold_prose(const char *text, guint width)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GString) out = g_string_new(NULL);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *folded =
            **line == ' ' ? g_strchomp(g_strdup(*line)) : document_fold(*line, width);
        g_string_append(out, g_strchomp(folded));
        if (line[1] != NULL)
            g_string_append_c(out, '\n');
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *as_json(const json_t *value)
{
    g_autofree char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    return g_strconcat(text, "\n", NULL);
}

char *notes_render(json_t *notes, const struct home *home, enum notes_format format,
                   bool announcements, GError **error)
{
    if (format == NOTES_JSON)
        return as_json(announcements ? json_object_get(notes, "announcements") : notes);
    json_t *page = page_of(notes, format);
    const char *template = announcements ? formats[format].announcement : formats[format].notes;
    g_autofree char *document =
        document_render(home, template, page, formats[format].escape, error);
    json_decref(page);
    if (document == NULL || format != NOTES_TEXT)
        return g_steal_pointer(&document);
    return fold_prose(document, announcements ? MAIL_WIDTH : WIDTH);
}

/* The row of an advisory in the first release that has it. */
static json_t *find_row(const json_t *notes, const char *advisory, GPtrArray *names)
{
    const json_t *releases = json_object_get(notes, "releases");
    json_t *found = NULL;
    for (gsize i = 0; i < json_array_size(releases); i++) {
        const json_t *table = json_object_get(json_array_get(releases, i), "advisories");
        const json_t *rows = json_object_get(table, "rows");
        for (gsize j = 0; j < json_array_size(rows); j++) {
            json_t *row = json_array_get(rows, j);
            const char *name = json_string_value(json_object_get(row, "advisory"));
            g_ptr_array_add(names, (gpointer)(guintptr)name);
            if (g_ascii_strcasecmp(name, advisory) == 0)
                found = row;
        }
    }
    return found;
}

/* Of all releases only the rows of one advisory. */
static json_t *only(const json_t *notes, const char *advisory)
{
    json_t *explained = json_array();
    const json_t *releases = json_object_get(notes, "releases");
    for (gsize i = 0; i < json_array_size(releases); i++) {
        const json_t *release = json_array_get(releases, i);
        const json_t *rows = json_object_get(json_object_get(release, "advisories"), "rows");
        for (gsize j = 0; j < json_array_size(rows); j++) {
            json_t *row = json_array_get(rows, j);
            if (g_ascii_strcasecmp(json_string_value(json_object_get(row, "advisory")), advisory) ==
                0)
                json_array_append_new(explained,
                                      json_pack("{s:O, s:O, s:O}", "version",
                                                json_object_get(release, "version"), "reading",
                                                json_object_get(release, "reading"), "row", row));
        }
    }
    return explained;
}

char *notes_explain(json_t *notes, const struct home *home, const char *advisory, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (find_row(notes, advisory, names) == NULL) {
        g_autofree char *near = near_words(advisory, names);
        fault_raise(error, FAULT_NOINPUT, "no release here fixes %s since its predecessor%s%s",
                    advisory, *near != '\0' ? ": did you mean " : "", near);
        return NULL;
    }
    json_t *value = json_pack("{s:o, s:O}", "explained", only(notes, advisory), "readings",
                              json_object_get(notes, "readings"));
    const struct weather_page how = {false, false, "-"};
    json_t *page = weather_page(value, &how);
    mark(page);
    calm(page);
    g_autofree char *document =
        document_render(home, "notes-explain.txt", page, TEMPLATE_NONE, error);
    json_decref(page);
    json_decref(value);
    return document == NULL ? NULL : fold_prose(document, WIDTH);
}
