/* A figure beside itself under the neighbouring readings: how far it hangs on the rules. */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "claims.h"

/* The figure by one reading. */
struct explained {
    struct reading *reading; /* resolved, or as asked for when it cannot be counted */
    char *what;              /* what is different about it; NULL: it is the one asked for */
    double value;
    char *reason; /* why it has no value, one clause; NULL: it has one */
};

struct explanation {
    struct claim claim;
    GPtrArray *readings;    /* struct explained *: first the one asked for, then its neighbours */
    double lowest, highest; /* of all that have a value */
    bool flips;             /* some grow and some fall */
};

/* Errors as of claims_add and claims_value for the reading asked for; FAULT_NOINPUT: no commits. */
struct explanation *explain(struct book *book, struct claim claim, const struct reading *reading,
                            GError **error);
void explanation_free(struct explanation *explanation);
typedef struct explanation Explanation;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Explanation, explanation_free)

/* "between 6.2 and 11.3 % however you count" and the like; caller frees. */
char *explanation_span(const struct explanation *explanation);

#endif
