#include "shapes.h"

#include "commit.h"
#include "patch.h"

#include <stdlib.h>
#include <string.h>

/* Files and lines of a change as one number: those with one number are looked at. */
struct shape {
    guint64 number;
    guint node;
};

struct identity {
    guint8 bytes[20];
};

struct shapes {
    struct store *history;
    const struct graph *graph;
    struct repo *repo;
    GArray *shapes;         /* struct shape, by number and node */
    GHashTable *identities; /* node + 1 -> struct identity */
};

static guint64 mix(guint64 value)
{
    value ^= value >> 30;
    value *= G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    value ^= value >> 27;
    value *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return value ^ value >> 31;
}

static guint64 file_number(gint64 path, gint64 added, gint64 deleted)
{
    return mix(mix(mix((guint64)path) + (guint64)added) + (guint64)deleted);
}

static int compare_shapes(gconstpointer a, gconstpointer b)
{
    const struct shape *left = a, *right = b;
    if (left->number != right->number)
        return left->number < right->number ? -1 : 1;
    return (left->node > right->node) - (left->node < right->node);
}

static bool load(struct shapes *shapes, GError **error)
{
    struct store_statement *query = store_statement(shapes->history, "shapes_changes");
    struct shape shape = {0};
    gint64 commit = 0;
    bool row = false, ours = false;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        if (store_int(query, 0) != commit) {
            if (ours)
                g_array_append_val(shapes->shapes, shape);
            commit = store_int(query, 0);
            shape.number = 0;
            ours = graph_node(shapes->graph, commit, &shape.node);
        }
        ours = ours && store_int(query, 4) == 0; /* of binary files there are no lines */
        shape.number += file_number(store_int(query, 1), store_int(query, 2), store_int(query, 3));
    }
    if (ours)
        g_array_append_val(shapes->shapes, shape);
    g_array_sort(shapes->shapes, compare_shapes);
    return true;
}

struct shapes *shapes_open(struct store *history, const struct home *home,
                           const struct home_repository *repository, const struct graph *graph,
                           GError **error)
{
    g_autofree char *path = home_repository_path(home, repository);
    g_autoptr(Shapes) shapes = g_new0(struct shapes, 1);
    shapes->history = history;
    shapes->graph = graph;
    shapes->shapes = g_array_new(FALSE, FALSE, sizeof(struct shape));
    shapes->identities = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    shapes->repo = repo_open(repository->name, path, repository->foreign, error);
    if (shapes->repo == NULL || !load(shapes, error))
        return NULL;
    return g_steal_pointer(&shapes);
}

void shapes_close(struct shapes *shapes)
{
    if (shapes == NULL)
        return;
    repo_close(shapes->repo);
    g_array_unref(shapes->shapes);
    g_hash_table_unref(shapes->identities);
    g_free(shapes);
}

static bool read_id(struct shapes *shapes, guint node, guint8 ret_id[20], GError **error)
{
    struct store_statement *query = store_statement(shapes->history, "shapes_hash");
    bool row = false;
    gsize length = 0;
    memset(ret_id, 0, 20);
    store_bind_int(query, 1, graph_commit_id(shapes->graph, node));
    if (!store_step(query, &row, error))
        return false;
    const void *hash = row ? store_blob(query, 0, &length) : NULL;
    if (length == 20)
        memcpy(ret_id, hash, 20);
    return store_run(query, error);
}

/* Borrowed; NULL: it cannot be read. */
static const struct identity *identity_of(struct shapes *shapes, guint node, GError **error)
{
    gpointer key = GUINT_TO_POINTER(node + 1);
    struct identity *identity = g_hash_table_lookup(shapes->identities, key);
    guint8 id[20];
    if (identity != NULL)
        return identity;
    identity = g_new0(struct identity, 1);
    if (!read_id(shapes, node, id, error) ||
        !patch_identity(shapes->repo, id, identity->bytes, error)) {
        g_free(identity);
        return NULL;
    }
    g_hash_table_insert(shapes->identities, key, identity);
    return identity;
}

