/* Spans of time as policies write them ("14 days", "2 working weeks"), and the working days that
 * they count by: Monday to Friday without the holidays of a file. Days are UTC. Pure. */
#ifndef WORKDAYS_H
#define WORKDAYS_H

#include <glib.h>
#include <stdbool.h>

enum { WORKDAYS_DAY = 86400 }; /* seconds */

struct workdays; /* the holidays */

/* One day a line ("2026-12-25"); blank lines and what follows # are left out. `name` is for the
 * error: FAULT_CONFIG with the line. NULL text: no holidays. */
struct workdays *workdays_parse(const char *text, const char *name, GError **error);
void workdays_free(struct workdays *workdays);
typedef struct workdays Workdays;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Workdays, workdays_free)

/* Of the UTC day that holds this time. `workdays` NULL: no holidays are known. */
bool workdays_holiday(const struct workdays *workdays, gint64 time);
bool workdays_working(const struct workdays *workdays, gint64 time);
int workdays_weekday(gint64 time); /* 1 is Monday, 7 Sunday */

enum span_unit { SPAN_HOURS, SPAN_DAYS, SPAN_WORKING_DAYS, SPAN_MONTHS };

struct span {
    enum span_unit unit;
    guint count; /* at most 3660 days or their like */
    char *words; /* as written: "2 working weeks"; NULL: there is no span */
};

/* "NUMBER [working] hour(s)|day(s)|week(s)|month(s)"; a working week is 5 working days. Else
 * FAULT_CONFIG. */
bool span_parse(const char *text, struct span *ret_span, GError **error);
void span_clear(struct span *span);

/* So much later, or earlier. Only working days count for working days: from within a weekend they
 * count from its end, and backwards from its beginning. A month ends on its last day at most. */
gint64 span_after(const struct span *span, gint64 time, const struct workdays *workdays);
gint64 span_before(const struct span *span, gint64 time, const struct workdays *workdays);

#endif
