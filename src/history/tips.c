#include "tips.h"

#include "changes.h"
#include "clock.h"
#include "fault.h"
#include "graph.h"
#include "signature.h"

#include <string.h>

/* A tag may name a tag (Xen has two); more steps than this are somebody's joke. */
#define LONGEST_CHAIN 10

struct tips {
    GPtrArray *all; /* struct tip *, main branch first, then branches, then tags */
    guint branches;
    char *main_branch;
    char *selection;
    struct objects *objects;
};

/* What an annotated tag adds to its ref. */
struct tag_facts {
    bool annotated;
    struct object object;
    struct tag tag;
    struct signature signature;
    bool is_signed;
};

static void tip_free(gpointer pointer)
{
    struct tip *tip = pointer;
    g_free(tip->name);
    g_free(tip);
}

static void delete_commit(struct store *history, gint64 id, GError **error)
{
    static const char *const statements[] = {"mine_delete_changes",  "mine_delete_renames",
                                             "mine_delete_trailers", "mine_delete_origins",
                                             "mine_delete_mentions", "mine_delete_parents",
                                             "mine_delete_problems", "mine_delete_commit"};
    for (gsize i = 0; i < G_N_ELEMENTS(statements) && *error == NULL; i++) {
        struct store_statement *statement = store_statement(history, statements[i]);
        store_bind_int(statement, 1, id);
        store_run(statement, error);
    }
}

static bool delete_commits(struct store *history, const GArray *ids, GError **error)
{
    GError *problem = NULL;
    for (guint i = 0; i < ids->len && problem == NULL; i++)
        delete_commit(history, g_array_index(ids, gint64, i), &problem);
    if (problem != NULL)
        g_propagate_error(error, problem);
    return problem == NULL;
}

static bool run_with_id(struct store *history, const char *name, gint64 id, GError **error)
{
    struct store_statement *statement = store_statement(history, name);
    store_bind_int(statement, 1, id);
    return store_run(statement, error);
}

/* The ids are read whole before anything is deleted. */
bool tips_forget(struct store *history, gint64 id, GError **error)
{
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
    struct store_statement *list = store_statement(history, "mine_commit_list");
    bool row = false;
    store_bind_int(list, 1, id);
    while (store_step(list, &row, error) && row) {
        gint64 commit = store_int(list, 0);
        g_array_append_val(ids, commit);
    }
    return !row && run_with_id(history, "mine_drop_refs", id, error) &&
           run_with_id(history, "mine_drop_problems", id, error) &&
           delete_commits(history, ids, error) &&
           run_with_id(history, "mine_drop_repository", id, error);
}

bool tips_rename(struct store *history, gint64 id, const char *name, GError **error)
{
    struct store_statement *rename = store_statement(history, "mine_rename_repository");
    store_bind_int(rename, 1, id);
    store_bind_text(rename, 2, name, -1);
    return store_run(rename, error);
}

bool tips_repository(struct store *history, const char *name, const char *source, gint64 *ret_id,
                     bool *ret_shallow, GError **error)
{
    bool row = false;
    struct store_statement *find = store_statement(history, "mine_repository");
    store_bind_text(find, 1, name, -1);
    if (!store_step(find, &row, error))
        return false;
    if (row) {
        *ret_id = store_int(find, 0);
        *ret_shallow = store_int(find, 1) != 0;
        return store_step(find, &row, error);
    }
    struct store_statement *add = store_statement(history, "mine_add_repository");
    store_bind_text(add, 1, name, -1);
    store_bind_text(add, 2, source, -1);
    bool done = store_begin(history, error) && store_run(add, error);
    *ret_id = store_last_id(history);
    *ret_shallow = false;
    done = done && store_commit(history, error);
    if (!done)
        store_rollback(history);
    return done;
}

static bool matches(const GStrv patterns, const char *name)
{
    for (char **pattern = patterns; *pattern != NULL; pattern++)
        if (g_pattern_match_simple(*pattern, name))
            return true;
    return false;
}

