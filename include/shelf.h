/* Rows of whole numbers that statements read as a table, where they lie in memory. What a report
 * chooses of the history is tens of thousands of rows: to insert them into a temporary table takes
 * longer than all that is then asked of it. */
#ifndef SHELF_H
#define SHELF_H

#include <glib.h>
#include <stdbool.h>

#define SHELF_NULL G_MININT64 /* stands for NULL */

struct shelf;
struct sqlite3;

/* For store.h, which owns it: a table of that many columns, declared by a CREATE TABLE. NULL: the
 * database refused. */
struct shelf *shelf_new(struct sqlite3 *db, const char *name, const char *declaration,
                        guint columns);
void shelf_free(struct shelf *shelf);

/* Adds one row. Its first column is its number, above that of the row before. No statement that
 * reads the shelf may be at a row meanwhile. */
void shelf_add(struct shelf *shelf, const gint64 *row);
/* Of the rows from number `first` on only those stay whose numbers are given, gint64, ascending. */
void shelf_keep(struct shelf *shelf, gint64 first, const GArray *numbers);
void shelf_clear(struct shelf *shelf);

#endif
