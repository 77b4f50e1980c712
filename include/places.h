/* Where a selection's commits must touch the project: the paths of a reading's path or component.
 */
#ifndef PLACES_H
#define PLACES_H

#include "reading.h"
#include "regions.h"

struct shelf;

/* Of the rows of `chosen` from `first` on, which are the part's, leaves those that touch a path
 * that the reading wants, and keeps these paths in `wanted`. Without a path and a component all
 * stay. `regions` are needed for a component only, which must be one of them. */
bool places_keep(struct store *store, guint part, gint64 first, struct shelf *chosen,
                 const struct reading *reading, const struct regions *regions, GError **error);

#endif
