/* barograph outbox: what was sent to whom, and what is to be done about the rest. */
#include "outbox.h"

#include "fault.h"
#include "mailroom.h"
#include "outbox_room.h"
#include "plan.h"
#include "record.h"
#include "verbs.h"

#include <stdio.h>

extern const struct command command_outbox;

static struct mailroom_given given;
static gboolean resend_option;

static const GOptionEntry options[] = {
    {"reason", 0, 0, G_OPTION_ARG_STRING, &given.reason,
     "notify: why the embargo ended; without embargoed text", "TEXT"},
    {"resend", 0, 0, G_OPTION_ARG_NONE, &resend_option,
     "resolve: it did not arrive; send it again, with the same Message-ID", NULL},
    {"confirm-clock", 0, 0, G_OPTION_ARG_NONE, &given.confirm_clock,
     "The clock is right, although it seems to have run backwards", NULL},
    {"override", 0, 0, G_OPTION_ARG_STRING, &given.override,
     "send: before the moment, for this reason; it stays in the ledger", "REASON"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &given.format, "How tables are printed (text)",
     "text|md|tsv|csv|json"},
    {NULL}};

static bool print_table(const struct context *context, const struct table *table, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (given.format != NULL && !table_format_parse(given.format, &format, error))
        return false;
    g_autofree char *text = table_format(table, format, context->colour);
    return fputs(text, stdout) >= 0;
}

static void add_time(struct table *table, gint64 time)
{
    g_autofree char *shown = time == 0 ? NULL : plan_time(time);
    table_string(table, shown);
}

static void add_int(struct table *table, gint64 value)
{
    if (value == 0)
        table_none(table);
    else
        table_int(table, value);
}

static void add_message(struct table *table, const struct outbox_message *message)
{
    table_int(table, message->id);
    table_string(table, message->number);
    table_int(table, message->version);
    table_string(table, message->kind);
    table_string(table, message->name);
    table_string(table, message->delivery);
    table_string(table, outbox_state_name(message->state));
    add_int(table, message->code);
    add_int(table, message->tries);
    add_time(table, message->settled_at);
    add_time(table, message->next_at);
}

static bool is_known(struct desk *desk, const char *number, GError **error)
{
    g_autoptr(RecordAdvisory) advisory =
        number == NULL ? NULL : record_find(desk_store(desk), number, error);
    return number == NULL || advisory != NULL;
}

static bool verb_list(struct context *context, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {
        {"message", "Message", TABLE_KIND_INT},   {"advisory", "Advisory", TABLE_KIND_STRING},
        {"version", "Version", TABLE_KIND_INT},   {"kind", "Kind", TABLE_KIND_STRING},
        {"to", "To", TABLE_KIND_STRING},          {"delivery", "Delivery", TABLE_KIND_STRING},
        {"state", "State", TABLE_KIND_STRING},    {"code", "Code", TABLE_KIND_INT},
        {"tries", "Tries", TABLE_KIND_INT},       {"at", "At", TABLE_KIND_STRING},
        {"next", "Not before", TABLE_KIND_STRING}};
    const char *number = NULL;
    if (argc > 2)
        return fault_raise(error, FAULT_USAGE, "outbox list takes one advisory's number, or none");
    if (argc == 2 &&
        (number = layout_read_number(context->home->advisory_prefix, argv[1], error)) == NULL)
        return false;
    g_autoptr(Desk) desk = desk_open(context->home->folder, DESK_READ, error);
    if (desk == NULL || !is_known(desk, number, error))
        return false;
    g_autoptr(GPtrArray) all = outbox_list(desk_store(desk), number, error);
    if (all == NULL)
        return false;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < all->len; i++)
        add_message(table, all->pdata[i]);
    return print_table(context, table, error);
}

static bool read_id(const char *word, gint64 *ret_id, GError **error)
{
    guint64 id = 0;
    if (!g_ascii_string_to_unsigned(word, 10, 1, G_MAXINT64, &id, NULL))
        return fault_raise(error, FAULT_USAGE, "a message is named by its number in outbox list");
    *ret_id = (gint64)id;
    return true;
}

static void add_fact(struct table *table, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    table_string(table, name);
    table_string(table, value);
}

/* With the address and the reply: this is the one place that shows them. */
static bool verb_show(struct context *context, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {{"field", "Field", TABLE_KIND_STRING},
                                                  {"value", "Value", TABLE_KIND_STRING}};
    gint64 id = 0;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE, "outbox show takes one message's number");
    g_autoptr(Desk) desk =
        read_id(argv[1], &id, error) ? desk_open(context->home->folder, DESK_READ, error) : NULL;
    g_autoptr(OutboxMessage) message =
        desk == NULL ? NULL : outbox_read(desk_store(desk), id, error);
    if (message == NULL)
        return false;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *queued = plan_time(message->queued_at);
    g_autofree char *at = message->settled_at == 0 ? NULL : plan_time(message->settled_at);
    g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, message->bytes);
    add_fact(table, "advisory", message->number);
    add_fact(table, "kind", message->kind);
    add_fact(table, "to", message->name);
    add_fact(table, "address", message->recipient);
    add_fact(table, "delivery", message->delivery);
    add_fact(table, "key", message->fingerprint);
    add_fact(table, "message_id", message->message_id);
    add_fact(table, "sha256", sum);
    add_fact(table, "queued", queued);
    add_fact(table, "state", outbox_state_name(message->state));
    add_fact(table, "at", at);
    add_fact(table, "reply", message->reply);
    return print_table(context, table, error);
}

