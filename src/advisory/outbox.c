#include "outbox.h"

#include "fault.h"
#include "record_versions.h"

#include <string.h>

static const char *const states[] = {
    [OUTBOX_QUEUED] = "queued",
    [OUTBOX_SENDING] = "sending",
    [OUTBOX_SENT] = "sent",
    [OUTBOX_FAILED] = "failed",
    [OUTBOX_UNKNOWN] = "unknown",
    [OUTBOX_BOUNCED] = "bounced",
    [OUTBOX_ACKNOWLEDGED] = "acknowledged",
};

const char *outbox_state_name(enum outbox_state state)
{
    return states[state];
}

bool outbox_state_parse(const char *name, enum outbox_state *ret_state)
{
    for (guint i = 0; i < OUTBOX_STATES; i++)
        if (g_str_equal(name, states[i])) {
            *ret_state = (enum outbox_state)i;
            return true;
        }
    return false;
}

gint64 outbox_next_try(gint64 tries, gint64 now)
{
    enum { FIRST = 300, LONGEST = 4 * 3600, MOST = 20 };
    gint64 wait = FIRST;
    for (gint64 i = 1; i < tries && wait < LONGEST; i++)
        wait *= 2;
    return tries >= MOST ? -1 : now + MIN(wait, LONGEST);
}

void outbox_message_free(struct outbox_message *message)
{
    if (message == NULL)
        return;
    char *const texts[] = {message->kind,       message->number,   message->name,
                           message->recipient,  message->delivery, message->fingerprint,
                           message->message_id, message->reply};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    if (message->bytes != NULL)
        g_bytes_unref(message->bytes);
    g_free(message);
}

static void free_message(gpointer message)
{
    outbox_message_free(message);
}

/* --- reading --- */

static char *text_or_null(struct store_statement *row, int column)
{
    return store_column_is_null(row, column) ? NULL : g_strdup(store_text(row, column));
}

/* NULL reads as 0. */
static struct outbox_message *read_row(struct store_statement *row)
{
    struct outbox_message *message = g_new0(struct outbox_message, 1);
    message->id = store_int(row, 0);
    message->kind = g_strdup(store_text(row, 1));
    message->advisory = store_int(row, 2);
    message->version = store_int(row, 3);
    message->number = g_strdup(store_text(row, 4));
    message->member = store_int(row, 5);
    message->name = g_strdup(store_text(row, 6));
    message->recipient = g_strdup(store_text(row, 7));
    message->delivery = g_strdup(store_text(row, 8));
    message->fingerprint = text_or_null(row, 9);
    message->message_id = g_strdup(store_text(row, 10));
    message->queued_at = store_int(row, 11);
    outbox_state_parse(store_text(row, 12), &message->state);
    message->tries = store_int(row, 13);
    message->next_at = store_int(row, 14);
    message->code = store_int(row, 15);
    message->reply = g_strdup(store_text(row, 16));
    message->settled_at = store_int(row, 17);
    gsize length = 0;
    const void *made_of = store_blob(row, 18, &length);
    if (length == OUTBOX_DIGEST)
        memcpy(message->made_of, made_of, OUTBOX_DIGEST);
    return message;
}

GPtrArray *outbox_list(struct store *desk, const char *number, GError **error)
{
    struct store_statement *rows = store_statement(desk, "outbox_list");
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_message);
    bool row = true;
    store_bind_text(rows, 1, number, -1);
    while (row) {
        if (!store_step(rows, &row, error))
            return NULL;
        if (row)
            g_ptr_array_add(found, read_row(rows));
    }
    return g_steal_pointer(&found);
}

/* What lies in the database is what was queued, or it is not sent. */
static bool take_bytes(struct outbox_message *message, struct store_statement *row, GError **error)
{
    guint8 sum[RECORD_DIGEST];
    gsize length = 0, size = 0;
    const void *digest = store_blob(row, 19, &size);
    const void *bytes = store_blob(row, 20, &length);
    record_digest(bytes, length, sum);
    if (size != RECORD_DIGEST || memcmp(digest, sum, RECORD_DIGEST) != 0)
        return fault_raise(error, FAULT_DATA,
                           "message %" G_GINT64_FORMAT
                           " of the outbox is not what was queued: it is not sent",
                           message->id);
    message->bytes = g_bytes_new(bytes, length);
    return true;
}

