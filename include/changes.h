/* Which paths differ between two trees: raw tree objects merged side by side, equal ids skipped. */
#ifndef CHANGES_H
#define CHANGES_H

#include "objects.h"

struct tree_side {
    guint8 id[20];
    guint32 mode; /* as git canonicalises it: 0100644, 0100755, 0120000, 0160000; 0: not there */
};

/* One path (bytes, its length given, a NUL behind) whose mode or id differs; in git's order of
 * paths. */
typedef void (*changes_visit)(void *user, const char *path, gsize length,
                              const struct tree_side *old, const struct tree_side *new);
/* A tree that could not be read; the paths below it are not visited. */
typedef void (*changes_broken)(void *user, const guint8 id[20], const char *path,
                               enum object_state state);

struct changes;
struct changes *changes_new(struct objects *objects);
void changes_free(struct changes *changes);
typedef struct changes Changes;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Changes, changes_free)

/* `old` NULL: against nothing. */
void changes_between(struct changes *changes, const guint8 *old, const guint8 *new,
                     changes_visit visit, changes_broken broken, void *user);

/* One entry of a tree by its name; false when it is not there. */
bool changes_find(struct objects *objects, const guint8 tree[20], const char *name,
                  struct tree_side *ret_side);

#endif
