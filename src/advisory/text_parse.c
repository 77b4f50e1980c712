#include "fault.h"
#include "layout.h"
#include "text.h"

#include <string.h>

#define SUMS_COMMAND "$ sha256sum "
#define SUMS_PROMPT "$"

enum {
    UNDERLINE_MIN = 3,
    SUBLABEL_MAX = 50, /* columns: longer ones are sentences */
    MORE_INDENT = 8,   /* at least, where a label goes on in the next line */
    DIGEST_LENGTH = 64,
    REASON_MAX = 500, /* lines, so that texts made to be slow are not */
};

struct parser {
    GStrv lines; /* without blanks at their ends */
    guint count;
    const struct layout *layout;
    struct text *text;
    guint at;
};

static bool is_empty(const struct parser *parser, guint i)
{
    return *parser->lines[i] == '\0';
}

static guint skip_empty(const struct parser *parser, guint i, guint end)
{
    while (i < end && is_empty(parser, i))
        i++;
    return i;
}

static int keep(guint found, int rule)
{
    return (int)found == rule ? TEXT_BY_RULE : (int)found;
}

/* The empty lines before line `next`; the rule is one, and none where the text begins. */
static int keep_gap(guint from, guint next)
{
    return keep(next - from, from == 0 ? 0 : 1);
}

static char *join_lines(const struct parser *parser, guint from, guint to)
{
    GString *words = g_string_new(NULL);
    for (guint i = from; i < to; i++)
        g_string_append_printf(words, "%s%s", i > from ? "\n" : "", parser->lines[i]);
    return g_string_free(words, FALSE);
}

static bool has_small_letter(const char *words)
{
    while (*words != '\0' && !g_ascii_islower(*words))
        words++;
    return *words != '\0';
}

static bool is_underline(const char *line)
{
    gsize length = strspn(line, "=");
    return length >= UNDERLINE_MIN && line[length] == '\0';
}

/* Upper case with any line of = below it, or anything that is as long as the line of =. */
static bool is_section(const struct parser *parser, guint i)
{
    const char *line = parser->lines[i];
    if (*line == '\0' || g_ascii_isspace(*line) || is_underline(line) ||
        (i > 0 && !is_empty(parser, i - 1)) || i + 1 >= parser->count ||
        !is_underline(parser->lines[i + 1]))
        return false;
    return !has_small_letter(line) || (gsize)layout_width(line) == strlen(parser->lines[i + 1]);
}

static guint find_section(const struct parser *parser, guint i)
{
    while (i < parser->count && !is_section(parser, i))
        i++;
    return i;
}

static bool is_sum(const char *line)
{
    return strspn(line, "0123456789abcdef") == DIGEST_LENGTH &&
           g_str_has_prefix(line + DIGEST_LENGTH, "  ") && line[DIGEST_LENGTH + 2] != '\0';
}

static bool begins_sums(const struct parser *parser, guint i, guint end)
{
    const char *line = parser->lines[i];
    return g_str_has_prefix(line, SUMS_COMMAND) && line[strlen(SUMS_COMMAND)] != '\0' &&
           i + 1 < end && is_sum(parser->lines[i + 1]);
}

static guint paragraph_end(const struct parser *parser, guint i, guint end)
{
    i++;
    while (i < end && !is_empty(parser, i) && !begins_sums(parser, i, end))
        i++;
    return i;
}

static struct text_block *read_sums(const struct parser *parser, guint *at, guint end)
{
    if (!begins_sums(parser, *at, end))
        return NULL;
    struct text_block *block = text_block_new(TEXT_SUMS);
    const char *asked = parser->lines[*at] + strlen(SUMS_COMMAND);
    const char *number = parser->text->number;
    g_autofree char *stem = layout_stem(parser->layout, number == NULL ? "" : number);
    g_autofree char *rule = g_strconcat(stem, "*", NULL);
    if (strcmp(asked, rule) != 0)
        block->words = g_strdup(asked);
    guint i = *at + 1;
    for (; i < end && is_sum(parser->lines[i]); i++) {
        g_autofree char *digest = g_strndup(parser->lines[i], DIGEST_LENGTH);
        text_add_sum(block, digest, parser->lines[i] + DIGEST_LENGTH + 2)->line = i + 1;
    }
    block->open = i == end || strcmp(parser->lines[i], SUMS_PROMPT) != 0;
    *at = block->open ? i : i + 1;
    return block;
}

static bool is_file_name(const struct layout *layout, const char *name, gsize length)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "._+-*?/[]{},~:@";
    g_autofree char *copy = g_strndup(name, length);
    bool ours = g_str_has_prefix(copy, layout->files) && strpbrk(copy, ".*?/") != NULL;
    return length > 0 && strspn(copy, allowed) == length &&
           (ours || g_str_has_suffix(copy, ".patch"));
}