static bool chosen(const struct home_repository *repository, const struct repo_ref *ref)
{
    return matches(ref->branch ? repository->branches : repository->tags, ref->name) &&
           !matches(repository->exclude, ref->name);
}

static const struct tip *find_branch(const struct tips *tips, const char *name)
{
    for (guint i = 0; name != NULL && i < tips->all->len; i++) {
        const struct tip *tip = g_ptr_array_index(tips->all, i);
        if (tip->branch && g_str_equal(tip->name, name))
            return tip;
    }
    return NULL;
}

/* Configured, else what HEAD names, else by custom, else the first there is. */
static bool choose_main(struct tips *tips, struct repo *repo,
                        const struct home_repository *repository, GError **error)
{
    g_autofree char *head = repo_head_branch(repo);
    const char *wishes[] = {repository->main_branch, head, "master", "main", "trunk", "devel"};
    if (repository->main_branch != NULL && find_branch(tips, repository->main_branch) == NULL)
        return fault_raise(
            error, FAULT_CONFIG,
            "%s: there is no branch \"%s\" among those chosen: correct main-branch or "
            "branches in barograph.conf",
            repository->name, repository->main_branch);
    for (gsize i = 0; i < G_N_ELEMENTS(wishes) && tips->main_branch == NULL; i++)
        if (find_branch(tips, wishes[i]) != NULL)
            tips->main_branch = g_strdup(wishes[i]);
    if (tips->main_branch == NULL && tips->branches > 0)
        tips->main_branch = g_strdup(((const struct tip *)g_ptr_array_index(tips->all, 0))->name);
    return true;
}

static void main_first(struct tips *tips)
{
    for (guint i = 0; i < tips->branches; i++) {
        struct tip *tip = g_ptr_array_index(tips->all, i);
        if (!g_str_equal(tip->name, tips->main_branch))
            continue;
        memmove(tips->all->pdata + 1, tips->all->pdata, i * sizeof(gpointer));
        tips->all->pdata[0] = tip;
        return;
    }
}

/* Follows tags to what they name; the first one's facts are kept when asked for. */
static bool peel(struct objects *objects, const guint8 target[20], guint8 ret_commit[20])
{
    guint8 id[20];
    memcpy(id, target, sizeof id);
    for (int step = 0; step < LONGEST_CHAIN; step++) {
        struct object object;
        struct tag tag;
        if (objects_read(objects, id, &object) != OBJECT_READ)
            return false;
        bool is_tag =
            object.kind == OBJECT_TAG && tag_parse(object.bytes, object.length, &tag, NULL);
        bool is_commit = object.kind == OBJECT_COMMIT;
        if (is_tag)
            memcpy(id, tag.target, sizeof id);
        object_release(&object);
        if (is_commit)
            memcpy(ret_commit, id, sizeof id);
        if (!is_tag)
            return is_commit;
    }
    return false;
}

static void add_tip(struct tips *tips, const struct repo_ref *ref)
{
    struct tip *tip = g_new0(struct tip, 1);
    tip->name = g_strdup(ref->name);
    tip->branch = ref->branch;
    memcpy(tip->target, ref->target, sizeof tip->target);
    g_ptr_array_add(tips->all, tip);
    tips->branches += ref->branch;
}

static char *describe_selection(const struct tips *tips, const struct home_repository *repository)
{
    g_autofree char *branches = g_strjoinv(";", repository->branches);
    g_autofree char *tags = g_strjoinv(";", repository->tags);
    g_autofree char *exclude = g_strjoinv(";", repository->exclude);
    return g_strdup_printf("branches=%s tags=%s exclude=%s main=%s", branches, tags, exclude,
                           tips->main_branch == NULL ? "" : tips->main_branch);
}

