/* Mailings on their way: what is due goes out, and who waits is told of. */
#include "documents.h"
#include "fault.h"
#include "mailroom.h"
#include "members.h"
#include "plan.h"
#include "post.h"
#include "progress.h"

#include <string.h>
#include <unistd.h>

/* One mailing on its way. */
struct run {
    struct mailroom *room;
    const struct parcel *parcel;
    struct progress *progress;
    guint64 done;
    char *folder; /* of a dry run */
};

static void add_message(struct mailroom *room, const struct outbox_message *message,
                        enum outbox_state state, gint64 code, const char *why)
{
    const struct mailroom_line line = {.number = message->number,
                                       .version = message->version,
                                       .name = message->name,
                                       .delivery = message->delivery,
                                       .state = outbox_state_name(state),
                                       .code = code,
                                       .message = message->id,
                                       .why = why};
    mailroom_row(room, &line);
}

/* Why somebody has nothing yet; NULL: there is nothing to say. Caller frees. */
static char *say_why(enum outbox_state state, gint64 next_at)
{
    static const char *const why[OUTBOX_STATES] = {
        [OUTBOX_FAILED] = "refused for good: outbox show",
        [OUTBOX_UNKNOWN] = "the answer was lost: outbox resolve",
        [OUTBOX_BOUNCED] = "it came back: outbox show",
    };
    g_autofree char *until = next_at == 0 ? NULL : plan_time(next_at);
    if (state == OUTBOX_QUEUED)
        return until == NULL ? g_strdup("not tried yet: outbox send")
                             : g_strdup_printf("put off until %s: outbox send tries again", until);
    return g_strdup(why[state]);
}

/* A reply may quote an address: the record keeps it, the terminal gets its code. */
static void told(void *user, const struct outbox_message *message, const struct outbox_end *end)
{
    struct run *run = user;
    bool held = end->state == OUTBOX_QUEUED && end->next_at == 0;
    g_autofree char *why = held ? g_strdup(end->reply) : say_why(end->state, end->next_at);
    add_message(run->room, message, end->state, end->code, why);
    run->room->wanting += end->state != OUTBOX_SENT;
    progress_step(run->progress, ++run->done);
}

