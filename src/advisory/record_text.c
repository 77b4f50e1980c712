#include "record_text.h"

#include "fault.h"

#include <string.h>

static const char *const section_kinds[] = {[TEXT_BANNER] = "banner",
                                            [TEXT_LEAD] = "lead",
                                            [TEXT_SECTION] = "section",
                                            [TEXT_UPDATES] = "updates"};
static const char *const block_kinds[] = {[TEXT_PARAGRAPH] = "paragraph",
                                          [TEXT_STANDARD] = "standard",
                                          [TEXT_CLAUSE] = "clause",
                                          [TEXT_TABLE] = "table",
                                          [TEXT_SUMS] = "sums"};
static const char *const row_kinds[] = {
    [TEXT_ROW_PATCH] = "patch", [TEXT_ROW_SUBLABEL] = "sublabel", [TEXT_ROW_MORE] = "more"};

/* The schema lets no other word in; the first kind stands for what somebody forced. */
static guint kind_of(const char *const *kinds, guint count, const char *name)
{
    for (guint i = 0; i < count; i++)
        if (g_str_equal(kinds[i], name))
            return i;
    return 0;
}

static void bind_by_rule(struct store_statement *statement, int parameter, int value)
{
    if (value == TEXT_BY_RULE)
        store_bind_null(statement, parameter);
    else
        store_bind_int(statement, parameter, value);
}

static int read_by_rule(struct store_statement *statement, int column)
{
    return store_column_is_null(statement, column) ? TEXT_BY_RULE
                                                   : (int)store_int(statement, column);
}

static void bind_words(struct store_statement *statement, int parameter, const char *words)
{
    if (words == NULL)
        store_bind_null(statement, parameter);
    else
        store_bind_blob(statement, parameter, words, strlen(words));
}

static char *read_words(struct store_statement *statement, int column)
{
    gsize length = 0;
    const char *bytes = store_blob(statement, column, &length);
    if (store_column_is_null(statement, column))
        return NULL;
    return g_strndup(bytes == NULL ? "" : bytes, length);
}

static char *read_name(struct store_statement *statement, int column)
{
    return store_column_is_null(statement, column) ? NULL : g_strdup(store_text(statement, column));
}

/* --- saving --- */

static bool save_head(struct store *desk, gint64 version, const struct text *text, GError **error)
{
    struct store_statement *head = store_statement(desk, "text_set_head");
    store_bind_int(head, 1, version);
    store_bind_int(head, 2, text->version > 0);
    bind_by_rule(head, 3, text->heading_gap);
    bind_by_rule(head, 4, text->heading_indent);
    bind_by_rule(head, 5, text->version_gap);
    bind_by_rule(head, 6, text->version_indent);
    bind_by_rule(head, 7, text->title_gap);
    bind_by_rule(head, 8, text->end_gap);
    return store_run(head, error);
}

static bool save_cves(struct store *desk, gint64 version, const struct text *text, GError **error)
{
    for (guint i = 0; i < text->cves->len; i++) {
        struct store_statement *cve = store_statement(desk, "text_add_cve");
        store_bind_int(cve, 1, version);
        store_bind_int(cve, 2, i);
        store_bind_text(cve, 3, text->cves->pdata[i], -1);
        if (!store_run(cve, error))
            return false;
    }
    return true;
}

static bool save_title(struct store *desk, gint64 version, const struct text *text, GError **error)
{
    for (guint i = 0; i < text->title->len; i++) {
        const struct text_title_line *line = text->title->pdata[i];
        struct store_statement *title = store_statement(desk, "text_add_title");
        store_bind_int(title, 1, version);
        store_bind_int(title, 2, i);
        bind_by_rule(title, 3, line->indent);
        bind_words(title, 4, line->words);
        if (!store_run(title, error))
            return false;
    }
    return true;
}

static bool save_row(struct store *desk, gint64 block, guint position, const struct text_row *row,
                     GError **error)
{
    struct store_statement *add = store_statement(desk, "text_add_row");
    store_bind_int(add, 1, block);
    store_bind_int(add, 2, position);
    store_bind_text(add, 3, row_kinds[row->kind], -1);
    bind_by_rule(add, 4, row->gap);
    bind_words(add, 5, row->name);
    bind_by_rule(add, 6, row->column);
    bind_words(add, 7, row->label);
    return store_run(add, error);
}