struct tips *tips_load(struct repo *repo, struct objects *objects,
                       const struct home_repository *repository, GError **error)
{
    g_autoptr(GPtrArray) refs = repo_refs(repo, error);
    if (refs == NULL)
        return NULL;
    g_autoptr(Tips) tips = g_new0(struct tips, 1);
    tips->all = g_ptr_array_new_with_free_func(tip_free);
    tips->objects = objects;
    for (guint i = 0; i < refs->len; i++)
        if (chosen(repository, g_ptr_array_index(refs, i)))
            add_tip(tips, g_ptr_array_index(refs, i));
    if (refs->len == 0)
        fault_raise(error, FAULT_DATA, "%s is an empty repository: there is no commit to count yet",
                    repository->name);
    else if (tips->all->len == 0)
        fault_raise(
            error, FAULT_DATA,
            "%s: no branch or tag matches the patterns in barograph.conf: correct branches, tags "
            "or exclude under [repository %s]",
            repository->name, repository->name);
    if (tips->all->len == 0 || !choose_main(tips, repo, repository, error))
        return NULL;
    main_first(tips);
    tips->selection = describe_selection(tips, repository);
    return g_steal_pointer(&tips);
}

void tips_peel(struct tips *tips)
{
    for (guint i = 0; i < tips->all->len; i++) {
        struct tip *tip = g_ptr_array_index(tips->all, i);
        /* A branch holds a commit, even one that cannot be read. */
        tip->peeled = tip->branch || peel(tips->objects, tip->target, tip->commit);
        if (tip->branch)
            memcpy(tip->commit, tip->target, sizeof tip->commit);
    }
}

void tips_free(struct tips *tips)
{
    if (tips == NULL)
        return;
    g_ptr_array_unref(tips->all);
    g_free(tips->main_branch);
    g_free(tips->selection);
    g_free(tips);
}

guint tips_count(const struct tips *tips)
{
    return tips->all->len;
}

guint tips_branches(const struct tips *tips)
{
    return tips->branches;
}

struct tip *tips_get(struct tips *tips, guint index)
{
    return g_ptr_array_index(tips->all, index);
}

static void add_list(GString *text, const char *name, const GStrv list)
{
    for (char **item = list; item != NULL && *item != NULL; item++)
        g_string_append_printf(text, " %s=%s", name, *item);
}

static char *describe_rules(const struct home *home)
{
    GString *text = g_string_new(home->advisory_prefix);
    add_list(text, "fix", home->advisory_fix);
    add_list(text, "part", home->advisory_part);
    add_list(text, "no-fix", home->advisory_no_fix);
    return g_string_free(text, FALSE);
}

static char *ref_key(bool branch, const char *name)
{
    return g_strconcat(branch ? "branch " : "tag ", name, NULL);
}

/* Whether the stored refs are exactly the tips. */
static bool compare_refs(struct tips *tips, struct store *history, gint64 id, bool *ret_different,
                         GError **error)
{
    g_autoptr(GHashTable) now = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < tips->all->len; i++) {
        struct tip *tip = g_ptr_array_index(tips->all, i);
        g_hash_table_insert(now, ref_key(tip->branch, tip->name), tip->target);
    }
    struct store_statement *refs = store_statement(history, "mine_refs");
    bool row = false, different = false;
    guint stored = 0;
    store_bind_int(refs, 1, id);
    while (true) {
        gsize length = 0;
        if (!store_step(refs, &row, error))
            return false;
        if (!row)
            break;
        g_autofree char *key =
            ref_key(g_str_equal(store_text(refs, 0), "branch"), store_text(refs, 1));
        const guint8 *target = g_hash_table_lookup(now, key);
        const void *was = store_blob(refs, 2, &length);
        different = different || target == NULL || length != 20 || memcmp(target, was, 20) != 0;
        stored++;
    }
    *ret_different = different || stored != tips->all->len;
    return true;
}

