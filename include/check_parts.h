/* What the checks of a release are made with: what is checked, and what a check says of it. */
#ifndef CHECK_PARTS_H
#define CHECK_PARTS_H

#include "fixes.h"
#include "seals.h"
#include "source.h"

enum check_level { CHECK_OK, CHECK_WARN, CHECK_FAIL, CHECK_SKIPPED };
/* "ok", "warn", "fail"; a check that has nothing to look at is skipped and not shown. */
const char *check_level_name(enum check_level level);

struct check_finding {
    enum check_level level;
    char *text;          /* one clause */
    GPtrArray *evidence; /* char *, a line each: commits and what is wrong with them */
};

struct check_result {
    const char *name;       /* "advisories" */
    enum check_level level; /* the worst of its findings */
    GPtrArray *findings;    /* struct check_finding * */
    const char *advice;     /* what to do when it is not ok */
};

/* What is checked: a release, or the tip of a branch that shall become one. */
struct checking {
    struct store *history;
    const struct home *home;
    struct book *book;
    struct twins *twins; /* NULL: the repository cannot be read, see no_twins */
    struct fixes *fixes;
    struct source *source; /* opened when first asked for: check_source */
    const struct release_list *releases;
    const struct release *release; /* NULL: a branch */
    const struct release *before;  /* its predecessor; NULL: there is none */
    char *branch;                  /* of a tip, else NULL */
    char *version;                 /* "4.6.1"; of a tip the one that would come next */
    char *line;                    /* "4.6" */
    guint node;
    char commit[41];
    gint64 until;   /* what was on the main branch after this is not asked for */
    guint8 *set;    /* what leads to it */
    guint8 *old;    /* what leads to its predecessor; all 0 when there is none */
    char *no_twins; /* why patch identity is not tried, or NULL */
};

/* Adds a finding and gives it, for its evidence. Borrowed. */
struct check_finding *check_find(struct check_result *result, enum check_level level,
                                 const char *format, ...) G_GNUC_PRINTF(3, 4);
void check_evidence(struct check_finding *finding, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What cannot be read (not there, not mined, not allowed, damaged, no gpg) becomes a finding and
 * the other checks go on: true. Any other reason is passed on: false. */
bool check_forgive(struct check_result *result, enum check_level level, GError **reason,
                   GError **error);

/* A line of evidence: "d77bac5c06 update Xen version to 4.6.1". */
bool check_commit(struct checking *checking, struct check_finding *finding, guint node,
                  const char *remark, GError **error);

/* The repository's files. Errors as of source_open. */
struct source *check_source(struct checking *checking, GError **error);

/* Makes of a text with {{version}}, {{line}}, {{tag}} and parts {{1}}, {{2}}, ... another; `regex`
 * escapes what is put in. Caller frees. */
char *check_fill(const struct checking *checking, const char *text, bool regex);

/* The day on the line after `mark` in a text, midnight UTC. */
bool check_find_day(const char *text, const char *mark, gint64 *ret_day);

/* The commits since the predecessor that are no merges, as nodes (guint), oldest first. Caller
 * unrefs. */
GArray *check_range(const struct checking *checking);

/* The checks themselves; each adds its findings. An error ends all of them. */
bool check_advisories(struct checking *checking, struct check_result *result, GError **error);
bool check_companions(struct checking *checking, struct check_result *result, GError **error);
bool check_regressions(struct checking *checking, struct check_result *result, GError **error);
bool check_unfixed(struct checking *checking, struct check_result *result, GError **error);
bool check_reverts(struct checking *checking, struct check_result *result, GError **error);
bool check_unfinished(struct checking *checking, struct check_result *result, GError **error);
bool check_empty(struct checking *checking, struct check_result *result, GError **error);
bool check_files(struct checking *checking, struct check_result *result, GError **error);
bool check_support(struct checking *checking, struct check_result *result, GError **error);
bool check_tag(struct checking *checking, struct check_result *result, GError **error);
bool check_dates(struct checking *checking, struct check_result *result, GError **error);

#endif
