/* Which calendar years a history has. */
#ifndef YEARS_H
#define YEARS_H

#include "book.h"
#include "reading.h"

/* The years without a hole that end with the newest before `end`, by the dates, branches and merges
 * of a resolved reading of days, wherever its commits lie: a root dated 1970 is no year of the
 * project. *ret_last is 0 when there is no commit. */
bool years_find(struct book *book, const struct reading *reading, gint64 end, int *ret_first,
                int *ret_last, GError **error);

#endif
