/* What the parts of a weather report are made with: notes that keep each reading once, tables of
 * people and employers with shares and growth. */
#ifndef WEATHER_PARTS_H
#define WEATHER_PARTS_H

#include "weather_plan.h"

#include <jansson.h>

/* The readings of a report, numbered from 1 in the order of their first use. */
struct weather_notes;
struct weather_notes *weather_notes_new(void);
void weather_notes_free(struct weather_notes *notes);
typedef struct weather_notes WeatherNotes;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WeatherNotes, weather_notes_free)
json_t *weather_notes_json(const struct weather_notes *notes);

struct weather_making {
    struct weather_plan *plan;
    struct weather_notes *notes;
};

/* The reading of a window: its number; null for WEATHER_NO_WINDOW. */
json_t *weather_reading(struct weather_making *making, guint window);
/* One number for windows that differ by their span alone: "each calendar year". */
json_t *weather_reading_series(struct weather_making *making, guint first, const char *series);

/* Who contributed in a window and the window it is compared with; the latter may be NULL. */
struct weather_ranking {
    GArray *now;      /* struct contributor */
    GHashTable *then; /* who -> commits before, NULL: nothing to compare with */
    gint64 whole;     /* commits of everybody */
};
bool weather_rank(struct weather_making *making, guint window, guint against, enum figures_by by,
                  guint mask, struct weather_ranking *ret_ranking, GError **error);
void weather_ranking_clear(struct weather_ranking *ranking);

#define WEATHER_TOP 10

/* The first WEATHER_TOP by commits: people. */
json_t *weather_people(struct weather_making *making, const struct weather_ranking *ranking,
                       guint window);
/* Employers, groups of people without one, and how few employers make half of the commits. */
json_t *weather_employers(struct weather_making *making, const struct weather_ranking *ranking,
                          guint window);
/* Those who gave most reviews and acks, with what they wrote beside it. */
json_t *weather_reviewers(struct weather_making *making, const struct weather_ranking *ranking,
                          guint window);
/* Employers and people of a window who had never contributed before. */
json_t *weather_first_seen(struct weather_making *making, guint window, GError **error);

/* {figure, label, counts, value, before, growth_percent, reading, before_reading} */
json_t *weather_figure(struct weather_making *making, enum figure figure, guint window,
                       const struct figures *now, guint against, const struct figures *then);

/* The part of the report that is over time: releases, years, twelve months, all time. Members are
 * set in `report`. */
bool weather_add_over_time(struct weather_making *making, json_t *report, GError **error);

/* Commits that add or drop a whole tree and whose lines do not count: "monsters", and a remark for
 * each window that has some. After the figures and the remarks. */
bool weather_add_monsters(struct weather_making *making, json_t *report, GError **error);

/* What the years and releases are made of: "makeup". After what is over time. */
bool weather_add_makeup(struct weather_making *making, json_t *report, GError **error);

/* A row for each component: "components". */
bool weather_add_components(struct weather_making *making, json_t *report, GError **error);

/* How far the headlines hang on the reading: "spans", with those that change sign or rank marked.
 * The last to be added: it counts again, and the plan's selection is empty then. */
bool weather_add_spans(struct weather_making *making, json_t *report, GError **error);

#endif
