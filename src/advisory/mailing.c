#include "mailing.h"

#include "content.h"
#include "fault.h"
#include "mail.h"
#include "member.h"
#include "pgp_keys.h"
#include "plan.h"
#include "record_text.h"

#include <string.h>

static const struct kind {
    const char *name, *template;
    enum embargo_audience audience;
    bool with_files;
} kinds[] = {
    [MAILING_PREDISCLOSURE] = {"predisclosure", "mail-predisclosure", EMBARGO_MEMBERS, true},
    [MAILING_PUBLIC] = {"public", "mail-public", EMBARGO_PUBLIC, true},
    [MAILING_VACATED] = {"vacated", "mail-vacated", EMBARGO_MEMBERS, false},
};

struct mailing {
    const struct kind *kind;
    const struct parcel *parcel;
    const struct mailing_given *given;
    char *subject, *outer, *words; /* outer, words: NULL when there are none */
    char *text;                    /* the clearsigned bytes; NULL when they do not go with it */
    struct mail_file *files;
    guint count;
    GPtrArray *before; /* struct outbox_message *: what this advisory sent already */
};

const char *mailing_kind_name(enum mailing_kind kind)
{
    return kinds[kind].name;
}

enum embargo_audience mailing_audience(enum mailing_kind kind)
{
    return kinds[kind].audience;
}

void mailing_free(struct mailing *mailing)
{
    if (mailing == NULL)
        return;
    g_free(mailing->subject);
    g_free(mailing->outer);
    g_free(mailing->words);
    g_free(mailing->text);
    g_free(mailing->files);
    g_clear_pointer(&mailing->before, g_ptr_array_unref);
    g_free(mailing);
}

static void free_failure(gpointer pointer)
{
    struct mailing_failure *failure = pointer;
    g_free(failure->name);
    g_free(failure->sentence);
    g_free(failure);
}

void mailing_tally_init(struct mailing_tally *tally)
{
    *tally = (struct mailing_tally){.failures = g_ptr_array_new_with_free_func(free_failure)};
}

void mailing_tally_clear(struct mailing_tally *tally)
{
    g_clear_pointer(&tally->failures, g_ptr_array_unref);
}

/* --- words --- */

static json_t *valid(const char *text)
{
    g_autofree char *made = g_utf8_make_valid(text, -1);
    return json_string(made);
}

static json_t *time_or_null(gint64 time)
{
    g_autofree char *shown = time == POLICY_UNKNOWN ? NULL : plan_time(time);
    return shown == NULL ? json_null() : json_string(shown);
}

static json_t *page_of(const struct mailing *mailing, const struct text *text)
{
    const struct parcel *parcel = mailing->parcel;
    const struct mailing_given *given = mailing->given;
    g_autofree char *id = layout_id(given->layout, parcel->advisory->number);
    g_autofree char *title = text_title(text);
    g_autoptr(GPtrArray) cves = g_ptr_array_new();
    for (guint i = 0; i < text->cves->len; i++)
        g_ptr_array_add(cves, text->cves->pdata[i]);
    g_ptr_array_add(cves, NULL);
    g_autofree char *joined = g_strjoinv(",", (char **)cves->pdata);
    json_t *page = json_object();
    json_object_set_new(page, "project", valid(given->project));
    json_object_set_new(page, "words", valid(given->layout->words));
    json_object_set_new(page, "id", valid(id));
    json_object_set_new(page, "number", valid(parcel->advisory->number));
    json_object_set_new(page, "version", json_integer(parcel->version->version));
    json_object_set_new(page, "title", valid(title));
    json_object_set_new(page, "cves", *joined == '\0' ? json_null() : valid(joined));
    json_object_set_new(page, "public", time_or_null(parcel->advisory->at[POLICY_PUBLIC]));
    json_object_set_new(page, "reason", given->reason == NULL ? json_null() : valid(given->reason));
    json_object_set_new(page, "withdrawn",
                        json_boolean(g_str_equal(parcel->advisory->state, "withdrawn")));
    return page;
}

/* "Subject: x" at the start of *text; moves it past the line. NULL: it begins otherwise. */
static char *take_field(char **text, const char *name)
{
    g_autofree char *head = g_strconcat(name, ":", NULL);
    char *end = strchr(*text, '\n');
    if (!g_str_has_prefix(*text, head) || end == NULL)
        return NULL;
    char *value = g_strstrip(g_strndup(*text + strlen(head), (gsize)(end - *text) - strlen(head)));
    *text = end + 1;
    return value;
}

