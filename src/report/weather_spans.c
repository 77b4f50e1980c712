#include "explain.h"
#include "growth.h"
#include "neighbours.h"
#include "weather_parts.h"

#define NAMED_EMPLOYERS 6

/* What a report says first, and by which figure it is explained. */
static const struct {
    struct claim claim;
    const char *name;
    bool growth; /* only where there is a window to compare with */
} headlines[] = {
    {{CLAIM_COUNT, FIGURE_COMMITS}, "Commits", false},
    {{CLAIM_GROWTH, FIGURE_COMMITS}, "Growth of commits", true},
    {{CLAIM_COUNT, FIGURE_PEOPLE}, "People", false},
    {{CLAIM_COUNT, FIGURE_EMPLOYERS}, "Employers", false},
    {{CLAIM_TOP_SIX, FIGURE_COMMITS}, "Share of the top six", false},
    {{CLAIM_AVERAGE, FIGURE_COMMITS}, "Average growth, 3 years", true},
};

static void set_number(json_t *row, const char *key, struct claim claim, double value)
{
    g_autofree char *name = g_strconcat(key, claim_is_percent(claim) ? "_percent" : "", NULL);
    json_object_set_new(row, name, claim_json(claim, value));
}

static json_t *row_new(const char *name, struct claim claim, double value, double lowest,
                       double highest, const char *flips)
{
    g_autofree char *figure = claim_name(claim);
    json_t *row = json_pack("{s:s, s:s, s:s?}", "name", name, "figure", figure, "flips", flips);
    set_number(row, "value", claim, value);
    set_number(row, "lowest", claim, lowest);
    set_number(row, "highest", claim, highest);
    return row;
}

/* The days that the report compares with are those a growth would compare with. */
static bool comparable(const struct weather_plan *plan, const struct reading *subject)
{
    if (plan->against == WEATHER_NO_WINDOW)
        return false;
    g_autoptr(Reading) before = claims_before(plan->book, subject, NULL);
    const struct reading *against = selection_reading(plan->selection, plan->against);
    return before != NULL && before->since == against->since && before->until == against->until;
}

/* A headline that cannot be counted at all, such as a growth from nothing, has no row. */
static void add_headline(const struct weather_plan *plan, const struct reading *subject,
                         struct claim claim, const char *name, json_t *rows)
{
    g_autoptr(Explanation) explanation = explain(plan->book, claim, subject, NULL);
    if (explanation == NULL)
        return;
    const struct explained *first = g_ptr_array_index(explanation->readings, 0);
    json_array_append_new(rows, row_new(name, claim, first->value, explanation->lowest,
                                        explanation->highest, explanation->flips ? "sign" : NULL));
}

/* An employer's share and rank over all readings. */
struct standing {
    const char *name;
    gint64 who;
    double value, lowest, highest;
    guint rank, best, worst;
};

static gint64 all_commits(const GArray *contributors)
{
    gint64 sum = 0;
    for (guint i = 0; i < contributors->len; i++)
        sum += g_array_index(contributors, struct contributor, i).value[FIGURE_COMMITS];
    return sum;
}

/* Employers come by commits, groups of people without one among them. Who is not there is last. */
static void stand(const GArray *contributors, gint64 who, double *ret_share, guint *ret_rank)
{
    *ret_share = 0;
    *ret_rank = 1;
    for (guint i = 0; i < contributors->len; i++) {
        const struct contributor *one = &g_array_index(contributors, struct contributor, i);
        if (one->who == who) {
            *ret_share = share_percent(one->value[FIGURE_COMMITS], all_commits(contributors));
            return;
        }
        *ret_rank += one->who > 0 ? 1 : 0;
    }
}

