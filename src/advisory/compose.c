#include "compose.h"

#include "fault.h"

#include <string.h>

struct composer {
    const struct compose_given *given;
    const struct layout *layout;
    struct text *text;
};

static bool is_blank(const char *words)
{
    return words[strspn(words, " \t\n")] == '\0';
}

/* Words of one paragraph in lines; the first begins at a column. */
static void fill_paragraph(GString *out, const char *words, int column, int most)
{
    g_auto(GStrv) parts = g_strsplit_set(words, " \t\n", -1);
    bool first = true;
    bool sentence = false; /* two blanks after it */
    for (char **part = parts; *part != NULL; part++) {
        if (**part == '\0')
            continue;
        int width = layout_width(*part);
        int blanks = first ? 0 : sentence ? 2 : 1;
        if (!first && column + blanks + width > most) {
            g_string_append_c(out, '\n');
            column = blanks = 0;
        }
        g_string_append_printf(out, "%*s%s", blanks, "", *part);
        column += blanks + width;
        first = false;
        sentence = strchr(".?!", (*part)[strlen(*part) - 1]) != NULL;
    }
}

static char *fill(const char *words, int column, int most)
{
    GString *out = g_string_new(NULL);
    g_autofree char *bare = g_strstrip(g_strdup(words));
    for (char *at = bare; at != NULL;) {
        char *next = strstr(at, "\n\n");
        if (next != NULL) {
            *next++ = '\0';
            next += strspn(next, "\n");
        }
        fill_paragraph(out, at, out->len == 0 ? column : 0, most);
        g_string_append(out, next == NULL ? "" : "\n\n");
        at = next;
    }
    return g_string_free(out, FALSE);
}

static bool check_given(const struct compose_given *given, GError **error)
{
    if (!layout_good_number(given->number))
        return fault_raise(error, FAULT_DATA,
                           "an advisory's number is 1 to 6 digits, or 2026-01 and the like");
    const char *title = given->title;
    if (is_blank(title) || strpbrk(title, "\r\n") != NULL || g_ascii_isspace(*title) ||
        g_ascii_isspace(title[strlen(title) - 1]))
        return fault_raise(error, FAULT_DATA,
                           "a title is one line, without blanks at its beginning and end");
    return true;
}

static void add_head(struct composer *composer)
{
    struct text *text = composer->text;
    text->number = g_strdup(composer->given->number);
    text->version = composer->given->version;
    for (guint i = 0; composer->given->cves != NULL && i < composer->given->cves->len; i++)
        g_ptr_array_add(text->cves, g_strdup(composer->given->cves->pdata[i]));
    text_add_title(text, composer->given->title);
}

static bool add_updates(struct composer *composer, GError **error)
{
    const char *words = composer->given->updates;
    if (words == NULL)
        return true;
    g_autoptr(Text) prose = text_parse(words, strlen(words), TEXT_DRAFT, composer->layout, error);
    if (prose == NULL)
        return false;
    const struct text_section *lead = prose->sections->len == 1 ? prose->sections->pdata[0] : NULL;
    if (lead == NULL || lead->kind != TEXT_LEAD)
        return fault_raise(error, FAULT_DATA, "the updates are paragraphs, at least one");
    struct text_section *section = text_add_section(composer->text, TEXT_UPDATES, NULL);
    for (guint i = 0; i < lead->blocks->len; i++) {
        struct text_block *block = text_block_copy(lead->blocks->pdata[i]);
        block->gap = i == 0 ? TEXT_BY_RULE : block->gap;
        block->line = 0;
        g_ptr_array_add(section->blocks, block);
    }
    return true;
}

static bool is_generated(const struct composer *composer, const struct text_section *section)
{
    if (section->heading == NULL)
        return section->kind == TEXT_UPDATES;
    return g_str_has_prefix(section->heading, composer->layout->updates) ||
           (composer->given->deployment &&
            strcmp(section->heading, composer->layout->deployment) == 0);
}

static bool copy_section(struct composer *composer, const struct text_section *section,
                         GError **error)
{
    if (is_generated(composer, section))
        return fault_raise(error, FAULT_DATA, "line %u: this section is generated; take it out",
                           section->line);
    struct text_section *copy = text_add_section(composer->text, section->kind, section->heading);
    copy->gap = TEXT_BY_RULE;
    copy->underline = section->underline;
    copy->line = section->line;
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        if (block->kind == TEXT_TABLE || block->kind == TEXT_SUMS)
            return fault_raise(error, FAULT_DATA,
                               "line %u: patch tables and sums are generated; take them out",
                               block->line);
        struct text_block *added = text_block_copy(block);
        /* At the very beginning of a draft, none is the rule. */
        if (i == 0)
            added->gap = TEXT_BY_RULE;
        g_ptr_array_add(copy->blocks, added);
    }
    return true;
}

static int place(const struct layout *layout, const char *heading)
{
    for (int i = 0; layout->order[i] != NULL; i++)
        if (g_strcmp0(heading, layout->order[i]) == 0)
            return i;
    return -1;
}

