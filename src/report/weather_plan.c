#include "weather_plan.h"

#include "as_of.h"
#include "clock.h"
#include "fault.h"
#include "years.h"

#define MOST_RELEASES 10
#define FIRST_SANE_YEAR 1970

/* Lines are counted in the subject and what it is compared with: in no other window monsters
 * matter.
 */
static struct reading *rules(const struct weather_plan *plan)
{
    struct reading *rules =
        plan->request->rules == NULL ? reading_new() : reading_copy(plan->request->rules);
    rules->monsters = rules->monsters || plan->lines_counted;
    return rules;
}

static bool add_dates(struct weather_plan *plan, gint64 since, gint64 until, guint *ret_window,
                      GError **error)
{
    g_autoptr(Reading) reading = rules(plan);
    reading->since = since;
    reading->until = until;
    return selection_add(plan->selection, reading, ret_window, error);
}

static bool add_release(struct weather_plan *plan, const struct release *release, guint *ret_window,
                        GError **error)
{
    g_autoptr(Reading) reading = rules(plan);
    reading->window = READING_RELEASE;
    reading->branches = READING_ANY;
    reading->release = g_strdup(release->tag);
    return selection_add(plan->selection, reading, ret_window, error);
}

static void find_newest(struct weather_plan *plan)
{
    struct as_of found = as_of_find(plan->book, plan->request->now);
    plan->newest = found.newest;
    plan->stale = found.stale;
    plan->as_of = found.end;
}

static const struct release *newest_release(const struct weather_plan *plan,
                                            const struct release_list *list)
{
    for (guint i = list->releases->len; i > 0; i--) {
        const struct release *release = g_ptr_array_index(list->releases, i - 1);
        if (as_of_release(release) <= plan->request->now)
            return release;
    }
    return NULL;
}

static bool first_of_line(const struct release_list *list, const struct release *release)
{
    if (release->predecessor < 0)
        return true;
    const struct release *before = g_ptr_array_index(list->releases, (guint)release->predecessor);
    return !g_str_equal(before->line, release->line);
}

static bool plan_release(struct weather_plan *plan, const struct release_list *list, GError **error)
{
    if (!add_release(plan, plan->release, &plan->subject, error))
        return false;
    if (plan->release->predecessor < 0)
        return true;
    const struct release *before =
        g_ptr_array_index(list->releases, (guint)plan->release->predecessor);
    plan->unlike = first_of_line(list, before) && !first_of_line(list, plan->release);
    return add_release(plan, before, &plan->against, error);
}

static bool plan_year(struct weather_plan *plan, GError **error)
{
    int year = plan->request->year;
    gint64 since = clock_day(year, 1, 1), end = clock_day(year + 1, 1, 1);
    plan->as_of = MIN(plan->as_of, end);
    bool running = plan->as_of > since && plan->as_of < end;
    gint64 until = running ? plan->as_of : end;
    gint64 until_before = running ? as_of_months_before(until, 12) : since;
    return add_dates(plan, since, until, &plan->subject, error) &&
           add_dates(plan, clock_day(year - 1, 1, 1), until_before, &plan->against, error);
}

/* Days that have not come, or were never fetched, are left out, lest a part of the days be compared
 * with as many whole ones. */
static bool plan_dates(struct weather_plan *plan, gint64 since, gint64 until, GError **error)
{
    if (since < plan->as_of)
        until = MIN(until, plan->as_of);
    gint64 length = until - since;
    /* Whole years are compared with whole years, leap days or not. */
    bool year = as_of_months_before(until, 12) == since;
    gint64 before = year ? as_of_months_before(since, 12) : since - length;
    plan->as_of = MIN(plan->as_of, until);
    return add_dates(plan, since, until, &plan->subject, error) &&
           add_dates(plan, before, since, &plan->against, error);
}

static bool plan_subject(struct weather_plan *plan, const struct release_list *list, GError **error)
{
    const struct weather_request *request = plan->request;
    if (request->year != 0)
        return plan_year(plan, error);
    if (request->dates)
        return plan_dates(plan, request->since, request->until, error);
    plan->release = request->release != NULL ? releases_find(list, request->release, error)
                                             : newest_release(plan, list);
    if (plan->release != NULL)
        return plan_release(plan, list, error);
    return request->release == NULL &&
           plan_dates(plan, as_of_months_before(plan->as_of, 12), plan->as_of, error);
}

/* Without a release as subject, the table ends with everything else that is over time. */
static bool is_over(const struct weather_plan *plan, const struct release *release)
{
    gint64 time = as_of_release(release);
    return time <= plan->request->now && (plan->release != NULL || time < plan->as_of);
}

/* A point release is shown among those of its line, any other among the first of each line. */
static void choose_releases(struct weather_plan *plan, const struct release_list *list)
{
    const struct release *subject = plan->release;
    bool point = subject != NULL && !first_of_line(list, subject);
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        bool shown = point ? g_str_equal(release->line, subject->line)
                           : first_of_line(list, release) && release->predecessor >= 0;
        if (shown && is_over(plan, release))
            g_ptr_array_add(plan->releases, (gpointer)(guintptr)release);
        if (release == subject)
            break;
    }
    if (plan->releases->len > MOST_RELEASES)
        g_ptr_array_remove_range(plan->releases, 0, plan->releases->len - MOST_RELEASES);
}

