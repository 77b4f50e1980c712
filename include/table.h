/* Rows and columns for people and for programs: one table, printed as aligned text, Markdown, TSV,
 * CSV or JSON. Pure: it makes strings. */
#ifndef TABLE_H
#define TABLE_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

enum table_format { TABLE_TEXT, TABLE_MARKDOWN, TABLE_TSV, TABLE_CSV, TABLE_JSON };

enum table_kind {
    TABLE_KIND_STRING,
    TABLE_KIND_INT,  /* right-aligned; a number in JSON */
    TABLE_KIND_REAL, /* right-aligned; two digits in text and Markdown, else up to 15 significant */
    TABLE_KIND_BOOL, /* yes or no in text and Markdown, else true or false */
};

struct table_column {
    const char *key;   /* in JSON and as the header of TSV and CSV: "lines_added" */
    const char *title; /* in text and Markdown: "Added" */
    enum table_kind kind;
    guint digits; /* of a real in text and Markdown; 0: two */
};

struct table;
struct table *table_new(const struct table_column *columns, guint count);
void table_free(struct table *table);
typedef struct table Table;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* One cell after another, row by row, each by the function of its column's kind. Strings are
 * copied; bytes that are not UTF-8 are replaced on output. A row that is not full is not printed.
 */
void table_string(struct table *table, const char *value); /* NULL: empty; null in JSON */
void table_int(struct table *table, gint64 value);
void table_real(struct table *table, double value); /* not finite: as table_none */
void table_bool(struct table *table, bool value);
void table_none(struct table *table); /* any kind: empty; null in JSON */
/* How the cell added last stands out, in text for terminals. */
enum table_paint { TABLE_USUAL, TABLE_BOLD, TABLE_FAINT, TABLE_RED, TABLE_YELLOW, TABLE_GREEN };
void table_paint(struct table *table, enum table_paint paint);
guint table_rows(const struct table *table);

/* Text: columns aligned by display width, a header line; `colour` emboldens it and paints
 * cells; control characters cannot reach the terminal. Markdown: a GitHub table, escaped. TSV:
 * tabs, line feeds, carriage returns and backslashes escaped as \t \n \r \\. CSV: RFC 4180, but
 * with LF line ends. JSON: an array of objects, one a line. Without rows: the header only, in JSON
 * []. */
char *table_format(const struct table *table, enum table_format format, bool colour);
json_t *table_json(const struct table *table);
/* "text", "md" or "markdown", "tsv", "csv", "json"; else FAULT_USAGE. */
bool table_format_parse(const char *name, enum table_format *ret_format, GError **error);

/* For exports too large to hold: the head, then row after row (of the one row held, which is
 * dropped), then the tail; together the very bytes of table_format. TSV, CSV and JSON only: text
 * and Markdown must measure every cell before the first line. */
char *table_stream_head(const struct table *table, enum table_format format);
char *table_stream_row(struct table *table, enum table_format format, bool first);
char *table_stream_tail(const struct table *table, enum table_format format);

#endif
