#include "reproduce.h"

#include "as_of.h"
#include "fault.h"
#include "growth.h"
#include "range.h"
#include "tally.h"

#include <math.h>

#define YEARS 3  /* of an average */
#define JOINED 2 /* with employers that count as another, and without */

/* A stretch that was visited, by what it counts. */
struct counted {
    struct tally_counts counts[JOINED];
    guint64 content; /* of its commits: equal for equal sets */
};

struct searching {
    const struct reproduce_request *request;
    struct book *book;
    struct tally *tallies[JOINED];
    guint joined; /* how many of them there are */
    GArray *counted;
    bool newcomers;
    GHashTable *known; /* a range's ancestors -> struct tally_known */
};

/* One reading among all: a stretch and its rules. */
struct hit {
    guint stretch;
    struct tally_rule rule;
    guint joined;
    struct merit merit;
};

/* Equal sets have equal sums. */
static guint64 content_of(const struct stretch_commits *commits)
{
    guint64 sum = commits->count;
    for (guint i = 0; i < commits->count; i++) {
        guint64 mixed = (commits->nodes[i] + 1) * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15);
        sum += (mixed ^ (mixed >> 29)) * G_GUINT64_CONSTANT(0xBF58476D1CE4E5B9);
    }
    return sum;
}

static void free_known(gpointer pointer)
{
    tally_known_clear(pointer);
    g_free(pointer);
}

static struct tally_known *make_known(const struct searching *searching,
                                      const struct stretch_commits *commits)
{
    const struct tally *tally = searching->tallies[0];
    struct tally_known *known = g_new0(struct tally_known, 1);
    tally_known_init(tally, known);
    for (guint i = 0; i < commits->earlier_count; i++)
        tally_known_add(tally, known, commits->earlier[i]);
    guint size = graph_size(book_graph(searching->book));
    for (guint node = 0; commits->ancestors != NULL && node < size; node++)
        if ((commits->ancestors[node / 64] >> (node % 64) & 1) != 0)
            tally_known_add(tally, known, node);
    return known;
}

/* Ranges with one start share who was known before. */
static struct tally_known *known_before(struct searching *searching,
                                        const struct stretch_commits *commits)
{
    gconstpointer key = commits->ancestors;
    struct tally_known *known = key == NULL ? NULL : g_hash_table_lookup(searching->known, key);
    if (known != NULL)
        return known;
    known = make_known(searching, commits);
    /* A key of its own where nothing is shared: it is kept to the end all the same. */
    g_hash_table_insert(searching->known, key == NULL ? known : (gpointer)(guintptr)key, known);
    return known;
}

static bool visit(const struct stretch *stretch, const struct stretch_commits *commits, void *user,
                  GError **error)
{
    struct searching *searching = user;
    struct counted counted = {.content = content_of(commits)};
    (void)stretch, (void)error;
    const struct tally_known *known =
        searching->newcomers ? known_before(searching, commits) : NULL;
    for (guint i = 0; i < searching->joined; i++)
        tally_count(searching->tallies[i], commits->nodes, commits->count, known,
                    &counted.counts[i]);
    g_array_append_val(searching->counted, counted);
    return true;
}

static const struct counted *counted_at(const struct searching *searching, guint stretch)
{
    return &g_array_index(searching->counted, struct counted, stretch);
}

/* The growth of a stretch; false without a base. */
static bool grown(const struct searching *searching, const GArray *stretches, const struct hit *hit,
                  enum figure figure, guint at, double *ret_percent)
{
    gint before = g_array_index(stretches, struct stretch, at).before;
    return before >= 0 &&
           growth_percent(
               tally_figure(&counted_at(searching, (guint)before)->counts[hit->joined], figure,
                            hit->rule),
               tally_figure(&counted_at(searching, at)->counts[hit->joined], figure, hit->rule),
               ret_percent);
}

