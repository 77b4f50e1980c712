/* Charts as small as a word, for a row of a table. Pure. */
#ifndef SPARK_H
#define SPARK_H

#include <glib.h>

/* Bars from nothing to the highest value, as SVG of 120 by 24 units; each bar's title is its name
 * and value. NULL when there are fewer than two values or none is above 0. Caller frees. */
char *spark_bars(const char *label, const char *const *names, const gint64 *values, guint count);

/* The same as one letter a value, from a blank for nothing to a full block. */
char *spark_letters(const gint64 *values, guint count);

#endif
