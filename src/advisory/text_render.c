#include "fault.h"
#include "layout.h"
#include "text.h"

#include <string.h>

static int by_rule(int kept, int rule)
{
    return kept < 0 ? rule : kept;
}

static void append_times(GString *out, char c, int times)
{
    for (int i = 0; i < times; i++)
        g_string_append_c(out, c);
}

static void append_indented(GString *out, int indent, const char *words)
{
    append_times(out, ' ', indent);
    g_string_append(out, words);
    g_string_append_c(out, '\n');
}

/* A text begins without an empty line. */
static void append_gap(GString *out, int kept)
{
    append_times(out, '\n', by_rule(kept, out->len == 0 ? 0 : 1));
}

static void append_wording(GString *out, const struct layout_wording *wording, const char *reason)
{
    for (guint i = 0; i < wording->count; i++) {
        g_string_append(out, wording->lines[i]);
        if ((int)i == wording->hole)
            g_string_append(out, reason);
        g_string_append_c(out, '\n');
    }
}

static bool append_standard(GString *out, const struct text_block *block,
                            const struct layout *layout, GError **error)
{
    const struct layout_wording *wording = layout_paragraph(layout, block->wording);
    if (wording == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "the text uses the wording %s, but the layout has no paragraph/%s.txt",
                           block->wording, block->wording);
    append_wording(out, wording, NULL);
    return true;
}

static bool append_clause(GString *out, const struct text_block *block, const struct layout *layout,
                          GError **error)
{
    const struct layout_wording *wording =
        layout_clause(layout, block->patch, block->mitigation, block->wording);
    if (wording == NULL)
        return fault_raise(error, FAULT_CONFIG, "the layout has no deployment/%s-%s%s%s.txt",
                           text_grant_name(block->patch), text_grant_name(block->mitigation),
                           block->wording == NULL ? "" : ".",
                           block->wording == NULL ? "" : block->wording);
    if ((wording->hole >= 0) != (block->words != NULL))
        return fault_raise(error, FAULT_DATA,
                           wording->hole >= 0 ? "%s needs a reason" : "%s takes no reason",
                           wording->name);
    append_wording(out, wording, block->words);
    return true;
}

static void append_table(GString *out, const struct text_block *block, const struct layout *layout)
{
    int rule = layout_label_column(layout, block->rows);
    for (guint i = 0; i < block->rows->len; i++) {
        const struct text_row *row = block->rows->pdata[i];
        const struct text_row *above = i > 0 ? block->rows->pdata[i - 1] : NULL;
        append_times(out, '\n', by_rule(row->gap, layout_row_gap(above, row)));
        const char *name = row->kind == TEXT_ROW_PATCH ? row->name : "";
        g_string_append(out, name);
        if (row->kind != TEXT_ROW_SUBLABEL && *row->label != '\0')
            append_times(out, ' ', by_rule(row->column, rule) - (int)strlen(name));
        g_string_append_printf(out, "%s\n", row->label);
    }
}

static void append_sums(GString *out, const struct text *text, const struct text_block *block,
                        const struct layout *layout)
{
    g_autofree char *stem = layout_stem(layout, text->number == NULL ? "" : text->number);
    g_string_append(out, "$ sha256sum ");
    if (block->words != NULL)
        g_string_append_printf(out, "%s\n", block->words);
    else
        g_string_append_printf(out, "%s*\n", stem);
    for (guint i = 0; i < block->sums->len; i++) {
        const struct text_sum *sum = block->sums->pdata[i];
        g_string_append_printf(out, "%s  %s\n", sum->digest, sum->name);
    }
    g_string_append(out, block->open ? "" : "$\n");
}

static bool append_block(GString *out, const struct text *text, const struct text_block *block,
                         const struct layout *layout, GError **error)
{
    append_gap(out, block->gap);
    switch (block->kind) {
    case TEXT_PARAGRAPH:
        append_indented(out, 0, block->words);
        return true;
    case TEXT_STANDARD:
        return append_standard(out, block, layout, error);
    case TEXT_CLAUSE:
        return append_clause(out, block, layout, error);
    case TEXT_TABLE:
        append_table(out, block, layout);
        return true;
    case TEXT_SUMS:
        append_sums(out, text, block, layout);
        return true;
    }
    return fault_raise(error, FAULT_INTERNAL, "a block of no kind");
}

static void append_heading(GString *out, const struct text *text,
                           const struct text_section *section, const struct layout *layout)
{
    if (section->kind != TEXT_SECTION && section->kind != TEXT_UPDATES)
        return;
    g_autofree char *updates = g_strdup_printf("%s %u", layout->updates, text->version);
    const char *heading = section->kind == TEXT_UPDATES ? updates : section->heading;
    append_gap(out, section->gap);
    append_indented(out, 0, heading);
    append_times(out, '=', by_rule(section->underline, layout_width(heading)));
    g_string_append_c(out, '\n');
}

static bool append_section(GString *out, const struct text *text,
                           const struct text_section *section, const struct layout *layout,
                           GError **error)
{
    append_heading(out, text, section, layout);
    for (guint i = 0; i < section->blocks->len; i++)
        if (!append_block(out, text, section->blocks->pdata[i], layout, error))
            return false;
    return true;
}

static void append_head(GString *out, const struct text *text, const struct layout *layout)
{
    g_autofree char *heading = layout_heading(layout, text->cves, text->number);
    int width = layout_width(heading);
    int indent = by_rule(text->heading_indent, layout_heading_indent(layout, width));
    append_gap(out, text->heading_gap);
    append_indented(out, indent, heading);
    if (text->version > 0) {
        g_autofree char *version = g_strdup_printf("version %u", text->version);
        int rule = layout_version_indent(indent, width, (int)strlen(version));
        append_times(out, '\n', by_rule(text->version_gap, 0));
        append_indented(out, by_rule(text->version_indent, rule), version);
    }
    if (text->title->len > 0)
        append_gap(out, text->title_gap);
    for (guint i = 0; i < text->title->len; i++) {
        const struct text_title_line *line = text->title->pdata[i];
        int rule = layout_title_indent(layout, layout_width(line->words));
        append_indented(out, by_rule(line->indent, rule), line->words);
    }
}

char *text_render(const struct text *text, const struct layout *layout, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    bool head = text->number == NULL;
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (!head && section->kind != TEXT_BANNER) {
            append_head(out, text, layout);
            head = true;
        }
        if (!append_section(out, text, section, layout, error))
            return NULL;
    }
    if (!head)
        append_head(out, text, layout);
    append_times(out, '\n', by_rule(text->end_gap, 0));
    return g_string_free(g_steal_pointer(&out), FALSE);
}
