#include "plan.h"

#include "clock.h"

#include <string.h>

#define DAY ((gint64)WORKDAYS_DAY)
/* How far from the aim a better weekday or hour is looked for, and what missing one is worth. */
#define LOOK_AROUND (21 * DAY)
#define WORTH_OF_WEEKDAY (7 * DAY / 2)
#define WORTH_OF_HOUR (3 * DAY / 2)

/* A window while its bounds are gathered. */
struct search {
    const struct plan_question *question;
    struct plan *plan;
    struct plan_window *window;
    const gint64 *at;
    enum policy_event target;
    bool assumed; /* predisclosure is not decided: at[] holds the suggestion */
    gint64 aim;   /* POLICY_UNKNOWN: the earliest moment will do */
};

void plan_question_init(struct plan_question *question)
{
    *question = (struct plan_question){.now = POLICY_UNKNOWN};
    for (guint i = 0; i < POLICY_EVENTS; i++)
        question->at[i] = POLICY_UNKNOWN;
}

char *plan_time(gint64 time)
{
    if (time == POLICY_UNKNOWN)
        return g_strdup("unknown");
    if (time == PLAN_NEVER)
        return g_strdup("no end");
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    g_autofree char *rest =
        date == NULL
            ? g_strdup("?")
            : g_date_time_format(date, g_date_time_get_second(date) == 0 ? "%Y-%m-%d %H:%M UTC"
                                                                         : "%Y-%m-%d %H:%M:%S UTC");
    return g_strdup_printf("%s %s", days[workdays_weekday(time) - 1], rest);
}

static void not_before(struct search *search, gint64 time, char *rule)
{
    struct plan_bound *bound = &search->window->earliest;
    if (time <= bound->time) {
        g_free(rule);
        return;
    }
    g_free(bound->rule);
    *bound = (struct plan_bound){time, rule};
}

static void not_after(struct search *search, gint64 time, char *rule)
{
    struct plan_bound *bound = &search->window->latest;
    if (time >= bound->time) {
        g_free(rule);
        return;
    }
    g_free(bound->rule);
    *bound = (struct plan_bound){time, rule};
}

static void note(struct search *search, char *text)
{
    if (g_ptr_array_find_with_equal_func(search->plan->notes, text, g_str_equal, NULL))
        g_free(text);
    else
        g_ptr_array_add(search->plan->notes, text);
}

static const char *phrase_of(const struct search *search, enum policy_event event)
{
    return event == POLICY_PREDISCLOSURE && search->assumed ? "the suggested predisclosure"
                                                            : policy_event_phrase(event);
}

static char *span_rule(const struct search *search, const struct policy *policy, const char *how,
                       const struct span *span, enum policy_event from)
{
    g_autofree char *when = plan_time(search->at[from]);
    return g_strdup_printf("%s: %s %s from %s (%s)", policy->name, how, span->words,
                           phrase_of(search, from), when);
}

/* The event that starts the stage's clock; false when none is known. */
static bool start_of(const struct policy_stage *stage, const gint64 *at,
                     enum policy_event *ret_from)
{
    for (guint i = 0; i < stage->from_count; i++)
        if (at[stage->from[i]] != POLICY_UNKNOWN) {
            *ret_from = stage->from[i];
            return true;
        }
    return false;
}

/* Whether the discoverer's date stands above the spans of this policy. */
static bool yields(const struct search *search, const struct policy *policy)
{
    return policy->discoverer_wins && search->at[POLICY_WISHED] != POLICY_UNKNOWN;
}

static const struct span *longest_of(const struct search *search, const struct policy_stage *stage,
                                     gint64 from)
{
    gint64 end = span_after(&stage->longest, from, search->question->workdays);
    bool excepted = (stage->exception_weekdays & (1u << workdays_weekday(end))) != 0;
    return excepted ? &stage->exception : &stage->longest;
}

static void no_clock(struct search *search, const struct policy *policy,
                     const struct policy_stage *stage)
{
    note(search,
         g_strdup_printf("%s: its clock to %s starts with %s, which is not known", policy->name,
                         policy_event_phrase(stage->to), policy_event_phrase(stage->from[0])));
}

static void add_stage(struct search *search, const struct policy *policy,
                      const struct policy_stage *stage)
{
    const struct workdays *workdays = search->question->workdays;
    enum policy_event from = POLICY_REPORTED;
    if (!start_of(stage, search->at, &from)) {
        no_clock(search, policy, stage);
        return;
    }
    gint64 start = search->at[from];
    not_before(search, start, g_strdup_printf("not before %s", phrase_of(search, from)));
    if (stage->usual.words != NULL) {
        gint64 usual = span_after(&stage->usual, start, workdays);
        search->aim = search->aim == POLICY_UNKNOWN ? usual : MAX(search->aim, usual);
    }
    if (yields(search, policy))
        return;
    if (stage->shortest.words != NULL)
        not_before(search, span_after(&stage->shortest, start, workdays),
                   span_rule(search, policy, "at least", &stage->shortest, from));
    if (stage->longest.words != NULL) {
        const struct span *longest = longest_of(search, stage, start);
        not_after(search, span_after(longest, start, workdays),
                  span_rule(search, policy, "at most", longest, from));
    }
}

