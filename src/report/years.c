#include "years.h"

#include "clock.h"
#include "range.h"

#define LAST_YEAR 9999 /* of a calendar day; commits claim more */

bool years_find(struct book *book, const struct reading *reading, gint64 end, int *ret_first,
                int *ret_last, GError **error)
{
    g_autoptr(GHashTable) years = g_hash_table_new(NULL, NULL);
    g_autofree guint8 *set = range_set(book, reading, error);
    int first = 0, last = 0, year = 0;
    gint64 start = 0, after = 0; /* of that year: the next commit is seldom of another */
    if (set == NULL)
        return false;
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        gint64 time = book_time(book, node, reading->author_date);
        if (set[node] == 0 || (!reading->merges && book_is_merge(book, node)) || time >= end)
            continue;
        if (time < start || time >= after) {
            year = clock_year(time);
            bool sane = year > 0 && year < LAST_YEAR;
            start = sane ? clock_day(year, 1, 1) : 0;
            after = sane ? clock_day(year + 1, 1, 1) : 0;
            g_hash_table_add(years, GINT_TO_POINTER(year));
        }
        last = MAX(last, year);
    }
    for (first = last; g_hash_table_contains(years, GINT_TO_POINTER(first - 1));)
        first--;
    *ret_first = first;
    *ret_last = last;
    return true;
}
