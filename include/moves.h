/* Who is named at which address in a MAINTAINERS or CREDITS file, and what a change of it did to
 * that. Pure. */
#ifndef MOVES_H
#define MOVES_H

#include <glib.h>

/* An address that the new file has and the old one had not. */
struct move {
    char *name;    /* as written; "" when only an address is given */
    char *address; /* as written */
    char *before;  /* an address that went in the same change and stood beside the same name; NULL:
                      none did */
};

/* From one text to the next: MAINTAINERS as maintainers.h reads it, and CREDITS, in which lines N:
 * and E: follow each other, as Linux and Xen write it. `old` NULL: there was no file. As struct
 * move *, in the order of the new text; the array owns them. Names compare without accents, case
 * and order of words, addresses without case. */
GPtrArray *moves_find(const char *old, const char *new);

#endif
