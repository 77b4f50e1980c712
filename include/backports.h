/* What a stable branch may be missing: commits of the main branch that somebody may want there.
 *
 * A commit is a candidate when it is on the main branch and not in the line, neither as itself nor
 * as a backport (an origin line, through other branches if need be; or the same change by a commit
 * without such a line: lineage.h, twins.h), and
 *   - a Fixes: line of it names what the line has, itself or as a backport; or
 *   - a Fixes: line names another candidate, so that it has to follow when that is taken; or
 *   - a newer line has taken it, unless all that it fixes is absent here; or
 *   - it carries a Backport: line that names this line ("4.15+", "4.13").
 * What the line took and reverted is not there: such a candidate says so, and what fixes only a
 * reverted commit is none. What the main branch reverted says so too. Merges are never candidates.
 */
#ifndef BACKPORTS_H
#define BACKPORTS_H

#include "areas.h"
#include "book.h"
#include "silence.h"
#include "twins.h"

enum backport_evidence {
    BACKPORT_FIXES = 1,   /* it fixes what the line has */
    BACKPORT_FOLLOWS = 2, /* it fixes another candidate */
    BACKPORT_NEWER = 4,   /* a newer line took it */
    BACKPORT_ASKED = 8,   /* a Backport: line */
};

struct backport {
    guint node;
    gint64 commit_id;
    char commit[41];
    char *subject; /* UTF-8 */
    gint64 time;   /* committer's, on the main branch */
    guint evidence;
    char *because;           /* the evidence in words: "fixes 83a784a15b12, in 4.21" */
    char fixed[41];          /* what it fixes, or "" */
    gint after;              /* index of the candidate that it fixes, or -1 */
    char reverted_main[41];  /* the commit that reverted it on the main branch, or "" */
    char reverted_there[41]; /* the commit of the line that reverted its backport, or "" */
    const char *area;        /* its component; lives as long as the areas */
    GPtrArray *people;       /* const struct maintainer *: whom to ask */
    /* Of a trial; set by whoever tries. NULL: not tried. */
    const char *trial;    /* "clean", "conflict", "empty" */
    GPtrArray *conflicts; /* char *, UTF-8; NULL: none */
};

struct backports {
    char *branch;  /* "stable-4.20" */
    char *line;    /* "4.20"; "" when the branch's name ends in no version */
    char *release; /* the newest release of the line, or NULL: it has none */
    guint8 tip[20];
    GPtrArray *candidates;   /* struct backport *, in the main branch's order */
    GArray *silence;         /* struct backport_silence, most commits since first */
    guint taken, with_fixes; /* commits of the line since its fork; those with a Fixes: line */
    guint since;             /* commits since `release`, or since the fork */
    guint same; /* commits left out: a commit without an origin line makes the same change */
    guint moot; /* commits left out: all that they fix was reverted in the line */
};

/* `branch` is a stable branch or its line ("stable-4.20", "4.20"). FAULT_NOINPUT: there is none
 * (with the nearest names), or no main branch; FAULT_USAGE: it is the main branch. `twins`
 * NULL: what a commit without an origin line does is not looked at. The book and the areas must
 * outlive the answer. */
struct backports *backports_find(struct book *book, struct areas *areas, struct twins *twins,
                                 const char *branch, GError **error);
void backports_free(struct backports *backports);
typedef struct backports Backports;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Backports, backports_free)

guint backports_count(const struct backports *backports, guint evidence); /* with any of these */

/* Whether a Backport: line's value names a line: "4.20", "4.15+", "4.12 and later", "4.8, 4.9",
 * "all". Pure. */
bool backport_asks_for(const char *value, const char *line);

#endif
