#include "policy.h"

#include "fault.h"
#include "near.h"

#include <stddef.h>
#include <string.h>

#define STAGE "stage "

static const struct {
    const char *name, *phrase;
} events[POLICY_EVENTS] = {
    [POLICY_DISCOVERED] = {"discovered", "the discovery"},
    [POLICY_REPORTED] = {"reported", "the report"},
    [POLICY_CONFIRMED] = {"confirmed", "the confirmation"},
    [POLICY_FIXED] = {"fixed", "the day a fix was ready"},
    [POLICY_PREDISCLOSURE] = {"predisclosure", "predisclosure"},
    [POLICY_POSTED] = {"posted", "the first post to the list"},
    [POLICY_WISHED] = {"wished", "the discoverer's date"},
    [POLICY_PUBLIC] = {"public", "publication"},
    [POLICY_EXPLOITED] = {"exploited", "the first attack seen"},
    [POLICY_LEAKED] = {"leaked", "the leak"},
};

const char *policy_event_name(enum policy_event event)
{
    return events[event].name;
}

const char *policy_event_phrase(enum policy_event event)
{
    return events[event].phrase;
}

bool policy_event_parse(const char *name, enum policy_event *ret_event)
{
    for (guint i = 0; i < POLICY_EVENTS; i++)
        if (g_str_equal(events[i].name, name)) {
            *ret_event = (enum policy_event)i;
            return true;
        }
    return false;
}

/* Keys whose value is kept as text. */
static const struct {
    const char *group, *key;
    gsize offset;
} texts[] = {
    {"policy", "title", offsetof(struct policy, title)},
    {"policy", "source", offsetof(struct policy, source)},
    {"policy", "pattern", offsetof(struct policy, pattern)},
    {"policy", "audience", offsetof(struct policy, audience)},
    {"policy", "notes", offsetof(struct policy, notes)},
    {"members", "may-say", offsetof(struct policy, may_say)},
    {"members", "must-not-say", offsetof(struct policy, must_not_say)},
    {"members", "deployment", offsetof(struct policy, deployment)},
    {"members", "breaks", offsetof(struct policy, breaks)},
    {"mail", "subject-tag", offsetof(struct policy, subject_tag)},
    {"mail", "after", offsetof(struct policy, after)},
};

static const char *const stage_keys[] = {"from",    "to",        "shortest",           "usual",
                                         "longest", "exception", "exception-weekdays", NULL};
static const char *const moment_keys[] = {"avoid", "avoid-hours", "weekdays", "hour", NULL};
static const char *const rule_keys[] = {"discoverer", "public-now", NULL};
static const char *const page_keys[] = {"shows", NULL};
static const char *const before_keys[] = {"heads-up", "merge-fix", "send-what-is-known", NULL};

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* One file as it is read. */
struct source {
    struct policy *policy;
    GKeyFile *file;
    GError **error;
};

static bool wrong(const struct source *source, const char *group, const char *key,
                  const char *value, const char *how)
{
    return fault_raise(source->error, FAULT_CONFIG, "policy %s: [%s] %s is \"%s\": %s",
                       source->policy->name, group, key, value, how);
}

static char *text_of(const struct source *source, const char *group, const char *key)
{
    char *value = g_key_file_get_string(source->file, group, key, NULL);
    if (value != NULL && *g_strstrip(value) != '\0')
        return value;
    g_free(value);
    return NULL;
}

static GStrv list_of(const struct source *source, const char *group, const char *key)
{
    GStrv values = g_key_file_get_string_list(source->file, group, key, NULL, NULL);
    for (char **value = values; value != NULL && *value != NULL; value++)
        g_strstrip(*value);
    return values == NULL ? g_new0(char *, 1) : values;
}

/* 0 when it is no weekday. */
static guint weekday_bit(const char *word)
{
    for (guint i = 0; i < G_N_ELEMENTS(weekdays); i++)
        if (g_str_equal(weekdays[i], word))
            return 1u << (i + 1);
    return 0;
}

static bool read_weekdays(const struct source *source, const char *group, const char *key,
                          guint *ret_bits, GError **error)
{
    g_auto(GStrv) words = list_of(source, group, key);
    for (char **word = words; *word != NULL; word++) {
        guint bit = weekday_bit(*word);
        if (bit == 0)
            return fault_raise(error, FAULT_CONFIG,
                               "policy %s: [%s] %s: \"%s\" is none of Mon, Tue, Wed, Thu, Fri, "
                               "Sat, Sun",
                               source->policy->name, group, key, *word);
        *ret_bits |= bit;
    }
    return true;
}

