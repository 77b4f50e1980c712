#include "reading.h"

#include "clock.h"
#include "fault.h"

#include <string.h>

#define DAY 86400

static const char *const branch_words[] = {"any", "main", "stable", "main+stable", "all", NULL};
static const char *const people_words[] = {"raw", "mailmap", "employer", NULL};
static const char *const end_words[] = {"tags", "forks", "candidates", NULL};
static const char *const date_words[] = {"committer", "author", NULL};
static const char *const yes_no_words[] = {"no", "yes", NULL};
static const char *const window_words[] = {"dates", "range", "release"};

struct reading *reading_new(void)
{
    struct reading *reading = g_new0(struct reading, 1);
    reading->since = READING_OPEN_START;
    reading->until = READING_OPEN_END;
    reading->as_of = READING_OPEN_END;
    reading->branches = READING_MAIN;
    reading->renames = true;
    reading->monsters = true;
    reading->people = READING_MAILMAP;
    return reading;
}

struct reading *reading_copy(const struct reading *reading)
{
    struct reading *copy = g_new(struct reading, 1);
    *copy = *reading;
    copy->repository = g_strdup(reading->repository);
    copy->release = g_strdup(reading->release);
    copy->predecessor = g_strdup(reading->predecessor);
    copy->from = g_strdup(reading->from);
    copy->to = g_strdup(reading->to);
    copy->from_id = g_strdup(reading->from_id);
    copy->to_id = g_strdup(reading->to_id);
    copy->branch_names = g_strdup(reading->branch_names);
    copy->employer = g_strdup(reading->employer);
    copy->path = g_strdup(reading->path);
    copy->component = g_strdup(reading->component);
    copy->joins = g_strdupv(reading->joins);
    return copy;
}

void reading_free(struct reading *reading)
{
    if (reading == NULL)
        return;
    g_free(reading->repository);
    g_free(reading->release);
    g_free(reading->predecessor);
    g_free(reading->from);
    g_free(reading->to);
    g_free(reading->from_id);
    g_free(reading->to_id);
    g_free(reading->branch_names);
    g_free(reading->employer);
    g_free(reading->path);
    g_free(reading->component);
    g_strfreev(reading->joins);
    g_free(reading);
}

/* The place of a word among its choices; *ret_choice stays when the option was not given. */
static bool choose(const char *option, const char *word, const char *const *choices,
                   guint *ret_choice, GError **error)
{
    if (word == NULL)
        return true;
    g_autoptr(GString) known = g_string_new(NULL);
    for (guint i = 0; choices[i] != NULL; i++) {
        if (g_str_equal(choices[i], word)) {
            *ret_choice = i;
            return true;
        }
        g_string_append_printf(known, "%s%s", i == 0 ? "" : ", ", choices[i]);
    }
    return fault_raise(error, FAULT_USAGE, "--%s is \"%s\": it is one of %s", option, word,
                       known->str);
}

static bool parse_rules(const struct reading_words *words, struct reading *reading, GError **error)
{
    guint branches = reading->branches, people = reading->people, ends = READING_TAGS;
    guint date = 0, merges = 0, renames = 1, monsters = 1;
    if (!choose("branches", words->branches, branch_words, &branches, error) ||
        !choose("people", words->people, people_words, &people, error) ||
        !choose("ends", words->ends, end_words, &ends, error) ||
        !choose("date", words->date, date_words, &date, error) ||
        !choose("merges", words->merges, yes_no_words, &merges, error) ||
        !choose("renames", words->renames, yes_no_words, &renames, error) ||
        !choose("monsters", words->monsters, yes_no_words, &monsters, error))
        return false;
    reading->branches = (enum reading_branches)branches;
    reading->people = (enum reading_people)people;
    reading->ends = (enum reading_ends)ends;
    reading->author_date = date == 1;
    reading->merges = merges == 1;
    reading->renames = renames == 1;
    reading->monsters = monsters == 1;
    if (words->ends != NULL && words->release == NULL)
        return fault_raise(error, FAULT_USAGE, "--ends belongs to --release");
    if (reading->window == READING_DATES && reading->branches == READING_ANY)
        return fault_raise(error, FAULT_USAGE,
                           "--branches is \"any\": for days it is one of main, stable, all");
    return true;
}

