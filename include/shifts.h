/* What changed most between two spans, and in how many words. Pure. */
#ifndef SHIFTS_H
#define SHIFTS_H

#include <glib.h>

/* What is counted of a part of a project in two spans. */
struct shifts {
    gint64 commits, commits_before;
    gint64 people, people_before;
    const char *employer; /* with the most commits now; NULL: none */
    gint64 its, its_before;
};

/* How far a count lies from what chance would make of the one before: the difference by the root of
 * the sum, so that 2 is beyond it. */
double shifts_score(gint64 before, gint64 now);

/* Which figure changed most by its score: "commits", "people" or "share"; one that changed by less
 * than 2 earns no sentence: "steady". A share needs ten commits in both spans. */
const char *shifts_figure(const struct shifts *shifts);

/* One sentence with that figure's numbers: "Commits rose from 331 to 412 (+24.5 %)." Caller frees.
 */
char *shifts_sentence(const struct shifts *shifts);

#endif
