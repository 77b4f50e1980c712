/* Monster commits: those that add or drop a whole tree, such as a vendored copy of another project.
 * One of them outweighs a year of work, so line figures can be had without (reading.h `monsters`).
 *
 * The rule looks at sizes alone, with renames detected: files that came or went whole hold at least
 * MONSTER_LINES lines, are at least MONSTER_FILES, and make at least MONSTER_PERCENT of the lines
 * that the commit adds and removes. A tree that is moved is no monster. */
#ifndef MONSTERS_H
#define MONSTERS_H

#include "book.h"

#define MONSTER_LINES 10000
#define MONSTER_FILES 10
#define MONSTER_PERCENT 90

struct monster {
    gint64 commit_id;
    gint64 added, removed;             /* lines of the commit, renames detected */
    gint64 plain_added, plain_removed; /* and not detected */
    gint64 whole;                      /* lines of files that came or went whole, renames aside */
    gint64 files;                      /* how many these are */
};

/* By the rule above. Pure. */
bool monster_is(const struct monster *monster);

/* One clause. */
const char *monster_rule(void);

/* All commits of the book's repository that are, by row id; the array (struct monster) is the
 * caller's. One pass over the changes of the whole history. */
GArray *monsters_find(struct book *book, GError **error);

/* Those of the windows `first` to `last` of the selection that the book's store holds
 * (selection.h); much faster where these are few commits. */
GArray *monsters_of_windows(struct book *book, guint first, guint last, GError **error);

#endif
