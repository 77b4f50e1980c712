#include "mine.h"

#include "clock.h"
#include "fault.h"
#include "insert.h"
#include "progress.h"
#include "repo.h"
#include "tips.h"
#include "walk.h"

#include <string.h>
#include <unistd.h>

/* A round ends when it holds this many changes or commits: what is lost at most when the run is
 * killed, and what bounds the memory. */
#define ROUND_CHANGES 200000u
#define ROUND_COMMITS 70000u

struct mining {
    struct store *history;
    const struct home *home;
    const struct home_repository *repository;
    const struct mine_options *options;
    gint64 id; /* of the repository */
    struct tips *tips;
    struct objects *objects;
    struct walk *walk;
    struct changes *changes;
    struct insert *insert;
    struct mine_result result;
    bool any_commits; /* the repository has rows: look new ids up */
    gint64 last_id;   /* of the newest commit row */
};

/* One round: new commits [first, end) of the walk's order. */
struct round {
    struct mining *mining;
    struct batch *batch;
    guint first, end;
    gint64 *ids;    /* row ids of its commits */
    guint current;  /* while trees are compared: number in the round */
    GArray *broken; /* struct broken_tree */
    struct progress *progress;
};

struct broken_tree {
    guint8 id[20];
    char *path;
    enum object_state state;
};

static void broken_tree_clear(gpointer pointer)
{
    struct broken_tree *broken = pointer;
    g_free(broken->path);
}

static gint64 lookup_commit(void *user, const guint8 id[20])
{
    struct mining *mining = user;
    bool row = false;
    if (!mining->any_commits)
        return 0;
    struct store_statement *find = store_statement(mining->history, "mine_find_commit");
    store_bind_int(find, 1, mining->id);
    store_bind_blob(find, 2, id, 20);
    if (!store_step(find, &row, NULL) || !row)
        return 0;
    return store_int(find, 0);
}

static bool interrupted(const struct mining *mining, GError **error)
{
    if (mining->options->stop == NULL || *mining->options->stop == 0)
        return false;
    fault_raise(error, FAULT_INTERRUPTED,
                "%s: stopped; what was finished is kept, and barograph mine goes on from there",
                mining->repository->name);
    return true;
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
    struct broken_tree broken = {.path = g_strdup(path), .state = state};
    memcpy(broken.id, id, sizeof broken.id);
    g_array_append_val(round->broken, broken);
}

/* The tree of a commit whether it is new or was mined before. */
static bool tree_of(struct mining *mining, struct walk_node *node, guint8 ret_tree[20])
{
    struct object object;
    struct commit commit;
    if (node->state == WALK_NEW) {
        memcpy(ret_tree, node->tree, 20);
        return true;
    }
    if (node->state != WALK_KNOWN ||
        objects_read(mining->objects, node->id, &object) != OBJECT_READ)
        return false;
    bool good = commit_parse(object.bytes, object.length, &commit, NULL);
    if (good)
        memcpy(ret_tree, commit.tree, 20);
    object_release(&object);
    return good;
}

/* Merges are not compared; nor is a commit whose parent is not there. */
static void compare_trees(struct round *round, struct walk_node *node)
{
    struct mining *mining = round->mining;
    guint8 old[20];
    if (node->parent_count > 1)
        return;
    if (node->parent_count == 1 && !tree_of(mining, node->parents[0], old))
        return;
    changes_between(mining->changes, node->parent_count == 0 ? NULL : old, node->tree, see_change,
                    see_broken_tree, round);
}

static bool fill_round(struct round *round, GError **error)
{
    struct mining *mining = round->mining;
    GPtrArray *order = walk_order(mining->walk);
    while (round->end < order->len && batch_size(round->batch) < ROUND_CHANGES &&
           round->end - round->first < ROUND_COMMITS) {
        if (interrupted(mining, error))
            return false;
        round->current = round->end - round->first;
        compare_trees(round, g_ptr_array_index(order, round->end++));
    }
    return true;
}

static const struct {
    enum walk_state state;
    const char *kind;
    const char *detail;
} lost_parents[] = {
    {WALK_MISSING, "missing", "a parent of this commit is missing: its changes are not counted"},
    {WALK_CORRUPT, "corrupt", "a parent of this commit is damaged: its changes are not counted"},
    {WALK_CUT, "boundary", "the history is cut here: this commit's changes are not counted"},
};

