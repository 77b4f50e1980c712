/* The SQL and the templates that the program carries with it, by their path in the source tree
 * ("sql/history/schema/0001_history.sql"), sorted by path. Made by src/tools/embed.c. */
#ifndef EMBEDDED_H
#define EMBEDDED_H

#include <glib.h>

struct embedded_file {
    const char *path;  /* NULL ends the table */
    const char *bytes; /* followed by a NUL that length does not count */
    gsize length;
};

extern const struct embedded_file embedded_files[];

#endif
