/* The outbox: one row a recipient and message, committed before the network is touched.
 *
 *   queued -> sending -> sent -> acknowledged | bounced
 *             sending -> failed | queued (to be tried again) | unknown (its answer was lost)
 *
 * A row that is found `sending` is one that a crash left behind: nobody here knows whether the
 * server has it, so it becomes unknown, and a person decides. Addresses and replies are secret. */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "store.h"

enum { OUTBOX_DIGEST = 32 }; /* bytes of a SHA-256 */

enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_SENDING,
    OUTBOX_SENT,
    OUTBOX_FAILED,
    OUTBOX_UNKNOWN,
    OUTBOX_BOUNCED,
    OUTBOX_ACKNOWLEDGED,
    OUTBOX_STATES
};
const char *outbox_state_name(enum outbox_state state);
bool outbox_state_parse(const char *name, enum outbox_state *ret_state);

struct outbox_message {
    gint64 id;
    char *kind; /* "predisclosure", "public", "vacated" */
    gint64 advisory, version;
    char *number;      /* the advisory's; set when it is read */
    gint64 member;     /* 0: a public list */
    char *name;        /* the member's, or the list's address; set when it is read */
    char *recipient;   /* the envelope's */
    char *delivery;    /* "pgp", "tls", "public" */
    char *fingerprint; /* of the key it is encrypted to, or NULL */
    char *message_id;  /* without angle brackets */
    GBytes *bytes;     /* NULL in lists */
    /* Of what it was made of besides the frozen bytes; zeros: nobody noted it. */
    guint8 made_of[OUTBOX_DIGEST];
    gint64 queued_at;
    enum outbox_state state;
    gint64 tries, next_at; /* next_at 0: at once */
    gint64 code;           /* 0: there was no reply */
    char *reply;           /* "" */
    gint64 settled_at;     /* 0: not yet */
};
void outbox_message_free(struct outbox_message *message);
typedef struct outbox_message OutboxMessage;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxMessage, outbox_message_free)

/* In a transaction of the caller's. *ret_there: the recipient has one of that kind and version
 * already, and nothing was added. */
bool outbox_add(struct store *desk, const struct outbox_message *message, bool *ret_there,
                GError **error);

/* Takes a message out that was never tried, in a transaction of the caller's; others stay. */
bool outbox_drop(struct store *desk, gint64 id, GError **error);
bool outbox_is_untried(const struct outbox_message *message);

/* What `sending` rows there are become unknown; *ret_count of them. The caller has the desk for
 * itself, so nobody is sending. */
bool outbox_recover(struct store *desk, gint64 now, guint *ret_count, GError **error);

/* Without their bytes, in the order they were queued; struct outbox_message *, owned by the array.
 * `number` NULL: of all advisories. */
GPtrArray *outbox_list(struct store *desk, const char *number, GError **error);
/* With its bytes, whose digest is checked. FAULT_NOINPUT; FAULT_DATA: they are not what was queued.
 */
struct outbox_message *outbox_read(struct store *desk, gint64 id, GError **error);
/* By Message-ID; *ret_message NULL: none has it. Without bytes. */
bool outbox_find(struct store *desk, const char *message_id, struct outbox_message **ret_message,
                 GError **error);

/* Many small commits follow, each of them as durable as before, with one sync of the disk instead
 * of five. Only speed hangs on it; closing the desk makes it one plain file again. */
void outbox_hasten(struct store *desk);

/* Committed when it returns. FAULT_DATA: it is not in a state that leads there. */
bool outbox_start(struct store *desk, gint64 id, gint64 now, GError **error);

/* What became of it. `state` queued: to be tried again at next_at. */
struct outbox_end {
    enum outbox_state state;
    gint64 now, next_at;
    gint64 code;
    const char *reply;
};
bool outbox_settle(struct store *desk, gint64 id, const struct outbox_end *end, GError **error);

/* When a message that the server put off is tried again: 5 minutes later, doubled each time up to 4
 * hours; -1: not any more, after 20 tries. Pure. */
gint64 outbox_next_try(gint64 tries, gint64 now);

#endif
