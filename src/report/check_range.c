#include "check_parts.h"
#include "lineage.h"

#include <string.h>

#define FEWEST_DIGITS 6

/* A commit of the line itself, not one that it forked off with. */
static bool is_own(const struct checking *checking, guint node)
{
    return lineage_main(fixes_lineage(checking->fixes))[node] == 0;
}

/* The commit of the predecessor's own line that carries what was fixed, or -1. */
static bool find_shipped(struct checking *checking, guint target, gint *ret_node, GError **error)
{
    struct lineage *lineage = fixes_lineage(checking->fixes);
    char hex[41];
    *ret_node = checking->old[target] != 0 ? (gint)target : -1;
    if (*ret_node >= 0)
        return true;
    return lineage_hex(lineage, target, hex, error) &&
           lineage_carrier(lineage, hex, checking->old, ret_node, error);
}

static bool report_regression(struct checking *checking, struct check_result *result, guint node,
                              guint shipped, GError **error)
{
    struct check_finding *finding = NULL;
    if (result->findings->len == 0)
        check_find(result, CHECK_WARN, "repaired here, shipped in %s", checking->before->version);
    finding = g_ptr_array_index(result->findings, 0);
    char hex[41];
    if (!lineage_hex(fixes_lineage(checking->fixes), shipped, hex, error))
        return false;
    g_autofree char *remark = g_strdup_printf("fixes %.10s", hex);
    return check_commit(checking, finding, node, remark, error);
}

static bool look_for_regression(struct checking *checking, struct check_result *result, guint node,
                                GError **error)
{
    guint unclear = 0;
    g_autoptr(GArray) targets =
        lineage_targets(fixes_lineage(checking->fixes),
                        graph_commit_id(book_graph(checking->book), node), &unclear, error);
    for (guint i = 0; targets != NULL && i < targets->len; i++) {
        gint shipped = -1;
        if (!find_shipped(checking, g_array_index(targets, guint, i), &shipped, error))
            return false;
        if (shipped >= 0 && is_own(checking, (guint)shipped))
            return report_regression(checking, result, node, (guint)shipped, error);
    }
    return targets != NULL;
}

/* Of the commits that only this line has, the next point release repairs the mistakes. */
bool check_regressions(struct checking *checking, struct check_result *result, GError **error)
{
    g_autoptr(GArray) range = check_range(checking);
    if (checking->before == NULL)
        return true;
    for (guint i = 0; i < range->len; i++)
        if (is_own(checking, g_array_index(range, guint, i)) &&
            !look_for_regression(checking, result, g_array_index(range, guint, i), error))
            return false;
    if (result->findings->len == 0)
        check_find(result, CHECK_OK, "no commit repairs what %s brought",
                   checking->before->version);
    return true;
}

/* A commit that says it repairs another. */
struct fixer {
    gint64 commit_id;
    char digits[41];
};

static void take_fixer(GHashTable *fixers, gint64 commit_id, const char *value)
{
    struct fixer fixer = {.commit_id = commit_id};
    g_autofree char *digits = lineage_target(value);
    if (digits == NULL)
        return;
    g_strlcpy(fixer.digits, digits, sizeof fixer.digits);
    g_autofree char *key = g_strndup(fixer.digits, FEWEST_DIGITS);
    GArray *list = g_hash_table_lookup(fixers, key);
    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, sizeof fixer);
        g_hash_table_insert(fixers, g_steal_pointer(&key), list);
    }
    g_array_append_val(list, fixer);
}

/* By the first six digits of what they repair. */
static GHashTable *load_fixers(struct checking *checking, GError **error)
{
    struct store_statement *query = store_statement(checking->history, "check_fixers");
    g_autoptr(GHashTable) fixers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&fixers);
        take_fixer(fixers, store_int(query, 0), store_text(query, 1));
    }
}

static GPtrArray *origins_of(struct checking *checking, guint node, GError **error)
{
    struct store_statement *query = store_statement(checking->history, "check_origins");
    g_autoptr(GPtrArray) origins = g_ptr_array_new_with_free_func(g_free);
    bool row = false;
    store_bind_int(query, 1, graph_commit_id(book_graph(checking->book), node));
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&origins);
        g_ptr_array_add(origins, g_strdup(store_text(query, 0)));
    }
}

static bool report_unfixed(struct checking *checking, struct check_result *result, guint node,
                           const struct fixer *fixer, GError **error)
{
    guint repair = 0, found = 0;
    bool carried = false;
    if (!graph_node(book_graph(checking->book), fixer->commit_id, &repair) ||
        is_own(checking, repair) || book_time(checking->book, repair, false) > checking->until)
        return true;
    if (!fixes_carries(checking->fixes, fixer->commit_id, checking->node, &carried, &found, error))
        return false;
    if (carried)
        return true;
    char hex[41];
    if (result->findings->len == 0)
        check_find(result, CHECK_WARN, "taken here, repaired on the main branch since");
    if (!lineage_hex(fixes_lineage(checking->fixes), repair, hex, error))
        return false;
    g_autofree char *remark = g_strdup_printf("repaired by %.10s, which is not here", hex);
    return check_commit(checking, g_ptr_array_index(result->findings, 0), node, remark, error);
}

