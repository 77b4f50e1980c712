#include "as_of.h"
#include "clock.h"
#include "growth.h"
#include "weather_parts.h"

#define FEWEST_TO_DOUBLE 10

static json_t *day_json(gint64 time)
{
    g_autofree char *day = clock_format_day(time);
    return json_string(day);
}

static bool add_releases(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    guint count = plan->releases->len, first = plan->first_release_window;
    guint known = plan->release_before == WEATHER_NO_WINDOW ? 0 : 1;
    json_t *rows = json_array();
    json_t *releases = json_pack("{s:o}", "rows", rows);
    json_object_set_new(report, "releases", releases);
    if (count == 0)
        return true;
    json_object_set_new(
        releases, "reading",
        weather_reading_series(making, first, "each release since its predecessor"));
    g_autoptr(GArray) figures =
        figures_count(plan->selection, first - known, first + count - 1,
                      FIGURE_BIT(FIGURE_COMMITS) | FIGURE_BIT(FIGURE_PEOPLE), error);
    if (figures == NULL)
        return false;
    for (guint i = 0; i < count; i++) {
        const struct release *release = g_ptr_array_index(plan->releases, i);
        guint at = i + known;
        const gint64 *value = g_array_index(figures, struct figures, at).value;
        const gint64 *before =
            at == 0 ? NULL : g_array_index(figures, struct figures, at - 1).value;
        g_autofree char *window =
            reading_window_name(selection_reading(plan->selection, first + i));
        json_array_append_new(
            rows,
            json_pack("{s:s, s:o, s:I, s:I, s:I, s:o, s:b, s:s}", "version", release->version,
                      "date", day_json(as_of_release(release)), "commits",
                      (json_int_t)value[FIGURE_COMMITS], "people", (json_int_t)value[FIGURE_PEOPLE],
                      "employers", (json_int_t)value[FIGURE_EMPLOYERS], "growth_percent",
                      before ? growth_json(before[FIGURE_COMMITS], value[FIGURE_COMMITS])
                             : json_null(),
                      "subject", release == plan->release, "window", window));
    }
    return true;
}

/* The mean growth of the last `years` full years; NULL when there are not as many. */
static json_t *average(const json_t *rows, guint years)
{
    double growths[10], mean = 0;
    int last = 0;
    guint count = 0;
    for (gsize i = json_array_size(rows); i > 0 && count < years; i--) {
        const json_t *row = json_array_get(rows, i - 1);
        const json_t *growth = json_object_get(row, "growth_percent");
        if (json_is_true(json_object_get(row, "partial")))
            continue;
        if (!json_is_number(growth))
            return NULL;
        if (count == 0)
            last = (int)json_integer_value(json_object_get(row, "year"));
        growths[count++] = json_number_value(growth);
    }
    if (count < years || !growth_mean(growths, count, &mean))
        return NULL;
    return json_pack("{s:i, s:i, s:i, s:f}", "years", (int)years, "from", last - (int)years + 1,
                     "to", last, "growth_percent", mean);
}

static json_t *averages(const json_t *rows)
{
    static const guint spans[] = {3, 5, 10};
    json_t *list = json_array();
    for (gsize i = 0; i < G_N_ELEMENTS(spans); i++) {
        json_t *mean = average(rows, spans[i]);
        if (mean != NULL)
            json_array_append_new(list, mean);
    }
    return list;
}

static json_t *year_row(const struct weather_plan *plan, const GArray *figures, guint i)
{
    const gint64 *value = g_array_index(figures, struct figures, i).value;
    const gint64 *before = i == 0 ? NULL : g_array_index(figures, struct figures, i - 1).value;
    int year = plan->first_year + (int)i;
    bool partial = plan->as_of < clock_day(year + 1, 1, 1);
    return json_pack("{s:i, s:I, s:I, s:I, s:o, s:b}", "year", year, "commits",
                     (json_int_t)value[FIGURE_COMMITS], "people", (json_int_t)value[FIGURE_PEOPLE],
                     "employers", (json_int_t)value[FIGURE_EMPLOYERS], "growth_percent",
                     before && !partial ? growth_json(before[FIGURE_COMMITS], value[FIGURE_COMMITS])
                                        : json_null(),
                     "partial", partial);
}

static bool add_earlier(struct weather_making *making, json_t *years, GError **error)
{
    const struct weather_plan *plan = making->plan;
    g_autoptr(GArray) figures = figures_count(plan->selection, plan->earlier, plan->earlier,
                                              FIGURE_BIT(FIGURE_COMMITS), error);
    if (figures == NULL)
        return false;
    gint64 commits = g_array_index(figures, struct figures, 0).value[FIGURE_COMMITS];
    json_object_set_new(years, "earlier_before", json_integer(plan->first_year));
    json_object_set_new(years, "earlier_commits", json_integer(commits));
    json_object_set_new(years, "earlier_reading",
                        commits > 0 ? weather_reading(making, plan->earlier) : json_null());
    return true;
}

