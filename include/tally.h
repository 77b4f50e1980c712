/* Counts many sets of commits in memory, each by all rules in one pass: for searching, where
 * figures.h would be asked ten thousand times. It gives the same numbers. */
#ifndef TALLY_H
#define TALLY_H

#include "figures.h"
#include "joins.h"

enum tally_map { TALLY_MAILMAP, TALLY_RAW, TALLY_MAPS };

/* What differs between readings of one set of commits. */
struct tally_rule {
    bool merges;  /* merge commits count */
    bool renames; /* are detected */
    bool raw;     /* people by name as written */
};

/* Indexed by what the rule says: [merges], [renames], [enum tally_map]. */
struct tally_counts {
    guint whole[2];   /* commits of anybody */
    guint commits[2]; /* of the employer that is asked for, as the rest */
    guint people[2][TALLY_MAPS];
    guint newcomers[2][TALLY_MAPS];
    guint employers[2];
    guint top_six[2]; /* commits of the six employers with most */
    guint credits[2][4];
    gint64 added[2], removed[2];
};

struct tally;

/* Reads what the figures of `mask` need; top six when asked. `employer` and `joins` as a reading
 * has them; either may be NULL. Errors as of joins_new and book_find_employer. */
struct tally *tally_new(struct book *book, guint mask, bool top_six, const char *employer,
                        const char *const *joins, GError **error);
/* Lines of monsters (monsters.h) count no more. */
bool tally_drop_monsters(struct tally *tally, GError **error);
void tally_free(struct tally *tally);
typedef struct tally Tally;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tally, tally_free)

/* Who is no newcomer: by person, one byte each; [merges][enum tally_map]. */
struct tally_known {
    guint8 *people[2][TALLY_MAPS];
};
void tally_known_init(const struct tally *tally, struct tally_known *known);
void tally_known_clear(struct tally_known *known);
void tally_known_add(const struct tally *tally, struct tally_known *known, guint node);

/* The counts of these nodes; `known` NULL: newcomers are not counted. */
void tally_count(struct tally *tally, const guint *nodes, guint count,
                 const struct tally_known *known, struct tally_counts *ret_counts);

/* One figure of what was counted. */
gint64 tally_figure(const struct tally_counts *counts, enum figure figure, struct tally_rule rule);

#endif