bool tips_compare(struct tips *tips, struct store *history, const struct home *home, gint64 id,
                  struct tips_difference *ret_difference, GError **error)
{
    g_autofree char *rules = describe_rules(home);
    struct tips_difference difference = {false, false};
    bool row = false;
    struct store_statement *facts = store_statement(history, "mine_facts");
    store_bind_int(facts, 1, id);
    if (!store_step(facts, &row, error))
        return false;
    bool fresh = !row || store_column_is_null(facts, 2);
    difference.rules = !fresh && !g_str_equal(store_text(facts, 1), rules);
    difference.refs = fresh || !g_str_equal(store_text(facts, 0), tips->selection);
    store_statement(history, "mine_facts"); /* resets it */
    if (!difference.refs && !compare_refs(tips, history, id, &difference.refs, error))
        return false;
    *ret_difference = difference;
    return true;
}

static struct tag_facts read_tag(struct objects *objects, const struct tip *tip)
{
    struct tag_facts facts = {.annotated = false};
    if (tip->branch || objects_read(objects, tip->target, &facts.object) != OBJECT_READ)
        return facts;
    facts.annotated = facts.object.kind == OBJECT_TAG &&
                      tag_parse(facts.object.bytes, facts.object.length, &facts.tag, NULL);
    facts.is_signed =
        facts.annotated && facts.tag.signature.length > 0 &&
        signature_parse(facts.tag.signature.bytes, facts.tag.signature.length, &facts.signature);
    return facts;
}

static bool store_tip(struct tips *tips, struct store *history, gint64 id, struct insert *insert,
                      const struct tip *tip, GError **error)
{
    static const struct slice utf8 = {NULL, 0};
    struct tag_facts facts = read_tag(tips->objects, tip);
    gint64 tagger = 0;
    bool named = facts.annotated && facts.tag.tagger.address.bytes != NULL;
    bool done = !named || insert_identity(insert, &facts.tag.tagger, &utf8, &tagger, error);
    struct store_statement *add = store_statement(history, "mine_add_ref");
    store_bind_int(add, 1, id);
    store_bind_text(add, 2, tip->branch ? "branch" : "tag", -1);
    store_bind_text(add, 3, tip->name, -1);
    store_bind_blob(add, 4, tip->target, 20);
    if (tip->node != NULL && tip->node->row != 0)
        store_bind_int(add, 5, tip->node->row);
    if (named) {
        store_bind_int(add, 6, facts.tag.tagger.time);
        store_bind_int(add, 7, tagger);
    }
    if (facts.is_signed) {
        store_bind_text(add, 8, facts.signature.kind, -1);
        store_bind_text(add, 9, facts.signature.signer, -1);
        store_bind_text(add, 10, facts.signature.digest, -1);
    }
    done = done && store_run(add, error);
    if (facts.object.held != NULL)
        object_release(&facts.object);
    return done;
}

/* A ref that leads to no commit, or to one that cannot be read. */
static bool note_lost(struct insert *insert, const struct tip *tip, GError **error)
{
    if (!tip->peeled)
        return insert_problem(insert, 0, tip->target, tip->name, "odd",
                              "this tag leads to no commit: it is left out", error);
    if (tip->node == NULL || tip->node->state == WALK_NEW || tip->node->state == WALK_KNOWN)
        return true;
    return insert_problem(
        insert, 0, tip->node->id, tip->name,
        tip->node->state == WALK_MISSING ? "missing" : "corrupt",
        "the commit at this branch or tag cannot be read: what only it leads to is not counted",
        error);
}

bool tips_store(struct tips *tips, struct store *history, gint64 id, struct insert *insert,
                GError **error)
{
    if (!run_with_id(history, "mine_drop_refs", id, error) ||
        !run_with_id(history, "mine_drop_ref_problems", id, error))
        return false;
    for (guint i = 0; i < tips->all->len; i++) {
        const struct tip *tip = g_ptr_array_index(tips->all, i);
        if (!store_tip(tips, history, id, insert, tip, error) || !note_lost(insert, tip, error))
            return false;
    }
    return true;
}

