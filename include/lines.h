/* Releases and their lines: which line a release is of, what comes before it, where its line left
 * the main branch, and how much lies between. releases.h makes the list. */
#ifndef LINES_H
#define LINES_H

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
    char commit[41];    /* the object id in hex */
    gint64 commit_time; /* committer's, seconds UTC */
    gint64 tag_time;    /* tagger's; 0 for a light tag */
    bool annotated;
    char *signature; /* kind, or NULL; and its signer and digest */
    char *signer;
    char *digest;
    gint predecessor;      /* index into the list, or -1; a candidate has that of its release */
    gint fork;             /* node of the line's fork point from the main branch, or -1 */
    char fork_commit[41];  /* its object id in hex, or "" */
    GPtrArray *candidates; /* struct release *, in order; of a release only, else NULL */
    guint commits;         /* in predecessor..this, without merges; see lines_count */
    guint merges;          /* merges in the same range; the same */
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

/* A stable branch that names a line. */
struct line_branch {
    struct version version; /* of its name */
    guint node;             /* its tip */
};

/* Fills line, line_parts, predecessor and fork of all releases and candidates of the list.
 * `branches` holds struct line_branch. */
void lines_assign(struct release_list *list, const struct graph *graph, const GArray *branches);

/* Fills commits and merges of all releases and candidates: what each range adds to the ancestors of
 * the predecessor. Takes as long as all else about releases together. */
void lines_count(struct release_list *list, const struct graph *graph);

#endif