static bool note_lost_parent(struct mining *mining, const struct walk_node *node,
                             const struct walk_node *parent, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(lost_parents); i++)
        if (parent->state == lost_parents[i].state)
            return insert_problem(mining->insert, node->id, "", lost_parents[i].kind,
                                  lost_parents[i].detail, error);
    return true;
}

static bool write_commit(struct round *round, struct walk_node *node, GError **error)
{
    struct mining *mining = round->mining;
    struct object object;
    struct commit commit;
    if (!walk_raw(mining->walk, node, &object))
        return fault_raise(error, FAULT_IO, "%s: a commit could be read once and not twice",
                           mining->repository->name);
    bool done = commit_parse(object.bytes, object.length, &commit, error);
    g_autofree gint64 *parents = g_new0(gint64, node->parent_count + 1);
    for (guint i = 0; done && i < node->parent_count; i++) {
        parents[i] = node->parents[i]->row;
        done = note_lost_parent(mining, node, node->parents[i], error);
    }
    if (done && commit.odd)
        done = insert_problem(mining->insert, node->id, "", "odd",
                              "a line of this commit's header is missing or unreadable", error);
    done = done && insert_commit(mining->insert, node->row, node->id, &commit, parents, error);
    if (object.held != NULL)
        object_release(&object);
    walk_drop_raw(mining->walk, node);
    return done;
}

/* While the workers count, the parent writes what it knows already. */
static bool write_commits(struct round *round, GError **error)
{
    struct mining *mining = round->mining;
    round->ids = g_new(gint64, round->end - round->first + 1);
    for (guint i = round->first; i < round->end; i++) {
        struct walk_node *node = g_ptr_array_index(walk_order(mining->walk), i);
        node->row = ++mining->last_id;
        round->ids[i - round->first] = node->row;
        if (!write_commit(round, node, error))
            return false;
        if ((i & 1023) == 0)
            progress_step(round->progress, batch_done(round->batch));
    }
    for (guint i = 0; i < round->broken->len; i++) {
        const struct broken_tree *broken = &g_array_index(round->broken, struct broken_tree, i);
        if (!insert_problem(mining->insert, broken->id, broken->path,
                            broken->state == OBJECT_MISSING ? "missing" : "corrupt",
                            "this folder's tree cannot be read: changes below it are not counted",
                            error))
            return false;
    }
    return true;
}

static void tick(void *user)
{
    const struct round *round = user;
    progress_step(round->progress, batch_done(round->batch));
}

static bool note_deaths(struct round *round, const GArray *deaths, GError **error)
{
    static const guint8 none[20];
    for (guint i = 0; i < deaths->len; i++) {
        const struct worker_death *death = &g_array_index(deaths, struct worker_death, i);
        const char *path = batch_task_path(round->batch, death->task);
        g_autofree char *detail =
            g_strdup_printf("worker %d died twice (%s %d) while it counted this file and its "
                            "neighbours: their lines "
                            "are not counted",
                            death->pid, death->signal != 0 ? "signal" : "status",
                            death->signal != 0 ? death->signal : death->status);
        if (!insert_problem(round->mining->insert, none, path, "worker", detail, error))
            return false;
    }
    return true;
}

static guint jobs(const struct mine_options *options)
{
    return options->jobs > 0 ? options->jobs : g_get_num_processors();
}

static bool write_round(struct round *round, const char *objects_folder, GError **error)
{
    struct mining *mining = round->mining;
    g_autoptr(GArray) deaths = NULL;
    /* The workers start first, so that they do not share an open transaction. */
    bool done = batch_start(round->batch, objects_folder, jobs(mining->options), error) &&
                store_begin(mining->history, error) && write_commits(round, error) &&
                batch_wait(round->batch, tick, round, mining->options->stop, &deaths, error) &&
                note_deaths(round, deaths, error) &&
                insert_batch(mining->insert, round->batch, round->ids, error) &&
                store_commit(mining->history, error);
    if (!done)
        store_rollback(mining->history);
    return done;
}

