#include "clock.h"

#include "fault.h"

#include <string.h>

bool clock_now(gint64 *ret_now, GError **error)
{
    const char *fixed = g_getenv("BAROGRAPH_NOW");
    if (fixed == NULL) {
        *ret_now = g_get_real_time() / G_USEC_PER_SEC;
        return true;
    }
    if (clock_parse_time(fixed, ret_now, NULL))
        return true;
    return fault_raise(error, FAULT_USAGE,
                       "BAROGRAPH_NOW is \"%s\": write a time such as 2018-06-01T12:00:00Z", fixed);
}

bool clock_parse_time(const char *text, gint64 *ret_time, GError **error)
{
    /* Without a default zone GLib refuses a text that names none. */
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
    if (time == NULL || strlen(text) < 20 || text[4] != '-' || text[10] != 'T')
        return fault_raise(error, FAULT_USAGE,
                           "\"%s\" is not a time: write it like 2018-06-01T12:00:00Z", text);
    *ret_time = g_date_time_to_unix(time);
    return true;
}

bool clock_parse_day(const char *text, gint64 *ret_time, GError **error)
{
    if (strlen(text) == 10 && text[4] == '-' && text[7] == '-') {
        g_autofree char *midnight = g_strconcat(text, "T00:00:00Z", NULL);
        if (clock_parse_time(midnight, ret_time, NULL))
            return true;
    }
    if (clock_parse_time(text, ret_time, NULL))
        return true;
    return fault_raise(error, FAULT_USAGE,
                       "\"%s\" is not a day: write it like 2018-06-01 (days are UTC)", text);
}

gint64 clock_day(int year, int month, int day)
{
    g_autoptr(GDateTime) time = g_date_time_new_utc(year, month, day, 0, 0, 0);
    g_return_val_if_fail(time != NULL, 0);
    return g_date_time_to_unix(time);
}

static char *format(gint64 time, const char *how)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    return date == NULL ? g_strdup("?") : g_date_time_format(date, how);
}

int clock_year(gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    return date == NULL ? 0 : g_date_time_get_year(date);
}

char *clock_format_day(gint64 time)
{
    return format(time, "%Y-%m-%d");
}

char *clock_format_time(gint64 time)
{
    return format(time, "%Y-%m-%dT%H:%M:%SZ");
}
