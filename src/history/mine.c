#include "mine.h"

#include "fault.h"
#include "progress.h"
#include "repo.h"
#include "round.h"
#include "tips.h"

#include <string.h>

struct mining {
    struct store *history;
    const struct home *home;
    const struct home_repository *repository;
    const struct mine_options *options;
    struct repo *repo;
    char *path;
    gint64 id; /* of the repository's row that is written */
    gint64
        old; /* of the row that reports read until this run ends, when all is read again; else 0 */
    struct tips *tips;
    struct objects *objects;
    struct walk *walk;
    struct changes *trees;
    struct insert *insert;
    struct mine_result result;
    bool any_commits; /* the repository has rows: look new ids up */
    gint64 last_id;   /* of the newest commit row */
};

static gint64 lookup_commit(void *user, const guint8 id[20])
{
    struct mining *mining = user;
    bool row = false;
    if (!mining->any_commits)
        return 0;
    struct store_statement *find = store_statement(mining->history, "mine_find_commit");
    store_bind_int(find, 1, mining->id);
    store_bind_blob(find, 2, id, 20);
    gint64 found = 0;
    return store_single(find, &row, &found, NULL) && row ? found : 0;
}

static bool walk_tips(struct mining *mining, GError **error)
{
    const struct mine_options *options = mining->options;
    g_autofree char *what = g_strdup_printf("%s: reading commits", mining->repository->name);
    struct progress *progress = progress_start(options->verbosity > 0 ? 0 : -1, what, "commits", 0);
    bool done = true;
    for (guint i = 0; done && i < tips_count(mining->tips); i++) {
        struct tip *tip = tips_get(mining->tips, i);
        if (tip->peeled) {
            tip->node = walk_add(mining->walk, tip->commit, options->stop);
            done = tip->node != NULL;
        }
    }
    progress_end(progress, walk_order(mining->walk)->len);
    return done || !rounds_interrupted(mining->repository->name, options, error);
}

/* A cut or thinned-out clone would give wrong figures: it is refused unless one says so. */
static bool check_whole(const struct mining *mining, GError **error)
{
    const char *name = mining->repository->name;
    if (mining->repository->incomplete)
        return true;
    if (repo_is_shallow(mining->repo))
        return fault_raise(
            error, FAULT_DATA,
            "%s is a shallow clone, so its figures would be wrong: run git fetch "
            "--unshallow in it, or write \"incomplete = yes\" under [repository %s] in "
            "barograph.conf",
            name, name);
    if (repo_is_partial(mining->repo))
        return fault_raise(
            error, FAULT_DATA,
            "%s is a partial clone, which lacks file contents, so lines cannot be "
            "counted: clone it without --filter, or write \"incomplete = yes\" under "
            "[repository %s] in barograph.conf",
            name, name);
    return true;
}

/* What git has to say; nothing is written yet. */
static bool open_git(struct mining *mining, GError **error)
{
    mining->objects = objects_open(repo_objects_folder(mining->repo), error);
    if (mining->objects == NULL)
        return false;
    mining->tips = tips_load(mining->repo, mining->objects, mining->repository, error);
    mining->trees = changes_new(mining->objects);
    mining->walk = walk_new(mining->objects, lookup_commit, mining);
    g_autoptr(GByteArray) cuts = repo_shallow_ids(mining->repo);
    for (guint i = 0; i + 20 <= cuts->len; i += 20)
        walk_cut_at(mining->walk, cuts->data + i);
    return mining->tips != NULL;
}

/* Whether what was lost at this object is there now. */
static bool is_mended(const struct mining *mining, const char *kind, const char *hex)
{
    guint8 id[20];
    struct object object;
    if (strlen(hex) != 40 || !id_from_hex(hex, id))
        return false;
    if (g_str_equal(kind, "boundary"))
        return !walk_is_cut(mining->walk, id);
    bool there = objects_read(mining->objects, id, &object) == OBJECT_READ;
    if (there)
        object_release(&object);
    return there;
}

/* Commits after a hole hold no changes and no parent, so once it is filled all is read again. */
static bool find_mended(struct mining *mining, GError **error)
{
    struct store_statement *lost = store_statement(mining->history, "mine_lost_objects");
    bool row = true;
    store_bind_int(lost, 1, mining->id);
    while (row && !mining->result.mended) {
        if (!store_step(lost, &row, error))
            return false;
        if (row)
            mining->result.mended = is_mended(mining, store_text(lost, 0), store_text(lost, 1));
    }
    store_statement(mining->history, "mine_lost_objects"); /* resets it */
    return true;
}

/* What is read again from the first commit grows in a row of its own, under a name that no
 * repository can have; the old row stays readable until the new one is whole. */
static char *again_name(const struct mining *mining)
{
    return g_strconcat(mining->repository->name, " (read again)", NULL);
}

