/* What the units behind the door to OpenPGP share. */
#ifndef PGP_PARTS_H
#define PGP_PARTS_H

#include <glib.h>
#include <stdbool.h>

struct gpgme_data;

struct pgp {
    struct gpgme_context *context;
    /* Looking a key up starts a gpg of its own: what was found serves the rest of a batch. */
    GHashTable *keys; /* fingerprint -> gpgme_key_t */
    struct pgp_signer *signer;
};

/* Who signs, and the passphrase. */
struct pgp_signer *pgp_signer_new(GError **error);
void pgp_signer_free(struct pgp_signer *signer);

/* What gpg wrote, with a NUL behind it; releases `data`. NULL: nothing. Caller frees. */
char *pgp_drain(struct gpgme_data *data);

/* A code of gpgme's as a sentence; false. */
bool pgp_refuse(unsigned int code, const char *what, GError **error);

#endif
