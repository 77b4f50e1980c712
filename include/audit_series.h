/* The percentages of one column, and the rules that may have made them. Pure. */
#ifndef AUDIT_SERIES_H
#define AUDIT_SERIES_H

#include "audit_view.h"

enum audit_formula {
    AUDIT_CHANGE,          /* (a - b) / b: from b to a, of the old value */
    AUDIT_CHANGE_NEW_BASE, /* (a - b) / a: what is wrong most often */
    AUDIT_SHARE,           /* a / b */
};

/* Where b stands; a is always on the line itself. */
enum audit_place {
    AUDIT_BESIDE,          /* the same line, another column */
    AUDIT_BEFORE,          /* the same column, the figure before */
    AUDIT_BEHIND,          /* the same column, the figure behind: the newest comes first */
    AUDIT_WHOLE_PRINTED,   /* the column's total */
    AUDIT_WHOLE_ADDED,     /* the sum of its parts */
    AUDIT_WHOLE_ELSEWHERE, /* a whole that is not in the table, of which all are shares */
};

struct audit_how {
    enum audit_formula formula;
    enum audit_place place;
    guint a, b;       /* columns */
    double cost;      /* how far-fetched: 0 is the next thing to do */
    guint fits;       /* how many of the series it explains (of the first AUDIT_SAMPLE) */
    double low, high; /* AUDIT_WHOLE_ELSEWHERE: the whole */
};

#define AUDIT_SAMPLE 200
#define AUDIT_ESTABLISHED 3 /* percentages that follow one rule make it one */

struct audit_series {
    const struct audit_view *view;
    guint column;
    bool aside;                   /* those in brackets */
    GArray *lines;                /* guint: where they stand */
    bool beside_change;           /* in brackets behind a difference: "+285 (+61.7 %)" */
    bool is_change, is_share;     /* what names and signs say; neither: may be both */
    GArray *hows;                 /* struct audit_how, by cost */
    const struct audit_how *best; /* NULL when none explains any */
    guint sampled;
};

struct audit_series *audit_series_new(const struct audit_view *view, guint column, bool aside,
                                      const guint *lines, guint count);
void audit_series_free(struct audit_series *series);
typedef struct audit_series AuditSeries;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditSeries, audit_series_free)

/* The printed percentage on a line. */
const struct audit_number *audit_series_percent(const struct audit_series *series, guint line);

/* The two figures that a rule compares on a line; false when one is not there or cannot be divided
 * by. */
struct audit_pair {
    struct audit_number a, b;
    guint b_line; /* where b stands; of wholes, the line of the printed total or G_MAXUINT */
};
bool audit_series_pair(const struct audit_series *series, const struct audit_how *how, guint line,
                       struct audit_pair *ret_pair);

/* The percentage that two figures give, and within which bounds when they were rounded. */
bool audit_compute(enum audit_formula formula, const struct audit_number *a,
                   const struct audit_number *b, double *ret_value, double *ret_low,
                   double *ret_high);
/* A printed percentage may stand for a computed one; in brackets alone, also for its negative. */
bool audit_fits(const struct audit_number *percent, double low, double high);
bool audit_how_fits(const struct audit_series *series, const struct audit_how *how, guint line);
/* It compares what the best rule compares, or its figures were not rounded so much that they give
 * whatever is printed. */
bool audit_how_is_fine(const struct audit_series *series, const struct audit_how *how, guint line);
/* By the best rule a share of a printed total, but rather one of what the total should be: then it
 * is the total that is wrong. */
bool audit_series_by_parts(const struct audit_series *series, guint line);
/* By the best rule, were one of its two counts one more or less: one of them was changed later, or
 * misprinted. */
bool audit_series_nearly(const struct audit_series *series, guint line, struct audit_pair *ret_pair,
                         bool *ret_is_a);
/* The first of changes from line to line, counted from what is not in the table. */
bool audit_series_is_edge(const struct audit_series *series, guint line);

#endif