/* The section of that heading; made before the first that comes after it in the known order. */
static struct text_section *need_section(struct composer *composer, const char *heading)
{
    GPtrArray *sections = composer->text->sections;
    guint at = sections->len;
    for (guint i = sections->len; i-- > 0;) {
        struct text_section *section = sections->pdata[i];
        if (g_strcmp0(section->heading, heading) == 0)
            return section;
        if (place(composer->layout, section->heading) > place(composer->layout, heading))
            at = i;
    }
    struct text_section *section = text_section_new(TEXT_SECTION, heading);
    g_ptr_array_insert(sections, (int)at, section);
    return section;
}

static bool has_standard(const struct text_section *section, const char *name)
{
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        if (block->kind == TEXT_STANDARD && strcmp(block->wording, name) == 0)
            return true;
    }
    return false;
}

static void add_standard(struct text_section *section, const char *name)
{
    if (!has_standard(section, name))
        text_add_block(section, TEXT_STANDARD)->wording = g_strdup(name);
}

static int by_name(gconstpointer left, gconstpointer right)
{
    const struct text_sum *const *a = left;
    const struct text_sum *const *b = right;
    return text_name_order((*a)->name, (*b)->name);
}

static void add_sums(struct text_section *section, const GPtrArray *files)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < files->len; i++)
        g_ptr_array_add(sorted, files->pdata[i]);
    g_ptr_array_sort(sorted, by_name);
    struct text_block *sums = text_add_block(section, TEXT_SUMS);
    for (guint i = 0; i < sorted->len; i++) {
        const struct text_sum *file = sorted->pdata[i];
        text_add_sum(sums, file->digest, file->name);
    }
}

static void add_resolution(struct composer *composer)
{
    const GPtrArray *rows = composer->given->rows;
    const GPtrArray *files = composer->given->files;
    const struct layout *layout = composer->layout;
    guint row_count = rows == NULL ? 0 : rows->len;
    guint file_count = files == NULL ? 0 : files->len;
    if (row_count + file_count == 0)
        return;
    struct text_section *section = need_section(composer, layout->resolution);
    if (section->blocks->len == 0)
        add_standard(section, file_count > 1 ? layout->several_patches : layout->one_patch);
    for (char **note = layout->resolution_notes; *note != NULL; note++)
        add_standard(section, *note);
    struct text_block *table = row_count > 0 ? text_add_block(section, TEXT_TABLE) : NULL;
    for (guint i = 0; i < row_count; i++) {
        const struct text_row *row = rows->pdata[i];
        text_add_row(table, row->kind, row->name, row->label);
    }
    if (file_count > 0)
        add_sums(section, files);
}

static bool check_reason(const struct layout_wording *wording, const char *reason, GError **error)
{
    bool given = reason != NULL && !is_blank(reason);
    if (wording->hole >= 0 && !given)
        return fault_raise(error, FAULT_DATA, "%s: who restricts deployment must give a reason",
                           wording->name);
    if (wording->hole < 0 && given)
        return fault_raise(error, FAULT_DATA,
                           "%s: nothing is restricted, so there is no reason to give",
                           wording->name);
    return true;
}

static bool add_deployment(struct composer *composer, GError **error)
{
    const struct compose_given *given = composer->given;
    const struct layout *layout = composer->layout;
    if (!given->deployment)
        return true;
    const struct layout_wording *wording =
        layout_clause(layout, given->patch, given->mitigation, given->variant);
    if (wording == NULL)
        return fault_raise(error, FAULT_CONFIG, "the layout has no deployment/%s-%s%s%s.txt",
                           text_grant_name(given->patch), text_grant_name(given->mitigation),
                           given->variant == NULL ? "" : ".",
                           given->variant == NULL ? "" : given->variant);
    if (!check_reason(wording, given->reason, error))
        return false;
    struct text_section *section = need_section(composer, layout->deployment);
    struct text_block *clause = text_add_block(section, TEXT_CLAUSE);
    clause->patch = given->patch;
    clause->mitigation = given->mitigation;
    clause->wording = g_strdup(given->variant);
    if (wording->hole >= 0)
        clause->words =
            fill(given->reason, layout_width(wording->lines[wording->hole]), layout->fill_columns);
    for (char **note = layout->deployment_notes; *note != NULL; note++)
        add_standard(section, *note);
    return true;
}

struct text *compose_text(const struct text *draft, const struct compose_given *given,
                          const struct layout *layout, GError **error)
{
    g_autoptr(Text) text = text_new();
    struct composer composer = {given, layout, text};
    if (!check_given(given, error))
        return NULL;
    add_head(&composer);
    if (!add_updates(&composer, error))
        return NULL;
    for (guint i = 0; i < draft->sections->len; i++)
        if (!copy_section(&composer, draft->sections->pdata[i], error))
            return NULL;
    add_resolution(&composer);
    return add_deployment(&composer, error) ? g_steal_pointer(&text) : NULL;
}
