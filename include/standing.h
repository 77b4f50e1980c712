/* How an advisory stands in each line of releases: what resolve.h found, as pages tell it. */
#ifndef STANDING_H
#define STANDING_H

#include "site.h"

/* [ { "product", "lines": [ ... ], "others": { "count", "lines" } or null, "remarks" } ], one a
 * repository; null when nothing is known. */
json_t *standing_places(const struct site *site, const struct publication *publication,
                        GError **error);

/* The same in a few words a line: [ { "product" or null, "marks": [ { "text", "kind", "title" } ] }
 * ]; null when nothing is known. */
json_t *standing_marks(const struct site *site, const struct publication *publication);

#endif
