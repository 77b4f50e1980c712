#include "audit_table.h"

#include "fault.h"

#include <math.h>
#include <string.h>

#define COLSPAN_MOST 1000 /* HTML, "processing model" of tables */
#define ROWSPAN_MOST 65534
#define TEXT_MOST 200  /* bytes of a cell that are kept: figures and names are short */
#define TABLE_COST 100 /* cells that a table costs, however small */
#define LABELS_MOST 3
#define HEADS_MOST 5

void audit_table_free(struct audit_table *table)
{
    if (table == NULL)
        return;
    g_free(table->name);
    g_free(table->cells);
    g_string_chunk_free(table->texts);
    g_ptr_array_unref(table->asides);
    g_free(table);
}

const struct audit_cell *audit_table_cell(const struct audit_table *table, guint row, guint column)
{
    return &table->cells[(gsize)row * table->columns + column];
}

/* --- building --- */

/* A cell that reaches down into the rows below. */
struct reach {
    struct audit_cell cell;
    guint rows; /* still to come; G_MAXUINT: all */
};

struct audit_builder {
    char *name;
    bool strict;
    guint *budget;
    guint rows, columns;
    GArray *cells;   /* struct audit_cell, row after row as they were written */
    GArray *lengths; /* guint, of each row */
    GArray *reaches; /* struct reach, one a column */
    GStringChunk *texts;
};

struct audit_builder *audit_builder_new(const char *name, bool strict, guint *budget)
{
    struct audit_builder *builder = g_new0(struct audit_builder, 1);
    builder->name = g_strdup(name);
    builder->strict = strict;
    builder->budget = budget;
    builder->cells = g_array_new(FALSE, TRUE, sizeof(struct audit_cell));
    builder->lengths = g_array_new(FALSE, TRUE, sizeof(guint));
    builder->reaches = g_array_new(FALSE, TRUE, sizeof(struct reach));
    builder->texts = g_string_chunk_new(1024);
    return builder;
}

void audit_builder_free(struct audit_builder *builder)
{
    if (builder == NULL)
        return;
    g_free(builder->name);
    g_array_unref(builder->cells);
    g_array_unref(builder->lengths);
    g_array_unref(builder->reaches);
    g_string_chunk_free(builder->texts);
    g_free(builder);
}

void audit_builder_set_name(struct audit_builder *builder, const char *name)
{
    g_free(builder->name);
    builder->name = g_strdup(name);
}

static bool refuse_size(GError **error)
{
    return fault_raise(
        error, FAULT_DATA,
        "the tables have more than %d cells, or there are too many tables: give the one "
        "that is to be checked",
        AUDIT_CELLS_MOST);
}

static guint *row_length(struct audit_builder *builder)
{
    return &g_array_index(builder->lengths, guint, builder->lengths->len - 1);
}

static bool append(struct audit_builder *builder, const struct audit_cell *cell, GError **error)
{
    guint *length = row_length(builder);
    if (*builder->budget == 0)
        return refuse_size(error);
    --*builder->budget;
    g_array_append_vals(builder->cells, cell, 1);
    ++*length;
    builder->columns = MAX(builder->columns, *length);
    return true;
}

/* What reaches down from above, as far as it stands where the row is now. */
static bool append_reaches(struct audit_builder *builder, GError **error)
{
    for (;;) {
        guint column = *row_length(builder);
        struct reach *reach = column >= builder->reaches->len
                                  ? NULL
                                  : &g_array_index(builder->reaches, struct reach, column);
        if (reach == NULL || reach->rows == 0)
            return true;
        reach->rows -= reach->rows != G_MAXUINT;
        if (!append(builder, &reach->cell, error))
            return false;
    }
}

/* Fills the row as far as something reaches into it, and forgets what has ended. */
static bool end_row(struct audit_builder *builder, GError **error)
{
    static const struct audit_cell nothing = {.text = ""};
    GArray *reaches = builder->reaches;
    while (reaches->len > 0 && g_array_index(reaches, struct reach, reaches->len - 1).rows == 0)
        g_array_set_size(reaches, reaches->len - 1);
    if (builder->rows == 0)
        return true;
    while (append_reaches(builder, error)) {
        if (*row_length(builder) >= reaches->len)
            return true;
        if (!append(builder, &nothing, error))
            return false;
    }
    return false;
}

bool audit_builder_row(struct audit_builder *builder, GError **error)
{
    guint none = 0;
    if (!end_row(builder, error))
        return false;
    g_array_append_val(builder->lengths, none);
    builder->rows++;
    return true;
}

