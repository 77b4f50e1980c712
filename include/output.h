/* Where a document goes: standard output, or a file that is whole or not there. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <glib.h>
#include <stdbool.h>

/* `path` NULL or "-": standard output. FAULT_CANTCREATE, FAULT_IO. */
bool output_write(const char *path, const char *text, GError **error);

#endif
