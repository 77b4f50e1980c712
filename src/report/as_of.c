#include "as_of.h"

#define DAY 86400
#define STALE_DAYS 30

/* A mirror may be older than today: then what is over time ends with the newest commit that is
 * here, lest months that were never fetched look like silence. */
struct as_of as_of_find(const struct book *book, gint64 now)
{
    struct as_of found = {.newest = 0};
    for (guint node = 0; node < graph_size(book_graph(book)); node++)
        found.newest = MAX(found.newest, book_time(book, node, false));
    found.stale = found.newest > 0 && now - found.newest > STALE_DAYS * DAY;
    found.end = found.stale ? found.newest - found.newest % DAY + DAY : now - now % DAY;
    return found;
}

gint64 as_of_months_before(gint64 time, int months)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    g_autoptr(GDateTime) then = g_date_time_add_months(date, -months);
    return g_date_time_to_unix(then);
}

gint64 as_of_release(const struct release *release)
{
    return release->annotated && release->tag_time != 0 ? release->tag_time : release->commit_time;
}
