/* The one door to OpenPGP: clearsigned texts, verified and made with gpg through gpgme.
 *
 * Whom a key belongs to is not asked of the web of trust: callers compare full fingerprints. Texts
 * go through pipes, never through files, arguments or the environment, and errors do not quote
 * them. */
#ifndef PGP_H
#define PGP_H

#include <glib.h>
#include <stdbool.h>

struct pgp;

/* `folder`: where gpg keeps its keys; NULL: where it does by itself. The path must be short, for
 * the agent's socket. FAULT_UNAVAILABLE: there is no gpg. */
struct pgp *pgp_open(const char *folder, GError **error);
void pgp_close(struct pgp *pgp); /* forgets the passphrase */
typedef struct pgp Pgp;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pgp, pgp_close)

/* For the other unit behind this door, pgp_keys. */
struct gpgme_context *pgp_context(struct pgp *pgp);

/* Adds the public keys in there. FAULT_DATA: none are. */
bool pgp_import(struct pgp *pgp, const void *bytes, gsize length, guint *ret_keys, GError **error);

enum pgp_verdict {
    PGP_GOOD,
    PGP_BAD,         /* the text is not what was signed */
    PGP_UNKNOWN_KEY, /* nobody here has the key */
    PGP_KEY_EXPIRED, /* otherwise good */
    PGP_KEY_REVOKED, /* otherwise good */
    PGP_EXPIRED,     /* the signature itself had an end, otherwise good */
    PGP_UNCHECKED,   /* gpg could not or would not check it */
};
/* "good signature", "signature by a key that is not known here", ... */
const char *pgp_verdict_words(enum pgp_verdict verdict);

struct pgp_signature {
    enum pgp_verdict verdict;
    char *fingerprint; /* of the key that signed, in capitals; the key id when only that is known */
    char *primary;     /* of the primary key it belongs to; NULL when the key is not known */
    char *user;        /* the key's first user id, UTF-8; NULL likewise */
    char *digest;      /* "SHA256" */
    bool weak;         /* the digest is MD5, SHA1 or RIPEMD160 */
    gint64 time;       /* when it was made, as it says; 0: unknown */
};
void pgp_signature_clear(struct pgp_signature *signature);

/* Reads one clearsigned text. Bytes that are no such text, more than one of them, anything outside
 * of it, cut off, or with two signatures: FAULT_DATA. *ret_text (caller frees, NUL behind) is what
 * was signed, with lines ended by LF, dashes unescaped and blanks at line ends dropped; also when
 * the verdict is not good: look at it first. */
bool pgp_verify(struct pgp *pgp, const char *bytes, gsize length,
                struct pgp_signature *ret_signature, char **ret_text, GError **error);

/* The same of a signature that lies beside what it signs, as git's tags have it; of several the
 * first. FAULT_DATA: no signature is in `armour`. */
bool pgp_verify_detached(struct pgp *pgp, const char *bytes, gsize length, const char *armour,
                         gsize armour_length, struct pgp_signature *ret_signature, GError **error);

/* Asks for a passphrase: `hint` names the key, `again` that the last one was wrong. NULL: the user
 * gave up. The answer is wiped and freed. */
typedef char *(*pgp_ask)(void *user, const char *hint, bool again);

/* Without it, gpg's agent asks in its own way. A passphrase is asked for once and kept, in memory
 * that is not swapped, for what else is signed until pgp_close. */
void pgp_set_ask(struct pgp *pgp, pgp_ask ask, void *user);
/* The agent asks in its own way; only when it has none (no pinentry, no terminal for it), this. */
void pgp_set_last_resort(struct pgp *pgp, pgp_ask ask, void *user);

/* A full fingerprint: 40 or 64 hexadecimal digits. */
bool pgp_good_fingerprint(const char *fingerprint);

/* Signs, then verifies the own work: a good signature by that key, SHA-256 or better, over these
 * very bytes. `text` is UTF-8 with LF line ends and without blanks at line ends, FAULT_DATA else,
 * since a clearsignature does not cover those. FAULT_CONFIG: no full fingerprint, or the key cannot
 * sign (not there, expired, revoked; or gpg.conf asks for a weak digest). FAULT_PERMISSION: no or a
 * wrong passphrase. Caller frees *ret_signed. */
bool pgp_clearsign(struct pgp *pgp, const char *fingerprint, const char *text, char **ret_signed,
                   struct pgp_signature *ret_signature, GError **error);

/* The same of a signature that lies beside any bytes, armoured. */
bool pgp_sign_detached(struct pgp *pgp, const char *fingerprint, const char *bytes, gsize length,
                       char **ret_armour, GError **error);

#endif
