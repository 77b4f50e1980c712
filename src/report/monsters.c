#include "monsters.h"

#define TEXT(number) G_STRINGIFY(number)

bool monster_is(const struct monster *monster)
{
    return monster->whole >= MONSTER_LINES && monster->files >= MONSTER_FILES &&
           monster->whole * 100 >= (monster->added + monster->removed) * MONSTER_PERCENT;
}

const char *monster_rule(void)
{
    return "commits in which at least " TEXT(
        MONSTER_FILES) " files that come or go whole hold at "
                       "least " TEXT(MONSTER_LINES) " lines and " TEXT(
                           MONSTER_PERCENT) " percent of the "
                                            "commit's, renames detected";
}

static bool measure(struct store *store, gint64 commit_id, struct monster *ret_monster,
                    GError **error)
{
    struct store_statement *query = store_statement(store, "monsters_measure");
    bool row = false;
    store_bind_int(query, 1, commit_id);
    if (!store_step(query, &row, error))
        return false;
    *ret_monster = (struct monster){.commit_id = commit_id};
    if (row) {
        ret_monster->added = store_int(query, 0);
        ret_monster->removed = store_int(query, 1);
        ret_monster->plain_added = store_int(query, 2);
        ret_monster->plain_removed = store_int(query, 3);
        ret_monster->whole = store_int(query, 4);
        ret_monster->files = store_int(query, 5);
    }
    return store_run(query, error);
}

/* The commits that a statement gives, of the book's repository alone. */
static bool read_candidates(struct book *book, struct store_statement *query, GArray *candidates,
                            GError **error)
{
    bool row = false;
    guint node = 0;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        gint64 commit_id = store_int(query, 0);
        if (graph_node(book_graph(book), commit_id, &node))
            g_array_append_val(candidates, commit_id);
    }
}

static GArray *keep_monsters(struct book *book, struct store_statement *query, GError **error)
{
    g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(gint64));
    g_autoptr(GArray) monsters = g_array_new(FALSE, FALSE, sizeof(struct monster));
    if (!read_candidates(book, query, candidates, error))
        return NULL;
    for (guint i = 0; i < candidates->len; i++) {
        struct monster monster;
        if (!measure(book_store(book), g_array_index(candidates, gint64, i), &monster, error))
            return NULL;
        if (monster_is(&monster))
            g_array_append_val(monsters, monster);
    }
    return g_steal_pointer(&monsters);
}

GArray *monsters_find(struct book *book, GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "monsters_candidates");
    store_bind_int(query, 1, MONSTER_LINES);
    return keep_monsters(book, query, error);
}

GArray *monsters_of_windows(struct book *book, guint first, guint last, GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "monsters_of_windows");
    store_bind_int(query, 1, MONSTER_LINES);
    store_bind_int(query, 2, first);
    store_bind_int(query, 3, last);
    return keep_monsters(book, query, error);
}
