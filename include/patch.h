/* The identity of a change: what a commit does to its first parent, whatever its message, its place
 * and its line numbers are. Two commits with one identity make the same change.
 *
 * It is `git patch-id --stable` of `git diff-tree -p --no-renames`, made by libgit2: white space
 * does not count. They differ where a file is binary (libgit2 looks at its name alone) and where a
 * deleted file was empty: compare no such commits by it. */
#ifndef PATCH_H
#define PATCH_H

#include "patch_face.h"
#include "repo.h"

/* A root is compared with nothing; commits that change nothing have one identity, SHA-1 of nothing.
 * FAULT_DATA: the commit, or something of it, is not in the repository or cannot be read. */
bool patch_identity(struct repo *repo, const guint8 commit[20], guint8 ret_identity[20],
                    GError **error);

/* The lines that it adds and takes away. FAULT_DATA as above. */
bool patch_read_lines(struct repo *repo, const guint8 commit[20], struct patch_lines *ret_lines,
                      GError **error);

#endif
