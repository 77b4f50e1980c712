/* A rehearsal: what the outbox holds ready goes to a server that passes nothing on, at the moments
 * that the record has, and nothing of it counts: no permit, no row of the ledger, no state. */
#ifndef REHEARSAL_H
#define REHEARSAL_H

#include "mailing.h"

struct rehearsal_given {
    const struct parcel *parcel;
    struct parcel_given what; /* its `now` is the virtual moment */
    enum mailing_kind kind;
    const struct mailing *mailing;
    const GPtrArray *members; /* struct member *: all of the record */
    const char *server;       /* sink_url */
    const char *from;
    /* For each message: `trouble` NULL: it would have gone, and arrived byte for byte. */
    void (*told)(void *user, const struct outbox_message *message, const char *sha256,
                 const char *trouble);
    void *user;
};

/* Whether the gate would open at the moment; *ret_refusal: why not, which the caller frees. */
bool rehearsal_ask(struct store *desk, const struct rehearsal_given *given, char **ret_refusal,
                   GError **error);

/* Plays one mailing: each queued message of it is looked at as before sending, with keys as they
 * will be at the moment, and sent to the server. */
bool rehearsal_play(struct store *desk, struct pgp *pgp, const struct rehearsal_given *given,
                    GError **error);

#endif
