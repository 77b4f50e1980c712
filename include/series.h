/* Windows that follow each other: the years of a window, or the releases. */
#ifndef SERIES_H
#define SERIES_H

#include "selection.h"

/* Adds each calendar year from the first commit of the reading's days to the last, the first and
 * the last as far as its days reach; their names, "2017", go to `names` (char *, owned by it). None
 * when there is no commit. FAULT_USAGE: the reading is no days; else as of selection_add. */
bool series_years(struct selection *selection, const struct reading *reading, GPtrArray *names,
                  GError **error);

/* Adds each release since its predecessor, by version, by the rules of a reading. FAULT_NOINPUT:
 * there is none; else as of selection_add. */
bool series_releases(struct selection *selection, const struct reading *reading,
                     enum reading_ends ends, GPtrArray *names, GError **error);

#endif