static void compare(const GArray *contributors, GArray *standings)
{
    for (guint i = 0; i < standings->len; i++) {
        struct standing *standing = &g_array_index(standings, struct standing, i);
        double share = 0;
        guint rank = 0;
        stand(contributors, standing->who, &share, &rank);
        standing->lowest = MIN(standing->lowest, share);
        standing->highest = MAX(standing->highest, share);
        standing->best = MIN(standing->best, rank);
        standing->worst = MAX(standing->worst, rank);
    }
}

static GArray *standings_new(const struct book *book, const GArray *contributors)
{
    GArray *standings = g_array_new(FALSE, TRUE, sizeof(struct standing));
    for (guint i = 0; i < contributors->len && standings->len < NAMED_EMPLOYERS; i++) {
        const struct contributor *one = &g_array_index(contributors, struct contributor, i);
        if (one->who < 0 || one->value[FIGURE_COMMITS] == 0)
            continue;
        struct standing standing = {.name = book_employer_name(book, one->who), .who = one->who};
        stand(contributors, one->who, &standing.value, &standing.rank);
        standing.lowest = standing.highest = standing.value;
        standing.best = standing.worst = standing.rank;
        g_array_append_val(standings, standing);
    }
    return standings;
}

/* The subject and its neighbours as windows of one selection. */
static bool fill(struct selection *selection, const struct reading *subject, GError **error)
{
    g_autoptr(GPtrArray) neighbours =
        neighbours_of(subject, NEIGHBOUR_MERGES | NEIGHBOUR_EMPLOYERS);
    guint window = 0;
    if (!selection_add(selection, subject, &window, error))
        return false;
    for (guint i = 0; i < neighbours->len; i++) {
        const struct neighbour *neighbour = g_ptr_array_index(neighbours, i);
        /* Such as no fork, no candidate, no stable branch. */
        selection_add(selection, neighbour->reading, &window, NULL);
    }
    return selection_fill(selection, 0, error);
}

static void add_standings(const GArray *standings, json_t *rows)
{
    static const struct claim share = {CLAIM_SHARE, FIGURE_COMMITS};
    for (guint i = 0; i < standings->len; i++) {
        const struct standing *one = &g_array_index(standings, struct standing, i);
        json_t *row = row_new(one->name, share, one->value, one->lowest, one->highest,
                              one->best == one->worst ? NULL : "rank");
        json_object_set_new(row, "rank", json_integer(one->rank));
        json_object_set_new(row, "best_rank", json_integer(one->best));
        json_object_set_new(row, "worst_rank", json_integer(one->worst));
        json_array_append_new(rows, row);
    }
}

static bool add_employers(const struct weather_plan *plan, const struct reading *subject,
                          json_t *rows, GError **error)
{
    g_autoptr(Selection) selection = selection_new(plan->book);
    g_autoptr(GArray) standings = NULL;
    if (!fill(selection, subject, error))
        return false;
    for (guint window = 0; window < selection_count(selection); window++) {
        g_autoptr(GArray) contributors = figures_contributors(
            selection, window, FIGURES_BY_EMPLOYER, FIGURE_BIT(FIGURE_COMMITS), error);
        if (contributors == NULL)
            return false;
        if (standings == NULL)
            standings = standings_new(plan->book, contributors);
        if (all_commits(contributors) > 0)
            compare(contributors, standings);
    }
    add_standings(standings, rows);
    return true;
}

bool weather_add_spans(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    json_t *rows = json_array(), *employers = json_array();
    /* Counting again empties the tables that the plan's readings stand on, not the readings. */
    g_autoptr(Reading) subject = reading_copy(selection_reading(plan->selection, plan->subject));
    bool growth = comparable(plan, subject);
    for (gsize i = 0; i < G_N_ELEMENTS(headlines); i++)
        if (!headlines[i].growth || growth)
            add_headline(plan, subject, headlines[i].claim, headlines[i].name, rows);
    bool done = add_employers(plan, subject, employers, error);
    json_object_set_new(
        report, "spans",
        json_pack("{s:{s:o}, s:{s:o}}", "headlines", "rows", rows, "employers", "rows", employers));
    return done;
}
