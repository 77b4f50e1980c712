#include "lines.h"

#include <string.h>

/* What the versions of a project look like, as a whole. */
struct scheme {
    GHashTable *deep;     /* first part -> three or more parts are written there */
    GHashTable *lettered; /* "1.1.1" -> versions go on with letters there */
    GHashTable *series;   /* first part -> it is the line: 15.1, 15.2 lie off the main branch */
};

static guint number_count(const struct version *version)
{
    return version->count - (version->letter ? 1 : 0);
}

/* The first parts as text, with 0 for those that were not written. */
static char *number_text(const struct version *version, guint count)
{
    GString *text = g_string_new(NULL);
    const char *at = version->text;
    for (guint i = 0; i < count; i++) {
        gsize length = strspn(at, "0123456789");
        g_string_append_printf(text, "%s%.*s", i > 0 ? "." : "", length > 0 ? (int)length : 1,
                               length > 0 ? at : "0");
        at += length + (at[length] == '.' ? 1 : 0);
    }
    return g_string_free(text, FALSE);
}

static char *letter_key(const struct version *version)
{
    GString *key = g_string_new(NULL);
    for (guint i = 0; i < number_count(version); i++)
        g_string_append_printf(key, "%u.", version->parts[i]);
    return g_string_free(key, FALSE);
}

static void note_version(struct scheme *scheme, const struct version *version)
{
    if (version->count >= 3)
        g_hash_table_add(scheme->deep, GUINT_TO_POINTER(version->parts[0]));
    if (version->letter)
        g_hash_table_add(scheme->lettered, letter_key(version));
}

static void note_all(struct scheme *scheme, const GPtrArray *releases)
{
    for (guint i = 0; i < releases->len; i++) {
        const struct release *release = g_ptr_array_index(releases, i);
        note_version(scheme, &release->parsed);
        if (release->candidates != NULL)
            note_all(scheme, release->candidates);
    }
}

/* The ancestors of the main branch; without one, of the newest release. */
static guint8 *main_set(const struct release_list *list, const struct graph *graph)
{
    guint8 *set = graph_set_new(graph);
    gint tip = list->main_tip;
    if (tip < 0 && list->releases->len > 0) {
        const struct release *newest = g_ptr_array_index(list->releases, list->releases->len - 1);
        tip = (gint)newest->node;
    }
    if (tip >= 0)
        graph_add_ancestors(graph, (guint)tip, set);
    return set;
}

/* Whether first parents lead from one node down to the other. */
static bool follows(const struct graph *graph, gint from, guint to)
{
    gint node = (gint)to;
    while (node > from)
        node = graph_first_parent(graph, (guint)node);
    return node == from;
}

/* 15.1 and 15.2 one after the other, off the main branch: 15 is the line. */
static void note_series(struct scheme *scheme, const struct release_list *list,
                        const struct graph *graph, const guint8 *on_main)
{
    for (guint i = 1; i < list->releases->len; i++) {
        const struct release *before = g_ptr_array_index(list->releases, i - 1);
        const struct release *release = g_ptr_array_index(list->releases, i);
        gpointer first = GUINT_TO_POINTER(release->parsed.parts[0]);
        if (release->parsed.count == 2 && on_main[release->node] == 0 &&
            before->parsed.parts[0] == release->parsed.parts[0] &&
            !g_hash_table_contains(scheme->deep, first) &&
            follows(graph, (gint)before->node, release->node))
            g_hash_table_add(scheme->series, first);
    }
}

static const struct release *release_at(const struct release_list *list, guint index)
{
    return index < list->releases->len ? g_ptr_array_index(list->releases, index) : NULL;
}

static bool same_family(const struct release *a, const struct release *b)
{
    return a != NULL && b != NULL && a->parsed.parts[0] == b->parsed.parts[0];
}

/* 16.0 has no 16.1 yet: it goes on as 15 did. */
static void continue_series(struct scheme *scheme, const struct release_list *list)
{
    for (guint i = 1; i < list->releases->len; i++) {
        const struct release *before = release_at(list, i - 1), *release = release_at(list, i);
        gpointer first = GUINT_TO_POINTER(release->parsed.parts[0]);
        if (release->parsed.count == 2 && release->parsed.parts[1] == 0 &&
            !same_family(before, release) && !same_family(release, release_at(list, i + 1)) &&
            !g_hash_table_contains(scheme->deep, first) &&
            g_hash_table_contains(scheme->series, GUINT_TO_POINTER(before->parsed.parts[0])))
            g_hash_table_add(scheme->series, first);
    }
}

static void scheme_init(struct scheme *scheme, const struct release_list *list,
                        const struct graph *graph, const guint8 *on_main)
{
    scheme->deep = g_hash_table_new(NULL, NULL);
    scheme->lettered = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    scheme->series = g_hash_table_new(NULL, NULL);
    note_all(scheme, list->releases);
    note_all(scheme, list->upcoming);
    note_series(scheme, list, graph, on_main);
    continue_series(scheme, list);
}