static bool look_for_repairs(struct checking *checking, struct check_result *result, guint node,
                             GHashTable *fixers, GError **error)
{
    g_autoptr(GPtrArray) origins = origins_of(checking, node, error);
    for (guint i = 0; origins != NULL && i < origins->len; i++) {
        const char *hex = g_ptr_array_index(origins, i);
        g_autofree char *key = g_strndup(hex, FEWEST_DIGITS);
        const GArray *list = g_hash_table_lookup(fixers, key);
        for (guint j = 0; list != NULL && j < list->len; j++) {
            const struct fixer *fixer = &g_array_index(list, struct fixer, j);
            if (g_str_has_prefix(hex, fixer->digits) &&
                !report_unfixed(checking, result, node, fixer, error))
                return false;
        }
    }
    return origins != NULL;
}

bool check_unfixed(struct checking *checking, struct check_result *result, GError **error)
{
    g_autoptr(GArray) range = check_range(checking);
    g_autoptr(GHashTable) fixers = load_fixers(checking, error);
    for (guint i = 0; fixers != NULL && i < range->len; i++) {
        guint node = g_array_index(range, guint, i);
        if (is_own(checking, node) &&
            lineage_revert(fixes_lineage(checking->fixes), node, checking->set) < 0 &&
            !look_for_repairs(checking, result, node, fixers, error))
            return false;
    }
    if (fixers != NULL && result->findings->len == 0)
        check_find(result, CHECK_OK, "the main branch has repaired nothing that was taken here");
    return fixers != NULL;
}

/* Which commits of the range a check is about. */
typedef bool (*suspicion)(const char *subject, bool changes);

static bool is_revert(const char *subject, bool changes)
{
    (void)changes;
    return g_str_has_prefix(subject, "Revert ") || g_str_has_prefix(subject, "revert ") ||
           g_str_has_prefix(subject, "Revert:");
}

static bool is_unfinished(const char *subject, bool changes)
{
    static const char *const begins[] = {"fixup!", "squash!", "amend!", "WIP:", "[WIP]", "TEMP:"};
    static const char *const holds[] = {"DO NOT APPLY", "DO NOT MERGE", "DO NOT COMMIT",
                                        "NOT FOR MERGE"};
    (void)changes;
    for (gsize i = 0; i < G_N_ELEMENTS(begins); i++)
        if (g_str_has_prefix(subject, begins[i]))
            return true;
    for (gsize i = 0; i < G_N_ELEMENTS(holds); i++)
        if (strstr(subject, holds[i]) != NULL)
            return true;
    return false;
}

static bool is_empty(const char *subject, bool changes)
{
    (void)subject;
    return !changes;
}

static bool is_suspect(struct checking *checking, guint node, suspicion suspect, bool *ret_suspect,
                       GError **error)
{
    struct store_statement *query = store_statement(checking->history, "check_facts");
    bool row = false;
    store_bind_int(query, 1, graph_commit_id(book_graph(checking->book), node));
    if (!store_step(query, &row, error))
        return false;
    *ret_suspect = row && suspect(store_text(query, 0), store_int(query, 1) != 0);
    return store_run(query, error);
}

static bool look_through(struct checking *checking, struct check_result *result, suspicion suspect,
                         enum check_level level, const char *some, const char *none, GError **error)
{
    g_autoptr(GArray) range = check_range(checking);
    struct check_finding *finding = NULL;
    for (guint i = 0; i < range->len; i++) {
        guint node = g_array_index(range, guint, i);
        bool found = false;
        if (!is_suspect(checking, node, suspect, &found, error))
            return false;
        if (!found)
            continue;
        if (finding == NULL)
            finding = check_find(result, level, "%s", some);
        if (!check_commit(checking, finding, node, "", error))
            return false;
    }
    if (finding == NULL)
        check_find(result, CHECK_OK, "%s in %u commits", none, range->len);
    return true;
}

bool check_reverts(struct checking *checking, struct check_result *result, GError **error)
{
    return look_through(checking, result, is_revert, CHECK_WARN, "taken back since the predecessor",
                        "no revert", error);
}

bool check_unfinished(struct checking *checking, struct check_result *result, GError **error)
{
    return look_through(checking, result, is_unfinished, CHECK_FAIL,
                        "commits that were not meant to stay", "no fixup and nothing not to apply",
                        error);
}

bool check_empty(struct checking *checking, struct check_result *result, GError **error)
{
    return look_through(checking, result, is_empty, CHECK_WARN, "commits that change nothing",
                        "no empty commit", error);
}
