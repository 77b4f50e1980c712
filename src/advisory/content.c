#include "content.h"

#include "fault.h"
#include "mime.h"
#include "pgp_keys.h"

#include <string.h>

/* Line ends are the mail's. */
static char *with_line_feeds(GBytes *bytes)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    GString *text = g_string_sized_new(length);
    for (gsize i = 0; i < length; i++)
        if (data[i] != '\r' || i + 1 == length || data[i + 1] != '\n')
            g_string_append_c(text, data[i]);
    return g_string_free(text, FALSE);
}

static bool same_text(const struct parcel *parcel, GBytes *bytes)
{
    gsize length = 0;
    const char *signed_ = g_bytes_get_data(parcel->version->signed_bytes, &length);
    g_autofree char *text = with_line_feeds(bytes);
    return strlen(text) == length && memcmp(text, signed_, length) == 0;
}

/* The text is the last part that is shown; the files follow it. */
static bool same_parts(const struct parcel *parcel, const GPtrArray *parts)
{
    guint files = parcel->patches->len;
    if (parts->len < files + 1 || parts->len > files + 2)
        return false;
    const struct mime_part *text = parts->pdata[parts->len - files - 1];
    if (text->kind != MIME_TEXT || !same_text(parcel, text->bytes))
        return false;
    for (guint i = 0; i < files; i++) {
        const struct record_patch *patch = parcel->patches->pdata[i];
        const struct mime_part *part = parts->pdata[parts->len - files + i];
        if (part->kind != MIME_ATTACHMENT || g_strcmp0(part->name, patch->name) != 0 ||
            !g_bytes_equal(part->bytes, patch->bytes))
            return false;
    }
    return true;
}

bool content_is_frozen(const struct parcel *parcel, const char *bytes, gsize length, GError **error)
{
    g_autoptr(GPtrArray) parts = mime_read(bytes, length, error);
    return parts != NULL &&
           (same_parts(parcel, parts) ||
            fault_raise(error, FAULT_INTERNAL,
                        "the message does not hold what was frozen: it is not sent"));
}

bool content_is_sealed(struct pgp *pgp, const struct outbox_message *message, gint64 at,
                       GError **error)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(message->bytes, &length);
    g_autoptr(PgpKey) key = pgp_key_find(pgp, message->fingerprint, error);
    if (key == NULL)
        return false;
    enum pgp_trouble trouble = pgp_key_trouble(key, at, NULL);
    if (trouble != PGP_USABLE)
        return fault_raise(error, FAULT_CONFIG, "its key %s", pgp_trouble_words(trouble));
    return pgp_sealed_holds(key, bytes, length, at, error);
}
