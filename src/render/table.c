#include "table.h"

#include "escape.h"
#include "fault.h"

#include <math.h>
#include <string.h>

/* Enough for every quotient of counts, and no 0.10000000000000001. */
#define DIGITS 15
#define JSON_STYLE JSON_REAL_PRECISION(DIGITS)

struct cell {
    bool set;
    enum table_paint paint;
    union {
        char *string;
        gint64 integer;
        double real;
        bool truth;
    };
};

struct table {
    struct table_column *columns;
    guint count;
    GArray *cells; /* struct cell, row by row */
    bool streamed; /* a row has been handed out */
};

static bool right_aligned(const struct table_column *column)
{
    return column->kind == TABLE_KIND_INT || column->kind == TABLE_KIND_REAL;
}

struct table *table_new(const struct table_column *columns, guint count)
{
    g_return_val_if_fail(count > 0, NULL);
    struct table *table = g_new0(struct table, 1);
    table->columns = g_memdup2(columns, count * sizeof *columns);
    table->count = count;
    table->cells = g_array_new(FALSE, FALSE, sizeof(struct cell));
    return table;
}

static struct cell *cell_at(const struct table *table, guint row, guint column)
{
    return &g_array_index(table->cells, struct cell, row * table->count + column);
}

static void drop_cells(struct table *table)
{
    for (guint i = 0; i < table->cells->len; i++)
        if (table->columns[i % table->count].kind == TABLE_KIND_STRING)
            g_free(g_array_index(table->cells, struct cell, i).string);
    g_array_set_size(table->cells, 0);
}

void table_free(struct table *table)
{
    if (table == NULL)
        return;
    drop_cells(table);
    g_array_unref(table->cells);
    g_free(table->columns);
    g_free(table);
}

static void add(struct table *table, enum table_kind kind, struct cell cell)
{
    g_return_if_fail(table->columns[table->cells->len % table->count].kind == kind);
    g_array_append_val(table->cells, cell);
}

void table_string(struct table *table, const char *value)
{
    struct cell cell = {.set = value != NULL};
    g_return_if_fail(table->columns[table->cells->len % table->count].kind == TABLE_KIND_STRING);
    cell.string = g_strdup(value);
    g_array_append_val(table->cells, cell);
}

void table_int(struct table *table, gint64 value)
{
    add(table, TABLE_KIND_INT, (struct cell){.set = true, .integer = value});
}

void table_real(struct table *table, double value)
{
    add(table, TABLE_KIND_REAL, (struct cell){.set = isfinite(value), .real = value});
}

void table_bool(struct table *table, bool value)
{
    add(table, TABLE_KIND_BOOL, (struct cell){.set = true, .truth = value});
}

void table_none(struct table *table)
{
    struct cell none;
    memset(&none, 0, sizeof none);
    g_array_append_val(table->cells, none);
}

void table_paint(struct table *table, enum table_paint paint)
{
    g_return_if_fail(table->cells->len > 0);
    g_array_index(table->cells, struct cell, table->cells->len - 1).paint = paint;
}

guint table_rows(const struct table *table)
{
    return table->count == 0 ? 0 : table->cells->len / table->count;
}

/* `shown` digits after the point for people. */
static char *real_text(double value, bool human, guint shown)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE * 16], form[16];
    g_snprintf(form, sizeof form, human ? "%%.%uf" : "%%.%ug",
               human ? (shown == 0 ? 2 : shown) : DIGITS);
    g_ascii_formatd(digits, sizeof digits, form, value);
    bool negative_nothing = digits[0] == '-' && strspn(digits + 1, "0.") == strlen(digits + 1);
    return g_strdup(digits + negative_nothing);
}

/* As people read it (human), or as programs do. */
static char *cell_text(const struct table *table, guint row, guint column, bool human)
{
    const struct cell *cell = cell_at(table, row, column);
    if (!cell->set)
        return g_strdup("");
    switch (table->columns[column].kind) {
    case TABLE_KIND_STRING:
        return human ? escape_line(cell->string) : g_utf8_make_valid(cell->string, -1);
    case TABLE_KIND_INT:
        return g_strdup_printf("%" G_GINT64_FORMAT, cell->integer);
    case TABLE_KIND_REAL:
        return real_text(cell->real, human, table->columns[column].digits);
    case TABLE_KIND_BOOL:
        if (human)
            return g_strdup(cell->truth ? "yes" : "no");
        return g_strdup(cell->truth ? "true" : "false");
    }
    g_return_val_if_reached(g_strdup(""));
}

/* JSON. */

static json_t *cell_json(const struct table *table, guint row, guint column)
{
    const struct cell *cell = cell_at(table, row, column);
    if (!cell->set)
        return json_null();
    switch (table->columns[column].kind) {
    case TABLE_KIND_STRING: {
        g_autofree char *valid = g_utf8_make_valid(cell->string, -1);
        return json_string(valid);
    }
    case TABLE_KIND_INT:
        return json_integer(cell->integer);
    case TABLE_KIND_REAL:
        return json_real(cell->real);
    case TABLE_KIND_BOOL:
        return json_boolean(cell->truth);
    }
    g_return_val_if_reached(json_null());
}

