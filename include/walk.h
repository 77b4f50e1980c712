/* The commits that are new: from given tips down to what the history already holds, ordered so that
 * parents come first. Each commit object is read once; its bytes are kept while memory allows. */
#ifndef WALK_H
#define WALK_H

#include "objects.h"

enum walk_state {
    WALK_NEW,     /* to be written */
    WALK_KNOWN,   /* in the history already; `row` is set */
    WALK_MISSING, /* the object is not there */
    WALK_CORRUPT, /* the object is there, but no commit can be made of it */
};

struct walk_node {
    guint8 id[20];
    guint8 tree[20]; /* of WALK_NEW */
    enum walk_state state;
    gint64 row; /* row id in `commits`; of a new one the caller sets it */
    guint parent_count;
    struct walk_node **parents; /* NULLs when it is cut */
    char *raw;                  /* the object's bytes, or NULL: read them again */
    gsize raw_length;
    bool seen; /* the walk has been here */
    bool cut;  /* at the edge of a shallow history: its parents are beyond it */
};

struct walk;

/* Whether the history holds a commit: its row id, or 0. */
typedef gint64 (*walk_lookup)(void *user, const guint8 id[20]);

struct walk *walk_new(struct objects *objects, walk_lookup lookup, void *user);
void walk_free(struct walk *walk);
typedef struct walk Walk;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Walk, walk_free)

/* The parents of this commit are beyond the edge of a shallow history. Before any walk_add. */
void walk_cut_at(struct walk *walk, const guint8 id[20]);
bool walk_is_cut(const struct walk *walk, const guint8 id[20]);
/* Walks from a tip; its node (owned by the walk). `stop` (may be NULL) ends the walk early: then
 * NULL. */
struct walk_node *walk_add(struct walk *walk, const guint8 id[20], const volatile int *stop);
/* Whether the walk came to this commit, and the history held it already. */
bool walk_met(const struct walk *walk, const guint8 id[20]);
/* New nodes, parents first. */
GPtrArray *walk_order(struct walk *walk);
/* The node's object for reading: kept bytes or read again. Release with walk_release_raw. */
bool walk_raw(struct walk *walk, const struct walk_node *node, struct object *ret_object);
/* Forgets a node's bytes once they are no longer needed. */
void walk_drop_raw(struct walk *walk, struct walk_node *node);

#endif
