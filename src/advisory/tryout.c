#include "tryout.h"

#include "fault.h"
#include "objects.h"
#include "repo.h"

#include <string.h>

enum { ID = 20 };

struct tryout {
    char *name;
    struct repo *repo;
    struct objects *objects;
    GPtrArray *refs;     /* struct repo_ref * */
    GPtrArray *branches; /* char *, borrowed from refs */
    char *head;
    guint8 tree[ID];     /* of the branch that is tried */
    GHashTable *changed; /* path -> GBytes *: what patches made; NULL: it is no more */
};

static void forget_bytes(gpointer bytes)
{
    g_bytes_unref(bytes);
}

static void bytes_free(gpointer bytes)
{
    g_clear_pointer(&bytes, forget_bytes);
}

static bool read_refs(struct tryout *tryout, GError **error)
{
    tryout->refs = repo_refs(tryout->repo, error);
    for (guint i = 0; tryout->refs != NULL && i < tryout->refs->len; i++) {
        const struct repo_ref *ref = tryout->refs->pdata[i];
        if (ref->branch)
            g_ptr_array_add(tryout->branches, ref->name);
    }
    return tryout->refs != NULL;
}

struct tryout *tryout_open(const char *name, const char *path, bool foreign, GError **error)
{
    g_autoptr(Tryout) tryout = g_new0(struct tryout, 1);
    tryout->name = g_strdup(name);
    tryout->branches = g_ptr_array_new();
    tryout->changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, bytes_free);
    tryout->repo = repo_open(name, path, foreign, error);
    if (tryout->repo == NULL || !read_refs(tryout, error))
        return NULL;
    tryout->head = repo_head_branch(tryout->repo);
    tryout->objects = objects_open(repo_objects_folder(tryout->repo), error);
    return tryout->objects == NULL ? NULL : g_steal_pointer(&tryout);
}

void tryout_close(struct tryout *tryout)
{
    if (tryout == NULL)
        return;
    objects_close(tryout->objects);
    g_clear_pointer(&tryout->refs, g_ptr_array_unref);
    g_ptr_array_unref(tryout->branches);
    g_hash_table_unref(tryout->changed);
    repo_close(tryout->repo);
    g_free(tryout->head);
    g_free(tryout->name);
    g_free(tryout);
}

const GPtrArray *tryout_branches(const struct tryout *tryout)
{
    return tryout->branches;
}

const char *tryout_head(const struct tryout *tryout)
{
    return tryout->head;
}

static bool read_hex(const char *hex, guint8 ret_id[ID])
{
    for (int i = 0; i < ID; i++) {
        int high = g_ascii_xdigit_value(hex[2 * i]);
        int low = high < 0 ? -1 : g_ascii_xdigit_value(hex[2 * i + 1]);
        if (low < 0)
            return false;
        ret_id[i] = (guint8)(high * 16 + low);
    }
    return true;
}

/* A commit begins with "tree " and the id in hexadecimal. */
static bool tree_of_commit(struct tryout *tryout, const guint8 id[ID])
{
    struct object object;
    if (objects_read(tryout->objects, id, &object) != OBJECT_READ)
        return false;
    bool good = object.kind == OBJECT_COMMIT && object.length > 5 + 2 * ID &&
                memcmp(object.bytes, "tree ", 5) == 0 && read_hex(object.bytes + 5, tryout->tree);
    object_release(&object);
    return good;
}

bool tryout_begin(struct tryout *tryout, const char *branch, GError **error)
{
    g_hash_table_remove_all(tryout->changed);
    for (guint i = 0; i < tryout->refs->len; i++) {
        const struct repo_ref *ref = tryout->refs->pdata[i];
        if (ref->branch && g_str_equal(ref->name, branch))
            return tree_of_commit(tryout, ref->target) ||
                   fault_raise(error, FAULT_DATA,
                               "%s: the tip of %s cannot be read: is the clone whole?",
                               tryout->name, branch);
    }
    return fault_raise(error, FAULT_NOINPUT, "%s has no branch %s", tryout->name, branch);
}

/* What stands at a path. */
enum place { PLACE_NONE, PLACE_FILE, PLACE_FOLDER, PLACE_BROKEN };

/* Entries of a tree: "mode name", NUL, 20 bytes. */
static enum place find_entry(const struct object *tree, const char *name, guint8 ret_id[ID])
{
    const char *at = tree->bytes, *end = at + tree->length;
    while (at < end) {
        const char *blank = memchr(at, ' ', (gsize)(end - at));
        const char *nul = blank == NULL ? NULL : memchr(blank, '\0', (gsize)(end - blank));
        if (nul == NULL || end - nul <= ID)
            return PLACE_BROKEN;
        if (strcmp(blank + 1, name) == 0) {
            memcpy(ret_id, nul + 1, ID);
            return *at == '4' ? PLACE_FOLDER : PLACE_FILE;
        }
        at = nul + 1 + ID;
    }
    return PLACE_NONE;
}