/* The first of the shapes with a number, or their count. */
static guint first_of(const struct shapes *shapes, guint64 number)
{
    guint low = 0, high = shapes->shapes->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(shapes->shapes, struct shape, middle).number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* False: the history knows one of the paths not at all, so that no commit changes it. */
static bool number_of(struct shapes *shapes, const struct patch_face *face, bool *ret_known,
                      guint64 *ret_number, GError **error)
{
    *ret_number = 0;
    *ret_known = face->files->len > 0;
    for (guint i = 0; *ret_known && i < face->files->len; i++) {
        const struct patch_face_file *file = &g_array_index(face->files, struct patch_face_file, i);
        struct store_statement *query = store_statement(shapes->history, "shapes_path");
        gint64 path = 0;
        store_bind_text(query, 1, file->path, -1);
        if (!store_single(query, ret_known, &path, error))
            return false;
        *ret_number += file_number(path, file->added, file->deleted);
    }
    return true;
}

static bool look_at(struct shapes *shapes, const struct patch_face *face, guint node,
                    GArray *matches, GError **error)
{
    guint8 wanted[20], id[20];
    struct patch_lines lines = {0};
    struct shapes_match match = {node, false};
    if (face->identity != NULL && id_from_hex(face->identity, wanted)) {
        const struct identity *identity = identity_of(shapes, node, error);
        if (identity == NULL)
            return false;
        match.identical = memcmp(identity->bytes, wanted, sizeof wanted) == 0;
    }
    if (!match.identical &&
        (!read_id(shapes, node, id, error) || !patch_read_lines(shapes->repo, id, &lines, error)))
        return false;
    if (match.identical || (lines.count > 0 && patch_lines_equal(&lines, &face->lines)))
        g_array_append_val(matches, match);
    return true;
}

GArray *shapes_find(struct shapes *shapes, const struct patch_face *face, GError **error)
{
    g_autoptr(GArray) matches = g_array_new(FALSE, FALSE, sizeof(struct shapes_match));
    guint64 number = 0;
    bool known = false;
    if (!number_of(shapes, face, &known, &number, error))
        return NULL;
    for (guint i = known ? first_of(shapes, number) : shapes->shapes->len; i < shapes->shapes->len;
         i++) {
        const struct shape *shape = &g_array_index(shapes->shapes, struct shape, i);
        if (shape->number != number)
            break;
        if (!look_at(shapes, face, shape->node, matches, error))
            return NULL;
    }
    return g_steal_pointer(&matches);
}

static gint shape_of(const struct shapes *shapes, guint node)
{
    for (guint i = 0; i < shapes->shapes->len; i++)
        if (g_array_index(shapes->shapes, struct shape, i).node == node)
            return (gint)i;
    return -1;
}

GArray *shapes_alike(struct shapes *shapes, guint node, GError **error)
{
    g_autoptr(GArray) matches = g_array_new(FALSE, FALSE, sizeof(struct shapes_match));
    gint own = shape_of(shapes, node);
    guint64 number = own < 0 ? 0 : g_array_index(shapes->shapes, struct shape, (guint)own).number;
    for (guint i = own < 0 ? shapes->shapes->len : first_of(shapes, number);
         i < shapes->shapes->len; i++) {
        const struct shape *shape = &g_array_index(shapes->shapes, struct shape, i);
        if (shape->number != number)
            break;
        if (shape->node == node)
            continue;
        const struct identity *mine = identity_of(shapes, node, error);
        const struct identity *other =
            mine == NULL ? NULL : identity_of(shapes, shape->node, error);
        if (other == NULL)
            return NULL;
        const struct shapes_match match = {shape->node, true};
        if (memcmp(mine->bytes, other->bytes, sizeof mine->bytes) == 0)
            g_array_append_val(matches, match);
    }
    return g_steal_pointer(&matches);
}