static bool read_words(struct mailing *mailing, const char *written, GError **error)
{
    g_autofree char *copy = g_strdup(written);
    char *rest = copy;
    bool members = mailing->kind->audience == EMBARGO_MEMBERS;
    mailing->subject = take_field(&rest, "Subject");
    mailing->outer = take_field(&rest, "Outer-Subject");
    if (mailing->subject == NULL || *mailing->subject == '\0' ||
        (members && (mailing->outer == NULL || *mailing->outer == '\0')))
        return fault_raise(error, FAULT_CONFIG, "the template %s must begin with Subject:%s",
                           mailing->kind->template, members ? " and Outer-Subject:" : "");
    while (*rest == '\n')
        rest++;
    if (*rest != '\0')
        mailing->words = g_strdup(rest);
    return mailing->words != NULL || mailing->kind->with_files ||
           fault_raise(error, FAULT_CONFIG, "the template %s has no words",
                       mailing->kind->template);
}

static bool write_words(struct store *desk, struct mailing *mailing, GError **error)
{
    g_autoptr(Text) text = record_load_text(desk, mailing->parcel->version->id, error);
    if (text == NULL)
        return false;
    json_auto_t *page = page_of(mailing, text);
    g_autofree char *written =
        mailing->given->write(mailing->given->user, mailing->kind->template, page, error);
    return written != NULL && read_words(mailing, written, error);
}

static void take_files(struct mailing *mailing)
{
    const struct parcel *parcel = mailing->parcel;
    gsize length = 0;
    const char *text = g_bytes_get_data(parcel->version->signed_bytes, &length);
    mailing->text = g_strndup(text, length);
    mailing->count = parcel->patches->len;
    mailing->files = g_new0(struct mail_file, mailing->count + 1);
    for (guint i = 0; i < mailing->count; i++) {
        const struct record_patch *patch = parcel->patches->pdata[i];
        mailing->files[i] = (struct mail_file){patch->name, patch->bytes};
    }
}

struct mailing *mailing_new(struct store *desk, enum mailing_kind kind, const struct parcel *parcel,
                            const struct mailing_given *given, GError **error)
{
    g_autoptr(Mailing) mailing = g_new0(struct mailing, 1);
    mailing->kind = &kinds[kind];
    mailing->parcel = parcel;
    mailing->given = given;
    if (given->from == NULL) {
        fault_raise(error, FAULT_CONFIG, "barograph.conf names no sender: add from to [mail]");
        return NULL;
    }
    mailing->before = outbox_list(desk, parcel->advisory->number, error);
    if (mailing->before == NULL || !write_words(desk, mailing, error))
        return NULL;
    if (mailing->kind->with_files)
        take_files(mailing);
    return g_steal_pointer(&mailing);
}

static bool check_message(const struct mailing *mailing, GBytes *message, GError **error)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(message, &length);
    return mailing->text == NULL || content_is_frozen(mailing->parcel, bytes, length, error);
}

/* --- one message --- */

static char *new_message_id(const struct mailing *mailing)
{
    g_autofree char *uuid = g_uuid_string_random();
    const char *domain = strchr(mailing->given->from, '@');
    return g_strdup_printf("%s@%s", uuid, domain == NULL ? "localhost" : domain + 1);
}

/* Of the newest earlier version that went there; NULL: none did. */
static const char *earlier_id(const struct mailing *mailing, const char *recipient)
{
    const struct outbox_message *found = NULL;
    for (guint i = 0; i < mailing->before->len; i++) {
        const struct outbox_message *message = mailing->before->pdata[i];
        bool there = message->state != OUTBOX_FAILED && message->state != OUTBOX_QUEUED &&
                     message->version <= mailing->parcel->version->version &&
                     g_str_equal(message->recipient, recipient) &&
                     !(message->version == mailing->parcel->version->version &&
                       g_str_equal(message->kind, mailing->kind->name));
        if (there)
            found = message;
    }
    return found == NULL ? NULL : found->message_id;
}

static void mix(GChecksum *sum, const char *text)
{
    g_autofree char *head =
        text == NULL ? g_strdup("-") : g_strdup_printf("%" G_GSIZE_FORMAT ":", strlen(text));
    g_checksum_update(sum, (const guchar *)head, -1);
    if (text != NULL)
        g_checksum_update(sum, (const guchar *)text, -1);
}