/* Read backwards: when publication is decided, the stage to it says when its clock may start. */
static void add_stage_backwards(struct search *search, const struct policy *policy,
                                const struct policy_stage *stage, gint64 public)
{
    const struct workdays *workdays = search->question->workdays;
    enum policy_event from = POLICY_REPORTED;
    gint64 with[POLICY_EVENTS];
    memcpy(with, search->at, sizeof with);
    with[POLICY_PREDISCLOSURE] = public;
    if (!start_of(stage, with, &from) || from != POLICY_PREDISCLOSURE || yields(search, policy))
        return;
    if (stage->shortest.words != NULL)
        not_after(search, span_before(&stage->shortest, public, workdays),
                  g_strdup_printf("%s: at least %s before publication", policy->name,
                                  stage->shortest.words));
    if (stage->longest.words != NULL)
        not_before(search, span_before(&stage->longest, public, workdays),
                   g_strdup_printf("%s: at most %s before publication", policy->name,
                                   stage->longest.words));
}

/* The moment of publication that is planned, or else wished. */
static gint64 public_moment(const struct search *search)
{
    gint64 planned = search->at[POLICY_PUBLIC];
    return planned != POLICY_UNKNOWN ? planned : search->at[POLICY_WISHED];
}

static void add_backwards(struct search *search, const struct policy *policy)
{
    gint64 public = public_moment(search);
    if (public == POLICY_UNKNOWN)
        return;
    not_after(search, public, g_strdup("not after publication"));
    for (guint i = 0; i < policy->stages->len; i++) {
        const struct policy_stage *stage = &g_array_index(policy->stages, struct policy_stage, i);
        if (stage->to == POLICY_PUBLIC)
            add_stage_backwards(search, policy, stage, public);
    }
}

static void add_policy(struct search *search, const struct policy *policy)
{
    for (guint i = 0; i < policy->stages->len; i++) {
        const struct policy_stage *stage = &g_array_index(policy->stages, struct policy_stage, i);
        search->window->asked |= stage->to == search->target;
        for (guint j = 0; j < stage->from_count; j++)
            search->window->asked |= stage->from[j] == search->target;
        if (stage->to == search->target)
            add_stage(search, policy, stage);
    }
    if (search->target == POLICY_PREDISCLOSURE) {
        add_backwards(search, policy);
    } else if (yields(search, policy)) {
        gint64 wished = search->at[POLICY_WISHED];
        not_before(search, wished, g_strdup_printf("%s: the discoverer's date wins", policy->name));
        not_after(search, wished, g_strdup_printf("%s: the discoverer's date wins", policy->name));
        search->aim = wished;
    }
}

/* Rules that end every embargo: then nothing else counts. */
static bool add_public_now(struct search *search)
{
    const struct plan_question *question = search->question;
    for (guint i = 0; i < question->count; i++)
        for (guint event = 0; event < POLICY_EVENTS; event++) {
            const struct policy *policy = question->policies[i];
            gint64 since = search->at[event];
            if ((policy->public_now & (1u << event)) == 0 || since == POLICY_UNKNOWN ||
                (question->now != POLICY_UNKNOWN && since > question->now))
                continue;
            gint64 now = question->now == POLICY_UNKNOWN ? since : question->now;
            char *rule = g_strdup_printf("%s: %s ends the embargo: public now", policy->name,
                                         policy_event_phrase((enum policy_event)event));
            search->window->earliest = (struct plan_bound){now, g_strdup(rule)};
            search->window->latest = (struct plan_bound){now, rule};
            search->window->suggested = now;
            search->window->because = "at once";
            return true;
        }
    return false;
}

/* The first policy that avoids this moment, and why; NULL when none does. */
static const struct policy *who_avoids(const struct search *search, gint64 time, const char **why)
{
    const struct plan_question *question = search->question;
    /* Days to avoid are about the public; members are told when there is something to tell. */
    for (guint i = 0; search->target == POLICY_PUBLIC && i < question->count; i++) {
        *why = policy_avoids(question->policies[i], time, question->workdays);
        if (*why != NULL)
            return question->policies[i];
    }
    return NULL;
}

static gint64 midnight(gint64 time)
{
    return time - ((time % DAY) + DAY) % DAY;
}

