/* How many lines a change adds and deletes: exactly the numbers of `git diff --numstat`, without
 * ever building a patch. Pure: bytes in, numbers out. Its memory is reused from call to call.
 *
 * Rules (git 2.39, xdiff, no flags): Myers' divide and conquer with git's cost limits, git's rule
 * for frequent lines; a last line without a line feed is a line, and differs from the same line
 * with one. Binary: a NUL among the first 8000 bytes of either side, or a side over 512 MiB
 * (core.bigFileThreshold). Attributes and `-U0`, which changes git's numbers, are not known here.
 *
 * Source: git v2.39.5, diff.c builtin_diffstat(), xdiff-interface.c, xdiff/xprepare.c, xdiffi.c. */
#ifndef LINECOUNT_H
#define LINECOUNT_H

#include <glib.h>
#include <stdbool.h>

struct linecount;

struct line_delta {
    guint32 added;
    guint32 deleted;
    bool binary; /* then added and deleted are 0 */
};

struct linecount *linecount_new(void);
void linecount_free(struct linecount *counter);
typedef struct linecount Linecount;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Linecount, linecount_free)

/* Neither side needs a closing NUL; a side of length 0 may be NULL (an added or deleted file). */
struct line_delta linecount_compare(struct linecount *counter, const char *old, gsize old_length,
                                    const char *new, gsize new_length);

/* Git's test on one side. */
bool linecount_is_binary(const char *bytes, gsize length);

#endif
