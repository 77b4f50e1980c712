#include "weather.h"

#include "as_of.h"
#include "clock.h"
#include "fault.h"
#include "growth.h"
#include "weather_parts.h"

#define DAY 86400
#define STEADY_PERCENT 2

static json_t *window_name(const struct weather_plan *plan, guint window)
{
    if (window == WEATHER_NO_WINDOW)
        return json_null();
    g_autofree char *name = reading_window_name(selection_reading(plan->selection, window));
    return json_string(name);
}

/* "June 2017 to May 2018", "May 2018"; NULL when they are no whole months. */
static char *name_months(gint64 since, gint64 until)
{
    static const char *const months[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    g_autofree char *first = clock_format_day(since), *last = clock_format_day(until - DAY);
    g_autofree char *next = clock_format_day(until);
    if (!g_str_has_suffix(first, "-01") || !g_str_has_suffix(next, "-01"))
        return NULL;
    g_auto(GStrv) from = g_strsplit(first, "-", 3), to = g_strsplit(last, "-", 3);
    const char *begun = months[(g_ascii_strtoll(from[1], NULL, 10) - 1) % 12],
               *ended = months[(g_ascii_strtoll(to[1], NULL, 10) - 1) % 12];
    if (g_str_equal(from[0], to[0]) && g_str_equal(from[1], to[1]))
        return g_strdup_printf("%s %s", begun, from[0]);
    return g_strdup_printf("%s %s to %s %s", begun, from[0], ended, to[0]);
}

/* A release is called by its version, a year that is not over so, other days by their window. */
static json_t *short_name(const struct weather_plan *plan, guint window)
{
    if (window == WEATHER_NO_WINDOW)
        return json_null();
    const struct reading *reading = selection_reading(plan->selection, window);
    int year = plan->request->year;
    if (year != 0 && reading->until < clock_day(clock_year(reading->since) + 1, 1, 1))
        return window == plan->subject ? json_sprintf("%d so far", year)
                                       : json_sprintf("the same days of %d", year - 1);
    if (reading->window == READING_RELEASE)
        return json_string(reading->release);
    g_autofree char *months =
        plan->request->dates ? name_months(reading->since, reading->until) : NULL;
    return months != NULL ? json_string(months) : window_name(plan, window);
}

static const char *subject_kind(const struct weather_plan *plan)
{
    if (plan->release != NULL)
        return "release";
    return plan->request->year != 0 ? "year" : "dates";
}

static json_t *release_day(const struct weather_plan *plan)
{
    if (plan->release == NULL)
        return json_null();
    g_autofree char *day = clock_format_day(as_of_release(plan->release));
    return json_string(day);
}

static json_t *against_json(struct weather_making *making)
{
    const struct weather_plan *plan = making->plan;
    if (plan->against == WEATHER_NO_WINDOW)
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "name", short_name(plan, plan->against), "window",
                     window_name(plan, plan->against), "reading",
                     weather_reading(making, plan->against));
}

static json_t *subject_json(struct weather_making *making)
{
    const struct weather_plan *plan = making->plan;
    json_t *subject =
        json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind", subject_kind(plan), "name",
                  short_name(plan, plan->subject), "window", window_name(plan, plan->subject),
                  "date", release_day(plan), "reading", weather_reading(making, plan->subject));
    json_object_set_new(subject, "against", against_json(making));
    return subject;
}

/* What a barometer would say of the commits; within two percent it is steady. */
static const char *tendency(const struct figures *now, const struct figures *then)
{
    double percent = 0;
    if (then == NULL ||
        !growth_percent(then->value[FIGURE_COMMITS], now->value[FIGURE_COMMITS], &percent))
        return NULL;
    return percent > STEADY_PERCENT ? "rising" : percent < -STEADY_PERCENT ? "falling" : "steady";
}

/* Days that somebody named must have commits; a release may have none, and a history neither. */
static bool check_days(const struct weather_plan *plan, GError **error)
{
    if (plan->request->year == 0 && !plan->request->dates)
        return true;
    g_autofree char *name = reading_window_name(selection_reading(plan->selection, plan->subject));
    g_autofree char *newest = clock_format_day(plan->newest);
    return fault_raise(error, FAULT_NOINPUT,
                       "there is nothing to report: by this reading there are no commits (%s); "
                       "the newest of the history is of %s",
                       name, newest);
}

