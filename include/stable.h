/* The stable branch that a user means. */
#ifndef STABLE_H
#define STABLE_H

#include "book.h"

/* A branch by its name, else the stable branch of a line: "stable-4.20", "4.20". FAULT_NOINPUT:
 * there is none, with the nearest names. */
const struct book_ref *stable_find(struct book *book, const char *name, GError **error);

#endif