/* What the first row grew from; all that led to a first release is nothing to compare with. */
static bool plan_release_before(struct weather_plan *plan, const struct release_list *list,
                                GError **error)
{
    if (plan->releases->len == 0)
        return true;
    const struct release *first = g_ptr_array_index(plan->releases, 0);
    const struct release *before =
        first->predecessor < 0 ? NULL
                               : g_ptr_array_index(list->releases, (guint)first->predecessor);
    return before == NULL || before->predecessor < 0 ||
           add_release(plan, before, &plan->release_before, error);
}

static bool plan_releases(struct weather_plan *plan, const struct release_list *list,
                          GError **error)
{
    choose_releases(plan, list);
    if (!plan_release_before(plan, list, error))
        return false;
    plan->first_release_window = selection_count(plan->selection);
    for (guint i = 0; i < plan->releases->len; i++) {
        guint window = 0;
        if (!add_release(plan, g_ptr_array_index(plan->releases, i), &window, error))
            return false;
    }
    return true;
}

static bool plan_recent(struct weather_plan *plan, GError **error)
{
    gint64 since = as_of_months_before(plan->as_of, 12);
    return add_dates(plan, since, plan->as_of, &plan->recent, error) &&
           add_dates(plan, as_of_months_before(since, 12), since, &plan->recent_before, error) &&
           add_dates(plan, READING_OPEN_START, plan->as_of, &plan->all, error);
}

static bool plan_so_far(struct weather_plan *plan, GError **error)
{
    gint64 start = clock_day(clock_year(plan->as_of), 1, 1);
    if (start == plan->as_of)
        return true;
    return add_dates(plan, start, plan->as_of, &plan->so_far, error) &&
           add_dates(plan, as_of_months_before(start, 12), as_of_months_before(plan->as_of, 12),
                     &plan->so_far_before, error);
}

static bool plan_years(struct weather_plan *plan, GError **error)
{
    int last = 0;
    if (!years_find(plan->book, selection_reading(plan->selection, plan->all), plan->as_of,
                    &plan->first_year, &last, error) ||
        !plan_so_far(plan, error))
        return false;
    if (last < FIRST_SANE_YEAR)
        return true;
    plan->years = (guint)(last - plan->first_year) + 1;
    plan->first_year_window = selection_count(plan->selection);
    for (guint i = 0; i < plan->years; i++) {
        int year = plan->first_year + (int)i;
        gint64 end = MIN(clock_day(year + 1, 1, 1), plan->as_of);
        guint window = 0;
        if (!add_dates(plan, clock_day(year, 1, 1), end, &window, error))
            return false;
    }
    return add_dates(plan, READING_OPEN_START, clock_day(plan->first_year, 1, 1), &plan->earlier,
                     error);
}

static bool plan_all(struct weather_plan *plan, GError **error)
{
    const struct release_list *list = book_releases(plan->book, error);
    if (list == NULL)
        return false;
    find_newest(plan);
    /* Those whose newcomers are asked for come first. */
    if (!plan_subject(plan, list, error))
        return false;
    plan->lines_counted = true;
    if (!plan_recent(plan, error))
        return false;
    guint known = selection_count(plan->selection);
    return plan_releases(plan, list, error) && plan_years(plan, error) &&
           selection_fill(plan->selection, known, error);
}

/* What was joined to another is found under the other. */
static bool find_together(struct weather_plan *plan, GError **error)
{
    const struct weather_request *request = plan->request;
    if (request->together == NULL)
        return true;
    g_auto(GStrv) names = g_strsplit(request->together, ",", -1);
    for (guint i = 0; names[i] != NULL; i++) {
        gint64 who = 0;
        if (!book_find_employer(plan->book, g_strstrip(names[i]), &who, error))
            return false;
        bool known = false;
        for (guint at = 0; at < plan->together->len; at++)
            known = known || g_array_index(plan->together, gint64, at) == who;
        if (!known)
            g_array_append_val(plan->together, who);
    }
    return true;
}

struct weather_plan *weather_plan_new(struct store *history, const struct home *home,
                                      const struct weather_request *request, GError **error)
{
    g_autoptr(WeatherPlan) plan = g_new0(struct weather_plan, 1);
    plan->request = request;
    plan->subject = plan->against = plan->so_far = plan->so_far_before = plan->earlier =
        plan->release_before = WEATHER_NO_WINDOW;
    plan->releases = g_ptr_array_new();
    plan->together = g_array_new(FALSE, FALSE, sizeof(gint64));
    plan->book = book_open_as_of(history, home, request->repository,
                                 request->rules ? request->rules->as_of : EMPLOYERS_TODAY, error);
    if (plan->book == NULL)
        return NULL;
    plan->selection = selection_new(plan->book);
    return find_together(plan, error) && plan_all(plan, error) ? g_steal_pointer(&plan) : NULL;
}

void weather_plan_free(struct weather_plan *plan)
{
    if (plan == NULL)
        return;
    g_ptr_array_unref(plan->releases);
    g_array_unref(plan->together);
    selection_free(plan->selection);
    book_free(plan->book);
    g_free(plan);
}
