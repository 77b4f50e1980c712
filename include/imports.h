/* Years that another system's history was imported in: there the committer is the author of every
 * commit, so nothing about committing can be told from them. */
#ifndef IMPORTS_H
#define IMPORTS_H

#include "book.h"

struct imports;

/* Calendar years (UTC, by committer date) in which 99.5 % or more of the commits on the chosen
 * branches and tags, without merges, have their author as committer. */
struct imports *imports_find(struct book *book, GError **error);
void imports_free(struct imports *imports);
typedef struct imports Imports;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Imports, imports_free)

bool imports_has(const struct imports *imports, int year);

/* About years (a set of numbers) that were left out: "In 2011 and 2012 ..."; NULL when there are
 * none. Caller frees. */
char *imports_sentence(GHashTable *years);

#endif