static bool save_sum(struct store *desk, gint64 block, guint position, const struct text_sum *sum,
                     GError **error)
{
    guint8 digest[32];
    for (guint i = 0; i < sizeof digest; i++)
        digest[i] = (guint8)(g_ascii_xdigit_value(sum->digest[2 * i]) * 16 +
                             g_ascii_xdigit_value(sum->digest[2 * i + 1]));
    struct store_statement *add = store_statement(desk, "text_add_sum");
    store_bind_int(add, 1, block);
    store_bind_int(add, 2, position);
    store_bind_blob(add, 3, digest, sizeof digest);
    bind_words(add, 4, sum->name);
    return store_run(add, error);
}

static bool save_lines(struct store *desk, gint64 id, const struct text_block *block,
                       GError **error)
{
    for (guint i = 0; block->rows != NULL && i < block->rows->len; i++)
        if (!save_row(desk, id, i, block->rows->pdata[i], error))
            return false;
    for (guint i = 0; block->sums != NULL && i < block->sums->len; i++)
        if (!save_sum(desk, id, i, block->sums->pdata[i], error))
            return false;
    return true;
}

static bool save_block(struct store *desk, gint64 section, guint position,
                       const struct text_block *block, GError **error)
{
    bool clause = block->kind == TEXT_CLAUSE;
    struct store_statement *add = store_statement(desk, "text_add_block");
    store_bind_int(add, 1, section);
    store_bind_int(add, 2, position);
    store_bind_text(add, 3, block_kinds[block->kind], -1);
    bind_by_rule(add, 4, block->gap);
    bind_words(add, 5, block->words);
    store_bind_text(add, 6, block->wording, -1);
    store_bind_int(add, 7, block->open);
    store_bind_text(add, 8, clause ? text_grant_name(block->patch) : NULL, -1);
    store_bind_text(add, 9, clause ? text_grant_name(block->mitigation) : NULL, -1);
    return store_run(add, error) && save_lines(desk, store_last_id(desk), block, error);
}

static bool save_section(struct store *desk, gint64 version, guint position,
                         const struct text_section *section, GError **error)
{
    struct store_statement *add = store_statement(desk, "text_add_section");
    store_bind_int(add, 1, version);
    store_bind_int(add, 2, position);
    store_bind_text(add, 3, section_kinds[section->kind], -1);
    bind_words(add, 4, section->heading);
    bind_by_rule(add, 5, section->gap);
    bind_by_rule(add, 6, section->underline);
    if (!store_run(add, error))
        return false;
    gint64 id = store_last_id(desk);
    for (guint i = 0; i < section->blocks->len; i++)
        if (!save_block(desk, id, i, section->blocks->pdata[i], error))
            return false;
    return true;
}

bool record_save_text(struct store *desk, gint64 version, const struct text *text, GError **error)
{
    if (text->number == NULL)
        return fault_raise(error, FAULT_DATA, "a text without a heading cannot be kept");
    if (!save_head(desk, version, text, error) || !save_cves(desk, version, text, error) ||
        !save_title(desk, version, text, error))
        return false;
    for (guint i = 0; i < text->sections->len; i++)
        if (!save_section(desk, version, i, text->sections->pdata[i], error))
            return false;
    return true;
}

/* --- loading --- */

static bool load_head(struct store *desk, gint64 version, struct text *text, GError **error)
{
    struct store_statement *head = store_statement(desk, "text_head");
    bool row = false;
    store_bind_int(head, 1, version);
    if (!store_step(head, &row, error))
        return false;
    if (!row)
        return fault_raise(error, FAULT_NOINPUT, "the record has no such version");
    text->number = g_strdup(store_text(head, 0));
    text->version = store_int(head, 2) != 0 ? (unsigned)store_int(head, 1) : 0;
    text->heading_gap = read_by_rule(head, 3);
    text->heading_indent = read_by_rule(head, 4);
    text->version_gap = read_by_rule(head, 5);
    text->version_indent = read_by_rule(head, 6);
    text->title_gap = read_by_rule(head, 7);
    text->end_gap = read_by_rule(head, 8);
    store_statement(desk, "text_head"); /* lets go of the row */
    return true;
}

static void load_cve(struct store_statement *row, struct text *text)
{
    g_ptr_array_add(text->cves, g_strdup(store_text(row, 0)));
}

static void load_title(struct store_statement *row, struct text *text)
{
    g_autofree char *words = read_words(row, 1);
    text_add_title(text, words);
    struct text_title_line *line = text->title->pdata[text->title->len - 1];
    line->indent = read_by_rule(row, 0);
}

