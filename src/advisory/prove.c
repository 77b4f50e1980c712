#include "prove.h"

#include "clock.h"
#include "fault.h"
#include "ledger.h"
#include "plan.h"
#include "record_text.h"
#include "record_versions.h"

#include <string.h>

/* What the ledger says of one audience. */
struct told {
    gint64 first;   /* POLICY_UNKNOWN: nothing ever left for it */
    gint64 version; /* the highest that did; 0: none */
    gint64 permits, overrides, refusals;
};

struct reader {
    struct told members, public;
    json_t *overrides;
};

static void put_time(json_t *object, const char *key, gint64 time)
{
    g_autofree char *at = time == POLICY_UNKNOWN ? NULL : clock_format_time(time);
    json_object_set_new(object, key, at == NULL ? json_null() : json_string(at));
}

static json_t *valid(const char *text)
{
    g_autofree char *made = g_utf8_make_valid(text, -1);
    return json_string(made);
}

/* Rows come in their order; files that leave together have a row each. */
static void read_row(void *user, gint64 id, const struct ledger_entry *entry)
{
    struct reader *reader = user;
    struct told *told = g_str_equal(entry->audience, "public") ? &reader->public : &reader->members;
    bool out = entry->verdict == LEDGER_PERMIT || entry->verdict == LEDGER_OVERRIDE;
    (void)id;
    if (*entry->name != '\0' || entry->verdict == LEDGER_NOTE)
        return;
    told->permits += entry->verdict == LEDGER_PERMIT;
    told->overrides += entry->verdict == LEDGER_OVERRIDE;
    told->refusals += entry->verdict == LEDGER_REFUSAL;
    if (out && told->first == POLICY_UNKNOWN)
        told->first = entry->at;
    if (out)
        told->version = MAX(told->version, entry->version);
    if (entry->verdict != LEDGER_OVERRIDE)
        return;
    json_t *override =
        json_pack("{s:s, s:o}", "audience", entry->audience, "reason", valid(entry->reason));
    put_time(override, "at", entry->at);
    json_array_append_new(reader->overrides, override);
}

/* --- what happened --- */

/* When it happened: as the ledger saw it, else as the record has it. */
struct moments {
    gint64 at[POLICY_EVENTS];
    bool seen[POLICY_EVENTS]; /* by the ledger */
};

static struct moments moments_of(const struct record_advisory *advisory,
                                 const struct reader *reader)
{
    struct moments moments = {0};
    const gint64 members = reader->members.first, public = reader->public.first;
    /* Members may get a copy of what is public: that told them nothing before. */
    bool before = members != POLICY_UNKNOWN && (public == POLICY_UNKNOWN || members < public);
    memcpy(moments.at, advisory->at, sizeof moments.at);
    if (before)
        moments.at[POLICY_PREDISCLOSURE] = members;
    if (public != POLICY_UNKNOWN)
        moments.at[POLICY_PUBLIC] = public;
    moments.seen[POLICY_PREDISCLOSURE] = before;
    moments.seen[POLICY_PUBLIC] = public != POLICY_UNKNOWN;
    return moments;
}

/* Those that the page always speaks of, known or not; the others only when they are known. */
static bool is_asked(guint event)
{
    return event == POLICY_REPORTED || event == POLICY_CONFIRMED || event == POLICY_PREDISCLOSURE ||
           event == POLICY_PUBLIC;
}

static json_t *list_moments(const struct record_advisory *advisory, const struct moments *moments)
{
    json_t *list = json_array();
    for (guint event = 0; event < POLICY_EVENTS; event++) {
        gint64 at = moments->at[event], planned = advisory->at[event];
        if (at == POLICY_UNKNOWN && !is_asked(event))
            continue;
        g_autofree char *shown = plan_time(at);
        g_autofree char *plan = moments->seen[event] && planned != POLICY_UNKNOWN && planned != at
                                    ? plan_time(planned)
                                    : NULL;
        json_t *moment =
            json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "event", policy_event_name(event), "phrase",
                      policy_event_phrase(event), "shown", shown, "planned", plan, "source",
                      at == POLICY_UNKNOWN   ? NULL
                      : moments->seen[event] ? "the ledger"
                                             : "the record");
        put_time(moment, "at", at);
        json_array_append_new(list, moment);
    }
    return list;
}

