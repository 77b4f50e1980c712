/* Tables in plain text: TSV, CSV (RFC 4180, also with semicolons), Markdown pipe tables. Pure. */
#ifndef AUDIT_PLAIN_H
#define AUDIT_PLAIN_H

#include "audit_table.h"

enum audit_input { AUDIT_DETECT, AUDIT_HTML, AUDIT_MARKDOWN, AUDIT_TSV, AUDIT_CSV };

/* Adds the tables of a text (struct audit_table *). One in TSV and CSV: its first line with
 * something in it decides between commas and semicolons. In Markdown each line of dashes and bars
 * below a line with bars is one; code blocks are passed over. FAULT_DATA: too many cells, a quote
 * of CSV that is not closed. */
bool audit_plain_read(const char *text, enum audit_input input, guint *budget, GPtrArray *tables,
                      GError **error);

/* Has a Markdown table. */
bool audit_plain_is_markdown(const char *text);

#endif
