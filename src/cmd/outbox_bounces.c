/* outbox bounces: what came back, from a mailbox. */
#include "desk.h"
#include "fault.h"
#include "imap.h"
#include "incoming.h"
#include "mailbox.h"
#include "outbox_room.h"
#include "secret.h"
#include "table.h"

#include <stdio.h>

struct reading {
    struct store *desk;
    struct incoming_act act;
    struct table *table;
    guint mails, unreadable;
    guint effects[INCOMING_EFFECTS];
};

static const char *const remarks[INCOMING_EFFECTS] = {
    [INCOMING_NOTED] = "noted",
    [INCOMING_ELSEWHERE] = "noted: not from the member's domain, so look at it",
    [INCOMING_BOUNCED] = "bounced",
    [INCOMING_ACKNOWLEDGED] = "acknowledged",
};

static void tell(struct table *table, const struct report *report,
                 const struct outbox_message *message, enum incoming_effect effect)
{
    table_int(table, message->id);
    table_string(table, message->number);
    table_int(table, message->version);
    table_string(table, message->name);
    table_string(table, report_kind_name(report->kind));
    table_string(table, report->status);
    table_string(table, remarks[effect]);
}

/* A mail that nobody can read holds up no other. */
static bool take(void *user, const char *mail, gsize length, GError **error)
{
    struct reading *reading = user;
    enum incoming_effect effect = INCOMING_NOTHING;
    g_autoptr(OutboxMessage) message = NULL;
    g_autoptr(Report) report = reports_read(mail, length, NULL);
    reading->mails++;
    if (report == NULL) {
        reading->unreadable++;
        return true;
    }
    if (!incoming_take(reading->desk, report, &reading->act, &effect, &message, error))
        return false;
    /* Ordinary mail among people names messages of theirs: only reports of strange ones are said.
     */
    if (effect == INCOMING_STRANGE &&
        (report->kind == REPORT_REPLY || report->kind == REPORT_AUTOMATIC))
        effect = INCOMING_NOTHING;
    reading->effects[effect]++;
    if (remarks[effect] != NULL)
        tell(reading->table, report, message, effect);
    return true;
}

static void sum_up(const struct reading *reading)
{
    const guint *effects = reading->effects;
    fprintf(stderr, "%u mail%s read: %u bounced, %u acknowledged, %u noted, %u known before\n",
            reading->mails, reading->mails == 1 ? "" : "s", effects[INCOMING_BOUNCED],
            effects[INCOMING_ACKNOWLEDGED], effects[INCOMING_NOTED] + effects[INCOMING_ELSEWHERE],
            effects[INCOMING_KNOWN]);
    if (effects[INCOMING_STRANGE] > 0)
        fprintf(stderr, "%u report%s on messages that are not in this outbox\n",
                effects[INCOMING_STRANGE], effects[INCOMING_STRANGE] == 1 ? "" : "s");
    if (reading->unreadable > 0)
        fprintf(stderr, "%u could not be read as mail\n", reading->unreadable);
}

/* What lies on a server is read as its owner, who is named in barograph.conf. */
static bool read_server(const struct home_mail *mail, const char *url, struct reading *reading,
                        GError **error)
{
    if (mail->imap_user == NULL ||
        (mail->imap_password_path == NULL && mail->imap_password_command == NULL))
        return fault_raise(error, FAULT_CONFIG,
                           "barograph.conf does not say whose mailbox that is: add imap-user and "
                           "imap-password-file to [mail]");
    char *password = secret_read(mail->imap_password_path, mail->imap_password_command, error);
    if (password == NULL)
        return false;
    const struct imap_options options = {.url = url,
                                         .user = mail->imap_user,
                                         .password = password,
                                         .authorities = mail->authorities_path,
                                         .plain_loopback = mail->plain_loopback,
                                         .timeout = mail->timeout};
    bool done = imap_read(&options, MAILBOX_MOST, take, reading, error);
    secret_free(password);
    return done;
}

bool outbox_verb_bounces(struct context *context, int argc, char **argv, const char *format,
                         GError **error)
{
    static const struct table_column columns[] = {
        {"message", "Message", TABLE_KIND_INT},  {"advisory", "Advisory", TABLE_KIND_STRING},
        {"version", "Version", TABLE_KIND_INT},  {"to", "To", TABLE_KIND_STRING},
        {"report", "Report", TABLE_KIND_STRING}, {"status", "Status", TABLE_KIND_STRING},
        {"effect", "Effect", TABLE_KIND_STRING}};
    enum table_format chosen = TABLE_TEXT;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           "outbox bounces takes a Maildir, an mbox, or imaps://host/INBOX");
    if (format != NULL && !table_format_parse(format, &chosen, error))
        return false;
    g_autoptr(Desk) desk = desk_open(context->home->folder, DESK_WRITE, error);
    if (desk == NULL)
        return false;
    g_autofree char *who = desk_user();
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    struct reading reading = {.desk = desk_store(desk), .act = {context->now, who}, .table = table};
    bool done = imap_is_url(argv[1]) ? read_server(&context->home->mail, argv[1], &reading, error)
                                     : mailbox_read(argv[1], take, &reading, error);
    g_autofree char *text = table_format(table, chosen, context->colour);
    sum_up(&reading);
    return fputs(text, stdout) >= 0 && done;
}
