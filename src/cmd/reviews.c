/* barograph reviews: who vouches for whose commits. */
#include "reviews.h"

#include "chart.h"
#include "command.h"
#include "fault.h"
#include "growth.h"
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

extern const struct command command_reviews;

static struct reading_words words;
static char *format_option, *spelling_option;

static const GOptionEntry options[] = {READING_OPTIONS(words),
                                       {"spelling", 0, 0, G_OPTION_ARG_STRING, &spelling_option,
                                        "Lines whose key is spelt so, or any taken for it (exact)",
                                        "exact|any"},
                                       {"format", 0, 0, G_OPTION_ARG_STRING, &format_option,
                                        "text, md, tsv, csv, json, or svg: a chart of years or "
                                        "releases (default: text)",
                                        "FORMAT"},
                                       {.long_name = NULL}};

/* What the rows are. `given`: approvals are those that a row's people gave. */
static const struct {
    const char *name, *key, *title;
    bool windows, given;
} kinds[REVIEWS_BY_COUNT] = {
    [REVIEWS_BY_YEAR] = {"years", "year", "Year", true, false},
    [REVIEWS_BY_RELEASE] = {"releases", "release", "Release", true, false},
    [REVIEWS_BY_COMPONENT] = {"components", "component", "Component", false, false},
    [REVIEWS_BY_EMPLOYER] = {"employers", "employer", "Employer", false, true},
    [REVIEWS_BY_PERSON] = {"people", "person", "Person", false, true},
};

static bool parse_kind(const char *name, enum reviews_by *ret_by, GError **error)
{
    for (guint by = 0; by < REVIEWS_BY_COUNT; by++)
        if (g_str_equal(kinds[by].name, name)) {
            *ret_by = (enum reviews_by)by;
            return true;
        }
    return fault_raise(error, FAULT_USAGE,
                       "reviews can be had by years, releases, components, employers or people, "
                       "not by \"%s\"",
                       name);
}

static bool parse_spelling(bool *ret_any, GError **error)
{
    *ret_any = spelling_option != NULL && g_str_equal(spelling_option, "any");
    if (spelling_option == NULL || *ret_any || g_str_equal(spelling_option, "exact"))
        return true;
    return fault_raise(error, FAULT_USAGE, "--spelling is \"%s\": it is exact or any",
                       spelling_option);
}

/* Releases are windows of their own: only their ends can be chosen. */
static struct reading *parse_reading(enum reviews_by by, enum reading_ends *ret_ends,
                                     GError **error)
{
    struct reading_words rules = words;
    if (by != REVIEWS_BY_RELEASE)
        return reading_parse(&words, error);
    if (words.release != NULL || words.range != NULL || words.year != NULL || words.from != NULL ||
        words.to != NULL) {
        fault_raise(error, FAULT_USAGE,
                    "reviews releases has a row for each release: leave out --release, --range, "
                    "--year, --from and --to");
        return NULL;
    }
    rules.release = "every";
    struct reading *reading = reading_parse(&rules, error);
    if (reading == NULL)
        return NULL;
    *ret_ends = reading->ends;
    g_clear_pointer(&reading->release, g_free);
    return reading;
}

static void add_share(struct table *table, gint64 part, gint64 whole)
{
    table_int(table, part);
    if (whole == 0)
        table_none(table);
    else
        table_real(table, share_percent(part, whole));
}

static void add_row(struct table *table, const struct reviews_row *row)
{
    table_string(table, row->name);
    table_int(table, row->commits);
    add_share(table, row->approved, row->commits);
    add_share(table, row->independent, row->commits);
    add_share(table, row->certain, row->commits);
    table_int(table, row->approvals);
    table_int(table, row->reviewers);
    table_real(table, row->commits == 0
                          ? NAN
                          : round(100.0 * (double)row->approvals / (double)row->commits) / 100);
    table_int(table, row->timed);
    table_real(table, row->median_days);
    table_real(table, row->p90_days);
}

