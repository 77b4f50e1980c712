#include "round.h"

#include "fault.h"

#include <string.h>

/* A round ends when it holds this many changes or commits: what bounds the memory. */
#define ROUND_CHANGES 100000u
#define ROUND_COMMITS 32000u
/* While the first one is prepared nobody counts yet. */
#define FIRST_COMMITS 8000u
/* A run this small says nothing about its progress. */
#define FEW_COMMITS 500u

/* One round: new commits [first, end) of the walk's order. */
struct round {
    struct rounds *all;
    struct batch *batch;
    guint first, end;
    gint64 *ids;    /* row ids of its commits */
    guint current;  /* while trees are compared: number in the round */
    GArray *broken; /* struct broken_tree */
    GArray *deaths; /* struct worker_death, once its workers have ended */
};

struct broken_tree {
    guint8 id[20];
    guint commit; /* number in the round */
    char *path;
    enum object_state state;
};

static void broken_tree_clear(gpointer pointer)
{
    struct broken_tree *broken = pointer;
    g_free(broken->path);
}

/* Commits done, the round under way by the share of its changes that are counted. */
static void show(const struct round *round)
{
    guint64 commits = round->end - round->first, changes = batch_size(round->batch);
    guint64 counted = batch_done(round->batch);
    progress_step(round->all->progress,
                  round->first + (changes == 0 ? 0 : commits * counted / changes));
}

bool rounds_interrupted(const char *name, const struct mine_options *options, GError **error)
{
    if (options->stop == NULL || *options->stop == 0)
        return false;
    fault_raise(error, FAULT_INTERRUPTED,
                "%s: stopped; what was finished is kept, and barograph mine goes on from there",
                name);
    return true;
}

static bool interrupted(const struct round *round, GError **error)
{
    return rounds_interrupted(round->all->name, round->all->options, error);
}

static void see_change(void *user, const char *path, gsize length, const struct tree_side *old,
                       const struct tree_side *new)
{
    struct round *round = user;
    batch_add(round->batch, round->current, path, length, old, new);
}

static void see_broken_tree(void *user, const guint8 id[20], const char *path,
                            enum object_state state)
{
    struct round *round = user;
    struct broken_tree broken = {
        .commit = round->current, .path = g_strdup(*path == '\0' ? "/" : path), .state = state};
    memcpy(broken.id, id, sizeof broken.id);
    g_array_append_val(round->broken, broken);
}

/* The tree of a commit whether it is new or was mined before. */
static bool tree_of(struct rounds *all, const struct walk_node *node, guint8 ret_tree[20])
{
    struct object object;
    struct commit commit;
    if (node->state == WALK_NEW) {
        memcpy(ret_tree, node->tree, 20);
        return true;
    }
    if (node->state != WALK_KNOWN || objects_read(all->objects, node->id, &object) != OBJECT_READ)
        return false;
    bool good = commit_parse(object.bytes, object.length, &commit, NULL);
    if (good)
        memcpy(ret_tree, commit.tree, 20);
    object_release(&object);
    return good;
}

/* Merges are not compared; nor is a commit whose parent is not there. */
static void compare_trees(struct round *round, const struct walk_node *node)
{
    guint8 old[20];
    if (node->parent_count > 1 || node->cut)
        return;
    if (node->parent_count == 1 && !tree_of(round->all, node->parents[0], old))
        return;
    changes_between(round->all->trees, node->parent_count == 0 ? NULL : old, node->tree, see_change,
                    see_broken_tree, round);
}

static bool fill_round(struct round *round, GError **error)
{
    GPtrArray *order = walk_order(round->all->walk);
    guint wished = round->all->options->round;
    guint usual = round->first == 0 ? FIRST_COMMITS : ROUND_COMMITS;
    guint most = wished > 0 ? MIN(wished, ROUND_COMMITS) : usual;
    while (round->end < order->len && batch_size(round->batch) < ROUND_CHANGES &&
           round->end - round->first < most) {
        if (interrupted(round, error))
            return false;
        round->current = round->end - round->first;
        compare_trees(round, g_ptr_array_index(order, round->end++));
    }
    return true;
}