/* Without the moment: it is written ahead. The words of news may have a reason in them that is said
 * once. */
static void note_made_of(const struct mailing *mailing, const struct outbox_message *message,
                         guint8 *ret_digest)
{
    const struct mailing_given *given = mailing->given;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *lists =
        given->lists == NULL || message->member != 0 ? NULL : g_strjoinv(",", given->lists);
    const char *const parts[] = {
        mailing->subject, mailing->outer,   mailing->kind->with_files ? mailing->words : NULL,
        given->from,      given->from_name, lists};
    gsize length = OUTBOX_DIGEST;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        mix(sum, parts[i]);
    g_checksum_get_digest(sum, ret_digest, &length);
}

static struct outbox_message *message_to(const struct mailing *mailing, const char *recipient,
                                         const char *delivery)
{
    struct outbox_message *message = g_new0(struct outbox_message, 1);
    message->kind = g_strdup(mailing->kind->name);
    message->advisory = mailing->parcel->advisory->id;
    message->version = mailing->parcel->version->version;
    message->number = g_strdup(mailing->parcel->advisory->number);
    message->recipient = g_strdup(recipient);
    message->delivery = g_strdup(delivery);
    message->message_id = new_message_id(mailing);
    message->queued_at = mailing->given->now;
    return message;
}

static struct mail_head head_of(const struct mailing *mailing, const struct outbox_message *message,
                                const char *to, const char *subject)
{
    return (struct mail_head){.from_name = mailing->given->from_name,
                              .from = mailing->given->from,
                              .to = to,
                              .subject = subject,
                              .id = message->message_id,
                              .answers = earlier_id(mailing, message->recipient),
                              .date = mailing->given->date};
}

/* What goes inside: the words and, where the version goes with them, its text and files. */
static struct mail_content content_of(const struct mailing *mailing)
{
    if (mailing->text == NULL)
        return (struct mail_content){.text = mailing->words};
    return (struct mail_content){mailing->words, mailing->text, mailing->files, mailing->count};
}

static GBytes *seal(const struct mailing *mailing, const struct outbox_message *message,
                    struct pgp *pgp, GError **error)
{
    const struct mail_content content = content_of(mailing);
    const struct mail_head inner = head_of(mailing, message, message->recipient, mailing->subject);
    const struct mail_head outer = head_of(mailing, message, message->recipient, mailing->outer);
    g_autoptr(GBytes) plain = mail_write_inner(&inner, &content, error);
    if (plain == NULL || !check_message(mailing, plain, error))
        return NULL;
    gsize length = 0, size = 0;
    const void *bytes = g_bytes_get_data(plain, &length);
    g_autofree char *armoured = NULL;
    if (!pgp_encrypt(pgp, message->fingerprint, bytes, length, mailing->given->date, &armoured,
                     &size, error))
        return NULL;
    return mail_write_sealed(&outer, armoured, size, error);
}

/* Over TLS the head travels in logs: the neutral subject is the only one. */
static GBytes *write_plain(const struct mailing *mailing, const struct outbox_message *message,
                           const char *to, const char *subject, GError **error)
{
    const struct mail_content content = content_of(mailing);
    const struct mail_head head = head_of(mailing, message, to, subject);
    g_autoptr(GBytes) bytes = mail_write(&head, &content, error);
    return bytes != NULL && check_message(mailing, bytes, error) ? g_steal_pointer(&bytes) : NULL;
}

static struct outbox_message *make_for_member(const struct mailing *mailing, struct pgp *pgp,
                                              const struct member *member, GError **error)
{
    g_autoptr(OutboxMessage) message =
        message_to(mailing, member->address, member_delivery_name(member->delivery));
    message->member = member->id;
    message->name = g_strdup(member->name);
    message->fingerprint = g_strdup(member->fingerprint);
    note_made_of(mailing, message, message->made_of);
    message->bytes = member->delivery == MEMBER_PGP
                         ? seal(mailing, message, pgp, error)
                         : write_plain(mailing, message, member->address, mailing->outer, error);
    return message->bytes == NULL ? NULL : g_steal_pointer(&message);
}

/* --- all of them --- */

static bool is_this_mailing(const struct mailing *mailing, const struct outbox_message *message)
{
    return message->version == mailing->parcel->version->version &&
           g_str_equal(message->kind, mailing->kind->name);
}

