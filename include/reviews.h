/* Reviews and independence: how many commits somebody else vouched for, how many of those somebody
 * of another employer, who reviews, and how long commits took.
 *
 * An approval is a Reviewed-by or Acked-by line by a person (of the reading's people map) who did
 * not write the commit; one person approves a commit once, however many lines name them. Lines that
 * refuse (Nacked-by) never count. It is independent when its person worked for another employer on
 * the author date than the author did: (unknown) and (unaffiliated) count as employers here, so
 * (unknown) differs from Arm, and not from (unknown). `certain` leaves out pairs in which one side
 * is (unknown).
 *
 * Days go from the author's date to the committer's: a weak stand-in for the time that review took.
 * Years in which the committer is the author of (nearly) every commit, as imports of another
 * system's history leave them, have no such days. */
#ifndef REVIEWS_H
#define REVIEWS_H

#include "areas.h"
#include "reading.h"

enum reviews_by {
    REVIEWS_BY_YEAR,
    REVIEWS_BY_RELEASE,
    REVIEWS_BY_COMPONENT,
    REVIEWS_BY_EMPLOYER,
    REVIEWS_BY_PERSON,
    REVIEWS_BY_COUNT
};

struct reviews_row {
    char *name;      /* UTF-8 */
    bool group;      /* of employers: one in parentheses, which is none */
    gint64 commits;  /* of employers and people: those they wrote */
    gint64 approved; /* of those: by at least one other person */
    gint64 independent, certain;
    gint64 approvals; /* pairs of commit and person; of employers and people: those they gave */
    guint reviewers;  /* people who gave them */
    guint timed;      /* how many commits the days are of */
    double median_days, p90_days; /* by nearest rank; NAN when none is timed */
};

struct reviews {
    GArray *rows; /* struct reviews_row: years and releases in their order, the others by
                     commits and approvals */
    struct reviews_row total; /* all windows together */
    char *text;               /* the reading, a sentence */
    json_t *reading;          /* of components, employers and people; else of the first window, and
                                 its "text" is that of the series */
    char *grouping;           /* how commits were put into components, a sentence; else NULL */
    char *imported;           /* a sentence about years without days, or NULL */
};

struct reviews_question {
    enum reviews_by by;
    bool any_spelling;             /* keys that are not spelt exactly so count too */
    const struct reading *reading; /* of releases: its rules only */
    enum reading_ends ends;        /* of releases */
    struct areas *areas;           /* of components */
};

/* FAULT_USAGE: employers in people's place; FAULT_NOINPUT: no commit in the window, no release. */
struct reviews *reviews_count(struct book *book, const struct reviews_question *question,
                              GError **error);
void reviews_free(struct reviews *reviews);
typedef struct reviews Reviews;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reviews, reviews_free)

/* What the columns mean, a sentence or two each; NULL-terminated. */
const char *const *reviews_rules(bool any_spelling);

/* The value at rank ceil(part * count) of sorted seconds, in days with one digit; NAN of none. */
double reviews_rank_days(const gint64 *sorted, guint count, double part);

#endif