static bool parse_range(const char *range, struct reading *reading, GError **error)
{
    const char *dots = strstr(range, "..");
    if (dots != NULL && (dots == range || dots[2] == '\0' || dots[2] == '.'))
        return fault_raise(error, FAULT_USAGE,
                           "--range is \"%s\": write A..B, or B alone for all that led to it",
                           range);
    if (*range == '\0')
        return fault_raise(error, FAULT_USAGE, "--range is empty: write A..B");
    reading->from = dots == NULL ? NULL : g_strndup(range, (gsize)(dots - range));
    reading->to = g_strdup(dots == NULL ? range : dots + 2);
    return true;
}

static bool parse_joins(const struct reading_words *words, struct reading *reading, GError **error)
{
    for (char **join = words->joins; join != NULL && *join != NULL; join++) {
        const char *sign = strchr(*join, '=');
        if (sign == NULL || sign == *join || sign[1] == '\0')
            return fault_raise(error, FAULT_USAGE,
                               "--merge is \"%s\": write A=B, and employer A counts as B", *join);
    }
    reading->joins = g_strdupv(words->joins);
    return true;
}

static bool parse_year(const char *text, struct reading *reading, GError **error)
{
    guint64 year = 0;
    if (!g_ascii_string_to_unsigned(text, 10, 1970, 9998, &year, NULL))
        return fault_raise(error, FAULT_USAGE, "--year is \"%s\": write a year such as 2018", text);
    reading->since = clock_day((int)year, 1, 1);
    reading->until = clock_day((int)year + 1, 1, 1);
    return true;
}

static bool parse_dates(const struct reading_words *words, struct reading *reading, GError **error)
{
    if ((words->from != NULL && !clock_parse_day(words->from, &reading->since, error)) ||
        (words->to != NULL && !clock_parse_day(words->to, &reading->until, error)))
        return false;
    if (reading->since < reading->until)
        return true;
    return fault_raise(error, FAULT_USAGE,
                       "nothing is between --from %s and --to %s: --to is the day after the last",
                       words->from, words->to);
}

static bool parse_window(const struct reading_words *words, struct reading *reading, GError **error)
{
    bool dates = words->from != NULL || words->to != NULL;
    int kinds = dates + (words->range != NULL) + (words->release != NULL) + (words->year != NULL);
    if (kinds > 1)
        return fault_raise(error, FAULT_USAGE,
                           "choose one window: --range, --release, --year, or --from and --to");
    if (words->year != NULL)
        return parse_year(words->year, reading, error);
    if (words->range == NULL && words->release == NULL)
        return parse_dates(words, reading, error);
    reading->branches = READING_ANY;
    reading->window = words->range != NULL ? READING_RANGE : READING_RELEASE;
    reading->release = g_strdup(words->release);
    return words->range == NULL || parse_range(words->range, reading, error);
}

struct reading *reading_parse(const struct reading_words *words, GError **error)
{
    g_autoptr(Reading) reading = reading_new();
    if (!parse_window(words, reading, error) || !parse_rules(words, reading, error) ||
        !parse_joins(words, reading, error) ||
        (words->as_of != NULL && !clock_parse_day(words->as_of, &reading->as_of, error)))
        return NULL;
    reading->repository = g_strdup(words->repository);
    reading->employer = g_strdup(words->employer);
    reading->path = g_strdup(words->path);
    reading->component = g_strdup(words->component);
    if (reading->path != NULL && reading->component != NULL) {
        fault_raise(error, FAULT_USAGE, "choose one place: --path or --component");
        return NULL;
    }
    return g_steal_pointer(&reading);
}

static bool is_year(const struct reading *reading)
{
    return reading->since != READING_OPEN_START && reading->until != READING_OPEN_END &&
           reading->since == clock_day(clock_year(reading->since), 1, 1) &&
           reading->until == clock_day(clock_year(reading->since) + 1, 1, 1);
}

static char *moment(gint64 time)
{
    return time % DAY == 0 ? clock_format_day(time) : clock_format_time(time);
}