static json_t *row_json(const struct table *table, guint row)
{
    json_t *object = json_object();
    for (guint i = 0; i < table->count; i++)
        json_object_set_new(object, table->columns[i].key, cell_json(table, row, i));
    return object;
}

json_t *table_json(const struct table *table)
{
    json_t *array = json_array();
    for (guint row = 0; row < table_rows(table); row++)
        json_array_append_new(array, row_json(table, row));
    return array;
}

/* TSV and CSV: one line of fields; the whole form is made of the same pieces as the streamed one.
 */

static void put_tsv(GString *out, const char *field)
{
    static const char *const escapes[128] = {
        ['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r", ['\\'] = "\\\\"};
    for (const char *at = field; *at != '\0'; at++) {
        if ((guchar)*at < 128 && escapes[(guchar)*at] != NULL)
            g_string_append(out, escapes[(guchar)*at]);
        else
            g_string_append_c(out, *at);
    }
}

static void put_csv(GString *out, const char *field, bool alone)
{
    /* A lone empty field would be an empty line, which readers skip. */
    if (strpbrk(field, ",\"\r\n") == NULL && !(alone && *field == '\0')) {
        g_string_append(out, field);
        return;
    }
    g_string_append_c(out, '"');
    for (const char *at = field; *at != '\0'; at++) {
        if (*at == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void put_field(GString *out, const struct table *table, enum table_format format,
                      guint column, const char *field)
{
    if (column > 0)
        g_string_append_c(out, format == TABLE_TSV ? '\t' : ',');
    if (format == TABLE_TSV)
        put_tsv(out, field);
    else
        put_csv(out, field, table->count == 1);
}

static void put_row(GString *out, const struct table *table, enum table_format format, guint row,
                    bool first)
{
    if (format == TABLE_JSON) {
        json_auto_t *object = row_json(table, row);
        g_autofree char *line = json_dumps(object, JSON_STYLE);
        g_string_append(out, first ? "\n" : ",\n");
        g_string_append(out, line);
        return;
    }
    for (guint i = 0; i < table->count; i++) {
        g_autofree char *field = cell_text(table, row, i, false);
        put_field(out, table, format, i, field);
    }
    g_string_append_c(out, '\n');
}

static void put_head(GString *out, const struct table *table, enum table_format format)
{
    if (format == TABLE_JSON) {
        g_string_append_c(out, '[');
        return;
    }
    for (guint i = 0; i < table->count; i++)
        put_field(out, table, format, i, table->columns[i].key);
    g_string_append_c(out, '\n');
}

static void put_tail(GString *out, enum table_format format, bool empty)
{
    if (format == TABLE_JSON)
        g_string_append(out, empty ? "]\n" : "\n]\n");
}

static bool streams(enum table_format format)
{
    return format == TABLE_TSV || format == TABLE_CSV || format == TABLE_JSON;
}

char *table_stream_head(const struct table *table, enum table_format format)
{
    g_return_val_if_fail(streams(format), NULL);
    GString *out = g_string_new(NULL);
    put_head(out, table, format);
    return g_string_free(out, FALSE);
}

char *table_stream_row(struct table *table, enum table_format format, bool first)
{
    g_return_val_if_fail(streams(format) && table->cells->len == table->count, NULL);
    GString *out = g_string_new(NULL);
    put_row(out, table, format, 0, first);
    drop_cells(table);
    table->streamed = true;
    return g_string_free(out, FALSE);
}

char *table_stream_tail(const struct table *table, enum table_format format)
{
    g_return_val_if_fail(streams(format), NULL);
    GString *out = g_string_new(NULL);
    put_tail(out, format, !table->streamed);
    return g_string_free(out, FALSE);
}

static char *format_lines(const struct table *table, enum table_format format)
{
    GString *out = g_string_new(NULL);
    guint rows = table_rows(table);
    put_head(out, table, format);
    for (guint row = 0; row < rows; row++)
        put_row(out, table, format, row, row == 0);
    put_tail(out, format, rows == 0);
    return g_string_free(out, FALSE);
}

/* Text and Markdown: everything is measured before the first line is written. */

struct grid {
    GPtrArray *cells; /* char *, the header first, row by row */
    guint *widths;
};

static guint display_width(const char *text)
{
    guint width = 0;
    for (const char *at = text; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar c = g_utf8_get_char(at);
        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

static void grid_add(struct grid *grid, const struct table *table, enum table_format format,
                     char *text)
{
    guint column = grid->cells->len % table->count;
    if (format == TABLE_MARKDOWN) {
        char *escaped = escape_markdown(text);
        g_free(text);
        text = escaped;
    }
    grid->widths[column] = MAX(grid->widths[column], display_width(text));
    g_ptr_array_add(grid->cells, text);
}

static struct grid grid_new(const struct table *table, enum table_format format)
{
    struct grid grid = {g_ptr_array_new_with_free_func(g_free), g_new0(guint, table->count)};
    for (guint i = 0; i < table->count; i++) {
        const struct table_column *column = &table->columns[i];
        grid_add(&grid, table, format, escape_line(column->title ? column->title : column->key));
    }
    for (guint row = 0; row < table_rows(table); row++)
        for (guint i = 0; i < table->count; i++)
            grid_add(&grid, table, format, cell_text(table, row, i, true));
    return grid;
}

static void put_blanks(GString *out, guint count)
{
    for (guint i = 0; i < count; i++)
        g_string_append_c(out, ' ');
}

static void put_painted(GString *out, const char *text, enum table_paint paint)
{
    static const char *const codes[] = {
        [TABLE_USUAL] = NULL, [TABLE_BOLD] = "1",    [TABLE_FAINT] = "2",
        [TABLE_RED] = "31",   [TABLE_YELLOW] = "33", [TABLE_GREEN] = "32"};
    if (codes[paint] == NULL || *text == '\0')
        g_string_append(out, text);
    else
        g_string_append_printf(out, "\033[%sm%s\033[0m", codes[paint], text);
}

static void put_padded(GString *out, const char *text, guint width, bool right,
                       enum table_paint paint)
{
    guint blanks = width - MIN(width, display_width(text));
    if (right)
        put_blanks(out, blanks);
    put_painted(out, text, paint);
    if (!right)
        put_blanks(out, blanks);
}

static void trim_end(GString *out)
{
    while (out->len > 0 && out->str[out->len - 1] == ' ')
        g_string_truncate(out, out->len - 1);
}

/* Row 0 is the header. */
static char *text_line(const struct table *table, const struct grid *grid, guint row, bool colour)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < table->count; i++) {
        bool painted = colour && row > 0;
        if (i > 0)
            g_string_append(out, "  ");
        put_padded(out, g_ptr_array_index(grid->cells, row * table->count + i), grid->widths[i],
                   right_aligned(&table->columns[i]),
                   painted ? cell_at(table, row - 1, i)->paint : TABLE_USUAL);
    }
    trim_end(out);
    return g_string_free(out, FALSE);
}

static char *format_text(const struct table *table, const struct grid *grid, bool colour)
{
    GString *out = g_string_new(NULL);
    g_autofree char *head = text_line(table, grid, 0, colour);
    g_string_append_printf(out, colour ? "\033[1m%s\033[0m\n" : "%s\n", head);
    for (guint row = 1; row <= table_rows(table); row++) {
        g_autofree char *line = text_line(table, grid, row, colour);
        g_string_append_printf(out, "%s\n", line);
    }
    return g_string_free(out, FALSE);
}

static void put_rule(GString *out, const struct table *table, const struct grid *grid)
{
    for (guint i = 0; i < table->count; i++) {
        bool right = right_aligned(&table->columns[i]);
        g_string_append(out, "| ");
        for (guint dash = right ? 1 : 0; dash < grid->widths[i]; dash++)
            g_string_append_c(out, '-');
        g_string_append(out, right ? ": " : " ");
    }
    g_string_append(out, "|\n");
}

static char *format_markdown(const struct table *table, struct grid *grid)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < table->count; i++)
        grid->widths[i] = MAX(grid->widths[i], 3); /* the shortest rule every reader knows */
    for (guint row = 0; row <= table_rows(table); row++) {
        for (guint i = 0; i < table->count; i++) {
            g_string_append(out, "| ");
            put_padded(out, g_ptr_array_index(grid->cells, row * table->count + i), grid->widths[i],
                       right_aligned(&table->columns[i]), TABLE_USUAL);
            g_string_append_c(out, ' ');
        }
        g_string_append(out, "|\n");
        if (row == 0)
            put_rule(out, table, grid);
    }
    return g_string_free(out, FALSE);
}

char *table_format(const struct table *table, enum table_format format, bool colour)
{
    if (streams(format))
        return format_lines(table, format);
    struct grid grid = grid_new(table, format);
    char *text =
        format == TABLE_TEXT ? format_text(table, &grid, colour) : format_markdown(table, &grid);
    g_ptr_array_unref(grid.cells);
    g_free(grid.widths);
    return text;
}

bool table_format_parse(const char *name, enum table_format *ret_format, GError **error)
{
    static const struct {
        const char *name;
        enum table_format format;
    } formats[] = {{"text", TABLE_TEXT},         {"md", TABLE_MARKDOWN}, {"tsv", TABLE_TSV},
                   {"markdown", TABLE_MARKDOWN}, {"csv", TABLE_CSV},     {"json", TABLE_JSON}};
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(formats[i].name, name) == 0) {
            *ret_format = formats[i].format;
            return true;
        }
    }
    return fault_raise(error, FAULT_USAGE,
                       "\"%s\" is no table format: use text, md, tsv, csv or json", name);
}