static void scheme_clear(struct scheme *scheme)
{
    g_hash_table_unref(scheme->deep);
    g_hash_table_unref(scheme->lettered);
    g_hash_table_unref(scheme->series);
}

static guint line_parts(const struct scheme *scheme, const struct version *version)
{
    g_autofree char *key = letter_key(version);
    gpointer first = GUINT_TO_POINTER(version->parts[0]);
    if (g_hash_table_contains(scheme->lettered, key))
        return number_count(version);
    if (g_hash_table_contains(scheme->deep, first))
        return 2;
    if (g_hash_table_contains(scheme->series, first))
        return 1;
    return version->count;
}

static void name_line(const struct scheme *scheme, struct release *release)
{
    release->line_parts = line_parts(scheme, &release->parsed);
    release->line = number_text(&release->parsed, release->line_parts);
}

static bool same_line(const struct release *a, const struct release *b)
{
    return a->line_parts == b->line_parts &&
           version_compare_parts(&a->parsed, &b->parsed, a->line_parts) == 0;
}

/* The .0 of the line whose newest release is `newest`; else that newest release. */
static gint line_start(const GPtrArray *releases, gint newest)
{
    const struct release *last = g_ptr_array_index(releases, newest);
    for (gint i = newest; i >= 0; i--) {
        const struct release *release = g_ptr_array_index(releases, i);
        if (!same_line(release, last))
            break;
        bool zero = true;
        for (guint part = last->line_parts; part < VERSION_PARTS; part++)
            zero = zero && release->parsed.parts[part] == 0;
        if (zero)
            return i;
    }
    return newest;
}

/* `before`: index of the highest release with a lower version, or -1. */
static gint predecessor(const GPtrArray *releases, const struct release *release, gint before)
{
    if (before < 0)
        return -1;
    if (same_line(g_ptr_array_index(releases, before), release))
        return before;
    return line_start(releases, before);
}

static gint highest_below(const GPtrArray *releases, const struct version *version)
{
    gint before = -1;
    for (guint i = 0; i < releases->len; i++) {
        const struct release *release = g_ptr_array_index(releases, i);
        if (version_compare_numbers(&release->parsed, version) < 0)
            before = (gint)i;
    }
    return before;
}

static void assign_all(struct release_list *list, const struct scheme *scheme)
{
    for (guint i = 0; i < list->releases->len; i++) {
        struct release *release = g_ptr_array_index(list->releases, i);
        name_line(scheme, release);
        release->predecessor = predecessor(list->releases, release, (gint)i - 1);
        for (guint j = 0; j < release->candidates->len; j++) {
            struct release *candidate = g_ptr_array_index(release->candidates, j);
            candidate->line = g_strdup(release->line);
            candidate->line_parts = release->line_parts;
            candidate->predecessor = release->predecessor;
        }
    }
    for (guint i = 0; i < list->upcoming->len; i++) {
        struct release *candidate = g_ptr_array_index(list->upcoming, i);
        name_line(scheme, candidate);
        candidate->predecessor = predecessor(list->releases, candidate,
                                             highest_below(list->releases, &candidate->parsed));
    }
}

/* By first parents: right when no merge lies between, which is the rule on stable branches. */
static bool plain_fork_point(const struct graph *graph, const guint8 *on_main, guint node,
                             gint *ret_fork)
{
    gint at = (gint)node;
    while (at >= 0 && on_main[at] == 0) {
        if (graph_parent_count(graph, (guint)at) > 1)
            return false;
        at = graph_first_parent(graph, (guint)at);
    }
    *ret_fork = at;
    return true;
}

/* The merge base with the main branch, by its set of ancestors; -1: they share nothing. */
static gint fork_point(const struct graph *graph, const guint8 *on_main, guint node)
{
    gint fork = -1;
    if (plain_fork_point(graph, on_main, node, &fork))
        return fork;
    g_autofree guint8 *set = graph_set_new(graph);
    graph_add_ancestors(graph, node, set);
    for (gint common = (gint)node; common >= 0; common--)
        if (set[common] != 0 && on_main[common] != 0)
            return common;
    return -1;
}

static const struct line_branch *find_branch(const GArray *branches, const struct release *release)
{
    for (guint i = 0; i < branches->len; i++) {
        const struct line_branch *branch = &g_array_index(branches, struct line_branch, i);
        if (branch->version.count == release->line_parts &&
            version_compare_parts(&branch->version, &release->parsed, release->line_parts) == 0)
            return branch;
    }
    return NULL;
}

static gint line_fork(const struct graph *graph, const GArray *branches, const guint8 *on_main,
                      const struct release *first, const struct release *newest)
{
    const struct line_branch *branch = find_branch(branches, first);
    guint tip = branch == NULL ? newest->node : branch->node;
    /* A line that was never left the main branch: it starts with its first release. */
    if (on_main[tip] != 0 && !(branch != NULL && tip > newest->node))
        tip = first->node;
    return fork_point(graph, on_main, tip);
}

