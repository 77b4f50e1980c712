/* The weather report: one JSON value (docs/json.md) made of figures, and the documents that
 * templates make of it. */
#ifndef WEATHER_H
#define WEATHER_H

#include "home.h"
#include "store.h"
#include "weather_request.h"

#include <jansson.h>

/* Every figure in it names its reading by number. Errors as of selection_add. */
json_t *weather_build(struct store *history, const struct home *home,
                      const struct weather_request *request, GError **error);

enum weather_format { WEATHER_TEXT, WEATHER_MARKDOWN, WEATHER_HTML, WEATHER_JSON };

/* FAULT_USAGE. */
bool weather_format_parse(const char *name, enum weather_format *ret_format, GError **error);

/* As text, Markdown or HTML by the home's templates/weather.* or the built-in ones; as JSON the
 * value itself. FAULT_CONFIG when a template of the home cannot be read. Caller frees. */
char *weather_render(json_t *weather, const struct home *home, enum weather_format format,
                     GError **error);

#endif