/* "12 days 3 hours"; caller frees. */
static char *length_words(gint64 seconds)
{
    gint64 minutes = ABS(seconds) / 60, days = minutes / 1440, hours = minutes / 60 % 24;
    GString *words = g_string_new(seconds < 0 ? "minus " : NULL);
    const struct {
        gint64 count;
        const char *unit;
    } parts[] = {{days, "day"}, {hours, "hour"}, {days == 0 ? minutes % 60 : 0, "minute"}};
    gsize start = words->len;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        if (parts[i].count > 0)
            g_string_append_printf(words, "%s%" G_GINT64_FORMAT " %s%s",
                                   words->len > start ? " " : "", parts[i].count, parts[i].unit,
                                   parts[i].count == 1 ? "" : "s");
    if (words->len == start)
        g_string_assign(words, "no time");
    return g_string_free(words, FALSE);
}

static json_t *list_spans(const struct moments *moments)
{
    static const enum policy_event spans[][2] = {{POLICY_REPORTED, POLICY_CONFIRMED},
                                                 {POLICY_REPORTED, POLICY_PREDISCLOSURE},
                                                 {POLICY_PREDISCLOSURE, POLICY_PUBLIC},
                                                 {POLICY_REPORTED, POLICY_PUBLIC}};
    json_t *list = json_array();
    for (gsize i = 0; i < G_N_ELEMENTS(spans); i++) {
        gint64 from = moments->at[spans[i][0]], to = moments->at[spans[i][1]];
        bool known = from != POLICY_UNKNOWN && to != POLICY_UNKNOWN;
        g_autofree char *words = known ? length_words(to - from) : g_strdup("unknown");
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s, s:o}", "from", policy_event_phrase(spans[i][0]), "to",
                            policy_event_phrase(spans[i][1]), "length", words, "seconds",
                            known ? json_integer(to - from) : json_null()));
    }
    return list;
}

/* --- against the policies --- */

static gint64 start_of(const struct policy_stage *stage, const struct moments *moments,
                       enum policy_event *ret_from)
{
    for (guint i = 0; i < stage->from_count; i++)
        if (moments->at[stage->from[i]] != POLICY_UNKNOWN) {
            *ret_from = stage->from[i];
            return moments->at[stage->from[i]];
        }
    *ret_from = stage->from[0];
    return POLICY_UNKNOWN;
}

static void add_rule(json_t *rules, const char *how, const struct span *span, const char *verdict)
{
    json_t *rule = json_object();
    g_autofree char *words = g_strdup_printf("%s %s", how, span->words);
    json_object_set_new(rule, "rule", valid(words));
    json_object_set_new(rule, "verdict", json_string(verdict));
    json_array_append_new(rules, rule);
}

/* A rule is kept or not; what is usual is only a measure. */
static json_t *judge(const struct policy_stage *stage, gint64 from, gint64 to,
                     const struct workdays *workdays)
{
    json_t *rules = json_array();
    bool known = from != POLICY_UNKNOWN && to != POLICY_UNKNOWN;
    const struct span *longest = &stage->longest;
    if (stage->shortest.words != NULL)
        add_rule(rules, "at least", &stage->shortest,
                 !known                                               ? "unknown"
                 : to >= span_after(&stage->shortest, from, workdays) ? "kept"
                                                                      : "shorter");
    if (stage->usual.words != NULL) {
        gint64 usual = known ? span_after(&stage->usual, from, workdays) : 0;
        add_rule(rules, "as a rule", &stage->usual,
                 !known        ? "unknown"
                 : to == usual ? "as long"
                 : to < usual  ? "shorter"
                               : "longer");
    }
    if (longest->words != NULL && known && stage->exception.words != NULL) {
        gint64 end = span_after(longest, from, workdays);
        if ((stage->exception_weekdays & (1u << workdays_weekday(end))) != 0)
            longest = &stage->exception;
    }
    if (longest->words != NULL)
        add_rule(rules, "at most", longest,
                 !known                                      ? "unknown"
                 : to <= span_after(longest, from, workdays) ? "kept"
                                                             : "longer");
    return rules;
}

