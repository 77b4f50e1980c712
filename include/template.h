/* Mustache, as its public specification (1.3 and later, https://github.com/mustache/spec) says:
 * variables, sections, inverted sections, comments, partials, set delimiters, dotted names, the
 * implicit iterator, standalone lines; no lambdas, no inheritance. Data is JSON. Pure. */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* How {{name}} is escaped; {{{name}}} and {{&name}} never are. */
enum template_escape {
    TEMPLATE_HTML,     /* escape_html */
    TEMPLATE_MARKDOWN, /* escape_markdown */
    TEMPLATE_NONE,     /* plain text */
};

/* The text of a partial by name, or NULL (then it is empty). Borrowed until the render ends. */
typedef const char *(*template_partial)(void *user, const char *name);

/* `name` of the text, for messages; NULL: it has none.
 *
 * False are: a name that is not there, null, false and the empty list; 0 and "" are values, so give
 * null for "nothing to say". Numbers print as JSON prints integers, reals with the fewest digits
 * (up to 17) that are read back the same, objects and lists as compact JSON. Where the
 * specification is silent: the empty lines of an indented partial stay empty. Returns UTF-8, caller
 * frees. FAULT_CONFIG, beginning with the name of the template or partial and the line, for a
 * template that cannot be read (a tag or a section not closed), that goes deeper than 200 sections
 * and partials in one another, or whose work exceeds some 250 MB of text. */
char *template_render_named(const char *name, const char *text, json_t *data,
                            enum template_escape escape, template_partial partial, void *user,
                            GError **error);
char *template_render(const char *text, json_t *data, enum template_escape escape,
                      template_partial partial, void *user, GError **error);

#endif
