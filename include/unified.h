/* A patch file: unified diffs, with git's headers or without, and what they make of a file. Pure.
 *
 * It reads and applies as `git apply` does with its defaults: one folder of each path is left out
 * (-p1), a hunk may stand elsewhere than it says, but every line of its context must be there. Mail
 * headers, prose and signatures around the diffs are passed over. What cannot be tried (binary
 * patches, submodules) is said to be so. Errors name lines, never what is in them. */
#ifndef UNIFIED_H
#define UNIFIED_H

#include <glib.h>
#include <stdbool.h>

/* Bytes of a patch, and of a file that it changes. */
#define UNIFIED_LENGTH_MAX ((gsize)16 << 20)

struct unified_line {
    char kind;         /* ' ', '-' or '+' */
    const char *bytes; /* with its line feed, if it has one; borrowed from the patch */
    gsize length;
};

struct unified_hunk {
    guint old_start, old_count, new_start, new_count;
    GArray *lines; /* struct unified_line */
    unsigned line; /* where it was read, from 1 */
};

enum unified_kind { UNIFIED_CHANGE, UNIFIED_NEW, UNIFIED_DELETED, UNIFIED_RENAME, UNIFIED_COPY };

struct unified_file {
    enum unified_kind kind;
    char *from, *to;  /* paths; the same but for RENAME and COPY */
    bool untold;      /* no header says that it is new, but it may be (diff -N) */
    bool opaque;      /* binary, or a submodule */
    GPtrArray *hunks; /* struct unified_hunk * */
    unsigned line;
};

struct unified {
    GBytes *bytes;
    GPtrArray *files; /* struct unified_file *, in their order */
};

/* FAULT_DATA: no diff in it, a hunk that is cut off or miscounted, a path that leaves the tree.
 * Keeps a reference to the bytes. */
struct unified *unified_parse(GBytes *bytes, GError **error);
void unified_free(struct unified *unified);
typedef struct unified Unified;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Unified, unified_free)

/* The file as its hunks make it; empty after a deletion. `before` is what there was (empty for a
 * new file). FAULT_DATA: it does not apply: says which hunk. Caller unrefs. */
GBytes *unified_apply(const struct unified_file *file, GBytes *before, GError **error);

#endif
