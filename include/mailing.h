/* The messages of one version: written, sealed for each member or made once for the public lists,
 * checked against the frozen bytes, and put into the outbox. Nothing is sent here, and nothing here
 * asks the gate: sealed messages may lie ready for weeks. */
#ifndef MAILING_H
#define MAILING_H

#include "desk.h"
#include "layout.h"
#include "outbox.h"
#include "parcel.h"
#include "pgp.h"

#include <jansson.h>

enum mailing_kind {
    MAILING_PREDISCLOSURE, /* text and files, to members */
    MAILING_PUBLIC,        /* text and files, to the lists */
    MAILING_VACATED,       /* words alone, to those members who have a version */
    MAILING_KINDS
};
const char *mailing_kind_name(enum mailing_kind kind); /* as in the outbox */
enum embargo_audience mailing_audience(enum mailing_kind kind);

/* Renders a template of that name over a page: plain text whose first lines are "Subject:" and, of
 * mails to members, "Outer-Subject:", then an empty line and the words. Caller frees. */
typedef char *(*mailing_write)(void *user, const char *template, json_t *page, GError **error);

struct mailing_given {
    const struct layout *layout;
    const char *project;
    const char *from, *from_name; /* from: NULL is FAULT_CONFIG */
    char **lists;                 /* public addresses; NULL: none */
    const char *list;             /* only the members on it; NULL: all */
    const char *reason;           /* of vacating; NULL: none */
    gint64 now;
    gint64 date; /* when it is to go out: the mail's date; keys must be good then */
    mailing_write write;
    void *user;
};

struct mailing;

/* `parcel` must outlive it. FAULT_CONFIG: no sender, or a template without its first lines. */
struct mailing *mailing_new(struct store *desk, enum mailing_kind kind, const struct parcel *parcel,
                            const struct mailing_given *given, GError **error);
void mailing_free(struct mailing *mailing);
typedef struct mailing Mailing;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailing, mailing_free)

/* Somebody for whom there is no message, and why; no sentence holds an address. */
struct mailing_failure {
    char *name;
    char *sentence;
};

struct mailing_tally {
    guint queued;        /* now */
    guint there;         /* were in the outbox already */
    GPtrArray *failures; /* struct mailing_failure * */
};
void mailing_tally_init(struct mailing_tally *tally);
void mailing_tally_clear(struct mailing_tally *tally);

/* Called for each message made: by a dry run to keep it, and to tell how far it is. */
typedef bool (*mailing_made)(void *user, const struct outbox_message *message, GError **error);

enum mailing_how {
    MAILING_TRY,  /* nothing goes into the outbox: a dry run */
    MAILING_KEEP, /* what lies ready stays, unless its member has another key or address by now */
    MAILING_ANEW, /* what was never tried is written anew: a rehearsal */
};

struct mailing_way {
    enum mailing_how how;
    mailing_made made; /* NULL: nobody wants to know */
    void *user;
};

/* Whether a message that was made before is what would be made today, for one who would get it:
 * FAULT_DATA says why not. `members` are all of the record. */
bool mailing_fits(const struct mailing *mailing, const struct outbox_message *message,
                  const GPtrArray *members, GError **error);

/* One message for each active member of `members` (struct member *), or one a list, in one
 * transaction. A member that nothing can be made for is a failure in the tally, and holds up no
 * other. */
bool mailing_queue(struct store *desk, struct mailing *mailing, struct pgp *pgp,
                   const GPtrArray *members, const struct mailing_way *way,
                   struct mailing_tally *tally, GError **error);

#endif
