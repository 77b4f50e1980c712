/* The seals of a repository's tags: what their objects say, and whether their signatures hold by
 * the keys that may sign. The objects are read from the repository itself. */
#ifndef SEALS_H
#define SEALS_H

#include "home.h"
#include "store.h"

struct seals;

/* Keys: those of home->check_keys, a file or a folder of public keys, or gpg's own. Errors of
 * repo_open; FAULT_CONFIG: no keys are there; FAULT_UNAVAILABLE: there is no gpg. The store must
 * outlive it. */
struct seals *seals_open(struct store *history, const struct home *home,
                         const struct home_repository *repository, GError **error);
void seals_close(struct seals *seals);
typedef struct seals Seals;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Seals, seals_close)

struct seal {
    bool annotated;
    guint depth;      /* annotated tags before the commit: 1, or 2 for a tag of a tag; 0: light */
    char *own_name;   /* the name inside the object; NULL: light */
    gint64 tagged_at; /* seconds UTC; 0: light, or it does not say */
    char *kind;       /* of its signature: "openpgp", "ssh", "x509"; NULL: not signed */
    char *signer;     /* fingerprint of the key that signed, or its key id; NULL: not known */
    char *primary;    /* fingerprint of its primary key; NULL: not known here */
    char *user;       /* the key's first user id, UTF-8; NULL likewise */
    char *digest;     /* "SHA256"; NULL: not known */
    bool weak;        /* the digest is MD5, SHA1 or RIPEMD160 */
    bool good;        /* verified, by a key that is known and among home->check_signers */
    bool bad;         /* certainly not: another text was signed, the key was revoked or is not
                         among home->check_signers */
    char *words;      /* "good signature", ...: what was found, for people */
};
void seal_clear(struct seal *seal);

/* A tag, as `refs` has it. FAULT_NOINPUT: there is no such tag; FAULT_DATA: it cannot be read. */
bool seals_read(struct seals *seals, gint64 repository, const char *tag, struct seal *ret_seal,
                GError **error);

/* The names of all tags of a repository in order, as char *; the caller unrefs. */
GPtrArray *seals_names(struct seals *seals, gint64 repository, GError **error);

#endif
