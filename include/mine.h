/* git -> rows: brings the history of one repository up to date.
 *
 * Works in rounds: a round takes the next new commits, parents first, compares their trees, counts
 * lines on all cores, and writes commits and changes in one transaction. When it is stopped or
 * killed, finished rounds stay. Refs are written last, so reports see the state before until the
 * new one is whole. */
#ifndef MINE_H
#define MINE_H

#include "home.h"
#include "mine_options.h"
#include "store.h"

struct mine_result {
    guint64 commits; /* new in this run */
    guint64 changes;
    guint64 dropped; /* no longer reachable, removed */
    guint branches, tags;
    guint64 problems;   /* all of the repository's */
    guint lost_workers; /* processes that died while they counted; their work was done again */
    bool unchanged;     /* every ref was where it had been */
    bool mended;        /* objects that had been missing are there: all was read again */
};

bool mine_repository(struct store *history, const struct home *home,
                     const struct home_repository *repository, const struct mine_options *options,
                     struct mine_result *ret_result, GError **error);

#endif
