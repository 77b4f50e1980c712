#include "policy.h"

#include "clock.h"
#include "fault.h"
#include "ical.h"
#include "plan.h"
#include "simulate.h"

#include <glib/gstdio.h>
#include <string.h>

static gint64 when(const char *text)
{
    gint64 time = 0;
    g_assert_true(clock_parse_time(text, &time, NULL));
    return time;
}

static void assert_time(gint64 time, const char *expected)
{
    g_autofree char *shown = plan_time(time);
    g_assert_cmpstr(shown, ==, expected);
}

/* --- working days --- */

static gint64 later(const char *span_text, const char *from, const struct workdays *workdays)
{
    struct span span = {0};
    g_assert_true(span_parse(span_text, &span, NULL));
    gint64 time = span_after(&span, when(from), workdays);
    span_clear(&span);
    return time;
}

static gint64 earlier(const char *span_text, const char *from, const struct workdays *workdays)
{
    struct span span = {0};
    g_assert_true(span_parse(span_text, &span, NULL));
    gint64 time = span_before(&span, when(from), workdays);
    span_clear(&span);
    return time;
}

static void spans_of_the_calendar(void)
{
    assert_time(later("14 days", "2026-06-02T12:00:00Z", NULL), "Tue 2026-06-16 12:00 UTC");
    assert_time(later("48 hours", "2026-06-02T12:00:30Z", NULL), "Thu 2026-06-04 12:00:30 UTC");
    assert_time(later("3 weeks", "2024-02-20T00:00:00Z", NULL), "Tue 2024-03-12 00:00 UTC");
    assert_time(later("2 months", "2025-12-31T08:00:00Z", NULL), "Sat 2026-02-28 08:00 UTC");
    assert_time(earlier("1 week", "2026-01-01T00:00:00Z", NULL), "Thu 2025-12-25 00:00 UTC");
}

static void spans_of_working_days(void)
{
    g_autoptr(Workdays) holidays =
        workdays_parse("# closed\n2026-12-25  # Christmas\n2026-12-28\n\n2027-01-01\n", "h", NULL);
    g_assert_nonnull(holidays);
    assert_time(later("2 working weeks", "2026-06-02T12:00:00Z", NULL), "Tue 2026-06-16 12:00 UTC");
    assert_time(later("2 working weeks", "2026-12-22T12:00:00Z", holidays),
                "Fri 2027-01-08 12:00 UTC");
    assert_time(later("1 working day", "2026-12-24T12:00:00Z", holidays),
                "Tue 2026-12-29 12:00 UTC");
    /* A weekend counts from its end, whatever its hour; backwards from its beginning. */
    assert_time(later("1 working week", "2026-06-06T09:00:00Z", NULL), "Mon 2026-06-15 00:00 UTC");
    assert_time(later("1 working week", "2026-06-07T23:00:00Z", NULL), "Mon 2026-06-15 00:00 UTC");
    assert_time(earlier("1 working day", "2026-06-07T23:00:00Z", NULL), "Fri 2026-06-05 00:00 UTC");
    assert_time(earlier("2 working weeks", "2026-06-16T12:00:00Z", NULL),
                "Tue 2026-06-02 12:00 UTC");
}