static struct table *make_table(enum reviews_by by, const struct reviews_row *rows, guint count)
{
    bool given = kinds[by].given;
    const struct table_column columns[] = {
        {kinds[by].key, kinds[by].title, TABLE_KIND_STRING, 0},
        {"commits", given ? "Written" : "Commits", TABLE_KIND_INT, 0},
        {"approved", "Approved", TABLE_KIND_INT, 0},
        {"approved_percent", "%", TABLE_KIND_REAL, 1},
        {"independent", "Independent", TABLE_KIND_INT, 0},
        {"independent_percent", "%", TABLE_KIND_REAL, 1},
        {"certain", "Certain", TABLE_KIND_INT, 0},
        {"certain_percent", "%", TABLE_KIND_REAL, 1},
        {"approvals", given ? "Given" : "Approvals", TABLE_KIND_INT, 0},
        {"reviewers", "Reviewers", TABLE_KIND_INT, 0},
        {"ratio", given ? "Given/written" : "Per commit", TABLE_KIND_REAL, 2},
        {"timed", "Timed", TABLE_KIND_INT, 0},
        {"median_days", "Median days", TABLE_KIND_REAL, 1},
        {"p90_days", "p90 days", TABLE_KIND_REAL, 1},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < count; i++)
        add_row(table, &rows[i]);
    return table;
}

static const struct reviews_row *rows_of(const struct reviews *reviews)
{
    return (const struct reviews_row *)(const void *)reviews->rows->data;
}

/* The sentences that go with the rows, one a line. */
static char *sentences(const struct reviews *reviews, bool any)
{
    GString *text = g_string_new(NULL);
    const struct reviews_row *total = &reviews->total;
    g_string_append_printf(text, "Counted: %s.\n", reviews->text);
    for (const char *const *rule = reviews_rules(any); *rule != NULL; rule++)
        g_string_append_printf(text, "%s\n", *rule);
    if (reviews->grouping != NULL)
        g_string_append_printf(text, "%s\n", reviews->grouping);
    if (reviews->imported != NULL)
        g_string_append_printf(text, "%s\n", reviews->imported);
    g_string_append_printf(
        text,
        "Together: of %" G_GINT64_FORMAT " commits %" G_GINT64_FORMAT " (%.1f %%) are approved, "
        "%" G_GINT64_FORMAT " (%.1f %%) independently, by %u %s.\n",
        total->commits, total->approved, share_percent(total->approved, total->commits),
        total->independent, share_percent(total->independent, total->commits), total->reviewers,
        total->reviewers == 1 ? "person" : "people");
    return g_string_free(text, FALSE);
}

static void print_json(enum reviews_by by, const struct reviews *reviews, bool any)
{
    g_autoptr(Table) rows = make_table(by, rows_of(reviews), reviews->rows->len);
    g_autoptr(Table) total = make_table(by, &reviews->total, 1);
    json_t *rules = json_array();
    json_t *totals = table_json(total);
    for (const char *const *rule = reviews_rules(any); *rule != NULL; rule++)
        json_array_append_new(rules, json_string(*rule));
    json_object_del(json_array_get(totals, 0), kinds[by].key);
    json_t *page =
        json_pack("{s:s, s:s, s:O, s:o, s:s?, s:s?, s:O, s:o}", "by", kinds[by].name, "spelling",
                  any ? "any" : "exact", "reading", reviews->reading, "rules", rules, "grouping",
                  reviews->grouping, "imported", reviews->imported, "total",
                  json_array_get(totals, 0), "rows", table_json(rows));
    g_autofree char *text = json_dumps(page, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    puts(text);
    json_decref(totals);
    json_decref(page);
}

static void print_table(const struct context *context, enum reviews_by by,
                        const struct reviews *reviews, enum table_format format, bool any)
{
    bool people = format == TABLE_TEXT || format == TABLE_MARKDOWN;
    g_autoptr(Table) table = make_table(by, rows_of(reviews), reviews->rows->len);
    g_autofree char *text = table_format(table, format, context->colour);
    g_autofree char *told = sentences(reviews, any);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(told), "\n", -1);
    g_autofree char *paragraphs = g_strjoinv("\n\n", lines);
    fputs(text, stdout);
    if (people)
        printf("\n%s\n", format == TABLE_TEXT ? told : paragraphs);
    else if (context->verbosity >= 0)
        fprintf(stderr, "%s\n", told);
}

