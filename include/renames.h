/* Which deleted path became which added path in one commit: git's rename detection (`git log -M`,
 * git 2.39 defaults: 50 %, limit 1000, no copies, no breaking of rewrites; empty files count). Pure
 * but for the caller's read function.
 *
 * Rules, in this order: same blob (same kind of file; the same file name is preferred); same file
 * name, if only one path on each side has it, from 75 % on; then, unless deleted times added paths
 * left are more than 1000 * 1000, the most similar pairs first. Only regular files can be renamed
 * with a change. Git attributes are not looked at: what is text is decided by the bytes. */
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
 * called at most once for each side, and for regular files only. */
typedef const char *(*rename_read)(void *user, const struct rename_side *side, gsize *ret_length);

/* Both lists in git's order (paths compared as bytes). A path whose kind changed (a file that
 * became a symbolic link) is a change to git, not a deletion and an addition: leave it out. Returns
 * the pairs ordered by `born`, as struct rename_pair; empty when there are none. A path is in one
 * pair at most. */
GArray *renames_find(const struct rename_side *gone, guint n_gone, const struct rename_side *born,
                     guint n_born, rename_read read, void *user);

#endif
