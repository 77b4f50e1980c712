#include "workers.h"

#include "fault.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define TASKS 200u

/* What each task is to do, and how often it was begun; shared with the workers. */
enum deed { WORK, EXIT_ONCE, EXIT_ALWAYS, ABORT_ALWAYS, KILL_ONCE, KILL_ALWAYS, DIE_AT_END, HANG };

struct plan {
    enum deed deeds[TASKS];
    guint begun[TASKS];
    guint done[TASKS];
    bool cannot_begin;
    bool dies_at_end;
};

static void *begin(void *user)
{
    struct plan *plan = user;
    return plan->cannot_begin ? NULL : plan;
}

static void run(void *state, guint task)
{
    struct plan *plan = state;
    bool first = __atomic_fetch_add(&plan->begun[task], 1, __ATOMIC_RELAXED) == 0;
    switch (plan->deeds[task]) {
    case EXIT_ONCE:
        if (first)
            _exit(7);
        break;
    case EXIT_ALWAYS:
        _exit(7);
    case ABORT_ALWAYS:
        signal(SIGABRT, SIG_DFL);
        abort();
    case KILL_ONCE:
        if (first)
            raise(SIGKILL);
        break;
    case KILL_ALWAYS:
        raise(SIGKILL);
        break;
    case HANG:
        g_usleep(60 * G_USEC_PER_SEC);
        break;
    default:
        break;
    }
    __atomic_fetch_add(&plan->done[task], 1, __ATOMIC_RELAXED);
}

static void end(void *state)
{
    const struct plan *plan = state;
    if (plan->dies_at_end)
        _exit(9);
}

static const struct worker_job job = {begin, run, end};

static struct plan *new_plan(void)
{
    g_autoptr(GError) error = NULL;
    struct plan *plan = workers_share(sizeof *plan, &error);
    g_assert_no_error(error);
    return plan;
}

static GArray *finish(struct plan *plan, guint jobs, guint tasks, guint lost)
{
    g_autoptr(GError) error = NULL;
    GArray *deaths = NULL;
    g_autoptr(Workers) workers = workers_start(jobs, tasks, &job, plan, &error);
    g_assert_no_error(error);
    g_assert_true(workers_wait(workers, NULL, NULL, NULL, &deaths, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(workers_lost(workers), ==, lost);
    return deaths;
}

static void all_tasks_once(void)
{
    static const guint jobs[] = {1, 2, 7, 1000};
    for (gsize i = 0; i < G_N_ELEMENTS(jobs); i++) {
        struct plan *plan = new_plan();
        g_autoptr(GArray) deaths = finish(plan, jobs[i], TASKS, 0);
        g_assert_cmpuint(deaths->len, ==, 0);
        for (guint task = 0; task < TASKS; task++)
            g_assert_cmpuint(plan->done[task], ==, 1);
        workers_unshare(plan, sizeof *plan);
    }
}

static void no_tasks(void)
{
    struct plan *plan = new_plan();
    g_autoptr(GArray) deaths = finish(plan, 3, 0, 0);
    g_assert_cmpuint(deaths->len, ==, 0);
    workers_unshare(plan, sizeof *plan);
}

/* Its task is done by another; nothing else suffers. */
static void a_death_is_made_good(void)
{
    struct plan *plan = new_plan();
    plan->deeds[0] = KILL_ONCE;
    plan->deeds[TASKS - 1] = EXIT_ONCE;
    g_autoptr(GArray) deaths = finish(plan, 2, TASKS, 2);
    g_assert_cmpuint(deaths->len, ==, 0);
    for (guint task = 0; task < TASKS; task++)
        g_assert_cmpuint(plan->done[task], ==, 1);
    g_assert_cmpuint(plan->begun[0], ==, 2);
    workers_unshare(plan, sizeof *plan);
}

static void a_second_death_is_reported(void)
{
    static const struct {
        enum deed deed;
        gint signal, status;
    } deaths[] = {{EXIT_ALWAYS, 0, 7}, {ABORT_ALWAYS, SIGABRT, 0}, {KILL_ALWAYS, SIGKILL, 0}};
    struct plan *plan = new_plan();
    for (guint i = 0; i < G_N_ELEMENTS(deaths); i++)
        plan->deeds[10 * i] = deaths[i].deed;
    g_autoptr(GArray) found = finish(plan, 2, 40, 2);
    g_assert_cmpuint(found->len, ==, G_N_ELEMENTS(deaths));
    for (guint i = 0; i < found->len; i++) {
        const struct worker_death *death = &g_array_index(found, struct worker_death, i);
        g_assert_cmpuint(death->task, ==, 10 * i);
        g_assert_cmpint(death->signal, ==, deaths[i].signal);
        g_assert_cmpint(death->status, ==, deaths[i].status);
        g_assert_cmpint(death->pid, >, 0);
    }
    for (guint task = 0; task < 40; task++)
        g_assert_cmpuint(plan->done[task], ==, task % 10 == 0 && task < 30 ? 0 : 1);
    workers_unshare(plan, sizeof *plan);
}

static void workers_that_cannot_begin(void)
{
    struct plan *plan = new_plan();
    plan->cannot_begin = true;
    g_autoptr(GArray) deaths = finish(plan, 2, 5, 2);
    g_assert_cmpuint(deaths->len, ==, 5);
    workers_unshare(plan, sizeof *plan);
}

/* The work is done, so nobody misses the worker. */
static void a_death_after_the_work(void)
{
    struct plan *plan = new_plan();
    plan->dies_at_end = true;
    plan->deeds[3] = KILL_ONCE;
    g_autoptr(GArray) deaths = finish(plan, 1, 5, 1);
    g_assert_cmpuint(deaths->len, ==, 0);
    workers_unshare(plan, sizeof *plan);
}

static volatile int stop;

static void ask_to_stop(void *user)
{
    guint *ticks = user;
    stop = ++*ticks >= 3;
}

static void a_stop_ends_them(void)
{
    g_autoptr(GError) error = NULL;
    GArray *deaths = NULL;
    guint ticks = 0;
    struct plan *plan = new_plan();
    for (guint task = 0; task < TASKS; task++)
        plan->deeds[task] = HANG;
    g_autoptr(Workers) workers = workers_start(3, TASKS, &job, plan, &error);
    g_assert_no_error(error);
    g_assert_false(workers_wait(workers, ask_to_stop, &ticks, &stop, &deaths, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_INTERRUPTED);
    g_assert_null(deaths);
    g_assert_cmpuint(ticks, >=, 3);
    workers_unshare(plan, sizeof *plan);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/workers/all-tasks-once", all_tasks_once);
    g_test_add_func("/workers/no-tasks", no_tasks);
    g_test_add_func("/workers/a-death-is-made-good", a_death_is_made_good);
    g_test_add_func("/workers/a-second-death-is-reported", a_second_death_is_reported);
    g_test_add_func("/workers/workers-that-cannot-begin", workers_that_cannot_begin);
    g_test_add_func("/workers/a-death-after-the-work", a_death_after_the_work);
    g_test_add_func("/workers/a-stop-ends-them", a_stop_ends_them);
    return g_test_run();
}
