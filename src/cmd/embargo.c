/* barograph embargo: when may it be told? Policies, plans, comparisons, the calendar. */
#include "clock.h"
#include "command.h"
#include "desk.h"
#include "fault.h"
#include "ical.h"
#include "layouts.h"
#include "manuscript.h"
#include "plan.h"
#include "record.h"
#include "resolve_room.h"
#include "simulate.h"
#include "table.h"
#include "take.h"
#include "verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command command_embargo;

static char **policy_option, **date_option;
static char *reports_option, *format_option;
static gboolean each_option, ics_option, notice_option;

static const GOptionEntry options[] = {
    {"policy", 0, 0, G_OPTION_ARG_STRING_ARRAY, &policy_option,
     "plan: let this policy bind, instead of those in the record", "NAME"},
    {"date", 0, 0, G_OPTION_ARG_STRING_ARRAY, &date_option,
     "plan, simulate: take this date, instead of those in the record", "EVENT=TIME"},
    {"reports", 0, 0, G_OPTION_ARG_FILENAME, &reports_option,
     "simulate: past advisories, a line each: name, reported, public, predisclosed", "FILE"},
    {"each", 0, 0, G_OPTION_ARG_NONE, &each_option, "simulate: a row for each advisory", NULL},
    {"notice", 0, 0, G_OPTION_ARG_NONE, &notice_option,
     "watch: draft the notice that the embargo is broken, below security/", NULL},
    {"ics", 0, 0, G_OPTION_ARG_NONE, &ics_option, "calendar: for a calendar program", NULL},
    {"format", 0, 0, G_OPTION_ARG_STRING, &format_option, "How tables are printed (text)",
     "text|md|tsv|csv|json"},
    {NULL}};

/* What every one of these needs. */
struct room {
    struct context *context;
    struct layout *layout;     /* where drafts are */
    GPtrArray *policies;       /* struct policy * */
    struct workdays *workdays; /* the home's holidays */
};