static void remember_reach(struct audit_builder *builder, guint column,
                           const struct audit_cell *cell, guint rows)
{
    if (rows == 1)
        return;
    if (builder->reaches->len <= column)
        g_array_set_size(builder->reaches, column + 1);
    struct reach *reach = &g_array_index(builder->reaches, struct reach, column);
    reach->cell = *cell;
    reach->cell.copied = true;
    reach->rows = rows == 0 ? G_MAXUINT : MIN(rows, ROWSPAN_MOST) - 1;
}

static const char *keep_text(struct audit_builder *builder, const char *text)
{
    if (strlen(text) <= TEXT_MOST)
        return g_string_chunk_insert(builder->texts, text);
    const char *end = g_utf8_find_prev_char(text, text + TEXT_MOST);
    g_autofree char *head = g_strndup(text, (gsize)(end - text));
    g_autofree char *cut = g_strconcat(head, "\xe2\x80\xa6", NULL);
    return g_string_chunk_insert(builder->texts, cut);
}

bool audit_builder_cell(struct audit_builder *builder, const char *text, bool header, guint columns,
                        guint rows, GError **error)
{
    if (builder->rows == 0 && !audit_builder_row(builder, error))
        return false;
    if (!append_reaches(builder, error))
        return false;
    struct audit_cell cell = {.text = keep_text(builder, text), .header = header};
    columns = CLAMP(columns, 1, COLSPAN_MOST);
    for (guint i = 0; i < columns; i++) {
        cell.copied = i > 0;
        guint column = *row_length(builder);
        if (!append(builder, &cell, error))
            return false;
        remember_reach(builder, column, &cell, rows);
    }
    return true;
}

/* --- what the cells say --- */

static enum audit_marks marks_of(guint column_proof, guint table_proof)
{
    if ((column_proof & AUDIT_PROVES_COMMA) != 0 && (column_proof & AUDIT_PROVES_POINT) == 0)
        return AUDIT_MARKS_COMMA;
    return table_proof == AUDIT_PROVES_COMMA ? AUDIT_MARKS_NO_POINT : AUDIT_MARKS_POINT;
}

/* Labels prove nothing: 4.10 is a version. */
static guint prove_column(const struct audit_table *table, guint column)
{
    guint proof = 0;
    for (guint row = 1; column > 0 && row < table->rows; row++)
        proof |= audit_number_proves(audit_table_cell(table, row, column)->text);
    return proof;
}

static void read_cell(struct audit_table *table, struct audit_cell *cell, enum audit_marks marks)
{
    struct audit_number aside;
    audit_number_read(cell->text, marks, &cell->value, &aside);
    cell->aside = NULL;
    if (aside.kind == AUDIT_EMPTY)
        return;
    g_ptr_array_add(table->asides, g_memdup2(&aside, sizeof aside));
    cell->aside = table->asides->pdata[table->asides->len - 1];
}

static void read_cells(struct audit_table *table)
{
    guint all = 0;
    g_autofree guint *proofs = g_new0(guint, table->columns);
    for (guint column = 0; column < table->columns; column++)
        all |= proofs[column] = prove_column(table, column);
    for (guint row = 0; row < table->rows; row++)
        for (guint column = 0; column < table->columns; column++)
            read_cell(table, &table->cells[(gsize)row * table->columns + column],
                      marks_of(proofs[column], all));
}

static bool is_figure(const struct audit_cell *cell)
{
    return cell->value.kind == AUDIT_NUMBER || cell->value.kind == AUDIT_PERCENT;
}

/* "4.10" */
static bool is_version(const char *plain)
{
    const char *point = strchr(plain, '.');
    gsize digits = strspn(plain, "0123456789.");
    return point != NULL && plain[digits] == '\0' && point - plain <= 2 && strlen(point + 1) <= 2;
}

/* "4.11 total" */
static bool has_word(const char *plain)
{
    guint letters = 0;
    for (; *plain != '\0' && letters < 3; plain++)
        letters = g_ascii_isalpha(*plain) ? letters + 1 : 0;
    return letters == 3;
}

/* Words or a year: names columns and rows rather than counts something. */
static bool is_name_like(const struct audit_cell *cell)
{
    const struct audit_number *value = &cell->value;
    g_autofree char *plain = audit_number_plain(cell->text);
    if (has_word(plain))
        return true;
    if (value->kind != AUDIT_NUMBER || value->is_signed || value->bracketed)
        return value->kind != AUDIT_PERCENT && value->kind != AUDIT_NUMBER;
    if (value->rough)
        return true;
    return value->unit == 1 && value->value >= 1900 && value->value < 2100 && strlen(plain) == 4;
}

