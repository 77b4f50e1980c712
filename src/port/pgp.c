#include "pgp.h"

#include "fault.h"
#include "pgp_parts.h"

#include <gpgme.h>
#include <string.h>

bool pgp_refuse(unsigned int code, const char *what, GError **error)
{
    switch (gpgme_err_code(code)) {
    case GPG_ERR_BAD_PASSPHRASE:
    case GPG_ERR_CANCELED:
    case GPG_ERR_FULLY_CANCELED:
    case GPG_ERR_NO_PASSPHRASE:
    case GPG_ERR_NO_PIN_ENTRY:
    case GPG_ERR_ENOTTY:
        return fault_raise(error, FAULT_PERMISSION,
                           "%s: the key stays locked (%s): nothing was signed", what,
                           gpgme_strerror(code));
    case GPG_ERR_ENOSPC:
        return fault_raise(error, FAULT_IO, "%s: the disk is full", what);
    default:
        return fault_raise(error, FAULT_IO, "%s failed: gpg says \"%s\"", what,
                           gpgme_strerror(code));
    }
}

/* Enough of gpgme, and a context that keeps its keys in `folder`. */
static gpgme_error_t start(struct pgp *pgp, const char *folder)
{
    gpgme_check_version(NULL);
    gpgme_error_t code = gpgme_engine_check_version(GPGME_PROTOCOL_OpenPGP);
    if (code == 0)
        code = gpgme_new(&pgp->context);
    if (code == 0 && folder != NULL)
        code = gpgme_ctx_set_engine_info(pgp->context, GPGME_PROTOCOL_OpenPGP, NULL, folder);
    if (code == 0) {
        gpgme_set_offline(pgp->context, 1);
        gpgme_set_ctx_flag(pgp->context, "auto-key-retrieve", "0");
    }
    return code;
}

struct pgp *pgp_open(const char *folder, GError **error)
{
    g_autoptr(Pgp) pgp = g_new0(struct pgp, 1);
    pgp->signer = pgp_signer_new(error);
    if (pgp->signer == NULL)
        return NULL;
    gpgme_error_t code = start(pgp, folder);
    if (code == 0)
        return g_steal_pointer(&pgp);
    fault_raise(error, FAULT_UNAVAILABLE, "gpg cannot be used (%s): install gnupg",
                gpgme_strerror(code));
    return NULL;
}

void pgp_close(struct pgp *pgp)
{
    if (pgp == NULL)
        return;
    if (pgp->context != NULL)
        gpgme_release(pgp->context);
    g_clear_pointer(&pgp->keys, g_hash_table_unref);
    pgp_signer_free(pgp->signer);
    g_free(pgp);
}

struct gpgme_context *pgp_context(struct pgp *pgp)
{
    return pgp->context;
}

/* gpg's counts leave out a key that was merged with the one there is. */
static guint count_good(gpgme_import_result_t result)
{
    guint count = 0;
    for (gpgme_import_status_t key = result->imports; key != NULL; key = key->next)
        count += key->result == 0 && key->fpr != NULL;
    return count;
}

bool pgp_import(struct pgp *pgp, const void *bytes, gsize length, guint *ret_keys, GError **error)
{
    gpgme_data_t keys = NULL;
    g_clear_pointer(&pgp->keys, g_hash_table_unref); /* some of them may be others now */
    gpgme_error_t code = gpgme_data_new_from_mem(&keys, bytes, length, 0);
    if (code == 0)
        code = gpgme_op_import(pgp->context, keys);
    gpgme_data_release(keys);
    gpgme_import_result_t result = code == 0 ? gpgme_op_import_result(pgp->context) : NULL;
    if (code != 0 && gpgme_err_code(code) != GPG_ERR_NO_DATA)
        return pgp_refuse(code, "taking in the keys", error);
    *ret_keys = result == NULL ? 0 : count_good(result);
    if (*ret_keys == 0)
        return fault_raise(error, FAULT_DATA, "there are no public keys in there");
    g_clear_pointer(&pgp->keys, g_hash_table_unref);
    return true;
}

static const char *const verdict_words[] = {
    [PGP_GOOD] = "good signature",
    [PGP_BAD] = "bad signature: the text is not what was signed",
    [PGP_UNKNOWN_KEY] = "signature by a key that is not known here",
    [PGP_KEY_EXPIRED] = "good signature by a key that has expired",
    [PGP_KEY_REVOKED] = "good signature by a key that was revoked",
    [PGP_EXPIRED] = "signature that has expired",
    [PGP_UNCHECKED] = "signature that gpg could not check",
};