static bool open_room(struct context *context, struct room *room, GError **error)
{
    g_autofree char *folder = g_build_filename(context->home->folder, "policies", NULL);
    g_autofree char *path = g_build_filename(folder, "holidays", NULL);
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    room->context = context;
    if (!g_file_get_contents(path, &text, NULL, &reason) &&
        !g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return fault_raise(error, FAULT_NOINPUT, "%s", reason->message);
    room->policies = policies_load(folder, error);
    room->workdays = room->policies == NULL ? NULL : workdays_parse(text, path, error);
    room->layout = room->workdays == NULL ? NULL
                                          : layouts_load(context->home->templates_path,
                                                         context->home->advisory_prefix, error);
    return room->layout != NULL;
}

static bool print_table(const struct room *room, const struct table *table, GError **error)
{
    enum table_format format = TABLE_TEXT;
    if (format_option != NULL && !table_format_parse(format_option, &format, error))
        return false;
    g_autofree char *text = table_format(table, format, room->context->colour);
    return fputs(text, stdout) >= 0;
}

/* --- policies --- */

static bool list_policies(const struct room *room, GError **error)
{
    static const struct table_column columns[] = {{"name", "Name", TABLE_KIND_STRING},
                                                  {"title", "Title", TABLE_KIND_STRING},
                                                  {"pattern", "Pattern", TABLE_KIND_STRING},
                                                  {"source", "Source", TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < room->policies->len; i++) {
        const struct policy *policy = g_ptr_array_index(room->policies, i);
        table_string(table, policy->name);
        table_string(table, policy->title);
        table_string(table, policy->pattern);
        table_string(table, policy->source);
    }
    return print_table(room, table, error);
}

static void print_line(const char *name, const char *value)
{
    if (value != NULL)
        printf("%-14s %s\n", name, value);
}

static void print_stage(const struct policy_stage *stage)
{
    const struct {
        const char *how;
        const struct span *span;
    } spans[] = {
        {"at least", &stage->shortest}, {"as a rule", &stage->usual}, {"at most", &stage->longest}};
    g_autoptr(GString) text = g_string_new(policy_event_phrase(stage->from[0]));
    for (guint i = 1; i < stage->from_count; i++)
        g_string_append_printf(text, " or %s", policy_event_phrase(stage->from[i]));
    g_string_append_printf(text, " to %s:", policy_event_phrase(stage->to));
    const char *comma = "";
    for (gsize i = 0; i < G_N_ELEMENTS(spans); i++)
        if (spans[i].span->words != NULL) {
            g_string_append_printf(text, "%s %s %s", comma, spans[i].how, spans[i].span->words);
            comma = ",";
        }
    print_line("clock", text->str);
}

static bool show_policy(const struct room *room, const char *name, GError **error)
{
    const struct policy *policy = policies_find(room->policies, name, error);
    if (policy == NULL)
        return false;
    print_line("policy", policy->name);
    print_line("title", policy->title);
    print_line("source", policy->source);
    print_line("audience", policy->audience);
    for (guint i = 0; i < policy->stages->len; i++)
        print_stage(&g_array_index(policy->stages, struct policy_stage, i));
    print_line("may say", policy->may_say);
    print_line("must not say", policy->must_not_say);
    print_line("deployment", policy->deployment);
    print_line("breaks it", policy->breaks);
    print_line("subject", policy->subject_tag);
    print_line("afterwards", policy->after);
    print_line("notes", policy->notes);
    return true;
}

static bool run_policies(const struct room *room, int argc, char **argv, GError **error)
{
    if (argc > 1)
        return fault_raise(error, FAULT_USAGE, "embargo policies takes one name at most");
    return argc == 0 ? list_policies(room, error) : show_policy(room, argv[0], error);
}

/* --- plan --- */

static bool choose_policies(const struct room *room, const struct record_advisory *advisory,
                            GPtrArray *chosen, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (char **name = policy_option; name != NULL && *name != NULL; name++)
        g_ptr_array_add(names, *name);
    for (guint i = 0; policy_option == NULL && advisory != NULL && i < advisory->policies->len; i++)
        g_ptr_array_add(names, g_ptr_array_index(advisory->policies, i));
    for (guint i = 0; i < names->len; i++) {
        const struct policy *policy =
            policies_find(room->policies, g_ptr_array_index(names, i), error);
        if (policy == NULL)
            return false;
        g_ptr_array_add(chosen, (gpointer)(gsize)policy);
    }
    return chosen->len > 0 ||
           fault_raise(error, FAULT_USAGE,
                       "no policy binds it: name one with --policy (embargo policies lists them)");
}

static bool take_dates(gint64 at[POLICY_EVENTS], GError **error)
{
    for (char **date = date_option; date != NULL && *date != NULL; date++) {
        g_auto(GStrv) parts = g_strsplit(*date, "=", 2);
        enum policy_event event = POLICY_EVENTS;
        if (g_strv_length(parts) != 2 || !policy_event_parse(parts[0], &event))
            return fault_raise(error, FAULT_USAGE,
                               "--date is \"%s\": write EVENT=TIME, where EVENT is one of "
                               "discovered, reported, confirmed, fixed, predisclosure, posted, "
                               "wished, public, exploited, leaked",
                               *date);
        if (!clock_parse_time(parts[1], &at[event], error))
            return false;
    }
    return true;
}

static char *days_left(gint64 time, gint64 now)
{
    gint64 days = (time - now) / WORKDAYS_DAY;
    if (time < now)
        return g_strdup("past");
    if (days == 0)
        return g_strdup("today or tomorrow");
    return g_strdup_printf("in %" G_GINT64_FORMAT " day%s", days, days == 1 ? "" : "s");
}

static void print_bound(const char *name, const struct plan_bound *bound)
{
    g_autofree char *time = bound->rule == NULL ? g_strdup("no rule") : plan_time(bound->time);
    printf("  %-9s %s%s%s\n", name, time, bound->rule == NULL ? "" : "  ",
           bound->rule == NULL ? "" : bound->rule);
}

static void print_window(const char *name, const struct plan_window *window, gint64 now)
{
    if (!window->asked)
        return;
    g_autofree char *time = plan_time(window->suggested);
    g_autofree char *left =
        window->suggested == POLICY_UNKNOWN ? NULL : days_left(window->suggested, now);
    if (left == NULL)
        printf("%s: %s\n", name, window->conflict != NULL ? "no moment" : "unknown");
    else
        printf("%s: %s, %s (%s)\n", name, time, left, window->because);
    print_bound("earliest", &window->earliest);
    print_bound("latest", &window->latest);
    if (window->objection != NULL)
        printf("  but       %s\n", window->objection);
}

static void print_plan(const struct plan *plan, gint64 now)
{
    print_window("predisclosure", &plan->predisclosure, now);
    print_window("publication", &plan->publication, now);
    for (guint i = 0; i < plan->milestones->len; i++) {
        const struct plan_milestone *milestone =
            &g_array_index(plan->milestones, struct plan_milestone, i);
        g_autofree char *time = plan_time(milestone->time);
        printf("%s  %s\n", time, milestone->what);
    }
    for (guint i = 0; i < plan->notes->len; i++)
        printf("note: %s\n", (const char *)g_ptr_array_index(plan->notes, i));
}

/* What nobody has frozen yet is as its record.conf says, when it has one. */
static bool look_at_draft(const struct room *room, const struct desk *desk,
                          struct record_advisory *advisory, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(RecordConf) conf =
        g_str_equal(advisory->state, "draft")
            ? manuscript_conf(desk, room->layout, advisory->number, &reason)
            : NULL;
    if (conf != NULL)
        take_look(advisory, conf);
    if (reason == NULL || g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return true;
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
}

/* "501" and "XSA-501" are the same. */
static struct record_advisory *find_advisory(const struct room *room, const char *word,
                                             GError **error)
{
    gsize length = strlen(room->layout->prefix);
    bool prefixed =
        g_ascii_strncasecmp(word, room->layout->prefix, length) == 0 && word[length] == '-';
    g_autoptr(Desk) desk = desk_open(room->context->home->folder, DESK_READ, error);
    g_autoptr(RecordAdvisory) advisory =
        desk == NULL ? NULL
                     : record_find(desk_store(desk), prefixed ? word + length + 1 : word, error);
    if (advisory == NULL || !look_at_draft(room, desk, advisory, error))
        return NULL;
    return g_steal_pointer(&advisory);
}

static bool run_plan(const struct room *room, int argc, char **argv, GError **error)
{
    struct plan_question question;
    g_autoptr(RecordAdvisory) advisory = NULL;
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    plan_question_init(&question);
    if (argc > 1)
        return fault_raise(error, FAULT_USAGE, "embargo plan takes one number at most");
    if (argc == 1 && (advisory = find_advisory(room, argv[0], error)) == NULL)
        return false;
    if (advisory != NULL)
        memcpy(question.at, advisory->at, sizeof question.at);
    if (!choose_policies(room, advisory, chosen, error) || !take_dates(question.at, error))
        return false;
    question.policies = (const struct policy *const *)chosen->pdata;
    question.count = chosen->len;
    question.workdays = room->workdays;
    question.now = room->context->now;
    g_autoptr(Plan) plan = plan_make(&question);
    print_plan(plan, room->context->now);
    const char *conflict = plan->predisclosure.conflict != NULL ? plan->predisclosure.conflict
                                                                : plan->publication.conflict;
    return conflict == NULL || fault_raise(error, FAULT_DATA, "%s", conflict);
}

/* --- simulate --- */

static GArray *read_table(GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    if (g_file_get_contents(reports_option, &text, NULL, &reason))
        return simulate_read(text, reports_option, error);
    fault_raise(error, FAULT_NOINPUT, "%s", reason->message);
    return NULL;
}

/* One that only --date describes. */
static GArray *read_dates(GError **error)
{
    struct simulate_past past = simulate_past(NULL); /* named once it is one */
    if (!take_dates(past.at, error))
        return NULL;
    if (past.at[POLICY_REPORTED] == POLICY_UNKNOWN) {
        fault_raise(error, FAULT_USAGE,
                    "when was it reported? --date reported=2026-05-21T09:00:00Z");
        return NULL;
    }
    if (past.at[POLICY_PUBLIC] != POLICY_UNKNOWN &&
        past.at[POLICY_PUBLIC] < past.at[POLICY_REPORTED]) {
        fault_raise(error, FAULT_USAGE, "it was public before it was reported");
        return NULL;
    }
    GArray *pasts = simulate_pasts();
    past.name = g_strdup("(--date)");
    g_array_append_val(pasts, past);
    return pasts;
}

static bool is_past(const struct record_advisory *advisory, gint64 now)
{
    gint64 reported = advisory->at[POLICY_REPORTED], public = advisory->at[POLICY_PUBLIC];
    return reported != POLICY_UNKNOWN && public != POLICY_UNKNOWN && public <= now &&
           reported <= public;
}

/* Those of the record that are public, and whose report has a date. */
static GArray *read_record(const struct room *room, GError **error)
{
    g_autoptr(Desk) desk = desk_open(room->context->home->folder, DESK_READ, error);
    g_autoptr(GPtrArray) all = desk == NULL ? NULL : record_advisories(desk_store(desk), error);
    if (all == NULL)
        return NULL;
    g_autoptr(GArray) pasts = simulate_pasts();
    for (guint i = 0; i < all->len; i++) {
        const struct record_advisory *advisory = all->pdata[i];
        if (!is_past(advisory, room->context->now))
            continue;
        g_autofree char *name =
            g_strdup_printf("%s-%s", room->context->home->advisory_prefix, advisory->number);
        struct simulate_past past = simulate_past(name);
        memcpy(past.at, advisory->at, sizeof past.at);
        g_array_append_val(pasts, past);
    }
    if (pasts->len == 0) {
        fault_raise(error, FAULT_DATA,
                    "no advisory of the record is public and has the dates reported and public: "
                    "set them, or name a table with --reports");
        return NULL;
    }
    if (pasts->len < all->len && room->context->verbosity >= 0)
        fprintf(stderr, "barograph: %u of the record's %u advisories are past, with both dates\n",
                pasts->len, all->len);
    return g_steal_pointer(&pasts);
}

static bool run_simulate(const struct room *room, int argc, char **argv, GError **error)
{
    g_autoptr(GPtrArray) chosen = g_ptr_array_new();
    if (argc == 0 || (reports_option != NULL && date_option != NULL))
        return fault_raise(error, FAULT_USAGE,
                           "simulate which policies (embargo policies lists them)? over the "
                           "record, a table (--reports) or one advisory (--date)");
    for (int i = 0; i < argc; i++) {
        const struct policy *policy = policies_find(room->policies, argv[i], error);
        if (policy == NULL)
            return false;
        g_ptr_array_add(chosen, (gpointer)(gsize)policy);
    }
    g_autoptr(GArray) past = reports_option != NULL ? read_table(error)
                             : date_option != NULL  ? read_dates(error)
                                                    : read_record(room, error);
    if (past == NULL)
        return false;
    g_autoptr(Table) table = simulate_table(chosen, past, room->workdays, each_option);
    return print_table(room, table, error);
}

/* --- calendar --- */

struct coming {
    gint64 time;
    char *id;   /* "XSA-501" */
    char *what; /* "predisclosure", "publication" */
};

static void coming_clear(gpointer pointer)
{
    struct coming *coming = pointer;
    g_free(coming->id);
    g_free(coming->what);
}

static int compare_coming(const void *a, const void *b)
{
    const struct coming *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    int order = strcmp(left->id, right->id);
    return order != 0 ? order : strcmp(left->what, right->what);
}

static void add_coming(const struct room *room, const struct record_advisory *advisory,
                       GArray *found)
{
    static const enum policy_event events[] = {POLICY_PREDISCLOSURE, POLICY_PUBLIC};
    for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
        gint64 time = advisory->at[events[i]];
        if (time == POLICY_UNKNOWN || time < room->context->now ||
            g_str_equal(advisory->state, "withdrawn"))
            continue;
        struct coming coming = {
            time, g_strdup_printf("%s-%s", room->context->home->advisory_prefix, advisory->number),
            g_strdup(policy_event_phrase(events[i]))};
        g_array_append_val(found, coming);
    }
}

/* One record.conf that cannot be read hides no other advisory. */
static GArray *gather(const struct room *room, GError **error)
{
    g_autoptr(Desk) desk = desk_open(room->context->home->folder, DESK_READ, error);
    g_autoptr(GPtrArray) all = desk == NULL ? NULL : record_advisories(desk_store(desk), error);
    if (all == NULL)
        return NULL;
    GArray *found = g_array_new(FALSE, FALSE, sizeof(struct coming));
    g_array_set_clear_func(found, coming_clear);
    for (guint i = 0; i < all->len; i++) {
        g_autoptr(GError) reason = NULL;
        if (!look_at_draft(room, desk, all->pdata[i], &reason))
            fprintf(stderr, "barograph: its dates are those of the record: %s\n", reason->message);
        add_coming(room, all->pdata[i], found);
    }
    g_array_sort(found, compare_coming);
    return found;
}

static void print_ics(const GArray *coming, gint64 now)
{
    g_autofree struct ical_event *events = g_new0(struct ical_event, coming->len);
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < coming->len; i++) {
        const struct coming *one = &g_array_index(coming, struct coming, i);
        char *uid = g_strdup_printf("%s-%s@barograph", one->id, one->what);
        char *summary = g_strdup_printf("%s: %s", one->id, one->what);
        g_ptr_array_add(texts, uid);
        g_ptr_array_add(texts, summary);
        events[i] = (struct ical_event){
            .uid = uid, .time = one->time, .summary = summary, .alarm_minutes = 60};
    }
    g_autofree char *text = ical_format(events, coming->len, now);
    fputs(text, stdout);
}

static bool run_calendar(const struct room *room, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {{"time", "When", TABLE_KIND_STRING},
                                                  {"left", "Left", TABLE_KIND_STRING},
                                                  {"advisory", "Advisory", TABLE_KIND_STRING},
                                                  {"what", "What", TABLE_KIND_STRING}};
    (void)argv;
    if (argc > 0)
        return fault_raise(error, FAULT_USAGE, "embargo calendar takes no arguments");
    g_autoptr(GArray) coming = gather(room, error);
    if (coming == NULL)
        return false;
    if (ics_option) {
        print_ics(coming, room->context->now);
        return true;
    }
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < coming->len; i++) {
        const struct coming *one = &g_array_index(coming, struct coming, i);
        g_autofree char *time = plan_time(one->time);
        g_autofree char *left = days_left(one->time, room->context->now);
        table_string(table, time);
        table_string(table, left);
        table_string(table, one->id);
        table_string(table, one->what);
    }
    return print_table(room, table, error);
}

