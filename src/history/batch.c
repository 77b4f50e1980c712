#include "batch.h"

#include "fault.h"
#include "renames.h"

#include <string.h>

/* Changes in one slice of paths: small enough to spread, large enough to keep a file's versions
 * together. */
#define SLICE_CHANGES 256u
/* Below this, forking costs more than it gains. */
#define FEW_CHANGES 400u
/* Changes [first, first + count) of one commit, some added and some deleted. */
struct candidate {
    guint first, count;
    guint slot; /* its first place in the shared rename results */
    guint places;
};

struct task {
    bool renames; /* first and count are of candidates, else of the path order */
    guint first, count;
};

/* Rename results in shared memory: a number for each candidate, then their places. */
struct shared_renames {
    guint32 *found;
    struct batch_rename *places;
};

struct batch {
    GArray *building;     /* struct batch_change, until it is started */
    GHashTable *path_ids; /* path -> number + 1 */
    GPtrArray *paths;
    struct batch_change *changes; /* shared */
    guint size;
    guint *done;    /* shared */
    guint32 *order; /* changes by path, then commit */
    GArray *candidates;
    struct shared_renames shared;
    guint places;
    GArray *tasks;
    GArray *renames;
    char *objects_folder;
    struct workers *workers;
};

/* What a worker holds. */
struct hand {
    struct batch *batch;
    struct counter *counter;
};

struct batch *batch_new(void)
{
    struct batch *batch = g_new0(struct batch, 1);
    batch->building = g_array_new(FALSE, FALSE, sizeof(struct batch_change));
    batch->path_ids = g_hash_table_new(g_str_hash, g_str_equal);
    batch->paths = g_ptr_array_new_with_free_func(g_free);
    batch->candidates = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    batch->tasks = g_array_new(FALSE, FALSE, sizeof(struct task));
    batch->renames = g_array_new(FALSE, FALSE, sizeof(struct batch_rename));
    return batch;
}

void batch_free(struct batch *batch)
{
    if (batch == NULL)
        return;
    workers_free(batch->workers);
    workers_unshare(batch->changes, batch->size * sizeof *batch->changes);
    workers_unshare(batch->done, sizeof *batch->done);
    workers_unshare(batch->shared.found, batch->candidates->len * sizeof(guint32));
    workers_unshare(batch->shared.places, batch->places * sizeof(struct batch_rename));
    g_clear_pointer(&batch->building, g_array_unref);
    g_hash_table_unref(batch->path_ids);
    g_ptr_array_unref(batch->paths);
    g_array_unref(batch->candidates);
    g_array_unref(batch->tasks);
    g_array_unref(batch->renames);
    g_free(batch->order);
    g_free(batch->objects_folder);
    g_free(batch);
}

static guint32 intern_path(struct batch *batch, const char *path, gsize length)
{
    gpointer known = g_hash_table_lookup(batch->path_ids, path);
    if (known != NULL)
        return GPOINTER_TO_UINT(known) - 1;
    char *copy = g_strndup(path, length);
    g_ptr_array_add(batch->paths, copy);
    g_hash_table_insert(batch->path_ids, copy, GUINT_TO_POINTER(batch->paths->len));
    return batch->paths->len - 1;
}

static char status_of(const struct tree_side *old, const struct tree_side *new)
{
    if (old->mode == 0)
        return 'A';
    if (new->mode == 0)
        return 'D';
    return (old->mode & 0170000u) == (new->mode & 0170000u) ? 'M' : 'T';
}

void batch_add(struct batch *batch, guint32 commit, const char *path, gsize length,
               const struct tree_side *old, const struct tree_side *new)
{
    struct batch_change change = {.commit = commit,
                                  .path = intern_path(batch, path, length),
                                  .old = *old,
                                  .new = *new,
                                  .status = status_of(old, new)};
    g_array_append_val(batch->building, change);
    batch->size = batch->building->len;
}

guint batch_size(const struct batch *batch)
{
    return batch->size;
}

const char *batch_path(const struct batch *batch, guint32 path)
{
    return g_ptr_array_index(batch->paths, path);
}

guint batch_paths(const struct batch *batch)
{
    return batch->paths->len;
}

/* ---- In a worker ---- */

static void count_paths(struct hand *hand, const struct task *task)
{
    struct batch *batch = hand->batch;
    for (guint i = task->first; i < task->first + task->count; i++) {
        struct batch_change *change = &batch->changes[batch->order[i]];
        struct counted lines = counter_compare(hand->counter, &change->old, &change->new);
        change->added = lines.added;
        change->deleted = lines.deleted;
        change->content = (guint8)lines.content;
        change->lost = (guint8)lines.lost;
        change->lost_new = lines.lost_new;
        __atomic_fetch_add(batch->done, 1, __ATOMIC_RELAXED);
    }
    counter_forget(hand->counter);
}

static const char *read_side(void *user, const struct rename_side *side, gsize *ret_length)
{
    return counter_lend(user, side->id, ret_length);
}

