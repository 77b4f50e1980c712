#include "audit_plain.h"

#include "fault.h"

#include <string.h>

static bool add_table(struct audit_builder **builder, GPtrArray *tables, GError **error)
{
    GError *local = NULL;
    struct audit_table *table = audit_builder_finish(g_steal_pointer(builder), &local);
    if (table != NULL)
        g_ptr_array_add(tables, table);
    if (local == NULL)
        return true;
    g_propagate_error(error, local);
    return false;
}

static bool add_cell(struct audit_builder *builder, GString *cell, bool header, GError **error)
{
    g_strstrip(cell->str);
    bool done = audit_builder_cell(builder, cell->str, header, 1, 1, error);
    g_string_truncate(cell, 0);
    return done;
}

/* --- TSV and CSV --- */

/* What stands between the cells of the first line: more semicolons than commas, or commas. */
static char separator_of(const char *text)
{
    guint commas = 0, semicolons = 0;
    bool quoted = false;
    for (; *text != '\0' && (quoted || (*text != '\n' && *text != '\r')); text++) {
        quoted = quoted != (*text == '"');
        commas += !quoted && *text == ',';
        semicolons += !quoted && *text == ';';
    }
    return semicolons > commas ? ';' : ',';
}

static bool at_line_end(const char *at)
{
    return *at == '\n' || *at == '\r' || *at == '\0';
}

/* A quoted cell, from its first quote; what follows up to the separator belongs to it. */
static bool take_quoted(const char **at, GString *cell, guint line, GError **error)
{
    for ((*at)++; **at != '\0'; (*at)++) {
        if (**at == '"' && (*at)[1] != '"') {
            (*at)++;
            return true;
        }
        *at += **at == '"';
        g_string_append_c(cell, **at);
    }
    return fault_raise(error, FAULT_DATA, "the quote that opens a cell in row %u is never closed",
                       line);
}

static bool take_cell(const char **at, char separator, GString *cell, guint line, GError **error)
{
    const char *first = *at + strspn(*at, separator == '\t' ? "" : " ");
    if (*first == '"' && separator != '\t') {
        *at = first;
        if (!take_quoted(at, cell, line, error))
            return false;
    }
    for (; !at_line_end(*at) && **at != separator; (*at)++)
        g_string_append_c(cell, **at);
    return true;
}

/* Blank lines are no rows; before the first and after the last one there may be many. */
static const char *skip_line_ends(const char *at)
{
    return at + strspn(at, "\r\n");
}

static bool read_separated(const char *text, char separator, guint *budget, GPtrArray *tables,
                           GError **error)
{
    g_autoptr(AuditBuilder) builder = audit_builder_new(NULL, true, budget);
    g_autoptr(GString) cell = g_string_new(NULL);
    guint row = 0;
    for (const char *at = skip_line_ends(text); *at != '\0'; at = skip_line_ends(at)) {
        if (!audit_builder_row(builder, error))
            return false;
        row++;
        for (bool more = true; more; at += more) {
            if (!take_cell(&at, separator, cell, row, error) ||
                !add_cell(builder, cell, false, error))
                return false;
            more = *at == separator;
        }
    }
    return add_table(&builder, tables, error);
}

/* --- Markdown --- */

struct line {
    const char *start;
    gsize length;
};

static bool next_line(const char **at, struct line *line)
{
    if (**at == '\0')
        return false;
    line->start = *at;
    line->length = strcspn(*at, "\r\n");
    *at += line->length;
    *at += **at == '\r';
    *at += **at == '\n';
    return true;
}

static bool has_bar(const struct line *line)
{
    return memchr(line->start, '|', line->length) != NULL;
}

/* "|---|:--:|": dashes, bars, colons and blanks. */
static bool is_rule(const struct line *line)
{
    bool dash = false;
    for (gsize i = 0; i < line->length; i++) {
        if (strchr("|-: \t", line->start[i]) == NULL)
            return false;
        dash = dash || line->start[i] == '-';
    }
    return dash && has_bar(line);
}

static bool is_fence(const struct line *line)
{
    gsize blanks = 0;
    while (blanks < line->length && line->start[blanks] == ' ')
        blanks++;
    return line->length >= blanks + 3 && (strncmp(line->start + blanks, "```", 3) == 0 ||
                                          strncmp(line->start + blanks, "~~~", 3) == 0);
}

/* Emphasis and code marks are not part of a figure. */
static void unmark(GString *cell)
{
    g_string_replace(cell, "**", "", 0);
    g_string_replace(cell, "__", "", 0);
    g_string_replace(cell, "`", "", 0);
    g_string_replace(cell, "<br>", " ", 0);
    g_string_replace(cell, "&nbsp;", " ", 0);
    g_string_replace(cell, "&minus;", "-", 0);
}

static bool add_markdown_row(struct audit_builder *builder, const struct line *line, bool header,
                             GError **error)
{
    const char *at = line->start, *end = at + line->length;
    g_autoptr(GString) cell = g_string_new(NULL);
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    at += at < end && *at == '|';
    end -= end > at && end[-1] == '|' && (end - 1 == at || end[-2] != '\\');
    if (!audit_builder_row(builder, error))
        return false;
    for (;; at++) {
        if (at < end && *at == '\\' && at + 1 < end && at[1] == '|') {
            g_string_append_c(cell, *++at);
        } else if (at < end && *at != '|') {
            g_string_append_c(cell, *at);
        } else {
            unmark(cell);
            if (!add_cell(builder, cell, header, error))
                return false;
            if (at >= end)
                return true;
        }
    }
}

/* A heading "## Employers" names the tables below it. */
static void take_heading(const struct line *line, char **heading)
{
    gsize marks = 0;
    while (marks < line->length && line->start[marks] == '#')
        marks++;
    if (marks == 0 || marks > 6 || marks >= line->length || line->start[marks] != ' ')
        return;
    g_free(*heading);
    *heading = g_strstrip(g_strndup(line->start + marks, line->length - marks));
}

static bool read_markdown(const char *text, guint *budget, GPtrArray *tables, GError **error)
{
    g_autoptr(AuditBuilder) builder = NULL;
    g_autofree char *heading = NULL;
    struct line line, before = {"", 0};
    bool fenced = false;
    while (next_line(&text, &line)) {
        bool fence = is_fence(&line);
        fenced = fenced != fence;
        if (builder != NULL && (fence || !has_bar(&line)) && !add_table(&builder, tables, error))
            return false;
        take_heading(&line, &heading);
        if (builder != NULL && !fenced) {
            if (!add_markdown_row(builder, &line, false, error))
                return false;
        } else if (!fenced && !fence && is_rule(&line) && has_bar(&before)) {
            builder = audit_builder_new(heading, true, budget);
            if (!add_markdown_row(builder, &before, true, error))
                return false;
        }
        before = line;
    }
    return builder == NULL || add_table(&builder, tables, error);
}

bool audit_plain_is_markdown(const char *text)
{
    struct line line, before = {"", 0};
    while (next_line(&text, &line)) {
        if (is_rule(&line) && has_bar(&before) && !is_rule(&before))
            return true;
        before = line;
    }
    return false;
}

bool audit_plain_read(const char *text, enum audit_input input, guint *budget, GPtrArray *tables,
                      GError **error)
{
    if (input == AUDIT_MARKDOWN)
        return read_markdown(text, budget, tables, error);
    char separator = input == AUDIT_TSV ? '\t' : separator_of(skip_line_ends(text));
    return read_separated(text, separator, budget, tables, error);
}