/* --- watch --- */

static bool run_watch(const struct room *room, int argc, char **argv, GError **error)
{
    (void)argv;
    if (argc > 0)
        return fault_raise(error, FAULT_USAGE, "embargo watch takes no arguments");
    return embargo_watch(room->context, room->layout, notice_option, format_option, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    static const struct {
        const char *name;
        bool (*run)(const struct room *room, int argc, char **argv, GError **error);
    } verbs[] = {{"policies", run_policies},
                 {"plan", run_plan},
                 {"simulate", run_simulate},
                 {"calendar", run_calendar},
                 {"watch", run_watch}};
    struct room room = {0};
    gsize verb = 0;
    if (!verbs_find(VERBS(verbs), argc, argv, &verb, error))
        return false;
    bool done =
        open_room(context, &room, error) && verbs[verb].run(&room, argc - 2, argv + 2, error);
    g_clear_pointer(&room.policies, g_ptr_array_unref);
    workdays_free(room.workdays);
    layout_free(room.layout);
    return done;
}

const struct command command_embargo = {
    .name = "embargo",
    .arguments = "policies [NAME]|plan [N]|simulate POLICY…|calendar|watch",
    .summary = "When may it be told, by which policy?",
    .description =
        "policies lists the disclosure policies, or shows one. plan finds the moments for\n"
        "members and for the public, the rule that binds at each end, or the conflict.\n"
        "simulate compares policies over past advisories, of the record or of a table, or over\n"
        "one that --date describes: how long members and everybody would have waited.\n"
        "calendar lists what comes. watch looks in the branches that were mined, which should be\n"
        "public ones and freshly fetched, for patches and numbers of what is still under embargo,\n"
        "and exits with 1 when it finds any. Times are RFC 3339 with a zone.\n"
        "\n"
        "Examples:\n"
        "  barograph embargo policies linux-distros\n"
        "  barograph embargo plan 501\n"
        "  barograph embargo plan --policy xen --policy linux-distros \\\n"
        "      --date reported=2026-05-21T09:00:00Z --date wished=2026-08-31T12:00:00Z\n"
        "  barograph embargo simulate xen linux-distros\n"
        "  barograph embargo simulate xen kubernetes --date reported=2026-05-21T09:00:00Z\n"
        "  barograph embargo calendar --ics > embargo.ics\n"
        "  barograph mine --fetch && barograph embargo watch --notice",
    .needs = NEEDS_HOME,
    .options = options,
    .run = run,
};
