/* Documents: what a template makes of a JSON value. A template of the home's templates/ takes the
 * place of the built-in one of the same name, also as a partial. */
#ifndef DOCUMENTS_H
#define DOCUMENTS_H

#include "home.h"
#include "template.h"

/* UTF-8, the caller frees. FAULT_CONFIG with file and line when a template of the home cannot be
 * read. */
char *document_render(const struct home *home, const char *template, json_t *page,
                      enum template_escape escape, GError **error);

/* Plain text without blanks at line ends; lines longer than `width` columns are folded, and hung
 * where they are indented. Words are not parted. Caller frees. */
char *document_fold(const char *text, guint width);

#endif
