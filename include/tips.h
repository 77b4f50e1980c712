/* The refs that a home chose to count, peeled to commits; kept beside the repository's row, and
 * compared with what was there at the last run. */
#ifndef TIPS_H
#define TIPS_H

#include "home.h"
#include "insert.h"
#include "repo.h"
#include "walk.h"

struct tip {
    char *name;
    bool branch;
    guint8 target[20]; /* as the ref holds it */
    bool peeled;       /* `commit` is set */
    guint8 commit[20];
    struct walk_node *node; /* set by the walk; borrowed */
};

struct tips;

/* The repository's row, added when it is new; whether it was shallow at the last run. */
bool tips_repository(struct store *history, const char *name, const char *source, gint64 *ret_id,
                     bool *ret_shallow, GError **error);
/* Drops the row with all its commits, refs and problems; within the caller's transaction. */
bool tips_forget(struct store *history, gint64 id, GError **error);
bool tips_rename(struct store *history, gint64 id, const char *name, GError **error);

/* Chosen branches and tags: the main branch first. FAULT_DATA when there is nothing to count,
 * FAULT_CONFIG when the configured main branch is not there. */
struct tips *tips_load(struct repo *repo, struct objects *objects,
                       const struct home_repository *repository, GError **error);
void tips_free(struct tips *tips);
typedef struct tips Tips;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tips, tips_free)

/* Follows each tag to its commit; needed once something changed. */
void tips_peel(struct tips *tips);

guint tips_count(const struct tips *tips);
guint tips_branches(const struct tips *tips);
struct tip *tips_get(struct tips *tips, guint index);

/* What the repository's rows were made by, compared with how it is now. */
struct tips_difference {
    bool refs;  /* a ref moved, came or went, or others are chosen */
    bool rules; /* messages are read by other rules */
};
bool tips_compare(struct tips *tips, struct store *history, const struct home *home, gint64 id,
                  struct tips_difference *ret_difference, GError **error);

/* Whether there can be nothing to prune: the last run ended well, its newest commit `last_id` or a
 * lower one, and the walk from the new tips met every commit that its refs hold. Before tips_store.
 */
bool tips_only_grew(const struct walk *walk, struct store *history, gint64 id, gint64 last_id,
                    bool *ret_grew, GError **error);
/* Replaces the stored refs, and the problems of those that lead to no commit that can be read. */
bool tips_store(struct tips *tips, struct store *history, gint64 id, struct insert *insert,
                GError **error);
/* Removes commits that no stored ref reaches any more. */
bool tips_prune(struct tips *tips, struct store *history, gint64 id, guint64 *ret_dropped,
                GError **error);
/* Completes the repository's row: source, selection, rules, .mailmap, time. */
bool tips_finish(struct tips *tips, struct store *history, const struct home *home, gint64 id,
                 const char *source, bool shallow, GError **error);

#endif
