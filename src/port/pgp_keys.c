#include "pgp_keys.h"

#include "fault.h"
#include "packets.h"

#include <gpgme.h>
#include <string.h>

enum { FEWEST_BITS = 2048 };

static const char *const trouble_words[] = {
    [PGP_USABLE] = "can be used",
    [PGP_NOT_THERE] = "is not in the keyring",
    [PGP_REVOKED] = "was revoked",
    [PGP_DISABLED] = "is disabled in the keyring",
    [PGP_EXPIRED_BY_THEN] = "has expired by then",
    [PGP_NO_ENCRYPTION] = "has no subkey for encryption that is valid then",
    [PGP_WEAK] = "has only weak subkeys for encryption",
};

const char *pgp_trouble_words(enum pgp_trouble trouble)
{
    return trouble_words[trouble];
}

static void clear_subkey(gpointer pointer)
{
    g_free(((struct pgp_subkey *)pointer)->algorithm);
}

void pgp_key_free(struct pgp_key *key)
{
    if (key == NULL)
        return;
    g_free(key->fingerprint);
    g_free(key->user);
    g_array_unref(key->encrypting);
    g_free(key);
}

static void free_key(gpointer key)
{
    pgp_key_free(key);
}

static bool is_over(gint64 expires, gint64 on)
{
    return expires != 0 && expires <= on;
}

/* 0 is for ever. */
static gint64 earlier(gint64 left, gint64 right)
{
    if (left == 0 || right == 0)
        return left == 0 ? right : left;
    return MIN(left, right);
}

static bool outlives(gint64 left, gint64 right)
{
    return left == 0 || (right != 0 && left > right);
}

enum pgp_trouble pgp_key_trouble(const struct pgp_key *key, gint64 on, gint64 *ret_until)
{
    gint64 until = -1;
    bool weak = false;
    if (key->revoked || key->disabled)
        return key->revoked ? PGP_REVOKED : PGP_DISABLED;
    if (is_over(key->expires, on))
        return PGP_EXPIRED_BY_THEN;
    for (guint i = 0; i < key->encrypting->len; i++) {
        const struct pgp_subkey *subkey = &g_array_index(key->encrypting, struct pgp_subkey, i);
        if (subkey->revoked || is_over(subkey->expires, on) || subkey->created > on)
            continue;
        weak |= subkey->weak;
        if (!subkey->weak && (until == -1 || outlives(subkey->expires, until)))
            until = subkey->expires;
    }
    if (until == -1)
        return weak ? PGP_WEAK : PGP_NO_ENCRYPTION;
    if (ret_until != NULL)
        *ret_until = earlier(until, key->expires);
    return PGP_USABLE;
}

static bool is_weak(const struct _gpgme_subkey *subkey)
{
    switch (subkey->pubkey_algo) {
    case GPGME_PK_RSA:
    case GPGME_PK_RSA_E:
    case GPGME_PK_ELG_E:
    case GPGME_PK_ELG:
        return subkey->length < FEWEST_BITS;
    case GPGME_PK_ECDH:
        return false;
    default:
        return true;
    }
}

static struct pgp_subkey describe_subkey(const struct _gpgme_subkey *subkey)
{
    char *name = gpgme_pubkey_algo_string((gpgme_subkey_t)(guintptr)subkey);
    struct pgp_subkey described = {
        .id = subkey->keyid == NULL ? 0 : g_ascii_strtoull(subkey->keyid, NULL, 16),
        .algorithm = g_strdup(name == NULL ? "unknown" : name),
        .created = (gint64)subkey->timestamp,
        .expires = (gint64)subkey->expires,
        .revoked = subkey->revoked || subkey->disabled || subkey->invalid,
        .weak = is_weak(subkey),
    };
    gpgme_free(name);
    return described;
}

/* gpg clears "can encrypt" on a subkey that is over; what it was made for is in the algorithm. */
static bool is_for_encryption(const struct _gpgme_subkey *subkey)
{
    return subkey->can_encrypt || subkey->pubkey_algo == GPGME_PK_ECDH ||
           subkey->pubkey_algo == GPGME_PK_ELG_E || subkey->pubkey_algo == GPGME_PK_RSA_E;
}

static struct pgp_key *describe(gpgme_key_t from)
{
    struct pgp_key *key = g_new0(struct pgp_key, 1);
    bool named = from->uids != NULL && from->uids->uid != NULL;
    key->fingerprint = g_ascii_strup(from->fpr != NULL ? from->fpr : from->subkeys->fpr, -1);
    key->user = named ? g_utf8_make_valid(from->uids->uid, -1) : g_strdup("");
    key->created = (gint64)from->subkeys->timestamp;
    key->expires = (gint64)from->subkeys->expires;
    key->revoked = from->revoked;
    key->disabled = from->disabled || from->invalid;
    key->encrypting = g_array_new(FALSE, TRUE, sizeof(struct pgp_subkey));
    g_array_set_clear_func(key->encrypting, clear_subkey);
    for (gpgme_subkey_t subkey = from->subkeys; subkey != NULL; subkey = subkey->next) {
        if (!is_for_encryption(subkey))
            continue;
        struct pgp_subkey described = describe_subkey(subkey);
        g_array_append_val(key->encrypting, described);
    }
    return key;
}

