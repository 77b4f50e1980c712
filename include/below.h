/* Files below one folder that others may write to as well. No link is followed on the way: what is
 * reached lies below it. Paths are names parted by "/", checked by below_good_path. Nothing here
 * depends on the umask: files are 0644, folders 0755. */
#ifndef BELOW_H
#define BELOW_H

#include <glib.h>
#include <stdbool.h>

struct below;

/* `make`: it, and the folders above it, are made when they are not there; else FAULT_NOINPUT. */
struct below *below_open(const char *path, bool make, GError **error);
void below_close(struct below *below);
typedef struct below Below;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Below, below_close)

const char *below_folder(const struct below *below);

/* Letters, digits, . _ + and -, none beginning with - or with a dot, but ".well-known" may. */
bool below_good_path(const char *path);

enum below_kind {
    BELOW_NOTHING,
    BELOW_FILE,    /* a regular one that can be read */
    BELOW_OTHER,   /* a link, a pipe, a file that cannot be read: could be replaced */
    BELOW_BLOCKED, /* a folder, or something on the way that is none */
};
struct below_sight {
    enum below_kind kind;
    char sha256[65]; /* of a file, else "" */
};
struct below_sight below_look(const struct below *below, const char *path);

/* FAULT_NOINPUT: no regular file. */
GBytes *below_read(const struct below *below, const char *path, GError **error);

/* A new file in a folder that is there; not on the disk before below_sync. FAULT_CANTCREATE: there
 * is something; FAULT_IO: no space, and nothing is left. */
bool below_write(const struct below *below, const char *path, GBytes *bytes, GError **error);
/* The file or folder, "" for the one at the top, to the disk. */
bool below_sync(const struct below *below, const char *path, GError **error);
/* Those that a path needs; the ones that were made are added to `made` (char *, the deepest last).
 * FAULT_CANTCREATE: something is in the way. */
bool below_make_folders(const struct below *below, const char *path, GPtrArray *made,
                        GError **error);
/* With 0700; nothing when it is there, and a folder of the user's own. */
bool below_make_private(const struct below *below, const char *name, GError **error);
/* `over`: what is there is replaced, else FAULT_CANTCREATE. *ret_gone: there is no `from`. */
bool below_move(const struct below *below, const char *from, const char *to, bool over,
                bool *ret_gone, GError **error);
/* The file; nothing when it is not there. */
bool below_remove(const struct below *below, const char *path, GError **error);
/* The folder, when it is empty; whether it is gone. */
bool below_remove_folder(const struct below *below, const char *path);
/* To 0644, when it is not; its date stays. */
bool below_set_open(const struct below *below, const char *path, GError **error);
/* What is in a folder: char *, in no order; empty when it is not there. */
GPtrArray *below_list(const struct below *below, const char *path);

#endif
