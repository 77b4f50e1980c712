#include "releases.h"

#include "fault.h"

#include <string.h>

static void release_free(gpointer pointer)
{
    struct release *release = pointer;
    if (release == NULL)
        return;
    g_free(release->version);
    g_free(release->line);
    g_free(release->tag);
    g_strfreev(release->aliases);
    g_free(release->signature);
    g_free(release->signer);
    g_free(release->digest);
    if (release->candidates != NULL)
        g_ptr_array_unref(release->candidates);
    g_free(release);
}

static void ignored_free(gpointer pointer)
{
    struct ignored_tag *ignored = pointer;
    g_free(ignored->name);
    g_free(ignored);
}

static void ignore_tag(struct release_list *list, const char *name, const char *reason)
{
    struct ignored_tag *ignored = g_new(struct ignored_tag, 1);
    *ignored = (struct ignored_tag){g_strdup(name), reason};
    g_ptr_array_add(list->ignored, ignored);
}

static char *optional_text(struct store_statement *row, int column)
{
    return store_column_is_null(row, column) ? NULL : g_strdup(store_text(row, column));
}

enum {
    TAG_NAME,
    TAG_COMMIT,
    TAG_COMMIT_TIME,
    TAG_ANNOTATED,
    TAG_TIME,
    TAG_SIGNATURE,
    TAG_HASH = 8
};

static struct release *read_release(struct store_statement *row, const struct version *version,
                                    guint node)
{
    struct release *release = g_new0(struct release, 1);
    release->tag = g_strdup(store_text(row, TAG_NAME));
    release->parsed = *version;
    release->node = node;
    release->commit_id = store_int(row, TAG_COMMIT);
    release->commit_time = store_int(row, TAG_COMMIT_TIME);
    release->annotated = store_int(row, TAG_ANNOTATED) != 0;
    release->tag_time = store_int(row, TAG_TIME);
    release->signature = optional_text(row, TAG_SIGNATURE);
    release->signer = optional_text(row, TAG_SIGNATURE + 1);
    release->digest = optional_text(row, TAG_SIGNATURE + 2);
    g_strlcpy(release->commit, store_text(row, TAG_HASH), sizeof release->commit);
    release->predecessor = -1;
    release->fork = -1;
    return release;
}

/* One tag: into `found` as a release, or into the list of those ignored. */
static void take_tag(struct release_list *list, struct store_statement *row,
                     const struct graph *graph, const struct tag_rules *rules, GPtrArray *found)
{
    struct version version;
    const char *name = store_text(row, TAG_NAME), *reason = NULL;
    guint node = 0;
    if (!tag_parse_version(rules, name, &version, &reason))
        ignore_tag(list, name, reason);
    else if (store_column_is_null(row, TAG_COMMIT))
        ignore_tag(list, name, "it leads to no commit");
    else if (!graph_node(graph, store_int(row, TAG_COMMIT), &node))
        ignore_tag(list, name, "its commit is not in the history");
    else
        g_ptr_array_add(found, read_release(row, &version, node));
}

static bool read_tags(struct release_list *list, struct store *history, gint64 repository,
                      const struct graph *graph, const struct tag_rules *rules, GPtrArray *found,
                      GError **error)
{
    struct store_statement *tags = store_statement(history, "releases_tags");
    bool row = false;
    store_bind_int(tags, 1, repository);
    while (true) {
        if (!store_step(tags, &row, error))
            return false;
        if (!row)
            return true;
        take_tag(list, tags, graph, rules, found);
    }
}

/* The word that most tags begin with, when it is a quarter of them at least; else "". Ties go to
 * the shortest, then to the first by letters. */
static const char *leading_word(const GPtrArray *found)
{
    g_autoptr(GHashTable) counts = g_hash_table_new(g_str_hash, g_str_equal);
    const char *leader = "";
    guint most = 0;
    for (guint i = 0; i < found->len; i++) {
        const struct release *release = g_ptr_array_index(found, i);
        const char *word = release->parsed.word;
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, word)) + 1;
        g_hash_table_insert(counts, (gpointer)(guintptr)word, GUINT_TO_POINTER(count));
        bool better = count > most || (count == most && strcmp(word, leader) < 0);
        if (*word != '\0' && count * 4 >= found->len && better) {
            leader = word;
            most = count;
        }
    }
    return leader;
}

