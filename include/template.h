/* Mustache, as its public specification (version 1.3) says: variables, sections, inverted sections,
 * comments, partials, set delimiters, dotted names, standalone lines; no lambdas. Data is JSON.
 * Pure. */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* How {{name}} is escaped; {{{name}}} and {{&name}} never are. */
enum template_escape {
    TEMPLATE_HTML,     /* & < > " ' */
    TEMPLATE_MARKDOWN, /* what would be read as markup */
    TEMPLATE_NONE,     /* plain text */
};

/* The text of a partial by name, or NULL (then it is empty). Borrowed until the render ends. */
typedef const char *(*template_partial)(void *user, const char *name);

/* Numbers print as JSON prints integers, reals with up to 17 significant digits as needed. Returns
 * UTF-8, caller frees. FAULT_CONFIG with the line for a template that cannot be read: an unclosed
 * tag or section. */
char *template_render(const char *text, json_t *data, enum template_escape escape,
                      template_partial partial, void *user, GError **error);

#endif
