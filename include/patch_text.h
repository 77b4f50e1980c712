/* The identity of a patch's text: what it changes, whatever its message, line numbers, blanks and
 * the order of its files. Pure.
 *
 * It is what `git patch-id --stable` prints. A patch without "diff --git" lines, as quilt and diff
 * make them, has the identity of the git patch that makes the same change: names without their
 * first folder, files made and removed with the mode 100644. */
#ifndef PATCH_TEXT_H
#define PATCH_TEXT_H

#include <glib.h>

/* Forty hexadecimal digits, caller frees. NULL where two patches of the same identity could make
 * different changes, and only their bytes tell: the text is no patch, is cut off, holds binary
 * data, or hunks outside of the files it names. */
char *patch_text_id(const char *bytes, gsize length);

#endif
