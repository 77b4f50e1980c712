/* The lines of a message that give credit: Signed-off-by, Reviewed-by, ..., wherever they stand in
 * it (git's own parser reads the last block only). Pure.
 *
 * Kinds: Signed-off-by Reviewed-by Acked-by Tested-by Reported-by Suggested-by Co-developed-by
 * (also for Co-authored-by) Release-acked-by Fixes Backport. A key that joins kinds
 * ("Reviewed-and-tested- by") gives one trailer for each, two persons in one line one for each.
 * Values are unfolded. A line with one to three blanks before it counts when it goes on with a
 * block of trailers, or when no line without them counts; more blanks or "> " are quotations. A
 * colon may be missing or mistyped where an address ends the line. Bytes that are not UTF-8 pass
 * through. */
#ifndef TRAILERS_H
#define TRAILERS_H

#include <glib.h>
#include <stdbool.h>

struct trailer {
    const char *kind; /* the right spelling, static: "Reviewed-by" */
    char *written;    /* the key as written when it is misspelt, a variant or lacks its colon, else
                         NULL; differences in capitals alone do not count */
    bool negative;    /* Nacked-by, Not-acked-by, both of the kind Acked-by: never an approval */
    bool person;      /* name and address are set; false for Fixes and Backport */
    char *name;       /* without quotes; "" when there is none */
    char *address;    /* "" when there is none or it is broken beyond use */
    char *value;      /* unfolded, without key and qualifier */
    char *qualifier;  /* "# arm", "(for 4.3)", "[x86 bits]", or NULL */
};

/* In the order of the message, as struct trailer *; the array owns them. */
GPtrArray *trailers_find(const char *message, gsize length);

#endif