/* The only one of that fingerprint, or NULL. gpgme_get_key would ask gpg for its version each time.
 */
static gpgme_key_t list_one(gpgme_ctx_t context, const char *fingerprint)
{
    gpgme_key_t key = NULL, second = NULL;
    if (gpgme_op_keylist_start(context, fingerprint, 0) != 0)
        return NULL;
    bool found = gpgme_op_keylist_next(context, &key) == 0;
    if (found && gpgme_op_keylist_next(context, &second) == 0) {
        gpgme_key_unref(second);
        g_clear_pointer(&key, gpgme_key_unref);
    }
    gpgme_op_keylist_end(context);
    return key;
}

static bool find(struct pgp *pgp, const char *fingerprint, gpgme_key_t *ret_key, GError **error)
{
    if (!pgp_good_fingerprint(fingerprint))
        return fault_raise(error, FAULT_DATA, "a key is named by its full fingerprint, 40 digits");
    gpgme_key_t key = list_one(pgp_context(pgp), fingerprint);
    if (key == NULL || key->subkeys == NULL) {
        gpgme_key_unref(key);
        return fault_raise(error, FAULT_NOINPUT, "the keyring has no key %s", fingerprint);
    }
    /* A subkey's fingerprint finds its key too: the pin is the primary key's. */
    if (g_ascii_strcasecmp(key->subkeys->fpr, fingerprint) != 0) {
        gpgme_key_unref(key);
        return fault_raise(error, FAULT_DATA, "%s is a subkey: name its primary key", fingerprint);
    }
    *ret_key = key;
    return true;
}

struct pgp_key *pgp_key_find(struct pgp *pgp, const char *fingerprint, GError **error)
{
    gpgme_key_t found = NULL;
    if (!find(pgp, fingerprint, &found, error))
        return NULL;
    struct pgp_key *key = describe(found);
    gpgme_key_unref(found);
    return key;
}

GBytes *pgp_key_export(struct pgp *pgp, const char *fingerprint, GError **error)
{
    gpgme_key_t key = NULL;
    gpgme_data_t to = NULL;
    gpgme_ctx_t context = pgp_context(pgp);
    if (!find(pgp, fingerprint, &key, error))
        return NULL;
    gpgme_key_t keys[] = {key, NULL};
    gpgme_set_armor(context, 1);
    gpgme_error_t code = gpgme_data_new(&to);
    if (code == 0)
        code = gpgme_op_export_keys(context, keys, GPGME_EXPORT_MODE_MINIMAL, to);
    gsize length = 0;
    char *bytes = to == NULL ? NULL : gpgme_data_release_and_get_mem(to, &length);
    GBytes *public = code == 0 && length > 0 ? g_bytes_new(bytes, length) : NULL;
    gpgme_free(bytes);
    gpgme_key_unref(key);
    if (public == NULL)
        fault_raise(error, FAULT_IO, "gpg does not give out the key %s: \"%s\"", fingerprint,
                    gpgme_strerror(code));
    return public;
}

static GPtrArray *drain_list(gpgme_ctx_t context)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(free_key);
    gpgme_key_t key = NULL;
    while (gpgme_op_keylist_next(context, &key) == 0) {
        if (key->subkeys != NULL)
            g_ptr_array_add(keys, describe(key));
        gpgme_key_unref(key);
    }
    gpgme_op_keylist_end(context);
    return keys;
}

GPtrArray *pgp_keys_in(struct pgp *pgp, const void *bytes, gsize length, GError **error)
{
    gpgme_ctx_t context = pgp_context(pgp);
    gpgme_data_t data = NULL;
    gpgme_error_t code = gpgme_data_new_from_mem(&data, bytes, length, 0);
    if (code == 0)
        code = gpgme_op_keylist_from_data_start(context, data, 0);
    g_autoptr(GPtrArray) keys = code == 0 ? drain_list(context) : NULL;
    gpgme_data_release(data);
    if (keys != NULL && keys->len > 0)
        return g_steal_pointer(&keys);
    fault_raise(error, FAULT_DATA, "there are no public keys in there");
    return NULL;
}

