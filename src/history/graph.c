#include "graph.h"

#include <stdlib.h>
#include <string.h>

struct graph {
    gint64 *ids;   /* ascending */
    guint *starts; /* size + 1: where a node's parents begin in `parents` */
    gint *parents; /* node numbers; -1: the object is missing */
    guint size;
    guint *stack; /* for walking: a node is on it once at most */
};

static int compare_ids(const void *a, const void *b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return (left > right) - (left < right);
}

/* One repository mined alone has ids without gaps, and nothing of them needs to be read. */
static bool load_span(struct graph *graph, struct store *history, gint64 repository, bool *ret_done,
                      GError **error)
{
    struct store_statement *span = store_statement(history, "graph_span");
    bool row = false;
    store_bind_int(span, 1, repository);
    if (!store_step(span, &row, error))
        return false;
    gint64 size = store_int(span, 0), first = store_int(span, 1), last = store_int(span, 2);
    *ret_done = size == last - first + 1;
    if (*ret_done) {
        graph->size = (guint)size;
        graph->ids = g_new(gint64, graph->size);
        for (guint node = 0; node < graph->size; node++)
            graph->ids[node] = first + node;
    }
    return store_run(span, error);
}

static bool load_ids(struct graph *graph, struct store *history, gint64 repository, GError **error)
{
    struct store_statement *commits = store_statement(history, "graph_commits");
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    bool row = false;
    store_bind_int(commits, 1, repository);
    while (true) {
        if (!store_step(commits, &row, error))
            return false;
        if (!row)
            break;
        gint64 id = store_int(commits, 0);
        g_array_append_val(ids, id);
    }
    graph->size = ids->len;
    graph->ids = (gint64 *)(void *)g_array_free(g_steal_pointer(&ids), FALSE);
    if (graph->size > 0)
        qsort(graph->ids, graph->size, sizeof *graph->ids, compare_ids);
    return true;
}

static bool load_parents(struct graph *graph, struct store *history, GError **error)
{
    struct store_statement *edges = store_statement(history, "graph_parents");
    g_autoptr(GArray) parents = g_array_new(FALSE, FALSE, sizeof(gint));
    guint node = 0;
    bool row = false;
    while (true) {
        if (!store_step(edges, &row, error))
            return false;
        if (!row)
            break;
        gint64 child = store_int(edges, 0);
        while (node < graph->size && graph->ids[node] < child)
            graph->starts[++node] = parents->len;
        if (node == graph->size || graph->ids[node] != child)
            continue;
        guint parent = 0;
        gint number = graph_node(graph, store_int(edges, 1), &parent) ? (gint)parent : -1;
        g_array_append_val(parents, number);
    }
    while (node < graph->size)
        graph->starts[++node] = parents->len;
    graph->parents = (gint *)(void *)g_array_free(g_steal_pointer(&parents), FALSE);
    return true;
}

struct graph *graph_load(struct store *history, gint64 repository, GError **error)
{
    g_autoptr(Graph) graph = g_new0(struct graph, 1);
    bool done = false;
    if (!load_span(graph, history, repository, &done, error) ||
        (!done && !load_ids(graph, history, repository, error)))
        return NULL;
    graph->starts = g_new0(guint, graph->size + 1);
    graph->stack = g_new(guint, graph->size + 1);
    if (!load_parents(graph, history, error))
        return NULL;
    return g_steal_pointer(&graph);
}

void graph_free(struct graph *graph)
{
    if (graph == NULL)
        return;
    g_free(graph->ids);
    g_free(graph->starts);
    g_free(graph->parents);
    g_free(graph->stack);
    g_free(graph);
}

guint graph_size(const struct graph *graph)
{
    return graph->size;
}

gint64 graph_commit_id(const struct graph *graph, guint node)
{
    return graph->ids[node];
}

bool graph_node(const struct graph *graph, gint64 commit_id, guint *ret_node)
{
    if (graph->size == 0 || commit_id < graph->ids[0] || commit_id > graph->ids[graph->size - 1])
        return false;
    /* One repository mined alone has ids without gaps: then this is the place. */
    gint64 guess = commit_id - graph->ids[0];
    if (guess < graph->size && graph->ids[guess] == commit_id) {
        *ret_node = (guint)guess;
        return true;
    }
    const gint64 *found =
        bsearch(&commit_id, graph->ids, graph->size, sizeof *graph->ids, compare_ids);
    if (found == NULL)
        return false;
    *ret_node = (guint)(found - graph->ids);
    return true;
}

guint graph_parent_count(const struct graph *graph, guint node)
{
    return graph->starts[node + 1] - graph->starts[node];
}

gint graph_first_parent(const struct graph *graph, guint node)
{
    return graph_parent_count(graph, node) == 0 ? -1 : graph->parents[graph->starts[node]];
}

gint graph_parent(const struct graph *graph, guint node, guint n)
{
    return graph->parents[graph->starts[node] + n];
}

guint8 *graph_set_new(const struct graph *graph)
{
    return g_malloc0(graph->size + 1);
}

void graph_add_ancestors(const struct graph *graph, guint node, guint8 *set)
{
    if (set[node] != 0)
        return;
    guint height = 0;
    set[node] = 1;
    graph->stack[height++] = node;
    while (height > 0) {
        guint next = graph->stack[--height];
        for (guint i = graph->starts[next]; i < graph->starts[next + 1]; i++) {
            gint parent = graph->parents[i];
            if (parent < 0 || set[parent] != 0)
                continue;
            set[parent] = 1;
            graph->stack[height++] = (guint)parent;
        }
    }
}

gint graph_merge_base(const struct graph *graph, guint a, guint b)
{
    g_autofree guint8 *of_a = graph_set_new(graph);
    g_autofree guint8 *of_b = graph_set_new(graph);
    graph_add_ancestors(graph, a, of_a);
    graph_add_ancestors(graph, b, of_b);
    for (gint node = (gint)MIN(a, b); node >= 0; node--)
        if (of_a[node] != 0 && of_b[node] != 0)
            return node;
    return -1;
}