/* Half-open, as --from and --to are: whoever types the days of a name back gets the same window. */
static char *dates_name(const struct reading *reading)
{
    bool open_start = reading->since == READING_OPEN_START;
    bool open_end = reading->until == READING_OPEN_END;
    g_autofree char *first = open_start ? NULL : moment(reading->since);
    g_autofree char *end = open_end ? NULL : moment(reading->until);
    if (open_start && open_end)
        return g_strdup("all time");
    if (is_year(reading))
        return g_strndup(first, 4);
    if (open_start)
        return g_strdup_printf("before %s", end);
    if (open_end)
        return g_strdup_printf("from %s on", first);
    return g_strdup_printf("from %s to before %s", first, end);
}

char *reading_window_name(const struct reading *reading)
{
    if (reading->window == READING_DATES)
        return dates_name(reading);
    if (reading->to == NULL)
        return g_strdup(reading->release);
    if (reading->from == NULL)
        return g_strdup_printf("all that led to %s", reading->to);
    return g_strdup_printf("%s..%s", reading->from, reading->to);
}

static const char *const end_rules[] = {
    [READING_TAGS] = " (tag to tag)",
    [READING_FORKS] = " (fork to fork)",
    [READING_CANDIDATES] = " (tag to last candidate)",
};

static void describe_window(const struct reading *reading, const char *series, GString *text)
{
    g_autofree char *window = reading_window_name(reading);
    g_string_append(text, series != NULL ? series : window);
    if (reading->window == READING_RELEASE && reading->from != NULL)
        g_string_append(text, end_rules[reading->ends]);
    if (reading->window == READING_DATES &&
        (reading->since != READING_OPEN_START || reading->until != READING_OPEN_END))
        g_string_append_printf(text, " by %s date (UTC)", date_words[reading->author_date]);
    if (reading->branches == READING_ANY)
        return;
    g_string_append_printf(text, ", on %s", branch_words[reading->branches]);
    if (reading->branch_names != NULL)
        g_string_append_printf(text, " (%s)", reading->branch_names);
}

static const char *people_rule(enum reading_people people)
{
    static const char *const rules[] = {
        [READING_RAW] = "people by name as written",
        [READING_MAILMAP] = "people joined by the mailmap",
        [READING_EMPLOYER] = "employers in people's place",
    };
    return rules[people];
}

char *reading_describe_series(const struct reading *reading, const char *series)
{
    GString *text = g_string_new(NULL);
    if (reading->repository != NULL)
        g_string_append_printf(text, "%s, ", reading->repository);
    describe_window(reading, series, text);
    g_string_append_printf(
        text, ", merges %s, renames %s, %s", reading->merges ? "counted" : "left out",
        reading->renames ? "detected" : "not detected", people_rule(reading->people));
    if (reading->employer != NULL)
        g_string_append_printf(text, ", only for %s", reading->employer);
    if (reading->path != NULL)
        g_string_append_printf(text, ", only what touches %s", reading->path);
    if (reading->component != NULL)
        g_string_append_printf(text, ", only what touches the component %s", reading->component);
    if (!reading->monsters)
        g_string_append(text, ", lines of whole trees left out");
    for (char **join = reading->joins; join != NULL && *join != NULL; join++) {
        const char *sign = strchr(*join, '=');
        g_string_append_printf(text, ", %.*s counted as %s", (int)(sign - *join), *join, sign + 1);
    }
    if (reading->as_of != READING_OPEN_END) {
        g_autofree char *day = moment(reading->as_of);
        g_string_append_printf(text, ", employers as known on %s", day);
    }
    return g_string_free(text, FALSE);
}

char *reading_describe(const struct reading *reading)
{
    return reading_describe_series(reading, NULL);
}

static json_t *time_json(gint64 time)
{
    if (time == READING_OPEN_START || time == READING_OPEN_END)
        return json_null();
    g_autofree char *text = clock_format_time(time);
    return json_string(text);
}

static json_t *day_json(gint64 time)
{
    if (time == READING_OPEN_END)
        return json_null();
    g_autofree char *text = moment(time);
    return json_string(text);
}

