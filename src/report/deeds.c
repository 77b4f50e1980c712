#include "deeds.h"

#include "range.h"

static guint8 *reach(struct book *book, enum reading_branches branches, GError **error)
{
    g_autoptr(Reading) reading = reading_new();
    reading->branches = branches;
    return range_resolve(book, reading, error) ? range_set(book, reading, error) : NULL;
}

static bool add_commits(struct book *book, const guint8 *set, GArray *deeds, GError **error)
{
    const struct people *people = book_people(book, PEOPLE_MAILMAP, error);
    for (guint node = 0; people != NULL && node < graph_size(book_graph(book)); node++) {
        if (set[node] == 0 || book_is_merge(book, node))
            continue;
        gint64 author = book_author(book, node);
        struct deed deed = {.time = book_time(book, node, false),
                            .author_time = book_time(book, node, true),
                            .person = people_person(people, author),
                            .identity = author,
                            .node = node,
                            .kind = DEED_COMMIT};
        g_array_append_val(deeds, deed);
    }
    return people != NULL;
}

static bool add_approvals(struct book *book, struct reviewers *reviewers, const guint8 *set,
                          GArray *deeds, GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "deeds_lines");
    const struct people *people = book_people(book, PEOPLE_MAILMAP, error);
    bool row = false;
    guint node = 0;
    if (people == NULL)
        return false;
    store_bind_int(query, 1, book_repository_id(book));
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (!graph_node(book_graph(book), store_int(query, 0), &node) || set[node] == 0)
            continue;
        gint64 written = book_time(book, node, true);
        struct deed deed = {.time = book_time(book, node, false),
                            .author_time = written,
                            .person =
                                reviewers_find(reviewers, store_int(query, 1), written).person,
                            .identity = store_int(query, 1),
                            .node = node,
                            .kind = (enum deed_kind)store_int(query, 2)};
        if (deed.person != people_person(people, book_author(book, node)))
            g_array_append_val(deeds, deed);
    }
}

static int compare_deeds(gconstpointer a, gconstpointer b)
{
    const struct deed *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    if (left->node != right->node)
        return left->node < right->node ? -1 : 1;
    return (int)left->kind - (int)right->kind;
}

GArray *deeds_read(struct book *book, struct reviewers *reviewers, enum reading_branches branches,
                   GError **error)
{
    g_autofree guint8 *set = reach(book, branches, error);
    g_autoptr(GArray) deeds = g_array_new(FALSE, FALSE, sizeof(struct deed));
    if (set == NULL || !add_commits(book, set, deeds, error) ||
        !add_approvals(book, reviewers, set, deeds, error))
        return NULL;
    g_array_sort(deeds, compare_deeds);
    return g_steal_pointer(&deeds);
}
