/* The key of a trailer: what "Reviewed-by:", "Reviewd-by:" or "Tested-and-acked-by:" stands for.
 * Pure. */
#ifndef CREDIT_H
#define CREDIT_H

#include <glib.h>
#include <stdbool.h>

enum { CREDIT_KINDS = 4 }; /* the most that one key can join: Reported-and-reviewed-and-tested-by */

struct credit_kind {
    const char *name; /* the right spelling, static: "Reviewed-by", "Fixes" */
    bool negative;    /* Nacked-by, Not-acked-by */
};

struct credit {
    struct credit_kind kinds[CREDIT_KINDS];
    guint kind_count;
    bool person;      /* false for Fixes and Backport */
    bool written_odd; /* the key is misspelt, a variant, or lacks its colon */
    const char *key;  /* inside the line */
    gsize key_length;
    const char *rest; /* what follows the separator */
};

/* Reads the key of the line from begin to end, which must not start with a blank. False when the
 * line gives no credit. */
bool credit_read(const char *begin, const char *end, struct credit *ret_credit);

#endif
