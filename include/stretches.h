/* Which stretches of a history somebody may have counted: releases from tag to tag, to their last
 * candidate and from fork to fork; from any tag of a line to any later one of it or the next;
 * calendar years and twelve months up to any month; each on the branches that come into question.
 */
#ifndef STRETCHES_H
#define STRETCHES_H

#include "book.h"
#include "reading.h"

struct stretch {
    struct reading *reading; /* unresolved; merges, renames and people are left as usual */
    guint cost;  /* how far it is from what goes without saying: 0 is a release, a year */
    gint before; /* the place of the stretch before it, or -1 */
    bool beside; /* it was not asked for: what a growth compares with */
};

/* The search: nothing given, everything is searched. */
struct stretch_limits {
    const struct reading *asked; /* its window; open dates: any */
    bool branches, date;         /* only those that it names */
};

/* The commits of a stretch, merges with them, and what lies before it. */
struct stretch_commits {
    const guint *nodes;
    guint count;
    const guint *earlier; /* of days: those of the same branches before it */
    guint earlier_count;
    const guint64 *ancestors; /* of a range: its start's, one bit a node, at one address for one
                                 start; NULL: of days */
};

/* False (with an error) ends the search. Whoever keeps what `before` names must count: stretches
 * are told in the order of their places. */
typedef bool (*stretch_visitor)(const struct stretch *stretch,
                                const struct stretch_commits *commits, void *user, GError **error);

/* Tells all of them. The stretches (struct stretch) are the caller's. Errors as of range_resolve.
 */
GArray *stretches_visit(struct book *book, const struct stretch_limits *limits,
                        stretch_visitor visit, void *user, GError **error);

#endif
