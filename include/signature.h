/* Who signed and with which digest, as the signature itself names them. Nothing is verified here.
 * OpenPGP: RFC 4880 and 9580 (packet headers, v3 and v4 to v6 signatures, issuer subpackets);
 * SSH: OpenSSH's PROTOCOL.sshsig; X.509: recognised by its armour only. */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <glib.h>
#include <stdbool.h>

struct signature {
    const char *kind;   /* "openpgp", "ssh", "x509"; static */
    char signer[129];   /* capitals: fingerprint if the signature has it, else key id; "SHA256:..."
                           for ssh; may be "" */
    const char *digest; /* "SHA1", "SHA256", ...; "" when unknown; static */
};

/* `armour` may carry git's leading blank on each continued line. False when it does not begin like
 * a signature; what begins so but cannot be read has an empty signer and digest. Older and newer
 * signatures of one key can differ in signer: compare the last 16 digits, which are the key id of a
 * version 4 key. */
bool signature_parse(const char *armour, gsize length, struct signature *ret_signature);

#endif
