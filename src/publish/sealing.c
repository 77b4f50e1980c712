#include "sealing.h"

#include "fault.h"

#include <string.h>

char *sealing_sum(GBytes *bytes, GChecksumType kind, const char *path)
{
    g_autofree char *digest = g_compute_checksum_for_bytes(kind, bytes);
    g_autofree char *name = g_path_get_basename(path);
    return g_strdup_printf("%s  %s\n", digest, name);
}

static void add_text(struct site *site, const char *path, const char *suffix, char *text,
                     const char *advisory)
{
    g_autofree char *beside = g_strconcat(path, suffix, NULL);
    site_add(site, beside, g_bytes_new_take(text, strlen(text)), advisory);
}

/* A key that has expired since does not spoil what it signed before. */
static bool is_good(const struct sealing *sealing, GBytes *bytes, GBytes *armour)
{
    struct pgp_signature signature = {0};
    gsize length = 0, armour_length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    const char *text = g_bytes_get_data(armour, &armour_length);
    if (!pgp_verify_detached(sealing->pgp, data, length, text, armour_length, &signature, NULL))
        return false;
    bool good = (signature.verdict == PGP_GOOD || signature.verdict == PGP_KEY_EXPIRED) &&
                !signature.weak && signature.primary != NULL &&
                g_ascii_strcasecmp(signature.primary, sealing->fingerprint) == 0;
    pgp_signature_clear(&signature);
    return good;
}

static char *sign(struct sealing *sealing, GBytes *bytes, GError **error)
{
    gsize length = 0;
    char *armour = NULL;
    const char *data = g_bytes_get_data(bytes, &length);
    if (sealing->dry_run)
        return g_strdup("");
    if (sealing->trouble == NULL)
        pgp_sign_detached(sealing->pgp, sealing->fingerprint, data, length, &armour,
                          &sealing->trouble);
    if (sealing->trouble != NULL)
        g_propagate_error(error, g_error_copy(sealing->trouble));
    return armour;
}

static bool add_signature(struct sealing *sealing, struct site *site, const char *path,
                          GBytes *bytes, const char *advisory, GError **error)
{
    g_autofree char *beside = g_strconcat(path, ".asc", NULL);
    g_autoptr(GBytes) last = folder_read(sealing->folder, beside);
    if (last != NULL && is_good(sealing, bytes, last)) {
        sealing->kept++;
        site_add(site, beside, g_steal_pointer(&last), advisory);
        return true;
    }
    char *armour = sign(sealing, bytes, error);
    if (armour == NULL)
        return false;
    sealing->signatures++;
    add_text(site, path, ".asc", armour, advisory);
    return true;
}

bool sealing_add(struct sealing *sealing, struct site *site, guint from, GError **error)
{
    guint until = site->documents->len;
    for (guint i = from; i < until; i++) {
        const struct site_document *document = site->documents->pdata[i];
        if (!document->seal)
            continue;
        add_text(site, document->path, ".sha256",
                 sealing_sum(document->bytes, G_CHECKSUM_SHA256, document->path),
                 document->advisory);
        add_text(site, document->path, ".sha512",
                 sealing_sum(document->bytes, G_CHECKSUM_SHA512, document->path),
                 document->advisory);
        if (sealing->fingerprint != NULL &&
            !add_signature(sealing, site, document->path, document->bytes, document->advisory,
                           error))
            return false;
    }
    return true;
}
