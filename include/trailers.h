/* The lines of a message that give credit: Signed-off-by, Reviewed-by, ..., wherever they stand in
 * it (git's own parser reads the last block only). Pure. */
#ifndef TRAILERS_H
#define TRAILERS_H

#include <glib.h>
#include <stdbool.h>

struct trailer {
    const char *kind; /* the right spelling, static: "Reviewed-by" */
    char *written;    /* the key as written when it is misspelt or a variant, else NULL */
    bool negative;    /* Nacked-by, Not-acked-by: never an approval */
    bool person;      /* name and address are set; false for Fixes and Backport */
    char *name;       /* "" when there is none */
    char *address;    /* "" when there is none or it is broken beyond use */
    char *value;      /* unfolded, without key and qualifier */
    char *qualifier;  /* "# arm", "(for 4.3)", "[x86 bits]", or NULL */
};

/* In the order of the message, as struct trailer *; the array owns them. */
GPtrArray *trailers_find(const char *message, gsize length);

#endif
