/* Who was there before a window began: newcomers are the others. */
#include "range.h"
#include "selection.h"
#include "selection_parts.h"

/* When everybody first committed before a window could begin: number -> earliest time. Of a range
 * everything in its start's ancestry is before, whatever its date. */
struct firsts {
    GHashTable *people;
    GHashTable *employers;
};

static void note_first(GHashTable *firsts, gint64 who, gint64 time)
{
    gint64 *known = g_hash_table_lookup(firsts, &who);
    if (known == NULL) {
        gint64 *pair = g_new(gint64, 2);
        pair[0] = who;
        pair[1] = time;
        g_hash_table_insert(firsts, pair, &pair[1]);
    } else if (time < *known) {
        *known = time;
    }
}

static bool find_firsts(struct selection *selection, const struct selection_part *part,
                        struct firsts *firsts, GError **error)
{
    struct book *book = selection->book;
    const struct reading *reading = part->reading;
    const struct people *people = NULL;
    if (!selection_people(book, reading, &people, error))
        return false;
    g_autofree guint8 *set = range_set_before(book, reading, error);
    if (set == NULL)
        return false;
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        if (set[node] == 0 || (!reading->merges && book_is_merge(book, node)))
            continue;
        gint64 time = reading->window == READING_DATES ? book_time(book, node, reading->author_date)
                                                       : G_MININT64;
        note_first(firsts->people, selection_who(book, people, part->joins, node), time);
        note_first(firsts->employers, selection_employer_of(book, part->joins, node), time);
    }
    return true;
}

static bool insert_known(struct store *store, const char *statement, guint window, gint64 since,
                         GHashTable *firsts, bool range, GError **error)
{
    GHashTableIter iter;
    gpointer who = NULL, time = NULL;
    g_hash_table_iter_init(&iter, firsts);
    while (g_hash_table_iter_next(&iter, &who, &time)) {
        if (!range && *(gint64 *)time >= since)
            continue;
        struct store_statement *add = store_statement(store, statement);
        store_bind_int(add, 1, window);
        store_bind_int(add, 2, *(gint64 *)who);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

static bool part_is_asked(const struct selection *selection, guint part, guint known)
{
    for (guint window = 0; window < known; window++)
        if (selection_part(selection, window) == part)
            return true;
    return false;
}

bool selection_fill_known(struct selection *selection, guint number, guint known, GError **error)
{
    struct store *store = book_store(selection->book);
    if (!part_is_asked(selection, number, known))
        return true;
    struct firsts firsts = {g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
                            g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
    bool done = find_firsts(selection, selection_part_at(selection, number), &firsts, error);
    for (guint i = 0; done && i < known; i++) {
        const struct selection_window *window = selection_window_at(selection, i);
        bool range = window->reading->window != READING_DATES;
        if (window->part == number)
            done = insert_known(store, "selection_add_known", i, window->reading->since,
                                firsts.people, range, error) &&
                   insert_known(store, "selection_add_known_employer", i, window->reading->since,
                                firsts.employers, range, error);
    }
    g_hash_table_unref(firsts.people);
    g_hash_table_unref(firsts.employers);
    return done;
}
