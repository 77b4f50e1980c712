#include "text.h"

#include "fault.h"

#include <string.h>

static const char *const grant_names[TEXT_GRANTS] = {
    [TEXT_UNSAID] = "unsaid",
    [TEXT_PERMITTED] = "permitted",
    [TEXT_MEMBERS] = "members",
    [TEXT_FORBIDDEN] = "forbidden",
};

const char *text_grant_name(enum text_grant grant)
{
    return grant_names[grant];
}

bool text_grant_parse(const char *name, enum text_grant *ret_grant, GError **error)
{
    for (int grant = 0; grant < TEXT_GRANTS; grant++) {
        if (strcmp(name, grant_names[grant]) == 0) {
            *ret_grant = (enum text_grant)grant;
            return true;
        }
    }
    return fault_raise(error, FAULT_DATA,
                       "a grant is one of permitted, members, forbidden and unsaid");
}

static void title_line_free(struct text_title_line *line)
{
    g_free(line->words);
    g_free(line);
}

static void row_free(struct text_row *row)
{
    g_free(row->name);
    g_free(row->label);
    g_free(row);
}

static void sum_free(struct text_sum *sum)
{
    g_free(sum->digest);
    g_free(sum->name);
    g_free(sum);
}

static void block_free(struct text_block *block)
{
    g_free(block->words);
    g_free(block->wording);
    g_clear_pointer(&block->rows, g_ptr_array_unref);
    g_clear_pointer(&block->sums, g_ptr_array_unref);
    g_free(block);
}

static void section_free(struct text_section *section)
{
    g_free(section->heading);
    g_ptr_array_unref(section->blocks);
    g_free(section);
}

struct text *text_new(void)
{
    struct text *text = g_new0(struct text, 1);
    text->cves = g_ptr_array_new_with_free_func(g_free);
    text->title = g_ptr_array_new_with_free_func((GDestroyNotify)title_line_free);
    text->sections = g_ptr_array_new_with_free_func((GDestroyNotify)section_free);
    text->heading_gap = text->heading_indent = TEXT_BY_RULE;
    text->version_gap = text->version_indent = TEXT_BY_RULE;
    text->title_gap = text->end_gap = TEXT_BY_RULE;
    return text;
}

void text_free(struct text *text)
{
    if (text == NULL)
        return;
    g_free(text->number);
    g_ptr_array_unref(text->cves);
    g_ptr_array_unref(text->title);
    g_ptr_array_unref(text->sections);
    g_free(text);
}

void text_add_title(struct text *text, const char *words)
{
    struct text_title_line *line = g_new0(struct text_title_line, 1);
    line->indent = TEXT_BY_RULE;
    line->words = g_strdup(words);
    g_ptr_array_add(text->title, line);
}

struct text_section *text_section_new(enum text_section_kind kind, const char *heading)
{
    struct text_section *section = g_new0(struct text_section, 1);
    section->kind = kind;
    section->heading = g_strdup(heading);
    section->gap = section->underline = TEXT_BY_RULE;
    section->blocks = g_ptr_array_new_with_free_func((GDestroyNotify)block_free);
    return section;
}

struct text_section *text_add_section(struct text *text, enum text_section_kind kind,
                                      const char *heading)
{
    struct text_section *section = text_section_new(kind, heading);
    g_ptr_array_add(text->sections, section);
    return section;
}

struct text_block *text_block_new(enum text_block_kind kind)
{
    struct text_block *block = g_new0(struct text_block, 1);
    block->kind = kind;
    block->gap = TEXT_BY_RULE;
    if (kind == TEXT_TABLE)
        block->rows = g_ptr_array_new_with_free_func((GDestroyNotify)row_free);
    if (kind == TEXT_SUMS)
        block->sums = g_ptr_array_new_with_free_func((GDestroyNotify)sum_free);
    return block;
}

struct text_block *text_add_block(struct text_section *section, enum text_block_kind kind)
{
    struct text_block *block = text_block_new(kind);
    g_ptr_array_add(section->blocks, block);
    return block;
}

struct text_block *text_add_paragraph(struct text_section *section, const char *words)
{
    struct text_block *block = text_add_block(section, TEXT_PARAGRAPH);
    block->words = g_strdup(words);
    return block;
}

struct text_row *text_add_row(struct text_block *table, enum text_row_kind kind, const char *name,
                              const char *label)
{
    struct text_row *row = g_new0(struct text_row, 1);
    row->kind = kind;
    row->gap = row->column = TEXT_BY_RULE;
    row->name = g_strdup(name);
    row->label = g_strdup(label);
    g_ptr_array_add(table->rows, row);
    return row;
}

struct text_sum *text_add_sum(struct text_block *sums, const char *digest, const char *name)
{
    struct text_sum *sum = g_new0(struct text_sum, 1);
    sum->digest = g_strdup(digest);
    sum->name = g_strdup(name);
    g_ptr_array_add(sums->sums, sum);
    return sum;
}

static void copy_rows(struct text_block *copy, const struct text_block *block)
{
    for (guint i = 0; block->rows != NULL && i < block->rows->len; i++) {
        const struct text_row *row = block->rows->pdata[i];
        struct text_row *added = text_add_row(copy, row->kind, row->name, row->label);
        added->gap = row->gap;
        added->column = row->column;
        added->line = row->line;
    }
    for (guint i = 0; block->sums != NULL && i < block->sums->len; i++) {
        const struct text_sum *sum = block->sums->pdata[i];
        text_add_sum(copy, sum->digest, sum->name)->line = sum->line;
    }
}

struct text_block *text_block_copy(const struct text_block *block)
{
    struct text_block *copy = text_block_new(block->kind);
    copy->gap = block->gap;
    copy->words = g_strdup(block->words);
    copy->wording = g_strdup(block->wording);
    copy->open = block->open;
    copy->patch = block->patch;
    copy->mitigation = block->mitigation;
    copy->line = block->line;
    copy_rows(copy, block);
    return copy;
}

char *text_title(const struct text *text)
{
    GString *title = g_string_new(NULL);
    for (guint i = 0; i < text->title->len; i++) {
        const struct text_title_line *line = text->title->pdata[i];
        g_string_append_printf(title, "%s%s", i > 0 ? " " : "", line->words);
    }
    return g_string_free(title, FALSE);
}

const struct text_section *text_find_section(const struct text *text, const char *heading)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (heading == NULL ? section->kind == TEXT_UPDATES
                            : g_strcmp0(section->heading, heading) == 0)
            return section;
    }
    return NULL;
}

static gsize stem_length(const char *name)
{
    gsize length = strlen(name);
    return g_str_has_suffix(name, ".patch") ? length - strlen(".patch") : length;
}

int text_name_order(const char *left, const char *right)
{
    gsize left_length = stem_length(left);
    gsize right_length = stem_length(right);
    int order = memcmp(left, right, MIN(left_length, right_length));
    if (order != 0)
        return order;
    if (left_length != right_length)
        return left_length < right_length ? -1 : 1;
    return strcmp(left + left_length, right + right_length);
}