/* Two digits; -1 when they are none. */
static int two_digits(const char *text)
{
    if (!g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[1]))
        return -1;
    return g_ascii_digit_value(text[0]) * 10 + g_ascii_digit_value(text[1]);
}

/* "12:00" -> 720; "24:00" only as an end; -1 when it is no time of day. */
static int minute_of_day(const char *text)
{
    if (strlen(text) != 5 || text[2] != ':')
        return -1;
    int hour = two_digits(text), minute = two_digits(text + 3);
    bool good = hour >= 0 && minute >= 0 && minute < 60 && hour * 60 + minute <= 24 * 60;
    return good ? hour * 60 + minute : -1;
}

static bool read_span(const struct source *source, const char *group, const char *key,
                      struct span *span)
{
    g_autofree char *text = text_of(source, group, key);
    if (text == NULL || span_parse(text, span, NULL))
        return true;
    return wrong(source, group, key, text,
                 "write a span such as 14 days, 2 working weeks or 48 hours");
}

static bool read_start(const struct source *source, const char *group, struct policy_stage *stage)
{
    g_auto(GStrv) words = list_of(source, group, "from");
    for (char **word = words; *word != NULL; word++) {
        if (stage->from_count == G_N_ELEMENTS(stage->from))
            return wrong(source, group, "from", *word, "three events are the most");
        if (!policy_event_parse(*word, &stage->from[stage->from_count++]))
            return wrong(source, group, "from", *word,
                         "no clock starts with it; discovered, reported, confirmed, fixed, "
                         "predisclosure and posted do");
    }
    return stage->from_count > 0 || wrong(source, group, "from", "", "which event starts it?");
}

static bool read_target(const struct source *source, const char *group, struct policy_stage *stage)
{
    g_autofree char *to = text_of(source, group, "to");
    bool known = to != NULL && policy_event_parse(to, &stage->to);
    if (known && (stage->to == POLICY_CONFIRMED || stage->to == POLICY_PREDISCLOSURE ||
                  stage->to == POLICY_PUBLIC))
        return true;
    return wrong(source, group, "to", to == NULL ? "" : to,
                 "it is one of confirmed, predisclosure, public");
}

static void stage_clear(gpointer pointer)
{
    struct policy_stage *stage = pointer;
    g_free(stage->name);
    span_clear(&stage->shortest);
    span_clear(&stage->usual);
    span_clear(&stage->longest);
    span_clear(&stage->exception);
}

static bool read_stage(const struct source *source, const char *group)
{
    struct policy_stage stage = {.name = g_strdup(group + strlen(STAGE))};
    bool read = read_start(source, group, &stage) && read_target(source, group, &stage) &&
                read_span(source, group, "shortest", &stage.shortest) &&
                read_span(source, group, "usual", &stage.usual) &&
                read_span(source, group, "longest", &stage.longest) &&
                read_span(source, group, "exception", &stage.exception) &&
                read_weekdays(source, group, "exception-weekdays", &stage.exception_weekdays,
                              source->error);
    if (read && (stage.exception.words == NULL) != (stage.exception_weekdays == 0))
        read = wrong(source, group, "exception", stage.exception.words ? stage.exception.words : "",
                     "exception and exception-weekdays need each other");
    g_array_append_val(source->policy->stages, stage);
    return read;
}

static bool read_stages(const struct source *source)
{
    g_auto(GStrv) groups = g_key_file_get_groups(source->file, NULL);
    for (char **group = groups; *group != NULL; group++)
        if (g_str_has_prefix(*group, STAGE) && !read_stage(source, *group))
            return false;
    return true;
}

static void before_clear(gpointer pointer)
{
    struct policy_before *before = pointer;
    g_free(before->name);
    span_clear(&before->span);
}

static bool read_befores(const struct source *source)
{
    for (const char *const *key = before_keys; *key != NULL; key++) {
        struct policy_before before = {0};
        if (!read_span(source, "before", *key, &before.span))
            return false;
        if (before.span.words == NULL)
            continue;
        before.name = g_strdup(*key);
        g_array_append_val(source->policy->befores, before);
    }
    return true;
}

