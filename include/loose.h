/* Loose objects: git's files of one zlib stream each, "<kind> <length>\0<bytes>". Read here because
 * libgit2 1.5 never returns from one that was cut short, as a crash leaves it. */
#ifndef LOOSE_H
#define LOOSE_H

#include "objects.h"

/* *ret_bytes: with a NUL behind that the length does not count; the caller frees it. */
enum object_state loose_read(const char *folder, const guint8 id[20], enum object_kind *ret_kind,
                             char **ret_bytes, gsize *ret_length);

#endif
