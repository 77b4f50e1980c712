/* Releases, read from tags: names understood, ordered by version, each with its line, its
 * predecessor and its candidates. Parsing and ordering are pure. */
#ifndef RELEASES_H
#define RELEASES_H

#include "graph.h"

/* "4.9.0-rc3" -> parts 4 9 0, candidate "rc3". */
struct version {
    guint parts[6];
    guint count;        /* how many parts were written: 2 for "4.12-rc2" */
    char candidate[24]; /* "rc3", "rc1.2", "beta2", or "": a release */
};

/* How tags are read: the built-in forms (RELEASE-4.9.0, 4.9.0-rc3, v2.41.0, curl-8_9_1, REL_15_2,
 * openssl-3.0.1, 1.2.3, ...) and, when given, one regular expression with the named group `version`
 * or the groups `major`, `minor`, `patch`, `candidate`. */
struct tag_rules;
struct tag_rules *tag_rules_new(const char *pattern, GError **error); /* FAULT_CONFIG */
void tag_rules_free(struct tag_rules *rules);
typedef struct tag_rules TagRules;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TagRules, tag_rules_free)

/* False: not a release; *ret_reason (static) says why. */
bool tag_parse_version(const struct tag_rules *rules, const char *tag, struct version *ret_version,
                       const char **ret_reason);
/* Below, equal, above zero: 4.9 < 4.10; a candidate comes before its release; missing parts are 0.
 */
int version_compare(const struct version *a, const struct version *b);

struct release {
    char
        *version; /* "4.9.0": shown form, with at least as many parts as its line's releases have */
    char *line;   /* "4.9" */
    char *tag;    /* the best of its names */
    GStrv aliases; /* other tags on the same commit with the same version; may be empty */
    struct version parsed;
    guint node; /* in the graph */
    gint64 commit_id;
    gint64 commit_time; /* committer's, seconds UTC */
    gint64 tag_time;    /* tagger's; 0 for a light tag */
    bool annotated;
    char *signature; /* kind, or NULL; and its signer and digest */
    char *signer;
    char *digest;
    gint predecessor;      /* index into the list, or -1 */
    gint fork;             /* node of the line's fork point from the main branch, or -1 */
    GPtrArray *candidates; /* struct release *, in order; of a release only */
    guint commits;         /* in predecessor..this, without merges */
    guint merges;          /* merges in the same range */
};

struct release_list {
    GPtrArray
        *releases; /* struct release *, ordered by version; candidates are inside theirs. A line
                      whose release has not come yet has its candidates under `upcoming` */
    GPtrArray *upcoming; /* struct release *: candidates without a release, ordered by version */
    GPtrArray *ignored;  /* struct ignored_tag * */
};

struct ignored_tag {
    char *name;
    const char *reason; /* static, one clause: "no version in its name" */
};

/* The releases of a repository, from its refs and its graph. Counts are filled in. */
struct release_list *releases_load(struct store *history, gint64 repository,
                                   const struct graph *graph, const struct tag_rules *rules,
                                   GError **error);
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
