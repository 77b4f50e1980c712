/* A table seen along its rows, or across: what is true of rows and total rows is true of columns
 * and total columns. "Lines" are what is gone down, "columns" what stands beside each other. Pure.
 */
#ifndef AUDIT_VIEW_H
#define AUDIT_VIEW_H

#include "audit_table.h"

struct audit_view {
    const struct audit_table *table;
    bool across; /* lines are the table's columns */
    guint lines, columns;
    guint first_line, first_column; /* where figures begin */
    bool *total;                    /* by line: it is named as a total */
    bool *apart;                    /* by line: an average, a change: no part of a total */
};

struct audit_view *audit_view_new(const struct audit_table *table, bool across);
void audit_view_free(struct audit_view *view);
typedef struct audit_view AuditView;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditView, audit_view_free)

const struct audit_cell *audit_view_cell(const struct audit_view *view, guint line, guint column);
/* The figure of a cell when it is a plain number, else NULL; rows and columns of names have none.
 */
const struct audit_number *audit_view_number(const struct audit_view *view, guint line,
                                             guint column);
char *audit_view_line_name(const struct audit_view *view, guint line);     /* caller frees */
char *audit_view_column_name(const struct audit_view *view, guint column); /* caller frees */

/* What a name says of the figures under it. */
enum audit_name {
    AUDIT_NAME_TOTAL,
    AUDIT_NAME_CHANGE,     /* "growth", "change" */
    AUDIT_NAME_SHARE,      /* "share", "% of" */
    AUDIT_NAME_OTHERS,     /* "others", "unknown": the rest is in the table */
    AUDIT_NAME_NOT_ADDED,  /* "average", "per day" */
    AUDIT_NAME_DISTINCT,   /* "people", "employers": the same one may count in several parts */
    AUDIT_NAME_CUMULATIVE, /* "cumulative" */
    AUDIT_NAME_RANK,
    AUDIT_NAME_PERCENT, /* "%" */
};

bool audit_name_says(const char *name, enum audit_name what);
/* The name without the words that make it a total and what is in brackets; NULL when it is none.
 * Caller frees. */
char *audit_name_stem(const char *name);

#endif