static json_t *judge_stage(const struct policy_stage *stage, const struct moments *moments,
                           const struct workdays *workdays)
{
    enum policy_event event = POLICY_REPORTED;
    gint64 from = start_of(stage, moments, &event), to = moments->at[stage->to];
    bool known = from != POLICY_UNKNOWN && to != POLICY_UNKNOWN;
    g_autofree char *words = known ? length_words(to - from) : g_strdup("unknown");
    return json_pack("{s:s, s:s, s:s, s:o}", "from", policy_event_phrase(event), "to",
                     policy_event_phrase(stage->to), "length", words, "rules",
                     judge(stage, from, to, workdays));
}

static json_t *judge_policy(const struct policy *policy, const struct moments *moments,
                            const struct workdays *workdays)
{
    json_t *stages = json_array(), *notes = json_array();
    gint64 public = moments->at[POLICY_PUBLIC];
    for (guint i = 0; i < policy->stages->len; i++)
        json_array_append_new(
            stages,
            judge_stage(&g_array_index(policy->stages, struct policy_stage, i), moments, workdays));
    const char *avoided = public == POLICY_UNKNOWN ? NULL : policy_avoids(policy, public, workdays);
    if (avoided != NULL)
        json_array_append_new(
            notes, json_sprintf("it was public on %s, which the policy avoids", avoided));
    if (policy->discoverer_wins && moments->at[POLICY_WISHED] != POLICY_UNKNOWN)
        json_array_append_new(
            notes, json_string("the discoverer's date counts for more than its lengths"));
    for (guint event = 0; event < POLICY_EVENTS; event++)
        if ((policy->public_now & (1u << event)) != 0 && moments->at[event] != POLICY_UNKNOWN)
            json_array_append_new(notes,
                                  json_sprintf("after %s it had to be public at once",
                                               policy_event_phrase((enum policy_event)event)));
    return json_pack("{s:s, s:o, s:o, s:o, s:o}", "policy", policy->name, "title",
                     valid(policy->title), "source",
                     policy->source == NULL ? json_null() : valid(policy->source), "stages", stages,
                     "notes", notes);
}

static json_t *judge_policies(const struct prove_given *given, const struct moments *moments,
                              GError **error)
{
    json_auto_t *list = json_array();
    for (guint i = 0; i < given->advisory->policies->len; i++) {
        const struct policy *policy =
            policies_find(given->policies, given->advisory->policies->pdata[i], error);
        if (policy == NULL)
            return NULL;
        json_array_append_new(list, judge_policy(policy, moments, given->workdays));
    }
    return json_incref(list);
}

/* --- the page --- */

static json_t *ledger_facts(const struct reader *reader, const struct ledger_state *state)
{
    const struct told *told[] = {&reader->members, &reader->public};
    static const char *const names[] = {"members", "public"};
    g_autofree char *head = ledger_hex(state->head);
    json_t *facts = json_pack("{s:I, s:s, s:O}", "rows", (json_int_t)state->rows, "head", head,
                              "early", reader->overrides);
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
        json_object_set_new(facts, names[i],
                            json_pack("{s:I, s:I, s:I}", "permits", (json_int_t)told[i]->permits,
                                      "overrides", (json_int_t)told[i]->overrides, "refusals",
                                      (json_int_t)told[i]->refusals));
    return facts;
}

/* The newest version that the public has: nothing of a later one may be told. What was imported was
 * public before it came here. */
