/* Percentages, computed in one place so that every format prints the same. Pure. */
#ifndef GROWTH_H
#define GROWTH_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* By how many percent of `before` it became more or less: 1245 -> 1549 is 24.4, rounded to one
 * digit, halves away from zero. False when there is no base to grow from (before is 0). */
bool growth_percent(gint64 before, gint64 now, double *ret_percent);

/* part of whole in percent, rounded in the same way; 0 of nothing is 0. */
double share_percent(gint64 part, gint64 whole);

/* The arithmetic mean of percentages, rounded in the same way. False when there are none. */
bool growth_mean(const double *percents, guint count, double *ret_mean);

/* As JSON: a number, or null without a base. */
json_t *growth_json(gint64 before, gint64 now);

#endif
