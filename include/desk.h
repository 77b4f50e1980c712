/* The advisory desk: the folder security/ of a home, its record advisory.db, and its files.
 *
 * Opening it hardens the process: umask 077, no core dumps, no tracing by others. The folder must
 * be 0700 and the record 0600, both the user's own and no links; nothing is repaired silently.
 * Errors name files, never what is in them. */
#ifndef DESK_H
#define DESK_H

#include "store.h"

struct desk;

enum desk_mode {
    DESK_READ,
    DESK_WRITE, /* made when it is not there; one at a time: FAULT_BUSY */
};

/* `home` is the home's folder. FAULT_UNAVAILABLE: there is no desk yet (DESK_READ);
 * FAULT_PERMISSION when others can read it; and what store_open and lock_take raise. The record of
 * an older program is brought up to date, also before it is only read. */
struct desk *desk_open(const char *home, enum desk_mode mode, GError **error);
void desk_close(struct desk *desk);
typedef struct desk Desk;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_close)

struct store *desk_store(struct desk *desk);
const char *desk_folder(const struct desk *desk); /* absolute: HOME/security */

/* "xsa501.patch": letters, digits, . _ + and -, beginning with a letter or digit; 128 at most. */
bool desk_good_name(const char *name);
/* Good names parted by "/": "xsa-501/xsa501.patch". */
bool desk_good_path(const char *path);

/* `path` is a good path below security/. No link is followed anywhere on it; only regular files of
 * the user's own are read. FAULT_NOINPUT: not there; FAULT_PERMISSION: a link, no regular file,
 * somebody else's; FAULT_DATA: more than `most` bytes. */
GBytes *desk_read(const struct desk *desk, const char *path, gsize most, GError **error);
/* Makes a new file (0600), or with `replace` swaps it in whole; its folder must be there.
 * FAULT_CANTCREATE: it is there already. It is on the disk when this returns. */
bool desk_write(const struct desk *desk, const char *path, const void *bytes, gsize length,
                bool replace, GError **error);
/* Nothing when it is not there. FAULT_IO: it cannot be. */
bool desk_remove(const struct desk *desk, const char *path, GError **error);
/* FAULT_CANTCREATE: it is there already. */
bool desk_make_folder(const struct desk *desk, const char *path, GError **error);
/* The good names in a folder, in byte order: regular files only. */
GStrv desk_list(const struct desk *desk, const char *path, GError **error);

/* Who is at work: the name of the system's user. Caller frees. */
char *desk_user(void);

#endif
