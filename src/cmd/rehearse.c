/* barograph rehearse: the whole day against a virtual clock and a server that passes nothing on. */
#include "clock.h"
#include "fault.h"
#include "mailroom.h"
#include "rehearsal.h"
#include "sink.h"

#include <stdio.h>

extern const struct command command_rehearse;

static struct mailroom_given given = {.dry_run = FALSE};
static char *at_option;

static const GOptionEntry options[] = {
    {"at", 0, 0, G_OPTION_ARG_STRING, &at_option,
     "Play it at this time instead of the moments of the record (RFC 3339)", "TIME"},
    {"list", 0, 0, G_OPTION_ARG_STRING, &given.list, "Only the members on this list", "NAME"},
    {"format", 0, 0, G_OPTION_ARG_STRING, &given.format, "How the list is printed (text)",
     "text|md|tsv|csv|json"},
    {NULL}};

static const struct table_column columns[] = {
    {"at", "At", TABLE_KIND_STRING},
    {"advisory", "Advisory", TABLE_KIND_STRING},
    {"version", "Version", TABLE_KIND_INT},
    {"to", "To", TABLE_KIND_STRING},
    {"delivery", "Delivery", TABLE_KIND_STRING},
    {"result", "Result", TABLE_KIND_STRING},
    {"sha256", "SHA-256", TABLE_KIND_STRING},
};

/* One mailing of the day. */
struct act {
    const char *number;
    enum mailing_kind kind;
    gint64 moment; /* POLICY_UNKNOWN: nobody decided it */
    bool ahead;    /* else it has come, and what is left goes now */
};

struct stage {
    struct mailroom *room;
    const struct sink *sink;
    struct table *table;
    guint troubles;
    const struct act *act; /* the one that is played */
    gint64 version;
};

static void add_row(struct stage *stage, gint64 at, const char *to, const char *delivery,
                    const char *result, const char *sum)
{
    g_autofree char *time = at == POLICY_UNKNOWN ? NULL : clock_format_time(at);
    g_autofree char *id = layout_id(stage->room->layout, stage->act->number);
    table_string(stage->table, time);
    table_string(stage->table, id);
    if (stage->version == 0)
        table_none(stage->table);
    else
        table_int(stage->table, stage->version);
    table_string(stage->table, to);
    table_string(stage->table, delivery);
    table_string(stage->table, result);
    table_string(stage->table, sum);
}

static void told(void *user, const struct outbox_message *message, const char *sum,
                 const char *trouble)
{
    struct stage *stage = user;
    g_autofree char *result = g_strconcat("would fail: ", trouble, NULL);
    stage->troubles += trouble != NULL;
    add_row(stage, stage->act->moment, message->name, message->delivery,
            trouble == NULL ? "would go" : result, sum);
}

static const char *audience_words(enum mailing_kind kind)
{
    return kind == MAILING_PUBLIC ? "(the public)" : "(members)";
}

/* One second before, and at the moment: the gate must be shut, then open. */
static bool ask_gate(struct stage *stage, struct rehearsal_given *play, bool *ret_open,
                     GError **error)
{
    const gint64 moments[] = {stage->act->moment - 1, stage->act->moment};
    for (gsize i = stage->act->ahead ? 0 : 1; i < G_N_ELEMENTS(moments); i++) {
        g_autofree char *refusal = NULL;
        play->what.now = moments[i];
        if (!rehearsal_ask(desk_store(stage->room->desk), play, &refusal, error))
            return false;
        g_autofree char *result = refusal == NULL ? g_strdup("the gate is open")
                                                  : g_strconcat("refused: ", refusal, NULL);
        add_row(stage, moments[i], audience_words(stage->act->kind), NULL, result, NULL);
        *ret_open = refusal == NULL;
    }
    stage->troubles += !*ret_open;
    return true;
}

static bool play_act(struct stage *stage, const struct parcel *parcel,
                     const struct mailing *mailing, GError **error)
{
    struct mailroom *room = stage->room;
    struct rehearsal_given play = {.parcel = parcel,
                                   .kind = stage->act->kind,
                                   .mailing = mailing,
                                   .members = room->members,
                                   .server = sink_url(stage->sink),
                                   .from = room->context->home->mail.from,
                                   .told = told,
                                   .user = stage};
    bool open = false;
    play.what = mailroom_parcel(room, stage->act->number, stage->act->kind, 0);
    if (!ask_gate(stage, &play, &open, error))
        return false;
    play.what.now = stage->act->moment;
    return !open || rehearsal_play(desk_store(room->desk), room->pgp, &play, error);
}

static void add_failures(struct stage *stage, const struct mailing_tally *tally)
{
    for (guint i = 0; i < tally->failures->len; i++) {
        const struct mailing_failure *failure = tally->failures->pdata[i];
        g_autofree char *result = g_strconcat("unreachable: ", failure->sentence, NULL);
        add_row(stage, stage->act->moment, failure->name, NULL, result, NULL);
        stage->troubles++;
    }
}

/* Seals what is to be sent, and leaves it in the outbox for the day. */
static bool seal_act(struct stage *stage, struct mailing *mailing, GError **error)
{
    struct mailing_tally tally;
    mailing_tally_init(&tally);
    bool done = mailroom_queue(stage->room, mailing, MAILING_ANEW, &tally, error);
    if (done)
        add_failures(stage, &tally);
    mailing_tally_clear(&tally);
    return done;
}

