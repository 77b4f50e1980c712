#include "stretches.h"

#include "calendar.h"
#include "range.h"

#include <string.h>

#define BITS 64

/* A release or a candidate that a range may begin or end at. */
struct point {
    const struct release *release; /* the tag itself */
    const struct release *of;      /* its release; of an upcoming candidate itself */
    guint line;                    /* lines are numbered in the order of their versions */
    guint64 *ancestors;
};

static void clear_stretch(gpointer pointer)
{
    reading_free(((struct stretch *)pointer)->reading);
}

static void clear_point(gpointer pointer)
{
    g_free(((struct point *)pointer)->ancestors);
}

static guint64 *bits_of(const struct visiting *visiting, const guint8 *set)
{
    guint64 *bits = g_new0(guint64, visiting->words + 1);
    for (guint node = 0; node < graph_size(book_graph(visiting->book)); node++)
        if (set[node] != 0)
            bits[node / BITS] |= G_GUINT64_CONSTANT(1) << (node % BITS);
    return bits;
}

static guint64 *ancestors_of(const struct visiting *visiting, guint node)
{
    const struct graph *graph = book_graph(visiting->book);
    g_autofree guint8 *set = graph_set_new(graph);
    graph_add_ancestors(graph, node, set);
    return bits_of(visiting, set);
}

/* What is in `to`, not in `from`, and when given in `only`: into visiting->nodes. */
static guint take_nodes(struct visiting *visiting, const guint64 *from, const guint64 *to,
                        const guint64 *only)
{
    guint count = 0;
    for (guint word = 0; word < visiting->words; word++) {
        guint64 bits =
            to[word] & ~from[word] & (only == NULL ? ~G_GUINT64_CONSTANT(0) : only[word]);
        for (; bits != 0; bits &= bits - 1)
            visiting->nodes[count++] = word * BITS + (guint)__builtin_ctzll(bits);
    }
    return count;
}

static void add_point(struct visiting *visiting, const struct release *release,
                      const struct release *of, guint line)
{
    struct point point = {release, of, line, ancestors_of(visiting, release->node)};
    g_array_append_val(visiting->points, point);
}

static void add_points(struct visiting *visiting, const GPtrArray *releases)
{
    const char *line = "";
    guint number = 0;
    for (guint i = 0; i < releases->len; i++) {
        const struct release *release = g_ptr_array_index(releases, i);
        number += g_str_equal(line, release->line) ? 0 : 1;
        line = release->line;
        for (guint j = 0; release->candidates != NULL && j < release->candidates->len; j++)
            add_point(visiting, g_ptr_array_index(release->candidates, j), release, number);
        add_point(visiting, release, release, number);
    }
}

static bool is_last_candidate(const struct point *point)
{
    const GPtrArray *candidates = point->of->candidates;
    return point->release != point->of && candidates != NULL &&
           g_ptr_array_index(candidates, candidates->len - 1) == point->release;
}

static struct reading *release_reading(const struct release *release, enum reading_ends ends)
{
    struct reading *reading = reading_new();
    reading->window = READING_RELEASE;
    reading->release = g_strdup(release->version);
    reading->ends = ends;
    return reading;
}

static struct reading *range_reading(const struct point *from, const struct point *to)
{
    struct reading *reading = reading_new();
    reading->window = READING_RANGE;
    reading->from = g_strdup(from->release->tag);
    reading->to = g_strdup(to->release->tag);
    return reading;
}

/* How a pair of tags is said, and how far it is from a release since its predecessor. */
struct pair {
    struct reading *reading;
    guint cost;
    enum reading_ends ends;
};

static struct pair name_pair(const struct release_list *list, const struct point *from,
                             const struct point *to)
{
    bool whole = from->release == from->of && visiting_predecessor(list, to->of) == from->of;
    if (whole && to->release == to->of)
        return (struct pair){release_reading(to->of, READING_TAGS), 0, READING_TAGS};
    if (whole && is_last_candidate(to))
        return (struct pair){release_reading(to->of, READING_CANDIDATES), 1, READING_CANDIDATES};
    guint candidates = (from->release != from->of ? 1u : 0u) + (to->release != to->of ? 1u : 0u);
    return (struct pair){range_reading(from, to), (whole ? 1u : 3u) + candidates, READING_TAGS};
}

