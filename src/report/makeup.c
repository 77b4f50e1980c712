#include "makeup.h"

#include "lineage.h"
#include "monsters.h"
#include "twins.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *label, *rule;
} kinds[MAKEUP_KINDS] = {
    [MAKEUP_NEW] = {"new", "New work", "commits that are none of the others"},
    [MAKEUP_BACKPORT] = {"backport", "Backports",
                         "commits that name where they were picked from, or make the same change "
                         "as an earlier one (or one of the main branch) by the same author and of "
                         "the same author date"},
    [MAKEUP_SECURITY] = {"security", "Security",
                         "commits that declare to fix an advisory, or a part of it"},
    [MAKEUP_REVERT] = {"revert", "Reverts", "commits whose subject is Revert \"...\""},
    [MAKEUP_TREE] = {"tree", "Trees", "whole trees added or dropped"},
    [MAKEUP_MERGE] = {"merge", "Merges", "commits with several parents"},
};

const char *makeup_name(enum makeup_kind kind)
{
    return kinds[kind].name;
}

const char *makeup_label(enum makeup_kind kind)
{
    return kinds[kind].label;
}

const char *makeup_rule(enum makeup_kind kind)
{
    return kind == MAKEUP_TREE ? monster_rule() : kinds[kind].rule;
}

const char *makeup_unique_rule(void)
{
    return "changes, each once however many branches carry it: a backport and what it names, and "
           "commits of one author and author date with the same patch, are one";
}

enum makeup_kind makeup_of(const struct makeup_facts *facts)
{
    const struct {
        bool is;
        enum makeup_kind kind;
    } order[] = {
        {facts->merge, MAKEUP_MERGE},       {facts->tree, MAKEUP_TREE},
        {facts->security, MAKEUP_SECURITY}, {facts->revert, MAKEUP_REVERT},
        {facts->backport, MAKEUP_BACKPORT},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
        if (order[i].is)
            return order[i].kind;
    return MAKEUP_NEW;
}

struct makeup {
    struct book *book;
    struct makeup_facts *facts; /* by node */
    guint *same;                /* by node: another that makes the same change, up to itself */
    guint8 *reached;            /* by node: a ref leads to it */
};

/* Loading: what only it needs. */
struct sorting {
    struct makeup *makeup;
    struct lineage *lineage;
    struct twins *twins; /* NULL: not needed yet */
};

guint makeup_change(const struct makeup *makeup, guint node)
{
    while (makeup->same[node] != node)
        node = makeup->same[node];
    return node;
}

/* The change of the second is that of the first. */
static void unite(struct makeup *makeup, guint original, guint copy)
{
    guint root = makeup_change(makeup, original);
    makeup->same[makeup_change(makeup, copy)] = root;
    makeup->same[copy] = root;
}

typedef void (*fact_setter)(struct makeup_facts *facts);

static void set_security(struct makeup_facts *facts)
{
    facts->security = true;
}

static void set_revert(struct makeup_facts *facts)
{
    facts->revert = true;
}

static bool set_facts(struct makeup *makeup, struct store_statement *query, fact_setter set,
                      GError **error)
{
    bool row = false;
    guint node = 0;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (graph_node(book_graph(makeup->book), store_int(query, 0), &node))
            set(&makeup->facts[node]);
    }
}

static bool read_facts(struct makeup *makeup, GError **error)
{
    struct book *book = makeup->book;
    struct store *store = book_store(book);
    guint node = 0;
    struct store_statement *reverts = store_statement(store, "makeup_reverts");
    store_bind_int(reverts, 1, book_repository_id(book));
    if (!set_facts(makeup, reverts, set_revert, error) ||
        !set_facts(makeup, store_statement(store, "makeup_security"), set_security, error))
        return false;
    g_autoptr(GArray) monsters = monsters_find(book, error);
    for (guint i = 0; monsters != NULL && i < monsters->len; i++)
        if (graph_node(book_graph(book), g_array_index(monsters, struct monster, i).commit_id,
                       &node))
            makeup->facts[node].tree = true;
    for (node = 0; node < graph_size(book_graph(book)); node++)
        makeup->facts[node].merge = book_is_merge(book, node);
    return monsters != NULL;
}

