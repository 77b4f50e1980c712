/* Whether commits apply: tried one after another on top of a branch, as `git cherry-pick` does it,
 * with nothing but memory to write to.
 *
 * Objects are read from the repository and written into memory, where they are forgotten at the
 * end: no object, no ref, no index and no work tree of the repository is written or touched. */
#ifndef PICK_H
#define PICK_H

#include "repo.h"

struct pick;

enum pick_result {
    PICK_CLEAN,    /* it applies; the next is tried on top of it */
    PICK_CONFLICT, /* it does not: the next is tried without it */
    PICK_EMPTY,    /* nothing is left of it: what it does is there already */
    PICK_MERGE,    /* a merge is not tried: nobody knows which side is meant */
};
const char *pick_result_name(enum pick_result result); /* "clean", "conflict", "empty", "merge" */

/* Opens the repository for tries on top of the commit `tip`. Errors as of repo_open; FAULT_DATA:
 * the commit is not there (any more), or cannot be read. */
struct pick *pick_open(const char *name, const char *path, bool foreign, const guint8 tip[20],
                       GError **error);
void pick_close(struct pick *pick);
typedef struct pick Pick;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pick, pick_close)

/* Tries one commit. *ret_conflicts: the paths that conflict, as char * in order, each once; empty
 * unless it does. The caller unrefs it. FAULT_DATA: the commit, or something of it, is missing. */
bool pick_try(struct pick *pick, const guint8 commit[20], enum pick_result *ret_result,
              GPtrArray **ret_conflicts, GError **error);

/* The tree of what is picked so far. */
void pick_tree(const struct pick *pick, guint8 ret_tree[20]);

#endif