/* A name and its label are two blanks apart at least, unless the name reaches the column. */
static bool is_row(const struct parser *parser, const char *line, gsize *ret_name, gsize *ret_label)
{
    *ret_name = strcspn(line, " ");
    *ret_label = *ret_name + strspn(line + *ret_name, " ");
    if (!is_file_name(parser->layout, line, *ret_name))
        return false;
    if (line[*ret_label] == '\0')
        return *ret_name > strlen(".patch") && g_str_has_suffix(line, ".patch");
    return *ret_label - *ret_name > 1 || *ret_label >= (gsize)parser->layout->label_column;
}

static bool is_more(const char *line)
{
    return strspn(line, " ") >= MORE_INDENT;
}

static bool is_table(const struct parser *parser, guint i, guint end)
{
    gsize name = 0, label = 0;
    guint stop = paragraph_end(parser, i, end);
    if (!is_row(parser, parser->lines[i], &name, &label))
        return false;
    for (i++; i < stop; i++)
        if (!is_row(parser, parser->lines[i], &name, &label) && !is_more(parser->lines[i]))
            return false;
    return true;
}

static bool is_sublabel(const struct parser *parser, guint i, guint end)
{
    const char *line = parser->lines[i];
    if (g_ascii_isspace(*line) || !g_str_has_suffix(line, ":") ||
        layout_width(line) > SUBLABEL_MAX || paragraph_end(parser, i, end) != i + 1)
        return false;
    guint next = skip_empty(parser, i + 1, end);
    return next < end && is_table(parser, next, end);
}

static struct text_row *add_row(const struct parser *parser, struct text_block *table, guint i)
{
    gsize name_length = 0, label = 0;
    const char *line = parser->lines[i];
    if (is_row(parser, line, &name_length, &label)) {
        g_autofree char *name = g_strndup(line, name_length);
        struct text_row *row = text_add_row(table, TEXT_ROW_PATCH, name, line + label);
        row->column = line[label] == '\0' ? TEXT_BY_RULE : (int)label;
        return row;
    }
    label = strspn(line, " ");
    enum text_row_kind kind = label > 0 ? TEXT_ROW_MORE : TEXT_ROW_SUBLABEL;
    struct text_row *row = text_add_row(table, kind, NULL, line + label);
    row->column = label > 0 ? (int)label : TEXT_BY_RULE;
    return row;
}

/* Gaps and columns that the rules give are let go. */
static void settle_table(const struct parser *parser, struct text_block *table)
{
    int column = layout_label_column(parser->layout, table->rows);
    for (guint i = 0; i < table->rows->len; i++) {
        struct text_row *row = table->rows->pdata[i];
        const struct text_row *above = i > 0 ? table->rows->pdata[i - 1] : NULL;
        row->gap = keep((guint)row->gap, layout_row_gap(above, row));
        if (row->column == column)
            row->column = TEXT_BY_RULE;
    }
}

/* A patch table goes on over empty lines and sub-labels for as long as rows follow. */
static struct text_block *read_table(const struct parser *parser, guint *at, guint end)
{
    guint i = *at, gap = 0;
    if (!is_sublabel(parser, i, end) && !is_table(parser, i, end))
        return NULL;
    struct text_block *table = text_block_new(TEXT_TABLE);
    while (i < end && (is_sublabel(parser, i, end) || is_table(parser, i, end))) {
        guint stop = paragraph_end(parser, i, end);
        for (; i < stop; i++, gap = 0) {
            struct text_row *row = add_row(parser, table, i);
            row->gap = (int)gap;
            row->line = i + 1;
        }
        *at = i;
        i = skip_empty(parser, i, end);
        gap = i - *at;
    }
    settle_table(parser, table);
    return table;
}

static bool match_lines(const struct parser *parser, const struct layout_wording *wording,
                        guint from, guint i, guint end)
{
    if (i + (wording->count - from) > end)
        return false;
    for (guint n = from; n < wording->count; n++)
        if (strcmp(wording->lines[n], parser->lines[i + n - from]) != 0)
            return false;
    guint stop = i + wording->count - from;
    return stop == end || is_empty(parser, stop);
}

static bool match_begin(const struct parser *parser, const struct layout_wording *wording, guint i,
                        guint end)
{
    guint hole = (guint)wording->hole;
    if (i + hole >= end)
        return false;
    for (guint n = 0; n < hole; n++)
        if (strcmp(wording->lines[n], parser->lines[i + n]) != 0)
            return false;
    const char *line = parser->lines[i + hole];
    return g_str_has_prefix(line, wording->lines[hole]) &&
           line[strlen(wording->lines[hole])] != '\0';
}

