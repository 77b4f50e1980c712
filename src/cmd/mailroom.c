#include "mailroom.h"

#include "fault.h"
#include "keyring.h"
#include "layouts.h"
#include "members.h"
#include "newest.h"
#include "secret.h"

#include <signal.h>
#include <stdio.h>

static const struct table_column columns[] = {
    {"advisory", "Advisory", TABLE_KIND_STRING},
    {"version", "Version", TABLE_KIND_INT},
    {"to", "To", TABLE_KIND_STRING},
    {"delivery", "Delivery", TABLE_KIND_STRING},
    {"state", "State", TABLE_KIND_STRING},
    {"code", "Code", TABLE_KIND_INT},
    {"message", "Message", TABLE_KIND_INT},
    {"why", "Why", TABLE_KIND_STRING},
};

static volatile sig_atomic_t stop_signal;

static void note_signal(int number)
{
    stop_signal = number;
}

bool mailroom_stopped(void)
{
    return stop_signal != 0;
}

void mailroom_catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

/* --- opening --- */

static bool read_server(struct mailroom *room, GError **error)
{
    const struct home_mail *mail = &room->context->home->mail;
    if (mail->user != NULL && mail->password_path == NULL && mail->password_command == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "barograph.conf has a user but no password-file or password-command in "
                           "[mail]");
    if (mail->user != NULL &&
        (room->password = secret_read(mail->password_path, mail->password_command, error)) == NULL)
        return false;
    room->server = (struct smtp_options){.url = mail->server,
                                         .user = mail->user,
                                         .password = room->password,
                                         .authorities = mail->authorities_path,
                                         .plain_loopback = mail->plain_loopback,
                                         .timeout = mail->timeout};
    return true;
}

static bool find_newest_commit(struct mailroom *room, GError **error)
{
    const char *path = room->context->home->history_path;
    room->newest_commit = G_MININT64;
    if (room->given->confirm_clock || !g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    g_autoptr(Store) history = store_open(path, "history", STORE_READ, error);
    return history != NULL && newest_commit(history, &room->newest_commit, error);
}

static bool recover(struct mailroom *room, GError **error)
{
    guint lost = 0;
    if (!outbox_recover(desk_store(room->desk), room->context->now, &lost, error))
        return false;
    if (lost > 0)
        fprintf(stderr,
                "%u message%s out when the program died: whether it arrived is unknown; "
                "barograph outbox list says which, outbox resolve settles it\n",
                lost, lost == 1 ? " was on its way" : "s were on their way");
    return true;
}

bool mailroom_open(struct mailroom *room, struct context *context,
                   const struct mailroom_given *given, GError **error)
{
    const struct home *home = context->home;
    *room = (struct mailroom){.context = context, .given = given};
    room->table = table_new(columns, G_N_ELEMENTS(columns));
    room->who = desk_user();
    if (given->format != NULL && !table_format_parse(given->format, &room->format, error))
        return false;
    if (!read_server(room, error) || !find_newest_commit(room, error))
        return false;
    room->layout = layouts_load(home->templates_path, home->advisory_prefix, error);
    room->desk = room->layout == NULL ? NULL : desk_open(home->folder, DESK_WRITE, error);
    room->pgp = room->desk == NULL ? NULL : keyring_open(room->desk, false, error);
    if (room->pgp == NULL || !recover(room, error))
        return false;
    room->members = members_all(desk_store(room->desk), error);
    return room->members != NULL;
}

void mailroom_close(struct mailroom *room)
{
    secret_free(room->password);
    g_clear_pointer(&room->members, g_ptr_array_unref);
    pgp_close(room->pgp);
    desk_close(room->desk);
    layout_free(room->layout);
    table_free(room->table);
    g_free(room->who);
}

const char *mailroom_number(const struct mailroom *room, const char *word, GError **error)
{
    return layout_read_number(room->layout->prefix, word, error);
}

/* --- what became of whom --- */

static void add_int(struct table *table, gint64 value)
{
    if (value == 0)
        table_none(table);
    else
        table_int(table, value);
}

void mailroom_row(struct mailroom *room, const struct mailroom_line *line)
{
    g_autofree char *id = layout_id(room->layout, line->number);
    table_string(room->table, id);
    table_int(room->table, line->version);
    table_string(room->table, line->name);
    table_string(room->table, line->delivery);
    table_string(room->table, line->state);
    add_int(room->table, line->code);
    add_int(room->table, line->message);
    table_string(room->table, line->why);
}

/* --- whole commands --- */

static bool report(struct mailroom *room, GError **error)
{
    g_autofree char *text = table_format(room->table, room->format, room->context->colour);
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
        return fault_raise(error, FAULT_IO, "the list could not be written whole");
    if (mailroom_stopped())
        return fault_raise(error, FAULT_INTERRUPTED,
                           "stopped between messages: barograph outbox send goes on");
    if (room->wanting == 0)
        return true;
    return room->given->dry_run
               ? fault_raise(error, FAULT_DATA, "%u cannot be reached", room->wanting)
               : fault_raise(error, FAULT_REMOTE,
                             "%u did not get it, or may not have: barograph outbox list tells who",
                             room->wanting);
}

bool mailroom_run(struct context *context, const struct mailroom_given *given, char **words,
                  mailroom_act act, GError **error)
{
    struct mailroom room = {0};
    g_autoptr(GPtrArray) numbers = g_ptr_array_new();
    bool done = mailroom_open(&room, context, given, error);
    for (; done && *words != NULL; words++) {
        const char *number = mailroom_number(&room, *words, error);
        g_ptr_array_add(numbers, (gpointer)(guintptr)number);
        done = number != NULL;
    }
    g_ptr_array_add(numbers, NULL);
    /* What became of whom is told also when not all of it could be done. */
    if (done) {
        GError *reason = NULL;
        done = act(&room, (char **)numbers->pdata, &reason);
        if (!done)
            g_propagate_error(error, reason);
        if (done || table_rows(room.table) > 0)
            done = report(&room, done ? error : NULL) && done;
    }
    mailroom_close(&room);
    return done;
}
