/* Would patches apply to the tip of a branch? Tried in memory, on what libgit2 reads from the
 * repository: nothing is written anywhere. */
#ifndef TRYOUT_H
#define TRYOUT_H

#include "unified.h"

struct tryout;

/* As repo_open: `name` is for the sentences; `foreign` reads what belongs to another user. */
struct tryout *tryout_open(const char *name, const char *path, bool foreign, GError **error);
void tryout_close(struct tryout *tryout);
typedef struct tryout Tryout;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tryout, tryout_close)

/* The names of its branches, sorted: char *, owned by the tryout. */
const GPtrArray *tryout_branches(const struct tryout *tryout);
/* The branch that HEAD names, or NULL. */
const char *tryout_head(const struct tryout *tryout);

/* From here on patches are tried on the tip of that branch, without any that were tried before.
 * FAULT_NOINPUT: there is no such branch; FAULT_DATA: its commit cannot be read. */
bool tryout_begin(struct tryout *tryout, const char *branch, GError **error);
/* On top of those that applied before. FAULT_DATA: it does not apply: which file, and why; then
 * another tryout_begin must come first. */
bool tryout_apply(struct tryout *tryout, const struct unified *patch, GError **error);

#endif
