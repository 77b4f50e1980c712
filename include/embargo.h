/* THE GATE: may these bytes go to that audience now? Every function that sends or publishes takes a
 * permit, and only embargo.c can make one. Every answer is in the ledger before it is given; so is,
 * by embargo_note, what happens to a version's bytes without any leaving.
 *
 * The rules, in their order; the first that says no is the reason:
 *   1. The version is frozen, and each file asked for is one of its very bytes.   no override
 *   2. A version that was withdrawn, and those before it, go nowhere.             no override
 *   3. A version whose text is meant for members never goes to the public.        no override
 *   4. The clock has not run backwards: it is not before the newest row of the ledger, the freeze,
 *      or the newest commit known.                                    confirmed, else refused
 *   5. Members: from the moment of predisclosure on. Public: from the moment of publication on.
 *      A moment that nobody decided has not come.                     overridden for a reason
 * Publication also opens the way to members. */
#ifndef EMBARGO_H
#define EMBARGO_H

#include "store.h"

enum embargo_audience { EMBARGO_MEMBERS, EMBARGO_PUBLIC };
const char *embargo_audience_name(enum embargo_audience audience); /* "members", "public" */

enum { EMBARGO_DIGEST = 32 }; /* bytes of a SHA-256 */

struct embargo_file {
    const char *name; /* as in the sums; "": the clearsigned text */
    guint8 digest[EMBARGO_DIGEST];
};
/* The file's digest from its bytes. */
struct embargo_file embargo_file(const char *name, const void *bytes, gsize length);

struct embargo_question {
    const char *advisory; /* its number */
    gint64 version;
    enum embargo_audience audience;
    const struct embargo_file *files; /* at least one */
    guint count;
    const char *who;      /* desk_user */
    gint64 now;           /* clock_now */
    gint64 newest_commit; /* committer's time, of any repository known; G_MININT64: none is */
    bool clock_confirmed; /* somebody looked at the clock, and it is right */
    const char *override; /* the reason to let it out early; NULL: none */
};

struct permit;

/* FAULT_PERMISSION: refused, with the reason in one sentence that quotes no embargoed text.
 * FAULT_NOINPUT: there is no such advisory or version. FAULT_USAGE: an override without a reason.
 */
struct permit *embargo_ask(struct store *desk, const struct embargo_question *question,
                           GError **error);
/* For what is shown again: a permit without another row of the ledger, for the frozen bytes of a
 * version meant for the public, when the gate let each of them out to the public before, or when
 * they were imported and so were public before they came here. Withdrawn since or not: everybody
 * has them. *ret_permit, caller frees: NULL when they never went out; the moment is not asked for.
 */
bool embargo_remember(struct store *desk, const struct embargo_question *question,
                      struct permit **ret_permit, GError **error);
/* What the answer would be at question->now, for rehearsals: no permit comes of it, and no row of
 * the ledger. *ret_refusal: the reason, which the caller frees; NULL: it would be let through. */
bool embargo_foresee(struct store *desk, const struct embargo_question *question,
                     char **ret_refusal, GError **error);
void permit_free(struct permit *permit);
typedef struct permit Permit;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Permit, permit_free)

/* For the function that sends: these bytes, to that audience? FAULT_INTERNAL when not. */
bool permit_check(const struct permit *permit, enum embargo_audience audience, const char *name,
                  const void *bytes, gsize length, GError **error);
/* What happened: a version was frozen, an embargo fell, an advisory was withdrawn. */
struct embargo_notice {
    const char *advisory; /* its number */
    gint64 version;       /* 0: there is none yet */
    const char *audience; /* that the version is meant for; "" where it is about none */
    const struct embargo_file *files;
    guint count; /* 0: one row without a digest */
    const char *who;
    gint64 now;
    const char *what;   /* "frozen", "vacated", "withdrawn" */
    const char *reason; /* "" where nobody needs one; without embargoed text */
};
/* Notes it in the ledger, a row for each file, in the transaction that the caller holds. */
bool embargo_note(struct store *desk, const struct embargo_notice *notice, GError **error);

const char *permit_advisory(const struct permit *permit);
gint64 permit_version(const struct permit *permit);

#endif