static bool note_lost_parent(struct rounds *all, const struct walk_node *node,
                             const struct walk_node *parent, GError **error)
{
    static const char detail[] =
        "this commit cannot be read: it and what only it leads to are not counted, nor are the "
        "changes of the commits after it";
    if (parent->state != WALK_MISSING && parent->state != WALK_CORRUPT)
        return true;
    return insert_problem(
        all->insert, node->row, parent->id, "",
        insert_lost_kind(parent->state == WALK_MISSING ? OBJECT_MISSING : OBJECT_CORRUPT), detail,
        error);
}

static bool note_oddities(struct rounds *all, const struct walk_node *node, bool odd,
                          GError **error)
{
    for (guint i = 0; !node->cut && i < node->parent_count; i++)
        if (!note_lost_parent(all, node, node->parents[i], error))
            return false;
    if (node->cut && !insert_problem(all->insert, node->row, node->id, "", "boundary",
                                     "the history is cut here: this commit's changes are not "
                                     "counted",
                                     error))
        return false;
    return !odd || insert_problem(all->insert, node->row, node->id, "", "odd",
                                  "a line of this commit's header is missing or unreadable", error);
}

static bool write_commit(struct rounds *all, struct walk_node *node, GError **error)
{
    struct object object;
    struct commit commit;
    if (!walk_raw(all->walk, node, &object))
        return fault_raise(error, FAULT_IO, "%s: a commit could be read once and not twice",
                           all->name);
    bool done = commit_parse(object.bytes, object.length, &commit, error);
    g_autofree gint64 *parents = g_new0(gint64, node->parent_count + 1);
    for (guint i = 0; !node->cut && i < node->parent_count; i++)
        parents[i] = node->parents[i]->row;
    done = done && note_oddities(all, node, commit.odd, error) &&
           insert_commit(all->insert, node->row, node->id, &commit, parents, error);
    if (object.held != NULL)
        object_release(&object);
    walk_drop_raw(all->walk, node);
    return done;
}

static bool write_broken_trees(struct round *round, GError **error)
{
    for (guint i = 0; i < round->broken->len; i++) {
        const struct broken_tree *broken = &g_array_index(round->broken, struct broken_tree, i);
        if (!insert_problem(round->all->insert, round->ids[broken->commit], broken->id,
                            broken->path, insert_lost_kind(broken->state),
                            "this folder's tree cannot be read: changes below it are not counted",
                            error))
            return false;
    }
    return true;
}

/* While the workers count, the parent writes what it knows already. */
static bool write_commits(struct round *round, GError **error)
{
    struct rounds *all = round->all;
    round->ids = g_new(gint64, round->end - round->first + 1);
    for (guint i = round->first; i < round->end; i++) {
        struct walk_node *node = g_ptr_array_index(walk_order(all->walk), i);
        node->row = ++all->last_id;
        round->ids[i - round->first] = node->row;
        if (!write_commit(all, node, error))
            return false;
        if ((i & 1023) != 0)
            continue;
        show(round);
        if (interrupted(round, error))
            return false;
    }
    return write_broken_trees(round, error);
}

static void tick(void *user)
{
    show(user);
}

static bool note_deaths(struct round *round, const GArray *deaths, GError **error)
{
    static const guint8 none[20];
    for (guint i = 0; i < deaths->len; i++) {
        const struct worker_death *death = &g_array_index(deaths, struct worker_death, i);
        const struct batch_change *change = batch_task_change(round->batch, death->task);
        g_autofree char *detail =
            g_strdup_printf("a worker died twice (%s %d) while it counted this file and its "
                            "neighbours: their lines are not counted",
                            death->signal != 0 ? "signal" : "status",
                            death->signal != 0 ? death->signal : death->status);
        if (!insert_problem(round->all->insert, round->ids[change->commit], none,
                            batch_path(round->batch, change->path), "worker", detail, error))
            return false;
    }
    return true;
}

