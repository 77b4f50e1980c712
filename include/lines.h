/* Release lines: which line a release is of, what comes before it, where its line left the main
 * branch, and how much lies between. Works on a list of releases sorted by version. */
#ifndef LINES_H
#define LINES_H

#include "releases.h"

/* A stable branch that names a line. */
struct line_branch {
    struct version version; /* of its name */
    guint node;             /* its tip */
};

/* Fills line, line_parts, predecessor and fork of all releases and candidates of the list.
 * `branches` holds struct line_branch. */
void lines_assign(struct release_list *list, const struct graph *graph, const GArray *branches);

/* Fills commits and merges of all releases and candidates: what each range adds to the ancestors of
 * the predecessor. */
void lines_count(struct release_list *list, const struct graph *graph);

#endif