static bool add_years(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    json_t *rows = json_array();
    json_t *years = json_pack("{s:o}", "rows", rows);
    json_object_set_new(report, "years", years);
    if (plan->years > 0) {
        json_object_set_new(
            years, "reading",
            weather_reading_series(making, plan->first_year_window, "each calendar year"));
        g_autoptr(GArray) figures = figures_count(
            plan->selection, plan->first_year_window, plan->first_year_window + plan->years - 1,
            FIGURE_BIT(FIGURE_COMMITS) | FIGURE_BIT(FIGURE_PEOPLE), error);
        if (figures == NULL)
            return false;
        for (guint i = 0; i < plan->years; i++)
            json_array_append_new(rows, year_row(plan, figures, i));
    }
    json_object_set_new(years, "averages", averages(rows));
    return plan->years == 0 || add_earlier(making, years, error);
}

/* One figure beside the same figure of the window before. */
static bool add_pair(struct weather_making *making, json_t *report, const char *member,
                     guint window, guint against, GError **error)
{
    struct selection *selection = making->plan->selection;
    if (window == WEATHER_NO_WINDOW) {
        json_object_set_new(report, member, json_null());
        return true;
    }
    g_autoptr(GArray) now =
        figures_count(selection, window, window, FIGURE_BIT(FIGURE_COMMITS), error);
    g_autoptr(GArray) then =
        now == NULL ? NULL
                    : figures_count(selection, against, against, FIGURE_BIT(FIGURE_COMMITS), error);
    if (then == NULL)
        return false;
    json_t *pair =
        weather_figure(making, FIGURE_COMMITS, window, &g_array_index(now, struct figures, 0),
                       against, &g_array_index(then, struct figures, 0));
    g_autofree char *name = reading_window_name(selection_reading(selection, window));
    g_autofree char *before = reading_window_name(selection_reading(selection, against));
    json_object_set_new(pair, "window", json_string(name));
    json_object_set_new(pair, "before_window", json_string(before));
    json_object_set_new(report, member, pair);
    return true;
}

/* Employers with at least twice the commits of the twelve months before, not counting trifles. */
static json_t *doubled(const struct weather_ranking *ranking)
{
    json_t *rows = json_array();
    for (guint i = 0; i < ranking->now->len; i++) {
        const struct contributor *one = &g_array_index(ranking->now, struct contributor, i);
        gint64 commits = one->value[FIGURE_COMMITS];
        gint64 before =
            GPOINTER_TO_INT(g_hash_table_lookup(ranking->then, GINT_TO_POINTER((gint)one->who)));
        if (one->who < 0 || before == 0 || commits < 2 * before || commits < FEWEST_TO_DOUBLE)
            continue;
        json_array_append_new(rows, json_pack("{s:s, s:I, s:I, s:o}", "name", one->name, "commits",
                                              (json_int_t)commits, "before", (json_int_t)before,
                                              "growth_percent", growth_json(before, commits)));
    }
    return json_pack("{s:i, s:o}", "at_least", FEWEST_TO_DOUBLE, "rows", rows);
}

/* The report is about the last twelve months. */
static bool is_subject(const struct weather_plan *plan)
{
    const struct reading *subject = selection_reading(plan->selection, plan->subject);
    const struct reading *recent = selection_reading(plan->selection, plan->recent);
    return subject->window == READING_DATES && subject->since == recent->since &&
           subject->until == recent->until;
}

static bool add_recent(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    struct weather_ranking ranking = {0};
    guint mask = FIGURE_BIT(FIGURE_COMMITS);
    if (!add_pair(making, report, "recent", plan->recent, plan->recent_before, error) ||
        !weather_rank(making, plan->recent, plan->recent_before, FIGURES_BY_EMPLOYER, mask,
                      &ranking, error))
        return false;
    json_t *recent = json_object_get(report, "recent");
    json_object_set_new(recent, "employers", weather_employers(making, &ranking, plan->recent));
    json_object_set_new(recent, "doubled", doubled(&ranking));
    json_object_set_new(recent, "same_days", json_boolean(is_subject(plan)));
    weather_ranking_clear(&ranking);
    json_t *first_seen = weather_first_seen(making, plan->recent, error);
    json_object_set_new(recent, "first_seen", first_seen);
    return first_seen != NULL;
}

static bool add_all_time(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    struct weather_ranking ranking = {0};
    if (!weather_rank(making, plan->all, WEATHER_NO_WINDOW, FIGURES_BY_EMPLOYER,
                      FIGURE_BIT(FIGURE_COMMITS), &ranking, error))
        return false;
    json_object_set_new(report, "all_time",
                        json_pack("{s:I, s:o}", "commits", (json_int_t)ranking.whole, "employers",
                                  weather_employers(making, &ranking, plan->all)));
    weather_ranking_clear(&ranking);
    return true;
}

bool weather_add_over_time(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    return add_releases(making, report, error) && add_years(making, report, error) &&
           add_pair(making, report, "so_far", plan->so_far, plan->so_far_before, error) &&
           add_recent(making, report, error) && add_all_time(making, report, error);
}
