/* Other people's keys, through the same door as pgp.h: whether something can be sent to one, until
 * when, and the sending itself. A key is named by the full fingerprint of its primary key and by
 * nothing else; the web of trust is not asked. */
#ifndef PGP_KEYS_H
#define PGP_KEYS_H

#include "pgp.h"

struct pgp_subkey {
    guint64 id;              /* as in the packets of an encrypted message */
    char *algorithm;         /* "rsa3072", "cv25519" */
    gint64 created, expires; /* seconds UTC; expires 0: never */
    bool revoked;
    bool weak; /* RSA, ElGamal or DSA of fewer than 2048 bits, or no algorithm that gpg knows */
};

struct pgp_key {
    char *fingerprint; /* of the primary key, in capitals */
    char *user;        /* the first user id, UTF-8; "" without one */
    gint64 created, expires;
    bool revoked, disabled;
    GArray *encrypting; /* struct pgp_subkey: all that are meant for encryption */
};
void pgp_key_free(struct pgp_key *key);
typedef struct pgp_key PgpKey;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PgpKey, pgp_key_free)

/* Why nothing could be sent to a key at a moment. */
enum pgp_trouble {
    PGP_USABLE,
    PGP_NOT_THERE, /* never given by pgp_key_trouble */
    PGP_REVOKED,
    PGP_DISABLED,
    PGP_EXPIRED_BY_THEN,
    PGP_NO_ENCRYPTION, /* no subkey for it, or all of them are revoked or over by then */
    PGP_WEAK,          /* only weak ones are left */
};
const char *pgp_trouble_words(enum pgp_trouble trouble); /* "has expired by then" */

/* Pure. *ret_until (may be NULL): until when it can be sent to, if nobody revokes it; 0: for ever;
 * set only when it is usable. */
enum pgp_trouble pgp_key_trouble(const struct pgp_key *key, gint64 on, gint64 *ret_until);

/* FAULT_NOINPUT: it is not in the keyring; FAULT_DATA: that is no full fingerprint. */
struct pgp_key *pgp_key_find(struct pgp *pgp, const char *fingerprint, GError **error);

/* The keys in these bytes, none of which is taken into the keyring: struct pgp_key *. FAULT_DATA:
 * there are none. */
GPtrArray *pgp_keys_in(struct pgp *pgp, const void *bytes, gsize length, GError **error);

/* The public key as others import it, armoured, and without what only this keyring has (local
 * signatures). FAULT_NOINPUT: it is not in the keyring. */
GBytes *pgp_key_export(struct pgp *pgp, const char *fingerprint, GError **error);

/* The keys that the address's own domain publishes (Web Key Directory); of several in one file gpg
 * takes the first. Goes out to the network and takes what is found into the keyring, so only where
 * somebody asked for it: struct pgp_key *. FAULT_NOINPUT: none, or the server cannot be reached or
 * trusted; gpg does not say which. */
GPtrArray *pgp_keys_published(struct pgp *pgp, const char *address, GError **error);

/* Whether an armoured message is encrypted to one subkey of the key and to nobody else, and that
 * subkey is neither revoked nor over at the moment: FAULT_CONFIG, FAULT_INTERNAL when not. The
 * message may stand in a mail. */
bool pgp_sealed_holds(const struct pgp_key *key, const char *message, gsize length, gint64 on,
                      GError **error);

/* Encrypts to that key and to no other, whatever gpg.conf says; armoured, and read again before it
 * is given out: exactly one recipient, and that a subkey of the key. FAULT_CONFIG: the key cannot
 * be used now, with the reason; FAULT_INTERNAL: the message is to somebody else too. The caller
 * frees *ret_message. */
bool pgp_encrypt(struct pgp *pgp, const char *fingerprint, const void *bytes, gsize length,
                 gint64 now, char **ret_message, gsize *ret_length, GError **error);

#endif