/* Every row of a statement that asks for what belongs to the version. */
static bool load_each(struct store *desk, const char *name, gint64 version, struct text *text,
                      void (*load)(struct store_statement *row, struct text *text), GError **error)
{
    struct store_statement *rows = store_statement(desk, name);
    bool more = false;
    store_bind_int(rows, 1, version);
    while (store_step(rows, &more, error)) {
        if (!more)
            return true;
        load(rows, text);
    }
    return false;
}

static bool load_rows(struct store *desk, gint64 id, struct text_block *block, GError **error)
{
    struct store_statement *rows = store_statement(desk, "text_rows");
    bool more = false;
    store_bind_int(rows, 1, id);
    while (store_step(rows, &more, error)) {
        if (!more)
            return true;
        g_autofree char *name = read_words(rows, 2);
        g_autofree char *label = read_words(rows, 4);
        guint kind = kind_of(row_kinds, G_N_ELEMENTS(row_kinds), store_text(rows, 0));
        struct text_row *row = text_add_row(block, (enum text_row_kind)kind, name, label);
        row->gap = read_by_rule(rows, 1);
        row->column = read_by_rule(rows, 3);
    }
    return false;
}

static bool load_sums(struct store *desk, gint64 id, struct text_block *block, GError **error)
{
    struct store_statement *sums = store_statement(desk, "text_sums");
    bool more = false;
    store_bind_int(sums, 1, id);
    while (store_step(sums, &more, error)) {
        if (!more)
            return true;
        gsize length = 0;
        const guint8 *digest = store_blob(sums, 0, &length);
        g_autoptr(GString) hex = g_string_new(NULL);
        for (gsize i = 0; i < length; i++)
            g_string_append_printf(hex, "%02x", digest[i]);
        g_autofree char *name = read_words(sums, 1);
        text_add_sum(block, hex->str, name);
    }
    return false;
}

static bool load_lines(struct store *desk, gint64 id, struct text_block *block, GError **error)
{
    return (block->rows == NULL || load_rows(desk, id, block, error)) &&
           (block->sums == NULL || load_sums(desk, id, block, error));
}

static struct text_block *load_block(struct store_statement *row, struct text_section *section)
{
    guint kind = kind_of(block_kinds, G_N_ELEMENTS(block_kinds), store_text(row, 1));
    struct text_block *block = text_add_block(section, (enum text_block_kind)kind);
    block->gap = read_by_rule(row, 2);
    block->words = read_words(row, 3);
    block->wording = read_name(row, 4);
    block->open = store_int(row, 5) != 0;
    /* Blocks of other kinds have none, and stay unsaid. */
    text_grant_parse(store_text(row, 6), &block->patch, NULL);
    text_grant_parse(store_text(row, 7), &block->mitigation, NULL);
    return block;
}

static bool load_blocks(struct store *desk, gint64 id, struct text_section *section, GError **error)
{
    struct store_statement *rows = store_statement(desk, "text_blocks");
    bool more = false;
    store_bind_int(rows, 1, id);
    while (store_step(rows, &more, error)) {
        if (!more)
            return true;
        gint64 block = store_int(rows, 0);
        if (!load_lines(desk, block, load_block(rows, section), error))
            return false;
    }
    return false;
}

static bool load_sections(struct store *desk, gint64 version, struct text *text, GError **error)
{
    struct store_statement *rows = store_statement(desk, "text_sections");
    bool more = false;
    store_bind_int(rows, 1, version);
    while (store_step(rows, &more, error)) {
        if (!more)
            return true;
        g_autofree char *heading = read_words(rows, 2);
        guint kind = kind_of(section_kinds, G_N_ELEMENTS(section_kinds), store_text(rows, 1));
        struct text_section *section =
            text_add_section(text, (enum text_section_kind)kind, heading);
        section->gap = read_by_rule(rows, 3);
        section->underline = read_by_rule(rows, 4);
        if (!load_blocks(desk, store_int(rows, 0), section, error))
            return false;
    }
    return false;
}

struct text *record_load_text(struct store *desk, gint64 version, GError **error)
{
    g_autoptr(Text) text = text_new();
    if (!load_head(desk, version, text, error) ||
        !load_each(desk, "text_cves", version, text, load_cve, error) ||
        !load_each(desk, "text_title", version, text, load_title, error) ||
        !load_sections(desk, version, text, error))
        return NULL;
    return g_steal_pointer(&text);
}
