/* Text that came from outside, made harmless for where it goes. Pure. All of them replace bytes
 * that are not UTF-8 by U+FFFD; the caller frees the result. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include <glib.h>

/* & < > " ' as character references: safe in HTML text and in quoted attributes. */
char *escape_html(const char *text);

/* Shows literally where CommonMark (0.30) or GitHub's flavour is read: in a paragraph, a heading,
 * a list item or a table cell, also between ** and **. White space, line ends too, becomes one
 * space and is dropped at both ends. Text such as "-5", "4.22.0" or "2018-06-01" is left alone;
 * addresses do not become links. */
char *escape_markdown(const char *text);

/* One line for a terminal: white space control characters become spaces, other control characters
 * and those that turn the writing direction U+FFFD. */
char *escape_line(const char *text);

#endif