/* What a commit says it was picked from; several lines may follow each other. */
struct pick {
    guint node;
    gint origin; /* the first one that is on the main branch, else the first; -1: none is here */
};

static bool take_origin(struct sorting *sorting, struct pick *pick, const char *hex, GError **error)
{
    gint origin = -1;
    const guint8 *main = lineage_main(sorting->lineage);
    if (!lineage_find(sorting->lineage, hex, &origin, error))
        return false;
    bool better = pick->origin < 0 || (main[pick->origin] == 0 && origin >= 0 && main[origin] != 0);
    if (origin >= 0 && (guint)origin != pick->node && better)
        pick->origin = origin;
    return true;
}

static void end_pick(struct makeup *makeup, const struct pick *pick)
{
    /* Two that name each other are one already. */
    if (pick->origin >= 0)
        unite(makeup, (guint)pick->origin, pick->node);
}

/* Picks are read first and united then: the statement that finds an origin is another one. */
static GPtrArray *read_origins(struct makeup *makeup, GArray *nodes, GError **error)
{
    struct store_statement *query = store_statement(book_store(makeup->book), "makeup_origins");
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    bool row = false;
    guint node = 0;
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&lines);
        if (!graph_node(book_graph(makeup->book), store_int(query, 0), &node))
            continue;
        bool foreign = g_str_equal(store_text(query, 2), "hg-changeset");
        makeup->facts[node].backport = true;
        g_array_append_val(nodes, node);
        g_ptr_array_add(lines, g_strdup(foreign ? "" : store_text(query, 1)));
    }
}

static bool follow_origins(struct sorting *sorting, GError **error)
{
    g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GPtrArray) lines = read_origins(sorting->makeup, nodes, error);
    struct pick pick = {0, -1};
    if (lines == NULL)
        return false;
    for (guint i = 0; i < lines->len; i++) {
        guint node = g_array_index(nodes, guint, i);
        const char *hex = g_ptr_array_index(lines, i);
        if (node != pick.node) {
            end_pick(sorting->makeup, &pick);
            pick = (struct pick){node, -1};
        }
        if (*hex != '\0' && !take_origin(sorting, &pick, hex, error))
            return false;
    }
    end_pick(sorting->makeup, &pick);
    return true;
}

struct authored {
    gint64 author, time;
    gint64 committed;
    guint node;
    bool main;
};

/* By author and date; of one the main branch's first, then the oldest. */
static int compare_authored(const void *a, const void *b)
{
    const struct authored *left = a, *right = b;
    const gint64 order[][2] = {{left->author, right->author},
                               {left->time, right->time},
                               {!left->main, !right->main},
                               {left->committed, right->committed},
                               {left->node, right->node}};
    for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
        if (order[i][0] != order[i][1])
            return order[i][0] < order[i][1] ? -1 : 1;
    return 0;
}

static GArray *by_author(const struct sorting *sorting)
{
    struct book *book = sorting->makeup->book;
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct authored));
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        struct authored one = {book_author(book, node), book_time(book, node, true),
                               book_time(book, node, false), node,
                               lineage_main(sorting->lineage)[node] != 0};
        if (sorting->makeup->reached[node] != 0 && !book_is_merge(book, node))
            g_array_append_val(all, one);
    }
    g_array_sort(all, compare_authored);
    return all;
}

static bool open_twins(struct sorting *sorting, GError **error)
{
    struct book *book = sorting->makeup->book;
    if (sorting->twins == NULL)
        sorting->twins =
            twins_open(book_store(book), book_home(book), book_repository(book), error);
    return sorting->twins != NULL;
}