static bool wait_for_workers(struct round *round, GError **error)
{
    const struct mine_options *options = round->all->options;
    /* The signal may have ended the wait for the workers, or come while they were waited for. */
    bool counted = batch_wait(round->batch, tick, round, options->stop, &round->deaths, error);
    if (!counted && options->stop != NULL && *options->stop != 0)
        g_clear_error(error);
    return !interrupted(round, error) && counted;
}

static guint jobs(const struct mine_options *options)
{
    return options->jobs > 0 ? options->jobs : g_get_num_processors();
}

static struct round *round_new(struct rounds *all, guint first)
{
    struct round *round = g_new0(struct round, 1);
    round->all = all;
    round->batch = batch_new();
    round->first = round->end = first;
    round->broken = g_array_new(FALSE, FALSE, sizeof(struct broken_tree));
    g_array_set_clear_func(round->broken, broken_tree_clear);
    return round;
}

static void round_free(struct round *round)
{
    if (round == NULL)
        return;
    batch_free(round->batch);
    g_array_unref(round->broken);
    g_clear_pointer(&round->deaths, g_array_unref);
    g_free(round->ids);
    g_free(round);
}

/* The next round with its changes found; NULL when none is left, or with an error. */
static struct round *prepare_round(struct rounds *all, guint first, GError **error)
{
    if (first >= walk_order(all->walk)->len)
        return NULL;
    struct round *round = round_new(all, first);
    if (fill_round(round, error))
        return round;
    round_free(round);
    return NULL;
}

/* Opens the round's transaction, with all that is known before its lines are counted. */
static bool begin_writing(struct round *round, GError **error)
{
    return store_begin(round->all->history, error) && write_commits(round, error);
}

static bool end_writing(struct round *round, GError **error)
{
    struct rounds *all = round->all;
    if (!note_deaths(round, round->deaths, error) ||
        !insert_batch(all->insert, round->batch, round->ids, error) ||
        !store_commit(all->history, error))
        return false;
    all->commits += round->end - round->first;
    all->changes += batch_size(round->batch);
    all->lost_workers += batch_lost_workers(round->batch);
    return true;
}

/* While the workers count a round, the one before is written and the next one prepared. No
 * transaction is open when workers start, which would share it; only the last round, after which
 * none do, is begun to be written while it is counted. Frees the round before. */
static bool run_round(struct round *round, struct round *before, struct round **ret_next,
                      GError **error)
{
    GError *problem = NULL;
    struct rounds *all = round->all;
    bool done = batch_start(round->batch, all->objects_folder, jobs(all->options), error) &&
                (before == NULL || (begin_writing(before, error) && end_writing(before, error)));
    round_free(before);
    if (!done)
        return false;
    *ret_next = prepare_round(all, round->end, &problem);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return false;
    }
    return (*ret_next != NULL || begin_writing(round, error)) && wait_for_workers(round, error);
}

static bool run_all(struct rounds *rounds, GError **error)
{
    GError *problem = NULL;
    struct round *before = NULL, *round = prepare_round(rounds, 0, &problem);
    bool done = problem == NULL;
    while (done && round != NULL) {
        struct round *next = NULL;
        done = run_round(round, before, &next, &problem);
        before = round;
        round = next;
    }
    done = done && (before == NULL || end_writing(before, &problem));
    round_free(before);
    round_free(round);
    if (!done)
        store_rollback(rounds->history);
    if (problem != NULL)
        g_propagate_error(error, problem);
    return done;
}

bool rounds_run(struct rounds *rounds, GError **error)
{
    guint end = walk_order(rounds->walk)->len;
    g_autofree char *what = g_strdup_printf("%s: mining", rounds->name);
    rounds->progress =
        progress_start(end < FEW_COMMITS ? -1 : rounds->options->verbosity, what, "commits", end);
    bool done = run_all(rounds, error);
    progress_end(rounds->progress, rounds->commits);
    return done;
}
