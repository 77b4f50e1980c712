#include "ical.h"

#include <string.h>

#define OCTETS 75 /* RFC 5545, 3.1: without the line end */

/* A content line, folded between characters; a continuation begins with a blank that counts. */
static void add_line(GString *out, const char *line)
{
    gsize used = 0;
    gsize length = 0;
    for (const char *at = line; *at != '\0'; at += length) {
        length = (gsize)g_utf8_skip[(guchar)*at];
        if (used + length > OCTETS) {
            g_string_append(out, "\r\n ");
            used = 1;
        }
        g_string_append_len(out, at, (gssize)length);
        used += length;
    }
    g_string_append(out, "\r\n");
}

/* RFC 5545, 3.3.11. */
static char *escape(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *escaped = g_string_new(NULL);
    for (const char *at = valid; *at != '\0'; at++) {
        if (*at == '\n')
            g_string_append(escaped, "\\n");
        else if (strchr("\\;,", *at) != NULL)
            g_string_append_printf(escaped, "\\%c", *at);
        else if (!g_ascii_iscntrl(*at))
            g_string_append_c(escaped, *at);
    }
    return g_string_free(escaped, FALSE);
}

static void add_text(GString *out, const char *property, const char *text)
{
    g_autofree char *escaped = escape(text);
    g_autofree char *line = g_strdup_printf("%s:%s", property, escaped);
    add_line(out, line);
}

static void add_time(GString *out, const char *property, gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    g_autofree char *value = date == NULL ? NULL : g_date_time_format(date, "%Y%m%dT%H%M%SZ");
    g_string_append_printf(out, "%s:%s\r\n", property, value == NULL ? "19700101T000000Z" : value);
}

static void add_event(GString *out, const struct ical_event *event, gint64 stamp)
{
    g_string_append(out, "BEGIN:VEVENT\r\n");
    add_text(out, "UID", event->uid);
    add_time(out, "DTSTAMP", stamp);
    add_time(out, "DTSTART", event->time);
    add_text(out, "SUMMARY", event->summary);
    if (event->description != NULL)
        add_text(out, "DESCRIPTION", event->description);
    g_string_append(out, "TRANSP:TRANSPARENT\r\n");
    if (event->alarm_minutes > 0) {
        g_string_append(out, "BEGIN:VALARM\r\nACTION:DISPLAY\r\n");
        g_string_append_printf(out, "TRIGGER:-PT%uM\r\n", event->alarm_minutes);
        add_text(out, "DESCRIPTION", event->summary);
        g_string_append(out, "END:VALARM\r\n");
    }
    g_string_append(out, "END:VEVENT\r\n");
}

char *ical_format(const struct ical_event *events, guint count, gint64 stamp)
{
    GString *out = g_string_new("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                                "PRODID:-//Barograph//Embargo calendar//EN\r\n");
    for (guint i = 0; i < count; i++)
        add_event(out, &events[i], stamp);
    g_string_append(out, "END:VCALENDAR\r\n");
    return g_string_free(out, FALSE);
}