static void gather_sides(const struct batch *batch, const struct candidate *candidate, char status,
                         GArray *indexes, GArray *sides)
{
    for (guint i = candidate->first; i < candidate->first + candidate->count; i++) {
        const struct batch_change *change = &batch->changes[i];
        if (change->status != status)
            continue;
        const struct tree_side *from = status == 'A' ? &change->new : &change->old;
        struct rename_side side = {.path = batch_path(batch, change->path), .mode = from->mode};
        memcpy(side.id, from->id, sizeof side.id);
        g_array_append_val(sides, side);
        g_array_append_val(indexes, i);
    }
}

static void store_pairs(struct hand *hand, guint number, const GArray *pairs, const GArray *gone,
                        const GArray *born)
{
    struct batch *batch = hand->batch;
    const struct candidate *candidate = &g_array_index(batch->candidates, struct candidate, number);
    guint count = MIN(pairs->len, candidate->places);
    for (guint i = 0; i < count; i++) {
        const struct rename_pair *pair = &g_array_index(pairs, struct rename_pair, i);
        struct batch_rename *rename = &batch->shared.places[candidate->slot + i];
        rename->gone = g_array_index(gone, guint, pair->gone);
        rename->born = g_array_index(born, guint, pair->born);
        rename->similarity = pair->similarity;
        struct counted lines = counter_compare(hand->counter, &batch->changes[rename->gone].old,
                                               &batch->changes[rename->born].new);
        rename->added = lines.added;
        rename->deleted = lines.deleted;
        rename->content = (guint8)lines.content;
    }
    batch->shared.found[number] = count;
    counter_forget(hand->counter);
}

static void find_renames(struct hand *hand, guint number)
{
    const struct batch *batch = hand->batch;
    const struct candidate *candidate = &g_array_index(batch->candidates, struct candidate, number);
    g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) born = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) gone_sides = g_array_new(FALSE, FALSE, sizeof(struct rename_side));
    g_autoptr(GArray) born_sides = g_array_new(FALSE, FALSE, sizeof(struct rename_side));
    gather_sides(batch, candidate, 'D', gone, gone_sides);
    gather_sides(batch, candidate, 'A', born, born_sides);
    g_autoptr(GArray) pairs =
        renames_find((const struct rename_side *)(void *)gone_sides->data, gone_sides->len,
                     (const struct rename_side *)(void *)born_sides->data, born_sides->len,
                     read_side, hand->counter);
    counter_take_back(hand->counter);
    store_pairs(hand, number, pairs, gone, born);
}

static void *begin_counting(void *user)
{
    struct batch *batch = user;
    struct counter *counter = counter_new(batch->objects_folder, NULL);
    if (counter == NULL)
        return NULL;
    struct hand *hand = g_new(struct hand, 1);
    *hand = (struct hand){batch, counter};
    return hand;
}

static void run_task(void *state, guint number)
{
    struct hand *hand = state;
    const struct task *task = &g_array_index(hand->batch->tasks, struct task, number);
    if (!task->renames) {
        count_paths(hand, task);
        return;
    }
    for (guint i = task->first; i < task->first + task->count; i++)
        find_renames(hand, i);
}

static void end_counting(void *state)
{
    struct hand *hand = state;
    counter_free(hand->counter);
    g_free(hand);
}

static const struct worker_job counting = {begin_counting, run_task, end_counting};

/* ---- In the parent ---- */

static gint compare_paths(gconstpointer a, gconstpointer b, gpointer user)
{
    const GPtrArray *paths = user;
    return strcmp(g_ptr_array_index(paths, *(const guint32 *)a),
                  g_ptr_array_index(paths, *(const guint32 *)b));
}

/* A counting sort of the changes by their path's rank; commits stay in order within a path. */
static void order_by_path(struct batch *batch, guint **ret_starts)
{
    guint paths = batch->paths->len;
    g_autofree guint32 *ranked = g_new(guint32, paths + 1);
    g_autofree guint *rank = g_new(guint, paths + 1);
    guint *starts = g_new0(guint, paths + 2);
    for (guint32 i = 0; i < paths; i++)
        ranked[i] = i;
    g_qsort_with_data(ranked, (gint)paths, sizeof *ranked, compare_paths, batch->paths);
    for (guint i = 0; i < paths; i++)
        rank[ranked[i]] = i;
    for (guint i = 0; i < batch->size; i++)
        starts[rank[batch->changes[i].path] + 1]++;
    for (guint i = 0; i < paths; i++)
        starts[i + 1] += starts[i];
    g_autofree guint *next = g_memdup2(starts, (paths + 1) * sizeof *starts);
    batch->order = g_new(guint32, batch->size + 1);
    for (guint32 i = 0; i < batch->size; i++)
        batch->order[next[rank[batch->changes[i].path]]++] = i;
    *ret_starts = starts;
}

static void add_task(struct batch *batch, bool renames, guint first, guint end)
{
    struct task task = {renames, first, end - first};
    if (end > first)
        g_array_append_val(batch->tasks, task);
}

/* The slices end where a path ends. */
static void cut_path_tasks(struct batch *batch)
{
    g_autofree guint *starts = NULL;
    order_by_path(batch, &starts);
    guint first = 0;
    for (guint path = 0; path < batch->paths->len; path++) {
        if (starts[path + 1] - first < SLICE_CHANGES)
            continue;
        add_task(batch, false, first, starts[path + 1]);
        first = starts[path + 1];
    }
    add_task(batch, false, first, batch->size);
}

