/* Tables in HTML, also nested ones. Pure. */
#ifndef AUDIT_HTML_H
#define AUDIT_HTML_H

#include "audit_table.h"

/* Adds the tables of a page (struct audit_table *), each under its caption or the heading above it.
 * A table in a cell is one of its own, and its text is not the cell's. What is not shown (script,
 * style, hidden) is not read; superscripts become footnote marks. FAULT_DATA: too many cells,
 * nested too deep. */
bool audit_html_read(const char *text, guint *budget, GPtrArray *tables, GError **error);

#endif
