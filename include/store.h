/* The one door to SQLite: databases, named statements, transactions.
 *
 * SQL lives in sql/ only. A query file sql/<which>/query/<module>.sql holds statements, each after
 * a line `-- name: people_by_employer`; they are prepared once and kept. Columns and parameters
 * count as in SQLite: columns from 0, parameters from 1. */
#ifndef STORE_H
#define STORE_H

#include <glib.h>
#include <stdbool.h>

struct shelf;
struct store;
struct store_statement;

enum store_mode {
    STORE_READ,  /* an existing database; nothing can be written but temporary tables */
    STORE_WRITE, /* created when it is not there; schema brought up to date */
};

/* `schema` is "history" or "advisory": the folder of sql/ its schema and queries come from.
 * FAULT_UNAVAILABLE: not there (STORE_READ); FAULT_DATA: no database of ours, damaged, or newer
 * than this program; FAULT_PERMISSION; FAULT_BUSY; FAULT_IO: full disk and the like. */
struct store *store_open(const char *path, const char *schema, enum store_mode mode,
                         GError **error);
void store_close(struct store *store);
typedef struct store Store;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Store, store_close)

/* The named statement, reset and with no parameters bound; owned by the store. Naming one that does
 * not exist is a mistake in the program and ends it. */
struct store_statement *store_statement(struct store *store, const char *name);

void store_bind_int(struct store_statement *statement, int parameter, gint64 value);
void store_bind_real(struct store_statement *statement, int parameter, double value);
/* `text` and `bytes` must live until the statement is reset. NULL binds NULL; length -1: to the
 * NUL. */
void store_bind_text(struct store_statement *statement, int parameter, const char *text,
                     gssize length);
void store_bind_blob(struct store_statement *statement, int parameter, const void *bytes,
                     gsize length);
void store_bind_null(struct store_statement *statement, int parameter);

/* One row: *ret_row tells whether there is one. After the last row the statement resets itself. */
bool store_step(struct store_statement *statement, bool *ret_row, GError **error);
/* The first column of the only row, and resets the statement; *ret_row tells whether there is one.
 */
bool store_single(struct store_statement *statement, bool *ret_row, gint64 *ret_value,
                  GError **error);
/* Runs a statement that returns no rows, and resets it. */
bool store_run(struct store_statement *statement, GError **error);

int store_columns(struct store_statement *statement);
const char *store_column_name(struct store_statement *statement, int column);
bool store_column_is_null(struct store_statement *statement, int column);
gint64 store_int(struct store_statement *statement, int column);
double store_real(struct store_statement *statement, int column);
/* Valid until the next step; "" for NULL. */
const char *store_text(struct store_statement *statement, int column);
const void *store_blob(struct store_statement *statement, int column, gsize *ret_length);

/* A table of that name whose rows lie in memory (shelf.h), declared by a named CREATE TABLE; the
 * same one when it is asked for again. Owned by the store. */
struct shelf *store_shelf(struct store *store, const char *name, const char *declaration,
                          guint columns);

gint64 store_last_id(struct store *store);
gint64 store_changed(struct store *store); /* rows changed by the last statement */

/* Writing, or with STORE_READ one unchanging view of the database until it ends; a second view that
 * begins meanwhile is the same one, and the last store_rollback ends it. */
bool store_begin(struct store *store, GError **error);
bool store_commit(struct store *store, GError **error);
void store_rollback(struct store *store); /* nothing when no transaction is open */

#endif