/* One that was refused or came back is no reason not to try another address. */
static bool is_for(const struct outbox_message *message, gint64 member, const char *recipient)
{
    bool lost = message->state == OUTBOX_FAILED || message->state == OUTBOX_BOUNCED;
    return (member != 0 && message->member == member && !lost) ||
           g_ascii_strcasecmp(message->recipient, recipient) == 0;
}

static bool is_there(const struct mailing *mailing, gint64 member, const char *recipient)
{
    for (guint i = 0; i < mailing->before->len; i++) {
        const struct outbox_message *message = mailing->before->pdata[i];
        if (is_this_mailing(mailing, message) && is_for(message, member, recipient))
            return true;
    }
    return false;
}

/* Whether some version of the advisory may have arrived there. */
static bool has_some(const struct mailing *mailing, const struct member *member)
{
    for (guint i = 0; i < mailing->before->len; i++) {
        const struct outbox_message *message = mailing->before->pdata[i];
        if (message->member == member->id && message->state != OUTBOX_FAILED &&
            message->state != OUTBOX_QUEUED)
            return true;
    }
    return false;
}

/* That an embargo ended or an advisory was withdrawn is for those who know of it, also when they
 * are suspended by now, but not when they were removed. */
static bool is_meant(const struct mailing *mailing, const struct member *member)
{
    bool news =
        mailing->kind->with_files && !g_str_equal(mailing->parcel->advisory->state, "withdrawn");
    if (news)
        return member->state == MEMBER_ACTIVE;
    return (member->state == MEMBER_ACTIVE || member->state == MEMBER_SUSPENDED) &&
           has_some(mailing, member);
}

struct queueing {
    struct store *desk;
    struct pgp *pgp;
    const GPtrArray *members;
    const struct mailing_way *way;
    struct mailing_tally *tally;
};

static bool take_message(const struct queueing *queueing, const struct outbox_message *message,
                         GError **error)
{
    bool there = false;
    if (queueing->way->how != MAILING_TRY && !outbox_add(queueing->desk, message, &there, error))
        return false;
    queueing->tally->queued += !there;
    queueing->tally->there += there;
    return queueing->way->made == NULL || queueing->way->made(queueing->way->user, message, error);
}

static void take_failure(const struct queueing *queueing, const struct member *member,
                         const GError *reason)
{
    struct mailing_failure *failure = g_new0(struct mailing_failure, 1);
    failure->name = g_strdup(member->name);
    failure->sentence = fault_sentence(reason);
    g_ptr_array_add(queueing->tally->failures, failure);
}

static bool queue_members(const struct mailing *mailing, const struct queueing *queueing,
                          GError **error)
{
    for (guint i = 0; i < queueing->members->len; i++) {
        const struct member *member = queueing->members->pdata[i];
        g_autoptr(GError) reason = NULL;
        if (!is_meant(mailing, member) || !member_is_on(member, mailing->given->list))
            continue;
        if (is_there(mailing, member->id, member->address)) {
            queueing->tally->there++;
            continue;
        }
        g_autoptr(OutboxMessage) message = make_for_member(mailing, queueing->pgp, member, &reason);
        if (message == NULL)
            take_failure(queueing, member, reason);
        else if (!take_message(queueing, message, error))
            return false;
    }
    return true;
}

/* One mail, whose recipients see each other: they are public. */
static bool queue_lists(const struct mailing *mailing, const struct queueing *queueing,
                        GError **error)
{
    char **lists = mailing->given->lists;
    if (lists == NULL || lists[0] == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "barograph.conf names no lists to announce to: add lists to [mail]");
    g_autofree char *all = g_strjoinv(",", lists);
    g_autoptr(OutboxMessage) first = message_to(mailing, lists[0], "public");
    note_made_of(mailing, first, first->made_of);
    first->bytes = write_plain(mailing, first, all, mailing->subject, error);
    for (char **list = lists; first->bytes != NULL && *list != NULL; list++) {
        g_free(first->recipient);
        g_free(first->name);
        first->recipient = g_strdup(*list);
        first->name = g_strdup(*list);
        if (is_there(mailing, 0, *list))
            queueing->tally->there++;
        else if (!take_message(queueing, first, error))
            return false;
    }
    return first->bytes != NULL;
}

