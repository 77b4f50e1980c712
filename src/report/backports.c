#include "backports.h"

#include "commit.h"
#include "fault.h"
#include "lineage.h"
#include "silence.h"
#include "stable.h"

#include <string.h>

enum { SHORT = 12 };

/* A newer line, which may have taken what this one has not. */
struct newer {
    char *line;
    struct version version;
    guint8 *own; /* its commits that are not on the main branch */
};

struct search {
    struct book *book;
    struct lineage *lineage;
    struct areas *areas;
    struct twins *twins; /* NULL: not asked */
    GArray *unmarked;    /* row ids of the line's commits that do not say where they come from */
    struct backports *found;
    struct version version;
    bool versioned;
    guint tip;
    guint8 *there;     /* what leads to the tip */
    GArray *newer;     /* struct newer, the oldest first */
    GHashTable *known; /* node + 1 -> candidate's index + 1 */
};

static void candidate_free(gpointer pointer)
{
    struct backport *candidate = pointer;
    g_free(candidate->subject);
    g_free(candidate->because);
    if (candidate->people != NULL)
        g_ptr_array_unref(candidate->people);
    if (candidate->conflicts != NULL)
        g_ptr_array_unref(candidate->conflicts);
    g_free(candidate);
}

void backports_free(struct backports *backports)
{
    if (backports == NULL)
        return;
    g_free(backports->branch);
    g_free(backports->line);
    g_free(backports->release);
    g_ptr_array_unref(backports->candidates);
    g_clear_pointer(&backports->silence, g_array_unref);
    g_free(backports);
}

static void newer_clear(gpointer pointer)
{
    struct newer *newer = pointer;
    g_free(newer->line);
    g_free(newer->own);
}

static void search_clear(struct search *search)
{
    lineage_free(search->lineage);
    backports_free(search->found);
    g_free(search->there);
    if (search->newer != NULL)
        g_array_unref(search->newer);
    if (search->unmarked != NULL)
        g_array_unref(search->unmarked);
    if (search->known != NULL)
        g_hash_table_unref(search->known);
}
typedef struct search Search;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

guint backports_count(const struct backports *backports, guint evidence)
{
    guint count = 0;
    for (guint i = 0; i < backports->candidates->len; i++) {
        const struct backport *candidate = g_ptr_array_index(backports->candidates, i);
        count += (candidate->evidence & evidence) != 0;
    }
    return count;
}

/* Words of a value that are versions, and whether a plus or "later" makes them lower bounds. */
bool backport_asks_for(const char *value, const char *line)
{
    struct version wanted, asked;
    if (g_ascii_strncasecmp(value, "all", 3) == 0)
        return true;
    if (!branch_parse_version(line, &wanted))
        return false;
    g_auto(GStrv) words = g_strsplit_set(value, " \t,;&()/", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '#')
            return false;
        gsize length = strlen(*word);
        bool open = length > 0 && (*word)[length - 1] == '+';
        if (open)
            (*word)[length - 1] = '\0';
        if (!branch_parse_version(*word, &asked))
            continue;
        const char *next = word[1] == NULL ? "" : word[1];
        const char *after = *next != '\0' && word[2] != NULL ? word[2] : "";
        open = open || g_str_equal(next, "onwards") || g_str_equal(next, "onward") ||
               (g_str_equal(next, "and") && g_ascii_strncasecmp(after, "later", 5) == 0) ||
               (g_str_equal(next, "or") && g_ascii_strncasecmp(after, "later", 5) == 0) ||
               (g_str_equal(next, "and") && g_ascii_strncasecmp(after, "newer", 5) == 0);
        int order = version_compare_numbers(&asked, &wanted);
        if (order == 0 || (open && order < 0))
            return true;
    }
    return false;
}

static bool find_line(struct search *search, const char *name, GError **error)
{
    const struct book_ref *ref = stable_find(search->book, name, error);
    if (ref == NULL)
        return false;
    if (g_str_equal(ref->name, book_main_branch(search->book)))
        return fault_raise(error, FAULT_USAGE,
                           "%s is the main branch, where changes come from: name a stable branch",
                           ref->name);
    search->tip = ref->node;
    search->there = lineage_ancestry(search->lineage, ref->node);
    search->versioned = branch_parse_version(ref->name, &search->version);
    search->found->branch = g_strdup(ref->name);
    search->found->line = g_strdup(search->versioned ? search->version.text : "");
    return true;
}