static json_t *window_json(const struct reading *reading)
{
    g_autofree char *name = reading_window_name(reading);
    const char *kind = window_words[reading->window];
    if (reading->window == READING_DATES)
        return json_pack("{s:s, s:s, s:o, s:o, s:s}", "kind", kind, "name", name, "from",
                         time_json(reading->since), "to", time_json(reading->until), "date",
                         date_words[reading->author_date]);
    json_t *window = json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "kind", kind, "name", name,
                               "from", reading->from, "to", reading->to, "from_commit",
                               reading->from_id, "to_commit", reading->to_id);
    if (reading->window == READING_RELEASE) {
        json_object_set_new(window, "release", json_string(reading->release));
        json_object_set_new(window, "predecessor",
                            reading->predecessor ? json_string(reading->predecessor) : json_null());
        json_object_set_new(window, "ends", json_string(end_words[reading->ends]));
    }
    return window;
}

static json_t *joins_json(const struct reading *reading)
{
    json_t *list = json_array();
    for (char **join = reading->joins; join != NULL && *join != NULL; join++)
        json_array_append_new(list, json_string(*join));
    return list;
}

json_t *reading_json(const struct reading *reading)
{
    g_autofree char *text = reading_describe(reading);
    return json_pack("{s:s, s:s?, s:o, s:s, s:s?, s:b, s:b, s:b, s:s, s:s?, s:s?, s:s?, s:o, s:o}",
                     "text", text, "repository", reading->repository, "window",
                     window_json(reading), "branches", branch_words[reading->branches],
                     "branch_names", reading->branch_names, "merges", reading->merges, "renames",
                     reading->renames, "monsters", reading->monsters, "people",
                     people_words[reading->people], "employer", reading->employer, "path",
                     reading->path, "component", reading->component, "joins", joins_json(reading),
                     "as_of", day_json(reading->as_of));
}

static void add_option(GString *text, const char *option, const char *value)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "._-+/:=@,";
    if (*value != '\0' && strspn(value, plain) == strlen(value)) {
        g_string_append_printf(text, " --%s %s", option, value);
        return;
    }
    g_autofree char *quoted = g_shell_quote(value);
    g_string_append_printf(text, " --%s %s", option, quoted);
}

static void add_dates_options(const struct reading *reading, GString *text)
{
    g_autofree char *from = reading->since == READING_OPEN_START ? NULL : moment(reading->since);
    g_autofree char *to = reading->until == READING_OPEN_END ? NULL : moment(reading->until);
    g_autofree char *year = is_year(reading) ? g_strndup(from, 4) : NULL;
    if (year != NULL)
        add_option(text, "year", year);
    if (year == NULL && from != NULL)
        add_option(text, "from", from);
    if (year == NULL && to != NULL)
        add_option(text, "to", to);
}

static void add_window_options(const struct reading *reading, GString *text)
{
    g_autofree char *range = reading->from == NULL
                                 ? g_strdup(reading->to)
                                 : g_strdup_printf("%s..%s", reading->from, reading->to);
    if (reading->window == READING_DATES)
        add_dates_options(reading, text);
    else
        add_option(text, window_words[reading->window],
                   reading->window == READING_RANGE ? range : reading->release);
    if (reading->window == READING_RELEASE && reading->ends != READING_TAGS)
        add_option(text, "ends", end_words[reading->ends]);
}

char *reading_options(const struct reading *reading)
{
    GString *text = g_string_new(NULL);
    bool dates = reading->window == READING_DATES;
    add_window_options(reading, text);
    if (reading->branches != (dates ? READING_MAIN : READING_ANY))
        add_option(text, "branches", branch_words[reading->branches]);
    if (dates && reading->author_date)
        add_option(text, "date", "author");
    if (reading->merges)
        add_option(text, "merges", "yes");
    if (!reading->renames)
        add_option(text, "renames", "no");
    if (reading->people != READING_MAILMAP)
        add_option(text, "people", people_words[reading->people]);
    if (reading->employer != NULL)
        add_option(text, "employer", reading->employer);
    if (reading->path != NULL)
        add_option(text, "path", reading->path);
    if (reading->component != NULL)
        add_option(text, "component", reading->component);
    if (!reading->monsters)
        add_option(text, "monsters", "no");
    for (char **join = reading->joins; join != NULL && *join != NULL; join++)
        add_option(text, "merge", *join);
    if (reading->as_of != READING_OPEN_END) {
        g_autofree char *day = moment(reading->as_of);
        add_option(text, "as-of", day);
    }
    return g_string_free(text, FALSE);
}
