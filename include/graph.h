/* The commits of one repository as a graph in memory: reachability for ranges and releases.
 *
 * Nodes are numbered 0 to n-1 in the order of their row ids, so a parent's number is always
 * smaller than its child's, and "all ancestors" is one pass downwards. */
#ifndef GRAPH_H
#define GRAPH_H

#include "store.h"

struct graph;

/* All commits of a repository (its row id in `repositories`). */
struct graph *graph_load(struct store *history, gint64 repository, GError **error);
void graph_free(struct graph *graph);
typedef struct graph Graph;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Graph, graph_free)

guint graph_size(const struct graph *graph);
gint64 graph_commit_id(const struct graph *graph, guint node);
/* False when no such commit is there. */
bool graph_node(const struct graph *graph, gint64 commit_id, guint *ret_node);
guint graph_parent_count(const struct graph *graph, guint node);
/* First parent, or -1. */
gint graph_first_parent(const struct graph *graph, guint node);
/* Parent n of graph_parent_count, or -1: its object is missing. */
gint graph_parent(const struct graph *graph, guint node, guint n);

/* A set of nodes: one byte a node. Caller frees with g_free. */
guint8 *graph_set_new(const struct graph *graph);
/* Adds the node and all its ancestors. Ancestors already in the set are not walked again, so the
 * set must be closed (made by this function only). */
void graph_add_ancestors(const struct graph *graph, guint node, guint8 *set);
/* The best common ancestor of two nodes by highest number on both sides' ancestry, or -1. */
gint graph_merge_base(const struct graph *graph, guint a, guint b);

#endif
