/* outbox who: which version of an advisory each member and each list has, and who lacks the newest.
 */
#include "desk.h"
#include "fault.h"
#include "members.h"
#include "outbox.h"
#include "outbox_room.h"
#include "plan.h"
#include "record.h"
#include "record_versions.h"
#include "table.h"

#include <stdio.h>

/* Somebody who has a version, or should have. */
struct holder {
    const char *name;
    gint64 member;
    const struct outbox_message *newest; /* that may have arrived; NULL: none did */
    const struct outbox_message *last;   /* NULL: none was made */
};

struct holders {
    GArray *all;      /* struct holder */
    gint64 newest[2]; /* versions for members, and for the public */
};

static bool may_have_arrived(const struct outbox_message *message)
{
    return message->state == OUTBOX_SENT || message->state == OUTBOX_ACKNOWLEDGED ||
           message->state == OUTBOX_UNKNOWN;
}

static struct holder *find(struct holders *holders, gint64 member, const char *name)
{
    for (guint i = 0; i < holders->all->len; i++) {
        struct holder *holder = &g_array_index(holders->all, struct holder, i);
        if (holder->member == member && g_str_equal(holder->name, name))
            return holder;
    }
    const struct holder fresh = {.name = name, .member = member};
    g_array_append_val(holders->all, fresh);
    return &g_array_index(holders->all, struct holder, holders->all->len - 1);
}

static void take_messages(struct holders *holders, const GPtrArray *messages)
{
    for (guint i = 0; i < messages->len; i++) {
        const struct outbox_message *message = messages->pdata[i];
        struct holder *holder = find(holders, message->member, message->name);
        holder->last = message;
        if (may_have_arrived(message))
            holder->newest = message;
    }
}

/* Whom nothing was made for is not left out, until the public knows. */
static void take_members(struct holders *holders, const GPtrArray *members,
                         const struct record_advisory *advisory)
{
    bool over = g_str_equal(advisory->state, "public") || g_str_equal(advisory->state, "updated");
    for (guint i = 0; !over && holders->newest[0] > 0 && i < members->len; i++) {
        const struct member *member = members->pdata[i];
        if (member->state == MEMBER_ACTIVE)
            find(holders, member->id, member->name);
    }
}

/* Members get what is for everybody only when there is no text for them. */
static bool find_newest(struct holders *holders, struct store *desk, gint64 advisory,
                        GError **error)
{
    g_autoptr(GPtrArray) versions = record_versions(desk, advisory, error);
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        const struct record_version *version = versions->pdata[i];
        if (version->frozen_at != POLICY_UNKNOWN && !version->imported)
            holders->newest[version->public_text] = version->version;
    }
    if (holders->newest[0] == 0)
        holders->newest[0] = holders->newest[1];
    return versions != NULL;
}

static void add_row(struct table *table, const struct holder *holder, gint64 newest)
{
    const struct outbox_message *has = holder->newest, *last = holder->last;
    g_autofree char *at =
        last == NULL || last->settled_at == 0 ? NULL : plan_time(last->settled_at);
    table_string(table, holder->name);
    if (has == NULL)
        table_none(table);
    else
        table_int(table, has->version);
    table_bool(table, has == NULL || has->version < newest);
    table_string(table, last == NULL ? NULL : outbox_state_name(last->state));
    table_string(table, at);
}

static struct table *table_of(const struct holders *holders)
{
    static const struct table_column columns[] = {{"to", "To", TABLE_KIND_STRING},
                                                  {"version", "Has version", TABLE_KIND_INT},
                                                  {"lacks_newest", "Lacks newest", TABLE_KIND_BOOL},
                                                  {"state", "State", TABLE_KIND_STRING},
                                                  {"at", "At", TABLE_KIND_STRING}};
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < holders->all->len; i++) {
        const struct holder *holder = &g_array_index(holders->all, struct holder, i);
        add_row(table, holder, holders->newest[holder->member == 0]);
    }
    return table;
}

bool outbox_verb_who(struct context *context, const char *number, enum table_format format,
                     GError **error)
{
    g_autoptr(Desk) desk = desk_open(context->home->folder, DESK_READ, error);
    struct store *store = desk == NULL ? NULL : desk_store(desk);
    g_autoptr(RecordAdvisory) advisory = desk == NULL ? NULL : record_find(store, number, error);
    g_autoptr(GPtrArray) messages = advisory == NULL ? NULL : outbox_list(store, number, error);
    g_autoptr(GPtrArray) members = messages == NULL ? NULL : members_all(store, error);
    g_autoptr(GArray) all = g_array_new(FALSE, TRUE, sizeof(struct holder));
    struct holders holders = {.all = all};
    if (members == NULL || !find_newest(&holders, store, advisory->id, error))
        return false;
    take_messages(&holders, messages);
    take_members(&holders, members, advisory);
    g_autoptr(Table) table = table_of(&holders);
    g_autofree char *text = table_format(table, format, context->colour);
    return fputs(text, stdout) >= 0;
}