/* Whether it is but another name for a tag without a word before its version. */
static bool has_plain_twin(const GPtrArray *found, const struct release *release)
{
    for (guint i = 0; i < found->len; i++) {
        const struct release *other = g_ptr_array_index(found, i);
        if (*other->parsed.word == '\0' && other->commit_id == release->commit_id &&
            version_compare(&other->parsed, &release->parsed) == 0)
            return true;
    }
    return false;
}

/* Takes out the tags of something else that lives in the repository: split-1.0, gitgui-0.6. */
static void drop_strangers(struct release_list *list, GPtrArray *found, const char *repository)
{
    g_autofree char *own = g_ascii_strdown(repository, -1);
    g_autofree char *leader = g_strdup(leading_word(found));
    for (guint i = 0; i < found->len;) {
        struct release *release = g_ptr_array_index(found, i);
        const char *word = release->parsed.word;
        if (*word == '\0' || g_str_equal(word, own) || g_str_equal(word, leader) ||
            has_plain_twin(found, release)) {
            i++;
            continue;
        }
        ignore_tag(list, release->tag, "another name than the project's before its version");
        g_ptr_array_remove_index(found, i);
    }
}

/* Which of two names for one version is the better: signed, annotated, plain, short. */
static int compare_names(const struct release *a, const struct release *b)
{
    int signature = (a->signature == NULL) - (b->signature == NULL);
    int annotated = b->annotated - a->annotated;
    int word = (a->parsed.word[0] != '\0') - (b->parsed.word[0] != '\0');
    int length = (int)strlen(a->tag) - (int)strlen(b->tag);
    int orders[] = {word, signature, annotated, length, strcmp(a->tag, b->tag)};
    for (gsize i = 0; i < G_N_ELEMENTS(orders); i++)
        if (orders[i] != 0)
            return orders[i];
    return 0;
}

static int compare_found(gconstpointer a, gconstpointer b)
{
    const struct release *left = *(struct release *const *)a;
    const struct release *right = *(struct release *const *)b;
    int order = version_compare(&left->parsed, &right->parsed);
    return order != 0 ? order : compare_names(left, right);
}

/* The tags from `start` to `end` have one version: the first is it, others on its commit are its
 * aliases. */
static void take_aliases(struct release_list *list, GPtrArray *found, guint start, guint end)
{
    struct release *best = g_ptr_array_index(found, start);
    GPtrArray *aliases = g_ptr_array_new();
    for (guint i = start + 1; i < end; i++) {
        const struct release *other = g_ptr_array_index(found, i);
        if (other->commit_id == best->commit_id)
            g_ptr_array_add(aliases, g_strdup(other->tag));
        else
            ignore_tag(list, other->tag, "another tag of the same version is on another commit");
    }
    g_ptr_array_add(aliases, NULL);
    best->aliases = (GStrv)g_ptr_array_free(aliases, FALSE);
}

static bool is_candidate(const struct release *release)
{
    return release->parsed.candidate[0] != '\0';
}

/* Candidates sort right before their release: `waiting` holds those met since the last one. */
static void place(struct release_list *list, struct release *release)
{
    if (is_candidate(release)) {
        g_ptr_array_add(list->upcoming, release);
        return;
    }
    release->candidates = g_ptr_array_new_with_free_func(release_free);
    g_ptr_array_add(list->releases, release);
    guint first = list->upcoming->len;
    while (first > 0) {
        const struct release *candidate = g_ptr_array_index(list->upcoming, first - 1);
        if (version_compare_numbers(&candidate->parsed, &release->parsed) != 0)
            break;
        first--;
    }
    while (list->upcoming->len > first)
        g_ptr_array_add(release->candidates, g_ptr_array_steal_index(list->upcoming, first));
}

/* Sorts what was found into releases with aliases and candidates, and takes it over. */
static void place_all(struct release_list *list, GPtrArray *found)
{
    g_ptr_array_sort(found, compare_found);
    for (guint start = 0, end = 0; start < found->len; start = end) {
        struct release *best = g_ptr_array_index(found, start);
        for (end = start + 1; end < found->len; end++) {
            const struct release *other = g_ptr_array_index(found, end);
            if (version_compare(&best->parsed, &other->parsed) != 0)
                break;
        }
        take_aliases(list, found, start, end);
        place(list, best);
        found->pdata[start] = NULL;
    }
}

static char *candidate_version(const char *numbers, const struct release *candidate)
{
    return g_strdup_printf("%s-%s", numbers, candidate->parsed.candidate);
}