static bool run_round(struct mining *mining, guint *next, const char *objects_folder,
                      GError **error)
{
    g_autoptr(Batch) batch = batch_new();
    struct round round = {.mining = mining, .batch = batch, .first = *next, .end = *next};
    round.broken = g_array_new(FALSE, FALSE, sizeof(struct broken_tree));
    g_array_set_clear_func(round.broken, broken_tree_clear);
    bool done = fill_round(&round, error);
    if (done) {
        g_autofree char *what = g_strdup_printf("%s: counting lines", mining->repository->name);
        int verbosity = mining->result.commits == 0 && round.end == walk_order(mining->walk)->len &&
                                batch_size(batch) < 1000
                            ? -1
                            : mining->options->verbosity;
        round.progress = progress_start(verbosity, what, "file changes", batch_size(batch));
        done = write_round(&round, objects_folder, error);
        progress_end(round.progress, batch_done(batch));
    }
    if (done) {
        mining->result.commits += round.end - round.first;
        mining->result.changes += batch_size(batch);
        *next = round.end;
    }
    g_array_unref(round.broken);
    g_free(round.ids);
    return done;
}

static bool walk_tips(struct mining *mining, GError **error)
{
    g_autofree char *what = g_strdup_printf("%s: reading commits", mining->repository->name);
    struct progress *progress =
        progress_start(mining->options->verbosity > 0 ? 0 : -1, what, "commits", 0);
    bool done = true;
    for (guint i = 0; done && i < tips_count(mining->tips); i++) {
        struct tip *tip = tips_get(mining->tips, i);
        if (tip->peeled) {
            tip->node = walk_add(mining->walk, tip->commit, mining->options->stop);
            done = tip->node != NULL;
        }
    }
    progress_end(progress, walk_order(mining->walk)->len);
    return done || !interrupted(mining, error);
}

static bool note_broken_commits(struct mining *mining, GError **error)
{
    GPtrArray *broken = walk_broken(mining->walk);
    for (guint i = 0; i < broken->len; i++) {
        const struct walk_node *node = g_ptr_array_index(broken, i);
        bool missing = node->state == WALK_MISSING;
        if (!insert_problem(mining->insert, node->id, "", missing ? "missing" : "corrupt",
                            missing
                                ? "this commit is missing: it and what only it leads to are not "
                                  "counted"
                                : "this commit is damaged: it and what only it leads to are not "
                                  "counted",
                            error))
            return false;
    }
    return true;
}

/* Prepares to read: the repository's row, its tips and what stands in it already. */
static bool prepare(struct mining *mining, struct repo *repo, GError **error)
{
    bool row = false;
    mining->objects = objects_open(repo_objects_folder(repo), error);
    if (mining->objects == NULL)
        return false;
    struct store_statement *last = store_statement(mining->history, "mine_last_commit");
    if (!store_step(last, &row, error))
        return false;
    mining->last_id = store_int(last, 0);
    struct store_statement *any = store_statement(mining->history, "mine_any_commit");
    store_bind_int(any, 1, mining->id);
    if (!store_step(any, &mining->any_commits, error))
        return false;
    mining->tips = tips_load(repo, mining->objects, mining->repository, error);
    mining->walk = walk_new(mining->objects, lookup_commit, mining);
    mining->changes = changes_new(mining->objects);
    g_autoptr(GByteArray) cuts = repo_shallow_ids(repo);
    for (guint i = 0; i + 20 <= cuts->len; i += 20)
        walk_cut_at(mining->walk, cuts->data + i);
    return mining->tips != NULL;
}

/* A cut or thinned-out clone would give wrong figures: it is refused unless one says so. */
static bool check_whole(struct mining *mining, struct repo *repo, GError **error)
{
    const char *name = mining->repository->name;
    if (mining->repository->incomplete)
        return true;
    if (repo_is_shallow(repo))
        return fault_raise(
            error, FAULT_DATA,
            "%s is a shallow clone, so its figures would be wrong: run git fetch "
            "--unshallow in it, or write \"incomplete = yes\" under [repository %s] in "
            "barograph.conf",
            name, name);
    if (repo_is_partial(repo))
        return fault_raise(
            error, FAULT_DATA,
            "%s is a partial clone, which lacks file contents, so lines cannot be "
            "counted: clone it without --filter, or write \"incomplete = yes\" under "
            "[repository %s] in barograph.conf",
            name, name);
    return true;
}

