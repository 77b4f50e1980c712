#include "clock.h"
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
};

/* What is being put together: the neighbouring readings in the order they came up, and rows whose
 * `cells` still go by their names. */
struct grid {
    GPtrArray *whats; /* char * */
    json_t *headlines, *employers;
};

static void grid_note(struct grid *grid, const char *what)
{
    if (!g_ptr_array_find_with_equal_func(grid->whats, what, g_str_equal, NULL))
        g_ptr_array_add(grid->whats, g_strdup(what));
}

static void set_number(json_t *row, const char *key, struct claim claim, double value)
{
    g_autofree char *name = g_strconcat(key, claim_is_percent(claim) ? "_percent" : "", NULL);
    json_object_set_new(row, name, claim_json(claim, value));
}

/* Takes the cells: what -> a number, or null where there is none. */
static json_t *row_new(const char *name, struct claim claim, double value, double lowest,
                       double highest, const char *flips, json_t *cells)
{
    g_autofree char *figure = claim_name(claim);
    json_t *row = json_pack("{s:s, s:s, s:s?, s:o}", "name", name, "figure", figure, "flips", flips,
                            "cells", cells);
    set_number(row, "value", claim, value);
    set_number(row, "lowest", claim, lowest);
    set_number(row, "highest", claim, highest);
    return row;
}

static json_t *cell_json(const json_t *row, const char *what)
{
    const json_t *percent = json_object_get(row, "value_percent");
    const json_t *own = percent != NULL ? percent : json_object_get(row, "value");
    const json_t *cell = json_object_get(json_object_get(row, "cells"), what);
    /* A rule that a figure does not depend on has no cell: the figure stays as it is. */
    const json_t *shown = cell != NULL ? cell : own;
    return json_pack("{s:O}", percent != NULL ? "cell_percent" : "cell", shown);
}

static void order_cells(json_t *rows, const GPtrArray *whats)
{
    for (gsize i = 0; i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i), *cells = json_array();
        for (guint at = 0; at < whats->len; at++)
            json_array_append_new(cells, cell_json(row, g_ptr_array_index(whats, at)));
        json_object_set_new(row, "cells", cells);
    }
}

