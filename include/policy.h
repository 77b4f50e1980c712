/* A disclosure policy as a file: which clocks run, how long, which days and hours it avoids, what
 * members may say, what ends the embargo. docs/policies.md explains every key.
 *
 * Shipped policies are in templates/policies/NAME.conf; a file policies/NAME.conf in the home adds
 * one, or stands in for the shipped one of that name. */
#ifndef POLICY_H
#define POLICY_H

#include "workdays.h"

/* What may happen to an advisory, and when a clock may start. */
enum policy_event {
    POLICY_DISCOVERED,
    POLICY_REPORTED,
    POLICY_CONFIRMED,
    POLICY_FIXED,         /* a fix is ready */
    POLICY_PREDISCLOSURE, /* our own list hears of it */
    POLICY_POSTED,        /* first post to somebody else's list */
    POLICY_WISHED,        /* the moment the discoverer asks for */
    POLICY_PUBLIC,        /* the moment that is planned */
    POLICY_EXPLOITED,     /* seen in the wild */
    POLICY_LEAKED,
    POLICY_EVENTS
};
const char *policy_event_name(enum policy_event event);   /* in files: "predisclosure" */
const char *policy_event_phrase(enum policy_event event); /* in sentences: "the first post" */
bool policy_event_parse(const char *name, enum policy_event *ret_event);

#define POLICY_UNKNOWN G_MININT64 /* a time nobody knows (yet) */

/* From one event to another: at least, as a rule, at most. Spans without words are not set. */
struct policy_stage {
    char *name;
    enum policy_event from[3]; /* the first of them that is known starts the clock */
    guint from_count;
    enum policy_event to; /* POLICY_CONFIRMED, POLICY_PREDISCLOSURE or POLICY_PUBLIC */
    struct span shortest, usual, longest;
    struct span exception;    /* longest, when `longest` would end on one of these weekdays */
    guint exception_weekdays; /* bit 1 << weekday, Monday is 1 */
};

/* Something to do so long before the public moment. */
struct policy_before {
    char *name; /* "heads-up", "merge-fix", "send-what-is-known" */
    struct span span;
};

struct policy_hours {
    int from, to; /* minutes of the day, UTC; half-open */
};

struct policy {
    char *name;           /* "linux-distros": the file's name */
    char *title;          /* "The linux-distros list" */
    char *source;         /* the text it was read from, with its date or version */
    char *pattern;        /* "distro", "cloud-fair", ...; a word for comparing */
    GArray *stages;       /* struct policy_stage */
    GArray *befores;      /* struct policy_before */
    guint avoid_weekdays; /* bits */
    bool avoid_holidays, avoid_quarter_end;
    GArray *avoid_hours;         /* struct policy_hours */
    guint prefer_weekdays;       /* bits; 0: no preference */
    int prefer_minute;           /* of the day, UTC; -1: no preference */
    bool discoverer_wins;        /* the discoverer's date counts for more than our spans */
    guint public_now;            /* bits of events after which it must be public at once */
    bool page_number, page_date; /* what the public page may show of one that members know */
    /* For people, not for the clock; NULL where the policy is silent. */
    char *audience, *may_say, *must_not_say, *deployment, *breaks, *subject_tag, *after, *notes;
};

/* `name` is that of the file without its ending. FAULT_CONFIG names the file, the group and the
 * key; a key nobody knows is an error. */
struct policy *policy_parse(const char *name, const char *text, GError **error);
void policy_free(struct policy *policy);
typedef struct policy Policy;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Policy, policy_free)

/* All policies, by name: struct policy *, owned by the array. `folder` is the home's policies/, or
 * NULL; that it is not there is no error. */
GPtrArray *policies_load(const char *folder, GError **error);
/* FAULT_NOINPUT with the nearest names. Borrowed. */
const struct policy *policies_find(const GPtrArray *policies, const char *name, GError **error);

/* The quarter's last week: a day from the 25th (24th in June and September) on. */
bool policy_quarter_end(gint64 time);
/* Why the policy avoids this moment ("a Friday", "a holiday"), or NULL. Static text. */
const char *policy_avoids(const struct policy *policy, gint64 time,
                          const struct workdays *workdays);

#endif