static bool averaged(const struct searching *searching, const GArray *stretches,
                     const struct hit *hit, double *ret_mean)
{
    const struct reading *own = g_array_index(stretches, struct stretch, hit->stretch).reading;
    double percents[YEARS];
    gint at = (gint)hit->stretch;
    if (own->window != READING_DATES || own->until == READING_OPEN_END ||
        as_of_months_before(own->until, 12) != own->since)
        return false;
    for (guint i = 0; i < YEARS; i++) {
        if (at < 0 || !grown(searching, stretches, hit, FIGURE_COMMITS, (guint)at, &percents[i]))
            return false;
        at = g_array_index(stretches, struct stretch, at).before;
    }
    return growth_mean(percents, YEARS, ret_mean);
}

/* What a reading gives for a claim; false when it gives nothing. */
static bool value_of(const struct searching *searching, const GArray *stretches,
                     const struct hit *hit, struct claim claim, double *ret_value)
{
    const struct tally_counts *counts = &counted_at(searching, hit->stretch)->counts[hit->joined];
    guint merges = hit->rule.merges ? 1 : 0;
    if (claim.kind == CLAIM_GROWTH)
        return grown(searching, stretches, hit, claim.figure, hit->stretch, ret_value);
    if (claim.kind == CLAIM_AVERAGE)
        return averaged(searching, stretches, hit, ret_value);
    if (claim.kind == CLAIM_COUNT) {
        *ret_value = (double)tally_figure(counts, claim.figure, hit->rule);
        return true;
    }
    *ret_value =
        share_percent(claim.kind == CLAIM_SHARE ? counts->commits[merges] : counts->top_six[merges],
                      counts->whole[merges]);
    return counts->whole[merges] > 0;
}

/* All values; false when one is missing. */
static bool values_of(const struct searching *searching, const GArray *stretches,
                      const struct hit *hit, double *ret_values)
{
    for (guint i = 0; i < searching->request->count; i++)
        if (!value_of(searching, stretches, hit, searching->request->printed[i].claim,
                      &ret_values[i]))
            return false;
    return true;
}

static void measure(const struct reproduce_request *request, const double *values, struct hit *hit)
{
    for (guint i = 0; i < request->count; i++) {
        double distance = printed_distance(&request->printed[i], values[i]);
        hit->merit.misses += distance > 0 ? 1 : 0;
        hit->merit.distance += 100 * distance / MAX(fabs(request->printed[i].value), 1);
    }
}

/* A rule that is not the usual one must make a difference, or have been asked for. */
static bool matters(const struct searching *searching, const GArray *stretches,
                    const struct hit *hit, const struct hit *usual, const double *values)
{
    g_autofree double *others = g_new0(double, searching->request->count);
    if (!values_of(searching, stretches, usual, others))
        return true;
    (void)hit;
    for (guint i = 0; i < searching->request->count; i++)
        if (fabs(others[i] - values[i]) > 0)
            return true;
    return false;
}

static bool each_rule_matters(const struct searching *searching, const GArray *stretches,
                              const struct hit *hit, const double *values)
{
    const struct reproduce_request *request = searching->request;
    struct hit merges = *hit, renames = *hit, people = *hit, joined = *hit;
    merges.rule.merges = false;
    renames.rule.renames = true;
    people.rule.raw = false;
    joined.joined = 0;
    return (!hit->rule.merges || request->merges ||
            matters(searching, stretches, hit, &merges, values)) &&
           (hit->rule.renames || request->renames ||
            matters(searching, stretches, hit, &renames, values)) &&
           (!hit->rule.raw || request->people ||
            matters(searching, stretches, hit, &people, values)) &&
           (hit->joined == 0 || matters(searching, stretches, hit, &joined, values));
}

