/* A history drawn by hand: a database with the commits, refs and identities that a test names. */
#ifndef SKETCH_H
#define SKETCH_H

#include "store.h"

#include <glib/gstdio.h>

struct sketch {
    struct store *store;
    char *path;
    GHashTable *commits; /* name -> row id */
    gint64 next_commit;
    gint64 somebody;
};

static inline void sketch_run(struct store_statement *statement)
{
    g_autoptr(GError) error = NULL;
    store_run(statement, &error);
    g_assert_no_error(error);
}

static inline gint64 sketch_identity(struct sketch *sketch, const char *name, const char *address)
{
    struct store_statement *add = store_statement(sketch->store, "mine_add_identity");
    store_bind_text(add, 1, name, -1);
    store_bind_text(add, 2, address, -1);
    sketch_run(add);
    return store_last_id(sketch->store);
}

/* One repository, number 1. */
static inline struct sketch *sketch_new(const char *repository)
{
    g_autoptr(GError) error = NULL;
    struct sketch *sketch = g_new0(struct sketch, 1);
    int file = g_file_open_tmp("sketch-XXXXXX.db", &sketch->path, &error);
    g_assert_no_error(error);
    g_close(file, NULL);
    g_remove(sketch->path);
    sketch->store = store_open(sketch->path, "history", STORE_WRITE, &error);
    g_assert_no_error(error);
    sketch->commits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    struct store_statement *add = store_statement(sketch->store, "mine_add_repository");
    store_bind_text(add, 1, repository, -1);
    store_bind_text(add, 2, "nowhere", -1);
    sketch_run(add);
    sketch->somebody = sketch_identity(sketch, "Somebody", "somebody@example.org");
    return sketch;
}

static inline void sketch_finish(struct sketch *sketch, const char *main_branch,
                                 const char *mailmap)
{
    struct store_statement *finish = store_statement(sketch->store, "mine_finish_repository");
    store_bind_int(finish, 1, 1);
    store_bind_text(finish, 2, "nowhere", -1);
    store_bind_text(finish, 3, main_branch, -1);
    store_bind_text(finish, 4, "*", -1);
    store_bind_text(finish, 5, "", -1);
    store_bind_int(finish, 6, 0);
    store_bind_blob(finish, 7, mailmap, mailmap == NULL ? 0 : strlen(mailmap));
    store_bind_int(finish, 8, 1);
    sketch_run(finish);
}

static inline void sketch_free(struct sketch *sketch)
{
    store_close(sketch->store);
    g_remove(sketch->path);
    g_hash_table_unref(sketch->commits);
    g_free(sketch->path);
    g_free(sketch);
}
typedef struct sketch Sketch;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sketch, sketch_free)

static inline gint64 sketch_id(const struct sketch *sketch, const char *name)
{
    const gint64 *id = g_hash_table_lookup(sketch->commits, name);
    if (id == NULL)
        g_error("the sketch has no commit %s", name);
    return *id;
}

static inline void sketch_parents(struct sketch *sketch, gint64 commit, char **names)
{
    for (guint i = 0; names[i] != NULL; i++) {
        struct store_statement *add = store_statement(sketch->store, "mine_add_parent");
        store_bind_int(add, 1, commit);
        store_bind_int(add, 2, i);
        store_bind_int(add, 3, sketch_id(sketch, names[i]));
        sketch_run(add);
    }
}

/* A commit of an author at a time; parents by name, parted by blanks. Its id in hex is its number.
 */
static inline gint64 sketch_commit_by(struct sketch *sketch, const char *name, const char *parents,
                                      gint64 author, gint64 time)
{
    g_auto(GStrv) names = *parents == '\0' ? g_new0(char *, 1) : g_strsplit(parents, " ", -1);
    gint64 *id = g_new(gint64, 1);
    *id = ++sketch->next_commit;
    guint8 hash[20] = {0};
    hash[18] = (guint8)(*id / 256);
    hash[19] = (guint8)(*id % 256);
    struct store_statement *add = store_statement(sketch->store, "mine_add_commit");
    store_bind_int(add, 1, *id);
    store_bind_int(add, 2, 1);
    store_bind_blob(add, 3, hash, sizeof hash);
    store_bind_int(add, 4, author);
    store_bind_int(add, 5, time);
    store_bind_int(add, 6, 0);
    store_bind_int(add, 7, author);
    store_bind_int(add, 8, time);
    store_bind_int(add, 9, 0);
    store_bind_int(add, 10, g_strv_length(names));
    store_bind_text(add, 14, name, -1);
    sketch_run(add);
    sketch_parents(sketch, *id, names);
    g_hash_table_insert(sketch->commits, g_strdup(name), id);
    return *id;
}

static inline gint64 sketch_commit(struct sketch *sketch, const char *name, const char *parents)
{
    return sketch_commit_by(sketch, name, parents, sketch->somebody,
                            1000 * (sketch->next_commit + 1));
}

/* A chain of commits behind `from` ("" for a root): "a b c". */
static inline void sketch_chain(struct sketch *sketch, const char *from, const char *names)
{
    g_auto(GStrv) each = g_strsplit(names, " ", -1);
    for (char **name = each; *name != NULL; name++) {
        sketch_commit(sketch, *name, from);
        from = *name;
    }
}

/* kind: "branch" or "tag"; commit NULL: it leads to none. An annotated tag has another target. */
static inline void sketch_ref(struct sketch *sketch, const char *kind, const char *name,
                              const char *commit, bool annotated)
{
    guint8 target[20] = {0};
    gint64 id = commit == NULL ? 0 : sketch_id(sketch, commit);
    target[0] = annotated ? 0xaa : 0;
    target[18] = (guint8)(id / 256);
    target[19] = (guint8)(id % 256);
    struct store_statement *add = store_statement(sketch->store, "mine_add_ref");
    store_bind_int(add, 1, 1);
    store_bind_text(add, 2, kind, -1);
    store_bind_text(add, 3, name, -1);
    store_bind_blob(add, 4, target, sizeof target);
    if (commit != NULL)
        store_bind_int(add, 5, id);
    if (annotated)
        store_bind_int(add, 6, 5000);
    sketch_run(add);
}

/* Light tags: "NAME=COMMIT NAME=COMMIT". */
static inline void sketch_tags(struct sketch *sketch, const char *tags)
{
    g_auto(GStrv) each = g_strsplit(tags, " ", -1);
    for (char **tag = each; *tag != NULL; tag++) {
        g_auto(GStrv) sides = g_strsplit(*tag, "=", 2);
        sketch_ref(sketch, "tag", sides[0], sides[1], false);
    }
}

#endif
