/* A batch of file changes whose lines are counted on all cores, in FILE order: each file's versions
 * one after another, because packs store neighbouring versions as differences of each other. */
#ifndef BATCH_H
#define BATCH_H

#include "counter.h"
#include "workers.h"

struct batch_change {
    guint32 commit; /* the caller's number, ascending */
    guint32 path;   /* batch_path's */
    struct tree_side old, new;
    guint32 added, deleted; /* lines; 0 unless text */
    guint8 content;         /* enum count_content */
    guint8 lost;            /* enum object_state of that object; OBJECT_READ: the worker died */
    bool lost_new;          /* it is the new side's */
    char status;            /* 'A' 'D' 'M' 'T', as git names it */
};

struct batch_rename {
    guint32 gone, born; /* the changes this stands for */
    guint32 similarity; /* percent */
    guint32 added, deleted;
    guint8 content;
};

struct batch;

struct batch *batch_new(void);
void batch_free(struct batch *batch);
typedef struct batch Batch;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Batch, batch_free)

/* Commits in ascending order, the paths of each in git's order. */
void batch_add(struct batch *batch, guint32 commit, const char *path, gsize length,
               const struct tree_side *old, const struct tree_side *new);
guint batch_size(const struct batch *batch);
const char *batch_path(const struct batch *batch, guint32 path);
guint batch_paths(const struct batch *batch);

/* Starts counting in worker processes; the caller may do something else meanwhile. */
bool batch_start(struct batch *batch, const char *objects_folder, guint jobs, GError **error);
/* How many changes are counted so far. */
guint batch_done(const struct batch *batch);
/* *ret_deaths as workers_wait has it. After it, the results: */
bool batch_wait(struct batch *batch, void (*tick)(void *user), void *user, const volatile int *stop,
                GArray **ret_deaths, GError **error);
/* As workers_lost. */
guint batch_lost_workers(const struct batch *batch);
/* A change that the given task was to count, for the report of a death. */
const struct batch_change *batch_task_change(const struct batch *batch, guint number);
const struct batch_change *batch_change(const struct batch *batch, guint index);
/* As struct batch_rename, by commit, then new path. */
const GArray *batch_renames(const struct batch *batch);

#endif
