#include "incoming.h"

#include "fault.h"

#include <string.h>

#define STATE(state) (1U << (state))

/* Where a report can lead from. One that is still being sent was left behind by a crash: what came
 * back shows that it went out. */
static const guint may_bounce = STATE(OUTBOX_SENT) | STATE(OUTBOX_UNKNOWN) | STATE(OUTBOX_SENDING);
static const guint may_be_acknowledged =
    STATE(OUTBOX_SENT) | STATE(OUTBOX_UNKNOWN) | STATE(OUTBOX_SENDING) | STATE(OUTBOX_BOUNCED);

static bool add(struct store *desk, gint64 message, const struct report *report, const char *kind,
                const struct incoming_act *act, bool *ret_new, GError **error)
{
    struct store_statement *insert = store_statement(desk, "incoming_add");
    store_bind_int(insert, 1, message);
    store_bind_text(insert, 2, report->source, -1);
    store_bind_text(insert, 3, kind, -1);
    store_bind_text(insert, 4, report->status, -1);
    store_bind_text(insert, 5, report->diagnostic, -1);
    store_bind_int(insert, 6, act->now);
    store_bind_text(insert, 7, act->who, -1);
    if (!store_run(insert, error))
        return false;
    *ret_new = store_changed(desk) == 1;
    return true;
}

/* The server's own reply stays; what was reported goes below it. */
static bool settle(struct store *desk, const struct outbox_message *message,
                   const struct report *report, enum outbox_state state, gint64 now, GError **error)
{
    bool bounced = state == OUTBOX_BOUNCED;
    g_autofree char *reply =
        bounced
            ? g_strdup_printf("%s%s%s%s%s", message->reply, *message->reply ? "\n" : "",
                              report->status, *report->diagnostic ? " " : "", report->diagnostic)
            : g_strdup(message->reply);
    struct outbox_end end = {.state = state,
                             .now = now,
                             .code = bounced && report->code != 0 ? report->code : message->code,
                             .reply = reply};
    return outbox_settle(desk, message->id, &end, error);
}

static bool same_domain(const struct outbox_message *message, const struct report *report)
{
    const char *ours = strrchr(message->recipient, '@');
    const char *theirs = report->from == NULL ? NULL : strrchr(report->from, '@');
    return ours != NULL && theirs != NULL && g_ascii_strcasecmp(ours, theirs) == 0;
}

/* What the report makes of the message. Pure. */
static enum incoming_effect effect_of(const struct outbox_message *message,
                                      const struct report *report)
{
    if (report->kind == REPORT_FAILED)
        return (STATE(message->state) & may_bounce) != 0 ? INCOMING_BOUNCED : INCOMING_NOTED;
    if (report->kind != REPORT_REPLY)
        return INCOMING_NOTED;
    if (message->member == 0)
        return INCOMING_NOTED;
    if (!same_domain(message, report))
        return INCOMING_ELSEWHERE;
    return (STATE(message->state) & may_be_acknowledged) != 0 ? INCOMING_ACKNOWLEDGED
                                                              : INCOMING_NOTED;
}

static bool apply(struct store *desk, const struct outbox_message *message,
                  const struct report *report, const struct incoming_act *act,
                  enum incoming_effect *ret_effect, GError **error)
{
    bool fresh = false;
    enum incoming_effect effect = effect_of(message, report);
    if (!add(desk, message->id, report, report_kind_name(report->kind), act, &fresh, error))
        return false;
    *ret_effect = fresh ? effect : INCOMING_KNOWN;
    if (*ret_effect == INCOMING_BOUNCED)
        return settle(desk, message, report, OUTBOX_BOUNCED, act->now, error);
    if (*ret_effect == INCOMING_ACKNOWLEDGED)
        return settle(desk, message, report, OUTBOX_ACKNOWLEDGED, act->now, error);
    return true;
}

static bool find(struct store *desk, GStrv ids, struct outbox_message **ret_message, GError **error)
{
    *ret_message = NULL;
    for (char **id = ids; *id != NULL && *ret_message == NULL; id++)
        if (!outbox_find(desk, *id, ret_message, error))
            return false;
    return true;
}

bool incoming_take(struct store *desk, const struct report *report, const struct incoming_act *act,
                   enum incoming_effect *ret_effect, struct outbox_message **ret_message,
                   GError **error)
{
    g_autoptr(OutboxMessage) message = NULL;
    enum incoming_effect effect = INCOMING_NOTHING;
    if (report->kind != REPORT_NONE) {
        if (!find(desk, report->ids, &message, error))
            return false;
        effect = INCOMING_STRANGE;
    }
    if (message != NULL) {
        if (!store_begin(desk, error))
            return false;
        if (!apply(desk, message, report, act, &effect, error) || !store_commit(desk, error)) {
            store_rollback(desk);
            return false;
        }
    }
    *ret_effect = effect;
    *ret_message = g_steal_pointer(&message);
    return true;
}

/* --- by hand --- */

static struct outbox_message *message_of(struct store *desk, gint64 member, const char *number,
                                         gint64 version, GError **error)
{
    bool row = false;
    gint64 id = 0;
    struct store_statement *newest = store_statement(desk, "incoming_of_member");
    store_bind_int(newest, 1, member);
    store_bind_text(newest, 2, number, -1);
    store_bind_int(newest, 3, version);
    if (!store_single(newest, &row, &id, error))
        return NULL;
    if (row)
        return outbox_read(desk, id, error);
    fault_raise(error, FAULT_NOINPUT,
                version == 0 ? "that member was sent nothing of advisory %s"
                             : "that member was not sent that version of advisory %s",
                number);
    return NULL;
}

static bool acknowledge(struct store *desk, const struct outbox_message *message,
                        const struct incoming_act *act, GError **error)
{
    bool fresh = false;
    g_autofree char *source = g_strdup_printf("%" G_GINT64_FORMAT, act->now);
    const struct report report = {
        .source = source, .status = (char[]){""}, .diagnostic = (char[]){""}};
    return add(desk, message->id, &report, "hand", act, &fresh, error) &&
           settle(desk, message, &report, OUTBOX_ACKNOWLEDGED, act->now, error);
}

bool incoming_acknowledge(struct store *desk, gint64 member, const char *number, gint64 version,
                          const struct incoming_act *act, struct outbox_message **ret_message,
                          GError **error)
{
    g_autoptr(OutboxMessage) message = message_of(desk, member, number, version, error);
    if (message == NULL)
        return false;
    if (message->state != OUTBOX_ACKNOWLEDGED) {
        if ((STATE(message->state) & may_be_acknowledged) == 0)
            return fault_raise(error, FAULT_DATA,
                               "version %" G_GINT64_FORMAT
                               " for that member is %s: there is nothing to acknowledge",
                               message->version, outbox_state_name(message->state));
        if (!store_begin(desk, error))
            return false;
        if (!acknowledge(desk, message, act, error) || !store_commit(desk, error)) {
            store_rollback(desk);
            return false;
        }
    }
    *ret_message = g_steal_pointer(&message);
    return true;
}

bool incoming_last_bounced(struct store *desk, gint64 member, bool *ret_bounced, GError **error)
{
    struct store_statement *last = store_statement(desk, "incoming_last_of_member");
    bool row = false;
    store_bind_int(last, 1, member);
    if (!store_step(last, &row, error))
        return false;
    *ret_bounced = row && g_str_equal(store_text(last, 0), "bounced");
    store_statement(desk, "incoming_last_of_member");
    return true;
}
