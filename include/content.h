/* What a finished mail holds, against what was frozen and the key it is for. */
#ifndef CONTENT_H
#define CONTENT_H

#include "outbox.h"
#include "parcel.h"
#include "pgp.h"

/* Whether a message that is not encrypted holds exactly the version's text and files, in their
 * order. FAULT_INTERNAL when not. */
bool content_is_frozen(const struct parcel *parcel, const char *bytes, gsize length,
                       GError **error);

/* Whether an encrypted message, with its bytes, is for one subkey of its one key, and both are good
 * at the moment: FAULT_NOINPUT, FAULT_CONFIG, FAULT_INTERNAL when not. */
bool content_is_sealed(struct pgp *pgp, const struct outbox_message *message, gint64 at,
                       GError **error);

#endif