static enum place find_in_tree(struct tryout *tryout, const guint8 id[ID], const char *name,
                               guint8 ret_id[ID])
{
    struct object object;
    if (objects_read(tryout->objects, id, &object) != OBJECT_READ)
        return PLACE_BROKEN;
    enum place place =
        object.kind == OBJECT_TREE ? find_entry(&object, name, ret_id) : PLACE_BROKEN;
    object_release(&object);
    return place;
}

static enum place find_path(struct tryout *tryout, const char *path, guint8 ret_id[ID])
{
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    enum place place = PLACE_FOLDER;
    memcpy(ret_id, tryout->tree, ID);
    for (char **part = parts; *part != NULL && place == PLACE_FOLDER; part++) {
        guint8 folder[ID];
        memcpy(folder, ret_id, ID);
        place = find_in_tree(tryout, folder, *part, ret_id);
        if (place == PLACE_FILE && part[1] != NULL)
            return PLACE_NONE;
    }
    return place;
}

/* PLACE_FILE: *ret_bytes, which the caller unrefs. */
static enum place read_path(struct tryout *tryout, const char *path, GBytes **ret_bytes)
{
    guint8 id[ID];
    struct object object;
    gpointer known = NULL;
    if (g_hash_table_lookup_extended(tryout->changed, path, NULL, &known)) {
        *ret_bytes = known == NULL ? NULL : g_bytes_ref(known);
        return known == NULL ? PLACE_NONE : PLACE_FILE;
    }
    enum place place = find_path(tryout, path, id);
    if (place != PLACE_FILE)
        return place;
    if (objects_read(tryout->objects, id, &object) != OBJECT_READ)
        return PLACE_BROKEN;
    bool blob = object.kind == OBJECT_BLOB;
    *ret_bytes = blob ? g_bytes_new(object.bytes, object.length) : NULL;
    object_release(&object);
    return blob ? PLACE_FILE : PLACE_BROKEN;
}

/* What the hunks begin with; empty for a new file. */
static GBytes *read_before(struct tryout *tryout, const struct unified_file *file, GError **error)
{
    GBytes *bytes = NULL;
    enum place place = read_path(tryout, file->from, &bytes);
    bool fresh = file->kind == UNIFIED_NEW;
    if ((fresh || file->untold) && place == PLACE_NONE)
        return g_bytes_new(NULL, 0);
    if (place == PLACE_FILE && !fresh)
        return bytes;
    g_clear_pointer(&bytes, g_bytes_unref);
    fault_raise(error, FAULT_DATA,
                place == PLACE_BROKEN   ? "it cannot be read: is the clone whole?"
                : place == PLACE_FOLDER ? "it is a folder there"
                : fresh                 ? "it is there already"
                                        : "there is no such file");
    return NULL;
}

static bool is_free(struct tryout *tryout, const char *path, GError **error)
{
    g_autoptr(GBytes) bytes = NULL;
    return read_path(tryout, path, &bytes) == PLACE_NONE ||
           fault_raise(error, FAULT_DATA, "what it shall be called is there already");
}

static bool apply_file(struct tryout *tryout, const struct unified_file *file, GError **error)
{
    g_autoptr(GBytes) before = read_before(tryout, file, error);
    g_autoptr(GBytes) after = before == NULL ? NULL : unified_apply(file, before, error);
    bool moves = file->kind == UNIFIED_RENAME || file->kind == UNIFIED_COPY;
    if (after == NULL ||
        (moves && !g_str_equal(file->from, file->to) && !is_free(tryout, file->to, error)))
        return false;
    if (file->kind == UNIFIED_RENAME)
        g_hash_table_replace(tryout->changed, g_strdup(file->from), NULL);
    g_hash_table_replace(tryout->changed, g_strdup(file->to),
                         file->kind == UNIFIED_DELETED ? NULL : g_steal_pointer(&after));
    return true;
}

bool tryout_apply(struct tryout *tryout, const struct unified *patch, GError **error)
{
    for (guint i = 0; i < patch->files->len; i++) {
        const struct unified_file *file = patch->files->pdata[i];
        if (!apply_file(tryout, file, error)) {
            g_prefix_error(error, "%s: ", file->from);
            return false;
        }
    }
    return true;
}
