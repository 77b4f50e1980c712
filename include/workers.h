/* Numbered tasks done by worker processes on all cores. A task's result goes into memory shared
 * with the parent (workers_share). A worker that dies takes nothing else along: its task is tried
 * once more by another, and reported when that dies too. The calling process must have no threads.
 */
#ifndef WORKERS_H
#define WORKERS_H

#include <glib.h>
#include <stdbool.h>

struct worker_job {
    void *(*begin)(
        void *user); /* in the worker: what it needs for all its tasks; NULL: it cannot work */
    void (*run)(void *state, guint task);
    void (*end)(void *state);
};

struct worker_death {
    guint task;
    gint pid;
    gint signal; /* 0: it ended with `status` */
    gint status;
};

struct workers;

/* Shared zeroed memory; NULL and FAULT_IO when there is none. Release with workers_unshare. */
void *workers_share(gsize bytes, GError **error);
void workers_unshare(void *memory, gsize bytes);

/* Forks up to `jobs` workers for tasks 0 to tasks-1, claimed in that order, and returns at once. */
struct workers *workers_start(guint jobs, guint tasks, const struct worker_job *job, void *user,
                              GError **error);
/* Waits until all is done. `tick` (may be NULL) is called some ten times a second. When *stop
 * becomes non-zero the workers are ended and FAULT_INTERRUPTED is raised. *ret_deaths: struct
 * worker_death for each task given up. */
bool workers_wait(struct workers *workers, void (*tick)(void *user), void *user,
                  const volatile int *stop, GArray **ret_deaths, GError **error);
/* How many workers died at their first try, so that their tasks were done again. */
guint workers_lost(const struct workers *workers);
/* Ends workers that still run. */
void workers_free(struct workers *workers);
typedef struct workers Workers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Workers, workers_free)

#endif