static bool drop_row(struct mining *mining, gint64 id, GError **error)
{
    bool done = store_begin(mining->history, error) && tips_forget(mining->history, id, error) &&
                store_commit(mining->history, error);
    if (!done)
        store_rollback(mining->history);
    return done;
}

/* A row that an earlier run began and did not finish is gone on with, unless --again asks for a new
 * start. */
static bool choose_row(struct mining *mining, bool again, GError **error)
{
    g_autofree char *name = again_name(mining);
    struct store_statement *find = store_statement(mining->history, "mine_repository_id");
    bool row = false, shallow = false;
    gint64 begun = 0;
    store_bind_text(find, 1, name, -1);
    if (!store_single(find, &row, &begun, error))
        return false;
    if (!row && !again)
        return true;
    if (row && mining->options->again && !drop_row(mining, begun, error))
        return false;
    mining->old = mining->id;
    return tips_repository(mining->history, name, mining->path, &mining->id, &shallow, error);
}

/* The repository's row and what stands in it already. */
static bool open_history(struct mining *mining, GError **error)
{
    struct store *history = mining->history;
    bool row = false, was_shallow = false;
    if (!tips_repository(history, mining->repository->name, mining->path, &mining->id, &was_shallow,
                         error) ||
        !find_mended(mining, error))
        return false;
    bool whole_now = was_shallow && !repo_is_shallow(mining->repo);
    if (!choose_row(mining, mining->options->again || mining->result.mended || whole_now, error))
        return false;
    struct store_statement *last = store_statement(history, "mine_last_commit");
    gint64 ignored = 0;
    if (!store_single(last, &row, &mining->last_id, error))
        return false;
    struct store_statement *any = store_statement(history, "mine_any_commit");
    store_bind_int(any, 1, mining->id);
    return store_single(any, &mining->any_commits, &ignored, error);
}

static bool mine_new(struct mining *mining, GError **error)
{
    if (!walk_tips(mining, error))
        return false;
    struct rounds rounds = {.history = mining->history,
                            .name = mining->repository->name,
                            .objects_folder = repo_objects_folder(mining->repo),
                            .options = mining->options,
                            .objects = mining->objects,
                            .walk = mining->walk,
                            .trees = mining->trees,
                            .insert = mining->insert,
                            .last_id = mining->last_id};
    bool done = rounds_run(&rounds, error);
    mining->result.commits = rounds.commits;
    mining->result.changes = rounds.changes;
    mining->result.lost_workers = rounds.lost_workers;
    return done;
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

/* The last transaction: what is gone, and the refs. */
static bool finish(struct mining *mining, bool new_rules, GError **error)
{
    struct store *history = mining->history;
    bool grew = false;
    bool done =
        store_begin(history, error) && (!new_rules || read_mentions_again(mining, error)) &&
        tips_only_grew(mining->walk, history, mining->id, mining->last_id, &grew, error) &&
        tips_store(mining->tips, history, mining->id, mining->insert, error) &&
        (grew || tips_prune(mining->tips, history, mining->id, &mining->result.dropped, error)) &&
        tips_finish(mining->tips, history, mining->home, mining->id, mining->path,
                    repo_is_shallow(mining->repo), error) &&
        (mining->old == 0 || (tips_forget(history, mining->old, error) &&
                              tips_rename(history, mining->id, mining->repository->name, error))) &&
        store_commit(history, error);
    if (!done)
        store_rollback(history);
    return done;
}

static bool count_problems(struct mining *mining, GError **error)
{
    bool row = false;
    gint64 problems = 0;
    struct store_statement *count = store_statement(mining->history, "mine_count_problems");
    store_bind_int(count, 1, mining->id);
    if (!store_single(count, &row, &problems, error))
        return false;
    mining->result.problems = (guint64)problems;
    return true;
}

static bool mine_opened(struct mining *mining, GError **error)
{
    const struct home *home = mining->home;
    if (!check_whole(mining, error) || !open_git(mining, error) || !open_history(mining, error))
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
    return mine_new(mining, error) && finish(mining, difference.rules, error) &&
           count_problems(mining, error);
}

bool mine_repository(struct store *history, const struct home *home,
                     const struct home_repository *repository, const struct mine_options *options,
                     struct mine_result *ret_result, GError **error)
{
    struct mining mining = {
        .history = history, .home = home, .repository = repository, .options = options};
    mining.path = home_repository_path(home, repository);
    mining.repo = repo_open(repository->name, mining.path, repository->foreign, error);
    bool done = mining.repo != NULL && mine_opened(&mining, error);
    insert_free(mining.insert);
    changes_free(mining.trees);
    walk_free(mining.walk);
    tips_free(mining.tips);
    objects_close(mining.objects);
    repo_close(mining.repo);
    g_free(mining.path);
    if (done)
        *ret_result = mining.result;
    return done;
}
