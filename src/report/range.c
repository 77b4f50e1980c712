#include "range.h"

#include "commit.h"
#include "fault.h"

#include <string.h>

#define FEWEST_DIGITS 6

static bool find_ref(const struct book *book, bool tag, const char *name, guint *ret_node)
{
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (ref->tag == tag && g_str_equal(ref->name, name)) {
            *ret_node = ref->node;
            return true;
        }
    }
    return false;
}

/* The lowest and the highest id that begin with these digits. */
static bool hash_bounds(const char *digits, guint8 ret_low[20], guint8 ret_high[20])
{
    char low[41], high[41];
    gsize length = strlen(digits);
    if (length < FEWEST_DIGITS || length > 40)
        return false;
    memset(low, '0', 40);
    memset(high, 'f', 40);
    for (gsize i = 0; i < length; i++)
        low[i] = high[i] = g_ascii_tolower(digits[i]);
    low[40] = high[40] = '\0';
    return id_from_hex(low, ret_low) && id_from_hex(high, ret_high);
}

/* *ret_found: 0, 1 or 2 (which is: several). */
static bool find_hash(struct book *book, const char *digits, guint *ret_node, guint *ret_found,
                      GError **error)
{
    guint8 low[20], high[20];
    bool row = false;
    guint found = 0;
    *ret_found = 0;
    if (!hash_bounds(digits, low, high))
        return true;
    struct store_statement *query = store_statement(book_store(book), "book_hash");
    store_bind_int(query, 1, book_repository_id(book));
    store_bind_blob(query, 2, low, sizeof low);
    store_bind_blob(query, 3, high, sizeof high);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        if (graph_node(book_graph(book), store_int(query, 0), ret_node))
            found++;
    }
    *ret_found = found;
    return true;
}

static bool reachable(const struct book *book, guint node)
{
    g_autofree guint8 *set = graph_set_new(book_graph(book));
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++)
        graph_add_ancestors(book_graph(book), g_array_index(refs, struct book_ref, i).node, set);
    return set[node] != 0;
}

/* A tag, a branch, a version, or the first digits of a commit; *name becomes the tag's. */
static bool find_end(struct book *book, char **name, guint *ret_node, GError **error)
{
    guint found = 0;
    if (find_ref(book, true, *name, ret_node) || find_ref(book, false, *name, ret_node))
        return true;
    const struct release_list *releases = book_releases(book, error);
    if (releases == NULL)
        return false;
    const struct release *release = releases_find(releases, *name, NULL);
    if (release != NULL) {
        *ret_node = release->node;
        g_free(*name);
        *name = g_utf8_make_valid(release->tag, -1);
        return true;
    }
    if (!find_hash(book, *name, ret_node, &found, error))
        return false;
    if (found == 1 && reachable(book, *ret_node))
        return true;
    if (found > 1)
        return fault_raise(error, FAULT_NOINPUT, "several commits begin with %s: give more digits",
                           *name);
    g_autoptr(GError) nearest = NULL;
    releases_find(releases, *name, &nearest);
    return fault_raise(error, FAULT_NOINPUT,
                       "\"%s\" is no tag, branch, release or commit of %s (%s)", *name,
                       book_repository(book)->name, nearest->message);
}

static bool commit_hex(struct book *book, guint node, char **ret_hex, GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "book_commit_hash");
    bool row = false;
    gsize length = 0;
    char hex[41] = "";
    store_bind_int(query, 1, graph_commit_id(book_graph(book), node));
    if (!store_step(query, &row, error))
        return false;
    const void *hash = row ? store_blob(query, 0, &length) : NULL;
    if (length == 20)
        id_to_hex(hash, hex);
    g_free(*ret_hex);
    *ret_hex = g_strdup(hex);
    return store_run(query, error);
}

static bool resolve_range(struct book *book, struct reading *reading, GError **error)
{
    guint from = 0, to = 0;
    if (reading->from != NULL && (!find_end(book, &reading->from, &from, error) ||
                                  !commit_hex(book, from, &reading->from_id, error)))
        return false;
    return find_end(book, &reading->to, &to, error) && commit_hex(book, to, &reading->to_id, error);
}

static void set_text(char **field, char *value)
{
    g_free(*field);
    *field = value;
}

static bool resolve_forks(struct book *book, struct reading *reading, const struct release *release,
                          const struct release *before, GError **error)
{
    if (release->fork < 0 || (before != NULL && before->fork < 0))
        return fault_raise(error, FAULT_NOINPUT,
                           "the branch of %s is not known here, so neither is where it forked",
                           release->fork < 0 ? release->version : before->version);
    if (before != NULL && before->fork == release->fork)
        return fault_raise(error, FAULT_USAGE,
                           "%s and %s lie behind the same fork: count from tag to tag",
                           before->version, release->version);
    set_text(&reading->to, g_strdup_printf("fork of %s", release->line));
    if (!commit_hex(book, (guint)release->fork, &reading->to_id, error) || before == NULL)
        return before == NULL && reading->to_id != NULL;
    set_text(&reading->from, g_strdup_printf("fork of %s", before->line));
    return commit_hex(book, (guint)before->fork, &reading->from_id, error);
}

/* A release's last candidate stands for its tag. */
static const struct release *last_candidate(const struct release *release, GError **error)
{
    if (release->candidates != NULL && release->candidates->len > 0)
        return g_ptr_array_index(release->candidates, release->candidates->len - 1);
    fault_raise(error, FAULT_NOINPUT, "%s has no release candidate: count from tag to tag",
                release->version);
    return NULL;
}

