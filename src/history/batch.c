#include "batch.h"

#include "fault.h"
#include "linecount.h"
#include "renames.h"

#include <stdio.h>
#include <string.h>

#define MODE_LINK 0160000u /* a submodule: a commit of another repository */

/* Changes in one slice of paths: small enough to spread, large enough to keep a file's versions
 * together. */
#define SLICE_CHANGES 256u
/* Below this, forking costs more than it gains. */
#define FEW_CHANGES 400u
/* Versions of a file that stay at hand while its changes are counted: branches take turns. */
#define KEPT_VERSIONS 6u
/* Git takes larger files for binary without looking (core.bigFileThreshold). */
#define BIG_FILE ((gsize)512 << 20)

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
struct counter {
    struct batch *batch;
    struct objects *objects;
    struct linecount *lines;
    struct {
        struct object object;
        guint8 id[20];
        bool held;
    } kept[KEPT_VERSIONS];
    guint oldest;
};

/* What comparing two sides came to. */
struct outcome {
    guint32 added, deleted;
    enum batch_content content;
    enum object_state lost; /* of the object that could not be read */
    bool lost_new;
};

/* One side of a change, ready to be compared. */
struct content {
    const char *bytes;
    gsize length;
    char text[64]; /* of a submodule */
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

static void drop_versions(struct counter *counter)
{
    for (guint i = 0; i < KEPT_VERSIONS; i++)
        if (counter->kept[i].held)
            object_release(&counter->kept[i].object);
    memset(counter->kept, 0, sizeof counter->kept);
}

static enum object_state read_version(struct counter *counter, const guint8 id[20],
                                      const struct object **ret_object)
{
    for (guint i = 0; i < KEPT_VERSIONS; i++)
        if (counter->kept[i].held && memcmp(counter->kept[i].id, id, 20) == 0) {
            /* The other side must not push out the one just handed out. */
            if (i == counter->oldest % KEPT_VERSIONS)
                counter->oldest++;
            *ret_object = &counter->kept[i].object;
            return OBJECT_READ;
        }
    struct object object;
    enum object_state state = objects_read(counter->objects, id, &object);
    if (state != OBJECT_READ)
        return state;
    guint slot = counter->oldest++ % KEPT_VERSIONS;
    if (counter->kept[slot].held)
        object_release(&counter->kept[slot].object);
    counter->kept[slot].object = object;
    counter->kept[slot].held = true;
    memcpy(counter->kept[slot].id, id, 20);
    *ret_object = &counter->kept[slot].object;
    return OBJECT_READ;
}

static enum object_state read_content(struct counter *counter, const struct tree_side *side,
                                      struct content *ret_content)
{
    static const char digits[] = "0123456789abcdef";
    ret_content->bytes = NULL;
    ret_content->length = 0;
    if (side->mode == 0)
        return OBJECT_READ;
    if (side->mode == MODE_LINK) {
        char hex[41] = "";
        for (guint i = 0; i < 20; i++) {
            hex[2 * i] = digits[side->id[i] >> 4];
            hex[2 * i + 1] = digits[side->id[i] & 15];
        }
        ret_content->length = (gsize)snprintf(ret_content->text, sizeof ret_content->text,
                                              "Subproject commit %s\n", hex);
        ret_content->bytes = ret_content->text;
        return OBJECT_READ;
    }
    const struct object *object = NULL;
    enum object_state state = read_version(counter, side->id, &object);
    if (state != OBJECT_READ)
        return state;
    if (object->kind != OBJECT_BLOB)
        return OBJECT_CORRUPT;
    ret_content->bytes = object->bytes;
    ret_content->length = object->length;
    return OBJECT_READ;
}

/* When both sides are lost the new one is named: the old one was new before. */
static struct outcome compare_sides(struct counter *counter, const struct tree_side *old,
                                    const struct tree_side *new)
{
    struct content before, after;
    enum object_state old_state = read_content(counter, old, &before);
    enum object_state new_state = read_content(counter, new, &after);
    if (new_state != OBJECT_READ)
        return (struct outcome){.content = BATCH_MISSING, .lost = new_state, .lost_new = true};
    if (old_state != OBJECT_READ)
        return (struct outcome){.content = BATCH_MISSING, .lost = old_state};
    if (before.length > BIG_FILE || after.length > BIG_FILE)
        return (struct outcome){.content = BATCH_BINARY};
    struct line_delta delta =
        linecount_compare(counter->lines, before.bytes, before.length, after.bytes, after.length);
    return (struct outcome){.added = delta.added,
                            .deleted = delta.deleted,
                            .content = delta.binary ? BATCH_BINARY : BATCH_TEXT};
}

static void count_paths(struct counter *counter, const struct task *task)
{
    struct batch *batch = counter->batch;
    for (guint i = task->first; i < task->first + task->count; i++) {
        struct batch_change *change = &batch->changes[batch->order[i]];
        struct outcome outcome = compare_sides(counter, &change->old, &change->new);
        change->added = outcome.added;
        change->deleted = outcome.deleted;
        change->content = (guint8)outcome.content;
        change->lost = (guint8)outcome.lost;
        change->lost_new = outcome.lost_new;
        __atomic_fetch_add(batch->done, 1, __ATOMIC_RELAXED);
    }
    drop_versions(counter);
}

/* Contents that rename detection asked for; they live until it has answered. */
struct sides {
    struct counter *counter;
    GArray *objects;
};

static const char *read_side(void *user, const struct rename_side *side, gsize *ret_length)
{
    struct sides *sides = user;
    struct object object;
    if (side->mode == MODE_LINK ||
        objects_read(sides->counter->objects, side->id, &object) != OBJECT_READ)
        return NULL;
    g_array_append_val(sides->objects, object);
    *ret_length = object.length;
    return object.bytes;
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

static void store_pairs(struct counter *counter, guint number, const GArray *pairs,
                        const GArray *gone, const GArray *born)
{
    struct batch *batch = counter->batch;
    const struct candidate *candidate = &g_array_index(batch->candidates, struct candidate, number);
    guint count = MIN(pairs->len, candidate->places);
    for (guint i = 0; i < count; i++) {
        const struct rename_pair *pair = &g_array_index(pairs, struct rename_pair, i);
        struct batch_rename *rename = &batch->shared.places[candidate->slot + i];
        rename->gone = g_array_index(gone, guint, pair->gone);
        rename->born = g_array_index(born, guint, pair->born);
        rename->similarity = pair->similarity;
        struct outcome outcome = compare_sides(counter, &batch->changes[rename->gone].old,
                                               &batch->changes[rename->born].new);
        rename->added = outcome.added;
        rename->deleted = outcome.deleted;
        rename->content = (guint8)outcome.content;
    }
    batch->shared.found[number] = count;
    drop_versions(counter);
}

static void find_renames(struct counter *counter, guint number)
{
    const struct batch *batch = counter->batch;
    const struct candidate *candidate = &g_array_index(batch->candidates, struct candidate, number);
    g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) born = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GArray) gone_sides = g_array_new(FALSE, FALSE, sizeof(struct rename_side));
    g_autoptr(GArray) born_sides = g_array_new(FALSE, FALSE, sizeof(struct rename_side));
    struct sides sides = {counter, g_array_new(FALSE, FALSE, sizeof(struct object))};
    gather_sides(batch, candidate, 'D', gone, gone_sides);
    gather_sides(batch, candidate, 'A', born, born_sides);
    g_autoptr(GArray) pairs = renames_find(
        (const struct rename_side *)(void *)gone_sides->data, gone_sides->len,
        (const struct rename_side *)(void *)born_sides->data, born_sides->len, read_side, &sides);
    for (guint i = 0; i < sides.objects->len; i++)
        object_release(&g_array_index(sides.objects, struct object, i));
    g_array_unref(sides.objects);
    store_pairs(counter, number, pairs, gone, born);
}

static void *begin_counting(void *user)
{
    struct batch *batch = user;
    struct objects *objects = objects_open(batch->objects_folder, NULL);
    if (objects == NULL)
        return NULL;
    struct counter *counter = g_new0(struct counter, 1);
    counter->batch = batch;
    counter->objects = objects;
    counter->lines = linecount_new();
    return counter;
}

static void run_task(void *state, guint number)
{
    struct counter *counter = state;
    const struct task *task = &g_array_index(counter->batch->tasks, struct task, number);
    if (!task->renames) {
        count_paths(counter, task);
        return;
    }
    for (guint i = task->first; i < task->first + task->count; i++)
        find_renames(counter, i);
}

static void end_counting(void *state)
{
    struct counter *counter = state;
    drop_versions(counter);
    linecount_free(counter->lines);
    objects_close(counter->objects);
    g_free(counter);
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
    void *counter = begin_counting(batch);
    if (counter == NULL)
        return fault_raise(error, FAULT_IO, "%s cannot be read", batch->objects_folder);
    for (guint i = 0; i < batch->tasks->len; i++)
        run_task(counter, i);
    end_counting(counter);
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
        change->content = BATCH_MISSING;
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