static bool add_figures(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    bool pair = plan->against != WEATHER_NO_WINDOW;
    guint last = pair ? plan->against : plan->subject;
    g_autoptr(GArray) figures =
        figures_count(plan->selection, plan->subject, last, FIGURE_EVERY, error);
    if (figures == NULL)
        return false;
    const struct figures *now = &g_array_index(figures, struct figures, 0);
    if (now->value[FIGURE_COMMITS] == 0 && !check_days(plan, error))
        return false;
    const struct figures *then = pair ? &g_array_index(figures, struct figures, 1) : NULL;
    json_t *list = json_array();
    for (guint figure = 0; figure < FIGURE_COUNT; figure++)
        json_array_append_new(list, weather_figure(making, (enum figure)figure, plan->subject, now,
                                                   plan->against, then));
    json_object_set_new(report, "figures", list);
    const char *word = tendency(now, then);
    json_object_set_new(report, "tendency", word ? json_string(word) : json_null());
    return true;
}

static bool add_contributors(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    struct weather_ranking people = {0}, employers = {0};
    guint subject = plan->subject;
    bool done = weather_rank(making, subject, plan->against, FIGURES_BY_PERSON,
                             FIGURE_BIT(FIGURE_COMMITS) | FIGURE_CREDITS, &people, error) &&
                weather_rank(making, subject, plan->against, FIGURES_BY_EMPLOYER,
                             FIGURE_BIT(FIGURE_COMMITS), &employers, error);
    if (done) {
        json_object_set_new(report, "people", weather_people(making, &people, subject));
        json_object_set_new(report, "employers", weather_employers(making, &employers, subject));
        json_object_set_new(report, "reviewers", weather_reviewers(making, &people, subject));
    }
    weather_ranking_clear(&people);
    weather_ranking_clear(&employers);
    json_t *first_seen = done ? weather_first_seen(making, subject, error) : NULL;
    if (first_seen != NULL)
        json_object_set_new(report, "first_seen", first_seen);
    return first_seen != NULL;
}

static bool count_problems(const struct weather_plan *plan, gint64 *ret_count, GError **error)
{
    struct store_statement *query = store_statement(book_store(plan->book), "book_problems");
    bool row = false;
    store_bind_int(query, 1, book_repository_id(plan->book));
    if (!store_step(query, &row, error))
        return false;
    *ret_count = row ? store_int(query, 0) : 0;
    return store_run(query, error);
}

/* What a reader must know to judge the figures. */
static bool add_remarks(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    gint64 problems = 0;
    json_t *remarks = json_array();
    json_object_set_new(report, "remarks", remarks);
    if (!count_problems(plan, &problems, error))
        return false;
    if (problems > 0)
        json_array_append_new(
            remarks, json_sprintf("%" G_GINT64_FORMAT " object%s of the history could not be read "
                                  "or understood whole; barograph mine --problems lists them.",
                                  problems, problems == 1 ? "" : "s"));
    if (plan->unlike)
        json_array_append_new(
            remarks, json_sprintf("%s is the first point release of its line: growth against the "
                                  "release before it compares unlike things.",
                                  plan->release->version));
    if (plan->stale && plan->as_of > plan->newest) {
        g_autofree char *day = clock_format_day(plan->newest);
        json_array_append_new(
            remarks,
            json_sprintf("The newest commit here is of %s; what is over time ends there.", day));
    }
    return true;
}

static json_t *head_json(struct weather_making *making, const struct home *home)
{
    const struct weather_plan *plan = making->plan;
    g_autofree char *now = clock_format_time(plan->request->now);
    g_autofree char *as_of = clock_format_day(plan->as_of - DAY);
    g_autofree char *ends_before = clock_format_day(plan->as_of);
    g_autofree char *project = g_utf8_make_valid(home->project, -1);
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:o}", "format", "barograph-weather",
                     "version", 1, "project", project, "repository",
                     book_repository(plan->book)->name, "made_at", now, "as_of", as_of,
                     "ends_before", ends_before, "subject", subject_json(making));
}

json_t *weather_build(struct store *history, const struct home *home,
                      const struct weather_request *request, GError **error)
{
    g_autoptr(WeatherPlan) plan = weather_plan_new(history, home, request, error);
    if (plan == NULL)
        return NULL;
    g_autoptr(WeatherNotes) notes = weather_notes_new();
    struct weather_making making = {plan, notes};
    json_t *report = head_json(&making, home);
    if (add_figures(&making, report, error) && add_contributors(&making, report, error) &&
        weather_add_over_time(&making, report, error) && add_remarks(&making, report, error) &&
        weather_add_monsters(&making, report, error) &&
        (!request->makeup || weather_add_makeup(&making, report, error)) &&
        (!request->components || weather_add_components(&making, report, error))) {
        json_object_set_new(report, "readings", weather_notes_json(notes));
        if (!request->spans || weather_add_spans(&making, report, error))
            return report;
    }
    json_decref(report);
    return NULL;
}
