#include "simulate.h"

#include "clock.h"
#include "fault.h"

static void past_clear(gpointer pointer)
{
    g_free(((struct simulate_past *)pointer)->name);
}

struct simulate_past simulate_past(const char *name)
{
    struct simulate_past past = {.name = g_strdup(name)};
    for (guint event = 0; event < POLICY_EVENTS; event++)
        past.at[event] = POLICY_UNKNOWN;
    return past;
}

GArray *simulate_pasts(void)
{
    GArray *pasts = g_array_new(FALSE, FALSE, sizeof(struct simulate_past));
    g_array_set_clear_func(pasts, past_clear);
    return pasts;
}

static bool read_line(const char *line, guint number, const char *file, GArray *past,
                      GError **error)
{
    g_auto(GStrv) fields = g_strsplit(line, "\t", -1);
    guint count = g_strv_length(fields);
    struct simulate_past row = simulate_past(NULL);
    if (count < 3 || count > 4 || !clock_parse_time(fields[1], &row.at[POLICY_REPORTED], NULL) ||
        !clock_parse_time(fields[2], &row.at[POLICY_PUBLIC], NULL) ||
        (count == 4 && !clock_parse_time(fields[3], &row.at[POLICY_PREDISCLOSURE], NULL)))
        return fault_raise(error, FAULT_DATA,
                           "%s, line %u: write a name, when it was reported, when it was public "
                           "and, if it was, predisclosed, with tabs between; times such as "
                           "2018-06-01T12:00:00Z",
                           file, number);
    if (row.at[POLICY_PUBLIC] < row.at[POLICY_REPORTED])
        return fault_raise(error, FAULT_DATA, "%s, line %u: it was public before it was reported",
                           file, number);
    row.name = g_strdup(fields[0]);
    g_array_append_val(past, row);
    return true;
}

GArray *simulate_read(const char *text, const char *file, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_autoptr(GArray) past = simulate_pasts();
    for (guint i = 0; lines[i] != NULL; i++)
        if (*g_strchomp(lines[i]) != '\0' && *lines[i] != '#' &&
            !read_line(lines[i], i + 1, file, past, error))
            return NULL;
    if (past->len > 0)
        return g_steal_pointer(&past);
    fault_raise(error, FAULT_DATA, "%s names no past advisory", file);
    return NULL;
}

static struct simulate_replay in_fact(const struct simulate_past *past)
{
    gint64 reported = past->at[POLICY_REPORTED], public = past->at[POLICY_PUBLIC];
    gint64 told = past->at[POLICY_PREDISCLOSURE];
    gint64 members = told != POLICY_UNKNOWN ? told : public;
    if (public == POLICY_UNKNOWN)
        return (struct simulate_replay){told, public, 0, 0, 0};
    return (struct simulate_replay){told, public, members - reported, public - reported,
                                    public - members};
}

/* What a policy would have been told; what it would have decided is left to it. */
static void ask(struct plan_question *question, const struct simulate_past *past)
{
    static const enum policy_event told[] = {POLICY_DISCOVERED, POLICY_CONFIRMED, POLICY_FIXED};
    question->at[POLICY_REPORTED] = past->at[POLICY_REPORTED];
    question->at[POLICY_WISHED] = past->at[POLICY_WISHED];
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++) {
        gint64 known = past->at[told[i]];
        question->at[told[i]] = known != POLICY_UNKNOWN ? known : past->at[POLICY_REPORTED];
    }
}

struct simulate_replay simulate_replay(const struct policy *policy,
                                       const struct simulate_past *past,
                                       const struct workdays *workdays)
{
    struct plan_question question;
    struct simulate_replay replay = {POLICY_UNKNOWN, POLICY_UNKNOWN, 0, 0, 0};
    if (policy == NULL)
        return in_fact(past);
    plan_question_init(&question);
    question.policies = &policy;
    question.count = 1;
    question.workdays = workdays;
    ask(&question, past);
    g_autoptr(Plan) plan = plan_make(&question);
    replay.publication = plan->publication.suggested;
    replay.predisclosure = plan->predisclosure.suggested;
    if (replay.publication == POLICY_UNKNOWN)
        return replay;
    replay.everybody = replay.members = replay.publication - past->at[POLICY_REPORTED];
    if (replay.predisclosure != POLICY_UNKNOWN) {
        replay.members = replay.predisclosure - past->at[POLICY_REPORTED];
        replay.head_start = replay.publication - replay.predisclosure;
    }
    return replay;
}

