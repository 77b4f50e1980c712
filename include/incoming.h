/* What came back about messages of the outbox, noted in the record: reports of servers, answers of
 * members, and what somebody was told otherwise. Each report counts once, however often it is read.
 * Errors quote no address and no reply. */
#ifndef INCOMING_H
#define INCOMING_H

#include "outbox.h"
#include "reports.h"

enum incoming_effect {
    INCOMING_NOTHING,      /* it is about no message at all */
    INCOMING_STRANGE,      /* about one that this outbox does not know */
    INCOMING_KNOWN,        /* it was read before */
    INCOMING_NOTED,        /* kept; the message's state stays */
    INCOMING_ELSEWHERE,    /* an answer, but from another domain than the member's: kept */
    INCOMING_BOUNCED,      /* the message is bounced now */
    INCOMING_ACKNOWLEDGED, /* the message is acknowledged now */
    INCOMING_EFFECTS
};

struct incoming_act {
    gint64 now;
    const char *who; /* desk_user */
};

/* *ret_message: which it is about; NULL for the first two effects. Caller frees. A transaction of
 * its own. */
bool incoming_take(struct store *desk, const struct report *report, const struct incoming_act *act,
                   enum incoming_effect *ret_effect, struct outbox_message **ret_message,
                   GError **error);

/* By hand: the member's message of that advisory and version (0: its newest) is acknowledged.
 * FAULT_NOINPUT: it got none; FAULT_DATA: it is not on its way yet, or failed. One that is
 * acknowledged already stays so. */
bool incoming_acknowledge(struct store *desk, gint64 member, const char *number, gint64 version,
                          const struct incoming_act *act, struct outbox_message **ret_message,
                          GError **error);

/* Whether the last message that was sent to a member bounced. */
bool incoming_last_bounced(struct store *desk, gint64 member, bool *ret_bounced, GError **error);

#endif
