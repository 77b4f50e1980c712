/* Releases, read from tags: names understood (versions.h), ordered by version, each with its line,
 * its predecessor and its candidates. */
#ifndef RELEASES_H
#define RELEASES_H

#include "graph.h"
#include "versions.h"

struct release {
    char *version; /* the numbers as written, with dots, and for a candidate "-rc3". A candidate
                      shows the numbers of its release: 4.12-rc2 is "4.12.0-rc2" */
    char *line;    /* "4.9" */
    char *tag;     /* the best of its names */
    GStrv aliases; /* other tags on the same commit with the same version; may be empty */
    struct version parsed;
    guint line_parts; /* how many parts of the version name its line: 2 for 4.9.0 */
    guint node;       /* in the graph */
    gint64 commit_id;
    gint64 commit_time; /* committer's, seconds UTC */
    gint64 tag_time;    /* tagger's; 0 for a light tag */
    bool annotated;
    char *signature; /* kind, or NULL; and its signer and digest */
    char *signer;
    char *digest;
    gint predecessor;      /* index into the list, or -1; a candidate has that of its release */
    gint fork;             /* node of the line's fork point from the main branch, or -1 */
    GPtrArray *candidates; /* struct release *, in order; of a release only, else NULL */
    guint commits;         /* in predecessor..this, without merges */
    guint merges;          /* merges in the same range */
};

struct release_list {
    GPtrArray *releases; /* struct release *, ordered by version; candidates are inside theirs */
    GPtrArray *upcoming; /* struct release *: candidates of a version that has no release (yet),
                            ordered by version */
    GPtrArray *ignored;  /* struct ignored_tag *, by name */
    gint main_tip;       /* node of the main branch's tip, or -1 */
};

struct ignored_tag {
    char *name;
    const char *reason; /* static, one clause: "no version in its name" */
};

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
 * word that most tags begin with.
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
