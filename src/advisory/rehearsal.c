#include "rehearsal.h"

#include "fault.h"
#include "recheck.h"
#include "sink.h"
#include "smtp.h"

bool rehearsal_ask(struct store *desk, const struct rehearsal_given *given, char **ret_refusal,
                   GError **error)
{
    return parcel_foresee(desk, given->parcel, &given->what, ret_refusal, error);
}

static bool is_of_this(const struct rehearsal_given *given, const struct outbox_message *message)
{
    return message->state == OUTBOX_QUEUED && message->version == given->parcel->version->version &&
           g_str_equal(message->kind, mailing_kind_name(given->kind));
}

static bool send_to_sink(struct smtp *smtp, const struct rehearsal_given *given,
                         const struct outbox_message *message, GError **error)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(message->bytes, &length);
    struct smtp_reply reply = {0};
    const struct smtp_letter letter = {.from = given->from,
                                       .to = message->recipient,
                                       .envelope_id = message->message_id,
                                       .bytes = bytes,
                                       .length = length};
    smtp_send(smtp, &letter, &reply);
    bool whole = reply.outcome == SMTP_SENT && sink_took(reply.text, bytes, length);
    if (!whole)
        fault_raise(error, FAULT_DATA, "%s",
                    reply.code == 0 ? reply.text : "it did not arrive as it is");
    g_free(reply.text);
    return whole;
}

static bool play_message(struct pgp *pgp, struct smtp *smtp, const struct rehearsal_given *given,
                         const struct outbox_message *message, GError **error)
{
    const struct recheck with = {given->parcel, given->mailing, given->members, pgp};
    return recheck_message(&with, message, given->what.now, error) &&
           send_to_sink(smtp, given, message, error);
}

static void play_one(struct store *desk, struct pgp *pgp, struct smtp *smtp,
                     const struct rehearsal_given *given, const struct outbox_message *listed)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(OutboxMessage) message = outbox_read(desk, listed->id, &reason);
    bool good = message != NULL && play_message(pgp, smtp, given, message, &reason);
    g_autofree char *sum =
        message == NULL ? NULL : g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, message->bytes);
    g_autofree char *sentence = good ? NULL : fault_sentence(reason);
    given->told(given->user, listed, sum, sentence);
}

bool rehearsal_play(struct store *desk, struct pgp *pgp, const struct rehearsal_given *given,
                    GError **error)
{
    const struct smtp_options options = {.url = given->server, .plain_loopback = true};
    g_autoptr(GPtrArray) all = outbox_list(desk, given->parcel->advisory->number, error);
    g_autoptr(Smtp) smtp = all == NULL ? NULL : smtp_open(&options, error);
    for (guint i = 0; smtp != NULL && i < all->len; i++)
        if (is_of_this(given, all->pdata[i]))
            play_one(desk, pgp, smtp, given, all->pdata[i]);
    return smtp != NULL;
}
