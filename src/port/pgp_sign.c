#include "fault.h"
#include "pgp.h"
#include "pgp_parts.h"

#include <gpgme.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PASSPHRASE_MOST 1024
#define TRIES 3

struct pgp_signer {
    pgp_ask ask;
    void *user;
    bool last_resort; /* ask only when the agent has no way to */
    char *passphrase; /* PASSPHRASE_MOST bytes of locked memory */
    bool known;       /* it holds one */
    bool wrong;       /* the one that it held did not fit */
    int tries;
    gpgme_key_t key; /* NULL: none was asked for yet */
    char *key_name;  /* as it was asked for */
};

struct pgp_signer *pgp_signer_new(GError **error)
{
    void *memory =
        mmap(NULL, PASSPHRASE_MOST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        fault_raise(error, FAULT_IO, "there is no memory for a passphrase");
        return NULL;
    }
    mlock(memory, PASSPHRASE_MOST);
    struct pgp_signer *signer = g_new0(struct pgp_signer, 1);
    signer->passphrase = memory;
    return signer;
}

void pgp_signer_free(struct pgp_signer *signer)
{
    if (signer == NULL)
        return;
    gpgme_key_unref(signer->key);
    g_free(signer->key_name);
    explicit_bzero(signer->passphrase, PASSPHRASE_MOST);
    munmap(signer->passphrase, PASSPHRASE_MOST);
    g_free(signer);
}

void pgp_set_ask(struct pgp *pgp, pgp_ask ask, void *user)
{
    pgp->signer->ask = ask;
    pgp->signer->user = user;
    pgp->signer->last_resort = false;
}

void pgp_set_last_resort(struct pgp *pgp, pgp_ask ask, void *user)
{
    pgp_set_ask(pgp, ask, user);
    pgp->signer->last_resort = true;
}

static bool ask_user(struct pgp_signer *signer, const char *hint, bool again)
{
    char *answer = signer->tries++ < TRIES ? signer->ask(signer->user, hint, again) : NULL;
    signer->known = answer != NULL && strlen(answer) < PASSPHRASE_MOST - 1;
    if (signer->known)
        memcpy(signer->passphrase, answer, strlen(answer) + 1);
    if (answer != NULL)
        explicit_bzero(answer, strlen(answer));
    g_free(answer);
    return signer->known;
}

static gpgme_error_t give_passphrase(void *user, const char *hint, const char *info, int wrong,
                                     int to)
{
    struct pgp_signer *signer = user;
    (void)info;
    bool again = wrong != 0 || signer->wrong;
    if ((wrong != 0 || !signer->known) && !ask_user(signer, hint == NULL ? "" : hint, again))
        return gpgme_error(GPG_ERR_CANCELED);
    if (gpgme_io_writen(to, signer->passphrase, strlen(signer->passphrase)) != 0 ||
        gpgme_io_writen(to, "\n", 1) != 0)
        return gpgme_error_from_syserror();
    return 0;
}

bool pgp_good_fingerprint(const char *fingerprint)
{
    gsize length = strspn(fingerprint, "0123456789ABCDEFabcdef");
    return fingerprint[length] == '\0' && (length == 40 || length == 64);
}

