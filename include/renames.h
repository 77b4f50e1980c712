/* Which deleted path became which added path in one commit: git's rename detection (`git log -M`,
 * git 2.39 defaults: 50 %, limit 1000, no copies, no breaking of rewrites). Pure but for the
 * caller's read function. */
#ifndef RENAMES_H
#define RENAMES_H

#include <glib.h>
#include <stdbool.h>

struct rename_side {
    const char *path; /* bytes, NUL at the end */
    guint8 id[20];    /* of the blob */
    guint32 mode;     /* as in the tree: 0100644, 0120000, ... */
};

struct rename_pair {
    guint gone;       /* index into the deleted paths */
    guint born;       /* index into the added paths */
    guint similarity; /* percent, as git prints it: 50 to 100 */
};

/* Gives the content of a blob, or NULL when it cannot be read (then it takes part in exact
 * renames only). The bytes belong to the caller of renames_find and must live until it returns;
 * called at most once for each side. */
typedef const char *(*rename_read)(void *user, const struct rename_side *side, gsize *ret_length);

/* Both lists in git's order (paths compared as bytes). Returns the pairs ordered by `born`, as
 * struct rename_pair; empty when there are none. */
GArray *renames_find(const struct rename_side *gone, guint n_gone, const struct rename_side *born,
                     guint n_born, rename_read read, void *user);

#endif