static bool verb_who(struct context *context, int argc, char **argv, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE, "outbox who takes one advisory's number");
    if (given.format != NULL && !table_format_parse(given.format, &format, error))
        return false;
    const char *number = layout_read_number(context->home->advisory_prefix, argv[1], error);
    return number != NULL && outbox_verb_who(context, number, format, error);
}

/* --- what is to be done --- */

static bool verb_send(struct context *context, int argc, char **argv, GError **error)
{
    (void)argc;
    return mailroom_run(context, &given, argv + 1, mailroom_resume, error);
}

static bool notify(struct mailroom *room, char **numbers, GError **error)
{
    return mailroom_send(room, MAILING_VACATED, numbers, error);
}

static bool verb_notify(struct context *context, int argc, char **argv, GError **error)
{
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE,
                           "outbox notify takes the numbers of advisories whose embargo ended");
    return mailroom_run(context, &given, argv + 1, notify, error);
}

/* Only a person knows what became of a message whose answer was lost. */
static bool verb_resolve(struct context *context, int argc, char **argv, GError **error)
{
    gint64 id = 0;
    bool sent = argc == 3 && g_str_equal(argv[2], "sent");
    bool failed = argc == 3 && g_str_equal(argv[2], "failed");
    if ((argc != 2 || !resend_option) && (resend_option || (!sent && !failed)))
        return fault_raise(
            error, FAULT_USAGE,
            "outbox resolve takes a message's number and sent or failed, or --resend");
    g_autoptr(Desk) desk =
        read_id(argv[1], &id, error) ? desk_open(context->home->folder, DESK_WRITE, error) : NULL;
    g_autoptr(OutboxMessage) message =
        desk == NULL ? NULL : outbox_read(desk_store(desk), id, error);
    if (message == NULL)
        return false;
    bool open =
        message->state == OUTBOX_UNKNOWN || (failed && message->state == OUTBOX_QUEUED) ||
        (resend_option && (message->state == OUTBOX_FAILED || message->state == OUTBOX_BOUNCED));
    if (!open)
        return fault_raise(error, FAULT_DATA,
                           "message %" G_GINT64_FORMAT " is %s: there is nothing to resolve", id,
                           outbox_state_name(message->state));
    const struct outbox_end end = {.state = sent     ? OUTBOX_SENT
                                            : failed ? OUTBOX_FAILED
                                                     : OUTBOX_QUEUED,
                                   .now = context->now,
                                   .code = message->code,
                                   .reply = message->reply};
    return outbox_settle(desk_store(desk), id, &end, error) &&
           printf("message %" G_GINT64_FORMAT " is %s\n", id, outbox_state_name(end.state)) > 0;
}

static bool verb_bounces(struct context *context, int argc, char **argv, GError **error)
{
    return outbox_verb_bounces(context, argc, argv, given.format, error);
}

static const struct {
    const char *name;
    bool (*run)(struct context *context, int argc, char **argv, GError **error);
} verbs[] = {
    {"list", verb_list},       /* every message and its state */
    {"show", verb_show},       /* one, with what the server said */
    {"who", verb_who},         /* who has which version */
    {"send", verb_send},       /* go on with what is queued */
    {"notify", verb_notify},   /* an embargo ended early */
    {"resolve", verb_resolve}, /* what a person found out */
    {"bounces", verb_bounces}, /* what came back */
};

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    gsize verb = 0;
    return verbs_find(VERBS(verbs), argc, argv, &verb, error) &&
           verbs[verb].run(context, argc - 1, argv + 1, error);
}

const struct command command_outbox = {
    .name = "outbox",
    .arguments = "list [N]|show M|who N|send [N…]|notify N…|resolve M sent|failed|bounces MAILBOX",
    .summary = "What was mailed to whom, and what is left to do",
    .description =
        "list tells every message and its state, of all advisories or of one; show tells all of\n"
        "one message, its address included; who says who has which version. send goes on with\n"
        "what is queued and due. resolve settles a message whose answer was lost, for only a\n"
        "person can find out: it was sent, it failed, or --resend. notify tells the members who\n"
        "have an advisory that its embargo ended early. bounces reads what came back, from a\n"
        "Maildir, an mbox or imaps://host/INBOX: what a server reports as failed is bounced, what\n"
        "a member answers is acknowledged.\n"
        "\n"
        "Examples:\n"
        "  barograph outbox list 501\n"
        "  barograph outbox who 501 --format tsv\n"
        "  barograph outbox send\n"
        "  barograph outbox resolve 17 --resend\n"
        "  barograph outbox bounces ~/Maildir\n"
        "  barograph outbox notify 501 --reason 'it was discussed in public'",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