/* The smaller the better: the way from the aim, and what the policies would rather have. */
static gint64 cost_of(const struct search *search, gint64 time)
{
    const struct plan_question *question = search->question;
    gint64 cost = time > search->aim ? time - search->aim : search->aim - time;
    for (guint i = 0; i < question->count; i++) {
        const struct policy *policy = question->policies[i];
        bool weekday = policy->prefer_weekdays == 0 ||
                       (policy->prefer_weekdays & (1u << workdays_weekday(time))) != 0;
        weekday &= policy_avoids(policy, time, question->workdays) == NULL;
        bool hour = policy->prefer_minute < 0 ||
                    time - midnight(time) == (gint64)policy->prefer_minute * 60;
        cost += (weekday ? 0 : WORTH_OF_WEEKDAY) + (hour ? 0 : WORTH_OF_HOUR);
    }
    return cost;
}

static void consider(const struct search *search, gint64 time, gint64 *best)
{
    const char *why = NULL;
    if (time < search->window->earliest.time || time > search->window->latest.time ||
        who_avoids(search, time, &why) != NULL)
        return;
    if (*best == POLICY_UNKNOWN || cost_of(search, time) < cost_of(search, *best))
        *best = time;
}

static void consider_day(const struct search *search, gint64 day, gint64 *best)
{
    const struct plan_question *question = search->question;
    consider(search, day, best);
    consider(search, day + (search->aim - midnight(search->aim)), best);
    for (guint i = 0; i < question->count; i++) {
        const struct policy *policy = question->policies[i];
        if (policy->prefer_minute >= 0)
            consider(search, day + (gint64)policy->prefer_minute * 60, best);
        for (guint j = 0; j < policy->avoid_hours->len; j++)
            consider(search,
                     day +
                         60 * (gint64)g_array_index(policy->avoid_hours, struct policy_hours, j).to,
                     best);
    }
}

static gint64 best_moment(struct search *search)
{
    const struct plan_window *window = search->window;
    gint64 best = POLICY_UNKNOWN;
    if (search->aim == POLICY_UNKNOWN)
        search->aim = window->earliest.time;
    search->aim = CLAMP(search->aim, window->earliest.time, window->latest.time);
    gint64 whole_minute = search->aim + (60 - (search->aim % 60 + 60) % 60) % 60;
    consider(search, whole_minute, &best);
    consider(search, window->earliest.time, &best);
    if (window->latest.time != PLAN_NEVER)
        consider(search, window->latest.time, &best);
    for (gint64 day = midnight(search->aim - LOOK_AROUND); day <= search->aim + LOOK_AROUND;
         day += DAY)
        consider_day(search, day, &best);
    return best;
}

static char *say_no_window(const struct search *search)
{
    const struct plan_window *window = search->window;
    g_autofree char *from = plan_time(window->earliest.time);
    g_autofree char *to = plan_time(window->latest.time);
    return g_strdup_printf("there is no moment for %s: %s, that is not before %s, but %s, that is "
                           "not after %s",
                           policy_event_phrase(search->target), window->earliest.rule, from,
                           window->latest.rule, to);
}

static char *say_all_avoided(const struct search *search)
{
    const char *why = NULL;
    const struct policy *policy = who_avoids(search, search->aim, &why);
    g_autofree char *from = plan_time(search->window->earliest.time);
    g_autofree char *to = plan_time(search->window->latest.time);
    return g_strdup_printf(
        "there is no moment for %s from %s to %s: %s avoids %s, and what is left "
        "is avoided too",
        policy_event_phrase(search->target), from, to,
        policy == NULL ? "some policy" : policy->name, policy == NULL ? "it" : why);
}

static char *objection_to(const struct search *search, gint64 time, const char *whose)
{
    const struct plan_window *window = search->window;
    const char *why = NULL;
    const struct policy *policy = who_avoids(search, time, &why);
    g_autofree char *when = plan_time(time);
    bool early = time<window->earliest.time, late = time> window->latest.time;
    if (early || late)
        return g_strdup_printf("%s %s is too %s: %s", whose, when, early ? "early" : "late",
                               early ? window->earliest.rule : window->latest.rule);
    if (policy != NULL)
        return g_strdup_printf("%s %s is on %s, which %s avoids", whose, when, why, policy->name);
    return NULL;
}

/* Takes a moment that people chose, when nothing speaks against it. */
static bool take(struct search *search, enum policy_event event, const char *whose,
                 const char *because)
{
    struct plan_window *window = search->window;
    gint64 time = search->at[event];
    if (time == POLICY_UNKNOWN || window->objection != NULL)
        return false;
    window->objection = objection_to(search, time, whose);
    if (window->objection != NULL)
        return false;
    window->suggested = time;
    window->because = because;
    return true;
}