/* What cannot be played at all is said, and the rest goes on. */
static void play(struct stage *stage, const struct act *act)
{
    struct store *store = desk_store(stage->room->desk);
    g_autoptr(GError) reason = NULL;
    stage->act = act;
    stage->version = 0;
    const struct parcel_given what = mailroom_parcel(stage->room, act->number, act->kind, 0);
    g_autoptr(Parcel) parcel = parcel_pack(store, &what, &reason);
    if (parcel != NULL)
        stage->version = parcel->version->version;
    bool done = parcel != NULL && (act->moment != POLICY_UNKNOWN ||
                                   fault_raise(&reason, FAULT_DATA, "nobody decided its moment"));
    const struct mailing_given written = mailroom_mailing(stage->room, act->moment);
    g_autoptr(Mailing) mailing =
        done ? mailing_new(store, act->kind, parcel, &written, &reason) : NULL;
    done = mailing != NULL && seal_act(stage, mailing, &reason) &&
           play_act(stage, parcel, mailing, &reason);
    if (done)
        return;
    g_autofree char *sentence = fault_sentence(reason);
    g_autofree char *result = g_strconcat("cannot be played: ", sentence, NULL);
    add_row(stage, act->moment, audience_words(act->kind), NULL, result, NULL);
    stage->troubles++;
}

/* --- the day --- */

static int compare_acts(const void *a, const void *b)
{
    const struct act *left = a, *right = b;
    return (left->moment > right->moment) - (left->moment < right->moment);
}

/* What already left is not played again. */
static bool is_over(const struct record_advisory *advisory, enum mailing_kind kind)
{
    bool public = g_str_equal(advisory->state, "public") || g_str_equal(advisory->state, "updated");
    return public ||
           (kind == MAILING_PREDISCLOSURE && g_str_equal(advisory->state, "predisclosed"));
}

static bool add_acts(struct stage *stage, GArray *day, const char *number, gint64 at,
                     GError **error)
{
    static const struct {
        enum mailing_kind kind;
        enum policy_event event;
    } kinds[] = {{MAILING_PREDISCLOSURE, POLICY_PREDISCLOSURE}, {MAILING_PUBLIC, POLICY_PUBLIC}};
    gint64 now = stage->room->context->now;
    g_autoptr(RecordAdvisory) advisory = record_find(desk_store(stage->room->desk), number, error);
    for (gsize i = 0; advisory != NULL && i < G_N_ELEMENTS(kinds); i++) {
        struct act act = {number, kinds[i].kind,
                          at != POLICY_UNKNOWN ? at : advisory->at[kinds[i].event], true};
        if (at == POLICY_UNKNOWN && act.moment != POLICY_UNKNOWN && act.moment <= now) {
            act.moment = now;
            act.ahead = false;
        }
        if (!is_over(advisory, kinds[i].kind))
            g_array_append_val(day, act);
    }
    return advisory != NULL;
}

static bool print(struct stage *stage, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (given.format != NULL && !table_format_parse(given.format, &format, error))
        return false;
    g_autofree char *text = table_format(stage->table, format, stage->room->context->colour);
    fputs(text, stdout);
    return stage->troubles == 0 ||
           fault_raise(error, FAULT_DATA, "the day would not go as it should: %u troubles",
                       stage->troubles);
}

static bool rehearse(struct stage *stage, int argc, char **argv, GError **error)
{
    gint64 at = POLICY_UNKNOWN;
    g_autoptr(GArray) day = g_array_new(FALSE, FALSE, sizeof(struct act));
    if (at_option != NULL && !clock_parse_time(at_option, &at, error))
        return false;
    for (int i = 1; i < argc; i++) {
        const char *number = mailroom_number(stage->room, argv[i], error);
        if (number == NULL || !add_acts(stage, day, number, at, error))
            return false;
    }
    g_array_sort(day, compare_acts);
    g_autoptr(Sink) sink = sink_open(error);
    stage->sink = sink;
    for (guint i = 0; sink != NULL && i < day->len; i++)
        play(stage, &g_array_index(day, struct act, i));
    return sink != NULL && print(stage, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct mailroom room = {0};
    struct stage stage = {.room = &room};
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE, "rehearse which advisories?");
    stage.table = table_new(columns, G_N_ELEMENTS(columns));
    bool done = mailroom_open(&room, context, &given, error) && rehearse(&stage, argc, argv, error);
    table_free(stage.table);
    mailroom_close(&room);
    return done;
}

const struct command command_rehearse = {
    .name = "rehearse",
    .arguments = "N…",
    .summary = "Play the day of disclosure without sending anything",
    .description =
        "Messages are sealed and laid into the outbox, where they stay for the day. Then the\n"
        "clock is set to each moment of the record, the gate is asked one second before and at\n"
        "it, and each message goes to a server of our own that passes nothing on and tells the\n"
        "sum of what arrived. The list says what would go to whom and when, and what would\n"
        "fail; then the exit status is 65. Nothing of it is in the ledger, and no state changes.\n"
        "\n"
        "Examples:\n"
        "  barograph rehearse 501 502 503\n"
        "  barograph rehearse 501 --at 2026-06-16T12:00:00Z",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