static bool mine_new(struct mining *mining, struct repo *repo, GError **error)
{
    guint next = 0;
    if (!walk_tips(mining, error))
        return false;
    while (next < walk_order(mining->walk)->len)
        if (!run_round(mining, &next, repo_objects_folder(repo), error))
            return false;
    return true;
}

/* Reads every message again: the rules by which advisories are recognised have changed. */
static bool read_mentions_again(struct mining *mining, GError **error)
{
    struct store_statement *list = store_statement(mining->history, "mine_hashes");
    bool row = false;
    store_bind_int(list, 1, mining->id);
    while (true) {
        struct object object;
        struct commit commit;
        gsize length = 0;
        if (!store_step(list, &row, error))
            return false;
        if (!row)
            return true;
        const guint8 *hash = store_blob(list, 1, &length);
        if (length != 20 || objects_read(mining->objects, hash, &object) != OBJECT_READ)
            continue;
        bool done = !commit_parse(object.bytes, object.length, &commit, NULL) ||
                    insert_mentions(mining->insert, store_int(list, 0), &commit, error);
        object_release(&object);
        if (!done)
            return false;
    }
}

/* The last transaction: what could not be read, what is gone, and the refs. */
static bool finish(struct mining *mining, struct repo *repo, bool new_rules, GError **error)
{
    bool done =
        store_begin(mining->history, error) && note_broken_commits(mining, error) &&
        (!new_rules || read_mentions_again(mining, error)) &&
        tips_store(mining->tips, mining->history, mining->id, mining->insert, error) &&
        tips_prune(mining->tips, mining->history, mining->id, &mining->result.dropped, error) &&
        tips_finish(mining->tips, mining->history, mining->home, mining->id, repo_is_shallow(repo),
                    error) &&
        store_commit(mining->history, error);
    if (!done)
        store_rollback(mining->history);
    return done;
}

static bool count_problems(struct mining *mining, GError **error)
{
    bool row = false;
    struct store_statement *count = store_statement(mining->history, "mine_count_problems");
    store_bind_int(count, 1, mining->id);
    if (!store_step(count, &row, error))
        return false;
    mining->result.problems = (guint64)store_int(count, 0);
    return true;
}

static bool mine_opened(struct mining *mining, struct repo *repo, GError **error)
{
    const struct home *home = mining->home;
    if (!check_whole(mining, repo, error) || !prepare(mining, repo, error))
        return false;
    mining->result.branches = tips_branches(mining->tips);
    mining->result.tags = tips_count(mining->tips) - mining->result.branches;
    struct tips_difference difference;
    if (!tips_compare(mining->tips, mining->history, home, mining->id, &difference, error))
        return false;
    mining->result.unchanged = !difference.refs && !difference.rules;
    if (mining->result.unchanged)
        return count_problems(mining, error);
    tips_peel(mining->tips);
    g_autoptr(MentionRules) rules =
        mention_rules_new(home->advisory_prefix, (const char *const *)home->advisory_fix,
                          (const char *const *)home->advisory_part,
                          (const char *const *)home->advisory_no_fix, error);
    if (rules == NULL)
        return false;
    mining->insert = insert_new(mining->history, mining->id, rules);
    return mine_new(mining, repo, error) && finish(mining, repo, difference.rules, error) &&
           count_problems(mining, error);
}

static char *repository_path(const struct mining *mining)
{
    if (mining->repository->path != NULL)
        return g_strdup(mining->repository->path);
    g_autofree char *name = g_strconcat(mining->repository->name, ".git", NULL);
    return g_build_filename(mining->home->folder, "mirrors", name, NULL);
}

bool mine_repository(struct store *history, const struct home *home,
                     const struct home_repository *repository, const struct mine_options *options,
                     struct mine_result *ret_result, GError **error)
{
    struct mining mining = {
        .history = history, .home = home, .repository = repository, .options = options};
    g_autofree char *path = repository_path(&mining);
    g_autoptr(Repo) repo = repo_open(repository->name, path, repository->foreign, error);
    bool done = repo != NULL &&
                tips_repository(history, repository->name, path, repo_is_shallow(repo),
                                options->again, &mining.id, error) &&
                mine_opened(&mining, repo, error);
    insert_free(mining.insert);
    changes_free(mining.changes);
    walk_free(mining.walk);
    tips_free(mining.tips);
    objects_close(mining.objects);
    if (done)
        *ret_result = mining.result;
    return done;
}
