/* A MAINTAINERS file at a release, held against the history: which sections somebody looks after,
 * who alone, for one employer only, and whether they are still there. */
#ifndef STEWARDS_H
#define STEWARDS_H

#include "book.h"
#include "source.h"

#define STEWARDS_SILENT_MONTHS 12

/* Maintainers are those of M: lines; who asks to be told (R:) decides nothing. */
struct steward_section {
    char *name, *status; /* UTF-8 */
    guint files;         /* that it names; of the rest those that no other section names */
    guint maintainers, reviewers;
    char *people;    /* the maintainers' names, by commas */
    char *employers; /* those they worked for that day, by commas; groups in parentheses too */
    gint64 last;     /* newest commit, review or ack by one of them; 0: never */
    char *last_by;   /* or NULL */
    bool alone;      /* one maintainer */
    bool one_hand;   /* all of them, one or more, of one known employer */
    bool silent;     /* there are maintainers, and none did anything for twelve months */
};

struct steward {
    char *name, *address, *employer;
    bool known;                                /* somebody of the history */
    guint sections, alone;                     /* those kept, and kept by nobody else */
    gint64 last_commit, last_review, last_ack; /* 0: never */
    bool silent;
};

struct stewards {
    char *place; /* "RELEASE-4.9.0", or the branch */
    char commit[41];
    gint64 as_of;      /* what came later does not count */
    guint files, rest; /* of the tree; of those, named by nobody but the rest, or by nobody */
    GArray *sections;  /* struct steward_section, in the file's order */
    GArray *people;    /* struct steward, by sections */
};

/* `release` NULL: the tip of the main branch, as of `now` or the newest commit (as_of.h).
 * FAULT_NOINPUT: there is no such release, no MAINTAINERS file there or no section in it. */
struct stewards *stewards_read(struct book *book, const struct home *home, struct source *source,
                               const char *release, gint64 now, GError **error);
void stewards_free(struct stewards *stewards);
typedef struct stewards Stewards;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stewards, stewards_free)

#endif