static bool read_avoided(const struct source *source)
{
    struct policy *policy = source->policy;
    g_auto(GStrv) words = list_of(source, "moment", "avoid");
    for (char **word = words; *word != NULL; word++) {
        guint bit = weekday_bit(*word);
        bool holidays = g_str_equal(*word, "holidays"), quarter = g_str_equal(*word, "quarter-end");
        if (bit == 0 && !holidays && !quarter)
            return wrong(source, "moment", "avoid", *word,
                         "it is a weekday (Mon ... Sun), holidays or quarter-end");
        policy->avoid_weekdays |= bit;
        policy->avoid_holidays |= holidays;
        policy->avoid_quarter_end |= quarter;
    }
    return true;
}

static bool read_avoided_hours(const struct source *source)
{
    g_auto(GStrv) spans = list_of(source, "moment", "avoid-hours");
    for (char **span = spans; *span != NULL; span++) {
        g_auto(GStrv) ends = g_strsplit(*span, "-", 2);
        bool two = g_strv_length(ends) == 2;
        struct policy_hours hours = {two ? minute_of_day(ends[0]) : -1,
                                     two ? minute_of_day(ends[1]) : -1};
        if (hours.from < 0 || hours.to <= hours.from)
            return wrong(source, "moment", "avoid-hours", *span,
                         "write spans of one UTC day such as 00:00-07:00");
        g_array_append_val(source->policy->avoid_hours, hours);
    }
    return true;
}

static bool read_moment(const struct source *source)
{
    struct policy *policy = source->policy;
    g_autofree char *hour = text_of(source, "moment", "hour");
    policy->prefer_minute = hour == NULL ? -1 : minute_of_day(hour);
    if (hour != NULL && (policy->prefer_minute < 0 || policy->prefer_minute == 24 * 60))
        return wrong(source, "moment", "hour", hour, "write a time of day in UTC such as 12:00");
    return read_avoided(source) && read_avoided_hours(source) &&
           read_weekdays(source, "moment", "weekdays", &policy->prefer_weekdays, source->error);
}

static bool read_rules(const struct source *source)
{
    g_autofree char *discoverer = text_of(source, "rules", "discoverer");
    g_auto(GStrv) now = list_of(source, "rules", "public-now");
    source->policy->discoverer_wins = g_strcmp0(discoverer, "wins") == 0;
    if (discoverer != NULL && !source->policy->discoverer_wins)
        return wrong(source, "rules", "discoverer", discoverer, "the one word it knows is wins");
    for (char **word = now; *word != NULL; word++) {
        enum policy_event event = POLICY_EVENTS;
        if (!policy_event_parse(*word, &event) ||
            (event != POLICY_EXPLOITED && event != POLICY_LEAKED))
            return wrong(source, "rules", "public-now", *word, "it is exploited or leaked");
        source->policy->public_now |= 1u << event;
    }
    return true;
}

static bool read_page(const struct source *source)
{
    g_auto(GStrv) words = list_of(source, "page", "shows");
    for (char **word = words; *word != NULL; word++) {
        bool number = g_str_equal(*word, "number"), date = g_str_equal(*word, "date");
        if (!number && !date)
            return wrong(source, "page", "shows", *word, "it is number or date");
        source->policy->page_number |= number || date;
        source->policy->page_date |= date;
    }
    return true;
}

/* The keys of a group; NULL when nobody knows the group. */
static GPtrArray *keys_of(const char *group)
{
    static const struct {
        const char *group;
        const char *const *keys;
    } lists[] = {{"moment", moment_keys},
                 {"rules", rule_keys},
                 {"before", before_keys},
                 {"page", page_keys}};
    GPtrArray *known = g_ptr_array_new();
    const char *const *keys = g_str_has_prefix(group, STAGE) ? stage_keys : NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        if (g_str_equal(group, lists[i].group))
            keys = lists[i].keys;
    for (; keys != NULL && *keys != NULL; keys++)
        g_ptr_array_add(known, g_strdup(*keys));
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        if (g_str_equal(group, texts[i].group))
            g_ptr_array_add(known, g_strdup(texts[i].key));
    g_ptr_array_set_free_func(known, g_free);
    if (known->len > 0)
        return known;
    g_ptr_array_unref(known);
    return NULL;
}

