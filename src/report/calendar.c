#include "calendar.h"

#include "as_of.h"
#include "clock.h"
#include "range.h"

#define DAY 86400
#define MONTHS 12
#define YEARS 3
#define FIRST_SANE_YEAR 1971

/* Commits of some branches in the order of one of their dates. */
struct dated {
    gint64 time;
    guint node;
};

struct calendar {
    enum reading_branches branches;
    bool author;
    GArray *dated; /* struct dated */
    guint *nodes;  /* the same, nodes alone */
};

static int compare_dated(const void *a, const void *b)
{
    const struct dated *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return (left->node > right->node) - (left->node < right->node);
}

static void calendar_fill(const struct book *book, const guint8 *set, struct calendar *calendar)
{
    calendar->dated = g_array_new(FALSE, FALSE, sizeof(struct dated));
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        struct dated one = {book_time(book, node, calendar->author), node};
        if (set[node] != 0)
            g_array_append_val(calendar->dated, one);
    }
    g_array_sort(calendar->dated, compare_dated);
    calendar->nodes = g_new(guint, calendar->dated->len + 1);
    for (guint i = 0; i < calendar->dated->len; i++)
        calendar->nodes[i] = g_array_index(calendar->dated, struct dated, i).node;
}

static void calendar_clear(struct calendar *calendar)
{
    g_array_unref(calendar->dated);
    g_free(calendar->nodes);
}

/* The first place whose time is not before it. */
static guint place_at(const struct calendar *calendar, gint64 time)
{
    guint low = 0, high = calendar->dated->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (g_array_index(calendar->dated, struct dated, middle).time < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* As growth is counted: twelve months beside twelve, other days beside as many. */
static gint64 start_of_days_before(gint64 since, gint64 until)
{
    if (since == READING_OPEN_START || until == READING_OPEN_END)
        return since;
    return as_of_months_before(until, MONTHS) == since ? as_of_months_before(since, MONTHS)
                                                       : since - (until - since);
}

/* `cost` is how unusual such days are, on the main branch by committer's date. */
static bool tell_days(struct visiting *visiting, const struct calendar *calendar, gint64 since,
                      gint64 until, guint cost, GError **error)
{
    guint first = place_at(calendar, since), end = place_at(calendar, until);
    struct reading *reading = reading_new();
    reading->since = since;
    reading->until = until;
    reading->branches = calendar->branches;
    reading->author_date = calendar->author;
    gint64 start_before = start_of_days_before(since, until);
    g_autofree char *key = g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d", since,
                                           until, calendar->branches, calendar->author);
    g_autofree char *before =
        g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d", start_before, since,
                        calendar->branches, calendar->author);
    cost += (calendar->branches == READING_MAIN ? 0u : 1u) + (calendar->author ? 1u : 0u);
    struct stretch_commits commits = {calendar->nodes + first, end - first, calendar->nodes, first,
                                      NULL};
    return visiting_tell(visiting, reading, cost, key, before, &commits, error);
}

/* The years that have commits; false: there is none. */
static bool years_of(const struct calendar *calendar, int *ret_first, int *ret_last)
{
    guint count = calendar->dated->len;
    guint sane = place_at(calendar, clock_day(FIRST_SANE_YEAR, 1, 1));
    if (sane == count)
        return false;
    *ret_first = clock_year(g_array_index(calendar->dated, struct dated, sane).time);
    *ret_last = clock_year(g_array_index(calendar->dated, struct dated, count - 1).time);
    return true;
}

static gint64 month_start(int year, int months)
{
    return clock_day(year + months / MONTHS, months % MONTHS + 1, 1);
}

/* Each month ends twelve months; those of December are a calendar year. */
static bool visit_months(struct visiting *visiting, const struct calendar *calendar, GError **error)
{
    int year = 0, last = 0;
    if (!years_of(calendar, &year, &last))
        return true;
    for (int month = 0; month < (last - year + 1) * MONTHS; month++)
        if (!tell_days(visiting, calendar, month_start(year, month),
                       month_start(year, month + MONTHS), month % MONTHS == 0 ? 0 : 2, error))
            return false;
    return true;
}