static void add_candidate(struct batch *batch, guint first, guint end)
{
    guint added = 0, deleted = 0;
    for (guint i = first; i < end; i++) {
        added += batch->changes[i].status == 'A';
        deleted += batch->changes[i].status == 'D';
    }
    if (added == 0 || deleted == 0)
        return;
    struct candidate candidate = {first, end - first, batch->places, MIN(added, deleted)};
    batch->places += candidate.places;
    g_array_append_val(batch->candidates, candidate);
}

/* Commits that both add and delete paths; each is a task, and the first ones to be done. */
static void cut_rename_tasks(struct batch *batch)
{
    guint first = 0;
    for (guint i = 1; i <= batch->size; i++) {
        if (i < batch->size && batch->changes[i].commit == batch->changes[first].commit)
            continue;
        add_candidate(batch, first, i);
        first = i;
    }
    for (guint i = 0; i < batch->candidates->len; i++)
        add_task(batch, true, i, i + 1);
}

static bool share_memory(struct batch *batch, GError **error)
{
    batch->changes = workers_share(batch->size * sizeof *batch->changes, error);
    if (batch->changes == NULL)
        return false;
    if (batch->size > 0)
        memcpy(batch->changes, batch->building->data, batch->size * sizeof *batch->changes);
    g_clear_pointer(&batch->building, g_array_unref);
    batch->done = workers_share(sizeof *batch->done, error);
    return batch->done != NULL;
}

static bool share_renames(struct batch *batch, GError **error)
{
    batch->shared.found = workers_share(batch->candidates->len * sizeof(guint32), error);
    if (batch->shared.found == NULL)
        return false;
    batch->shared.places = workers_share(batch->places * sizeof(struct batch_rename), error);
    return batch->shared.places != NULL;
}

/* Work too small to be spread is done on the spot. */
static bool count_here(struct batch *batch, GError **error)
{
    void *hand = begin_counting(batch);
    if (hand == NULL)
        return fault_raise(error, FAULT_IO, "%s cannot be read", batch->objects_folder);
    for (guint i = 0; i < batch->tasks->len; i++)
        run_task(hand, i);
    end_counting(hand);
    return true;
}

bool batch_start(struct batch *batch, const char *objects_folder, guint jobs, GError **error)
{
    batch->objects_folder = g_strdup(objects_folder);
    if (!share_memory(batch, error))
        return false;
    cut_rename_tasks(batch);
    if (!share_renames(batch, error))
        return false;
    cut_path_tasks(batch);
    if (batch->size < FEW_CHANGES)
        return count_here(batch, error);
    batch->workers = workers_start(jobs, batch->tasks->len, &counting, batch, error);
    return batch->workers != NULL;
}

guint batch_done(const struct batch *batch)
{
    return __atomic_load_n(batch->done, __ATOMIC_RELAXED);
}

/* What a worker did not live to count. */
static void mark_missing(struct batch *batch, const struct worker_death *death)
{
    const struct task *task = &g_array_index(batch->tasks, struct task, death->task);
    if (task->renames)
        return;
    for (guint i = task->first; i < task->first + task->count; i++) {
        struct batch_change *change = &batch->changes[batch->order[i]];
        change->content = COUNT_MISSING;
        change->added = change->deleted = 0;
        change->lost = OBJECT_READ;
    }
}

static void collect_renames(struct batch *batch)
{
    for (guint i = 0; i < batch->candidates->len; i++) {
        const struct candidate *candidate = &g_array_index(batch->candidates, struct candidate, i);
        g_array_append_vals(batch->renames, &batch->shared.places[candidate->slot],
                            batch->shared.found[i]);
    }
}

bool batch_wait(struct batch *batch, void (*tick)(void *user), void *user, const volatile int *stop,
                GArray **ret_deaths, GError **error)
{
    g_autoptr(GArray) deaths = NULL;
    if (batch->workers == NULL)
        deaths = g_array_new(FALSE, FALSE, sizeof(struct worker_death));
    else if (!workers_wait(batch->workers, tick, user, stop, &deaths, error))
        return false;
    for (guint i = 0; i < deaths->len; i++)
        mark_missing(batch, &g_array_index(deaths, struct worker_death, i));
    collect_renames(batch);
    *ret_deaths = g_steal_pointer(&deaths);
    return true;
}

guint batch_lost_workers(const struct batch *batch)
{
    return batch->workers == NULL ? 0 : workers_lost(batch->workers);
}

const struct batch_change *batch_task_change(const struct batch *batch, guint number)
{
    const struct task *task = &g_array_index(batch->tasks, struct task, number);
    guint index = task->renames
                      ? g_array_index(batch->candidates, struct candidate, task->first).first
                      : batch->order[task->first];
    return &batch->changes[index];
}

const struct batch_change *batch_change(const struct batch *batch, guint index)
{
    return &batch->changes[index];
}

const GArray *batch_renames(const struct batch *batch)
{
    return batch->renames;
}
