/* What charts are made of: points, series of them, and what is said about the whole. */
#ifndef CHART_DATA_H
#define CHART_DATA_H

#include <glib.h>
#include <stdbool.h>

struct chart_point {
    const char *label; /* UTF-8: a release, a year, an employer */
    double value;      /* not finite, or beyond 1e15: a gap */
    const char *hover; /* the exact figure in words; NULL: label, value and unit */
    bool partial;      /* a year that is not over: drawn lighter, with a note */
};

struct chart_series {
    const char *name;
    const struct chart_point *points;
    guint count;
};

struct chart_spec {
    const char *title;       /* for screen readers and as caption; NULL: none */
    const char *description; /* one sentence: what is counted, by which reading */
    const char *unit;        /* "commits" */
    guint width;             /* of the viewBox; 0: 440, at least 280 */
    guint height;            /* 0: as it looks well; never less than what has to stand there */
    double total;            /* chart_shares: what is 100 %; 0: the sum of the points */
};

/* Each returns SVG without an XML declaration, caller frees. With nothing that could be drawn: a
 * small SVG that says "nothing to draw in this window". */

#endif
