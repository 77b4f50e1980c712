/* Commits found by what they change. Which lines of which files a commit changes is in the history,
 * and hardly two changes have the same: that finds a few commits at once, and their patches in the
 * repository tell which of them is meant. */
#ifndef SHAPES_H
#define SHAPES_H

#include "graph.h"
#include "home.h"
#include "patch_face.h"

struct shapes;

/* Errors of repo_open: the repository itself is read. Store and graph must outlive it. */
struct shapes *shapes_open(struct store *history, const struct home *home,
                           const struct home_repository *repository, const struct graph *graph,
                           GError **error);
void shapes_close(struct shapes *shapes);
typedef struct shapes Shapes;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shapes, shapes_close)

struct shapes_match {
    guint node;
    bool identical; /* by patch identity; else by its added and deleted lines alone */
};

/* The commits that make the change of a patch, in order of the graph, as struct shapes_match.
 * FAULT_DATA: a commit cannot be read. Caller unrefs. */
GArray *shapes_find(struct shapes *shapes, const struct patch_face *face, GError **error);
/* Other commits that make the same change as this one, by patch identity, likewise. */
GArray *shapes_alike(struct shapes *shapes, guint node, GError **error);

#endif
