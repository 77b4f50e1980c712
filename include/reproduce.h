/* By which reading was a printed number counted? Searches the stretches of stretches.h under all
 * rules for those that give it, or come nearest. */
#ifndef REPRODUCE_H
#define REPRODUCE_H

#include "claims.h"
#include "stretches.h"

/* A number that somebody printed. */
struct printed {
    struct claim claim;
    double value;
    guint digits; /* after the point, as printed: 34 stands for all that rounds to it */
};

/* "1316 commits", "people 83", "lines_added=77,190", "Growth: +24.4 %": one number and the name of
 * a figure, in either order, with words that people use for it. FAULT_USAGE. */
bool printed_parse(const char *text, struct printed *ret_printed, GError **error);
/* How far a value is from it: 0 when it rounds to what was printed. Pure. */
double printed_distance(const struct printed *printed, double value);

/* How good an answer is. */
struct merit {
    guint misses;    /* numbers that it does not give */
    double distance; /* of those, together, each in percent of what was printed */
    guint cost;      /* how far its reading is from what goes without saying */
};
/* Below 0 when the left is the better one. Pure. */
int merit_compare(const struct merit *left, const struct merit *right);

/* What is searched. What a word of the command line names is not varied. */
struct reproduce_request {
    const struct printed *printed;
    guint count;
    const struct reading *asked;
    bool branches, date, merges, renames, people; /* named */
};

/* A reading that gives the numbers, or nearly. */
struct reproduced {
    struct reading *reading; /* resolved */
    double *values;          /* beside the printed ones */
    struct merit merit;
};

/* The best `most` readings: those that give most of the numbers first, then by distance, then the
 * simplest. *ret_exact: how many give all. Readings that differ in nothing that matters are one. As
 * struct reproduced *, the array owns them. FAULT_USAGE: a share without an employer, a path,
 * credits given by an employer; errors as of stretches_visit. */
GPtrArray *reproduce_find(struct book *book, const struct reproduce_request *request, guint most,
                          guint *ret_exact, GError **error);

#endif