/* A candidate without a release shows as many parts as the newest release that started a line. */
static guint usual_parts(const struct release_list *list)
{
    for (guint i = list->releases->len; i > 0; i--) {
        const struct release *release = g_ptr_array_index(list->releases, i - 1);
        if (i == 1 || release->line_parts == VERSION_PARTS ||
            release->parsed.parts[release->line_parts] == 0)
            return release->parsed.count;
    }
    return 0;
}

static void name_versions(struct release_list *list)
{
    guint usual = usual_parts(list);
    for (guint i = 0; i < list->releases->len; i++) {
        struct release *release = g_ptr_array_index(list->releases, i);
        release->version = g_strdup(release->parsed.text);
        for (guint j = 0; j < release->candidates->len; j++) {
            struct release *candidate = g_ptr_array_index(release->candidates, j);
            candidate->version = candidate_version(release->version, candidate);
        }
    }
    for (guint i = 0; i < list->upcoming->len; i++) {
        struct release *candidate = g_ptr_array_index(list->upcoming, i);
        g_autoptr(GString) numbers = g_string_new(candidate->parsed.text);
        for (guint parts = candidate->parsed.count; parts < usual; parts++)
            g_string_append(numbers, ".0");
        candidate->version = candidate_version(numbers->str, candidate);
    }
}

static bool read_repository(struct store *history, gint64 repository, char **ret_name,
                            char **ret_main, GError **error)
{
    struct store_statement *statement = store_statement(history, "releases_repository");
    bool row = false;
    store_bind_int(statement, 1, repository);
    if (!store_step(statement, &row, error))
        return false;
    if (!row)
        return fault_raise(error, FAULT_NOINPUT, "repository %" G_GINT64_FORMAT " is not mined",
                           repository);
    *ret_name = g_strdup(store_text(statement, 0));
    *ret_main = g_strdup(store_text(statement, 1));
    return store_step(statement, &row, error);
}

static bool fits(const char *branch, const char *const *patterns)
{
    for (; patterns != NULL && *patterns != NULL; patterns++)
        if (g_pattern_match_simple(*patterns, branch))
            return true;
    return false;
}

/* The stable branches, and the tip of the main one. */
static bool read_branches(struct release_list *list, struct store *history, gint64 repository,
                          const struct graph *graph, const char *main_branch,
                          const char *const *stable, GArray *branches, GError **error)
{
    struct store_statement *statement = store_statement(history, "releases_branches");
    struct line_branch branch;
    bool row = false;
    store_bind_int(statement, 1, repository);
    while (true) {
        if (!store_step(statement, &row, error))
            return false;
        if (!row)
            return true;
        const char *name = store_text(statement, 0);
        if (!graph_node(graph, store_int(statement, 1), &branch.node))
            continue;
        if (g_str_equal(name, main_branch))
            list->main_tip = (gint)branch.node;
        else if (fits(name, stable) && branch_parse_version(name, &branch.version))
            g_array_append_val(branches, branch);
    }
}

static bool name_forks(struct store *history, const struct graph *graph, const GPtrArray *releases,
                       GError **error)
{
    struct store_statement *statement = store_statement(history, "releases_commit");
    const struct release *before = NULL;
    bool row = false;
    for (guint i = 0; i < releases->len; i++) {
        struct release *release = g_ptr_array_index(releases, i);
        if (before != NULL && before->fork == release->fork) {
            memcpy(release->fork_commit, before->fork_commit, sizeof release->fork_commit);
        } else if (release->fork >= 0) {
            store_bind_int(statement, 1, graph_commit_id(graph, (guint)release->fork));
            if (!store_step(statement, &row, error))
                return false;
            g_strlcpy(release->fork_commit, row ? store_text(statement, 0) : "",
                      sizeof release->fork_commit);
            if (!store_step(statement, &row, error))
                return false;
        }
        before = release;
        if (release->candidates != NULL && !name_forks(history, graph, release->candidates, error))
            return false;
    }
    return true;
}

static int compare_ignored(gconstpointer a, gconstpointer b)
{
    const struct ignored_tag *left = *(struct ignored_tag *const *)a;
    const struct ignored_tag *right = *(struct ignored_tag *const *)b;
    return strcmp(left->name, right->name);
}

