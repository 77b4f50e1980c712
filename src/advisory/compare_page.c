#include "compare.h"
#include "escape.h"

#include <string.h>

#define CONTEXT 1 /* lines around a change */

/* How the ends of what was taken away, and of what was added, are marked. */
struct marks {
    const char *open[3], *close[3]; /* same, removed, added */
    const char *heading, *heading_end, *item, *indent, *alarm, *alarm_end;
    char *(*escape)(const char *text);
};

static const char *const kinds[] = {"same", "removed", "added"};

static const struct marks styles[] = {
    [COMPARE_PLAIN] = {{"", "[-", "{+"}, {"", "-]", "+}"}, "", "", "  ", "  ", "", "", escape_line},
    [COMPARE_COLOUR] = {{"", "\033[31m[-", "\033[32m{+"},
                        {"", "-]\033[m", "+}\033[m"},
                        "\033[1m",
                        "\033[m",
                        "  ",
                        "  ",
                        "\033[1;31m",
                        "\033[m",
                        escape_line},
    [COMPARE_MARKDOWN] =
        {{"", "~~", "**"}, {"", "~~", "**"}, "## ", "\n", "- ", "", "**", "**", escape_markdown},
};

/* One piece of a line: the marks stand around the words, and blanks outside of them, as Markdown
 * wants it. */
static void put_piece(GString *line, const struct marks *marks, gsize kind, const char *piece)
{
    gsize before = strspn(piece, " \t\r");
    g_autofree char *words = g_strdup(piece + before);
    g_strchomp(words);
    g_autofree char *safe = marks->escape(words);
    if (before > 0 && line->len > 0)
        g_string_append_c(line, ' ');
    if (*words != '\0')
        g_string_append_printf(line, "%s%s%s", marks->open[kind], safe, marks->close[kind]);
}

/* Lines of the words put together, and which of them hold a change. */
struct sheet {
    GPtrArray *lines; /* char * */
    GArray *changed;  /* bool */
    GString *line;
    bool change;
};

static void end_line(struct sheet *sheet)
{
    g_ptr_array_add(sheet->lines, g_strdup(sheet->line->str));
    g_array_append_val(sheet->changed, sheet->change);
    g_string_truncate(sheet->line, 0);
    sheet->change = false;
}

static void put_run(struct sheet *sheet, const struct marks *marks, gsize kind, const char *text)
{
    g_auto(GStrv) pieces = g_strsplit(text, "\n", -1);
    for (char **piece = pieces; *piece != NULL; piece++) {
        bool leading = piece == pieces && sheet->line->len > 0;
        if (piece != pieces)
            end_line(sheet);
        else if (leading && **piece == '\0')
            continue;
        put_piece(sheet->line, marks, kind, *piece);
        sheet->change |= kind != 0 && **piece != '\0';
    }
}

/* A line far from any change is left out, and a run of them is shown as one mark. */
static void put_sheet(GString *out, const struct sheet *sheet, const struct marks *marks)
{
    bool gap = false;
    for (gint i = 0; i < (gint)sheet->lines->len; i++) {
        bool near = false;
        for (gint j = MAX(i - CONTEXT, 0); j <= MIN(i + CONTEXT, (gint)sheet->lines->len - 1); j++)
            near |= g_array_index(sheet->changed, bool, j);
        const char *line = sheet->lines->pdata[i];
        if (near)
            g_string_append_printf(out, "%s%s\n", *line == '\0' ? "" : marks->indent, line);
        else if (!gap)
            g_string_append_printf(out, "%s...\n", marks->indent);
        gap = !near;
    }
}

static void put_words(GString *out, json_t *words, const struct marks *marks)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GArray) changed = g_array_new(FALSE, FALSE, sizeof(bool));
    g_autoptr(GString) line = g_string_new(NULL);
    struct sheet sheet = {lines, changed, line, false};
    for (size_t i = 0; i < json_array_size(words); i++)
        for (gsize kind = 0; kind < G_N_ELEMENTS(kinds); kind++) {
            const char *text =
                json_string_value(json_object_get(json_array_get(words, i), kinds[kind]));
            if (text != NULL)
                put_run(&sheet, marks, kind, text);
        }
    end_line(&sheet);
    put_sheet(out, &sheet, marks);
}

static void put_heading(GString *out, const struct marks *marks, const char *words,
                        const char *change)
{
    g_autofree char *safe = marks->escape(words);
    g_string_append_printf(out, "\n%s%s%s%s%s\n", marks->heading, safe, *change == '\0' ? "" : ": ",
                           change, marks->heading_end);
}