static void bad_spans_and_holidays_are_refused(void)
{
    static const char *const wrong[] = {
        "",          "14",        "days",     "two weeks",  "-1 days", "3 working months",
        "9999 days", "999 weeks", "14  days", "1 fortnight"};
    g_autoptr(GError) error = NULL;
    struct span span = {0};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(span_parse(wrong[i], &span, NULL));
    g_assert_null(workdays_parse("2026-12-25\n25.12.2026\n", "holidays", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    g_assert_nonnull(strstr(error->message, "line 2"));
}

/* --- policies --- */

static void shipped_policies_are_read(void)
{
    static const char *const names[] = {"curl",          "dpdk",         "envoy", "kubernetes",
                                        "linux-distros", "linux-kernel", "ocert", "xen"};
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) policies = policies_load(NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(policies->len, ==, G_N_ELEMENTS(names));
    for (guint i = 0; i < policies->len; i++) {
        const struct policy *policy = g_ptr_array_index(policies, i);
        g_assert_cmpstr(policy->name, ==, names[i]);
        g_assert_true(g_str_has_prefix(policy->source, "http"));
    }
    const struct policy *xen = policies_find(policies, "xen", &error);
    g_assert_true(xen->discoverer_wins);
    g_assert_cmpstr(xen->deployment, ==, "per-advisory");
    const struct policy *distros = policies_find(policies, "linux-distros", &error);
    g_assert_cmpstr(distros->subject_tag, ==, "[vs]");
    g_assert_null(policies_find(policies, "xne", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
    g_assert_nonnull(strstr(error->message, "did you mean xen"));
}

static void a_home_adds_and_overrides(void)
{
    g_autofree char *folder = g_dir_make_tmp("policies-XXXXXX", NULL);
    g_autofree char *own = g_build_filename(folder, "own.conf", NULL);
    g_autofree char *xen = g_build_filename(folder, "xen.conf", NULL);
    g_autofree char *other = g_build_filename(folder, "holidays", NULL);
    g_autoptr(GError) error = NULL;
    g_file_set_contents(own, "[policy]\ntitle=Own\nsource=here\n", -1, NULL);
    g_file_set_contents(xen, "[policy]\ntitle=Ours\nsource=here\n", -1, NULL);
    g_file_set_contents(other, "2026-12-25\n", -1, NULL);
    g_autoptr(GPtrArray) policies = policies_load(folder, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(policies->len, ==, 9);
    g_assert_cmpstr(policies_find(policies, "xen", NULL)->title, ==, "Ours");
    g_assert_nonnull(policies_find(policies, "own", NULL));
    g_unlink(own);
    g_unlink(xen);
    g_unlink(other);
    g_rmdir(folder);
}

static void mistakes_are_named(void)
{
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"title = x", "policy p: "},
        {"[policy]\ntitle = x", "needs a title and a source"},
        {"[polcy]\ntitle = x", "nobody knows the group [polcy]"},
        {"[policy]\ntitel = x", "did you mean title"},
        {"[policy]\ntitle=x\nsource=y\n[stage a]\nto=public", "which event starts it"},
        {"[policy]\ntitle=x\nsource=y\n[stage a]\nfrom=easter\nto=public", "\"easter\""},
        {"[policy]\ntitle=x\nsource=y\n[stage a]\nfrom=reported\nto=reported", "it is one of"},
        {"[policy]\ntitle=x\nsource=y\n[stage a]\nfrom=reported\nto=public\nlongest=a while",
         "\"a while\""},
        {"[policy]\ntitle=x\nsource=y\n[stage a]\nfrom=reported\nto=public\nexception=3 days",
         "need each other"},
        {"[policy]\ntitle=x\nsource=y\n[moment]\navoid=Friday", "\"Friday\""},
        {"[policy]\ntitle=x\nsource=y\n[moment]\nhour=noon", "\"noon\""},
        {"[policy]\ntitle=x\nsource=y\n[moment]\nhour=24:00", "\"24:00\""},
        {"[policy]\ntitle=x\nsource=y\n[moment]\navoid-hours=22:00-06:00", "22:00-06:00"},
        {"[policy]\ntitle=x\nsource=y\n[rules]\npublic-now=reported", "exploited or leaked"},
        {"[policy]\ntitle=x\nsource=y\n[rules]\ndiscoverer=loses", "wins"},
        {"[policy]\ntitle=x\nsource=y\n[before]\ndance=1 day", "\"dance\""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(policy_parse("p", wrong[i].text, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
        if (strstr(error->message, wrong[i].says) == NULL)
            g_error("\"%s\" does not say \"%s\"", error->message, wrong[i].says);
    }
}

static void what_is_avoided(void)
{
    g_autoptr(Policy) policy = policy_parse("p",
                                            "[policy]\ntitle=x\nsource=y\n[moment]\n"
                                            "avoid=Fri;holidays;quarter-end\n"
                                            "avoid-hours=00:00-07:00;20:00-24:00\n",
                                            NULL);
    g_autoptr(Workdays) holidays = workdays_parse("2026-05-25\n", "h", NULL);
    g_assert_cmpstr(policy_avoids(policy, when("2026-06-05T12:00:00Z"), NULL), ==, "a Friday");
    g_assert_cmpstr(policy_avoids(policy, when("2026-05-25T12:00:00Z"), holidays), ==, "a holiday");
    g_assert_cmpstr(policy_avoids(policy, when("2026-06-24T12:00:00Z"), holidays), ==,
                    "the end of a quarter");
    g_assert_null(policy_avoids(policy, when("2026-06-23T12:00:00Z"), holidays));
    g_assert_null(policy_avoids(policy, when("2026-03-24T07:00:00Z"), holidays));
    g_assert_cmpstr(policy_avoids(policy, when("2026-06-23T06:59:59Z"), holidays), ==,
                    "an hour to avoid");
    g_assert_cmpstr(policy_avoids(policy, when("2026-06-23T23:59:59Z"), holidays), ==,
                    "an hour to avoid");
}

/* --- plans --- */

struct fixture {
    GPtrArray *all, *chosen;
    struct plan_question question;
};

static void set_up(struct fixture *fixture, const void *names)
{
    g_auto(GStrv) list = g_strsplit(names, " ", -1);
    fixture->all = policies_load(NULL, NULL);
    fixture->chosen = g_ptr_array_new();
    for (char **name = list; *name != NULL; name++)
        for (guint i = 0; i < fixture->all->len; i++) {
            struct policy *policy = g_ptr_array_index(fixture->all, i);
            if (g_str_equal(policy->name, *name))
                g_ptr_array_add(fixture->chosen, policy);
        }
    plan_question_init(&fixture->question);
    fixture->question.policies = (const struct policy *const *)fixture->chosen->pdata;
    fixture->question.count = fixture->chosen->len;
}

static void tear_down(struct fixture *fixture, const void *names)
{
    (void)names;
    g_ptr_array_unref(fixture->chosen);
    g_ptr_array_unref(fixture->all);
}

static void xen_alone(struct fixture *fixture, const void *names)
{
    (void)names;
    fixture->question.at[POLICY_REPORTED] = when("2026-05-21T09:13:22Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    g_assert_null(plan->predisclosure.conflict);
    /* A working week after the Thursday, drawn to the Tuesday at noon before. */
    assert_time(plan->predisclosure.suggested, "Tue 2026-05-26 12:00 UTC");
    assert_time(plan->publication.earliest.time, "Tue 2026-06-09 12:00 UTC");
    g_assert_cmpstr(plan->publication.earliest.rule, ==,
                    "xen: at least 2 working weeks from the suggested predisclosure (Tue "
                    "2026-05-26 12:00 UTC)");
    g_assert_true(plan->publication.latest.time == PLAN_NEVER);
    assert_time(plan->publication.suggested, "Tue 2026-06-09 12:00 UTC");
    const struct plan_milestone *known = &g_array_index(plan->milestones, struct plan_milestone, 0);
    assert_time(known->time, "Tue 2026-05-26 12:00 UTC");
    g_assert_nonnull(strstr(known->what, "send what is known"));
}

static void two_policies_meet(struct fixture *fixture, const void *names)
{
    (void)names;
    fixture->question.at[POLICY_REPORTED] = when("2026-05-21T09:00:00Z");
    fixture->question.at[POLICY_PREDISCLOSURE] = when("2026-06-02T12:00:00Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    assert_time(plan->publication.earliest.time, "Tue 2026-06-16 12:00 UTC");
    assert_time(plan->publication.latest.time, "Tue 2026-06-16 12:00 UTC");
    g_assert_true(g_str_has_prefix(plan->publication.earliest.rule, "xen: at least"));
    g_assert_true(g_str_has_prefix(plan->publication.latest.rule, "linux-distros: at most"));
    assert_time(plan->publication.suggested, "Tue 2026-06-16 12:00 UTC");
    assert_time(plan->predisclosure.suggested, "Tue 2026-06-02 12:00 UTC");
    g_assert_cmpstr(plan->predisclosure.because, ==, "as planned");
}

static void a_holiday_parts_them(struct fixture *fixture, const void *names)
{
    (void)names;
    g_autoptr(Workdays) holidays = workdays_parse("2026-06-11\n", "h", NULL);
    fixture->question.workdays = holidays;
    fixture->question.at[POLICY_PREDISCLOSURE] = when("2026-06-02T12:00:00Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    g_assert_true(plan->publication.suggested == POLICY_UNKNOWN);
    g_assert_cmpstr(plan->publication.conflict, ==,
                    "there is no moment for publication: xen: at least 2 working weeks from "
                    "predisclosure (Tue 2026-06-02 12:00 UTC), that is not before Wed 2026-06-17 "
                    "12:00 UTC, but linux-distros: at most 14 days from predisclosure (Tue "
                    "2026-06-02 12:00 UTC), that is not after Tue 2026-06-16 12:00 UTC");
    /* A later post there mends it. */
    fixture->question.at[POLICY_POSTED] = when("2026-06-03T12:00:00Z");
    g_autoptr(Plan) mended = plan_make(&fixture->question);
    g_assert_null(mended->publication.conflict);
    assert_time(mended->publication.suggested, "Wed 2026-06-17 12:00 UTC");
}

static void ninety_days_are_refused(struct fixture *fixture, const void *names)
{
    (void)names;
    fixture->question.at[POLICY_PREDISCLOSURE] = when("2026-06-02T12:00:00Z");
    fixture->question.at[POLICY_WISHED] = when("2026-08-31T12:00:00Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    g_assert_nonnull(plan->publication.conflict);
    g_assert_nonnull(strstr(plan->publication.conflict, "xen: the discoverer's date wins"));
    g_assert_nonnull(strstr(plan->publication.conflict, "linux-distros: at most 14 days"));
}

static void the_discoverers_date_wins(struct fixture *fixture, const void *names)
{
    (void)names;
    fixture->question.at[POLICY_PREDISCLOSURE] = when("2026-06-02T12:00:00Z");
    fixture->question.at[POLICY_WISHED] = when("2026-06-05T17:00:00Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    g_assert_null(plan->publication.conflict);
    assert_time(plan->publication.suggested, "Fri 2026-06-05 17:00 UTC");
    g_assert_cmpstr(plan->publication.because, ==, "as the discoverer wishes");
    fixture->question.at[POLICY_WISHED] = when("2026-08-31T12:00:00Z");
    g_autoptr(Plan) longer = plan_make(&fixture->question);
    assert_time(longer->publication.suggested, "Mon 2026-08-31 12:00 UTC");
}

static void exploited_means_now(struct fixture *fixture, const void *names)
{
    (void)names;
    fixture->question.at[POLICY_PREDISCLOSURE] = when("2026-06-02T12:00:00Z");
    fixture->question.at[POLICY_PUBLIC] = when("2026-06-16T12:00:00Z");
    fixture->question.at[POLICY_EXPLOITED] = when("2026-06-06T03:00:00Z");
    fixture->question.now = when("2026-06-06T08:30:00Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    assert_time(plan->publication.suggested, "Sat 2026-06-06 08:30 UTC");
    g_assert_cmpstr(plan->publication.latest.rule, ==,
                    "xen: the first attack seen ends the embargo: public now");
}

static void a_planned_moment_is_examined(struct fixture *fixture, const void *names)
{
    (void)names;
    fixture->question.at[POLICY_PREDISCLOSURE] = when("2026-06-02T12:00:00Z");
    fixture->question.at[POLICY_PUBLIC] = when("2026-06-16T12:00:01Z");
    g_autoptr(Plan) late = plan_make(&fixture->question);
    g_assert_cmpstr(late->publication.objection, ==,
                    "the planned moment Tue 2026-06-16 12:00:01 UTC is too late: linux-distros: at "
                    "most 14 days from predisclosure (Tue 2026-06-02 12:00 UTC)");
    assert_time(late->publication.suggested, "Tue 2026-06-09 12:00 UTC");
    fixture->question.at[POLICY_PUBLIC] = when("2026-06-13T12:00:00Z");
    g_autoptr(Plan) weekend = plan_make(&fixture->question);
    g_assert_cmpstr(weekend->publication.objection, ==,
                    "the planned moment Sat 2026-06-13 12:00 UTC is on a Saturday, which "
                    "linux-distros avoids");
}

static void publication_bounds_predisclosure(struct fixture *fixture, const void *names)
{
    (void)names;
    fixture->question.at[POLICY_REPORTED] = when("2026-05-04T12:00:00Z");
    fixture->question.at[POLICY_PUBLIC] = when("2026-06-16T12:00:00Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    assert_time(plan->predisclosure.earliest.time, "Tue 2026-06-02 12:00 UTC");
    assert_time(plan->predisclosure.latest.time, "Tue 2026-06-02 12:00 UTC");
    g_assert_true(g_str_has_prefix(plan->predisclosure.earliest.rule, "linux-distros: at most"));
    g_assert_true(g_str_has_prefix(plan->predisclosure.latest.rule, "xen: at least"));
    g_assert_null(plan->publication.objection);
}

static void only_avoided_days_are_left(struct fixture *fixture, const void *names)
{
    (void)names;
    g_autoptr(Policy) strict = policy_parse("strict",
                                            "[policy]\ntitle=x\nsource=y\n[stage a]\n"
                                            "from=reported\nto=public\nshortest=2 days\n"
                                            "longest=3 days\n[moment]\navoid=Sat;Sun\n",
                                            NULL);
    const struct policy *policies[] = {strict};
    fixture->question.policies = policies;
    fixture->question.count = 1;
    fixture->question.at[POLICY_REPORTED] = when("2026-06-04T12:00:00Z");
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    g_assert_nonnull(strstr(plan->publication.conflict, "strict avoids a Saturday"));
}

static void a_fourteenth_day_may_be_excepted(struct fixture *fixture, const void *names)
{
    (void)names;
    g_autoptr(Policy) old = policy_parse("old",
                                         "[policy]\ntitle=x\nsource=y\n[stage a]\n"
                                         "from=posted\nto=public\nlongest=14 days\n"
                                         "exception=19 days\nexception-weekdays=Thu;Fri\n",
                                         NULL);
    const struct policy *policies[] = {old};
    fixture->question.policies = policies;
    fixture->question.count = 1;
    fixture->question.at[POLICY_POSTED] = when("2026-06-04T12:00:00Z");
    g_autoptr(Plan) thursday = plan_make(&fixture->question);
    assert_time(thursday->publication.latest.time, "Tue 2026-06-23 12:00 UTC");
    fixture->question.at[POLICY_POSTED] = when("2026-06-03T12:00:00Z");
    g_autoptr(Plan) wednesday = plan_make(&fixture->question);
    assert_time(wednesday->publication.latest.time, "Wed 2026-06-17 12:00 UTC");
}

static void clocks_that_stand_still_are_noted(struct fixture *fixture, const void *names)
{
    (void)names;
    g_autoptr(Plan) plan = plan_make(&fixture->question);
    g_assert_true(plan->publication.suggested == POLICY_UNKNOWN);
    g_assert_cmpuint(plan->notes->len, >, 0);
    g_assert_nonnull(strstr(g_ptr_array_index(plan->notes, 0), "which is not known"));
}

static void every_policy_replays(struct fixture *fixture, const void *names)
{
    (void)names;
    struct simulate_past past = simulate_past(NULL);
    past.at[POLICY_REPORTED] = when("2026-05-21T09:00:00Z");
    for (guint i = 0; i < fixture->all->len; i++) {
        const struct policy *policy = g_ptr_array_index(fixture->all, i);
        struct simulate_replay replay = simulate_replay(policy, &past, NULL);
        g_assert_true(replay.publication != POLICY_UNKNOWN);
        g_assert_cmpint(replay.everybody, >=, replay.members);
        g_assert_cmpint(replay.head_start, ==, replay.everybody - replay.members);
        g_assert_cmpint(replay.everybody, <=, 62 * (gint64)WORKDAYS_DAY);
    }
}

/* What each shipped policy makes of one advisory, by hand: NULL is no bound. */
struct example {
    const char *policies;
    struct {
        enum policy_event event;
        const char *time;
    } known[3];
    const char *earliest, *latest, *suggested;
    const char *milestone;
};

static void check_example(const struct example *example)
{
    struct fixture fixture;
    set_up(&fixture, example->policies);
    for (gsize i = 0; i < G_N_ELEMENTS(example->known); i++)
        if (example->known[i].time != NULL)
            fixture.question.at[example->known[i].event] = when(example->known[i].time);
    g_autoptr(Plan) plan = plan_make(&fixture.question);
    const struct plan_window *window = &plan->publication;
    if (example->earliest != NULL)
        assert_time(window->earliest.time, example->earliest);
    if (example->latest != NULL)
        assert_time(window->latest.time, example->latest);
    else
        g_assert_true(window->latest.time == PLAN_NEVER);
    g_assert_true((example->suggested == NULL) == (window->suggested == POLICY_UNKNOWN));
    if (example->suggested != NULL)
        assert_time(window->suggested, example->suggested);
    if (example->milestone != NULL)
        assert_time(g_array_index(plan->milestones, struct plan_milestone, 0).time,
                    example->milestone);
    tear_down(&fixture, NULL);
}

static void each_policy_by_hand(void)
{
    static const struct example examples[] = {
        /* A week at least and four at most from the notice; 16:00 is preferred. */
        {"kubernetes",
         {{POLICY_FIXED, "2026-06-01T10:00:00Z"}, {POLICY_PREDISCLOSURE, "2026-06-02T12:00:00Z"}},
         "Tue 2026-06-09 12:00 UTC",
         "Tue 2026-06-30 12:00 UTC",
         "Tue 2026-06-16 16:00 UTC",
         "Mon 2026-06-15 16:00 UTC"},
        /* Nobody is told before there is a fix. */
        {"kubernetes",
         {{POLICY_REPORTED, "2026-05-04T10:00:00Z"}, {POLICY_FIXED, "2026-06-01T16:00:00Z"}},
         "Mon 2026-06-08 16:00 UTC",
         "Mon 2026-06-29 16:00 UTC",
         "Mon 2026-06-15 16:00 UTC",
         NULL},
        /* Three weeks, at most four; the quarter's end begins on the 24th. */
        {"envoy",
         {{POLICY_FIXED, "2026-06-01T12:00:00Z"}},
         "Mon 2026-06-22 12:00 UTC",
         "Mon 2026-06-29 12:00 UTC",
         "Mon 2026-06-22 12:00 UTC",
         NULL},
        /* 90 days after the 1st of March are over on the 30th of May: too early. */
        {"envoy",
         {{POLICY_REPORTED, "2026-03-01T12:00:00Z"}, {POLICY_FIXED, "2026-06-01T12:00:00Z"}},
         "Mon 2026-06-22 12:00 UTC",
         "Sat 2026-05-30 12:00 UTC",
         NULL,
         NULL},
        {"linux-kernel",
         {{POLICY_REPORTED, "2026-03-01T12:00:00Z"}, {POLICY_FIXED, "2026-06-01T09:00:00Z"}},
         "Mon 2026-06-01 09:00 UTC",
         "Mon 2026-06-15 09:00 UTC",
         "Mon 2026-06-08 09:00 UTC",
         NULL},
        /* Posted on a Sunday with a wish for 90 days: the fourteenth day is a Sunday too. */
        {"linux-distros",
         {{POLICY_POSTED, "2026-06-21T13:42:06Z"}},
         "Mon 2026-06-22 13:42:06 UTC",
         "Sun 2026-07-05 13:42:06 UTC",
         "Mon 2026-06-29 00:00 UTC",
         NULL},
        /* One to ten weeks from the confirmation, a week from the list; Tuesday, 15:00. */
        {"dpdk",
         {{POLICY_CONFIRMED, "2026-06-01T09:00:00Z"},
          {POLICY_PREDISCLOSURE, "2026-07-01T15:00:00Z"}},
         NULL,
         "Wed 2026-07-08 15:00 UTC",
         "Tue 2026-07-07 15:00 UTC",
         NULL},
        {"dpdk",
         {{POLICY_CONFIRMED, "2026-06-01T09:00:00Z"},
          {POLICY_PREDISCLOSURE, "2026-08-06T15:00:00Z"}},
         NULL,
         "Mon 2026-08-10 09:00 UTC",
         "Mon 2026-08-10 09:00 UTC",
         NULL},
        {"curl",
         {{POLICY_POSTED, "2026-06-02T08:00:00Z"}},
         NULL,
         "Tue 2026-06-09 08:00 UTC",
         "Tue 2026-06-09 08:00 UTC",
         "Sun 2026-06-07 08:00 UTC"},
        {"ocert",
         {{POLICY_REPORTED, "2026-06-01T12:00:00Z"}},
         "Mon 2026-06-01 12:00 UTC",
         "Sat 2026-08-01 12:00 UTC",
         "Mon 2026-06-15 12:00 UTC",
         NULL},
        /* Tuesday to Tuesday: ten working days, and the patch is due ten before. */
        {"xen",
         {{POLICY_PREDISCLOSURE, "2026-06-02T12:00:00Z"}},
         "Tue 2026-06-16 12:00 UTC",
         NULL,
         "Tue 2026-06-16 12:00 UTC",
         "Tue 2026-06-02 12:00 UTC"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++)
        check_example(&examples[i]);
}

static void a_wish_replays_too(void)
{
    struct fixture fixture;
    struct simulate_past past = simulate_past(NULL);
    set_up(&fixture, "xen");
    past.at[POLICY_REPORTED] = when("2026-05-21T09:00:00Z");
    past.at[POLICY_WISHED] = when("2026-07-01T12:00:00Z");
    struct simulate_replay replay = simulate_replay(fixture.question.policies[0], &past, NULL);
    assert_time(replay.publication, "Wed 2026-07-01 12:00 UTC");
    g_assert_true(simulate_replay(NULL, &past, NULL).publication == POLICY_UNKNOWN);
    tear_down(&fixture, NULL);
}

/* --- calendars --- */

static void a_calendar_is_folded_and_escaped(void)
{
    static const char summary[] = "XSA-501 public; all, of it \\ \u00fc\u00fc\u00fc\u00fc\u00fc"
                                  "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc"
                                  "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\n\x01next";
    struct ical_event event = {"xsa-501-public@barograph", 1781611200, summary, NULL, 60};
    g_autofree char *text = ical_format(&event, 1, 1780000000);
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_assert_cmpuint(strlen(*line), <=, 75);
        g_assert_true(g_utf8_validate(*line, -1, NULL));
        g_assert_null(strchr(*line, '\n'));
    }
    g_autofree char *unfolded = g_strjoinv("\r\n", lines);
    g_auto(GStrv) parts = g_strsplit(unfolded, "\r\n ", -1);
    g_autofree char *whole = g_strjoinv("", parts);
    g_assert_nonnull(strstr(whole, "SUMMARY:XSA-501 public\\; all\\, of it \\\\ "));
    g_assert_nonnull(strstr(whole, "\\nnext\r\n"));
    g_assert_nonnull(strstr(whole, "DTSTART:20260616T120000Z\r\n"));
    g_assert_nonnull(strstr(whole, "TRIGGER:-PT60M\r\n"));
    g_assert_true(g_str_has_suffix(text, "END:VCALENDAR\r\n"));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path, *policies;
        void (*test)(struct fixture *fixture, const void *names);
    } plans[] = {
        {"/plan/xen", "xen", xen_alone},
        {"/plan/two", "xen linux-distros", two_policies_meet},
        {"/plan/holiday", "xen linux-distros", a_holiday_parts_them},
        {"/plan/ninety", "xen linux-distros", ninety_days_are_refused},
        {"/plan/discoverer", "xen", the_discoverers_date_wins},
        {"/plan/exploited", "xen linux-distros", exploited_means_now},
        {"/plan/planned", "linux-distros", a_planned_moment_is_examined},
        {"/plan/backwards", "xen linux-distros", publication_bounds_predisclosure},
        {"/plan/avoided", "xen", only_avoided_days_are_left},
        {"/plan/exception", "xen", a_fourteenth_day_may_be_excepted},
        {"/plan/unknown", "xen curl", clocks_that_stand_still_are_noted},
        {"/plan/replay", "xen", every_policy_replays},
    };
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/workdays/calendar", spans_of_the_calendar);
    g_test_add_func("/workdays/working", spans_of_working_days);
    g_test_add_func("/workdays/bad", bad_spans_and_holidays_are_refused);
    g_test_add_func("/policy/shipped", shipped_policies_are_read);
    g_test_add_func("/policy/home", a_home_adds_and_overrides);
    g_test_add_func("/policy/mistakes", mistakes_are_named);
    g_test_add_func("/policy/avoided", what_is_avoided);
    for (gsize i = 0; i < G_N_ELEMENTS(plans); i++)
        g_test_add(plans[i].path, struct fixture, plans[i].policies, set_up, plans[i].test,
                   tear_down);
    g_test_add_func("/plan/each policy by hand", each_policy_by_hand);
    g_test_add_func("/plan/a wish replays too", a_wish_replays_too);
    g_test_add_func("/ical/format", a_calendar_is_folded_and_escaped);
    return g_test_run();
}
