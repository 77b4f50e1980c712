#include "twins.h"

#include "fault.h"
#include "patch.h"

#include <string.h>

/* What is known of a commit that was asked about. */
struct face {
    char *shape; /* which lines of which paths: twins have the same; "" has no twin */
    bool identified;
    guint8 identity[20];
};

struct twins {
    struct store *history;
    struct repo *repo;
    GHashTable *faces; /* row id -> struct face */
};

static void face_free(gpointer pointer)
{
    struct face *face = pointer;
    g_free(face->shape);
    g_free(face);
}

struct twins *twins_open(struct store *history, const struct home *home,
                         const struct home_repository *repository, GError **error)
{
    g_autofree char *path = home_repository_path(home, repository);
    struct repo *repo = repo_open(repository->name, path, repository->foreign, error);
    if (repo == NULL)
        return NULL;
    struct twins *twins = g_new0(struct twins, 1);
    twins->history = history;
    twins->repo = repo;
    twins->faces = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, face_free);
    return twins;
}

void twins_close(struct twins *twins)
{
    if (twins == NULL)
        return;
    g_hash_table_unref(twins->faces);
    repo_close(twins->repo);
    g_free(twins);
}

static bool read_shape(struct twins *twins, gint64 commit_id, char **ret_shape, GError **error)
{
    struct store_statement *query = store_statement(twins->history, "twins_changes");
    g_autoptr(GString) shape = g_string_new(NULL);
    bool row = false, text = true;
    store_bind_int(query, 1, commit_id);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        text = text && g_str_equal(store_text(query, 2), "text");
        for (int column = 0; column < store_columns(query); column++)
            g_string_append_printf(shape, "%s ", store_text(query, column));
    }
    *ret_shape = g_strdup(text ? shape->str : "");
    return true;
}

static struct face *face_of(struct twins *twins, gint64 commit_id, GError **error)
{
    struct face *face = g_hash_table_lookup(twins->faces, &commit_id);
    char *shape = NULL;
    if (face != NULL || !read_shape(twins, commit_id, &shape, error))
        return face;
    face = g_new0(struct face, 1);
    face->shape = shape;
    g_hash_table_insert(twins->faces, g_memdup2(&commit_id, sizeof commit_id), face);
    return face;
}

static bool identify(struct twins *twins, gint64 commit_id, struct face *face, GError **error)
{
    struct store_statement *query = store_statement(twins->history, "twins_hash");
    guint8 id[20] = {0};
    bool row = false;
    gsize length = 0;
    if (face->identified)
        return true;
    store_bind_int(query, 1, commit_id);
    if (!store_step(query, &row, error))
        return false;
    const void *hash = row ? store_blob(query, 0, &length) : NULL;
    if (length == sizeof id)
        memcpy(id, hash, sizeof id);
    face->identified =
        store_run(query, error) && patch_identity(twins->repo, id, face->identity, error);
    return face->identified;
}

bool twins_find(struct twins *twins, gint64 commit_id, const GArray *among, gint64 *ret_twin,
                GError **error)
{
    struct face *own = face_of(twins, commit_id, error);
    if (own == NULL)
        return false;
    *ret_twin = 0;
    for (guint i = 0; *own->shape != '\0' && i < among->len; i++) {
        gint64 other_id = g_array_index(among, gint64, i);
        struct face *other = face_of(twins, other_id, error);
        if (other == NULL)
            return false;
        if (other_id == commit_id || !g_str_equal(other->shape, own->shape))
            continue;
        if (!identify(twins, commit_id, own, error) || !identify(twins, other_id, other, error))
            return false;
        if (memcmp(own->identity, other->identity, sizeof own->identity) == 0) {
            *ret_twin = other_id;
            return true;
        }
    }
    return true;
}
