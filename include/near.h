/* "Did you mean": the known words nearest to one that is not known. Pure. */
#ifndef NEAR_H
#define NEAR_H

#include <glib.h>

/* How many letters must be added, dropped, changed or swapped to make one word of the other;
 * letters compare without case, as UTF-8 characters. */
guint near_distance(const char *a, const char *b);

/* Up to three of `words` (char *), nearest first, joined: "commits, people". Words that share
 * nothing with it are left out; empty when none is near. Caller frees. */
char *near_words(const char *unknown, const GPtrArray *words);

#endif
