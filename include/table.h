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
    TABLE_KIND_REAL, /* right-aligned, two digits in text */
    TABLE_KIND_BOOL, /* yes or no in text; true or false in JSON */
};

struct table_column {
    const char *key;   /* in JSON and as the header of TSV and CSV: "lines_added" */
    const char *title; /* in text and Markdown: "Added" */
    enum table_kind kind;
};

struct table;
struct table *table_new(const struct table_column *columns, guint count);
void table_free(struct table *table);
typedef struct table Table;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* One cell after another, row by row. Strings are copied; bytes that are not UTF-8 are replaced on
 * output. */
void table_string(struct table *table, const char *value); /* NULL: empty; null in JSON */
void table_int(struct table *table, gint64 value);
void table_real(struct table *table, double value);
void table_bool(struct table *table, bool value);
void table_none(struct table *table);
guint table_rows(const struct table *table);

/* Text: columns aligned by display width, a header line; `colour` may embolden it. TSV: tabs, line
 * feeds and backslashes escaped as \t \n \\. CSV: RFC 4180 with CRLF... written with LF line ends.
 * JSON: an array of objects. */
char *table_format(const struct table *table, enum table_format format, bool colour);
json_t *table_json(const struct table *table);
bool table_format_parse(const char *name, enum table_format *ret_format, GError **error);

/* Adds rows as they come, for exports too large to hold: the head, then one row (of the single row
 * held, which is dropped), then the tail. */
char *table_stream_head(const struct table *table, enum table_format format);
char *table_stream_row(struct table *table, enum table_format format, bool first);
char *table_stream_tail(const struct table *table, enum table_format format);

#endif