const char *pgp_verdict_words(enum pgp_verdict verdict)
{
    return verdict_words[verdict];
}

void pgp_signature_clear(struct pgp_signature *signature)
{
    g_clear_pointer(&signature->fingerprint, g_free);
    g_clear_pointer(&signature->primary, g_free);
    g_clear_pointer(&signature->user, g_free);
    g_clear_pointer(&signature->digest, g_free);
}

/* The lines that fence a clearsigned text, in their order. No line of the text can look like one,
 * for there a dash at the start is escaped. */
static const char *const fences[] = {
    "-----BEGIN PGP SIGNED MESSAGE-----",
    "-----BEGIN PGP SIGNATURE-----",
    "-----END PGP SIGNATURE-----",
};

static bool only_hash_headers(const char *line, const char *end)
{
    for (; line < end && *line != '\r' && *line != '\n'; line = strchr(line, '\n') + 1)
        if (!g_str_has_prefix(line, "Hash: "))
            return false;
    return line < end;
}

/* What gpg would not mind: text outside, a second message, other headers. All of it would look as
 * if it were signed. */
static bool check_fences(const char *text, GError **error)
{
    guint passed = 0;
    for (const char *line = text; *line != '\0';) {
        const char *end = strchr(line, '\n');
        const char *next = end == NULL ? line + strlen(line) : end + 1;
        g_autofree char *bare = g_strchomp(g_strndup(line, (gsize)(next - line)));
        bool fence = g_str_has_prefix(bare, "-----");
        bool outside = passed == 0 || passed == G_N_ELEMENTS(fences);
        if (fence && (passed == G_N_ELEMENTS(fences) || !g_str_equal(bare, fences[passed])))
            return fault_raise(error, FAULT_DATA,
                               "this is not one clearsigned text: its armour is out of order");
        if (!fence && outside && *bare != '\0')
            return fault_raise(error, FAULT_DATA, "there is something outside of the signed text");
        passed += fence;
        if (fence && passed == 1 && (end == NULL || !only_hash_headers(next, text + strlen(text))))
            return fault_raise(error, FAULT_DATA, "the signed text has headers other than Hash");
        line = next;
    }
    if (passed == G_N_ELEMENTS(fences))
        return true;
    return fault_raise(error, FAULT_DATA,
                       passed == 0 ? "this is not a clearsigned text"
                                   : "the clearsigned text is cut off");
}

static enum pgp_verdict verdict_of(const struct _gpgme_signature *signature)
{
    static const struct {
        gpg_err_code_t code;
        enum pgp_verdict verdict;
    } verdicts[] = {
        {GPG_ERR_NO_ERROR, PGP_GOOD},
        {GPG_ERR_BAD_SIGNATURE, PGP_BAD},
        {GPG_ERR_NO_PUBKEY, PGP_UNKNOWN_KEY},
        {GPG_ERR_KEY_EXPIRED, PGP_KEY_EXPIRED},
        {GPG_ERR_CERT_REVOKED, PGP_KEY_REVOKED},
        {GPG_ERR_SIG_EXPIRED, PGP_EXPIRED},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++)
        if (gpgme_err_code(signature->status) == verdicts[i].code)
            return verdicts[i].verdict;
    return PGP_UNCHECKED;
}

static void key_free(gpointer key)
{
    gpgme_key_unref(key);
}

/* NULL: it is not known here. Borrowed. */
static gpgme_key_t look_up(struct pgp *pgp, const char *fingerprint)
{
    if (pgp->keys == NULL)
        pgp->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, key_free);
    gpgme_key_t key = g_hash_table_lookup(pgp->keys, fingerprint);
    if (key == NULL && gpgme_get_key(pgp->context, fingerprint, &key, 0) == 0)
        g_hash_table_insert(pgp->keys, g_strdup(fingerprint), key);
    return key;
}

static void name_key(struct pgp *pgp, struct pgp_signature *signature)
{
    if (signature->fingerprint == NULL || signature->verdict == PGP_UNKNOWN_KEY)
        return;
    gpgme_key_t key = look_up(pgp, signature->fingerprint);
    if (key != NULL && key->subkeys != NULL)
        signature->primary = g_strdup(key->subkeys->fpr);
    if (key != NULL && key->uids != NULL && key->uids->uid != NULL)
        signature->user = g_utf8_make_valid(key->uids->uid, -1);
}

