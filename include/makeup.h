/* What a number of commits is made of: each counts as exactly one of new work, backport, security
 * fix, revert, merge and vendored tree; and which of them make one change, carried by several
 * branches.
 *
 * Of the kinds that a commit could be the first in this order counts: merge, vendored tree,
 * security fix, revert, backport; what is none of them is new work. So a backported security fix is
 * a security fix, and a revert is one on every branch. */
#ifndef MAKEUP_H
#define MAKEUP_H

#include "selection.h"

enum makeup_kind {
    MAKEUP_NEW,
    MAKEUP_BACKPORT,
    MAKEUP_SECURITY,
    MAKEUP_REVERT,
    MAKEUP_TREE,
    MAKEUP_MERGE,
    MAKEUP_KINDS
};

const char *makeup_name(enum makeup_kind kind);  /* "backport" */
const char *makeup_label(enum makeup_kind kind); /* "Backports" */
const char *makeup_rule(enum makeup_kind kind);  /* what counts, in one clause */
const char *makeup_unique_rule(void);            /* and as one change */

/* What is known of a commit. */
struct makeup_facts {
    bool merge;    /* it has several parents */
    bool tree;     /* it is a monster (monsters.h) */
    bool security; /* it declares to fix an advisory, or a part of it */
    bool revert;   /* its subject is git's: Revert "..." */
    bool backport; /* it names where it was picked from, or makes the change of another commit of
                      the same author and author date: one of the main branch, else an older one */
};
enum makeup_kind makeup_of(const struct makeup_facts *facts); /* pure */

struct makeup;

/* Of all commits of the book's repository; the book must outlive it. The repository itself is read
 * where commits of one author and date might make the same change. Errors as of lineage_load and
 * twins_open. */
struct makeup *makeup_load(struct book *book, GError **error);
void makeup_free(struct makeup *makeup);
typedef struct makeup Makeup;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Makeup, makeup_free)

enum makeup_kind makeup_kind(const struct makeup *makeup, guint node);
/* The commit that stands for all that make the same change. */
guint makeup_change(const struct makeup *makeup, guint node);

struct makeup_counts {
    gint64 commits; /* the sum of the kinds */
    gint64 kinds[MAKEUP_KINDS];
    gint64 unique; /* different changes among them */
};

/* The commits of windows first to last of a filled selection, one by one (struct makeup_counts).
 * The array is the caller's. */
GArray *makeup_count(const struct makeup *makeup, struct selection *selection, guint first,
                     guint last, GError **error);

#endif