static char *release_key(const char *version, enum reading_ends ends,
                         enum reading_branches branches)
{
    return g_strdup_printf("%s %d %d", version, ends, branches);
}

/* Tells one range, on one kind of branches. */
static bool tell_range(struct visiting *visiting, const struct release_list *list,
                       const struct pair *pair, enum reading_branches branches,
                       const struct stretch_commits *commits, GError **error)
{
    struct reading *reading = reading_copy(pair->reading);
    reading->branches = branches;
    guint cost = pair->cost + (branches == READING_ANY ? 0 : 2);
    if (reading->window == READING_RANGE)
        return visiting_tell(visiting, reading, cost, NULL, NULL, commits, error);
    const struct release *release = releases_find(list, reading->release, NULL);
    const struct release *before = release == NULL ? NULL : visiting_predecessor(list, release);
    g_autofree char *key = release_key(reading->release, pair->ends, branches);
    g_autofree char *key_before =
        release_key(before == NULL ? "" : before->version, pair->ends, branches);
    return visiting_tell(visiting, reading, cost, key, key_before, commits, error);
}

/* A range on any branch, and on the main one where that is less. */
static bool tell_ranges(struct visiting *visiting, const struct release_list *list,
                        const struct pair *pair, const guint64 *from, const guint64 *to,
                        GError **error)
{
    guint any = take_nodes(visiting, from, to, NULL);
    struct stretch_commits commits = {visiting->nodes, any, NULL, 0, from};
    if (any > 0 && visiting_wants(visiting, READING_ANY) &&
        !tell_range(visiting, list, pair, READING_ANY, &commits, error))
        return false;
    commits.count = take_nodes(visiting, from, to, visiting->main);
    bool asked = visiting->limits->branches && visiting_wants(visiting, READING_MAIN);
    bool less = !visiting->limits->branches && commits.count < any;
    return commits.count == 0 || !(asked || less) ||
           tell_range(visiting, list, pair, READING_MAIN, &commits, error);
}

static bool wanted_release(const struct visiting *visiting, const struct release *release)
{
    const struct reading *asked = visiting->limits->asked;
    return asked->window != READING_RELEASE || g_str_equal(asked->release, release->version);
}

static bool visit_pair(struct visiting *visiting, const struct release_list *list,
                       const struct point *from, const struct point *to, GError **error)
{
    if (from->line + 1 < to->line && visiting_predecessor(list, to->of) != from->release)
        return true;
    struct pair pair = name_pair(list, from, to);
    bool done = (visiting->beside && pair.reading->window == READING_RANGE) ||
                tell_ranges(visiting, list, &pair, from->ancestors, to->ancestors, error);
    reading_free(pair.reading);
    return done;
}

/* What the release that was asked for grew from. */
static bool is_base(const struct visiting *visiting, const struct release_list *list,
                    const struct release *release)
{
    const struct reading *asked = visiting->limits->asked;
    const struct release *of =
        asked->window == READING_RELEASE ? releases_find(list, asked->release, NULL) : NULL;
    return of != NULL && visiting_predecessor(list, of) == release;
}

/* All that led to a release that has none before it. */
static bool visit_first(struct visiting *visiting, const struct release_list *list,
                        const struct point *to, GError **error)
{
    if (to->release != to->of || to->of->candidates == NULL ||
        visiting_predecessor(list, to->of) != NULL)
        return true;
    struct pair pair = {release_reading(to->of, READING_TAGS), 0, READING_TAGS};
    bool done = tell_ranges(visiting, list, &pair, visiting->nothing, to->ancestors, error);
    reading_free(pair.reading);
    return done;
}

