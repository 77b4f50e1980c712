/* What lies in a range, commit by commit, as `git log` lists it. */
#ifndef CHANGELOG_H
#define CHANGELOG_H

#include "book.h"
#include "reading.h"

#include <jansson.h>

/* Nodes of a set that lead to `tip`, itself included, in the order of `git log tip`: by committer
 * time, newest first, but no commit before one that it led to. Merges as `merges` says. The array
 * (guint) is the caller's. */
GArray *changelog_order(const struct book *book, const guint8 *set, guint tip, bool merges);

/* {total, rows: [{commit, short, subject, author, date, component, advisories, link}],
 *  components: [{name, commits}], rule} of a resolved range. Authors are named as git prints
 * them, by their address where they have no name;
 * `advisories` are those that the commit claims to fix, or to fix a part of. Caller owns it. */
json_t *changelog_build(struct book *book, const struct home *home, const struct reading *reading,
                        GError **error);

/* The same rows in groups: [{name, commits, rows}], the largest first. Caller owns it. */
json_t *changelog_groups(const json_t *changelog);

#endif