static bool visit_parts(struct visiting *visiting, const struct calendar *calendar, int year,
                        int months, guint cost, GError **error)
{
    for (int month = 0; month < MONTHS; month += months)
        if (!tell_days(visiting, calendar, month_start(year, month),
                       month_start(year, month + months), cost, error))
            return false;
    return true;
}

/* Half-years, quarters, months, and what there was of a year when some month was over. */
static bool visit_parts_of_years(struct visiting *visiting, const struct calendar *calendar,
                                 GError **error)
{
    int first = 0, last = -1;
    if (!years_of(calendar, &first, &last))
        return true;
    for (int year = first; year <= last; year++) {
        if (!visit_parts(visiting, calendar, year, 6, 3, error) ||
            !visit_parts(visiting, calendar, year, 3, 3, error) ||
            !visit_parts(visiting, calendar, year, 1, 4, error))
            return false;
        for (int month = 2; month < MONTHS; month++)
            if (month != 3 && month != 6 &&
                !tell_days(visiting, calendar, month_start(year, 0), month_start(year, month), 4,
                           error))
                return false;
    }
    return tell_days(visiting, calendar, READING_OPEN_START, READING_OPEN_END, 0, error);
}

static gint64 day_of(const struct release *release)
{
    gint64 time = as_of_release(release);
    return time - time % DAY;
}

/* From the day of a line's first release to that of the next one's. */
static bool visit_release_days(struct visiting *visiting, const struct calendar *calendar,
                               GError **error)
{
    const struct release_list *list = book_releases(visiting->book, error);
    for (guint i = 0; list != NULL && i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        const struct release *before = visiting_predecessor(list, release);
        if (before == NULL || g_str_equal(before->line, release->line) ||
            day_of(before) >= day_of(release))
            continue;
        if (!tell_days(visiting, calendar, day_of(before), day_of(release), 2, error))
            return false;
    }
    return list != NULL;
}

/* Days that were named, and as many before them as a growth or an average compares with. */
static bool visit_asked_days(struct visiting *visiting, const struct calendar *calendar,
                             GError **error)
{
    gint64 since = visiting->limits->asked->since, until = visiting->limits->asked->until;
    gint64 starts[YEARS + 2] = {until, since};
    for (guint i = 2; i < G_N_ELEMENTS(starts); i++)
        starts[i] = start_of_days_before(starts[i - 1], starts[i - 2]);
    for (guint i = G_N_ELEMENTS(starts) - 1; i > 1; i--) {
        visiting->beside = true;
        if (starts[i] < starts[i - 1] &&
            !tell_days(visiting, calendar, starts[i], starts[i - 1], 0, error))
            return false;
    }
    visiting->beside = false;
    return tell_days(visiting, calendar, since, until, 0, error);
}

static bool visit_calendar(struct visiting *visiting, enum reading_branches branches, bool author,
                           GError **error)
{
    const struct reading *asked = visiting->limits->asked;
    if (!visiting_wants(visiting, branches) ||
        (visiting->limits->date && asked->author_date != author))
        return true;
    g_autoptr(Reading) reading = reading_new();
    reading->branches = branches;
    if (!range_resolve(visiting->book, reading, NULL))
        return true;
    g_autofree guint8 *set = range_set(visiting->book, reading, error);
    if (set == NULL)
        return false;
    struct calendar calendar = {.branches = branches, .author = author};
    calendar_fill(visiting->book, set, &calendar);
    bool any = asked->since == READING_OPEN_START && asked->until == READING_OPEN_END;
    visiting->beside = false;
    bool done = any ? visit_months(visiting, &calendar, error) &&
                          visit_release_days(visiting, &calendar, error) &&
                          visit_parts_of_years(visiting, &calendar, error)
                    : visit_asked_days(visiting, &calendar, error);
    calendar_clear(&calendar);
    return done;
}

bool calendar_visit(struct visiting *visiting, GError **error)
{
    static const enum reading_branches kinds[] = {READING_MAIN, READING_ALL, READING_BOTH,
                                                  READING_STABLE};
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        /* The stable branches alone are nobody's year, unless asked for. */
        if (kinds[i] == READING_STABLE && !visiting->limits->branches)
            continue;
        if (!visit_calendar(visiting, kinds[i], false, error) ||
            !visit_calendar(visiting, kinds[i], true, error))
            return false;
    }
    return true;
}