GPtrArray *pgp_keys_published(struct pgp *pgp, const char *address, GError **error)
{
    gpgme_ctx_t context = pgp_context(pgp);
    gpgme_keylist_mode_t mode = gpgme_get_keylist_mode(context);
    gpgme_set_ctx_flag(context, "auto-key-locate", "clear,nodefault,wkd");
    gpgme_set_offline(context, 0);
    gpgme_error_t code = gpgme_set_keylist_mode(context, GPGME_KEYLIST_MODE_LOCATE);
    if (code == 0)
        code = gpgme_op_keylist_start(context, address, 0);
    g_autoptr(GPtrArray) keys = code == 0 ? drain_list(context) : NULL;
    gpgme_set_keylist_mode(context, mode);
    gpgme_set_offline(context, 1);
    gpgme_set_ctx_flag(context, "auto-key-locate", "");
    if (keys != NULL && keys->len > 0)
        return g_steal_pointer(&keys);
    fault_raise(error, FAULT_NOINPUT,
                "no key for its address was found where its domain publishes them (WKD), or that "
                "server cannot be reached or trusted");
    return NULL;
}

static gpgme_error_t run_encrypt(struct pgp *pgp, gpgme_key_t key, const void *bytes, gsize length,
                                 GString *message)
{
    gpgme_key_t recipients[] = {key, NULL};
    gpgme_ctx_t context = pgp_context(pgp);
    gpgme_data_t from = NULL, to = NULL;
    gpgme_set_armor(context, 1);
    gpgme_error_t code = gpgme_data_new_from_mem(&from, bytes, length, 0);
    if (code == 0)
        code = gpgme_data_new(&to);
    if (code == 0)
        code = gpgme_op_encrypt(context, recipients,
                                GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO, from, to);
    gpgme_data_release(from);
    gsize got = 0;
    char *text = to == NULL ? NULL : gpgme_data_release_and_get_mem(to, &got);
    if (code == 0 && text != NULL)
        g_string_append_len(message, text, (gssize)got);
    gpgme_free(text);
    return code == 0 && got == 0 ? gpgme_error(GPG_ERR_NO_DATA) : code;
}

static const struct pgp_subkey *find_subkey(const struct pgp_key *key, guint64 id)
{
    for (guint i = 0; i < key->encrypting->len; i++) {
        const struct pgp_subkey *subkey = &g_array_index(key->encrypting, struct pgp_subkey, i);
        if (id != 0 && subkey->id == id)
            return subkey;
    }
    return NULL;
}

/* The one recipient; NULL: there are others, or another. */
static const struct pgp_subkey *recipient_of(const struct pgp_key *key, const char *message,
                                             gsize length, GError **error)
{
    g_autoptr(GBytes) bytes = packets_unarmour(message, length, error);
    gsize size = 0;
    const guint8 *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &size);
    g_autoptr(GArray) ids = bytes == NULL ? NULL : packets_recipients(data, size, error);
    if (ids == NULL)
        return NULL;
    const struct pgp_subkey *subkey =
        ids->len == 1 ? find_subkey(key, g_array_index(ids, guint64, 0)) : NULL;
    if (subkey == NULL)
        fault_raise(error, FAULT_INTERNAL,
                    "it is encrypted to %u keys, or to another than %s: the message is not used",
                    ids->len, key->fingerprint);
    return subkey;
}

bool pgp_sealed_holds(const struct pgp_key *key, const char *message, gsize length, gint64 on,
                      GError **error)
{
    const struct pgp_subkey *subkey = recipient_of(key, message, length, error);
    if (subkey == NULL)
        return false;
    return (!subkey->revoked && !is_over(subkey->expires, on)) ||
           fault_raise(error, FAULT_CONFIG, "the subkey that it is encrypted to %s",
                       pgp_trouble_words(subkey->revoked ? PGP_REVOKED : PGP_EXPIRED_BY_THEN));
}

bool pgp_encrypt(struct pgp *pgp, const char *fingerprint, const void *bytes, gsize length,
                 gint64 now, char **ret_message, gsize *ret_length, GError **error)
{
    gpgme_key_t found = NULL;
    if (!find(pgp, fingerprint, &found, error))
        return false;
    g_autoptr(PgpKey) key = describe(found);
    g_autoptr(GString) message = g_string_new(NULL);
    enum pgp_trouble trouble = pgp_key_trouble(key, now, NULL);
    gpgme_error_t code =
        trouble == PGP_USABLE ? run_encrypt(pgp, found, bytes, length, message) : 0;
    gpgme_key_unref(found);
    if (trouble != PGP_USABLE)
        return fault_raise(error, FAULT_CONFIG, "the key %s %s", fingerprint,
                           trouble_words[trouble]);
    if (code != 0)
        return fault_raise(error, FAULT_CONFIG, "gpg does not encrypt to the key %s: \"%s\"",
                           fingerprint, gpgme_strerror(code));
    /* What gpg made is read, not believed. */
    if (recipient_of(key, message->str, message->len, error) == NULL)
        return false;
    *ret_length = message->len;
    *ret_message = g_string_free(g_steal_pointer(&message), FALSE);
    return true;
}