/* Finds the commit that one of those before it in the group makes the same change as. */
static bool look_back(struct sorting *sorting, const struct authored *group, guint place,
                      GError **error)
{
    struct makeup *makeup = sorting->makeup;
    const struct graph *graph = book_graph(makeup->book);
    guint node = group[place].node, twin = 0;
    g_autoptr(GArray) others = g_array_new(FALSE, FALSE, sizeof(gint64));
    gint64 found = 0;
    for (guint i = 0; i < place; i++) {
        gint64 id = graph_commit_id(graph, group[i].node);
        if (makeup_change(makeup, group[i].node) == makeup_change(makeup, node))
            return true;
        g_array_append_val(others, id);
    }
    if (others->len == 0)
        return true;
    if (!open_twins(sorting, error) ||
        !twins_find(sorting->twins, graph_commit_id(graph, node), others, &found, error))
        return false;
    if (found == 0 || !graph_node(graph, found, &twin))
        return true;
    makeup->facts[node].backport = true;
    unite(makeup, twin, node);
    return true;
}

static bool follow_twins(struct sorting *sorting, GError **error)
{
    g_autoptr(GArray) all = by_author(sorting);
    guint begin = 0;
    for (guint i = 1; i < all->len; i++) {
        const struct authored *group = &g_array_index(all, struct authored, begin);
        const struct authored *one = &g_array_index(all, struct authored, i);
        if (one->author != group->author || one->time != group->time)
            begin = i;
        else if (!look_back(sorting, group, i - begin, error))
            return false;
    }
    return true;
}

static void makeup_init(struct makeup *makeup)
{
    const struct graph *graph = book_graph(makeup->book);
    const GArray *refs = book_refs(makeup->book);
    makeup->facts = g_new0(struct makeup_facts, graph_size(graph) + 1);
    makeup->same = g_new(guint, graph_size(graph) + 1);
    makeup->reached = graph_set_new(graph);
    for (guint node = 0; node < graph_size(graph); node++)
        makeup->same[node] = node;
    for (guint i = 0; i < refs->len; i++)
        graph_add_ancestors(graph, g_array_index(refs, struct book_ref, i).node, makeup->reached);
}

struct makeup *makeup_load(struct book *book, GError **error)
{
    g_autoptr(Makeup) makeup = g_new0(struct makeup, 1);
    makeup->book = book;
    makeup_init(makeup);
    g_autoptr(Lineage) lineage = lineage_load(book, error);
    if (lineage == NULL || !read_facts(makeup, error))
        return NULL;
    struct sorting sorting = {makeup, lineage, NULL};
    bool done = follow_origins(&sorting, error) && follow_twins(&sorting, error);
    twins_close(sorting.twins);
    return done ? g_steal_pointer(&makeup) : NULL;
}

void makeup_free(struct makeup *makeup)
{
    if (makeup == NULL)
        return;
    g_free(makeup->facts);
    g_free(makeup->same);
    g_free(makeup->reached);
    g_free(makeup);
}

enum makeup_kind makeup_kind(const struct makeup *makeup, guint node)
{
    return makeup_of(&makeup->facts[node]);
}

/* Windows come in any order, so what was seen is kept by window and change. */
static void count_commit(const struct makeup *makeup, struct makeup_counts *counts, guint node,
                         guint window, GHashTable *seen)
{
    gint64 key = ((gint64)window << 32) | makeup_change(makeup, node);
    counts->commits++;
    counts->kinds[makeup_kind(makeup, node)]++;
    if (!g_hash_table_contains(seen, &key)) {
        g_hash_table_add(seen, g_memdup2(&key, sizeof key));
        counts->unique++;
    }
}

GArray *makeup_count(const struct makeup *makeup, struct selection *selection, guint first,
                     guint last, GError **error)
{
    struct store_statement *query = store_statement(book_store(makeup->book), "makeup_commits");
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_autoptr(GArray) counts = g_array_new(FALSE, TRUE, sizeof(struct makeup_counts));
    bool row = false;
    guint node = 0;
    (void)selection;
    g_array_set_size(counts, last - first + 1);
    store_bind_int(query, 1, first);
    store_bind_int(query, 2, last);
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&counts);
        guint window = (guint)store_int(query, 0);
        if (graph_node(book_graph(makeup->book), store_int(query, 1), &node))
            count_commit(makeup, &g_array_index(counts, struct makeup_counts, window - first), node,
                         window, seen);
    }
}
