/* What the records of vulnerabilities say of one repository: which releases are affected, from
 * which commit to which. Pure: all of it comes from what `resolve` found. */
#ifndef AFFECTED_H
#define AFFECTED_H

#include "home.h"
#include "publication.h"

/* Releases of a line that follow each other and of which the same is known. Borrowed. */
struct affected_run {
    const struct resolve_line *line;
    enum resolve_standing standing;
    const struct resolve_release *first, *last;
    const struct resolve_release *next; /* the one after them; NULL: there is none yet */
};

/* Of a line that has everything it needs: the commit that has it all first, and those before it
 * that the problem begins with. */
struct affected_span {
    const struct resolve_line *line;
    const char *fixed;
    GPtrArray *begins; /* char *, borrowed; empty: it was always there */
};

struct affected {
    const struct home_repository *repository;
    const struct resolve_place *place;
    GArray *runs;      /* struct affected_run, by line and version: those affected or unknown */
    GArray *spans;     /* struct affected_span: each commit that fixes once */
    GPtrArray *begins; /* char *, borrowed: commits that the problem begins with, where it was fixed
                          and where it was not */
    bool always;       /* a line has it that has none of those: nobody knows where it begins */
    bool
        settled; /* what comes after the known releases has the fix: the main branch is all right */
    bool certain; /* nothing is unknown: neither a line nor a release */
    bool murky;   /* of some lines nobody can say whether they have the problem */
    bool closed;  /* all of that, and no line is left that has the problem */
};

/* One for each repository in which fixes were found: struct affected *; caller unrefs. Home and
 * publication must outlive it. */
GPtrArray *affected_all(const struct home *home, const struct publication *publication);

/* The files that its patches change, by name: char *. Those of a patch that cannot be read are left
 * out; old patches without git's lines are read as git would. Caller unrefs. */
GPtrArray *affected_files(const struct publication *publication);

/* Where a commit of this repository is shown, by link-commit of [releases], which is about the main
 * repository alone. *ret_link: NULL: nobody said; caller frees. FAULT_CONFIG: the template. */
bool affected_link(const struct home *home, const struct affected *affected, const char *commit,
                   char **ret_link, GError **error);

#endif
