#include "objects.h"

#include "fault.h"
#include "loose.h"

#include <git2.h>
#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>
#include <string.h>

/* Bulk reading: the cache of libgit2 only costs, and every pack has its own checksums already. */
#define WINDOW_BYTES ((size_t)8 << 20)
#define WINDOW_LIMIT ((size_t)64 << 20)

/* Packs are asked first; alternates may have alternates, to git's own limit. */
#define PACK_PRIORITY 2
#define LOOSE_PRIORITY 1
#define DEEPEST_ALTERNATE 5

struct objects {
    git_odb *odb;
};

struct loose_backend {
    git_odb_backend base;
    char *folder;
};

static int read_loose(void **ret_data, size_t *ret_length, git_object_t *ret_type,
                      git_odb_backend *base, const git_oid *id)
{
    const struct loose_backend *backend = (const struct loose_backend *)base;
    const char *kind = NULL;
    g_autofree char *bytes = NULL;
    gsize length = 0;
    enum loose_state state = loose_read(backend->folder, id->id, &kind, &bytes, &length);
    if (state != LOOSE_READ)
        return state == LOOSE_ABSENT ? GIT_ENOTFOUND : GIT_ERROR;
    void *data = git_odb_backend_data_alloc(base, length + 1);
    if (data == NULL)
        return GIT_ERROR;
    memcpy(data, bytes, length + 1);
    *ret_data = data;
    *ret_length = length;
    *ret_type = git_object_string2type(kind);
    return 0;
}

static void free_loose(git_odb_backend *base)
{
    struct loose_backend *backend = (struct loose_backend *)base;
    g_free(backend->folder);
    g_free(backend);
}

static git_odb_backend *loose_backend(const char *folder)
{
    struct loose_backend *backend = g_new0(struct loose_backend, 1);
    git_odb_init_backend(&backend->base, GIT_ODB_BACKEND_VERSION);
    backend->base.read = read_loose;
    backend->base.free = free_loose;
    backend->folder = g_strdup(folder);
    return &backend->base;
}

static int add_folder(git_odb *odb, const char *folder, int depth);

/* A line each: a path, absolute or meant from the objects folder. */
static int add_alternates(git_odb *odb, const char *folder, int depth)
{
    g_autofree char *path = g_build_filename(folder, "info", "alternates", NULL);
    g_autofree char *text = NULL;
    int answer = 0;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return 0;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL && answer == 0; line++) {
        g_autofree char *other = g_canonicalize_filename(*line, folder);
        if (**line != '\0' && **line != '#' && g_file_test(other, G_FILE_TEST_IS_DIR))
            answer = add_folder(odb, other, depth + 1);
    }
    return answer;
}

static int add_folder(git_odb *odb, const char *folder, int depth)
{
    git_odb_backend *packs = NULL;
    if (depth > DEEPEST_ALTERNATE)
        return 0;
    int answer = git_odb_backend_pack(&packs, folder);
    if (answer == 0)
        answer = git_odb_add_backend(odb, packs, PACK_PRIORITY);
    if (answer == 0)
        answer = git_odb_add_backend(odb, loose_backend(folder), LOOSE_PRIORITY);
    return answer < 0 ? answer : add_alternates(odb, folder, depth);
}

struct objects *objects_open(const char *folder, GError **error)
{
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0);
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, WINDOW_BYTES);
    git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, WINDOW_LIMIT);
    git_odb *odb = NULL;
    if (git_odb_new(&odb) < 0 || add_folder(odb, folder, 0) < 0) {
        git_odb_free(odb);
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

bool objects_length(struct objects *objects, const guint8 id[20], gsize *ret_length)
{
    git_oid oid;
    git_object_t type = GIT_OBJECT_INVALID;
    git_oid_fromraw(&oid, id);
    return git_odb_read_header(ret_length, &type, objects->odb, &oid) == 0;
}

void object_release(struct object *object)
{
    git_odb_object_free(object->held);
    object->held = NULL;
}