static const char *string_of(json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    return value == NULL ? "" : value;
}

static void put_cves(GString *out, json_t *cves, const struct marks *marks)
{
    if (json_array_size(cves) > 0)
        put_heading(out, marks, "CVEs", "");
    for (size_t i = 0; i < json_array_size(cves); i++) {
        json_t *cve = json_array_get(cves, i);
        g_autofree char *safe = marks->escape(string_of(cve, "cve"));
        g_string_append_printf(out, "%s%s %s\n", marks->item, safe, string_of(cve, "change"));
    }
}

static void put_table(GString *out, json_t *table, const struct marks *marks)
{
    if (json_array_size(table) > 0)
        put_heading(out, marks, "Patch table", "");
    for (size_t i = 0; i < json_array_size(table); i++) {
        json_t *row = json_array_get(table, i);
        g_autofree char *name = marks->escape(string_of(row, "name"));
        g_autofree char *old = marks->escape(string_of(row, "old"));
        g_autofree char *new = marks->escape(string_of(row, "new"));
        g_string_append_printf(out, "%s%s %s: ", marks->item, name, string_of(row, "change"));
        if (*old != '\0')
            g_string_append_printf(out, "%s%s%s%s", marks->open[1], old, marks->close[1],
                                   *new == '\0' ? "" : " ");
        if (*new != '\0')
            g_string_append_printf(out, "%s%s%s", marks->open[2], new, marks->close[2]);
        g_string_append_c(out, '\n');
    }
}

/* What each kind of change of a patch means. */
static const struct {
    const char *change, *words;
    bool grave;
} meanings[] = {
    {"added", "added", false},
    {"removed", "removed", false},
    {"renamed", "the same change under another name, before", false},
    {"same-change", "the same change in other bytes", false},
    {"changed", "ANOTHER CHANGE UNDER THE SAME NAME", true},
    {"unknown", "ANOTHER FILE UNDER THE SAME NAME, and the record lacks its bytes", true},
};

static void put_patch(GString *out, json_t *patch, const struct marks *marks)
{
    g_autofree char *name = marks->escape(string_of(patch, "name"));
    g_autofree char *old_name = marks->escape(string_of(patch, "old_name"));
    bool silent = json_is_true(json_object_get(patch, "silent"));
    for (gsize i = 0; i < G_N_ELEMENTS(meanings); i++) {
        if (strcmp(meanings[i].change, string_of(patch, "change")) != 0)
            continue;
        bool grave = meanings[i].grave;
        g_string_append_printf(out, "%s%s%s: %s%s%s%s%s\n", marks->item, grave ? marks->alarm : "",
                               name, meanings[i].words, *old_name == '\0' ? "" : " ", old_name,
                               silent ? "; the updates do not name it" : "",
                               grave ? marks->alarm_end : "");
    }
}

char *compare_page(json_t *comparison, enum compare_style style)
{
    const struct marks *marks = &styles[style];
    GString *out = g_string_new(NULL);
    json_t *sections = json_object_get(comparison, "sections");
    json_t *patches = json_object_get(comparison, "patches");
    json_t *title = json_object_get(comparison, "title");
    g_string_append_printf(out, "%s%s: version %lld to version %lld%s\n",
                           style == COMPARE_MARKDOWN ? "# " : marks->heading,
                           string_of(comparison, "advisory"),
                           json_integer_value(json_object_get(comparison, "from")),
                           json_integer_value(json_object_get(comparison, "to")),
                           style == COMPARE_MARKDOWN ? "" : marks->heading_end);
    gsize head = out->len;
    if (json_array_size(patches) > 0)
        put_heading(out, marks, "Patches", "");
    for (size_t i = 0; i < json_array_size(patches); i++)
        put_patch(out, json_array_get(patches, i), marks);
    if (json_array_size(title) > 0)
        put_heading(out, marks, "Title", "");
    if (json_array_size(title) > 0)
        put_words(out, title, marks);
    put_cves(out, json_object_get(comparison, "cves"), marks);
    put_table(out, json_object_get(comparison, "table"), marks);
    for (size_t i = 0; i < json_array_size(sections); i++) {
        json_t *section = json_array_get(sections, i);
        put_heading(out, marks, string_of(section, "section"), string_of(section, "change"));
        put_words(out, json_object_get(section, "words"), marks);
    }
    if (json_is_true(json_object_get(comparison, "layout_only")))
        g_string_append(out, "\nNo word differs: lines are broken elsewhere, or sections stand in "
                             "another order.\n");
    else if (out->len == head)
        g_string_append(out, "\nNothing differs.\n");
    return g_string_free(out, FALSE);
}
