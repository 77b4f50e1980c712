#include "series.h"

#include "clock.h"
#include "fault.h"
#include "range.h"

#define LAST_YEAR 9998 /* of a date that can be written */

static void find_span(struct book *book, const guint8 *set, const struct reading *reading,
                      gint64 *ret_first, gint64 *ret_last)
{
    gint64 end = MIN(reading->until, clock_day(LAST_YEAR, 1, 1));
    *ret_first = G_MAXINT64;
    *ret_last = G_MININT64;
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        gint64 time = book_time(book, node, reading->author_date);
        if (set[node] == 0 || time < MAX(reading->since, 0) || time >= end ||
            (!reading->merges && book_is_merge(book, node)))
            continue;
        *ret_first = MIN(*ret_first, time);
        *ret_last = MAX(*ret_last, time);
    }
}

static bool add(struct selection *selection, const struct reading *reading, GPtrArray *names,
                char *name, GError **error)
{
    guint window = 0;
    g_ptr_array_add(names, name);
    return selection_add(selection, reading, &window, error);
}

bool series_years(struct selection *selection, const struct reading *reading, GPtrArray *names,
                  GError **error)
{
    struct book *book = selection_book(selection);
    g_autoptr(Reading) whole = reading_copy(reading);
    gint64 first = 0, last = 0;
    if (whole->window != READING_DATES)
        return fault_raise(error, FAULT_USAGE,
                           "years are days: give them with --year, or --from and --to, or not");
    if (!range_resolve(book, whole, error))
        return false;
    g_autofree guint8 *set = range_set(book, whole, error);
    if (set == NULL)
        return false;
    find_span(book, set, whole, &first, &last);
    for (int year = clock_year(first); first <= last && year <= clock_year(last); year++) {
        g_autoptr(Reading) one = reading_copy(reading);
        one->since = MAX(clock_day(year, 1, 1), whole->since);
        one->until = MIN(clock_day(year + 1, 1, 1), whole->until);
        if (!add(selection, one, names, g_strdup_printf("%d", year), error))
            return false;
    }
    return true;
}

bool series_releases(struct selection *selection, const struct reading *reading,
                     enum reading_ends ends, GPtrArray *names, GError **error)
{
    const struct release_list *list = book_releases(selection_book(selection), error);
    if (list == NULL)
        return false;
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        g_autoptr(Reading) one = reading_copy(reading);
        one->window = READING_RELEASE;
        one->ends = ends;
        g_free(one->release);
        one->release = g_strdup(release->version);
        if (!add(selection, one, names, g_strdup(release->version), error))
            return false;
    }
    return list->releases->len > 0 ||
           fault_raise(error, FAULT_NOINPUT,
                       "no tag is a release: barograph releases --ignored says why");
}
