/* What a history is made of over years, releases or components, or in one window: makeup.h, a row
 * each. */
#ifndef SPLITS_H
#define SPLITS_H

#include "makeup.h"

enum splits_by { SPLITS_BY_WINDOW, SPLITS_BY_YEARS, SPLITS_BY_RELEASES, SPLITS_BY_COMPONENTS };

/* "years", "releases" or "components"; else FAULT_USAGE, as for `growth`. */
bool splits_by_parse(const char *word, enum splits_by *ret_by, GError **error);
const char *splits_by_name(enum splits_by by);

struct split {
    char *name;              /* "2017", "4.9.0", a component, a window */
    struct reading *reading; /* resolved */
    bool partial;            /* the year is not over */
    gint before;             /* the row that it grew from, or -1 */
    struct makeup_counts counts;
};

/* Years: those of the reading's days without a hole. Releases: the first of each line, up to `now`.
 * Components: in the reading's window, of open days in the last twelve months. A window: behind the
 * one before it, where there is one. As struct split *; the array owns them; errors as of
 * selection_add, makeup_load and regions_load. FAULT_USAGE: years or releases within a range or a
 * release. FAULT_NOINPUT: no commits. */
GPtrArray *splits_find(struct book *book, const struct reading *reading, enum splits_by by,
                       gint64 now, GError **error);

/* The commits but backports, security fixes and reverts, whole trees and merges. */
gint64 split_work(const struct split *split);

#endif