/* The versions of a first row in which nothing else is a figure, as in "metric 4.8 4.9". */
static bool names_versions(const struct audit_table *table)
{
    if (table->columns < 2 || is_figure(audit_table_cell(table, 0, 0)))
        return false;
    for (guint column = 1; column < table->columns; column++) {
        const struct audit_cell *cell = audit_table_cell(table, 0, column);
        g_autofree char *plain = audit_number_plain(cell->text);
        if (!is_name_like(cell) && !is_version(plain))
            return false;
    }
    return true;
}

struct row_look {
    guint filled; /* cells with something in them, copies left out */
    bool marked;  /* those are all marked as headers */
    bool named;   /* behind the first there are words, years and nothing else */
};

static struct row_look look_at_row(const struct audit_table *table, guint row)
{
    struct row_look look = {0, true, true};
    for (guint column = 0; column < table->columns; column++) {
        const struct audit_cell *cell = audit_table_cell(table, row, column);
        bool empty = cell->value.kind == AUDIT_EMPTY;
        look.filled += !empty && !cell->copied;
        look.marked = look.marked && (cell->header || empty);
        look.named = look.named && (column == 0 || is_name_like(cell));
    }
    return look;
}

/* The first row, when it names; titles that span all above it; and more rows of marked headers.
 * What spans all further down is the heading of a section. */
static guint find_head_rows(const struct audit_table *table)
{
    guint rows = 0;
    bool titles = true;
    for (; rows < MIN(HEADS_MOST, table->rows); rows++) {
        struct row_look look = look_at_row(table, rows);
        bool named =
            look.filled > 0 && (look.marked || look.named || (rows == 0 && names_versions(table)));
        if (!named || (!titles && (!look.marked || look.filled < 2)))
            break;
        titles = titles && look.filled == 1 && table->columns > 1;
    }
    return rows < table->rows ? rows : MIN(1, table->rows);
}

static bool name_is_one_of(const char *name, const char *const *words)
{
    g_autofree char *small = g_utf8_strdown(name, -1);
    for (; *words != NULL; words++)
        if (strcmp(small, *words) == 0)
            return true;
    return false;
}

/* Counting 1, 2, 3 downwards, or years: it names the rows. */
static bool is_sequence(const struct audit_table *table, guint column)
{
    double before = NAN;
    guint seen = 0;
    for (guint row = table->head_rows; row < table->rows; row++) {
        const struct audit_cell *cell = audit_table_cell(table, row, column);
        if (cell->value.kind != AUDIT_NUMBER)
            continue;
        double value = cell->value.value;
        if (cell->value.unit != 1 || (seen > 0 && fabs(value - before) > 1) ||
            (seen == 0 && value != 1 && !is_name_like(cell)))
            return false;
        before = value;
        seen++;
    }
    return seen > 1;
}

static bool names_rows(const struct audit_table *table, guint column)
{
    static const char *const ranks[] = {
        "rank", "#",    "no",    "no.",     "pos",     "pos.", "position", "place", "nr", "nr.",
        "year", "date", "month", "version", "release", "line", "quarter",  "id",    NULL};
    guint figures = 0, words = 0;
    for (guint row = table->head_rows; row < table->rows; row++) {
        const struct audit_cell *cell = audit_table_cell(table, row, column);
        figures += is_figure(cell) && !cell->header;
        words += cell->value.kind == AUDIT_WORDS || (is_figure(cell) && cell->header);
    }
    g_autofree char *name = audit_table_column_name(table, column);
    return words >= figures || name_is_one_of(name, ranks) || is_sequence(table, column);
}

static guint find_labels(const struct audit_table *table)
{
    guint labels = 0;
    while (labels < MIN(LABELS_MOST, table->columns - 1) && names_rows(table, labels))
        labels++;
    return labels;
}

/* --- percentages without their sign --- */

#define PERCENT_MOST 1000 /* beyond that "%" in a name says something else */

static bool name_has_percent(const char *name)
{
    g_autofree char *small = g_utf8_strdown(name, -1);
    return strchr(small, '%') != NULL || strstr(small, "percent") != NULL;
}

static void make_percent(struct audit_number *number)
{
    if (number->kind != AUDIT_NUMBER || fabs(number->value) > PERCENT_MOST)
        return;
    number->kind = AUDIT_PERCENT;
    if (number->unit >= 1 && !number->rough) { /* as a count it was exact */
        number->low -= number->unit / 2;
        number->high += number->unit / 2;
    }
}

/* Under "Commits (%)" the percentages are those in brackets, if there are any. */
static void make_percents(struct audit_table *table, guint row, guint rows, guint column,
                          guint columns)
{
    bool aside = false;
    for (guint y = row; y < rows; y++)
        for (guint x = column; x < columns; x++)
            aside = aside || audit_table_cell(table, y, x)->aside != NULL;
    for (guint y = row; y < rows; y++) {
        for (guint x = column; x < columns; x++) {
            struct audit_cell *cell = &table->cells[(gsize)y * table->columns + x];
            if (!aside)
                make_percent(&cell->value);
            else if (cell->aside != NULL)
                make_percent(cell->aside);
        }
    }
}