/* Which rules one bit each of `number` stands for; false when the command line says otherwise. */
static bool rule_of(const struct searching *searching, guint number, struct hit *hit)
{
    const struct reproduce_request *request = searching->request;
    hit->rule.merges = (number & 1) != 0;
    hit->rule.renames = (number & 2) == 0;
    hit->rule.raw = (number & 4) != 0;
    hit->joined = (number & 8) != 0 ? 1 : 0;
    hit->merit.cost = (guint)__builtin_popcount(number);
    return hit->joined < searching->joined &&
           (!request->merges || hit->rule.merges == request->asked->merges) &&
           (!request->renames || hit->rule.renames == request->asked->renames) &&
           (!request->people || hit->rule.raw == (request->asked->people == READING_RAW));
}

#define RULES 16

static void weigh(const struct searching *searching, const GArray *stretches, guint stretch,
                  GArray *hits)
{
    const struct stretch *one = &g_array_index(stretches, struct stretch, stretch);
    g_autofree double *values = g_new0(double, searching->request->count);
    for (guint number = 0; number < RULES && !one->beside; number++) {
        struct hit hit = {.stretch = stretch};
        if (counted_at(searching, stretch)->counts[0].whole[1] == 0 ||
            !rule_of(searching, number, &hit) || !values_of(searching, stretches, &hit, values) ||
            !each_rule_matters(searching, stretches, &hit, values))
            continue;
        hit.merit.cost += one->cost;
        measure(searching->request, values, &hit);
        g_array_append_val(hits, hit);
    }
}

static int compare_hits(const void *a, const void *b)
{
    const struct hit *left = a, *right = b;
    int order = merit_compare(&left->merit, &right->merit);
    return order != 0 ? order : (left->stretch > right->stretch) - (left->stretch < right->stretch);
}

static char *identity_of(const struct searching *searching, const struct hit *hit)
{
    return g_strdup_printf("%" G_GINT64_MODIFIER "x %d %d %d %u",
                           counted_at(searching, hit->stretch)->content, hit->rule.merges,
                           hit->rule.renames, hit->rule.raw, hit->joined);
}

static void free_reproduced(gpointer pointer)
{
    struct reproduced *reproduced = pointer;
    reading_free(reproduced->reading);
    g_free(reproduced->values);
    g_free(reproduced);
}

static struct reproduced *reproduced_new(const struct searching *searching, const GArray *stretches,
                                         const struct hit *hit, GError **error)
{
    const struct reading *asked = searching->request->asked;
    g_autoptr(Reading) reading =
        reading_copy(g_array_index(stretches, struct stretch, hit->stretch).reading);
    reading->merges = hit->rule.merges;
    reading->renames = hit->rule.renames;
    reading->people = hit->rule.raw ? READING_RAW : READING_MAILMAP;
    g_free(reading->employer);
    reading->employer = g_strdup(asked->employer);
    reading->monsters = asked->monsters;
    g_strfreev(reading->joins);
    reading->as_of = asked->as_of;
    reading->joins = hit->joined > 0 ? g_strdupv(asked->joins) : NULL;
    if (!range_resolve(searching->book, reading, error))
        return NULL;
    struct reproduced *reproduced = g_new0(struct reproduced, 1);
    reproduced->reading = g_steal_pointer(&reading);
    reproduced->values = g_new0(double, searching->request->count);
    values_of(searching, stretches, hit, reproduced->values);
    reproduced->merit = hit->merit;
    return reproduced;
}

/* The first `most`, each set of commits once for each rule. */
static GPtrArray *best(const struct searching *searching, const GArray *stretches,
                       const GArray *hits, guint most, guint *ret_exact, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(free_reproduced);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    *ret_exact = 0;
    for (guint i = 0; i < hits->len; i++) {
        const struct hit *hit = &g_array_index(hits, struct hit, i);
        bool exact = hit->merit.misses == 0;
        if (list->len >= most && !exact)
            break;
        if (!g_hash_table_add(seen, identity_of(searching, hit)))
            continue;
        *ret_exact += exact ? 1 : 0;
        if (list->len >= most)
            continue;
        struct reproduced *reproduced = reproduced_new(searching, stretches, hit, error);
        if (reproduced == NULL)
            return NULL;
        g_ptr_array_add(list, reproduced);
    }
    return g_steal_pointer(&list);
}

