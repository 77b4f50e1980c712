/* How many members of two sequences are left when as many as git would find are paired in order.
 *
 * The search is Myers' ("An O(ND) Difference Algorithm and its Variations", 1986), from both ends
 * to the middle, with git's two ways to stop early, which make the answer larger than the least
 * possible one in the same cases and by the same amount as git's (v2.39.5, xdiff/xdiffi.c).
 * Sequences hold at most 2^29 members each. */
#ifndef MYERS_H
#define MYERS_H

#include <glib.h>
#include <stdbool.h>

/* Up to this many unpaired members no early stop can happen: git's answer is the least one. */
#define MYERS_ALWAYS_EXACT 512

struct myers;

struct myers *myers_new(void);
void myers_free(struct myers *search);
typedef struct myers Myers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Myers, myers_free)

/* The members of `old` that git leaves without a partner; those of `new` follow:
 * new_count - (old_count - result). */
guint32 myers_unpaired(struct myers *search, const guint32 *old, guint32 old_count,
                       const guint32 *new, guint32 new_count);

/* The same when old and new together have at most `limit` (not over MYERS_ALWAYS_EXACT) unpaired
 * members; else returns false, after little work. */
bool myers_unpaired_within(struct myers *search, const guint32 *old, guint32 old_count,
                           const guint32 *new, guint32 new_count, guint32 limit,
                           guint32 *ret_unpaired);

#endif
