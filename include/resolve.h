/* From the patches of an advisory to commits, and from commits to releases: which commits fix it in
 * which branch, which release of each line has the fix first, and which releases are affected.
 *
 * A commit is a fix of the advisory when, in this order,
 *   1. it makes the change of one of its patches: the same patch identity (patch_text.h), or the
 *      same added and deleted lines in the same files (patch_face.h);
 *   2. its message claims it ("This is XSA-480");
 *   3. the advisory's text names it as the fix;
 *   4. an origin line leads from a commit that was found to it, or from it to such a commit;
 *   5. it makes the same change as a commit that was found.
 * Those that belong together, the main branch's and its backports, are one part of the fix. What a
 * line reverted is not there. Nothing here knows of the record: patches come as faces. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "book.h"
#include "patch_face.h"

struct resolve_question {
    const char *advisory;     /* "XSA-480" */
    const GPtrArray *patches; /* struct patch_named *; may be empty */
    const GPtrArray *commits; /* char *: ids, or how they begin, that its text names as fixes */
    gint64 public_by;         /* when it was public, seconds UTC; G_MININT64: not known */
};

enum resolve_evidence {
    RESOLVE_IDENTITY, /* patch identity */
    RESOLVE_LINES,    /* the same added and deleted lines */
    RESOLVE_DECLARED, /* its message says so */
    RESOLVE_NAMED,    /* the advisory's text says so */
    RESOLVE_ORIGIN,   /* an origin line */
    RESOLVE_TWIN,     /* the same change as a commit that was found otherwise */
    RESOLVE_EVIDENCES
};
/* "patch identity", "same lines", "declared", "named", "origin line",
 * "same change" */
const char *resolve_evidence_name(enum resolve_evidence evidence);
/* "certain", "likely" */
const char *resolve_evidence_sureness(enum resolve_evidence evidence);

struct resolve_match {
    guint node;
    char commit[41];
    char *subject; /* UTF-8 */
    gint64 time;   /* committer's: not when it was pushed */
    enum resolve_evidence evidence;
    gint patch;        /* index into the patches; -1: none */
    char through[41];  /* the commit that an origin line or the same change leads to, or "" */
    char reverted[41]; /* by which commit of a branch it is on, or "" */
    bool near;         /* it is of its part by its subject only, which is near */
    guint part;
    GPtrArray *branches; /* char *: those it is on; the main branch first, then by name */
};

/* Commits that are one and the same change on several branches. */
struct resolve_part {
    char commit[41]; /* the main branch's, or "" */
    char *subject;
    gint64 time;
    bool withdrawn;        /* the main branch took it back */
    GArray *introduced_by; /* nodes (guint): what its Fixes: lines name */
    char introduced[41];   /* the first of them, or "" */
    bool clear;            /* all those lines name commits that are here, and there is one */
};

enum resolve_state {
    RESOLVE_FIXED,        /* every part that is needed is there */
    RESOLVE_PARTLY,       /* some are not */
    RESOLVE_NOT_AFFECTED, /* none is needed */
    RESOLVE_OPEN,         /* none is there */
    RESOLVE_UNKNOWN,      /* only other lines have a fix, the main branch has none */
    RESOLVE_UNSUPPORTED,  /* none is there, and nobody supports the line */
};
const char *resolve_state_name(enum resolve_state state); /* "fixed", "partly fixed", ... */

/* A part in a line. */
struct resolve_fix {
    guint part;
    bool present, needed;
    bool reverted; /* it was there */
    guint node;    /* of the commit that brings it, when it is present */
    char commit[41];
    enum resolve_evidence evidence;
    bool inherited;  /* the line forked off after it */
    char *release;   /* the first that has it; NULL: none yet */
    const char *why; /* why it is not needed: static text; NULL */
    bool absent;     /* and that is: the code is not there */
};

/* What is known of one release. Of a line that nobody supports and that has no part of the fix it
 * is not known whether it is affected, unless it is known what brought the problem. */
enum resolve_standing {
    RESOLVE_STANDING_UNKNOWN,
    RESOLVE_STANDING_NOT_AFFECTED, /* it is older than the problem, or its line never had it */
    RESOLVE_STANDING_AFFECTED,
    RESOLVE_STANDING_FIXED,
};
/* "unknown", "not affected", "affected", "fixed" */
const char *resolve_standing_name(enum resolve_standing standing);

struct resolve_release {
    char *version;   /* "4.20.3" */
    char *tag;       /* "RELEASE-4.20.3" */
    char commit[41]; /* the tagged one */
    gint64 time;     /* its day, as in first_time */
    enum resolve_standing standing;
};

/* What is known of a line of releases, or of the main branch. Affected are the releases from
 * `affected_from` to `affected_to`, and of the main branch what lies between the commits. */
struct resolve_line {
    char *line;   /* "4.20"; of the main branch its name */
    char *branch; /* the stable branch; NULL: there is none any more */
    bool main;
    enum resolve_state state;
    guint present, needed; /* parts */
    bool inherited;        /* all of them came before the line forked off */
    GPtrArray *fixes;      /* struct resolve_fix *, one for each part */
    char *first_release;   /* with everything needed; NULL: none, or none yet */
    char *first_tag;
    gint64 first_time;                 /* its day; 0: there is none */
    char *affected_from, *affected_to; /* releases; NULL: none */
    char *introduced;                  /* the first release of the line that has the problem; NULL:
                                          not known, or none */
    char *reason;                      /* one clause, or NULL */
    GPtrArray *begins;   /* char *: commits of this line, 40 digits, since which it can have the
                            problem: what Fixes: lines name or what carried that to the line, else
                            those that brought the files that the fix changes; empty: they were
                            always there, or it is not affected */
    char after[41];      /* the main branch's first commit, by first parents, that the line does not
                            have, or "" */
    GPtrArray *releases; /* struct resolve_release *: all of the line, by version; of the main
                            branch none */
};

struct resolve_place {
    char *name;         /* of the repository */
    GPtrArray *matches; /* struct resolve_match *, in order of the graph */
    GPtrArray *parts;   /* struct resolve_part * */
    GPtrArray *lines;   /* struct resolve_line *: by version, the main branch last */
    GPtrArray *remarks; /* char *: a sentence each */
};
void resolve_place_free(struct resolve_place *place);
typedef struct resolve_place ResolvePlace;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ResolvePlace, resolve_place_free)

struct resolver;

/* For any number of advisories in one repository. FAULT_NOINPUT: it has no main branch; the errors
 * of book_open. When the repository itself cannot be read, patches are not looked for, and a remark
 * says so. Store and home must outlive it. */
struct resolver *resolver_open(struct store *history, const struct home *home,
                               const char *repository, GError **error);
void resolver_close(struct resolver *resolver);
typedef struct resolver Resolver;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Resolver, resolver_close)

const struct home_repository *resolver_repository(const struct resolver *resolver);
/* False: the repository cannot be read, and no patch is looked for there. FAULT_NOINPUT says why.
 */
bool resolver_compares(const struct resolver *resolver, GError **error);

/* Caller frees. */
struct resolve_place *resolve_find(struct resolver *resolver,
                                   const struct resolve_question *question, GError **error);

/* For a watch: commits that any branch leads to which make a patch's change, or only name the
 * advisory. As resolve_match, without parts; the caller unrefs. */
GPtrArray *resolve_sightings(struct resolver *resolver, const struct resolve_question *question,
                             GError **error);

/* What a table for people shows: the main branch, and lines that were fixed, or should be, after
 * they forked off. */
bool resolve_is_told(const struct resolve_line *line);

#endif