static bool check(const struct reproduce_request *request, guint mask, GError **error)
{
    const struct reading *asked = request->asked;
    if (asked->path != NULL || asked->component != NULL)
        return fault_raise(error, FAULT_USAGE, "reproduce searches whole commits: leave out --%s",
                           asked->path != NULL ? "path" : "component");
    if (asked->people == READING_EMPLOYER)
        return fault_raise(error, FAULT_USAGE,
                           "--people employer is the figure employers: ask for that");
    if (asked->employer != NULL && (mask & FIGURE_CREDITS) != 0)
        return fault_raise(error, FAULT_USAGE,
                           "reviews, acks, tests and reports that an employer's people gave cannot "
                           "be searched: leave out --employer, or ask barograph figure");
    for (guint i = 0; i < request->count; i++)
        if (request->printed[i].claim.kind == CLAIM_SHARE && asked->employer == NULL)
            return fault_raise(error, FAULT_USAGE, "whose share? say it with --employer");
    return true;
}

static bool load_tallies(struct searching *searching, guint mask, GError **error)
{
    const struct reading *asked = searching->request->asked;
    bool top_six = false;
    for (guint i = 0; i < searching->request->count; i++)
        top_six |= searching->request->printed[i].claim.kind == CLAIM_TOP_SIX;
    searching->joined = asked->joins == NULL || asked->joins[0] == NULL ? 1 : JOINED;
    /* Joins may make new employers, which the search without them must know as well. */
    for (guint i = searching->joined; i-- > 0;) {
        const char *const *joins = i == 0 ? NULL : (const char *const *)asked->joins;
        searching->tallies[i] =
            tally_new(searching->book, mask, top_six, asked->employer, joins, error);
        if (searching->tallies[i] == NULL ||
            (!asked->monsters && !tally_drop_monsters(searching->tallies[i], error)))
            return false;
    }
    return true;
}

static GPtrArray *search(struct searching *searching, guint most, guint *ret_exact, GError **error)
{
    const struct reproduce_request *request = searching->request;
    struct stretch_limits limits = {request->asked, request->branches, request->date};
    g_autoptr(GArray) stretches =
        stretches_visit(searching->book, &limits, visit, searching, error);
    if (stretches == NULL)
        return NULL;
    g_autoptr(GArray) hits = g_array_new(FALSE, FALSE, sizeof(struct hit));
    for (guint i = 0; i < stretches->len; i++)
        weigh(searching, stretches, i, hits);
    g_array_sort(hits, compare_hits);
    return best(searching, stretches, hits, most, ret_exact, error);
}

GPtrArray *reproduce_find(struct book *book, const struct reproduce_request *request, guint most,
                          guint *ret_exact, GError **error)
{
    struct searching searching = {.request = request, .book = book};
    GPtrArray *found = NULL;
    guint mask = 0;
    for (guint i = 0; i < request->count; i++)
        mask |= FIGURE_BIT(request->printed[i].claim.figure);
    if (!check(request, mask, error))
        return NULL;
    searching.newcomers = (mask & FIGURE_BIT(FIGURE_NEWCOMERS)) != 0;
    searching.counted = g_array_new(FALSE, FALSE, sizeof(struct counted));
    searching.known = g_hash_table_new_full(NULL, NULL, NULL, free_known);
    if (load_tallies(&searching, mask, error))
        found = search(&searching, most, ret_exact, error);
    for (guint i = 0; i < JOINED; i++)
        tally_free(searching.tallies[i]);
    g_hash_table_unref(searching.known);
    g_array_unref(searching.counted);
    return found;
}
