/* How much: the figures of a selection's windows, counted in sql/history/query/figures.sql. */
#ifndef FIGURES_H
#define FIGURES_H

#include "selection.h"

enum figure {
    FIGURE_COMMITS,
    FIGURE_PEOPLE,
    FIGURE_EMPLOYERS,
    FIGURE_NEWCOMERS,
    FIGURE_LINES_ADDED,
    FIGURE_LINES_REMOVED,
    FIGURE_REVIEWS,
    FIGURE_ACKS,
    FIGURE_TESTS,
    FIGURE_REPORTS,
    FIGURE_COUNT
};

#define FIGURE_BIT(figure) (1u << (figure))
#define FIGURE_EVERY (FIGURE_BIT(FIGURE_COUNT) - 1)
#define FIGURE_CREDITS                                                                             \
    (FIGURE_BIT(FIGURE_REVIEWS) | FIGURE_BIT(FIGURE_ACKS) | FIGURE_BIT(FIGURE_TESTS) |             \
     FIGURE_BIT(FIGURE_REPORTS))

/* Of the commits themselves: counted together, whichever is asked for. */
#define FIGURE_HEADS                                                                               \
    (FIGURE_BIT(FIGURE_COMMITS) | FIGURE_BIT(FIGURE_PEOPLE) | FIGURE_BIT(FIGURE_EMPLOYERS))
#define FIGURE_LINES (FIGURE_BIT(FIGURE_LINES_ADDED) | FIGURE_BIT(FIGURE_LINES_REMOVED))

const char *figure_name(enum figure figure);  /* "lines-added" */
const char *figure_label(enum figure figure); /* "Lines added" */
/* What counts, in one clause: "Reviewed-by lines in the messages of the commits". */
const char *figure_rule(enum figure figure);
/* FAULT_USAGE with the nearest names. */
bool figure_parse(const char *name, enum figure *ret_figure, GError **error);

struct figures {
    gint64 value[FIGURE_COUNT];
};

/* The figures of windows first to last that `mask` names; the others are 0. Newcomers need a
 * selection that was filled with `known`. The array (struct figures) is the caller's. */
GArray *figures_count(struct selection *selection, guint first, guint last, guint mask,
                      GError **error);

enum figures_by { FIGURES_BY_PERSON, FIGURES_BY_EMPLOYER };

struct contributor {
    gint64 who; /* a person's or an employer's number */
    char *name; /* UTF-8 */
    /* commits, people, lines, credits given; the rest is 0 */
    gint64 value[FIGURE_COUNT];
    gint64 employer;    /* by person: for whom most was written, else most credit given; 0: none */
    gint64 first, last; /* dates of the first and the last commit; 0 when there is none */
};

/* Everybody with a commit or a credit in the window; by commits, then credits, then name. With
 * employers in people's place (READING_EMPLOYER) both ways give employers. The array (struct
 * contributor) is the caller's. */
GArray *figures_contributors(struct selection *selection, guint window, enum figures_by by,
                             guint mask, GError **error);

/* Those who had never contributed before the window (by its reading), by commits in it; `value`
 * has the commits. Needs a selection that was filled with `known`. */
GArray *figures_first_seen(struct selection *selection, guint window, enum figures_by by,
                           GError **error);

#endif
