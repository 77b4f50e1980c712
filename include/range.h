/* From names to commits: the ends of a reading's window, and the commits that lie in it. */
#ifndef RANGE_H
#define RANGE_H

#include "book.h"
#include "reading.h"

/* Fills in what a reading leaves open: the repository's name, a release's predecessor and tags,
 * the commits at the ends, what its branches are. FAULT_NOINPUT: no such tag, version, branch or
 * commit (with the nearest names), no main branch, no stable one. FAULT_USAGE: a release without a
 * fork is asked for from fork to fork. */
bool range_resolve(struct book *book, struct reading *reading, GError **error);

/* The commits of a resolved reading, one byte a node of the book's graph, by branches and ends
 * alone: neither dates, merges nor paths are looked at. Caller frees. */
guint8 *range_set(struct book *book, const struct reading *reading, GError **error);

/* The commits that lie before it: of a range the ancestors of its start; of dates the same as
 * range_set. */
guint8 *range_set_before(struct book *book, const struct reading *reading, GError **error);

#endif