static gint compare_newer(gconstpointer a, gconstpointer b)
{
    return version_compare_numbers(&((const struct newer *)a)->version,
                                   &((const struct newer *)b)->version);
}

static void find_newer(struct search *search)
{
    const GArray *refs = book_refs(search->book);
    const guint8 *on_main = lineage_main(search->lineage);
    guint size = graph_size(book_graph(search->book));
    search->newer = g_array_new(FALSE, FALSE, sizeof(struct newer));
    g_array_set_clear_func(search->newer, newer_clear);
    for (guint i = 0; search->versioned && i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        struct newer newer;
        if (!book_is_stable(search->book, ref) ||
            !branch_parse_version(ref->name, &newer.version) ||
            version_compare_numbers(&newer.version, &search->version) <= 0)
            continue;
        newer.line = g_strdup(newer.version.text);
        newer.own = lineage_ancestry(search->lineage, ref->node);
        for (guint node = 0; node < size; node++)
            newer.own[node] = newer.own[node] && !on_main[node];
        g_array_append_val(search->newer, newer);
    }
    g_array_sort(search->newer, compare_newer);
}

/* In a set, itself or as a backport, and not reverted there. *ret_node: as what; -1: not at all.
 * *ret_revert: what took it back, where it was there once; else -1. */
static bool carried(struct search *search, guint node, const char *hex, const guint8 *set,
                    gint *ret_node, gint *ret_revert, GError **error)
{
    gint carrier = -1;
    *ret_node = *ret_revert = -1;
    if (set[node] != 0) {
        *ret_revert = lineage_revert(search->lineage, node, set);
        *ret_node = *ret_revert < 0 ? (gint)node : -1;
        if (*ret_node >= 0)
            return true;
    }
    if (!lineage_carrier(search->lineage, hex, set, &carrier, error))
        return false;
    if (carrier < 0)
        return true;
    gint revert = lineage_revert(search->lineage, (guint)carrier, set);
    if (revert < 0)
        *ret_node = carrier;
    *ret_revert = revert < 0 ? -1 : revert;
    return true;
}

static bool is_marked(struct search *search, gint64 commit_id, bool *ret_marked, GError **error)
{
    struct store_statement *query = store_statement(book_store(search->book), "backports_marked");
    gint64 one = 0;
    store_bind_int(query, 1, commit_id);
    return store_single(query, ret_marked, &one, error);
}

static bool find_unmarked(struct search *search, GError **error)
{
    const guint8 *on_main = lineage_main(search->lineage);
    search->unmarked = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint node = 0; node <= search->tip; node++) {
        gint64 id = graph_commit_id(book_graph(search->book), node);
        bool marked = true;
        if (!search->there[node] || on_main[node] || book_is_merge(search->book, node) ||
            lineage_revert(search->lineage, node, search->there) >= 0)
            continue;
        if (!is_marked(search, id, &marked, error))
            return false;
        if (!marked)
            g_array_append_val(search->unmarked, id);
    }
    return true;
}

/* Whether a commit of the line makes the same change without saying so. *ret_node: that one, or -1.
 */
static bool find_twin(struct search *search, guint node, gint *ret_node, GError **error)
{
    gint64 twin = 0;
    guint found = 0;
    *ret_node = -1;
    if (search->twins == NULL || search->unmarked->len == 0)
        return true;
    if (!twins_find(search->twins, graph_commit_id(book_graph(search->book), node),
                    search->unmarked, &twin, error))
        return false;
    if (twin != 0 && graph_node(book_graph(search->book), twin, &found))
        *ret_node = (gint)found;
    return true;
}

