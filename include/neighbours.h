/* The readings next to a reading: the same window under one other rule. Pure. */
#ifndef NEIGHBOURS_H
#define NEIGHBOURS_H

#include "reading.h"

/* Which rules a figure depends on; on branches, dates and a release's ends all do. */
enum {
    NEIGHBOUR_MERGES = 1,
    NEIGHBOUR_RENAMES = 2,
    NEIGHBOUR_PEOPLE = 4,
    NEIGHBOUR_EMPLOYERS = 8,
    NEIGHBOUR_MONSTERS = 16,
};

struct neighbour {
    struct reading *reading; /* unresolved */
    char *what;              /* what is different, one clause: "merges counted" */
};

/* As struct neighbour *, the array owns them. Each differs from the reading in one rule. */
GPtrArray *neighbours_of(const struct reading *reading, guint rules);

#endif
