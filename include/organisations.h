/* The organisations that a published policy page names as members of the predisclosure list.
 *
 * Pages differ, so this is a rule of thumb: of all lists and tables below a heading that mentions
 * the predisclosure list, the longest one, up to the next heading of that rank. An item's own text
 * is the name, without that of lists within it; of a table's row it is the first cell that has
 * text; a row of nothing but headings is none. The first link in it belongs to it. Pure. */
#ifndef ORGANISATIONS_H
#define ORGANISATIONS_H

#include <glib.h>

struct organisation {
    char *name; /* UTF-8, one line, of any length */
    char *link; /* as it is written; NULL: none */
};

/* In their order on the page, each name once: struct organisation *, owned by the array. `heading`
 * NULL: "predisclosure list", also with a hyphen; else a piece of the heading, whatever its case.
 * FAULT_DATA: no UTF-8, no such heading, or nothing listed below it; and what xml_read_html
 * refuses. */
GPtrArray *organisations_read(const char *html, gsize length, const char *heading, GError **error);

#endif
