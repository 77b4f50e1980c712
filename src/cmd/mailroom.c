#include "mailroom.h"

#include "documents.h"
#include "fault.h"
#include "keyring.h"
#include "layouts.h"
#include "members.h"
#include "newest.h"
#include "post.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool wants_stop(void)
{
    return stop_signal != 0;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

/* --- opening --- */

char *mailroom_password(const char *path, GError **error)
{
    enum { MOST = 1024 };
    struct stat facts;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        fault_raise(error, FAULT_CONFIG, "%s: the password cannot be read: %s", path,
                    g_strerror(errno));
        return NULL;
    }
    bool safe = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && (facts.st_mode & 077) == 0;
    char *line = g_malloc0(MOST);
    ssize_t got = safe ? read(file, line, MOST - 1) : -1;
    close(file);
    if (got > 0) {
        line[strcspn(line, "\r\n")] = '\0';
        return line;
    }
    g_free(line);
    fault_raise(error, safe ? FAULT_CONFIG : FAULT_PERMISSION, "%s: %s", path,
                safe ? "the password is empty" : "others may read the password: chmod 600");
    return NULL;
}

static bool read_server(struct mailroom *room, GError **error)
{
    const struct home_mail *mail = &room->context->home->mail;
    if (mail->user != NULL && mail->password_path == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "barograph.conf has a user but no password-file in [mail]");
    if (mail->user != NULL &&
        (room->password = mailroom_password(mail->password_path, error)) == NULL)
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

static bool load_members(struct mailroom *room, GError **error)
{
    g_autoptr(GPtrArray) all = members_all(desk_store(room->desk), error);
    if (all == NULL)
        return false;
    for (guint i = all->len; i > 0; i--)
        if (!member_is_on(all->pdata[i - 1], room->given->list))
            g_ptr_array_remove_index(all, i - 1);
    room->members = g_steal_pointer(&all);
    return true;
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
    if (!read_server(room, error) || !find_newest_commit(room, error))
        return false;
    room->layout = layouts_load(home->templates_path, home->advisory_prefix, error);
    room->desk = room->layout == NULL ? NULL : desk_open(home->folder, DESK_WRITE, error);
    room->pgp = room->desk == NULL ? NULL : keyring_open(room->desk, false, error);
    return room->pgp != NULL && recover(room, error) && load_members(room, error);
}

void mailroom_close(struct mailroom *room)
{
    if (room->password != NULL)
        explicit_bzero(room->password, strlen(room->password));
    g_free(room->password);
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

static void add_row(struct mailroom *room, const struct parcel *parcel, const char *name,
                    const char *delivery, const char *state, gint64 code, gint64 message,
                    const char *why)
{
    g_autofree char *id = layout_id(room->layout, parcel->advisory->number);
    table_string(room->table, id);
    table_int(room->table, parcel->version->version);
    table_string(room->table, name);
    table_string(room->table, delivery);
    table_string(room->table, state);
    if (code == 0)
        table_none(room->table);
    else
        table_int(room->table, code);
    if (message == 0)
        table_none(room->table);
    else
        table_int(room->table, message);
    table_string(room->table, why);
}

/* One mailing on its way. */
struct run {
    struct mailroom *room;
    const struct parcel *parcel;
    struct progress *progress;
    guint64 done;
    char *folder; /* of a dry run */
};

/* A reply may quote an address: the record keeps it, the terminal gets its code. */
static void told(void *user, const struct outbox_message *message, const struct outbox_end *end)
{
    struct run *run = user;
    bool held = end->state == OUTBOX_QUEUED && end->next_at == 0;
    const char *why = held                           ? end->reply
                      : end->state == OUTBOX_QUEUED  ? "put off: outbox send tries again"
                      : end->state == OUTBOX_UNKNOWN ? "the answer was lost: outbox resolve"
                      : end->state == OUTBOX_FAILED  ? "refused for good: outbox show"
                                                     : NULL;
    add_row(run->room, run->parcel, message->name, message->delivery, outbox_state_name(end->state),
            end->code, message->id, why);
    run->room->wanting += end->state != OUTBOX_SENT;
    progress_step(run->progress, ++run->done);
}

static void add_failures(struct mailroom *room, const struct parcel *parcel,
                         const struct mailing_tally *tally)
{
    for (guint i = 0; i < tally->failures->len; i++) {
        const struct mailing_failure *failure = tally->failures->pdata[i];
        add_row(room, parcel, failure->name, NULL, "unreachable", 0, 0, failure->sentence);
        room->wanting++;
    }
}

/* --- sending --- */

struct parcel_given mailroom_parcel(const struct mailroom *room, const char *number,
                                    enum mailing_kind kind, gint64 version)
{
    return (struct parcel_given){.number = number,
                                 .version = version,
                                 .audience = mailing_audience(kind),
                                 .who = room->who,
                                 .now = room->context->now,
                                 .newest_commit = room->newest_commit,
                                 .clock_confirmed = room->given->confirm_clock,
                                 .override = room->given->override};
}

static bool is_of_mailing(const struct outbox_message *message, const struct parcel *parcel,
                          enum mailing_kind kind)
{
    return message->version == parcel->version->version &&
           g_str_equal(message->kind, mailing_kind_name(kind));
}

/* What this run does not touch, and did not arrive: whoever waits is named each time. */
static void tell_waiting(struct mailroom *room, const struct parcel *parcel,
                         const struct outbox_message *message)
{
    static const char *const why[OUTBOX_STATES] = {
        [OUTBOX_QUEUED] = "put off: outbox send tries again",
        [OUTBOX_FAILED] = "refused for good: outbox show",
        [OUTBOX_UNKNOWN] = "the answer was lost: outbox resolve",
        [OUTBOX_BOUNCED] = "it came back: outbox show",
    };
    if (why[message->state] == NULL)
        return;
    add_row(room, parcel, message->name, message->delivery, outbox_state_name(message->state),
            message->code, message->id, why[message->state]);
    room->wanting++;
}

static GPtrArray *due_messages(struct mailroom *room, const struct parcel *parcel,
                               enum mailing_kind kind, GError **error)
{
    GPtrArray *all = outbox_list(desk_store(room->desk), parcel->advisory->number, error);
    for (guint i = all == NULL ? 0 : all->len; i > 0; i--) {
        const struct outbox_message *message = all->pdata[i - 1];
        bool here = is_of_mailing(message, parcel, kind);
        if (here && post_is_due(message, room->context->now))
            continue;
        if (here)
            tell_waiting(room, parcel, message);
        g_ptr_array_remove_index(all, i - 1);
    }
    return all;
}

static bool deliver(struct mailroom *room, const struct parcel *parcel, enum mailing_kind kind,
                    const struct permit *permit, struct post_tally *tally, GError **error)
{
    if (room->server.url == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "barograph.conf names no mail server: add server to [mail]");
    g_autoptr(GPtrArray) messages = due_messages(room, parcel, kind, error);
    if (messages == NULL)
        return false;
    struct run run = {.room = room, .parcel = parcel};
    const struct post_given given = {.parcel = parcel,
                                     .audience = mailing_audience(kind),
                                     .permit = permit,
                                     .server = &room->server,
                                     .from = room->context->home->mail.from,
                                     .now = room->context->now,
                                     .told = told,
                                     .user = &run,
                                     .stop = wants_stop};
    catch_signals();
    run.progress = progress_start(room->context->verbosity, "sending", "messages", messages->len);
    bool done = post_deliver(desk_store(room->desk), room->pgp, messages, &given, tally, error);
    progress_end(run.progress, run.done);
    room->wanting += done ? messages->len - (guint)run.done : 0;
    return done;
}

static bool deliver_and_note(struct mailroom *room, const struct parcel *parcel,
                             enum mailing_kind kind, const struct parcel_given *what,
                             const struct permit *permit, GError **error)
{
    struct post_tally tally = {0};
    return deliver(room, parcel, kind, permit, &tally, error) &&
           (tally.sent + tally.unknown == 0 ||
            parcel_note(desk_store(room->desk), parcel, what, "mailed", error));
}

static char *write_template(void *user, const char *template, json_t *page, GError **error)
{
    return document_render(user, template, page, TEMPLATE_NONE, error);
}

static struct mailing_given mailing_given(const struct mailroom *room, gint64 date)
{
    struct home *home = room->context->home;
    return (struct mailing_given){.layout = room->layout,
                                  .project = home->project,
                                  .from = home->mail.from,
                                  .from_name = home->mail.from_name,
                                  .lists = home->mail.lists,
                                  .reason = room->given->reason,
                                  .now = room->context->now,
                                  .date = date,
                                  .write = write_template,
                                  .user = home};
}

/* A dry run keeps each message as a file, where embargoed text may be. */
static bool keep_file(void *user, const struct outbox_message *message, GError **error)
{
    struct run *run = user;
    gsize length = 0;
    const void *bytes = g_bytes_get_data(message->bytes, &length);
    g_autofree char *path =
        g_strdup_printf("%s/%04" G_GUINT64_FORMAT ".eml", run->folder, ++run->done);
    add_row(run->room, run->parcel, message->name, message->delivery, "not sent", 0, 0, path);
    return desk_write(run->room->desk, path, bytes, length, true, error);
}

static char *make_dry_folder(struct mailroom *room, const struct parcel *parcel,
                             enum mailing_kind kind, GError **error)
{
    g_autofree char *stem = layout_stem(room->layout, parcel->advisory->number);
    g_autofree char *folder = g_strdup_printf("dry-run-%s-v%" G_GINT64_FORMAT "-%s", stem,
                                              parcel->version->version, mailing_kind_name(kind));
    g_autofree char *path = g_build_filename(desk_folder(room->desk), folder, NULL);
    if (!g_file_test(path, G_FILE_TEST_IS_DIR) && !desk_make_folder(room->desk, folder, error))
        return NULL;
    return g_steal_pointer(&folder);
}

static bool dry_run(struct mailroom *room, enum mailing_kind kind, const char *number,
                    GError **error)
{
    struct store *store = desk_store(room->desk);
    const struct mailing_given given = mailing_given(room, room->context->now);
    const struct parcel_given what = mailroom_parcel(room, number, kind, room->given->version);
    struct mailing_tally tally;
    g_autoptr(Parcel) parcel = parcel_pack(store, &what, error);
    g_autoptr(Mailing) mailing =
        parcel == NULL ? NULL : mailing_new(store, kind, parcel, &given, error);
    struct run run = {.room = room, .parcel = parcel};
    g_autofree char *folder = mailing == NULL ? NULL : make_dry_folder(room, parcel, kind, error);
    if (folder == NULL)
        return false;
    run.folder = folder;
    mailing_tally_init(&tally);
    const struct mailing_way way = {MAILING_TRY, keep_file, &run};
    bool done = mailing_queue(store, mailing, room->pgp, room->members, &way, &tally, error);
    add_failures(room, parcel, &tally);
    mailing_tally_clear(&tally);
    return done;
}

bool mailroom_queue(struct mailroom *room, enum mailing_kind kind, const struct parcel *parcel,
                    gint64 date, enum mailing_how how, struct mailing_tally *tally, GError **error)
{
    struct store *store = desk_store(room->desk);
    const struct mailing_given given = mailing_given(room, date);
    g_autoptr(Mailing) mailing = mailing_new(store, kind, parcel, &given, error);
    const struct mailing_way way = {.how = how};
    return mailing != NULL &&
           mailing_queue(store, mailing, room->pgp, room->members, &way, tally, error);
}

bool mailroom_send(struct mailroom *room, enum mailing_kind kind, const char *number,
                   GError **error)
{
    if (room->given->dry_run)
        return dry_run(room, kind, number, error);
    struct store *store = desk_store(room->desk);
    const struct parcel_given what = mailroom_parcel(room, number, kind, room->given->version);
    struct mailing_tally tally;
    g_autoptr(Parcel) parcel = parcel_pack(store, &what, error);
    g_autoptr(Permit) permit = parcel == NULL ? NULL : parcel_ask(store, parcel, &what, error);
    if (permit == NULL)
        return false;
    mailing_tally_init(&tally);
    bool done = mailroom_queue(room, kind, parcel, what.now, MAILING_KEEP, &tally, error);
    add_failures(room, parcel, &tally);
    mailing_tally_clear(&tally);
    return done && deliver_and_note(room, parcel, kind, &what, permit, error);
}

/* --- going on --- */

static bool kind_of(const struct outbox_message *message, enum mailing_kind *ret_kind)
{
    for (guint i = 0; i < MAILING_KINDS; i++)
        if (g_str_equal(message->kind, mailing_kind_name((enum mailing_kind)i))) {
            *ret_kind = (enum mailing_kind)i;
            return true;
        }
    return false;
}

static bool resume_mailing(struct mailroom *room, const struct outbox_message *first,
                           enum mailing_kind kind, GError **error)
{
    struct store *store = desk_store(room->desk);
    const struct parcel_given what = mailroom_parcel(room, first->number, kind, first->version);
    g_autoptr(Parcel) parcel = parcel_pack(store, &what, error);
    g_autoptr(Permit) permit = parcel == NULL ? NULL : parcel_ask(store, parcel, &what, error);
    return permit != NULL && deliver_and_note(room, parcel, kind, &what, permit, error);
}

/* A mailing that may not go on holds up no other; the first reason is told at the end. */
bool mailroom_resume(struct mailroom *room, const char *number, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) all = outbox_list(desk_store(room->desk), number, error);
    g_autoptr(GError) first = NULL;
    enum mailing_kind kind = MAILING_KINDS;
    for (guint i = 0; all != NULL && i < all->len && !wants_stop(); i++) {
        const struct outbox_message *message = all->pdata[i];
        g_autoptr(GError) reason = NULL;
        g_autofree char *key = g_strdup_printf("%s %s %" G_GINT64_FORMAT, message->number,
                                               message->kind, message->version);
        if (!post_is_due(message, room->context->now) || !kind_of(message, &kind) ||
            !g_hash_table_add(seen, g_steal_pointer(&key)))
            continue;
        if (!resume_mailing(room, message, kind, &reason) && first == NULL)
            first = g_steal_pointer(&reason);
    }
    if (first != NULL)
        g_propagate_error(error, g_steal_pointer(&first));
    return all != NULL && (error == NULL || *error == NULL);
}

bool mailroom_report(struct mailroom *room, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (room->given->format != NULL && !table_format_parse(room->given->format, &format, error))
        return false;
    g_autofree char *text = table_format(room->table, format, room->context->colour);
    if (fputs(text, stdout) < 0 || fflush(stdout) != 0)
        return fault_raise(error, FAULT_IO, "the list could not be written whole");
    if (wants_stop())
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
