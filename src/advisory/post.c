#include "post.h"

#include "fault.h"
#include "recheck.h"

#include <string.h>

enum { BREAKS_MOST = 3 };

struct round {
    struct store *desk;
    struct pgp *pgp;
    const struct post_given *given;
    struct smtp *smtp; /* NULL: not connected */
    guint breaks;      /* in a row */
    gint64 started;    /* of the machine's clock that only runs forward */
    struct post_tally tally;
};

bool post_is_due(const struct outbox_message *message, gint64 now)
{
    return message->state == OUTBOX_QUEUED && message->next_at <= now;
}

/* The run's own clock: it began at given->now. */
static gint64 moment(const struct round *round)
{
    return round->given->now + (g_get_monotonic_time() - round->started) / G_USEC_PER_SEC;
}

/* --- the last look --- */

static bool permit_holds(const struct round *round, GError **error)
{
    const struct parcel *parcel = round->given->parcel;
    gsize length = 0;
    const void *bytes = g_bytes_get_data(parcel->version->signed_bytes, &length);
    if (!permit_check(round->given->permit, round->given->audience, "", bytes, length, error))
        return false;
    for (guint i = 0; i < parcel->patches->len; i++) {
        const struct record_patch *patch = parcel->patches->pdata[i];
        bytes = g_bytes_get_data(patch->bytes, &length);
        if (!permit_check(round->given->permit, round->given->audience, patch->name, bytes, length,
                          error))
            return false;
    }
    return true;
}

static bool may_leave(const struct round *round, const struct outbox_message *message,
                      GError **error)
{
    bool private = round->smtp == NULL || smtp_is_private(round->smtp);
    if (g_str_equal(message->delivery, "tls") && !private)
        return fault_raise(error, FAULT_PERMISSION,
                           "it is to go over TLS, and the connection to the server has none");
    const struct post_given *given = round->given;
    const struct recheck with = {given->parcel, given->mailing, given->members, round->pgp};
    return permit_holds(round, error) && recheck_message(&with, message, moment(round), error);
}

/* --- one message --- */

static bool connect_again(struct round *round, GError **error)
{
    if (round->smtp != NULL && smtp_is_alive(round->smtp))
        return true;
    g_clear_pointer(&round->smtp, smtp_close);
    round->smtp = smtp_open(round->given->server, error);
    return round->smtp != NULL;
}

static struct outbox_end end_of(const struct round *round, const struct outbox_message *message,
                                const struct smtp_reply *reply)
{
    struct outbox_end end = {.now = moment(round), .code = reply->code, .reply = reply->text};
    static const enum outbox_state states[] = {
        [SMTP_SENT] = OUTBOX_SENT,
        [SMTP_REFUSED] = OUTBOX_FAILED,
        [SMTP_LATER] = OUTBOX_QUEUED,
        [SMTP_UNKNOWN] = OUTBOX_UNKNOWN,
    };
    end.state = states[reply->outcome];
    if (end.state == OUTBOX_QUEUED)
        end.next_at = outbox_next_try(message->tries + 1, end.now);
    if (end.next_at == -1)
        end.state = OUTBOX_FAILED;
    return end;
}

static void count(struct post_tally *tally, enum outbox_state state)
{
    tally->sent += state == OUTBOX_SENT;
    tally->failed += state == OUTBOX_FAILED;
    tally->later += state == OUTBOX_QUEUED;
    tally->unknown += state == OUTBOX_UNKNOWN;
}

static bool settle(struct round *round, const struct outbox_message *message,
                   const struct outbox_end *end, GError **error)
{
    if (!outbox_settle(round->desk, message->id, end, error))
        return false;
    if (round->given->told != NULL)
        round->given->told(round->given->user, message, end);
    return true;
}

static bool send_one(struct round *round, const struct outbox_message *message, GError **error)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(message->bytes, &length);
    const struct smtp_letter letter = {.from = round->given->from,
                                       .to = message->recipient,
                                       .envelope_id = message->message_id,
                                       .bytes = bytes,
                                       .length = length,
                                       .only_private = g_str_equal(message->delivery, "tls")};
    struct smtp_reply reply = {0};
    if (!outbox_start(round->desk, message->id, moment(round), error))
        return false;
    smtp_send(round->smtp, &letter, &reply);
    const struct outbox_end end = end_of(round, message, &reply);
    count(&round->tally, end.state);
    round->breaks = smtp_is_alive(round->smtp) ? 0 : round->breaks + 1;
    bool done = settle(round, message, &end, error);
    g_free(reply.text);
    return done;
}

/* It stays queued as it is, and is told of: somebody must look. */
static bool hold(struct round *round, const struct outbox_message *message, const GError *reason)
{
    g_autofree char *sentence = fault_sentence(reason);
    const struct outbox_end end = {.state = OUTBOX_QUEUED, .now = moment(round), .reply = sentence};
    round->tally.held++;
    if (round->given->told != NULL)
        round->given->told(round->given->user, message, &end);
    return true;
}

/* What does not match is in the ledger, too. */
static bool hold_back(struct round *round, const struct outbox_message *message,
                      const GError *reason, GError **error)
{
    const struct post_given *given = round->given;
    gsize length = 0;
    const void *bytes = message->bytes == NULL ? NULL : g_bytes_get_data(message->bytes, &length);
    const struct embargo_file file = embargo_file(message->message_id, bytes, length);
    g_autofree char *sentence = fault_sentence(reason);
    const struct embargo_notice notice = {.advisory = message->number,
                                          .version = message->version,
                                          .audience = embargo_audience_name(given->audience),
                                          .files = &file,
                                          .count = 1,
                                          .who = given->who,
                                          .now = given->now, /* as the permit's row */
                                          .what = "held",
                                          .reason = sentence};
    if (store_begin(round->desk, error) && embargo_note(round->desk, &notice, error) &&
        store_commit(round->desk, error))
        return hold(round, message, reason);
    store_rollback(round->desk);
    return false;
}

static bool deliver_one(struct round *round, const struct outbox_message *listed, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(OutboxMessage) message = outbox_read(round->desk, listed->id, &reason);
    if (message == NULL)
        return hold_back(round, listed, reason, error);
    if (!connect_again(round, &reason)) {
        round->breaks++;
        return hold(round, message, reason);
    }
    if (!may_leave(round, message, &reason))
        return hold_back(round, message, reason, error);
    return send_one(round, message, error);
}

static bool wants_stop(const struct round *round)
{
    return round->given->stop != NULL && round->given->stop();
}

bool post_deliver(struct store *desk, struct pgp *pgp, const GPtrArray *messages,
                  const struct post_given *given, struct post_tally *ret_tally, GError **error)
{
    struct round round = {
        .desk = desk, .pgp = pgp, .given = given, .started = g_get_monotonic_time()};
    bool done = messages->len == 0 || connect_again(&round, error);
    if (done && messages->len > 1)
        outbox_hasten(desk);
    for (guint i = 0; done && i < messages->len; i++) {
        round.tally.stopped = wants_stop(&round) || round.breaks >= BREAKS_MOST;
        if (round.tally.stopped)
            break;
        done = deliver_one(&round, messages->pdata[i], error);
    }
    smtp_close(round.smtp);
    if (done)
        *ret_tally = round.tally;
    return done;
}
