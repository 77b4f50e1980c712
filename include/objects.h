/* Objects by id, from a repository's object folder. Behind this header another, faster source can
 * stand later. A handle is for one thread or process; it holds no cache of objects. */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <glib.h>
#include <stdbool.h>

enum object_kind { OBJECT_COMMIT, OBJECT_TREE, OBJECT_BLOB, OBJECT_TAG, OBJECT_OTHER };

/* What came of reading an object. */
enum object_state { OBJECT_READ, OBJECT_MISSING, OBJECT_CORRUPT };

struct objects;

struct object {
    enum object_kind kind;
    const char *bytes; /* followed by a NUL that length does not count */
    gsize length;
    void *held; /* the source's own */
};

/* `folder`: .../objects; its alternates are followed. */
struct objects *objects_open(const char *folder, GError **error);
void objects_close(struct objects *objects);
typedef struct objects Objects;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Objects, objects_close)

/* Fills *ret_object when it returns OBJECT_READ; then object_release it. */
enum object_state objects_read(struct objects *objects, const guint8 id[20],
                               struct object *ret_object);
void object_release(struct object *object);

/* How long an object is, without reading a packed one whole; false when it cannot be found. */
bool objects_length(struct objects *objects, const guint8 id[20], gsize *ret_length);

#endif