/* Why the key cannot sign, or NULL. */
static const char *key_trouble(gpgme_key_t key)
{
    const struct {
        bool is;
        const char *what;
    } troubles[] = {
        {key->revoked, "was revoked"},
        {key->expired, "has expired"},
        {key->disabled, "is disabled"},
        {key->invalid, "is invalid"},
        {!key->can_sign, "cannot sign, or all that could has expired"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(troubles); i++)
        if (troubles[i].is)
            return troubles[i].what;
    return NULL;
}

/* Borrowed. */
static bool find_key(struct pgp *pgp, const char *fingerprint, gpgme_key_t *ret_key, GError **error)
{
    struct pgp_signer *signer = pgp->signer;
    gpgme_key_t key = NULL;
    if (signer->key != NULL && g_str_equal(signer->key_name, fingerprint)) {
        *ret_key = signer->key;
        return true;
    }
    if (!pgp_good_fingerprint(fingerprint))
        return fault_raise(error, FAULT_CONFIG,
                           "the signing key must be named by its full fingerprint, 40 digits");
    if (gpgme_get_key(pgp->context, fingerprint, &key, 1) != 0)
        return fault_raise(error, FAULT_CONFIG, "gpg has no secret key %s", fingerprint);
    const char *trouble = key_trouble(key);
    if (trouble != NULL) {
        gpgme_key_unref(key);
        return fault_raise(error, FAULT_CONFIG, "the signing key %s %s", fingerprint, trouble);
    }
    gpgme_key_unref(signer->key);
    g_free(signer->key_name);
    signer->key = *ret_key = key;
    signer->key_name = g_strdup(fingerprint);
    return true;
}

/* What is to be signed, and how. */
struct task {
    const char *bytes;
    gsize length;
    gpgme_sig_mode_t mode;
};

static gpgme_error_t run_sign(struct pgp *pgp, gpgme_key_t key, const struct task *task,
                              char **ret_signed)
{
    gpgme_data_t from = NULL, to = NULL;
    bool agent_asks = pgp->signer->ask == NULL || pgp->signer->last_resort;
    gpgme_set_pinentry_mode(pgp->context, agent_asks ? GPGME_PINENTRY_MODE_DEFAULT
                                                     : GPGME_PINENTRY_MODE_LOOPBACK);
    gpgme_set_passphrase_cb(pgp->context, agent_asks ? NULL : give_passphrase, pgp->signer);
    gpgme_set_armor(pgp->context, 1);
    gpgme_signers_clear(pgp->context);
    gpgme_error_t code = gpgme_signers_add(pgp->context, key);
    if (code == 0)
        code = gpgme_data_new_from_mem(&from, task->bytes, task->length, 0);
    if (code == 0)
        code = gpgme_data_new(&to);
    if (code == 0)
        code = gpgme_op_sign(pgp->context, from, to, task->mode);
    gpgme_data_release(from);
    *ret_signed = to == NULL ? NULL : pgp_drain(to);
    if (code == 0 && *ret_signed == NULL)
        code = gpgme_error(GPG_ERR_NO_DATA);
    return code;
}

/* The agent has no pinentry, or one that found neither a screen nor a terminal. */
static bool cannot_ask(gpgme_error_t code)
{
    return gpgme_err_code(code) == GPG_ERR_NO_PIN_ENTRY || gpgme_err_code(code) == GPG_ERR_ENOTTY;
}

/* With a passphrase of ours gpg tries once; whoever typed a wrong one may type again. */
static gpgme_error_t sign(struct pgp *pgp, gpgme_key_t key, const struct task *task,
                          char **ret_signed)
{
    struct pgp_signer *signer = pgp->signer;
    signer->tries = 0;
    signer->wrong = false;
    gpgme_error_t code = run_sign(pgp, key, task, ret_signed), again = code;
    if (signer->last_resort && cannot_ask(code)) {
        signer->last_resort = false;
        g_free(*ret_signed);
        again = code = run_sign(pgp, key, task, ret_signed);
    }
    bool ours = signer->ask != NULL && !signer->last_resort;
    for (int i = 1; ours && i <= TRIES && gpgme_err_code(again) == GPG_ERR_BAD_PASSPHRASE; i++) {
        signer->known = false;
        signer->wrong = true;
        g_free(*ret_signed);
        again = run_sign(pgp, key, task, ret_signed);
        code = gpgme_err_code(again) == GPG_ERR_CANCELED ? code : again;
    }
    return code;
}

static bool check_text(const char *text, GError **error)
{
    if (!g_utf8_validate(text, -1, NULL))
        return fault_raise(error, FAULT_DATA, "the text is not UTF-8: it was not signed");
    if (*text == '\0' || !g_str_has_suffix(text, "\n"))
        return fault_raise(error, FAULT_DATA,
                           "the text does not end in a line end: it was not "
                           "signed");
    guint line = 1;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\r' || ((*at == ' ' || *at == '\t') && at[1] == '\n'))
            return fault_raise(error, FAULT_DATA,
                               "line %u ends in a blank, which a signature does not cover: it was "
                               "not signed",
                               line);
        line += *at == '\n';
    }
    return true;
}

