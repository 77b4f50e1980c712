/* What growth is made of, as a person or a program reads it. */
#ifndef GROWTH_VIEW_H
#define GROWTH_VIEW_H

#include "splits.h"
#include "table.h"

/* Of splits_find. Caller frees. */
char *growth_view(const GPtrArray *splits, enum splits_by by, enum table_format format,
                  bool colour);

/* The monsters (monsters.h) in a reading's window, and by how much they move its line figures.
 * Errors as of selection_add. Caller frees. */
char *growth_view_monsters(struct book *book, const struct reading *reading,
                           enum table_format format, bool colour, GError **error);

#endif