/* After a run that ended well the newest commit is one that a ref holds: nothing comes after it. */
static bool newest_before(struct store *history, gint64 id, gint64 last_id, gint64 *ret_newest,
                          GError **error)
{
    struct store_statement *query = store_statement(history, "mine_newest_commit");
    bool row = false;
    store_bind_int(query, 1, id);
    store_bind_int(query, 2, last_id);
    return store_single(query, &row, ret_newest, error);
}

bool tips_only_grew(const struct walk *walk, struct store *history, gint64 id, gint64 last_id,
                    bool *ret_grew, GError **error)
{
    struct store_statement *held = store_statement(history, "mine_ref_commits");
    gint64 newest = 0, newest_held = 0;
    bool row = false, met = true;
    store_bind_int(held, 1, id);
    while (true) {
        gsize length = 0;
        if (!store_step(held, &row, error))
            return false;
        if (!row)
            break;
        const guint8 *hash = store_blob(held, 1, &length);
        met = met && length == 20 && walk_met(walk, hash);
        newest_held = MAX(newest_held, store_int(held, 0));
    }
    if (!newest_before(history, id, last_id, &newest, error))
        return false;
    *ret_grew = met && newest == newest_held;
    return true;
}

bool tips_prune(struct tips *tips, struct store *history, gint64 id, guint64 *ret_dropped,
                GError **error)
{
    g_autoptr(Graph) graph = graph_load(history, id, error);
    if (graph == NULL)
        return false;
    g_autofree guint8 *reached = graph_set_new(graph);
    for (guint i = 0; i < tips->all->len; i++) {
        const struct tip *tip = g_ptr_array_index(tips->all, i);
        guint node = 0;
        if (tip->node != NULL && graph_node(graph, tip->node->row, &node))
            graph_add_ancestors(graph, node, reached);
    }
    g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint node = 0; node < graph_size(graph); node++) {
        gint64 commit = graph_commit_id(graph, node);
        if (reached[node] == 0)
            g_array_append_val(gone, commit);
    }
    *ret_dropped = gone->len;
    return delete_commits(history, gone, error);
}

/* .mailmap at the tip of the main branch; NULL when there is none. */
static char *read_mailmap(const struct tips *tips, gsize *ret_length)
{
    const struct tip *main_tip = find_branch(tips, tips->main_branch);
    struct object object;
    struct commit commit;
    struct tree_side side = {.mode = 0};
    if (main_tip == NULL || objects_read(tips->objects, main_tip->commit, &object) != OBJECT_READ)
        return NULL;
    bool found = commit_parse(object.bytes, object.length, &commit, NULL) &&
                 changes_find(tips->objects, commit.tree, ".mailmap", &side);
    object_release(&object);
    if (!found || objects_read(tips->objects, side.id, &object) != OBJECT_READ)
        return NULL;
    char *text = g_memdup2(object.bytes, object.length + 1);
    *ret_length = object.length;
    object_release(&object);
    return text;
}

bool tips_finish(struct tips *tips, struct store *history, const struct home *home, gint64 id,
                 const char *source, bool shallow, GError **error)
{
    gint64 now = 0;
    gsize length = 0;
    if (!clock_now(&now, error))
        return false;
    g_autofree char *rules = describe_rules(home);
    g_autofree char *mailmap = read_mailmap(tips, &length);
    struct store_statement *finish = store_statement(history, "mine_finish_repository");
    store_bind_int(finish, 1, id);
    store_bind_text(finish, 2, source, -1);
    store_bind_text(finish, 3, tips->main_branch, -1);
    store_bind_text(finish, 4, tips->selection, -1);
    store_bind_text(finish, 5, rules, -1);
    store_bind_int(finish, 6, shallow);
    if (mailmap != NULL)
        store_bind_blob(finish, 7, mailmap, length);
    store_bind_int(finish, 8, now);
    return store_run(finish, error);
}