static void set_fork(struct release *release, gint fork)
{
    release->fork = fork;
    for (guint i = 0; release->candidates != NULL && i < release->candidates->len; i++)
        set_fork(g_ptr_array_index(release->candidates, i), fork);
}

static void assign_forks(GPtrArray *releases, const struct graph *graph, const GArray *branches,
                         const guint8 *on_main)
{
    for (guint start = 0, end = 0; start < releases->len; start = end) {
        const struct release *first = g_ptr_array_index(releases, start);
        for (end = start; end < releases->len; end++)
            if (!same_line(first, g_ptr_array_index(releases, end)))
                break;
        gint fork =
            line_fork(graph, branches, on_main, first, g_ptr_array_index(releases, end - 1));
        for (guint i = start; i < end; i++)
            set_fork(g_ptr_array_index(releases, i), fork);
    }
}

static void no_forks(GPtrArray *releases)
{
    for (guint i = 0; i < releases->len; i++)
        set_fork(g_ptr_array_index(releases, i), -1);
}

/* A candidate without a release has the fork of its line's releases, where there are any. */
static void assign_upcoming_forks(struct release_list *list, const struct graph *graph,
                                  const GArray *branches, const guint8 *on_main)
{
    assign_forks(list->upcoming, graph, branches, on_main);
    for (guint i = 0; i < list->upcoming->len; i++) {
        struct release *candidate = g_ptr_array_index(list->upcoming, i);
        const struct release *before =
            candidate->predecessor < 0 ? NULL
                                       : g_ptr_array_index(list->releases, candidate->predecessor);
        if (before != NULL && same_line(before, candidate))
            candidate->fork = before->fork;
    }
}

void lines_assign(struct release_list *list, const struct graph *graph, const GArray *branches)
{
    struct scheme scheme;
    g_autofree guint8 *on_main = main_set(list, graph);
    scheme_init(&scheme, list, graph, on_main);
    assign_all(list, &scheme);
    scheme_clear(&scheme);
    no_forks(list->releases);
    no_forks(list->upcoming);
    if (list->main_tip < 0)
        return;
    assign_forks(list->releases, graph, branches, on_main);
    assign_upcoming_forks(list, graph, branches, on_main);
}

/* The ancestors of one node at a time. Moving along a line costs only what is new; the start of a
 * line is kept, because the next line is counted from there. */
struct walker {
    const struct graph *graph;
    gint node;
    gint start;
    guint8 *set;
    guint8 *start_set;
    guint8 *range;
};

/* -1: to nothing at all. */
static void walker_move(struct walker *walker, gint node)
{
    guint size = graph_size(walker->graph);
    if (node == walker->node)
        return;
    bool start = node < 0 || walker->node < 0 || !follows(walker->graph, walker->node, (guint)node);
    if (start && node >= 0 && node == walker->start) {
        memcpy(walker->set, walker->start_set, size);
    } else {
        if (start)
            memset(walker->set, 0, size);
        if (node >= 0)
            graph_add_ancestors(walker->graph, (guint)node, walker->set);
        if (start) {
            memcpy(walker->start_set, walker->set, size);
            walker->start = node;
        }
    }
    walker->node = node;
}

static void count_node(const struct walker *walker, guint node, struct release *release)
{
    if (walker->range[node] == walker->set[node])
        return;
    if (graph_parent_count(walker->graph, node) > 1)
        release->merges++;
    else
        release->commits++;
}

static void count_range(struct walker *walker, struct release *release)
{
    const guint stride = 64;
    guint size = graph_size(walker->graph);
    memcpy(walker->range, walker->set, size);
    graph_add_ancestors(walker->graph, release->node, walker->range);
    for (guint start = 0; start <= release->node; start += stride) {
        guint end = MIN(start + stride, size);
        if (memcmp(walker->range + start, walker->set + start, end - start) == 0)
            continue;
        for (guint node = start; node < end; node++)
            count_node(walker, node, release);
    }
}

static void count_all(struct walker *walker, const GPtrArray *releases, const GPtrArray *all)
{
    for (guint i = 0; i < releases->len; i++) {
        struct release *release = g_ptr_array_index(releases, i);
        const struct release *before =
            release->predecessor < 0 ? NULL : g_ptr_array_index(all, release->predecessor);
        walker_move(walker, before == NULL ? -1 : (gint)before->node);
        count_range(walker, release);
        if (release->candidates != NULL)
            count_all(walker, release->candidates, all);
    }
}

void lines_count(struct release_list *list, const struct graph *graph)
{
    struct walker walker = {
        .graph = graph,
        .node = -1,
        .start = -1,
        .set = graph_set_new(graph),
        .start_set = graph_set_new(graph),
        .range = graph_set_new(graph),
    };
    count_all(&walker, list->releases, list->releases);
    count_all(&walker, list->upcoming, list->releases);
    g_free(walker.set);
    g_free(walker.start_set);
    g_free(walker.range);
}