static bool visit_pairs(struct visiting *visiting, const struct release_list *list, GError **error)
{
    for (guint i = 0; i < visiting->points->len; i++) {
        const struct point *to = &g_array_index(visiting->points, struct point, i);
        bool asked = wanted_release(visiting, to->of) || wanted_release(visiting, to->release);
        visiting->beside = !asked && is_base(visiting, list, to->of);
        if ((asked || visiting->beside) && !visit_first(visiting, list, to, error))
            return false;
        for (guint j = 0; j < i && (asked || visiting->beside); j++)
            if (!visit_pair(visiting, list, &g_array_index(visiting->points, struct point, j), to,
                            error))
                return false;
    }
    return true;
}

static bool visit_forks(struct visiting *visiting, const struct release_list *list, GError **error)
{
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        const struct release *before = visiting_predecessor(list, release);
        if (before == NULL || release->fork < 0 || before->fork < 0 ||
            release->fork == before->fork)
            continue;
        visiting->beside = !wanted_release(visiting, release);
        if (visiting->beside && !is_base(visiting, list, release))
            continue;
        guint64 *from = ancestors_of(visiting, (guint)before->fork);
        g_ptr_array_add(visiting->forks, from);
        g_autofree guint64 *to = ancestors_of(visiting, (guint)release->fork);
        struct pair pair = {release_reading(release, READING_FORKS), 1, READING_FORKS};
        bool done = tell_ranges(visiting, list, &pair, from, to, error);
        reading_free(pair.reading);
        if (!done)
            return false;
    }
    return true;
}

/* From a name, or from the start, to a name. */
static bool visit_named(struct visiting *visiting, const char *from, const char *to,
                        const guint64 *from_set, const guint64 *to_set, GError **error)
{
    struct reading *reading = reading_new();
    reading->window = READING_RANGE;
    reading->from = g_strdup(from);
    reading->to = g_strdup(to);
    struct pair pair = {reading, 2, READING_TAGS};
    bool done = tell_ranges(visiting, NULL, &pair, from_set, to_set, error);
    reading_free(reading);
    return done;
}

/* The newest release that a branch holds. */
static const struct point *newest_on(const struct visiting *visiting, const guint64 *tip)
{
    for (guint i = visiting->released; i-- > 0;) {
        const struct point *point = &g_array_index(visiting->points, struct point, i);
        guint node = point->release->node;
        if (point->release == point->of &&
            (tip[node / BITS] & (G_GUINT64_CONSTANT(1) << (node % BITS))) != 0)
            return point;
    }
    return NULL;
}

static const struct point *first_of_line(const struct visiting *visiting, const struct point *like)
{
    for (guint i = 0; i < visiting->released; i++) {
        const struct point *point = &g_array_index(visiting->points, struct point, i);
        if (point->release == point->of && point->line == like->line)
            return point;
    }
    return like;
}

/* All that led to the first release of each line. */
static bool visit_wholes(struct visiting *visiting, GError **error)
{
    for (guint i = 0; i < visiting->released; i++) {
        const struct point *to = &g_array_index(visiting->points, struct point, i);
        if (first_of_line(visiting, to) == to &&
            !visit_named(visiting, NULL, to->release->tag, visiting->nothing, to->ancestors, error))
            return false;
    }
    return true;
}

/* What a stable branch has had since it left the main one, since its first release and since its
 * newest. */
static bool visit_branch(struct visiting *visiting, const struct book_ref *ref, GError **error)
{
    const char *main = book_main_branch(visiting->book);
    guint64 *tip = ancestors_of(visiting, ref->node);
    g_ptr_array_add(visiting->forks, tip);
    const struct point *newest = newest_on(visiting, tip);
    const struct point *first = newest == NULL ? NULL : first_of_line(visiting, newest);
    if (*main != '\0' && !visit_named(visiting, main, ref->name, visiting->main, tip, error))
        return false;
    if (newest != NULL && newest != first &&
        !visit_named(visiting, newest->release->tag, ref->name, newest->ancestors, tip, error))
        return false;
    return first == NULL ||
           visit_named(visiting, first->release->tag, ref->name, first->ancestors, tip, error);
}

