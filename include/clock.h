/* The only source of "now", and the only place where dates are read and written.
 *
 * Times are kept as seconds since 1970-01-01T00:00:00Z (gint64). BAROGRAPH_NOW (RFC 3339 with a
 * zone) sets "now" for tests and for repeating a report. */
#ifndef CLOCK_H
#define CLOCK_H

#include <glib.h>
#include <stdbool.h>

/* Seconds UTC. FAULT_USAGE when BAROGRAPH_NOW is set and cannot be read. */
bool clock_now(gint64 *ret_now, GError **error);

/* RFC 3339 with a zone ("2018-06-01T12:00:00Z", "...+02:00"); anything else: FAULT_USAGE. */
bool clock_parse_time(const char *text, gint64 *ret_time, GError **error);

/* A day "2018-06-01" (its midnight UTC), or what clock_parse_time reads. */
bool clock_parse_day(const char *text, gint64 *ret_time, GError **error);

/* Midnight UTC at the start of that day; month and day count from 1. */
gint64 clock_day(int year, int month, int day);
int clock_year(gint64 time);

/* "2018-06-01", "2018-06-01T12:00:00Z"; caller frees. */
char *clock_format_day(gint64 time);
char *clock_format_time(gint64 time);

#endif
