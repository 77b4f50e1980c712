/* The tables of a document: HTML, Markdown, TSV, CSV. Pure. */
#ifndef AUDIT_READ_H
#define AUDIT_READ_H

#include "audit_plain.h"

/* A document may have so many bytes. */
#define AUDIT_BYTES_MOST (10 * 1024 * 1024)

/* "html", "md" or "markdown", "tsv", "csv"; else FAULT_USAGE. */
bool audit_input_parse(const char *name, enum audit_input *ret_input, GError **error);

/* Bytes as UTF-8: by their byte order mark, by what a page says its charset is, else as they are;
 * without a charset, bytes that are no UTF-8 are taken for Windows-1252. What is broken becomes
 * U+FFFD. FAULT_DATA: not a text at all. Caller frees. */
char *audit_read_utf8(const char *bytes, gsize length, GError **error);

/* What a text is most probably: HTML when it has a <table> or begins with <, Markdown when it has a
 * line of dashes and bars below a line with bars, TSV when its first line has a tab, else CSV. */
enum audit_input audit_read_detect(const char *text);

/* The tables that have a cell, in the order in which they begin (struct audit_table *, owned by the
 * array). FAULT_DATA: no table in it, too many cells, HTML nested too deep, a quote of CSV that is
 * not closed. */
GPtrArray *audit_read(const char *text, enum audit_input input, GError **error);

#endif