/* gpg gives the text back with or without its last line end, by its version. */
static bool same_text(const char *text, const char *signed_text)
{
    gsize length = strlen(text), got = strlen(signed_text);
    return strncmp(text, signed_text, length - 1) == 0 &&
           (got == length - 1 || (got == length && signed_text[got - 1] == '\n'));
}

static bool check_own_signature(const struct pgp_signature *signature, const char *primary,
                                GError **error)
{
    if (signature->verdict != PGP_GOOD || g_strcmp0(signature->primary, primary) != 0)
        return fault_raise(error, FAULT_INTERNAL,
                           "what gpg signed does not verify with the key that was named (%s)",
                           pgp_verdict_words(signature->verdict));
    if (signature->weak || g_str_equal(signature->digest, "SHA224"))
        return fault_raise(error, FAULT_CONFIG,
                           "gpg signed with %s, which is too weak: look for digest-algo in its "
                           "gpg.conf",
                           signature->digest);
    return true;
}

static bool check_own_work(const struct pgp_signature *signature, const char *primary,
                           const char *text, const char *signed_text, GError **error)
{
    return check_own_signature(signature, primary, error) &&
           (same_text(text, signed_text) ||
            fault_raise(error, FAULT_INTERNAL, "what gpg signed is not the text it was given"));
}

static bool verify_own_work(struct pgp *pgp, gpgme_key_t key, const char *text, const char *signed_,
                            struct pgp_signature *ret_signature, GError **error)
{
    g_autofree char *back = NULL;
    struct pgp_signature signature = {0};
    if (!pgp_verify(pgp, signed_, strlen(signed_), &signature, &back, error))
        return false;
    if (check_own_work(&signature, key->subkeys->fpr, text, back, error)) {
        *ret_signature = signature;
        return true;
    }
    pgp_signature_clear(&signature);
    return false;
}

bool pgp_clearsign(struct pgp *pgp, const char *fingerprint, const char *text, char **ret_signed,
                   struct pgp_signature *ret_signature, GError **error)
{
    gpgme_key_t key = NULL;
    g_autofree char *signed_ = NULL;
    if (!check_text(text, error) || !find_key(pgp, fingerprint, &key, error))
        return false;
    const struct task task = {text, strlen(text), GPGME_SIG_MODE_CLEAR};
    gpgme_error_t code = sign(pgp, key, &task, &signed_);
    bool done = code == 0 ? verify_own_work(pgp, key, text, signed_, ret_signature, error)
                          : pgp_refuse(code, "signing", error);
    if (done)
        *ret_signed = g_steal_pointer(&signed_);
    return done;
}

bool pgp_sign_detached(struct pgp *pgp, const char *fingerprint, const char *bytes, gsize length,
                       char **ret_armour, GError **error)
{
    gpgme_key_t key = NULL;
    g_autofree char *armour = NULL;
    struct pgp_signature signature = {0};
    const struct task task = {bytes, length, GPGME_SIG_MODE_DETACH};
    if (!find_key(pgp, fingerprint, &key, error))
        return false;
    gpgme_error_t code = sign(pgp, key, &task, &armour);
    if (code != 0)
        return pgp_refuse(code, "signing", error);
    if (!pgp_verify_detached(pgp, bytes, length, armour, strlen(armour), &signature, error))
        return false;
    bool good = check_own_signature(&signature, key->subkeys->fpr, error);
    pgp_signature_clear(&signature);
    if (good)
        *ret_armour = g_steal_pointer(&armour);
    return good;
}
