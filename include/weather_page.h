/* A weather report made ready for a template: numbers as a person reads them, readings beside
 * their figures, cells of equal width for plain text, charts for HTML. Pure. */
#ifndef WEATHER_PAGE_H
#define WEATHER_PAGE_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

struct weather_page {
    bool align;        /* pad what stands in columns: plain text */
    bool charts;       /* add chart_releases, chart_years, chart_employers: HTML */
    const char *minus; /* "-" or a typographic one */
};

/* A new value with what the report has and, beside each member:
 *   n          n_text "1,316"; n_one, whether it is 1; n_any, whether it is not 0; for whole
 *              numbers that are quantities
 *   x_percent  x_text "24.4 %", of growth with its sign, "new" where it is null and
 *              `before` is 0 but it is not; growth_class is up, down, level or new
 *   reading    title, the reading as a sentence, and note "[1]"; before_reading likewise
 *   names      names_text, joined by commas
 *   rows       any, whether there are rows; rows_text "Alice (12), Bob (5)"; more_text, how many
 *              there are beside them, where there are any
 * and the figures by name: figure.lines_added. Caller owns it. */
json_t *weather_page(const json_t *weather, const struct weather_page *how);

/* The charts, as SVG: what is drawn in it is in docs/json.md under `releases`, `years` and
 * `employers`. NULL when there is nothing to draw. */
char *weather_chart_releases(const json_t *weather);
char *weather_chart_years(const json_t *weather);
char *weather_chart_employers(const json_t *weather);

#endif