static void print_chart(enum reviews_by by, const struct reviews *reviews)
{
    g_autoptr(GArray) independent = g_array_new(FALSE, FALSE, sizeof(struct chart_point));
    g_autoptr(GArray) approved = g_array_new(FALSE, FALSE, sizeof(struct chart_point));
    for (guint i = 0; i < reviews->rows->len; i++) {
        const struct reviews_row *row = &rows_of(reviews)[i];
        struct chart_point point = {.label = row->name, .value = NAN};
        if (row->commits > 0)
            point.value = share_percent(row->approved, row->commits);
        g_array_append_val(approved, point);
        if (row->commits > 0)
            point.value = share_percent(row->independent, row->commits);
        g_array_append_val(independent, point);
    }
    struct chart_series series[] = {
        {"approved", (const struct chart_point *)(const void *)approved->data, approved->len},
        {"independently", (const struct chart_point *)(const void *)independent->data,
         independent->len},
    };
    struct chart_spec spec = {
        .title = "Commits that somebody else approved", .description = reviews->text, .unit = "%"};
    g_autofree char *svg =
        by == REVIEWS_BY_YEAR ? chart_lines(&spec, series, 2) : chart_bars(&spec, &series[1]);
    puts(svg);
}

static bool parse_format(enum reviews_by by, enum table_format *ret_format, bool *ret_chart,
                         GError **error)
{
    *ret_chart = format_option != NULL && g_str_equal(format_option, "svg");
    if (*ret_chart && !kinds[by].windows)
        return fault_raise(error, FAULT_USAGE, "only years and releases can be drawn (svg)");
    return format_option == NULL || *ret_chart ||
           table_format_parse(format_option, ret_format, error);
}

static struct reviews *count_components(struct context *context, struct book *book,
                                        struct reviews_question *question, GError **error)
{
    g_autoptr(Source) source =
        source_open(context->history, context->home, question->reading->repository, error);
    g_autoptr(Maintainers) maintainers =
        source == NULL ? NULL : areas_maintainers(book, source, error);
    if (maintainers == NULL)
        return NULL;
    g_autoptr(Areas) areas = areas_new(context->history, context->home, maintainers);
    question->areas = areas;
    return reviews_count(book, question, error);
}

static bool run(struct context *context, int argc, char **argv, GError **error)
{
    struct reviews_question question = {.by = REVIEWS_BY_YEAR};
    enum table_format format = TABLE_TEXT;
    bool chart = false;
    if (argc > 2)
        return fault_raise(error, FAULT_USAGE, "\"%s\" is one word too many", argv[2]);
    if ((argc > 1 && !parse_kind(argv[1], &question.by, error)) ||
        !parse_spelling(&question.any_spelling, error) ||
        !parse_format(question.by, &format, &chart, error))
        return false;
    g_autoptr(Reading) reading = parse_reading(question.by, &question.ends, error);
    g_autoptr(Book) book = reading == NULL
                               ? NULL
                               : book_open_as_of(context->history, context->home,
                                                 reading->repository, reading->as_of, error);
    if (book == NULL)
        return false;
    question.reading = reading;
    g_autoptr(Reviews) reviews = question.by == REVIEWS_BY_COMPONENT
                                     ? count_components(context, book, &question, error)
                                     : reviews_count(book, &question, error);
    if (reviews == NULL)
        return false;
    if (chart)
        print_chart(question.by, reviews);
    else if (format == TABLE_JSON)
        print_json(question.by, reviews, question.any_spelling);
    else
        print_table(context, question.by, reviews, format, question.any_spelling);
    return true;
}

const struct command command_reviews = {
    .name = "reviews",
    .arguments = "[years|releases|components|employers|people]",
    .summary = "Say who vouches for whose commits, and how independently",
    .description =
        "Commits that somebody other than their author approved (Reviewed-by, Acked-by),\n"
        "those that somebody of another employer did, how many people approve, what they\n"
        "give beside what they write, and the days from author to commit. The window and\n"
        "the rules are chosen as for barograph figure; without any, all of the main\n"
        "branch.\n"
        "\n"
        "Examples:\n"
        "  barograph reviews\n"
        "  barograph reviews employers --release 4.9.0\n"
        "  barograph reviews people --year 2017 --format tsv\n"
        "  barograph reviews years --from 2013-01-01 --format svg > independence.svg",
    .needs = NEEDS_HISTORY,
    .options = options,
    .run = run,
};