struct outbox_message *outbox_read(struct store *desk, gint64 id, GError **error)
{
    struct store_statement *find = store_statement(desk, "outbox_read");
    bool row = false;
    store_bind_int(find, 1, id);
    if (!store_step(find, &row, error))
        return NULL;
    if (!row) {
        fault_raise(error, FAULT_NOINPUT, "the outbox has no message %" G_GINT64_FORMAT, id);
        return NULL;
    }
    g_autoptr(OutboxMessage) message = read_row(find);
    bool good = take_bytes(message, find, error);
    store_statement(desk, "outbox_read");
    return good ? g_steal_pointer(&message) : NULL;
}

bool outbox_find(struct store *desk, const char *message_id, struct outbox_message **ret_message,
                 GError **error)
{
    struct store_statement *find = store_statement(desk, "outbox_find");
    bool row = false;
    store_bind_text(find, 1, message_id, -1);
    if (!store_step(find, &row, error))
        return false;
    *ret_message = row ? read_row(find) : NULL;
    store_statement(desk, "outbox_find");
    return true;
}

/* --- writing --- */

bool outbox_add(struct store *desk, const struct outbox_message *message, bool *ret_there,
                GError **error)
{
    struct store_statement *add = store_statement(desk, "outbox_add");
    guint8 digest[RECORD_DIGEST];
    gsize length = 0;
    const void *bytes = g_bytes_get_data(message->bytes, &length);
    record_digest(bytes, length, digest);
    store_bind_text(add, 1, message->kind, -1);
    store_bind_int(add, 2, message->advisory);
    store_bind_int(add, 3, message->version);
    if (message->member != 0)
        store_bind_int(add, 4, message->member);
    store_bind_text(add, 5, message->recipient, -1);
    store_bind_text(add, 6, message->delivery, -1);
    store_bind_text(add, 7, message->fingerprint, -1);
    store_bind_text(add, 8, message->message_id, -1);
    store_bind_blob(add, 9, digest, sizeof digest);
    store_bind_blob(add, 10, bytes, length);
    store_bind_int(add, 11, message->queued_at);
    store_bind_blob(add, 12, message->made_of, sizeof message->made_of);
    if (!store_run(add, error))
        return false;
    *ret_there = store_changed(desk) == 0;
    return true;
}

bool outbox_drop(struct store *desk, gint64 id, GError **error)
{
    struct store_statement *drop = store_statement(desk, "outbox_drop");
    store_bind_int(drop, 1, id);
    return store_run(drop, error);
}

bool outbox_is_untried(const struct outbox_message *message)
{
    return message->state == OUTBOX_QUEUED && message->tries == 0;
}

bool outbox_recover(struct store *desk, gint64 now, guint *ret_count, GError **error)
{
    struct store_statement *recover = store_statement(desk, "outbox_recover");
    store_bind_int(recover, 1, now);
    if (!store_run(recover, error))
        return false;
    *ret_count = (guint)store_changed(desk);
    return true;
}

void outbox_hasten(struct store *desk)
{
    bool row = false;
    if (store_step(store_statement(desk, "outbox_hasten"), &row, NULL) && row)
        store_statement(desk, "outbox_hasten"); /* resets it */
}

bool outbox_start(struct store *desk, gint64 id, gint64 now, GError **error)
{
    struct store_statement *start = store_statement(desk, "outbox_start");
    store_bind_int(start, 1, id);
    store_bind_int(start, 2, now);
    if (!store_run(start, error))
        return false;
    return store_changed(desk) == 1 ||
           fault_raise(error, FAULT_DATA,
                       "message %" G_GINT64_FORMAT " is not queued: it is not sent", id);
}

bool outbox_settle(struct store *desk, gint64 id, const struct outbox_end *end, GError **error)
{
    struct store_statement *settle = store_statement(desk, "outbox_settle");
    store_bind_int(settle, 1, id);
    store_bind_text(settle, 2, states[end->state], -1);
    store_bind_int(settle, 3, end->now);
    if (end->state == OUTBOX_QUEUED)
        store_bind_int(settle, 4, end->next_at);
    store_bind_int(settle, 5, end->code);
    store_bind_text(settle, 6, end->reply, -1);
    return store_run(settle, error);
}
