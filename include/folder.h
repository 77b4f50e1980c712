/* The site as a folder: documents are written under temporary names and renamed together, so that
 * a reader never sees half of them, and what is not ours is left alone. */
#ifndef FOLDER_H
#define FOLDER_H

#include "site.h"

struct folder_tally {
    guint written, kept, removed;
};

/* `path` is made when it is not there. FAULT_CANTCREATE, FAULT_IO: nothing was changed. */
bool folder_write(const char *path, const GPtrArray *documents, struct folder_tally *ret_tally,
                  GError **error);

#endif
