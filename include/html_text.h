/* What an HTML page says to a reader, as plain text: paragraphs parted by empty lines, items of
 * lists behind "* ", the address of a link behind its words. Pure. */
#ifndef HTML_TEXT_H
#define HTML_TEXT_H

#include <glib.h>

/* Any UTF-8. Caller frees. FAULT_DATA: what xml_read_html refuses. */
char *html_text(const char *html, gsize length, GError **error);

/* White space of any kind becomes single blanks, none at the ends; bytes that are not UTF-8 become
 * U+FFFD. Caller frees. */
char *html_line(const char *text);

#endif
