/* Plots as SVG text, made with libxml2's writer: real <text> that can be selected, colours by CSS
 * variables so that dark mode and print work, a <title> with the exact value on every mark,
 * role="img" and a described-by text for screen readers. Pure: data in, a string out; same data,
 * same bytes. */
#ifndef CHART_H
#define CHART_H

#include <glib.h>
#include <stdbool.h>

struct chart_point {
    const char *label; /* UTF-8: a release, a year, an employer */
    double value;
    const char *hover; /* the exact figure in words; NULL: label and value */
    bool partial;      /* a year that is not over: drawn lighter */
};

struct chart_series {
    const char *name;
    const struct chart_point *points;
    guint count;
};

struct chart_spec {
    const char *title;       /* for screen readers and as caption */
    const char *description; /* one sentence: what is counted, by which reading */
    const char *unit;        /* "commits" */
    guint width, height;     /* of the viewBox; the SVG itself scales to its container */
};

/* Vertical bars: releases. Labels that would touch are thinned out or turned. */
char *chart_bars(const struct chart_spec *spec, const struct chart_series *series);
/* Lines over time: years; one to six series. */
char *chart_lines(const struct chart_spec *spec, const struct chart_series *series, guint count);
/* Horizontal bars with name, value and percent: shares of employers, top people. */
char *chart_shares(const struct chart_spec *spec, const struct chart_series *series);

#endif
