/* Delivering what lies in the outbox: each message once, each outcome kept, nothing without a
 * permit. Just before a message goes out it is looked at again: the permit covers the version's
 * text and files, the message's bytes are those that were queued, and recheck.h finds nothing. Any
 * mismatch: it does not leave, and the ledger says so. */
#ifndef POST_H
#define POST_H

#include "mailing.h"
#include "outbox.h"
#include "parcel.h"
#include "pgp.h"
#include "smtp.h"

struct post_tally {
    guint sent, failed, later, unknown;
    guint held; /* did not leave: something did not match */
    bool stopped;
};

struct post_given {
    const struct parcel *parcel;
    const struct mailing *mailing; /* of the kind of all the messages */
    const GPtrArray *members;      /* struct member *: all of the record */
    const char *who;               /* desk_user */
    enum embargo_audience audience;
    const struct permit *permit;
    const struct smtp_options *server;
    const char *from;
    gint64 now; /* BAROGRAPH_NOW, or when the program began: later moments are counted from it */
    /* After each message, for the bar and the list; NULL: nobody wants to know. */
    void (*told)(void *user, const struct outbox_message *message, const struct outbox_end *end);
    void *user;
    bool (*stop)(void); /* asked between messages; NULL: never */
};

/* One connection for all of `messages` (struct outbox_message *, those that are queued and due);
 * made anew when it breaks, until that happens three times without a message in between: then the
 * rest stays queued. One recipient's failure never stops the others. Errors: as of smtp_open for
 * the first connection, and of the record, whose state is then what was committed. */
bool post_deliver(struct store *desk, struct pgp *pgp, const GPtrArray *messages,
                  const struct post_given *given, struct post_tally *ret_tally, GError **error);

/* Whether it is queued and its time to be tried has come. */
bool post_is_due(const struct outbox_message *message, gint64 now);

#endif