static bool check_group(const struct source *source, const char *group)
{
    g_autoptr(GPtrArray) known = keys_of(group);
    if (known == NULL)
        return fault_raise(source->error, FAULT_CONFIG,
                           "policy %s: nobody knows the group [%s]: there are [policy], [stage "
                           "NAME], [moment], [rules], [before], [members], [page] and [mail]",
                           source->policy->name, group);
    g_auto(GStrv) keys = g_key_file_get_keys(source->file, group, NULL, NULL);
    for (char **key = keys; *key != NULL; key++) {
        if (g_ptr_array_find_with_equal_func(known, *key, g_str_equal, NULL))
            continue;
        g_autofree char *near = near_words(*key, known);
        return fault_raise(source->error, FAULT_CONFIG,
                           "policy %s: nobody knows the key \"%s\" in [%s]%s%s",
                           source->policy->name, *key, group, *near ? ": did you mean " : "", near);
    }
    return true;
}

static bool check_keys(const struct source *source)
{
    g_auto(GStrv) groups = g_key_file_get_groups(source->file, NULL);
    for (char **group = groups; *group != NULL; group++)
        if (!check_group(source, *group))
            return false;
    return true;
}

static bool read_texts(const struct source *source)
{
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        *(char **)((char *)source->policy + texts[i].offset) =
            text_of(source, texts[i].group, texts[i].key);
    if (source->policy->title != NULL && source->policy->source != NULL)
        return true;
    return fault_raise(source->error, FAULT_CONFIG,
                       "policy %s: [policy] needs a title and a source: where can it be read?",
                       source->policy->name);
}

struct policy *policy_parse(const char *name, const char *text, GError **error)
{
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) reason = NULL;
    g_autoptr(Policy) policy = g_new0(struct policy, 1);
    policy->name = g_strdup(name);
    policy->stages = g_array_new(FALSE, TRUE, sizeof(struct policy_stage));
    policy->befores = g_array_new(FALSE, TRUE, sizeof(struct policy_before));
    policy->avoid_hours = g_array_new(FALSE, TRUE, sizeof(struct policy_hours));
    g_array_set_clear_func(policy->stages, stage_clear);
    g_array_set_clear_func(policy->befores, before_clear);
    if (!g_key_file_load_from_data(file, text, (gsize)-1, G_KEY_FILE_NONE, &reason)) {
        fault_raise(error, FAULT_CONFIG, "policy %s: %s", name, reason->message);
        return NULL;
    }
    struct source source = {policy, file, error};
    bool read = check_keys(&source) && read_texts(&source) && read_stages(&source) &&
                read_moment(&source) && read_rules(&source) && read_befores(&source) &&
                read_page(&source);
    return read ? g_steal_pointer(&policy) : NULL;
}

void policy_free(struct policy *policy)
{
    if (policy == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(*(char **)((char *)policy + texts[i].offset));
    g_array_unref(policy->stages);
    g_array_unref(policy->befores);
    g_array_unref(policy->avoid_hours);
    g_free(policy->name);
    g_free(policy);
}

bool policy_quarter_end(gint64 time)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time);
    int month = date == NULL ? 0 : g_date_time_get_month(date);
    bool long_month = month == 3 || month == 12;
    return date != NULL && month % 3 == 0 &&
           g_date_time_get_day_of_month(date) > (long_month ? 31 : 30) - 7;
}

static int minute_at(gint64 time)
{
    return (int)(((time % WORKDAYS_DAY) + WORKDAYS_DAY) % WORKDAYS_DAY / 60);
}

const char *policy_avoids(const struct policy *policy, gint64 time, const struct workdays *workdays)
{
    static const char *const days[] = {"a Monday", "a Tuesday",  "a Wednesday", "a Thursday",
                                       "a Friday", "a Saturday", "a Sunday"};
    int weekday = workdays_weekday(time), minute = minute_at(time);
    if ((policy->avoid_weekdays & (1u << weekday)) != 0)
        return days[weekday - 1];
    if (policy->avoid_holidays && workdays_holiday(workdays, time))
        return "a holiday";
    if (policy->avoid_quarter_end && policy_quarter_end(time))
        return "the end of a quarter";
    for (guint i = 0; i < policy->avoid_hours->len; i++) {
        const struct policy_hours *hours =
            &g_array_index(policy->avoid_hours, struct policy_hours, i);
        if (minute >= hours->from && minute < hours->to)
            return "an hour to avoid";
    }
    return NULL;
}
