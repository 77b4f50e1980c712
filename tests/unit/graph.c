#include "graph.h"

#include <glib/gstdio.h>

/* Two lines and a merge; another repository in between.
 *
 *   1 - 2 - 3 ----- 7 - 9      main
 *        \         /
 *         4 - 5 - 6 - 8        side
 *
 *   100 has a parent that is missing; 50 and 60 are of another repository. */
static const gint64 edges[][2] = {{2, 1}, {3, 2}, {4, 2}, {5, 4},   {6, 5},  {7, 3},
                                  {7, 6}, {8, 6}, {9, 7}, {60, 50}, {100, 0}};

static char *folder, *path;
static struct store *history;
static struct graph *graph;

static void add_commit(gint64 id, gint64 repository)
{
    guint8 hash[20] = {(guint8)id, (guint8)repository};
    struct store_statement *add = store_statement(history, "mine_add_commit");
    store_bind_int(add, 1, id);
    store_bind_int(add, 2, repository);
    store_bind_blob(add, 3, hash, sizeof hash);
    for (int i = 4; i <= 10; i++)
        store_bind_int(add, i, 1);
    store_bind_text(add, 14, "subject", -1);
    g_assert_true(store_run(add, NULL));
}

static void add_edges(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(edges); i++) {
        struct store_statement *add = store_statement(history, "mine_add_parent");
        store_bind_int(add, 1, edges[i][0]);
        store_bind_int(add, 2, i > 0 && edges[i - 1][0] == edges[i][0] ? 1 : 0);
        if (edges[i][1] != 0)
            store_bind_int(add, 3, edges[i][1]);
        g_assert_true(store_run(add, NULL));
    }
}

static void set_up(void)
{
    g_autoptr(GError) error = NULL;
    static const gint64 ids[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 100};
    folder = g_dir_make_tmp("graph-XXXXXX", NULL);
    path = g_build_filename(folder, "history.db", NULL);
    history = store_open(path, "history", STORE_WRITE, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < G_N_ELEMENTS(ids); i++)
        add_commit(ids[i], 1);
    add_commit(50, 2);
    add_commit(60, 2);
    add_edges();
    graph = graph_load(history, 1, &error);
    g_assert_no_error(error);
}

static guint node_of(gint64 id)
{
    guint node = 0;
    g_assert_true(graph_node(graph, id, &node));
    g_assert_cmpint(graph_commit_id(graph, node), ==, id);
    return node;
}

/* "1 2 4": the commits of a set. */
static char *members(const guint8 *set)
{
    GString *text = g_string_new(NULL);
    for (guint node = 0; node < graph_size(graph); node++)
        if (set[node] != 0)
            g_string_append_printf(text, "%s%d", text->len > 0 ? " " : "",
                                   (int)graph_commit_id(graph, node));
    return g_string_free(text, FALSE);
}

static void ancestors_are(gint64 id, const char *expected)
{
    g_autofree guint8 *set = graph_set_new(graph);
    graph_add_ancestors(graph, node_of(id), set);
    g_autofree char *found = members(set);
    g_assert_cmpstr(found, ==, expected);
}

static void nodes(void)
{
    guint node = 77;
    g_assert_cmpuint(graph_size(graph), ==, 10);
    static const gint64 strangers[] = {0, -1, 10, 50, 60, 99, 101};
    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++)
        g_assert_false(graph_node(graph, strangers[i], &node));
    g_assert_cmpuint(node, ==, 77);
    g_assert_cmpuint(node_of(1), ==, 0);
    g_assert_cmpuint(node_of(100), ==, 9);
}

static void parents(void)
{
    g_assert_cmpuint(graph_parent_count(graph, node_of(1)), ==, 0);
    g_assert_cmpint(graph_first_parent(graph, node_of(1)), ==, -1);
    g_assert_cmpuint(graph_parent_count(graph, node_of(7)), ==, 2);
    g_assert_cmpint(graph_first_parent(graph, node_of(7)), ==, (gint)node_of(3));
    g_assert_cmpuint(graph_parent_count(graph, node_of(100)), ==, 1);
    g_assert_cmpint(graph_first_parent(graph, node_of(100)), ==, -1);
}

static void ancestors(void)
{
    ancestors_are(1, "1");
    ancestors_are(5, "1 2 4 5");
    ancestors_are(9, "1 2 3 4 5 6 7 9");
    ancestors_are(100, "100");
}

static void sets_add_up(void)
{
    g_autofree guint8 *set = graph_set_new(graph);
    graph_add_ancestors(graph, node_of(3), set);
    graph_add_ancestors(graph, node_of(4), set);
    graph_add_ancestors(graph, node_of(3), set);
    g_autofree char *found = members(set);
    g_assert_cmpstr(found, ==, "1 2 3 4");
}

static void merge_bases(void)
{
    static const gint64 bases[][3] = {{3, 4, 2}, {3, 8, 2}, {9, 8, 6}, {9, 5, 5},
                                      {9, 9, 9}, {1, 9, 1}, {8, 7, 6}};
    for (gsize i = 0; i < G_N_ELEMENTS(bases); i++) {
        guint a = node_of(bases[i][0]), b = node_of(bases[i][1]);
        gint base = (gint)node_of(bases[i][2]);
        g_assert_cmpint(graph_merge_base(graph, a, b), ==, base);
        g_assert_cmpint(graph_merge_base(graph, b, a), ==, base);
    }
    g_assert_cmpint(graph_merge_base(graph, node_of(100), node_of(9)), ==, -1);
}

static void of_nothing(void)
{
    g_autoptr(GError) error = NULL;
    guint node = 0;
    g_autoptr(Graph) empty = graph_load(history, 3, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(graph_size(empty), ==, 0);
    g_assert_false(graph_node(empty, 1, &node));
    g_autoptr(Graph) other = graph_load(history, 2, &error);
    g_assert_cmpuint(graph_size(other), ==, 2);
    g_assert_cmpint(graph_first_parent(other, 1), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    set_up();
    g_test_add_func("/graph/nodes", nodes);
    g_test_add_func("/graph/parents", parents);
    g_test_add_func("/graph/ancestors", ancestors);
    g_test_add_func("/graph/sets-add-up", sets_add_up);
    g_test_add_func("/graph/merge-bases", merge_bases);
    g_test_add_func("/graph/of-nothing", of_nothing);
    int result = g_test_run();
    graph_free(graph);
    store_close(history);
    g_unlink(path);
    g_rmdir(folder);
    g_free(path);
    g_free(folder);
    return result;
}
