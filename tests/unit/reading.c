#include "reading.h"

#include "clock.h"
#include "fault.h"

#include <string.h>

static struct reading *parse(struct reading_words words)
{
    GError *error = NULL;
    struct reading *reading = reading_parse(&words, &error);
    g_assert_no_error(error);
    return reading;
}

static void refuse(struct reading_words words, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(reading_parse(&words, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_USAGE);
    g_assert_nonnull(strstr(error->message, word));
}

static void expect_text(const struct reading *reading, const char *expected)
{
    g_autofree char *text = reading_describe(reading);
    g_assert_cmpstr(text, ==, expected);
}

static void the_usual_rules(void)
{
    g_autoptr(Reading) reading = parse((struct reading_words){0});
    g_assert_cmpint(reading->window, ==, READING_DATES);
    g_assert_cmpint(reading->branches, ==, READING_MAIN);
    g_assert_cmpint(reading->people, ==, READING_MAILMAP);
    g_assert_false(reading->merges);
    g_assert_true(reading->renames);
    g_assert_false(reading->author_date);
    expect_text(reading, "all time, on main, merges left out, renames detected, people joined by "
                         "the mailmap");
}

static void a_range(void)
{
    g_autoptr(Reading) reading = parse((struct reading_words){
        .range = "RELEASE-4.8.0..4.9.0-rc9", .merges = "yes", .people = "raw"});
    g_assert_cmpstr(reading->from, ==, "RELEASE-4.8.0");
    g_assert_cmpstr(reading->to, ==, "4.9.0-rc9");
    g_assert_cmpint(reading->branches, ==, READING_ANY);
    expect_text(reading, "RELEASE-4.8.0..4.9.0-rc9, merges counted, renames detected, people by "
                         "name as written");
    g_autoptr(Reading) one = parse((struct reading_words){.range = "main", .renames = "no"});
    g_assert_null(one->from);
    expect_text(one, "all that led to main, merges left out, renames not detected, people joined "
                     "by the mailmap");
}

static void days(void)
{
    g_autoptr(Reading) year =
        parse((struct reading_words){.from = "2012-01-01", .to = "2013-01-01", .date = "author"});
    g_assert_cmpint(year->since, ==, clock_day(2012, 1, 1));
    g_assert_cmpint(year->until, ==, clock_day(2013, 1, 1));
    expect_text(year, "2012 by author date (UTC), on main, merges left out, renames detected, "
                      "people joined by the mailmap");
    g_autoptr(Reading) span = parse((struct reading_words){
        .from = "2017-07-01", .to = "2018-07-01", .employer = "Arm", .path = "xen/arch/arm"});
    expect_text(
        span,
        "from 2017-07-01 to before 2018-07-01 by committer date (UTC), on main, merges left out, "
        "renames detected, people joined by the mailmap, only for Arm, only what "
        "touches xen/arch/arm");
    g_autoptr(Reading) open = parse((struct reading_words){.to = "2018-07-01T12:00:00Z"});
    g_autofree char *name = reading_window_name(open);
    g_assert_cmpstr(name, ==, "before 2018-07-01T12:00:00Z");
}

static void a_series_has_one_sentence(void)
{
    g_autoptr(Reading) year =
        parse((struct reading_words){.from = "2012-01-01", .to = "2013-01-01"});
    g_autofree char *text = reading_describe_series(year, "each calendar year");
    g_assert_true(g_str_has_prefix(text, "each calendar year by committer date (UTC), on main"));
}

static void what_is_wrong_is_said(void)
{
    refuse((struct reading_words){.range = ""}, "A..B");
    refuse((struct reading_words){.range = "A.."}, "A..B");
    refuse((struct reading_words){.range = "..B"}, "A..B");
    refuse((struct reading_words){.range = "A...B"}, "A..B");
    refuse((struct reading_words){.range = "A..B", .release = "4.9"}, "one window");
    refuse((struct reading_words){.release = "4.9", .to = "2012-01-01"}, "one window");
    refuse((struct reading_words){.from = "2012"}, "2012");
    refuse((struct reading_words){.from = "2012-01-01", .to = "2012-01-01"}, "--to");
    refuse((struct reading_words){.merges = "perhaps"}, "no, yes");
    refuse((struct reading_words){.people = "all"}, "raw, mailmap, employer");
    refuse((struct reading_words){.branches = "any"}, "main, stable, all");
    refuse((struct reading_words){.ends = "forks"}, "--release");
}

static void json_has_it_all(void)
{
    g_autoptr(Reading) reading =
        parse((struct reading_words){.from = "2012-01-01", .employer = "Arm"});
    json_t *json = reading_json(reading);
    const char *from = NULL, *branches = NULL, *employer = NULL, *text = NULL;
    int merges = 1, renames = 0;
    g_assert_cmpint(json_unpack(json, "{s:{s:s, s:n}, s:s, s:s, s:s, s:b, s:b, s:n}", "window",
                                "from", &from, "to", "branches", &branches, "employer", &employer,
                                "text", &text, "merges", &merges, "renames", &renames, "path"),
                    ==, 0);
    g_assert_cmpstr(from, ==, "2012-01-01T00:00:00Z");
    g_assert_cmpstr(branches, ==, "main");
    g_assert_cmpstr(employer, ==, "Arm");
    g_assert_false(merges);
    g_assert_true(renames);
    json_decref(json);
}

static void expect_options(struct reading_words words, const char *expected)
{
    g_autoptr(Reading) reading = parse(words);
    g_autofree char *options = reading_options(reading);
    g_assert_cmpstr(options, ==, expected);
}

static void options_are_those_it_was_given_by(void)
{
    char *joins[] = {(char[]){"Linaro=Arm"}, (char[]){"A & B=C"}, NULL};
    expect_options((struct reading_words){0}, "");
    expect_options((struct reading_words){.year = "2017"}, " --year 2017");
    expect_options((struct reading_words){.from = "2017-01-01", .to = "2018-01-01"},
                   " --year 2017");
    expect_options((struct reading_words){.from = "2017-01-02"}, " --from 2017-01-02");
    expect_options((struct reading_words){.to = "2018-01-01"}, " --to 2018-01-01");
    expect_options((struct reading_words){.range = "a..b", .branches = "main"},
                   " --range a..b --branches main");
    expect_options((struct reading_words){.release = "4.9.0", .ends = "candidates"},
                   " --release 4.9.0 --ends candidates");
    expect_options((struct reading_words){.year = "2017",
                                          .branches = "main+stable",
                                          .date = "author",
                                          .merges = "yes",
                                          .renames = "no",
                                          .people = "raw",
                                          .employer = "Red Hat",
                                          .path = "xen/*.c",
                                          .joins = joins},
                   " --year 2017 --branches main+stable --date author --merges yes --renames no"
                   " --people raw --employer 'Red Hat' --path 'xen/*.c' --merge Linaro=Arm"
                   " --merge 'A & B=C'");
}

static void the_table_of_a_day_is_said(void)
{
    g_autoptr(Reading) reading =
        parse((struct reading_words){.year = "2017", .as_of = "2018-06-01"});
    g_autofree char *text = reading_describe(reading), *options = reading_options(reading);
    g_assert_true(g_str_has_suffix(text, ", employers as known on 2018-06-01"));
    g_assert_cmpstr(options, ==, " --year 2017 --as-of 2018-06-01");
    json_t *json = reading_json(reading);
    g_assert_cmpstr(json_string_value(json_object_get(json, "as_of")), ==, "2018-06-01");
    json_decref(json);
    refuse((struct reading_words){.as_of = "yesterday"}, "yesterday");
}

static void joins_are_said(void)
{
    char *joins[] = {(char[]){"Linaro=Arm"}, NULL};
    g_autoptr(Reading) reading =
        parse((struct reading_words){.release = "4.9.0", .ends = "candidates", .joins = joins});
    g_autoptr(Reading) copy = reading_copy(reading);
    expect_text(copy, "4.9.0, merges left out, renames detected, people joined by the mailmap, "
                      "Linaro counted as Arm");
    for (gsize i = 0; i < 3; i++) {
        static const char *const wrong[] = {"Linaro", "=Arm", "Linaro="};
        char *bad[] = {(char *)(guintptr)wrong[i], NULL};
        refuse((struct reading_words){.joins = bad}, "write A=B");
    }
    refuse((struct reading_words){.year = "17"}, "--year");
    refuse((struct reading_words){.year = "2017", .release = "4.9.0"}, "one window");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reading/usual", the_usual_rules);
    g_test_add_func("/reading/range", a_range);
    g_test_add_func("/reading/days", days);
    g_test_add_func("/reading/series", a_series_has_one_sentence);
    g_test_add_func("/reading/wrong", what_is_wrong_is_said);
    g_test_add_func("/reading/json", json_has_it_all);
    g_test_add_func("/reading/options", options_are_those_it_was_given_by);
    g_test_add_func("/reading/joins", joins_are_said);
    g_test_add_func("/reading/as-of", the_table_of_a_day_is_said);
    return g_test_run();
}
