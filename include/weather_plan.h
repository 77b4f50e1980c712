/* Which windows a weather report counts: chosen before anything is counted, so that all of them
 * are filled at once. */
#ifndef WEATHER_PLAN_H
#define WEATHER_PLAN_H

#include "figures.h"
#include "weather_request.h"

#define WEATHER_NO_WINDOW G_MAXUINT

struct weather_plan {
    struct book *book;
    struct selection *selection;
    const struct weather_request *request;
    gint64 newest; /* time of the newest commit */
    bool stale;    /* it is so old that the history was not mined lately, or the project sleeps */
    gint64 as_of;  /* midnight UTC: what is over time ends before it */
    guint subject; /* windows; WEATHER_NO_WINDOW where there is none */
    guint against; /* what the subject is compared with */
    guint recent;  /* twelve months up to as_of, and the twelve before */
    guint recent_before;
    guint all;    /* the main branch's whole history */
    guint so_far; /* the year that is not over, and the same days of the year before */
    guint so_far_before;
    guint earlier; /* before the first of `years` */
    guint first_year_window;
    int first_year;
    guint years;          /* how many; 0: no commit yet */
    guint release_before; /* of the first of `releases`; its window lies before theirs */
    guint first_release_window;
    GPtrArray *releases; /* const struct release *: of the comparison over releases; the windows
                            follow each other in the same order */
    const struct release *release; /* of the subject, or NULL */
    GArray *together;              /* gint64: employers whose share together is told */
    bool lines_counted;            /* the windows are added whose lines are counted */
    bool unlike; /* a line's first point release, which is compared with all that led to the line */
};

/* Opens the book, adds the windows and fills the selection. */
struct weather_plan *weather_plan_new(struct store *history, const struct home *home,
                                      const struct weather_request *request, GError **error);
void weather_plan_free(struct weather_plan *plan);
typedef struct weather_plan WeatherPlan;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WeatherPlan, weather_plan_free)

#endif
