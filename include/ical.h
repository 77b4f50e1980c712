/* Calendars for other programs: iCalendar as RFC 5545 says, with moments in UTC. Pure. */
#ifndef ICAL_H
#define ICAL_H

#include <glib.h>

struct ical_event {
    const char *uid;         /* the same for the same event, so that a second import replaces it */
    gint64 time;             /* seconds UTC; the event has no length */
    const char *summary;     /* UTF-8; broken bytes are replaced, control characters dropped */
    const char *description; /* NULL: none */
    guint alarm_minutes;     /* a reminder so long before; 0: none */
};

/* One VCALENDAR with CRLF line ends, lines folded at 75 octets. `stamp`: when it was made, seconds
 * UTC. Caller frees. */
char *ical_format(const struct ical_event *events, guint count, gint64 stamp);

#endif
