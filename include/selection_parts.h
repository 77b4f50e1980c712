/* What the units of selection share. */
#ifndef SELECTION_PARTS_H
#define SELECTION_PARTS_H

#include "joins.h"
#include "reading.h"
#include "regions.h"

#define SELECTION_NOBODY (-1)

struct shelf;

struct selection_part {
    char *key;                     /* what windows must share to share the part */
    const struct reading *reading; /* of the first window; not its dates */
    const struct joins *joins;     /* of the same */
    gint64 since, until;           /* what its windows span together */
};

struct selection_window {
    struct reading *reading;
    guint part;
    gint64 employer; /* 0: any */
    struct joins *joins;
};

struct selection {
    struct book *book;
    GArray *parts;
    GArray *windows;
    struct shelf *chosen;    /* the store's; NULL: not filled yet */
    gint64 filled;           /* rows that were put there */
    struct regions *regions; /* NULL: not asked for yet */
};

struct selection_window *selection_window_at(const struct selection *selection, guint window);
struct selection_part *selection_part_at(const struct selection *selection, guint part);

/* Who counts as one for a commit: a person's or an employer's number, or SELECTION_NOBODY.
 * `people`: of selection_people. */
gint64 selection_who(struct book *book, const struct people *people, const struct joins *joins,
                     guint node);
gint64 selection_employer_of(struct book *book, const struct joins *joins, guint node);
/* The people map of a reading; NULL without an error when employers take people's place. */
bool selection_people(struct book *book, const struct reading *reading,
                      const struct people **ret_people, GError **error);

/* Windows with the same joins share the spans of those who give credit: the first one's number. */
guint selection_joins(const struct selection *selection, const struct selection_window *window);

/* Fills in who was there before the windows of a part began, of the first `known` windows. */
bool selection_fill_known(struct selection *selection, guint part, guint known, GError **error);

#endif