static void choose(struct search *search)
{
    struct plan_window *window = search->window;
    if (window->earliest.time > window->latest.time) {
        window->conflict = say_no_window(search);
        return;
    }
    if (window->earliest.time == POLICY_UNKNOWN && search->aim == POLICY_UNKNOWN)
        return;
    if (take(search, search->target, "the planned moment", "as planned"))
        return;
    if (search->target == POLICY_PUBLIC &&
        take(search, POLICY_WISHED, "the discoverer's moment", "as the discoverer wishes"))
        return;
    window->suggested = best_moment(search);
    window->because = "by the policies";
    if (window->suggested == POLICY_UNKNOWN)
        window->conflict = say_all_avoided(search);
}

/* Nobody can be told what nobody knows. */
static void add_beginning(struct search *search)
{
    for (guint event = POLICY_DISCOVERED; event <= POLICY_REPORTED; event++)
        if (search->at[event] != POLICY_UNKNOWN)
            not_before(
                search, search->at[event],
                g_strdup_printf("not before %s", policy_event_phrase((enum policy_event)event)));
}

static void find_window(struct search *search)
{
    const struct plan_question *question = search->question;
    *search->window = (struct plan_window){.earliest = {POLICY_UNKNOWN, NULL},
                                           .latest = {PLAN_NEVER, NULL},
                                           .suggested = POLICY_UNKNOWN};
    if (search->target == POLICY_PUBLIC && add_public_now(search)) {
        search->window->asked = true;
        return;
    }
    for (guint i = 0; i < question->count; i++)
        add_policy(search, question->policies[i]);
    add_beginning(search);
    /* What is decided may lie behind us; what is still to be decided may not. */
    if (search->at[search->target] == POLICY_UNKNOWN && question->now != POLICY_UNKNOWN)
        not_before(search, question->now, g_strdup("not in the past"));
    if (search->window->asked)
        choose(search);
}

static int compare_milestones(const void *a, const void *b)
{
    const struct plan_milestone *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return strcmp(left->what, right->what);
}

static void add_milestones(struct plan *plan, const struct plan_question *question)
{
    static const struct {
        const char *name, *words;
    } known[] = {{"heads-up", "heads-up"},
                 {"merge-fix", "merge the fix no earlier"},
                 {"send-what-is-known", "no patch yet: send what is known"}};
    gint64 public = plan->publication.suggested;
    for (guint i = 0; i < question->count && public != POLICY_UNKNOWN; i++) {
        const struct policy *policy = question->policies[i];
        for (guint j = 0; j < policy->befores->len; j++) {
            const struct policy_before *before =
                &g_array_index(policy->befores, struct policy_before, j);
            const char *words = before->name;
            for (gsize k = 0; k < G_N_ELEMENTS(known); k++)
                if (g_str_equal(known[k].name, before->name))
                    words = known[k].words;
            struct plan_milestone milestone = {
                span_before(&before->span, public, question->workdays),
                g_strdup_printf("%s: %s (%s before publication)", policy->name, words,
                                before->span.words)};
            g_array_append_val(plan->milestones, milestone);
        }
    }
    g_array_sort(plan->milestones, compare_milestones);
}

static void milestone_clear(gpointer pointer)
{
    struct plan_milestone *milestone = pointer;
    g_free(milestone->what);
}

struct plan *plan_make(const struct plan_question *question)
{
    struct plan *plan = g_new0(struct plan, 1);
    gint64 at[POLICY_EVENTS];
    memcpy(at, question->at, sizeof at);
    plan->milestones = g_array_new(FALSE, TRUE, sizeof(struct plan_milestone));
    plan->notes = g_ptr_array_new_with_free_func(g_free);
    g_array_set_clear_func(plan->milestones, milestone_clear);
    struct search search = {.question = question, .plan = plan, .at = at, .aim = POLICY_UNKNOWN};
    search.target = POLICY_PREDISCLOSURE;
    search.window = &plan->predisclosure;
    find_window(&search);
    if (at[POLICY_PREDISCLOSURE] == POLICY_UNKNOWN) {
        at[POLICY_PREDISCLOSURE] = plan->predisclosure.suggested;
        search.assumed = true;
    }
    search.target = POLICY_PUBLIC;
    search.window = &plan->publication;
    search.aim = POLICY_UNKNOWN;
    find_window(&search);
    add_milestones(plan, question);
    return plan;
}

static void window_clear(struct plan_window *window)
{
    g_free(window->earliest.rule);
    g_free(window->latest.rule);
    g_free(window->conflict);
    g_free(window->objection);
}

void plan_free(struct plan *plan)
{
    if (plan == NULL)
        return;
    window_clear(&plan->predisclosure);
    window_clear(&plan->publication);
    g_array_unref(plan->milestones);
    g_ptr_array_unref(plan->notes);
    g_free(plan);
}
