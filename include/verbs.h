/* The first word of a command that has verbs: `barograph advisory list`. */
#ifndef VERBS_H
#define VERBS_H

#include <glib.h>
#include <stdbool.h>

/* A table whose rows begin with the verb's name (const char *). */
struct verbs {
    const void *rows;
    gsize size, count;
};
#define VERBS(table) (&(const struct verbs){(table), sizeof(table)[0], G_N_ELEMENTS(table)})

/* The row of the verb that argv[1] names. FAULT_USAGE: none; the sentence has them all, and the
 * nearest. */
bool verbs_find(const struct verbs *verbs, int argc, char **argv, gsize *ret_row, GError **error);

#endif