static bool resolve_release(struct book *book, struct reading *reading, GError **error)
{
    const struct release_list *releases = book_releases(book, error);
    if (releases == NULL)
        return false;
    const struct release *release = releases_find(releases, reading->release, error);
    if (release == NULL)
        return false;
    const struct release *before =
        release->predecessor < 0
            ? NULL
            : g_ptr_array_index(releases->releases, (guint)release->predecessor);
    set_text(&reading->release, g_strdup(release->version));
    set_text(&reading->predecessor, before ? g_strdup(before->version) : NULL);
    if (reading->ends == READING_FORKS)
        return resolve_forks(book, reading, release, before, error);
    const struct release *end =
        reading->ends == READING_CANDIDATES ? last_candidate(release, error) : release;
    if (end == NULL)
        return false;
    set_text(&reading->to, g_utf8_make_valid(end->tag, -1));
    if (!commit_hex(book, end->node, &reading->to_id, error))
        return false;
    if (before == NULL)
        return true;
    set_text(&reading->from, g_utf8_make_valid(before->tag, -1));
    return commit_hex(book, before->node, &reading->from_id, error);
}

static bool wanted_ref(const struct book *book, const struct book_ref *ref,
                       enum reading_branches branches)
{
    bool main = !ref->tag && g_str_equal(ref->name, book_main_branch(book));
    if (branches == READING_MAIN || (branches == READING_BOTH && main))
        return main;
    return branches == READING_ALL || book_is_stable(book, ref);
}

static char *name_branches(const struct book *book, enum reading_branches branches)
{
    const GArray *refs = book_refs(book);
    guint heads = 0, tags = 0;
    if (branches == READING_MAIN)
        return g_strdup(book_main_branch(book));
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (wanted_ref(book, ref, branches))
            *(ref->tag ? &tags : &heads) += 1;
    }
    if (branches == READING_STABLE || branches == READING_BOTH)
        return g_strdup_printf("%u branch%s", heads, heads == 1 ? "" : "es");
    /* What was never mined is a rule too. */
    const char *without = book_excluded(book);
    return g_strdup_printf("%u branch%s, %u tag%s%s%s", heads, heads == 1 ? "" : "es", tags,
                           tags == 1 ? "" : "s", *without == '\0' ? "" : "; without ", without);
}

static bool resolve_branches(struct book *book, struct reading *reading, GError **error)
{
    if (reading->branches == READING_ANY)
        return true;
    set_text(&reading->branch_names, name_branches(book, reading->branches));
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++)
        if (wanted_ref(book, &g_array_index(refs, struct book_ref, i), reading->branches))
            return true;
    const char *name = book_repository(book)->name;
    if (reading->branches == READING_STABLE)
        return fault_raise(error, FAULT_NOINPUT,
                           "%s has no stable branch: say which they are with the key stable in "
                           "barograph.conf",
                           name);
    if (reading->branches == READING_ALL)
        return fault_raise(error, FAULT_NOINPUT, "%s has no branches and no tags", name);
    return fault_raise(error, FAULT_NOINPUT,
                       "%s has no main branch%s%s: say which it is with the key main-branch in "
                       "barograph.conf, and mine again",
                       name, *book_main_branch(book) == '\0' ? "" : " ", book_main_branch(book));
}

bool range_resolve(struct book *book, struct reading *reading, GError **error)
{
    set_text(&reading->repository, g_strdup(book_repository(book)->name));
    if (!resolve_branches(book, reading, error))
        return false;
    if (reading->window == READING_RANGE)
        return resolve_range(book, reading, error);
    return reading->window == READING_DATES || resolve_release(book, reading, error);
}

/* Adds all that leads to a commit given by its 40 digits. */
static bool add_ancestors(struct book *book, const char *hex, guint8 *set, GError **error)
{
    guint node = 0, found = 0;
    if (hex == NULL)
        return true;
    if (!find_hash(book, hex, &node, &found, error))
        return false;
    if (found == 1)
        graph_add_ancestors(book_graph(book), node, set);
    return true;
}

static guint8 *branch_set(struct book *book, enum reading_branches branches)
{
    guint8 *set = graph_set_new(book_graph(book));
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (wanted_ref(book, ref, branches))
            graph_add_ancestors(book_graph(book), ref->node, set);
    }
    return set;
}

guint8 *range_set_before(struct book *book, const struct reading *reading, GError **error)
{
    if (reading->window == READING_DATES)
        return branch_set(book, reading->branches);
    g_autofree guint8 *set = graph_set_new(book_graph(book));
    return add_ancestors(book, reading->from_id, set, error) ? g_steal_pointer(&set) : NULL;
}

guint8 *range_set(struct book *book, const struct reading *reading, GError **error)
{
    if (reading->window == READING_DATES)
        return branch_set(book, reading->branches);
    g_autofree guint8 *set = graph_set_new(book_graph(book));
    g_autofree guint8 *before = range_set_before(book, reading, error);
    if (before == NULL || !add_ancestors(book, reading->to_id, set, error))
        return NULL;
    g_autofree guint8 *branch =
        reading->branches == READING_ANY ? NULL : branch_set(book, reading->branches);
    for (guint node = 0; node < graph_size(book_graph(book)); node++)
        set[node] = set[node] && !before[node] && (branch == NULL || branch[node]);
    return g_steal_pointer(&set);
}
