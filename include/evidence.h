/* For whom somebody wrote, judged by what the history itself says. Pure.
 *
 * Signs, the strongest first; each tells of one employer on one day:
 * SIGNED  the author's own Signed-off-by under an employer's address, on a commit whose author
 *         address is no employer's (kernel.org, gmail.com): stated, A
 * NAMED   MAINTAINERS or CREDITS came to name the person at an employer's address: B
 * LANDED  the own Signed-off-by names another employer than the author's address does: a commit
 *         written at the one and landed at the next. It counts where it was written; the sign is
 *         of the next, of the day it landed: B
 * ROW     a row for the address in people/employers.tsv: the row's own letter
 * DOMAIN  the mail domain of the author's address: C, the weakest
 * NOTHING an address that is no employer's.
 *
 * A new address that is no employer's says nothing: an address change is not an employer change. */
#ifndef EVIDENCE_H
#define EVIDENCE_H

#include "employers.h"

enum sign_kind {
    SIGN_SIGNED,
    SIGN_NAMED,
    SIGN_LANDED,
    SIGN_ROW,
    SIGN_DOMAIN,
    SIGN_NOTHING,
    SIGN_KINDS
};

/* "signed", "named", "landed", "row", "domain", "nothing". */
const char *sign_name(enum sign_kind kind);

struct sign {
    enum sign_kind kind;
    gint64 time;          /* the author's; of LANDED the committer's */
    const char *employer; /* of NOTHING: the group it counts for, such as (unaffiliated) */
    const char *counted;  /* for whom the table counts the commit; NULL: it is no commit's own */
    const char *address;  /* that shows it */
    char letter;          /* 'A' to 'D'; 0 of NOTHING */
    guint line;           /* of ROW: in people/employers.tsv */
    guint node;           /* the commit */
    guint tenure;         /* which of evidence_tenures it belongs to; set there */
};

/* Whether a name is an employer's and not a group's, such as (unknown). */
bool evidence_is_employer(const char *name);

/* One commit, and what it says: its own sign first, which is always there, then what landed it.
 * Strings are borrowed from the table and from the arguments. `signers` are addresses of the
 * author's own Signed-off-by lines, in their order, ended by NULL. */
void evidence_of_commit(const struct employers *employers, const char *author, gint64 author_time,
                        gint64 committer_time, const char *const *signers, guint node,
                        GArray *signs);

/* Days on which the signs of one person tell of one employer. */
struct tenure {
    const char *employer;
    gint64 first, last; /* times of its signs */
    char letter;        /* of its best sign; D when there is none better than a domain's and its
                           days lie within those of another with more commits; 0: a group */
    guint commits;      /* written in these days, and counted here */
    guint by[SIGN_KINDS];
    guint telling; /* the best of its signs, in the sorted array */
    guint place;   /* its own */
};

/* Sorts the signs and tells the tenures in the order of their days. Commits that say nothing belong
 * to the tenure they lie in, else to one of their own group. An employer's days end where a year
 * goes by without a sign of it and another's comes in between. */
GArray *evidence_tenures(GArray *signs);

/* The tenure of an employer that a time lies in, else the last that ended before; NULL: none.
 * *ret_within tells which. */
const struct tenure *evidence_at(const GArray *tenures, gint64 time, bool *ret_within);

#endif