static bool visit_branches(struct visiting *visiting, GError **error)
{
    const GArray *refs = book_refs(visiting->book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (!ref->tag && book_is_stable(visiting->book, ref) && !visit_branch(visiting, ref, error))
            return false;
    }
    return true;
}

static bool visit_releases(struct visiting *visiting, GError **error)
{
    const struct release_list *list = book_releases(visiting->book, error);
    if (list == NULL)
        return false;
    add_points(visiting, list->releases);
    visiting->released = visiting->points->len;
    add_points(visiting, list->upcoming);
    if (!visit_pairs(visiting, list, error) || !visit_forks(visiting, list, error))
        return false;
    visiting->beside = false;
    return visiting->limits->asked->window == READING_RELEASE ||
           (visit_wholes(visiting, error) && visit_branches(visiting, error));
}

static bool visit_range(struct visiting *visiting, GError **error)
{
    g_autoptr(Reading) reading = reading_copy(visiting->limits->asked);
    if (!range_resolve(visiting->book, reading, error))
        return false;
    g_autofree guint8 *from_set = range_set_before(visiting->book, reading, error);
    g_autofree guint8 *set = from_set == NULL ? NULL : range_set(visiting->book, reading, error);
    if (set == NULL)
        return false;
    g_autofree guint64 *from = bits_of(visiting, from_set);
    g_autofree guint64 *to = bits_of(visiting, set);
    struct pair pair = {reading_copy(visiting->limits->asked), 0, READING_TAGS};
    bool done = true;
    if (visiting->limits->branches) {
        struct stretch_commits commits = {visiting->nodes, take_nodes(visiting, from, to, NULL),
                                          NULL, 0, from};
        done = tell_range(visiting, NULL, &pair, reading->branches, &commits, error);
    } else {
        done = tell_ranges(visiting, NULL, &pair, from, to, error);
    }
    reading_free(pair.reading);
    return done;
}

static bool load_main(struct visiting *visiting, GError **error)
{
    g_autoptr(Reading) reading = reading_new();
    g_autofree guint8 *set = range_set(visiting->book, reading, error);
    if (set == NULL)
        return false;
    visiting->main = bits_of(visiting, set);
    return true;
}

static bool visit_all(struct visiting *visiting, GError **error)
{
    const struct reading *asked = visiting->limits->asked;
    bool dated = asked->since != READING_OPEN_START || asked->until != READING_OPEN_END;
    if (!load_main(visiting, error))
        return false;
    if (asked->window == READING_RANGE)
        return visit_range(visiting, error);
    return (dated || visit_releases(visiting, error)) &&
           (asked->window == READING_RELEASE || calendar_visit(visiting, error));
}

GArray *stretches_visit(struct book *book, const struct stretch_limits *limits,
                        stretch_visitor visit, void *user, GError **error)
{
    guint size = graph_size(book_graph(book));
    struct visiting visiting = {
        .book = book,
        .limits = limits,
        .visit = visit,
        .user = user,
        .stretches = g_array_new(FALSE, FALSE, sizeof(struct stretch)),
        .places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .points = g_array_new(FALSE, FALSE, sizeof(struct point)),
        .forks = g_ptr_array_new_with_free_func(g_free),
        .nodes = g_new(guint, size + 1),
        .words = (size + BITS - 1) / BITS,
    };
    visiting.nothing = g_new0(guint64, visiting.words + 1);
    g_array_set_clear_func(visiting.stretches, clear_stretch);
    g_array_set_clear_func(visiting.points, clear_point);
    bool done = visit_all(&visiting, error);
    g_hash_table_unref(visiting.places);
    g_array_unref(visiting.points);
    g_ptr_array_unref(visiting.forks);
    g_free(visiting.main);
    g_free(visiting.nothing);
    g_free(visiting.nodes);
    if (done)
        return visiting.stretches;
    g_array_unref(visiting.stretches);
    return NULL;
}