static void name_percents(struct audit_table *table)
{
    for (guint column = table->labels; column < table->columns; column++) {
        g_autofree char *name = audit_table_column_name(table, column);
        if (name_has_percent(name))
            make_percents(table, table->head_rows, table->rows, column, column + 1);
    }
    for (guint row = table->head_rows; row < table->rows && table->labels > 0; row++) {
        g_autofree char *name = audit_table_row_name(table, row);
        if (name_has_percent(name))
            make_percents(table, row, row + 1, table->labels, table->columns);
    }
}

/* --- putting it together --- */

static void note_odd_rows(struct audit_table *table, const struct audit_builder *builder)
{
    table->even = true;
    guint first = builder->lengths->len == 0 ? 0 : g_array_index(builder->lengths, guint, 0);
    for (guint row = 1; builder->strict && row < builder->lengths->len; row++) {
        guint length = g_array_index(builder->lengths, guint, row);
        if (length == first)
            continue;
        if (table->even) {
            table->odd_row = row;
            table->odd_cells = length;
        }
        table->even = false;
        table->odd_rows++;
    }
}

static void fill_cells(struct audit_table *table, const struct audit_builder *builder)
{
    const struct audit_cell *from = (const struct audit_cell *)(const void *)builder->cells->data;
    for (guint row = 0; row < table->rows; row++) {
        guint length = g_array_index(builder->lengths, guint, row);
        struct audit_cell *to = &table->cells[(gsize)row * table->columns];
        for (guint column = 0; column < table->columns; column++)
            to[column] = column < length ? from[column] : (struct audit_cell){.text = ""};
        from += length;
    }
}

/* A document's budget is for the cells as they are held: padded to a rectangle. */
static bool charge(const struct audit_builder *builder, GError **error)
{
    guint64 padded = (guint64)builder->rows * builder->columns;
    guint64 more = padded - builder->cells->len + TABLE_COST;
    if (more > *builder->budget)
        return refuse_size(error);
    *builder->budget -= (guint)more;
    return true;
}

struct audit_table *audit_builder_finish(struct audit_builder *spent, GError **error)
{
    g_autoptr(AuditBuilder) builder = spent;
    if (!end_row(builder, error))
        return NULL;
    if (builder->columns == 0 || !charge(builder, error))
        return NULL;
    struct audit_table *table = g_new0(struct audit_table, 1);
    table->name = g_steal_pointer(&builder->name);
    table->rows = builder->rows;
    table->columns = builder->columns;
    table->cells = g_new0(struct audit_cell, (gsize)table->rows * table->columns);
    table->asides = g_ptr_array_new_with_free_func(g_free);
    note_odd_rows(table, builder);
    fill_cells(table, builder);
    table->texts = g_steal_pointer(&builder->texts);
    builder->texts = g_string_chunk_new(1);
    read_cells(table);
    table->head_rows = find_head_rows(table);
    table->labels = find_labels(table);
    name_percents(table);
    return table;
}

/* --- names --- */

char *audit_table_row_name(const struct audit_table *table, guint row)
{
    for (guint column = 0; column < MAX(table->labels, 1); column++) {
        const struct audit_cell *cell = audit_table_cell(table, row, column);
        bool named = table->labels > 0 || cell->value.kind == AUDIT_WORDS;
        /* A rank names the row only when nothing else does. */
        bool last = column + 1 >= table->labels;
        if (!named || *cell->text == '\0' || (is_figure(cell) && !cell->header && !last))
            continue;
        char *plain = audit_number_plain(cell->text);
        if (*plain != '\0')
            return plain;
        g_free(plain);
    }
    return g_strdup_printf("row %u", row + 1);
}

char *audit_table_column_name(const struct audit_table *table, guint column)
{
    g_autoptr(GString) name = g_string_new(NULL);
    const char *before = NULL;
    for (guint row = 0; row < table->head_rows; row++) {
        const struct audit_cell *cell = audit_table_cell(table, row, column);
        g_autofree char *plain = audit_number_plain(cell->text);
        if (*plain == '\0' || (before != NULL && strcmp(before, cell->text) == 0))
            continue;
        before = cell->text;
        g_string_append_printf(name, "%s%s", name->len > 0 ? " " : "", plain);
    }
    if (name->len == 0)
        g_string_printf(name, "column %u", column + 1);
    return g_string_free(g_steal_pointer(&name), FALSE);
}