struct release_list *releases_load(struct store *history, gint64 repository,
                                   const struct graph *graph, const struct tag_rules *rules,
                                   const char *const *stable, GError **error)
{
    g_autoptr(ReleaseList) list = g_new0(struct release_list, 1);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(release_free);
    g_autoptr(GArray) branches = g_array_new(FALSE, FALSE, sizeof(struct line_branch));
    g_autofree char *name = NULL, *main_branch = NULL;
    list->releases = g_ptr_array_new_with_free_func(release_free);
    list->upcoming = g_ptr_array_new_with_free_func(release_free);
    list->ignored = g_ptr_array_new_with_free_func(ignored_free);
    list->main_tip = -1;
    if (!read_repository(history, repository, &name, &main_branch, error) ||
        !read_tags(list, history, repository, graph, rules, found, error) ||
        !read_branches(list, history, repository, graph, main_branch, stable, branches, error))
        return NULL;
    drop_strangers(list, found, name);
    place_all(list, found);
    lines_assign(list, graph, branches);
    name_versions(list);
    if (!name_forks(history, graph, list->releases, error) ||
        !name_forks(history, graph, list->upcoming, error))
        return NULL;
    g_ptr_array_sort(list->ignored, compare_ignored);
    return g_steal_pointer(&list);
}

void release_list_free(struct release_list *list)
{
    if (list == NULL)
        return;
    g_ptr_array_unref(list->releases);
    g_ptr_array_unref(list->upcoming);
    g_ptr_array_unref(list->ignored);
    g_free(list);
}

const struct release *releases_newest(const struct release_list *list)
{
    guint count = list->releases->len;
    return count == 0 ? NULL : g_ptr_array_index(list->releases, count - 1);
}

/* All releases, each with its candidates before it, then those upcoming. Borrowed. */
static GPtrArray *all_names(const struct release_list *list)
{
    GPtrArray *all = g_ptr_array_new();
    for (guint i = 0; i < list->releases->len; i++) {
        struct release *release = g_ptr_array_index(list->releases, i);
        for (guint j = 0; j < release->candidates->len; j++)
            g_ptr_array_add(all, g_ptr_array_index(release->candidates, j));
        g_ptr_array_add(all, release);
    }
    for (guint i = 0; i < list->upcoming->len; i++)
        g_ptr_array_add(all, g_ptr_array_index(list->upcoming, i));
    return all;
}

static const struct release *find_name(const GPtrArray *all, const char *name)
{
    for (guint i = 0; i < all->len; i++) {
        const struct release *release = g_ptr_array_index(all, i);
        if (g_str_equal(release->tag, name) || g_str_equal(release->version, name) ||
            g_strv_contains((const char *const *)release->aliases, name))
            return release;
    }
    return NULL;
}

static const struct release *find_version(const GPtrArray *all, const struct version *version)
{
    for (guint i = 0; i < all->len; i++) {
        const struct release *release = g_ptr_array_index(all, i);
        if (version_compare(&release->parsed, version) == 0)
            return release;
    }
    return NULL;
}

#define SUGGESTIONS 3

/* The releases of the same first part that are nearest by version; else the newest of all. */
static char *nearest_names(const struct release_list *list, const struct version *version)
{
    GString *text = g_string_new(NULL);
    guint count = 0, end = list->releases->len;
    for (guint i = 0; version != NULL && i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        if (version_compare(&release->parsed, version) < 0)
            end = MIN(i + 2, list->releases->len);
    }
    for (guint i = end; i > 0 && count < SUGGESTIONS; i--, count++) {
        const struct release *release = g_ptr_array_index(list->releases, i - 1);
        g_string_append_printf(text, "%s%s", count > 0 ? ", " : "", release->version);
    }
    return g_string_free(text, FALSE);
}

const struct release *releases_find(const struct release_list *list, const char *name,
                                    GError **error)
{
    g_autoptr(GPtrArray) all = all_names(list);
    g_autoptr(TagRules) rules = tag_rules_new(NULL, NULL);
    struct version version;
    const char *reason = NULL;
    const struct release *release = find_name(all, name);
    bool parsed = tag_parse_version(rules, name, &version, &reason);
    if (release == NULL && parsed)
        release = find_version(all, &version);
    if (release != NULL)
        return release;
    g_autofree char *near = nearest_names(list, parsed ? &version : NULL);
    if (*near == '\0')
        fault_raise(error, FAULT_NOINPUT,
                    "there is no release \"%s\": no tag of this repository is a release "
                    "(barograph releases --ignored says why)",
                    name);
    else
        fault_raise(error, FAULT_NOINPUT,
                    "there is no release \"%s\": near it there is %s (barograph releases lists "
                    "them all)",
                    name, near);
    return NULL;
}