static void say(struct backport *candidate, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void say(struct backport *candidate, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *more = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autofree char *before = candidate->because;
    candidate->because =
        before == NULL ? g_steal_pointer(&more) : g_strdup_printf("%s; %s", before, more);
}

/* What is known of a candidate's Fixes: lines. */
struct targets {
    guint resolved; /* lines that name a commit that is here */
    guint unclear;
    guint reverted; /* of the resolved: it was in the line and was taken back */
};

static bool weigh_target(struct search *search, struct backport *candidate, guint target,
                         struct targets *targets, GError **error)
{
    char hex[41];
    gint as = -1, revert = -1;
    if (!lineage_hex(search->lineage, target, hex, error) ||
        !carried(search, target, hex, search->there, &as, &revert, error) ||
        (as < 0 && revert < 0 && !find_twin(search, target, &as, error)))
        return false;
    gpointer other = g_hash_table_lookup(search->known, GUINT_TO_POINTER(target + 1));
    targets->resolved++;
    targets->reverted += revert >= 0;
    if (as >= 0) {
        char backport[41];
        if (!lineage_hex(search->lineage, (guint)as, backport, error))
            return false;
        bool itself = (guint)as == target;
        say(candidate, "fixes %.*s%s%.*s", SHORT, hex, itself ? "" : ", here as ",
            itself ? 0 : SHORT, backport);
        candidate->evidence |= BACKPORT_FIXES;
        g_strlcpy(candidate->fixed, hex, sizeof candidate->fixed);
    } else if (other != NULL) {
        say(candidate, "fixes the candidate %.*s", SHORT, hex);
        candidate->evidence |= BACKPORT_FOLLOWS;
        candidate->after = GPOINTER_TO_INT(other) - 1;
        if (candidate->fixed[0] == '\0')
            g_strlcpy(candidate->fixed, hex, sizeof candidate->fixed);
    }
    return true;
}

static bool weigh_fixes(struct search *search, struct backport *candidate, struct targets *targets,
                        GError **error)
{
    g_autoptr(GArray) nodes =
        lineage_targets(search->lineage, candidate->commit_id, &targets->unclear, error);
    if (nodes == NULL)
        return false;
    for (guint i = 0; i < nodes->len; i++)
        if (!weigh_target(search, candidate, g_array_index(nodes, guint, i), targets, error))
            return false;
    return true;
}

static bool weigh_newer(struct search *search, struct backport *candidate,
                        const struct targets *targets, GError **error)
{
    g_autoptr(GString) lines = g_string_new(NULL);
    /* All that it fixes is absent: the newer line has a fault that this one has not. */
    if (targets->resolved > 0 && targets->unclear == 0 && candidate->evidence == 0)
        return true;
    for (guint i = 0; i < search->newer->len; i++) {
        const struct newer *newer = &g_array_index(search->newer, struct newer, i);
        gint as = -1, revert = -1;
        if (!carried(search, candidate->node, candidate->commit, newer->own, &as, &revert, error))
            return false;
        if (as >= 0)
            g_string_append_printf(lines, "%s%s", lines->len > 0 ? ", " : "", newer->line);
    }
    if (lines->len == 0)
        return true;
    candidate->evidence |= BACKPORT_NEWER;
    say(candidate, "taken into %s", lines->str);
    return true;
}

static bool weigh_asked(struct search *search, struct backport *candidate, GError **error)
{
    struct store_statement *query = store_statement(book_store(search->book), "backports_asked");
    bool row = false;
    store_bind_int(query, 1, candidate->commit_id);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (!backport_asks_for(store_text(query, 0), search->found->line))
            continue;
        g_autofree char *value = g_utf8_make_valid(store_text(query, 0), -1);
        candidate->evidence |= BACKPORT_ASKED;
        say(candidate, "asks for it: Backport: %s", value);
    }
}

static bool read_commit(struct search *search, struct backport *candidate, GError **error)
{
    struct store_statement *query = store_statement(book_store(search->book), "backports_commit");
    bool row = false;
    gsize length = 0;
    store_bind_int(query, 1, candidate->commit_id);
    if (!store_step(query, &row, error))
        return false;
    const void *hash = row ? store_blob(query, 0, &length) : NULL;
    if (length == 20)
        id_to_hex(hash, candidate->commit);
    candidate->subject = g_utf8_make_valid(row ? store_text(query, 1) : "", -1);
    return store_run(query, error);
}