/* The reason may be several paragraphs; it ends where the rest of the wording stands. */
static bool match_reason(const struct parser *parser, const struct layout_wording *wording, guint i,
                         guint end, guint *ret_stop, char **ret_reason)
{
    if (!match_begin(parser, wording, i, end))
        return false;
    guint first = i + (guint)wording->hole;
    guint last = MIN(end, first + REASON_MAX);
    guint after = (guint)wording->hole + 1;
    guint stop = after == wording->count ? paragraph_end(parser, first, end) : first + 1;
    while (stop < last && after < wording->count && !match_lines(parser, wording, after, stop, end))
        stop++;
    if (stop >= last && after < wording->count)
        return false;
    g_autofree char *reason = join_lines(parser, first, stop);
    *ret_reason = g_strdup(reason + strlen(wording->lines[wording->hole]));
    *ret_stop = stop + (wording->count - after);
    return true;
}

static struct text_block *read_wording(const struct parser *parser, guint *at, guint end)
{
    for (guint n = 0; n < parser->layout->wordings->len; n++) {
        const struct layout_wording *wording = parser->layout->wordings->pdata[n];
        guint stop = *at + wording->count;
        char *reason = NULL;
        bool found = wording->hole < 0 ? match_lines(parser, wording, 0, *at, end)
                                       : match_reason(parser, wording, *at, end, &stop, &reason);
        if (!found)
            continue;
        struct text_block *block = text_block_new(wording->clause ? TEXT_CLAUSE : TEXT_STANDARD);
        block->wording = g_strdup(wording->clause ? wording->variant : wording->name);
        block->words = reason;
        block->patch = wording->patch;
        block->mitigation = wording->mitigation;
        *at = stop;
        return block;
    }
    return NULL;
}

static struct text_block *read_paragraph(const struct parser *parser, guint *at, guint end)
{
    struct text_block *block = text_block_new(TEXT_PARAGRAPH);
    guint stop = paragraph_end(parser, *at, end);
    block->words = join_lines(parser, *at, stop);
    *at = stop;
    return block;
}

/* Reads up to line `end`, and leaves the empty lines before it. */
static void read_blocks(struct parser *parser, struct text_section *section, guint end)
{
    static struct text_block *(*const readers[])(const struct parser *, guint *, guint) = {
        read_sums, read_table, read_wording, read_paragraph};
    while (end > parser->at && is_empty(parser, end - 1))
        end--;
    while (parser->at < end) {
        guint from = parser->at;
        guint first = parser->at = skip_empty(parser, from, end);
        struct text_block *block = NULL;
        for (gsize i = 0; block == NULL; i++)
            block = readers[i](parser, &parser->at, end);
        block->gap = keep_gap(from, first);
        block->line = first + 1;
        g_ptr_array_add(section->blocks, block);
    }
}

static void read_loose(struct parser *parser, enum text_section_kind kind, guint end)
{
    if (skip_empty(parser, parser->at, end) == end)
        return;
    struct text_section *section = text_add_section(parser->text, kind, NULL);
    section->line = skip_empty(parser, parser->at, end) + 1;
    read_blocks(parser, section, end);
}

static void read_sections(struct parser *parser)
{
    guint i = find_section(parser, parser->at);
    while (i < parser->count) {
        const char *heading = parser->lines[i];
        g_autofree char *updates =
            g_strdup_printf("%s %u", parser->layout->updates, parser->text->version);
        bool own = parser->text->version > 0 && strcmp(heading, updates) == 0;
        struct text_section *section =
            text_add_section(parser->text, own ? TEXT_UPDATES : TEXT_SECTION, own ? NULL : heading);
        section->gap = keep_gap(parser->at, i);
        section->underline = keep((guint)strlen(parser->lines[i + 1]), layout_width(heading));
        section->line = i + 1;
        parser->at = i + 2;
        i = find_section(parser, parser->at);
        read_blocks(parser, section, i);
    }
}

static bool take_number(struct parser *parser, const char *id)
{
    gsize length = strlen(parser->layout->prefix);
    if (strncmp(id, parser->layout->prefix, length) != 0 || id[length] != '-' ||
        !layout_good_number(id + length + 1))
        return false;
    parser->text->number = g_strdup(id + length + 1);
    return true;
}

/* "Xen Security Advisory [CVE-...[,CVE-...] / ]XSA-480" */
static bool take_heading(struct parser *parser, const char *line)
{
    gsize length = strlen(parser->layout->words);
    if (strncmp(line, parser->layout->words, length) != 0 || line[length] != ' ')
        return false;
    const char *cves = line + length + 1;
    const char *slash = g_strrstr(cves, " / ");
    if (!take_number(parser, slash == NULL ? cves : slash + strlen(" / ")))
        return false;
    g_autofree char *list = g_strndup(cves, slash == NULL ? 0 : (gsize)(slash - cves));
    g_auto(GStrv) parts = g_strsplit(list, ",", -1);
    for (char **part = parts; *part != NULL; part++)
        g_ptr_array_add(parser->text->cves, g_strdup(*part));
    return slash == NULL || parser->text->cves->len > 0;
}

