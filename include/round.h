/* The new commits of one repository written in rounds: a round takes the next ones, parents first,
 * compares their trees, counts lines on all cores, and writes commits and changes in one
 * transaction. What is lost at most when the program is killed is two rounds, one that is counted
 * and one that is written. */
#ifndef ROUND_H
#define ROUND_H

#include "insert.h"
#include "mine_options.h"
#include "progress.h"
#include "store.h"
#include "walk.h"

/* What rounds work with; all borrowed. */
struct rounds {
    struct store *history;
    const char *name; /* of the repository */
    const char *objects_folder;
    const struct mine_options *options;
    struct objects *objects;
    struct walk *walk; /* its order is what is written */
    struct changes *trees;
    struct insert *insert;
    gint64 last_id;            /* of the newest commit row */
    guint64 commits, changes;  /* written so far */
    guint lost_workers;        /* died; what they counted was counted again */
    struct progress *progress; /* of all rounds */
};

bool rounds_run(struct rounds *rounds, GError **error);

/* Whether a signal came: then FAULT_INTERRUPTED is raised. */
bool rounds_interrupted(const char *name, const struct mine_options *options, GError **error);

#endif