static json_t *by_json(const GPtrArray *whats)
{
    json_t *by = json_array();
    for (guint i = 0; i < whats->len; i++) {
        g_autofree char *letter = g_strdup_printf("%c", (int)('a' + i % 26));
        json_array_append_new(by, json_pack("{s:s, s:s}", "letter", letter, "what",
                                            (const char *)g_ptr_array_index(whats, i)));
    }
    return by;
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

static json_t *explained_cells(struct grid *grid, const struct explanation *explanation)
{
    json_t *cells = json_object();
    for (guint i = 1; i < explanation->readings->len; i++) {
        const struct explained *one = g_ptr_array_index(explanation->readings, i);
        if (one->reading->people == READING_EMPLOYER)
            continue; /* no other count of the same */
        grid_note(grid, one->what);
        json_object_set_new(cells, one->what,
                            one->reason != NULL ? json_null()
                                                : claim_json(explanation->claim, one->value));
    }
    return cells;
}

/* A headline that cannot be counted at all, such as a growth from nothing, has no row. */
static void add_headline(struct grid *grid, const struct weather_plan *plan,
                         const struct reading *subject, struct claim claim, const char *name)
{
    g_autoptr(Explanation) explanation = explain(plan->book, claim, subject, NULL);
    if (explanation == NULL)
        return;
    const struct explained *first = g_ptr_array_index(explanation->readings, 0);
    json_array_append_new(grid->headlines,
                          row_new(name, claim, first->value, explanation->lowest,
                                  explanation->highest, explanation->flips ? "sign" : NULL,
                                  explained_cells(grid, explanation)));
}

/* The last full year of the report, whose average stands under its years; NULL: there is none. */
static struct reading *last_year(const struct weather_plan *plan, int *ret_year)
{
    int last = plan->first_year + (int)plan->years - 1;
    if (plan->as_of < clock_day(last + 1, 1, 1))
        last--;
    if (plan->years == 0 || last < plan->first_year)
        return NULL;
    guint window = plan->first_year_window + (guint)(last - plan->first_year);
    *ret_year = last;
    return reading_copy(selection_reading(plan->selection, window));
}

static void add_average(struct grid *grid, const struct weather_plan *plan,
                        const struct reading *year, int last)
{
    static const struct claim average = {CLAIM_AVERAGE, FIGURE_COMMITS};
    g_autofree char *name = g_strdup_printf("Yearly growth %d to %d", last - 2, last);
    if (year != NULL)
        add_headline(grid, plan, year, average, name);
}

static gint64 all_commits(const GArray *contributors)
{
    gint64 sum = 0;
    for (guint i = 0; i < contributors->len; i++)
        sum += g_array_index(contributors, struct contributor, i).value[FIGURE_COMMITS];
    return sum;
}

/* One employer's share and rank, or the share of several together, over all readings. */
struct standing {
    const char *name;
    gint64 who;    /* 0: those of `together` */
    json_t *cells; /* owned until it is in a row */
    double value, lowest, highest;
    guint rank, best, worst;
};

static bool belongs(const struct standing *standing, const struct contributor *one,
                    const GArray *together)
{
    if (standing->who != 0)
        return one->who == standing->who;
    for (guint i = 0; i < together->len; i++)
        if (g_array_index(together, gint64, i) == one->who)
            return true;
    return false;
}

/* Employers come by commits, groups of people without one among them. Who is not there is last. */
static double stand(const struct standing *standing, const GArray *contributors,
                    const GArray *together, guint *ret_rank)
{
    gint64 own = 0;
    guint rank = 1;
    bool found = false;
    for (guint i = 0; i < contributors->len; i++) {
        const struct contributor *one = &g_array_index(contributors, struct contributor, i);
        bool here = belongs(standing, one, together);
        own += here ? one->value[FIGURE_COMMITS] : 0;
        found = found || here;
        rank += one->who > 0 && !found ? 1 : 0;
    }
    *ret_rank = rank;
    return share_percent(own, all_commits(contributors));
}

static void compare(const GArray *contributors, const char *what, const GArray *together,
                    GArray *standings)
{
    for (guint i = 0; i < standings->len; i++) {
        struct standing *standing = &g_array_index(standings, struct standing, i);
        guint rank = 0;
        if (all_commits(contributors) == 0) {
            json_object_set_new(standing->cells, what, json_null());
            continue;
        }
        double share = stand(standing, contributors, together, &rank);
        json_object_set_new(standing->cells, what, json_real(share));
        standing->lowest = MIN(standing->lowest, share);
        standing->highest = MAX(standing->highest, share);
        standing->best = MIN(standing->best, rank);
        standing->worst = MAX(standing->worst, rank);
    }
}

static void add_standing(GArray *standings, const GArray *contributors, const GArray *together,
                         const char *name, gint64 who)
{
    struct standing standing = {.name = name, .who = who, .cells = json_object()};
    standing.value = stand(&standing, contributors, together, &standing.rank);
    standing.lowest = standing.highest = standing.value;
    standing.best = standing.worst = standing.rank;
    g_array_append_val(standings, standing);
}

/* The largest employers, and those that were named together. */
static GArray *standings_new(const struct book *book, const GArray *contributors,
                             const GArray *together)
{
    GArray *standings = g_array_new(FALSE, TRUE, sizeof(struct standing));
    for (guint i = 0; i < contributors->len && standings->len < NAMED_EMPLOYERS; i++) {
        const struct contributor *one = &g_array_index(contributors, struct contributor, i);
        if (one->who > 0 && one->value[FIGURE_COMMITS] > 0)
            add_standing(standings, contributors, together, book_employer_name(book, one->who),
                         one->who);
    }
    if (together->len > 0 && all_commits(contributors) > 0)
        add_standing(standings, contributors, together, "Those named, together", 0);
    return standings;
}

/* The subject and its neighbours as windows of one selection, and what each is called. */
static bool fill(struct selection *selection, const struct reading *subject, GPtrArray *whats,
                 GError **error)
{
    g_autoptr(GPtrArray) neighbours =
        neighbours_of(subject, NEIGHBOUR_MERGES | NEIGHBOUR_EMPLOYERS);
    guint window = 0;
    if (!selection_add(selection, subject, &window, error))
        return false;
    for (guint i = 0; i < neighbours->len; i++) {
        const struct neighbour *neighbour = g_ptr_array_index(neighbours, i);
        /* It fails where there is no fork, no candidate, no stable branch. */
        if (selection_add(selection, neighbour->reading, &window, NULL))
            g_ptr_array_add(whats, g_strdup(neighbour->what));
    }
    return selection_fill(selection, 0, error);
}

static void add_standings(struct grid *grid, const GArray *standings)
{
    static const struct claim share = {CLAIM_SHARE, FIGURE_COMMITS};
    for (guint i = 0; i < standings->len; i++) {
        const struct standing *one = &g_array_index(standings, struct standing, i);
        bool ranks = one->who != 0 && one->best != one->worst;
        json_t *row = row_new(one->name, share, one->value, one->lowest, one->highest,
                              ranks ? "rank" : NULL, one->cells);
        if (one->who != 0) {
            json_object_set_new(row, "rank", json_integer(one->rank));
            json_object_set_new(row, "best_rank", json_integer(one->best));
            json_object_set_new(row, "worst_rank", json_integer(one->worst));
        }
        json_array_append_new(grid->employers, row);
    }
}

static GArray *contributors_of(struct selection *selection, guint window, GError **error)
{
    return figures_contributors(selection, window, FIGURES_BY_EMPLOYER, FIGURE_BIT(FIGURE_COMMITS),
                                error);
}

static bool add_employers(struct grid *grid, const struct weather_plan *plan,
                          const struct reading *subject, GError **error)
{
    g_autoptr(Selection) selection = selection_new(plan->book);
    g_autoptr(GPtrArray) whats = g_ptr_array_new_with_free_func(g_free);
    if (!fill(selection, subject, whats, error))
        return false;
    g_autoptr(GArray) here = contributors_of(selection, 0, error);
    if (here == NULL)
        return false;
    g_autoptr(GArray) standings = standings_new(plan->book, here, plan->together);
    bool done = true;
    for (guint i = 0; done && i < whats->len; i++) {
        const char *what = g_ptr_array_index(whats, i);
        g_autoptr(GArray) there = contributors_of(selection, i + 1, error);
        done = there != NULL;
        if (done) {
            grid_note(grid, what);
            compare(there, what, plan->together, standings);
        }
    }
    add_standings(grid, standings);
    return done;
}

bool weather_add_spans(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    g_autoptr(GPtrArray) whats = g_ptr_array_new_with_free_func(g_free);
    struct grid grid = {whats, json_array(), json_array()};
    int last = 0;
    /* Counting again empties the tables that the plan's readings stand on, not the readings. */
    g_autoptr(Reading) subject = reading_copy(selection_reading(plan->selection, plan->subject));
    g_autoptr(Reading) year = last_year(plan, &last);
    bool growth = comparable(plan, subject);
    for (gsize i = 0; i < G_N_ELEMENTS(headlines); i++)
        if (!headlines[i].growth || growth)
            add_headline(&grid, plan, subject, headlines[i].claim, headlines[i].name);
    add_average(&grid, plan, year, last);
    bool done = add_employers(&grid, plan, subject, error);
    order_cells(grid.headlines, whats);
    order_cells(grid.employers, whats);
    json_object_set_new(report, "spans",
                        json_pack("{s:{s:o}, s:{s:o}, s:o}", "headlines", "rows", grid.headlines,
                                  "employers", "rows", grid.employers, "by", by_json(whats)));
    return done;
}
