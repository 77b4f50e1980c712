/* The last look at a message, just before it goes out or in a rehearsal: it is what would be made
 * today for one who would get it today; what is not encrypted holds exactly what was frozen; what
 * is encrypted is for one subkey of the one key, which is still good. */
#ifndef RECHECK_H
#define RECHECK_H

#include "mailing.h"
#include "pgp.h"

struct recheck {
    const struct parcel *parcel;
    const struct mailing *mailing;
    const GPtrArray *members; /* struct member *: all of the record */
    struct pgp *pgp;
};

/* The error says why it must not leave, without an address and without embargoed text. */
bool recheck_message(const struct recheck *with, const struct outbox_message *message, gint64 at,
                     GError **error);

#endif
