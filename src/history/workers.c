#include "workers.h"

#include "fault.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TICK_MICROSECONDS 20000
#define EXIT_CANNOT_BEGIN 3

enum task_state { TASK_OPEN, TASK_DONE };

/* In shared memory, written by all workers. */
struct board {
    guint next;
    guint8 states[]; /* enum task_state, one a task */
};

struct worker {
    pid_t pid; /* 0: ended */
    gint task; /* the only one it does, or -1: what it claims */
};

struct workers {
    const struct worker_job *job;
    void *user;
    guint tasks;
    struct board *board;
    gsize board_bytes;
    struct worker *all;
    guint count;
    guint lost; /* ended before their work was done */
};

void *workers_share(gsize bytes, GError **error)
{
    void *memory =
        mmap(NULL, MAX(bytes, 1), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED)
        return memory;
    fault_raise(error, FAULT_IO, "no memory to share with the workers: %s", g_strerror(errno));
    return NULL;
}

void workers_unshare(void *memory, gsize bytes)
{
    if (memory != NULL)
        munmap(memory, MAX(bytes, 1));
}

static gint claim(struct workers *workers)
{
    guint task = __atomic_fetch_add(&workers->board->next, 1, __ATOMIC_RELAXED);
    return task < workers->tasks ? (gint)task : -1;
}

static void do_task(struct workers *workers, void *state, guint task)
{
    workers->job->run(state, task);
    __atomic_store_n(&workers->board->states[task], TASK_DONE, __ATOMIC_RELEASE);
}

/* Never returns. A worker ends with its parent, and leaves Ctrl-C to it. */
static void be_worker(struct workers *workers, guint me, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    void *state = workers->job->begin(workers->user);
    if (state == NULL)
        _exit(EXIT_CANNOT_BEGIN);
    gint only = workers->all[me].task;
    if (only >= 0)
        do_task(workers, state, (guint)only);
    else
        for (gint task = claim(workers); task >= 0; task = claim(workers))
            do_task(workers, state, (guint)task);
    workers->job->end(state);
    _exit(0);
}

static bool fork_worker(struct workers *workers, guint me, gint only, GError **error)
{
    pid_t parent = getpid();
    workers->all[me] = (struct worker){0, only};
    pid_t pid = fork();
    if (pid < 0)
        return fault_raise(error, FAULT_IO, "a worker process could not be started: %s",
                           g_strerror(errno));
    if (pid == 0)
        be_worker(workers, me, parent);
    workers->all[me].pid = pid;
    return true;
}

struct workers *workers_start(guint jobs, guint tasks, const struct worker_job *job, void *user,
                              GError **error)
{
    g_autoptr(Workers) workers = g_new0(struct workers, 1);
    workers->job = job;
    workers->user = user;
    workers->tasks = tasks;
    workers->count = CLAMP(jobs, 1, MAX(tasks, 1));
    workers->all = g_new0(struct worker, workers->count);
    workers->board_bytes = sizeof(struct board) + tasks;
    workers->board = workers_share(workers->board_bytes, error);
    if (workers->board == NULL)
        return NULL;
    for (guint i = 0; i < workers->count; i++)
        if (!fork_worker(workers, i, -1, error))
            return NULL;
    return g_steal_pointer(&workers);
}

/* Takes note of workers that have ended; how many still run. A worker with many tasks needs no
 * note: what it left is done again. */
static guint reap(struct workers *workers, GArray *deaths)
{
    guint running = 0;
    for (guint i = 0; i < workers->count; i++) {
        struct worker *worker = &workers->all[i];
        int status = 0;
        if (worker->pid == 0)
            continue;
        if (waitpid(worker->pid, &status, WNOHANG) == 0) {
            running++;
            continue;
        }
        /* It counts as dead only when it leaves its one task undone, whatever it ended with. */
        struct worker_death death = {(guint)worker->task, worker->pid,
                                     WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                                     WIFEXITED(status) ? WEXITSTATUS(status) : 0};
        worker->pid = 0;
        workers->lost += worker->task < 0 && (death.signal != 0 || death.status != 0);
        if (worker->task >= 0 && workers->board->states[worker->task] != TASK_DONE)
            g_array_append_val(deaths, death);
    }
    return running;
}

static void end_all(struct workers *workers)
{
    for (guint i = 0; i < workers->count; i++) {
        if (workers->all[i].pid == 0)
            continue;
        kill(workers->all[i].pid, SIGKILL);
        waitpid(workers->all[i].pid, NULL, 0);
        workers->all[i].pid = 0;
    }
}

static bool wait_running(struct workers *workers, void (*tick)(void *user), void *user,
                         const volatile int *stop, GArray *deaths, GError **error)
{
    while (reap(workers, deaths) > 0) {
        if (stop != NULL && *stop != 0) {
            end_all(workers);
            return fault_raise(error, FAULT_INTERRUPTED, "stopped while counting lines");
        }
        if (tick != NULL)
            tick(user);
        g_usleep(TICK_MICROSECONDS);
    }
    return true;
}

/* What nobody finished is done once more, one task a worker; a second death is final. */
static bool repeat_unfinished(struct workers *workers, void (*tick)(void *user), void *user,
                              const volatile int *stop, GArray *deaths, GError **error)
{
    for (guint task = 0; task < workers->tasks; task++) {
        if (workers->board->states[task] == TASK_DONE)
            continue;
        if (!fork_worker(workers, 0, (gint)task, error) ||
            !wait_running(workers, tick, user, stop, deaths, error))
            return false;
    }
    return true;
}

bool workers_wait(struct workers *workers, void (*tick)(void *user), void *user,
                  const volatile int *stop, GArray **ret_deaths, GError **error)
{
    g_autoptr(GArray) deaths = g_array_new(FALSE, FALSE, sizeof(struct worker_death));
    if (!wait_running(workers, tick, user, stop, deaths, error) ||
        !repeat_unfinished(workers, tick, user, stop, deaths, error))
        return false;
    *ret_deaths = g_steal_pointer(&deaths);
    return true;
}

guint workers_lost(const struct workers *workers)
{
    return workers->lost;
}

void workers_free(struct workers *workers)
{
    if (workers == NULL)
        return;
    end_all(workers);
    workers_unshare(workers->board, workers->board_bytes);
    g_free(workers->all);
    g_free(workers);
}
