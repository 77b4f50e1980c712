/* A stretch of a history that somebody may have counted, and what is shared by those who tell them:
 * stretches.h ranges, calendar.h days. */
#ifndef VISITING_H
#define VISITING_H

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

/* The search while it is under way. */
struct visiting {
    struct book *book;
    const struct stretch_limits *limits;
    stretch_visitor visit;
    void *user;
    GArray *stretches;
    GHashTable *places; /* "release ends branches" or "until branches date months" -> place + 1 */
    GArray *points;
    guint released;   /* so many of the points are of releases, the rest of upcoming ones */
    GPtrArray *forks; /* ancestors of forks, kept to the end as those of the points are */
    bool beside;      /* what is told now was not asked for */
    guint64 *main;    /* the main branch's commits */
    guint64 *nothing;
    guint *nodes;
    guint words;
};

/* Keeps a stretch and tells it; takes the reading. `key` is what the next one looks for as its
 * `key_before`; either may be NULL. */
bool visiting_tell(struct visiting *visiting, struct reading *reading, guint cost, const char *key,
                   const char *key_before, const struct stretch_commits *commits, GError **error);

/* Whether stretches on these branches are searched. */
bool visiting_wants(const struct visiting *visiting, enum reading_branches branches);

/* NULL: there is none. */
const struct release *visiting_predecessor(const struct release_list *list,
                                           const struct release *release);

#endif
