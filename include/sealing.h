/* What lies beside a document that has to be sealed: its sums (.sha256, .sha512) and a detached
 * signature (.asc), as CSAF 2.0, 7.1.18 to 7.1.20 wants them. */
#ifndef SEALING_H
#define SEALING_H

#include "folder.h"
#include "pgp.h"

struct sealing {
    struct pgp *pgp;
    const char *fingerprint;     /* of the key that signs; NULL: sums only */
    const struct folder *folder; /* a signature there that still verifies is kept */
    bool dry_run;                /* nothing is signed: what would be is empty */
    GError *trouble;             /* of the key: who could not sign once is not asked again */
    guint signatures, kept;
};

/* Of the documents from there on; what lies beside them is added behind. Signatures are verified
 * before this returns. What pgp_sign_detached raises. */
bool sealing_add(struct sealing *sealing, struct site *site, guint from, GError **error);

/* "HEX  name" and a line feed; the caller frees it. Pure. */
char *sealing_sum(GBytes *bytes, GChecksumType kind, const char *path);

#endif
