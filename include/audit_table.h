/* A published table as a grid of cells, with what is known of its rows and columns. Pure. */
#ifndef AUDIT_TABLE_H
#define AUDIT_TABLE_H

#include "audit_number.h"

/* Of one document, empty cells and the copies of spanning cells counted. */
#define AUDIT_CELLS_MOST 1000000

struct audit_cell {
    const char *text; /* UTF-8, owned by the table */
    struct audit_number value;
    struct audit_number *aside; /* "(+19.6%)" beside the value; NULL: none */
    bool header;                /* marked as one */
    bool copied;                /* by a colspan or rowspan: not to be counted again */
};

struct audit_table {
    char *name; /* caption, or the heading above; NULL: none */
    guint rows, columns;
    struct audit_cell *cells;
    guint head_rows; /* above the figures */
    guint labels;    /* columns at the left that only name the rows */
    bool even;       /* rows were written with as many cells as the first, or fewer is usual */
    guint odd_row;   /* the first that is not (from 0), when not even */
    guint odd_cells; /* and how many it has */
    guint odd_rows;  /* how many are not */
    GStringChunk *texts;
    GPtrArray *asides;
};

void audit_table_free(struct audit_table *table);
typedef struct audit_table AuditTable;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditTable, audit_table_free)

/* --- making one --- */

struct audit_builder;

/* `budget` counts down from AUDIT_CELLS_MOST over all tables of a document. `strict`: rows that
 * have other than the first row's number of cells are noted (HTML fills them up). */
struct audit_builder *audit_builder_new(const char *name, bool strict, guint *budget);
void audit_builder_free(struct audit_builder *builder);
typedef struct audit_builder AuditBuilder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AuditBuilder, audit_builder_free)

void audit_builder_set_name(struct audit_builder *builder, const char *name);
/* FAULT_DATA, here and below: the tables have too many cells. */
bool audit_builder_row(struct audit_builder *builder, GError **error);
/* Of the row begun last. Spans as HTML means them: 0 rows are all that follow; they are cut to what
 * HTML allows. */
bool audit_builder_cell(struct audit_builder *builder, const char *text, bool header, guint columns,
                        guint rows, GError **error);
/* The builder is spent. NULL without an error: the table has no cell. */
struct audit_table *audit_builder_finish(struct audit_builder *spent, GError **error);

/* --- looking at one --- */

const struct audit_cell *audit_table_cell(const struct audit_table *table, guint row, guint column);
/* Without footnote marks; "row 3", "column 2" when there is none. Caller frees. */
char *audit_table_row_name(const struct audit_table *table, guint row);
char *audit_table_column_name(const struct audit_table *table, guint column);

#endif
