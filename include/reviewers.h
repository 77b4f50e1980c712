/* Who stands behind a credit line: the person, and for whom they worked on the commit's author
 * date.
 *
 * Some lines have a name and no address ("Acked-by: Ian Jackson"). Such a line is of the person who
 * is the only one here with that name, and counts for the employer of the address that this person
 * wrote commits from about that day, or nearest to it. Where nobody has the name, or several do, it
 * is somebody of their own, whose employer is unknown. */
#ifndef REVIEWERS_H
#define REVIEWERS_H

#include "joins.h"

struct reviewers;

/* `joins` as a reading has them; NULL: none. The book must outlive them. FAULT_NOINPUT as of
 * joins_new. */
struct reviewers *reviewers_new(struct book *book, enum people_map map, const char *const *joins,
                                GError **error);
void reviewers_free(struct reviewers *reviewers);
typedef struct reviewers Reviewers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reviewers, reviewers_free)

struct reviewer {
    guint person;    /* of the people map */
    gint64 employer; /* as the book numbers them */
};

/* By the line's identity, a row id of `identities`. */
struct reviewer reviewers_find(struct reviewers *reviewers, gint64 identity, gint64 author_time);

/* Who somebody named elsewhere is (in a MAINTAINERS file, in a table): by the address, else by the
 * name when only one person here has it. Either may be "". PEOPLE_NOBODY: nobody here. */
guint reviewers_person(const struct reviewers *reviewers, const char *name, const char *address);

#endif