static guint indent_of(const char *line)
{
    return (guint)strspn(line, " ");
}

static bool read_heading(struct parser *parser, guint i)
{
    struct text *text = parser->text;
    const char *line = parser->lines[i];
    if (!take_heading(parser, line + indent_of(line))) {
        g_clear_pointer(&text->number, g_free);
        g_ptr_array_set_size(text->cves, 0);
        return false;
    }
    guint from = i;
    while (from > 0 && is_empty(parser, from - 1))
        from--;
    int width = layout_width(line + indent_of(line));
    text->heading_gap = keep_gap(from, i);
    text->heading_indent = keep(indent_of(line), layout_heading_indent(parser->layout, width));
    text->heading_line = i + 1;
    return true;
}

static void read_version(struct parser *parser, guint end)
{
    static const char word[] = "version ";
    struct text *text = parser->text;
    guint i = skip_empty(parser, parser->at, end);
    if (i == end)
        return;
    const char *line = parser->lines[i] + indent_of(parser->lines[i]);
    guint64 version = 0;
    if (!g_str_has_prefix(line, word) || line[strlen(word)] == '0' ||
        !g_ascii_string_to_unsigned(line + strlen(word), 10, 1, 999999, &version, NULL))
        return;
    const char *heading = parser->lines[parser->at - 1];
    guint indent = indent_of(heading);
    int rule =
        layout_version_indent((int)indent, layout_width(heading + indent), (int)strlen(line));
    text->version = (unsigned)version;
    text->version_gap = keep(i - parser->at, 0);
    text->version_indent = keep(indent_of(parser->lines[i]), rule);
    text->version_line = i + 1;
    parser->at = i + 1;
}

static void read_title(struct parser *parser, guint end)
{
    struct text *text = parser->text;
    guint i = skip_empty(parser, parser->at, end);
    if (i == end)
        return;
    text->title_gap = keep_gap(parser->at, i);
    text->title_line = i + 1;
    for (; i < end && !is_empty(parser, i); i++) {
        guint indent = indent_of(parser->lines[i]);
        const char *words = parser->lines[i] + indent;
        text_add_title(text, words);
        struct text_title_line *line = text->title->pdata[text->title->len - 1];
        line->indent = keep(indent, layout_title_indent(parser->layout, layout_width(words)));
    }
    parser->at = i;
}

static bool read_head(struct parser *parser, GError **error)
{
    guint end = find_section(parser, 0);
    guint heading = 0;
    while (heading < end && !read_heading(parser, heading))
        heading++;
    if (heading == end)
        return fault_raise(error, FAULT_DATA,
                           "no heading \"%s ... %s-N\" in the lines before the first section",
                           parser->layout->words, parser->layout->prefix);
    read_loose(parser, TEXT_BANNER, heading);
    parser->at = heading + 1;
    read_version(parser, end);
    read_title(parser, end);
    return true;
}

static void split_lines(struct parser *parser, const char *bytes)
{
    parser->lines = g_strsplit_set(bytes, "\n", -1);
    parser->count = g_strv_length(parser->lines);
    for (guint i = 0; i < parser->count; i++) {
        char *end = parser->lines[i] + strlen(parser->lines[i]);
        while (end > parser->lines[i] && strchr(" \t\r", end[-1]) != NULL)
            *--end = '\0';
    }
    if (g_str_has_suffix(bytes, "\n"))
        parser->count--;
}

static bool read_all(struct parser *parser, enum text_form form, GError **error)
{
    if (form == TEXT_WHOLE && !read_head(parser, error))
        return false;
    read_loose(parser, TEXT_LEAD, find_section(parser, parser->at));
    read_sections(parser);
    parser->text->end_gap = keep(parser->count - parser->at, 0);
    return true;
}

static bool check_bytes(const char *bytes, gsize length, GError **error)
{
    if (length > TEXT_LENGTH_MAX)
        return fault_raise(error, FAULT_DATA,
                           "the text has %" G_GSIZE_FORMAT " bytes; at most %d are read", length,
                           TEXT_LENGTH_MAX);
    return memchr(bytes, '\0', length) == NULL ||
           fault_raise(error, FAULT_DATA, "the text has a NUL byte: it is no text");
}

struct text *text_parse(const char *bytes, gsize length, enum text_form form,
                        const struct layout *layout, GError **error)
{
    if (!check_bytes(bytes, length, error))
        return NULL;
    g_autofree char *copy = g_strndup(bytes, length);
    g_autoptr(Text) text = text_new();
    struct parser parser = {.layout = layout, .text = text};
    split_lines(&parser, copy);
    bool good = read_all(&parser, form, error);
    g_strfreev(parser.lines);
    return good ? g_steal_pointer(&text) : NULL;
}
