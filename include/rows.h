/* The rows behind the figures, for `export`: streamed, so that a whole history fits. The columns
 * are documented in docs/json.md. */
#ifndef ROWS_H
#define ROWS_H

#include "selection.h"
#include "table.h"

enum rows {
    ROWS_COMMITS,
    ROWS_CHANGES,
    ROWS_TRAILERS,
    ROWS_RELEASES,
    ROWS_PEOPLE,
    ROWS_EMPLOYERS,
    ROWS_COUNT
};

/* FAULT_USAGE with the nearest names. */
bool rows_parse(const char *name, enum rows *ret_rows, GError **error);

/* Gets the text piece by piece; false (with an error) stops the stream. */
typedef bool (*rows_sink)(const char *text, void *user, GError **error);

/* Of a filled selection. `format` is TABLE_TSV, TABLE_CSV or TABLE_JSON. */
bool rows_stream(struct selection *selection, guint window, enum rows rows,
                 enum table_format format, rows_sink sink, void *user, guint64 *ret_count,
                 GError **error);

#endif