static bool note_reverts(struct search *search, struct backport *candidate, gint revert_there,
                         GError **error)
{
    gint revert = lineage_revert(search->lineage, candidate->node, lineage_main(search->lineage));
    if (revert >= 0 &&
        !lineage_hex(search->lineage, (guint)revert, candidate->reverted_main, error))
        return false;
    return revert_there < 0 ||
           lineage_hex(search->lineage, (guint)revert_there, candidate->reverted_there, error);
}

/* *ret_wanted: whether there is evidence. */
static bool weigh(struct search *search, struct backport *candidate, bool *ret_wanted,
                  GError **error)
{
    struct targets targets = {0};
    gint as = -1, revert = -1;
    *ret_wanted = false;
    if (!read_commit(search, candidate, error) ||
        !carried(search, candidate->node, candidate->commit, search->there, &as, &revert, error))
        return false;
    if (as >= 0)
        return true;
    if (!weigh_fixes(search, candidate, &targets, error) ||
        !weigh_newer(search, candidate, &targets, error) ||
        !weigh_asked(search, candidate, error) || !note_reverts(search, candidate, revert, error))
        return false;
    if (candidate->evidence != 0 && !find_twin(search, candidate->node, &as, error))
        return false;
    search->found->same += as >= 0;
    *ret_wanted = candidate->evidence != 0 && as < 0;
    if (candidate->evidence == 0 && targets.resolved > 0 && targets.reverted == targets.resolved)
        search->found->moot++;
    return true;
}

static bool consider(struct search *search, guint node, GError **error)
{
    struct backport *candidate = g_new0(struct backport, 1);
    bool wanted = false;
    candidate->node = node;
    candidate->commit_id = graph_commit_id(book_graph(search->book), node);
    candidate->time = book_time(search->book, node, false);
    candidate->after = -1;
    if (!weigh(search, candidate, &wanted, error)) {
        candidate_free(candidate);
        return false;
    }
    if (!wanted) {
        candidate_free(candidate);
        return true;
    }
    g_ptr_array_add(search->found->candidates, candidate);
    /* What fixes a commit that the main branch took back is not needed for its sake. */
    if (candidate->reverted_main[0] == '\0')
        g_hash_table_insert(search->known, GUINT_TO_POINTER(node + 1),
                            GUINT_TO_POINTER(search->found->candidates->len));
    return areas_of(search->areas, candidate->commit_id, candidate->subject, &candidate->area,
                    &candidate->people, error);
}

static bool find_candidates(struct search *search, GError **error)
{
    const guint8 *on_main = lineage_main(search->lineage);
    guint size = graph_size(book_graph(search->book));
    for (guint node = 0; node < size; node++)
        if (on_main[node] && !search->there[node] && !book_is_merge(search->book, node) &&
            !consider(search, node, error))
            return false;
    return true;
}

static bool measure(const struct search *search, GError **error)
{
    struct backports *found = search->found;
    const struct silence_line line = {search->book,  search->lineage, search->areas,
                                      search->there, search->tip,     found->line};
    struct silence silence;
    if (!silence_measure(&line, &silence, error))
        return false;
    found->release = silence.release;
    found->silence = silence.rows;
    found->taken = silence.taken;
    found->with_fixes = silence.with_fixes;
    found->since = silence.since;
    return true;
}

static bool note_tip(struct search *search, GError **error)
{
    char hex[41];
    return lineage_hex(search->lineage, search->tip, hex, error) &&
           id_from_hex(hex, search->found->tip);
}

struct backports *backports_find(struct book *book, struct areas *areas, struct twins *twins,
                                 const char *branch, GError **error)
{
    g_auto(Search) search = {.book = book, .areas = areas, .twins = twins};
    search.found = g_new0(struct backports, 1);
    search.found->candidates = g_ptr_array_new_with_free_func(candidate_free);
    search.known = g_hash_table_new(NULL, NULL);
    search.lineage = lineage_load(book, error);
    if (search.lineage == NULL || !find_line(&search, branch, error))
        return NULL;
    find_newer(&search);
    if (!find_unmarked(&search, error) || !find_candidates(&search, error) ||
        !measure(&search, error) || !note_tip(&search, error))
        return NULL;
    return g_steal_pointer(&search.found);
}
