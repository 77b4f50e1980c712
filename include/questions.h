/* What a human should answer about the employers, each question as a row for people/employers.tsv,
 * ordered by how far the answer moves a share in a window. */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include "reading.h"
#include "signs.h"

enum question_reason {
    QUESTION_SIGNED,    /* own Signed-off-by names another employer than the table does */
    QUESTION_ELSEWHERE, /* the address is of one employer, MAINTAINERS or a sign-off of the next */
    QUESTION_UNKNOWN,   /* no row fits */
    QUESTION_GROUP,     /* a group by its mail domain: free mail, universities */
    QUESTION_GUESS,     /* a row that calls itself a guess */
};

/* "signed", "elsewhere", "unknown", "group", "guess". */
const char *question_reason_name(enum question_reason reason);

struct question {
    enum question_reason reason;
    bool domain;    /* the answer is for a domain, not an address */
    char *pattern;  /* folded, UTF-8 */
    char *name;     /* of who wrote most of it */
    char *counted;  /* for whom these commits count today; several joined by ", " */
    char *proposed; /* NULL: the history does not say */
    guint commits;  /* of the window, that hang on it */
    guint whole;    /* commits of the window */
    double moves;   /* percentage points by which some employer's share moves */
    double share_before, share_after; /* percent, of the proposed employer; 0 without one */
    char *evidence;                   /* one clause, or "" */
    char *line; /* the row; its employer is EMPLOYER_OPEN where nothing is proposed */
};

/* As struct question *, those that move most first; the array owns them. The window is that of the
 * reading, by its branches, merges and dates; it is resolved here. Rows say that they were learned
 * on the day of `now`, so that they win over what they correct. Placeholders such as none@none are
 * not asked about. Errors as of range_resolve. */
GPtrArray *questions_find(struct book *book, const struct signs *signs, struct reading *reading,
                          gint64 now, GError **error);

#endif