static const struct member *member_of(const GPtrArray *members, gint64 id)
{
    for (guint i = 0; i < members->len; i++) {
        const struct member *member = members->pdata[i];
        if (member->id == id)
            return member;
    }
    return NULL;
}

/* Who it is for is as it was, and may still have it. */
static bool fits_member(const struct mailing *mailing, const struct outbox_message *message,
                        const struct member *member, GError **error)
{
    if (member == NULL)
        return fault_raise(error, FAULT_DATA, "its member is not in the record");
    if (!is_meant(mailing, member))
        return fault_raise(error, FAULT_DATA,
                           member->state == MEMBER_ACTIVE ? "it is not meant for its member by now"
                                                          : "its member is %s by now",
                           member_state_name(member->state));
    const char *other = g_strcmp0(member->address, message->recipient) != 0 ? "has another address"
                        : !g_str_equal(member_delivery_name(member->delivery), message->delivery)
                            ? "gets mail in another way"
                        : g_strcmp0(member->fingerprint, message->fingerprint) != 0
                            ? "has another key"
                            : NULL;
    return other == NULL || fault_raise(error, FAULT_DATA, "its member %s by now", other);
}

static bool fits_lists(const struct mailing *mailing, const struct outbox_message *message,
                       GError **error)
{
    char **lists = mailing->given->lists;
    return (lists != NULL && g_strv_contains((const char *const *)lists, message->recipient)) ||
           fault_raise(error, FAULT_DATA, "it is no list to announce to by now");
}

bool mailing_fits(const struct mailing *mailing, const struct outbox_message *message,
                  const GPtrArray *members, GError **error)
{
    guint8 made_of[OUTBOX_DIGEST];
    bool fits = message->member == 0
                    ? fits_lists(mailing, message, error)
                    : fits_member(mailing, message, member_of(members, message->member), error);
    if (!fits)
        return false;
    note_made_of(mailing, message, made_of);
    return memcmp(made_of, message->made_of, OUTBOX_DIGEST) == 0 ||
           fault_raise(error, FAULT_DATA,
                       "it says what is no longer so: a date, its sender or its words are others "
                       "by now");
}

static bool lies_sealed(const struct mailing *mailing, const struct queueing *queueing,
                        const struct outbox_message *listed)
{
    if (listed->fingerprint == NULL)
        return true;
    g_autoptr(OutboxMessage) message = outbox_read(queueing->desk, listed->id, NULL);
    return message != NULL && content_is_sealed(queueing->pgp, message, mailing->given->date, NULL);
}

/* What lies ready of this mailing, or of an older version that this one takes the place of. */
static bool is_stale(const struct mailing *mailing, const struct outbox_message *message,
                     const struct queueing *queueing)
{
    gint64 version = mailing->parcel->version->version;
    if (!g_str_equal(message->kind, mailing->kind->name) || message->version > version ||
        !outbox_is_untried(message))
        return false;
    return message->version < version || queueing->way->how != MAILING_KEEP ||
           !mailing_fits(mailing, message, queueing->members, NULL) ||
           !lies_sealed(mailing, queueing, message);
}

static bool drop_stale(struct mailing *mailing, const struct queueing *queueing, GError **error)
{
    for (guint i = mailing->before->len; i > 0; i--) {
        const struct outbox_message *message = mailing->before->pdata[i - 1];
        if (!is_stale(mailing, message, queueing))
            continue;
        if (!outbox_drop(queueing->desk, message->id, error))
            return false;
        g_ptr_array_remove_index(mailing->before, i - 1);
    }
    return true;
}

static bool queue_all(struct mailing *mailing, const struct queueing *queueing, GError **error)
{
    if (queueing->way->how != MAILING_TRY && !drop_stale(mailing, queueing, error))
        return false;
    return mailing->kind->audience == EMBARGO_PUBLIC ? queue_lists(mailing, queueing, error)
                                                     : queue_members(mailing, queueing, error);
}

bool mailing_queue(struct store *desk, struct mailing *mailing, struct pgp *pgp,
                   const GPtrArray *members, const struct mailing_way *way,
                   struct mailing_tally *tally, GError **error)
{
    const struct queueing queueing = {desk, pgp, members, way, tally};
    if (way->how != MAILING_TRY && !store_begin(desk, error))
        return false;
    bool done = queue_all(mailing, &queueing, error);
    if (way->how == MAILING_TRY)
        return done;
    if (done && store_commit(desk, error))
        return true;
    store_rollback(desk);
    return false;
}