static bool newest_public(struct store *desk, const struct record_advisory *advisory,
                          const struct reader *reader, struct prove_public *public, GError **error)
{
    g_autoptr(GPtrArray) versions = record_versions(desk, advisory->id, error);
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        const struct record_version *version = versions->pdata[i];
        if (!version->imported && version->version != reader->public.version)
            continue;
        public->version = version->id;
        if (public->by == POLICY_UNKNOWN && version->imported)
        public->by = version->signature_at;
    }
    return versions != NULL;
}

static bool read_ledger(struct store *desk, const struct record_advisory *advisory,
                        struct reader *reader, struct ledger_state *ret_state, GError **error)
{
    return ledger_verify(desk, ret_state, error) &&
           ledger_each(desk, advisory->number, read_row, reader, error);
}

bool prove_public(struct store *desk, const struct record_advisory *advisory,
                  struct prove_public *ret_public, GError **error)
{
    struct ledger_state state;
    json_auto_t *overrides = json_array();
    struct reader reader = {.members = {.first = POLICY_UNKNOWN},
                            .public = {.first = POLICY_UNKNOWN},
                            .overrides = overrides};
    struct prove_public public = {.at = POLICY_UNKNOWN,
                                  .reported_at = advisory->at[POLICY_REPORTED]};
    if (!read_ledger(desk, advisory, &reader, &state, error))
        return false;
    public.at = public.by = moments_of(advisory, &reader).at[POLICY_PUBLIC];
    if (!newest_public(desk, advisory, &reader, &public, error))
        return false;
    *ret_public = public;
    return true;
}

/* FAULT_PERMISSION: there is none. */
static bool find_public(struct store *desk, const struct prove_given *given,
                        const struct reader *reader, gint64 *ret_id, GError **error)
{
    struct prove_public public = {.by = POLICY_UNKNOWN};
    if (!newest_public(desk, given->advisory, reader, &public, error))
        return false;
    *ret_id = public.version;
    return *ret_id != 0 || fault_raise(error, FAULT_PERMISSION,
                                       "advisory %s has not been disclosed to the public: its page "
                                       "comes after that",
                                       given->advisory->number);
}

/* Title and CVEs as that version has them. */
static bool put_head(json_t *page, const struct text *text)
{
    g_autofree char *title = text_title(text);
    json_t *cves = json_array();
    for (guint i = 0; i < text->cves->len; i++)
        json_array_append_new(cves, valid(text->cves->pdata[i]));
    return json_object_set_new(page, "title", valid(title)) == 0 &&
           json_object_set_new(page, "cves", cves) == 0;
}

static bool put_rest(json_t *page, const struct prove_given *given, const struct reader *reader,
                     GError **error)
{
    struct moments moments = moments_of(given->advisory, reader);
    json_object_set_new(page, "moments", list_moments(given->advisory, &moments));
    json_object_set_new(page, "lengths", list_spans(&moments));
    /* The ledger has what left for members, not how many they were. */
    json_object_set_new(page, "members_told", json_null());
    json_t *policies = judge_policies(given, &moments, error);
    return policies != NULL && json_object_set_new(page, "policies", policies) == 0;
}

json_t *prove_page(struct store *desk, const struct prove_given *given, GError **error)
{
    struct ledger_state state;
    json_auto_t *overrides = json_array();
    struct reader reader = {.members = {.first = POLICY_UNKNOWN},
                            .public = {.first = POLICY_UNKNOWN},
                            .overrides = overrides};
    if (!read_ledger(desk, given->advisory, &reader, &state, error))
        return NULL;
    gint64 version = 0;
    if (!find_public(desk, given, &reader, &version, error))
        return NULL;
    g_autoptr(Text) text = record_load_text(desk, version, error);
    json_auto_t *page = json_pack("{s:s, s:s, s:o}", "advisory", given->id, "state",
                                  given->advisory->state, "ledger", ledger_facts(&reader, &state));
    return text != NULL && put_head(page, text) && put_rest(page, given, &reader, error)
               ? json_incref(page)
               : NULL;
}
