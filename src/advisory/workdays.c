#include "workdays.h"

#include "clock.h"
#include "fault.h"

#include <stdlib.h>
#include <string.h>

#define AT_MOST 3660

struct workdays {
    GArray *days; /* gint64: days since 1970, ascending */
};

static gint64 day_of(gint64 time)
{
    return time >= 0 ? time / WORKDAYS_DAY : -((WORKDAYS_DAY - 1 - time) / WORKDAYS_DAY);
}

static int compare_days(const void *a, const void *b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return (left > right) - (left < right);
}

struct workdays *workdays_parse(const char *text, const char *name, GError **error)
{
    g_autoptr(Workdays) workdays = g_new0(struct workdays, 1);
    g_auto(GStrv) lines = g_strsplit(text == NULL ? "" : text, "\n", -1);
    workdays->days = g_array_new(FALSE, FALSE, sizeof(gint64));
    for (guint i = 0; lines[i] != NULL; i++) {
        gint64 time = 0;
        lines[i][strcspn(lines[i], "#")] = '\0';
        const char *line = g_strstrip(lines[i]);
        if (*line == '\0')
            continue;
        if (strlen(line) != 10 || !clock_parse_day(line, &time, NULL)) {
            fault_raise(error, FAULT_CONFIG, "%s, line %u: \"%s\" is not a day such as 2026-12-25",
                        name, i + 1, line);
            return NULL;
        }
        gint64 day = day_of(time);
        g_array_append_val(workdays->days, day);
    }
    g_array_sort(workdays->days, compare_days);
    return g_steal_pointer(&workdays);
}

void workdays_free(struct workdays *workdays)
{
    if (workdays == NULL)
        return;
    g_array_unref(workdays->days);
    g_free(workdays);
}

static int weekday_of(gint64 day)
{
    return (int)(((day + 3) % 7 + 7) % 7) + 1; /* day 0 was a Thursday */
}

static bool holiday_on(const struct workdays *workdays, gint64 day)
{
    return workdays != NULL && workdays->days->len > 0 &&
           bsearch(&day, workdays->days->data, workdays->days->len, sizeof day, compare_days) !=
               NULL;
}

static bool working_on(const struct workdays *workdays, gint64 day)
{
    return weekday_of(day) <= 5 && !holiday_on(workdays, day);
}

bool workdays_holiday(const struct workdays *workdays, gint64 time)
{
    return holiday_on(workdays, day_of(time));
}

bool workdays_working(const struct workdays *workdays, gint64 time)
{
    return working_on(workdays, day_of(time));
}

int workdays_weekday(gint64 time)
{
    return weekday_of(day_of(time));
}

/* Units as written, in the singular, and how many of the unit that is counted they are. */
static const struct {
    const char *word;
    bool working;
    enum span_unit unit;
    guint times;
} units[] = {
    {"hour", false, SPAN_HOURS, 1},      {"day", false, SPAN_DAYS, 1},
    {"week", false, SPAN_DAYS, 7},       {"month", false, SPAN_MONTHS, 1},
    {"day", true, SPAN_WORKING_DAYS, 1}, {"week", true, SPAN_WORKING_DAYS, 5},
};

static bool is_unit(const char *word, const char *singular)
{
    gsize length = strlen(singular);
    return strncmp(word, singular, length) == 0 &&
           (word[length] == '\0' || g_str_equal(word + length, "s"));
}

bool span_parse(const char *text, struct span *ret_span, GError **error)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    guint count = g_strv_length(words);
    bool working = count == 3 && g_str_equal(words[1], "working");
    guint64 number = 0;
    if ((count == 2 || working) &&
        g_ascii_string_to_unsigned(words[0], 10, 0, AT_MOST, &number, NULL))
        for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
            if (units[i].working == working && is_unit(words[count - 1], units[i].word) &&
                number * units[i].times <= AT_MOST) {
                *ret_span =
                    (struct span){units[i].unit, (guint)number * units[i].times, g_strdup(text)};
                return true;
            }
    return fault_raise(error, FAULT_CONFIG,
                       "\"%s\" is not a span of time: write one such as 14 days, 2 working weeks, "
                       "48 hours or 2 months",
                       text);
}

void span_clear(struct span *span)
{
    g_clear_pointer(&span->words, g_free);
}

static gint64 step_working_days(gint64 time, guint count, int way, const struct workdays *workdays)
{
    gint64 day = day_of(time);
    gint64 offset = time - day * WORKDAYS_DAY;
    /* No work is done until the free days are over, so their hours do not count. */
    if (!working_on(workdays, day)) {
        while (!working_on(workdays, day))
            day += way;
        offset = way > 0 ? 0 : WORKDAYS_DAY;
    }
    while (count > 0) {
        day += way;
        count -= working_on(workdays, day);
    }
    return day * WORKDAYS_DAY + offset;
}

static gint64 step_months(gint64 time, int count)
{
    g_autoptr(GDateTime) from = g_date_time_new_from_unix_utc(time);
    g_autoptr(GDateTime) to = from == NULL ? NULL : g_date_time_add_months(from, count);
    return to == NULL ? time : g_date_time_to_unix(to);
}

static gint64 step(const struct span *span, gint64 time, int way, const struct workdays *workdays)
{
    switch (span->unit) {
    case SPAN_HOURS:
        return time + way * (gint64)span->count * 3600;
    case SPAN_DAYS:
        return time + way * (gint64)span->count * WORKDAYS_DAY;
    case SPAN_MONTHS:
        return step_months(time, way * (int)span->count);
    case SPAN_WORKING_DAYS:
        return step_working_days(time, span->count, way, workdays);
    }
    return time;
}

gint64 span_after(const struct span *span, gint64 time, const struct workdays *workdays)
{
    return step(span, time, 1, workdays);
}

gint64 span_before(const struct span *span, gint64 time, const struct workdays *workdays)
{
    return step(span, time, -1, workdays);
}
