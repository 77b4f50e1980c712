#include "shelf.h"

#include <math.h>
#include <sqlite3.h>
#include <string.h>

struct shelf {
    char *declaration;
    guint columns;
    GArray *values; /* gint64, row after row */
};

/* SQLite's view of it. */
struct face {
    sqlite3_vtab base;
    const struct shelf *shelf;
};

struct cursor {
    sqlite3_vtab_cursor base;
    const struct shelf *shelf;
    guint row, end;
};

/* What best_index tells filter: which bounds it gets, in this order. */
enum { BOUND_FROM = 1, BOUND_BELOW = 2 };

static guint row_count(const struct shelf *shelf)
{
    return shelf->values->len / shelf->columns;
}

static gint64 *row_at(const struct shelf *shelf, guint row)
{
    return &g_array_index(shelf->values, gint64, (gsize)row * shelf->columns);
}

/* The first row with that number or a higher one. */
static guint find_row(const struct shelf *shelf, gint64 number)
{
    guint low = 0, high = row_count(shelf);
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (*row_at(shelf, middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int connect_face(sqlite3 *db, void *user, int argc, const char *const *argv,
                        sqlite3_vtab **ret_face, char **ret_reason)
{
    struct shelf *shelf = user;
    (void)argc, (void)argv, (void)ret_reason;
    int code = sqlite3_declare_vtab(db, shelf->declaration);
    if (code != SQLITE_OK)
        return code;
    struct face *face = g_new0(struct face, 1);
    face->shelf = shelf;
    *ret_face = &face->base;
    return SQLITE_OK;
}

static int disconnect_face(sqlite3_vtab *face)
{
    g_free(face);
    return SQLITE_OK;
}

static int bound_of(const struct sqlite3_index_constraint *constraint)
{
    if (constraint->iColumn != 0 || !constraint->usable)
        return 0;
    return constraint->op == SQLITE_INDEX_CONSTRAINT_GE   ? BOUND_FROM
           : constraint->op == SQLITE_INDEX_CONSTRAINT_LT ? BOUND_BELOW
                                                          : 0;
}

static void take_bound(sqlite3_index_info *info, int bound, int *position)
{
    for (int i = 0; i < info->nConstraint; i++)
        if (bound_of(&info->aConstraint[i]) == bound) {
            info->aConstraintUsage[i].argvIndex = ++*position;
            info->aConstraintUsage[i].omit = 1;
            info->idxNum |= bound;
            return;
        }
}

static int best_index(sqlite3_vtab *face, sqlite3_index_info *info)
{
    int position = 0;
    guint rows = row_count(((struct face *)face)->shelf);
    take_bound(info, BOUND_FROM, &position);
    take_bound(info, BOUND_BELOW, &position);
    info->estimatedRows = (sqlite3_int64)(rows >> (2 * position)) + 1;
    info->estimatedCost = (double)info->estimatedRows;
    info->orderByConsumed =
        info->nOrderBy == 1 && info->aOrderBy[0].iColumn == 0 && !info->aOrderBy[0].desc;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *face, sqlite3_vtab_cursor **ret_cursor)
{
    struct cursor *cursor = g_new0(struct cursor, 1);
    cursor->shelf = ((struct face *)face)->shelf;
    *ret_cursor = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    g_free(cursor);
    return SQLITE_OK;
}

/* The first row that is not below the bound: every number is below a text, and none is compared
 * with NULL. */
static guint bound_row(const struct shelf *shelf, sqlite3_value *bound, guint null)
{
    double real = ceil(sqlite3_value_double(bound));
    switch (sqlite3_value_type(bound)) {
    case SQLITE_INTEGER:
        return find_row(shelf, sqlite3_value_int64(bound));
    case SQLITE_FLOAT:
        return real >= (double)G_MAXINT64  ? row_count(shelf)
               : real < (double)G_MININT64 ? 0
                                           : find_row(shelf, (gint64)real);
    case SQLITE_NULL:
        return null;
    default:
        return row_count(shelf);
    }
}

static int filter(sqlite3_vtab_cursor *base, int bounds, const char *name, int argc,
                  sqlite3_value **argv)
{
    struct cursor *cursor = (struct cursor *)base;
    (void)name, (void)argc;
    cursor->row = 0;
    cursor->end = row_count(cursor->shelf);
    if ((bounds & BOUND_FROM) != 0)
        cursor->row = bound_row(cursor->shelf, *argv++, cursor->end);
    if ((bounds & BOUND_BELOW) != 0)
        cursor->end = bound_row(cursor->shelf, *argv, 0);
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base)
{
    ((struct cursor *)base)->row++;
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    const struct cursor *cursor = (struct cursor *)base;
    return cursor->row >= cursor->end;
}

static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct cursor *cursor = (struct cursor *)base;
    gint64 value = row_at(cursor->shelf, cursor->row)[column];
    if (value != SHELF_NULL) /* which is what a context holds by itself */
        sqlite3_result_int64(context, value);
    return SQLITE_OK;
}

static int give_number(sqlite3_vtab_cursor *base, sqlite3_int64 *ret_number)
{
    const struct cursor *cursor = (struct cursor *)base;
    *ret_number = *row_at(cursor->shelf, cursor->row);
    return SQLITE_OK;
}

/* Without xCreate it is there by its name alone, and belongs to no database. */
static const sqlite3_module module = {
    .iVersion = 1,
    .xConnect = connect_face,
    .xBestIndex = best_index,
    .xDisconnect = disconnect_face,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next_row,
    .xEof = is_at_end,
    .xColumn = give_column,
    .xRowid = give_number,
};

struct shelf *shelf_new(struct sqlite3 *db, const char *name, const char *declaration,
                        guint columns)
{
    struct shelf *shelf = g_new0(struct shelf, 1);
    shelf->declaration = g_strdup(declaration);
    shelf->columns = columns;
    shelf->values = g_array_new(FALSE, FALSE, sizeof(gint64));
    if (sqlite3_create_module(db, name, &module, shelf) == SQLITE_OK)
        return shelf;
    shelf_free(shelf);
    return NULL;
}

void shelf_free(struct shelf *shelf)
{
    if (shelf == NULL)
        return;
    g_array_unref(shelf->values);
    g_free(shelf->declaration);
    g_free(shelf);
}

void shelf_add(struct shelf *shelf, const gint64 *row)
{
    g_array_append_vals(shelf->values, row, shelf->columns);
}

void shelf_keep(struct shelf *shelf, gint64 first, const GArray *numbers)
{
    guint kept = find_row(shelf, first);
    for (guint i = 0, from = kept; i < numbers->len; i++, from++, kept++) {
        while (*row_at(shelf, from) < g_array_index(numbers, gint64, i))
            from++;
        memmove(row_at(shelf, kept), row_at(shelf, from), shelf->columns * sizeof(gint64));
    }
    g_array_set_size(shelf->values, kept * shelf->columns);
}

void shelf_clear(struct shelf *shelf)
{
    g_array_set_size(shelf->values, 0);
}
