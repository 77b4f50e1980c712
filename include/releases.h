/* Releases, read from tags: names understood (versions.h), ordered by version, each with its line,
 * its predecessor and its candidates. What a release is stands in lines.h. */
#ifndef RELEASES_H
#define RELEASES_H

#include "lines.h"

/* The releases of a repository, from its refs and its graph. Counts are filled in.
 *
 * Line: the first two parts of a version. Where letters count on (OpenSSL 1.1.1w) the parts before
 * the letter. Where a project writes no third part, each version is a line of its own (Linux 6.1)
 * unless they follow each other off the main branch: then its first part is the line
 * (PostgreSQL 15.2).
 *
 * Predecessor: in a line the release before, though numbers are skipped. Of a line's first release
 * the .0 of the line before; where there is none, the newest of the line before.
 *
 * Fork point: the merge base with the main branch of the line's stable branch, that is the first
 * branch by name that fits one of `stable` (GPatternSpec patterns; NULL: none) and ends in the
 * line's version, or lacking that of its newest release; of its first release when the newest lies
 * on the main branch.
 *
 * Tags with a name before the version ("split-1.0") count when it is the repository's name or the
 * word that most tags begin with, or when a tag without it says the same.
 *
 * FAULT_NOINPUT: there is no such repository. */
struct release_list *releases_load(struct store *history, gint64 repository,
                                   const struct graph *graph, const struct tag_rules *rules,
                                   const char *const *stable, GError **error);
void release_list_free(struct release_list *list);
typedef struct release_list ReleaseList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReleaseList, release_list_free)

/* By tag, alias or version ("RELEASE-4.9.0", "4.9.0", "4.9" for 4.9.0, "4.9.0-rc3"). NULL and
 * FAULT_NOINPUT with the nearest known names. */
const struct release *releases_find(const struct release_list *list, const char *name,
                                    GError **error);
/* The newest release by version. NULL when there is none. */
const struct release *releases_newest(const struct release_list *list);

#endif
