/* The newest commit known: a clock that is behind it is wrong, or the commit's was. */
#ifndef NEWEST_H
#define NEWEST_H

#include "store.h"

/* The latest committer's time of any repository mined; G_MININT64: there is no commit. */
bool newest_commit(struct store *history, gint64 *ret_time, GError **error);

#endif
