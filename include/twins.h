/* Commits that make the same change, whatever their messages say of it: found by the lines they
 * change in the history, proved by the identity of their patches (patch.h) in the repository. */
#ifndef TWINS_H
#define TWINS_H

#include "home.h"
#include "store.h"

struct twins;

/* Errors of repo_open: the repository itself is read. The store must outlive it. */
struct twins *twins_open(struct store *history, const struct home *home,
                         const struct home_repository *repository, GError **error);
void twins_close(struct twins *twins);
typedef struct twins Twins;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Twins, twins_close)

/* The first of `among` (row ids of commits, gint64) that makes the same change as the commit;
 * *ret_twin is 0 when none does. A commit that changes nothing, or no text only, has no twin.
 * FAULT_DATA: a commit cannot be read. */
bool twins_find(struct twins *twins, gint64 commit_id, const GArray *among, gint64 *ret_twin,
                GError **error);

#endif