static double in_days(gint64 seconds)
{
    return (double)seconds / WORKDAYS_DAY;
}

static int compare_reals(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void add_middle_and_most(struct table *table, GArray *values)
{
    guint count = values->len;
    if (count == 0) {
        table_none(table);
        table_none(table);
        return;
    }
    g_array_sort(values, compare_reals);
    double low = g_array_index(values, double, (count - 1) / 2);
    double high = g_array_index(values, double, count / 2);
    table_real(table, (low + high) / 2);
    table_real(table, g_array_index(values, double, count - 1));
}

static const char *name_of(const struct policy *policy)
{
    return policy == NULL ? "(in fact)" : policy->name;
}

static void add_summary(struct table *table, const struct policy *policy, const GArray *past,
                        const struct workdays *workdays)
{
    enum { WAITS = 3 };
    GArray *waits[WAITS];
    for (guint i = 0; i < WAITS; i++)
        waits[i] = g_array_new(FALSE, FALSE, sizeof(double));
    for (guint i = 0; i < past->len; i++) {
        struct simulate_replay replay =
            simulate_replay(policy, &g_array_index(past, struct simulate_past, i), workdays);
        double days[WAITS] = {in_days(replay.members), in_days(replay.everybody),
                              in_days(replay.head_start)};
        for (guint j = 0; j < WAITS && replay.publication != POLICY_UNKNOWN; j++)
            g_array_append_val(waits[j], days[j]);
    }
    table_string(table, name_of(policy));
    table_int(table, waits[0]->len);
    for (guint i = 0; i < WAITS; i++) {
        add_middle_and_most(table, waits[i]);
        g_array_unref(waits[i]);
    }
}

static void add_moment(struct table *table, gint64 time)
{
    g_autofree char *text = plan_time(time);
    table_string(table, time == POLICY_UNKNOWN ? NULL : text);
}

static void add_each(struct table *table, const struct policy *policy, const GArray *past,
                     const struct workdays *workdays)
{
    for (guint i = 0; i < past->len; i++) {
        const struct simulate_past *row = &g_array_index(past, struct simulate_past, i);
        struct simulate_replay replay = simulate_replay(policy, row, workdays);
        table_string(table, row->name);
        table_string(table, name_of(policy));
        add_moment(table, replay.predisclosure);
        add_moment(table, replay.publication);
        const gint64 waits[] = {replay.members, replay.everybody, replay.head_start};
        for (gsize j = 0; j < G_N_ELEMENTS(waits); j++)
            if (replay.publication == POLICY_UNKNOWN)
                table_none(table);
            else
                table_real(table, in_days(waits[j]));
    }
}

static const struct table_column summary_columns[] = {
    {"policy", "Policy", TABLE_KIND_STRING},
    {"advisories", "Advisories", TABLE_KIND_INT},
    {"members_median", "Members wait: median", TABLE_KIND_REAL},
    {"members_most", "Most", TABLE_KIND_REAL},
    {"public_median", "Public waits: median", TABLE_KIND_REAL},
    {"public_most", "Most", TABLE_KIND_REAL},
    {"ahead_median", "Members ahead: median", TABLE_KIND_REAL},
    {"ahead_most", "Most", TABLE_KIND_REAL}};

static const struct table_column each_columns[] = {
    {"advisory", "Advisory", TABLE_KIND_STRING},
    {"policy", "Policy", TABLE_KIND_STRING},
    {"predisclosure", "Predisclosure", TABLE_KIND_STRING},
    {"publication", "Publication", TABLE_KIND_STRING},
    {"members", "Members wait", TABLE_KIND_REAL},
    {"public", "Public waits", TABLE_KIND_REAL},
    {"ahead", "Members ahead", TABLE_KIND_REAL}};

struct table *simulate_table(const GPtrArray *policies, const GArray *past,
                             const struct workdays *workdays, bool each)
{
    struct table *table = each ? table_new(each_columns, G_N_ELEMENTS(each_columns))
                               : table_new(summary_columns, G_N_ELEMENTS(summary_columns));
    for (guint i = 0; i <= policies->len; i++) {
        const struct policy *policy = i == 0 ? NULL : g_ptr_array_index(policies, i - 1);
        (each ? add_each : add_summary)(table, policy, past, workdays);
    }
    return table;
}
