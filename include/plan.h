/* When may it be told to members, and when to everybody? From the policies that bind an advisory,
 * its dates and the holidays: the feasible window, the suggested moment, which rule binds at each
 * end, or the conflict in one sentence. Pure. docs/policies.md has the rules in words. */
#ifndef PLAN_H
#define PLAN_H

#include "policy.h"

#define PLAN_NEVER G_MAXINT64 /* an end that no rule sets */

struct plan_question {
    const struct policy *const *policies;
    guint count;
    gint64 at[POLICY_EVENTS];        /* POLICY_UNKNOWN where nobody knows */
    const struct workdays *workdays; /* NULL: no holidays are known */
    gint64 now;                      /* POLICY_UNKNOWN: the past is as good as the future */
};
void plan_question_init(struct plan_question *question); /* nothing known, no policy */

struct plan_bound {
    gint64 time; /* POLICY_UNKNOWN or PLAN_NEVER: no rule binds at this end */
    char *rule;  /* "linux-distros: at most 14 days from the first post to the list (...)" */
};

struct plan_window {
    bool asked; /* some policy has something to say about it */
    struct plan_bound earliest, latest;
    gint64 suggested;    /* POLICY_UNKNOWN where there is none */
    const char *because; /* static: "as planned", "as the discoverer wishes", "by the policies" */
    char *conflict;      /* why there is no moment at all, else NULL */
    char *objection;     /* why the planned or wished moment is not good, else NULL */
};

struct plan_milestone {
    gint64 time;
    char *what; /* "kubernetes: heads-up, 24 hours before publication" */
};

struct plan {
    struct plan_window predisclosure, publication;
    GArray *milestones; /* struct plan_milestone, by time */
    GPtrArray *notes;   /* char *: clocks that cannot start yet, special rules that apply */
};

/* Never NULL: a plan without a window says why. */
struct plan *plan_make(const struct plan_question *question);
void plan_free(struct plan *plan);
typedef struct plan Plan;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Plan, plan_free)

/* "Tue 2026-06-16 12:00 UTC", with seconds only when there are some; "unknown", "no end". */
char *plan_time(gint64 time);

#endif
