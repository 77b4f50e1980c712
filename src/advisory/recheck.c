#include "recheck.h"

#include "content.h"
#include "fault.h"

static bool carries_files(const struct outbox_message *message)
{
    return g_str_equal(message->kind, mailing_kind_name(MAILING_PREDISCLOSURE)) ||
           g_str_equal(message->kind, mailing_kind_name(MAILING_PUBLIC));
}

bool recheck_message(const struct recheck *with, const struct outbox_message *message, gint64 at,
                     GError **error)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(message->bytes, &length);
    if (!mailing_fits(with->mailing, message, with->members, error))
        return false;
    if (message->fingerprint != NULL)
        return content_is_sealed(with->pgp, message, at, error);
    return !carries_files(message) || content_is_frozen(with->parcel, bytes, length, error);
}
