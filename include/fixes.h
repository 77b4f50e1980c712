/* How far a line carries the fixes of the advisories.
 *
 * The parts of an advisory are the commits on the main branch that claim to fix it, or a part of it
 * (mentions.claim). A part that the main branch took back with a Revert is none. Whether a part is
 * in what leads to a commit, a release say or the tip of a stable branch, is found by
 *   1. itself: the line forked off after it;
 *   2. an origin line ("master commit:", "cherry picked from"), through other branches if need be;
 *   3. a commit that claims the same advisory under the same subject;
 *   4. patch identity: a commit that makes the same change (twins.h);
 *   5. a commit that claims the advisory and is like no other part: one part that is left, or one
 *      whose subject is near.
 * What the line itself reverted does not count. */
#ifndef FIXES_H
#define FIXES_H

#include "book.h"
#include "lineage.h"
#include "twins.h"

struct fixes;

/* The claims and origins of a book's repository. `twins` NULL: patch identity is not tried. Both
 * must outlive it. FAULT_NOINPUT: the repository has no main branch (says what to write). */
struct fixes *fixes_open(struct book *book, struct twins *twins, GError **error);
void fixes_close(struct fixes *fixes);
typedef struct fixes Fixes;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixes, fixes_close)

/* Its origins and reverts; borrowed. */
struct lineage *fixes_lineage(const struct fixes *fixes);

enum fixes_evidence {
    FIXES_MISSING,      /* nothing was found */
    FIXES_REVERTED,     /* it was there, and was taken back by `found` */
    FIXES_ITSELF,       /* the commit itself is there */
    FIXES_ORIGIN,       /* `found` names it as its origin */
    FIXES_DECLARED,     /* `found` claims the advisory, under the same or a near subject */
    FIXES_TWIN,         /* `found` makes the same change */
    FIXES_NOT_AFFECTED, /* all that its Fixes: lines name is absent: `found` is the first of it */
};
/* "missing", "reverted", "itself", "origin", "declared", "same change", "not affected" */
const char *fixes_evidence_name(enum fixes_evidence evidence);
/* Whether a part with this evidence is there. */
bool fixes_is_present(enum fixes_evidence evidence);

struct fixes_part {
    gint64 commit_id; /* row id */
    guint node;
    char commit[41];
    char *subject; /* UTF-8 */
    gint64 time;   /* committer's, on the main branch */
    enum fixes_evidence evidence;
    char found[41]; /* the commit it was found by, or "" */
};

enum fixes_state {
    FIXES_APPLIED,     /* every part is there */
    FIXES_PARTLY,      /* some are; the others are not needed or missing: see `missing` */
    FIXES_NONE_NEEDED, /* no part is there and none is needed: not affected */
    FIXES_WAIVED,      /* configuration says why it need not be there */
    FIXES_UNKNOWN,     /* no part is there: a question, not a verdict */
};
const char *fixes_state_name(enum fixes_state state); /* "applied", "partly", "not affected", ... */

struct fixes_advisory {
    char *name;        /* "XSA-155" */
    GPtrArray *parts;  /* struct fixes_part *, in order; may be empty: fixed in the line only */
    guint present;     /* of the parts */
    guint missing;     /* neither there nor known not to be needed */
    bool inherited;    /* every part is on the main branch before the line forked */
    GPtrArray *claims; /* char *: commits of the line itself, 40 digits, that claim it; in order */
    enum fixes_state state;
    const char *reason; /* why it is waived; borrowed from the home */
};

/* Every advisory with parts on the main branch that were committed there at `until` (seconds UTC)
 * or before, or claimed by the line itself: what of it is in the ancestry of `node`. As struct
 * fixes_advisory *, by number; the caller unrefs. */
GPtrArray *fixes_cover(struct fixes *fixes, guint node, gint64 until, GError **error);

/* Names of the advisories that commits claim which lead to `to` and not to `from` (-1: all that
 * lead to `to`), by number: "fixed since the predecessor". As char *; the caller unrefs. */
GPtrArray *fixes_claimed(struct fixes *fixes, gint from, guint to);

/* By name in a list of fixes_cover, or NULL. */
struct fixes_advisory *fixes_find(const GPtrArray *advisories, const char *name);

/* Marks as waived what is not whole and is waived in barograph.conf for everything or for one of
 * `where` (a line, a version, a branch; NULL-ended). */
void fixes_waive(const GPtrArray *advisories, const struct home *home, const char *const *where);

/* "Applied", "Applied (2 of 3)", "N/A" or "Unknown"; NULL, an advisory that a repository never
 * names, is "N/A". Caller frees. */
char *fixes_cell(const struct fixes_advisory *advisory);

/* A commit of the main branch, by row id: whether it is in the ancestry of `node`, itself, by
 * origin or (when twins are there) by the same change, and not reverted. *ret_found: the node
 * there. */
bool fixes_carries(struct fixes *fixes, gint64 commit_id, guint node, bool *ret_carried,
                   guint *ret_found, GError **error);

#endif
