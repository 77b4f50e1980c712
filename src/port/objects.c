#include "objects.h"

#include "fault.h"

#include <git2.h>

/* Bulk reading: the cache of libgit2 only costs, and every pack has its own checksums already. */
#define WINDOW_BYTES ((size_t)8 << 20)
#define WINDOW_LIMIT ((size_t)32 << 20)

struct objects {
    git_odb *odb;
};

struct objects *objects_open(const char *folder, GError **error)
{
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, WINDOW_BYTES);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, WINDOW_LIMIT);
    git_odb *odb = NULL;
    if (git_odb_open(&odb, folder) < 0) {
        fault_raise(error, FAULT_NOINPUT, "%s cannot be read: %s", folder,
                    git_error_last() ? git_error_last()->message : "no reason given");
        git_libgit2_shutdown();
        return NULL;
    }
    struct objects *objects = g_new0(struct objects, 1);
    objects->odb = odb;
    return objects;
}

void objects_close(struct objects *objects)
{
    if (objects == NULL)
        return;
    git_odb_free(objects->odb);
    git_libgit2_shutdown();
    g_free(objects);
}

static enum object_kind kind_of(git_object_t type)
{
    switch (type) {
    case GIT_OBJECT_COMMIT:
        return OBJECT_COMMIT;
    case GIT_OBJECT_TREE:
        return OBJECT_TREE;
    case GIT_OBJECT_BLOB:
        return OBJECT_BLOB;
    case GIT_OBJECT_TAG:
        return OBJECT_TAG;
    default:
        return OBJECT_OTHER;
    }
}

enum object_state objects_read(struct objects *objects, const guint8 id[20],
                               struct object *ret_object)
{
    git_oid oid;
    git_odb_object *held = NULL;
    git_oid_fromraw(&oid, id);
    int answer = git_odb_read(&held, objects->odb, &oid);
    if (answer == GIT_ENOTFOUND)
        return OBJECT_MISSING;
    if (answer < 0)
        return OBJECT_CORRUPT;
    const char *bytes = git_odb_object_data(held);
    *ret_object = (struct object){kind_of(git_odb_object_type(held)), bytes == NULL ? "" : bytes,
                                  git_odb_object_size(held), held};
    return OBJECT_READ;
}

void object_release(struct object *object)
{
    git_odb_object_free(object->held);
    object->held = NULL;
}