static void add_failures(struct mailroom *room, const struct parcel *parcel,
                         const struct mailing_tally *tally)
{
    for (guint i = 0; i < tally->failures->len; i++) {
        const struct mailing_failure *failure = tally->failures->pdata[i];
        const struct mailroom_line line = {.number = parcel->advisory->number,
                                           .version = parcel->version->version,
                                           .name = failure->name,
                                           .state = "unreachable",
                                           .why = failure->sentence};
        mailroom_row(room, &line);
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

/* The messages of an advisory, and what is to be known of one among them. */
struct pile {
    struct mailroom *room;
    const GPtrArray *all; /* struct outbox_message * */
    const char *kind;
    gint64 version;
    bool over; /* the public knows: who did not hear before waits for nothing */
};

static bool is_of_mailing(const struct pile *pile, const struct outbox_message *message)
{
    return message->version == pile->version && g_str_equal(message->kind, pile->kind);
}

static bool same_place(const struct outbox_message *left, const struct outbox_message *right)
{
    return left->member != 0 ? left->member == right->member
                             : g_str_equal(left->recipient, right->recipient);
}

/* Whether another message was for the same, and may have taken this one's place. `tried`: only what
 * was on its way counts. */
static bool is_superseded(const struct pile *pile, const struct outbox_message *message, bool tried)
{
    for (guint i = 0; i < pile->all->len; i++) {
        const struct outbox_message *other = pile->all->pdata[i];
        bool later = other->version > message->version ||
                     (other->version == message->version && other->id > message->id);
        if (later && g_str_equal(other->kind, message->kind) && same_place(other, message) &&
            (!tried || !outbox_is_untried(other)))
            return true;
    }
    return false;
}

static const struct member *member_of(const struct mailroom *room,
                                      const struct outbox_message *message)
{
    for (guint i = 0; i < room->members->len; i++) {
        const struct member *member = room->members->pdata[i];
        if (member->id == message->member)
            return member;
    }
    return NULL;
}

/* Whoever is no member by now waits for nothing. */
static bool is_awaited(const struct pile *pile, const struct outbox_message *message)
{
    const struct member *member = member_of(pile->room, message);
    bool news = g_str_equal(message->kind, mailing_kind_name(MAILING_VACATED));
    return message->member == 0 ||
           (!pile->over && member != NULL &&
            (member->state == MEMBER_ACTIVE || (news && member->state == MEMBER_SUSPENDED)));
}

/* What this run does not touch, and did not arrive: whoever waits is named each time. */
static void tell_waiting(const struct pile *pile, const struct outbox_message *message)
{
    g_autofree char *why = say_why(message->state, message->next_at);
    if (why == NULL || is_superseded(pile, message, false) || !is_awaited(pile, message))
        return;
    add_message(pile->room, message, message->state, message->code, why);
    pile->room->wanting++;
}

/* Of those lists that were asked for. */
static bool is_asked_for(const struct mailroom *room, const struct outbox_message *message)
{
    const struct member *member = member_of(room, message);
    return member == NULL || member_is_on(member, room->given->list);
}

/* An older version does not follow a newer one. */
static bool give_up_old(const struct pile *pile, const struct outbox_message *message,
                        GError **error)
{
    const struct outbox_end end = {.state = OUTBOX_FAILED,
                                   .now = pile->room->context->now,
                                   .code = message->code,
                                   .reply = "a newer version went instead"};
    return outbox_settle(desk_store(pile->room->desk), message->id, &end, error);
}

/* Those of the mailing that are to go now; who waits is told of. NULL with the error set. */
static GPtrArray *due_messages(const struct pile *pile, GError **error)
{
    g_autoptr(GPtrArray) due = g_ptr_array_new();
    for (guint i = 0; i < pile->all->len; i++) {
        struct outbox_message *message = pile->all->pdata[i];
        if (!is_of_mailing(pile, message) || !is_asked_for(pile->room, message))
            continue;
        if (!post_is_due(message, pile->room->context->now))
            tell_waiting(pile, message);
        else if (!is_superseded(pile, message, true))
            g_ptr_array_add(due, message);
        else if (!give_up_old(pile, message, error))
            return NULL;
    }
    return g_steal_pointer(&due);
}

static bool is_over(const struct record_advisory *advisory, const char *kind)
{
    if (!g_str_equal(kind, mailing_kind_name(MAILING_PREDISCLOSURE)))
        return false;
    return g_str_equal(advisory->state, "public") || g_str_equal(advisory->state, "updated");
}

/* What is sent, under which permit. */
struct errand {
    const struct parcel *parcel;
    const struct mailing *mailing;
    const struct parcel_given *what;
    const struct permit *permit;
    enum mailing_kind kind;
};

static bool deliver(struct mailroom *room, const struct errand *errand, struct post_tally *tally,
                    GError **error)
{
    const struct parcel *parcel = errand->parcel;
    if (room->server.url == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "barograph.conf names no mail server: add server to [mail]");
    g_autoptr(GPtrArray) all = outbox_list(desk_store(room->desk), parcel->advisory->number, error);
    const char *kind = mailing_kind_name(errand->kind);
    const struct pile pile = {room, all, kind, parcel->version->version,
                              is_over(parcel->advisory, kind)};
    g_autoptr(GPtrArray) messages = all == NULL ? NULL : due_messages(&pile, error);
    if (messages == NULL)
        return false;
    struct run run = {.room = room, .parcel = parcel};
    const struct post_given given = {.parcel = parcel,
                                     .mailing = errand->mailing,
                                     .members = room->members,
                                     .who = room->who,
                                     .audience = mailing_audience(errand->kind),
                                     .permit = errand->permit,
                                     .server = &room->server,
                                     .from = room->context->home->mail.from,
                                     .now = room->context->now,
                                     .told = told,
                                     .user = &run,
                                     .stop = mailroom_stopped};
    mailroom_catch_signals();
    run.progress = progress_start(room->context->verbosity, "sending", "messages", messages->len);
    bool done = post_deliver(desk_store(room->desk), room->pgp, messages, &given, tally, error);
    progress_end(run.progress, run.done);
    room->wanting += done ? messages->len - (guint)run.done : 0;
    return done;
}

static bool deliver_and_note(struct mailroom *room, const struct errand *errand, GError **error)
{
    struct post_tally tally = {0};
    return deliver(room, errand, &tally, error) &&
           (tally.sent + tally.unknown == 0 ||
            parcel_note(desk_store(room->desk), errand->parcel, errand->what, "mailed", error));
}

static char *write_template(void *user, const char *template, json_t *page, GError **error)
{
    return document_render(user, template, page, TEMPLATE_NONE, error);
}

struct mailing_given mailroom_mailing(const struct mailroom *room, gint64 date)
{
    struct home *home = room->context->home;
    return (struct mailing_given){.layout = room->layout,
                                  .project = home->project,
                                  .from = home->mail.from,
                                  .from_name = home->mail.from_name,
                                  .lists = home->mail.lists,
                                  .list = room->given->list,
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
    const struct mailroom_line line = {.number = run->parcel->advisory->number,
                                       .version = run->parcel->version->version,
                                       .name = message->name,
                                       .delivery = message->delivery,
                                       .state = "not sent",
                                       .why = path};
    mailroom_row(run->room, &line);
    return desk_write(run->room->desk, path, bytes, length, true, error);
}

/* What an earlier dry run left would go to those that it was for then. */
static void empty_folder(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name = NULL;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *file = g_build_filename(path, name, NULL);
        if (g_str_has_suffix(name, ".eml") && strspn(name, "0123456789") == strlen(name) - 4)
            unlink(file);
    }
}

static char *make_dry_folder(struct mailroom *room, const struct parcel *parcel,
                             enum mailing_kind kind, GError **error)
{
    g_autofree char *stem = layout_stem(room->layout, parcel->advisory->number);
    g_autofree char *folder = g_strdup_printf("dry-run-%s-v%" G_GINT64_FORMAT "-%s", stem,
                                              parcel->version->version, mailing_kind_name(kind));
    g_autofree char *path = g_build_filename(desk_folder(room->desk), folder, NULL);
    empty_folder(path);
    if (!g_file_test(path, G_FILE_TEST_IS_DIR) && !desk_make_folder(room->desk, folder, error))
        return NULL;
    return g_steal_pointer(&folder);
}

static bool dry_run(struct mailroom *room, enum mailing_kind kind, const char *number,
                    GError **error)
{
    struct store *store = desk_store(room->desk);
    const struct mailing_given given = mailroom_mailing(room, room->context->now);
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

bool mailroom_queue(struct mailroom *room, struct mailing *mailing, enum mailing_how how,
                    struct mailing_tally *tally, GError **error)
{
    const struct mailing_way way = {.how = how};
    return mailing_queue(desk_store(room->desk), mailing, room->pgp, room->members, &way, tally,
                         error);
}

/* What an answer of the gate is about. */
static bool send_parcel(struct mailroom *room, enum mailing_kind kind,
                        const struct parcel_given *what, bool queue, GError **error)
{
    struct store *store = desk_store(room->desk);
    const struct mailing_given given = mailroom_mailing(room, what->now);
    struct mailing_tally tally;
    g_autoptr(Parcel) parcel = parcel_pack(store, what, error);
    g_autoptr(Permit) permit = parcel == NULL ? NULL : parcel_ask(store, parcel, what, error);
    g_autoptr(Mailing) mailing =
        permit == NULL ? NULL : mailing_new(store, kind, parcel, &given, error);
    if (mailing == NULL)
        return false;
    mailing_tally_init(&tally);
    bool done = !queue || mailroom_queue(room, mailing, MAILING_KEEP, &tally, error);
    add_failures(room, parcel, &tally);
    mailing_tally_clear(&tally);
    const struct errand errand = {parcel, mailing, what, permit, kind};
    return done && deliver_and_note(room, &errand, error);
}

static bool send_one(struct mailroom *room, enum mailing_kind kind, const char *number,
                     GError **error)
{
    if (room->given->dry_run)
        return dry_run(room, kind, number, error);
    const struct parcel_given what = mailroom_parcel(room, number, kind, room->given->version);
    return send_parcel(room, kind, &what, true, error);
}

/* The first reason is told at the end. */
static void keep_first(GError **first, GError *reason)
{
    if (*first == NULL)
        *first = reason;
    else
        g_error_free(reason);
}

/* Whether all of them are there is known before the first one goes. */
static bool know_all(struct mailroom *room, char **numbers, GError **error)
{
    for (char **number = numbers; *number != NULL; number++) {
        g_autoptr(RecordAdvisory) advisory = record_find(desk_store(room->desk), *number, error);
        if (advisory == NULL)
            return false;
    }
    return true;
}

bool mailroom_send(struct mailroom *room, enum mailing_kind kind, char **numbers, GError **error)
{
    GError *first = NULL;
    if (!know_all(room, numbers, error))
        return false;
    for (char **number = numbers; *number != NULL && !mailroom_stopped(); number++) {
        GError *reason = NULL;
        if (!send_one(room, kind, *number, &reason))
            keep_first(&first, reason);
    }
    if (first != NULL)
        g_propagate_error(error, first);
    return first == NULL;
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

/* One mailing of those in the outbox; without anything due, nobody is asked. */
static bool resume_mailing(struct mailroom *room, const struct outbox_message *first,
                           const GPtrArray *all, enum mailing_kind kind, GError **error)
{
    g_autoptr(RecordAdvisory) advisory = record_find(desk_store(room->desk), first->number, error);
    if (advisory == NULL)
        return false;
    const struct pile pile = {room, all, first->kind, first->version,
                              is_over(advisory, first->kind)};
    bool due = false;
    for (guint i = 0; i < all->len; i++)
        due |=
            is_of_mailing(&pile, all->pdata[i]) && post_is_due(all->pdata[i], room->context->now);
    const struct parcel_given what = mailroom_parcel(room, first->number, kind, first->version);
    if (due)
        return send_parcel(room, kind, &what, false, error);
    for (guint i = 0; i < all->len; i++)
        if (is_of_mailing(&pile, all->pdata[i]))
            tell_waiting(&pile, all->pdata[i]);
    return true;
}

static bool resume_advisory(struct mailroom *room, const char *number, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GPtrArray) all = outbox_list(desk_store(room->desk), number, error);
    enum mailing_kind kind = MAILING_KINDS;
    GError *first = NULL;
    if (all == NULL)
        return false;
    for (guint i = 0; i < all->len && !mailroom_stopped(); i++) {
        const struct outbox_message *message = all->pdata[i];
        GError *reason = NULL;
        g_autofree char *key =
            g_strdup_printf("%s %" G_GINT64_FORMAT, message->kind, message->version);
        if (kind_of(message, &kind) && g_hash_table_add(seen, g_steal_pointer(&key)) &&
            !resume_mailing(room, message, all, kind, &reason))
            keep_first(&first, reason);
    }
    if (first != NULL)
        g_propagate_error(error, first);
    return first == NULL;
}

/* In the order of the outbox. */
static GPtrArray *numbers_in(struct mailroom *room, GError **error)
{
    g_autoptr(GPtrArray) all = outbox_list(desk_store(room->desk), NULL, error);
    g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const struct outbox_message *message = all->pdata[i];
        if (!g_ptr_array_find_with_equal_func(numbers, message->number, g_str_equal, NULL))
            g_ptr_array_add(numbers, g_strdup(message->number));
    }
    return all == NULL ? NULL : g_steal_pointer(&numbers);
}

/* A mailing that may not go on holds up no other. */
bool mailroom_resume(struct mailroom *room, char **numbers, GError **error)
{
    GError *first = NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    if (!know_all(room, numbers, error))
        return false;
    for (char **number = numbers; *number != NULL; number++)
        g_ptr_array_add(found, g_strdup(*number));
    if (numbers[0] == NULL) {
        g_ptr_array_unref(found);
        found = numbers_in(room, error);
    }
    if (found == NULL)
        return false;
    for (guint i = 0; i < found->len && !mailroom_stopped(); i++) {
        GError *reason = NULL;
        if (!resume_advisory(room, found->pdata[i], &reason))
            keep_first(&first, reason);
    }
    if (first != NULL)
        g_propagate_error(error, first);
    return first == NULL;
}