static struct pgp_signature describe(struct pgp *pgp, const struct _gpgme_signature *from)
{
    static const gpgme_hash_algo_t weak[] = {GPGME_MD_MD5, GPGME_MD_SHA1, GPGME_MD_RMD160,
                                             GPGME_MD_NONE};
    const char *digest = gpgme_hash_algo_name(from->hash_algo);
    struct pgp_signature signature = {.verdict = verdict_of(from),
                                      .fingerprint = g_strdup(from->fpr),
                                      .digest = g_strdup(digest == NULL ? "unknown" : digest),
                                      .time = (gint64)from->timestamp};
    for (gsize i = 0; i < G_N_ELEMENTS(weak); i++)
        signature.weak |= from->hash_algo == weak[i];
    name_key(pgp, &signature);
    return signature;
}

/* All of what gpgme wrote, with a NUL behind; NULL when there is none. */
char *pgp_drain(struct gpgme_data *data)
{
    gsize length = 0;
    char *bytes = gpgme_data_release_and_get_mem(data, &length);
    char *copy = bytes == NULL ? NULL : g_strndup(bytes, length);
    if (bytes != NULL)
        explicit_bzero(bytes, length);
    gpgme_free(bytes);
    return copy;
}

/* gpg keeps the CR of texts that came with CRLF, which no signature covers. */
static void drop_returns(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; at++)
        if (!(at[0] == '\r' && at[1] == '\n'))
            *to++ = *at;
    *to = '\0';
}

static gpgme_error_t run_verify(struct pgp *pgp, const char *bytes, gsize length, char **ret_text)
{
    gpgme_data_t from = NULL, to = NULL;
    gpgme_error_t code = gpgme_data_new_from_mem(&from, bytes, length, 0);
    if (code == 0)
        code = gpgme_data_new(&to);
    if (code == 0)
        code = gpgme_op_verify(pgp->context, from, NULL, to);
    gpgme_data_release(from);
    *ret_text = to == NULL ? NULL : pgp_drain(to);
    return code;
}

static bool check_result(gpgme_verify_result_t result, GError **error)
{
    if (result == NULL || result->signatures == NULL)
        return fault_raise(error, FAULT_DATA,
                           "the clearsigned text is damaged: gpg finds no "
                           "signature in it");
    if (result->signatures->next != NULL)
        return fault_raise(error, FAULT_DATA, "the text has two signatures: one is expected");
    return true;
}

bool pgp_verify(struct pgp *pgp, const char *bytes, gsize length,
                struct pgp_signature *ret_signature, char **ret_text, GError **error)
{
    g_autofree char *text = NULL;
    g_autofree char *copy = g_strndup(bytes, length);
    if (strlen(copy) != length)
        return fault_raise(error, FAULT_DATA, "this is not a clearsigned text: it has a NUL");
    if (!check_fences(copy, error))
        return false;
    gpgme_error_t code = run_verify(pgp, bytes, length, &text);
    if (code != 0)
        return fault_raise(error, FAULT_DATA, "the clearsigned text is damaged: gpg says \"%s\"",
                           gpgme_strerror(code));
    gpgme_verify_result_t result = gpgme_op_verify_result(pgp->context);
    if (!check_result(result, error))
        return false;
    /* A later call of gpgme drops the result. */
    gpgme_result_ref(result);
    *ret_signature = describe(pgp, result->signatures);
    gpgme_result_unref(result);
    if (text != NULL)
        drop_returns(text);
    *ret_text = text == NULL ? g_strdup("") : g_steal_pointer(&text);
    return true;
}

static gpgme_error_t run_detached(struct pgp *pgp, const char *bytes, gsize length,
                                  const char *armour, gsize armour_length)
{
    gpgme_data_t text = NULL, signature = NULL;
    gpgme_error_t code = gpgme_data_new_from_mem(&text, bytes, length, 0);
    if (code == 0)
        code = gpgme_data_new_from_mem(&signature, armour, armour_length, 0);
    if (code == 0)
        code = gpgme_op_verify(pgp->context, signature, text, NULL);
    gpgme_data_release(signature);
    gpgme_data_release(text);
    return code;
}

bool pgp_verify_detached(struct pgp *pgp, const char *bytes, gsize length, const char *armour,
                         gsize armour_length, struct pgp_signature *ret_signature, GError **error)
{
    gpgme_error_t code = run_detached(pgp, bytes, length, armour, armour_length);
    gpgme_verify_result_t result = code == 0 ? gpgme_op_verify_result(pgp->context) : NULL;
    if (result == NULL || result->signatures == NULL)
        return fault_raise(error, FAULT_DATA, "the signature is damaged: gpg %s%s",
                           code == 0 ? "finds none in it" : "says ",
                           code == 0 ? "" : gpgme_strerror(code));
    gpgme_result_ref(result);
    *ret_signature = describe(pgp, result->signatures);
    gpgme_result_unref(result);
    return true;
}
