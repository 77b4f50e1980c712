#include "neighbours.h"

#include <string.h>

#define EVERY (NEIGHBOUR_MERGES | NEIGHBOUR_RENAMES | NEIGHBOUR_PEOPLE | NEIGHBOUR_EMPLOYERS)

static struct reading *parse(struct reading_words words)
{
    GError *error = NULL;
    struct reading *reading = reading_parse(&words, &error);
    g_assert_no_error(error);
    return reading;
}

/* The options of each neighbour that the reading's own have not, joined. */
static char *options_of(const struct reading *reading, guint rules)
{
    g_autoptr(GPtrArray) list = neighbours_of(reading, rules);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < list->len; i++) {
        const struct neighbour *neighbour = g_ptr_array_index(list, i);
        g_autofree char *options = reading_options(neighbour->reading);
        g_assert_nonnull(neighbour->what);
        g_string_append_printf(text, "%s%s", i == 0 ? "" : ";", options);
    }
    return g_string_free(text, FALSE);
}

static void expect(struct reading_words words, guint rules, const char *expected)
{
    g_autoptr(Reading) reading = parse(words);
    g_autofree char *options = options_of(reading, rules);
    g_assert_cmpstr(options, ==, expected);
}

static void a_year(void)
{
    expect((struct reading_words){.year = "2017"}, NEIGHBOUR_MERGES,
           " --year 2017 --merges yes; --year 2017 --branches main+stable;"
           " --year 2017 --branches all; --year 2017 --date author");
    expect((struct reading_words){.year = "2017", .branches = "all", .date = "author"}, 0,
           " --year 2017 --date author; --year 2017 --branches main+stable --date author;"
           " --year 2017 --branches all");
}

static void open_days_have_no_date(void)
{
    expect((struct reading_words){0}, 0, " --branches main+stable; --branches all");
}

static void a_release(void)
{
    expect((struct reading_words){.release = "4.9.0"}, NEIGHBOUR_RENAMES,
           " --release 4.9.0 --branches main; --release 4.9.0 --ends candidates;"
           " --release 4.9.0 --ends forks; --release 4.9.0 --renames no");
    expect((struct reading_words){.release = "4.9.0", .ends = "forks"}, 0,
           " --release 4.9.0 --ends forks --branches main; --release 4.9.0;"
           " --release 4.9.0 --ends candidates");
}

static void a_range(void)
{
    expect((struct reading_words){.range = "a..b", .merges = "yes"}, NEIGHBOUR_MERGES,
           " --range a..b; --range a..b --branches main --merges yes");
}

static void people(void)
{
    expect((struct reading_words){.range = "a..b", .branches = "main", .people = "raw"},
           NEIGHBOUR_PEOPLE,
           " --range a..b --people raw; --range a..b --branches main;"
           " --range a..b --branches main --people employer");
}

static void each_join_is_left_out_in_turn(void)
{
    char *joins[] = {(char[]){"Linaro=Arm"}, (char[]){"Red Hat=IBM"}, NULL};
    expect((struct reading_words){.range = "a..b", .joins = joins}, NEIGHBOUR_EMPLOYERS,
           " --range a..b --branches main --merge Linaro=Arm --merge 'Red Hat=IBM';"
           " --range a..b --merge 'Red Hat=IBM'; --range a..b --merge Linaro=Arm");
    char *one[] = {(char[]){"Linaro=Arm"}, NULL};
    expect((struct reading_words){.range = "a..b", .joins = one}, NEIGHBOUR_EMPLOYERS,
           " --range a..b --branches main --merge Linaro=Arm; --range a..b");
}

static void what_is_different_is_said(void)
{
    g_autoptr(Reading) reading = parse((struct reading_words){.year = "2017", .merges = "yes"});
    g_autoptr(GPtrArray) list = neighbours_of(reading, EVERY);
    const struct neighbour *first = g_ptr_array_index(list, 0);
    g_assert_cmpstr(first->what, ==, "merges left out");
    g_assert_false(first->reading->merges);
    g_assert_true(reading->merges);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/neighbours/year", a_year);
    g_test_add_func("/neighbours/open", open_days_have_no_date);
    g_test_add_func("/neighbours/release", a_release);
    g_test_add_func("/neighbours/range", a_range);
    g_test_add_func("/neighbours/people", people);
    g_test_add_func("/neighbours/joins", each_join_is_left_out_in_turn);
    g_test_add_func("/neighbours/what", what_is_different_is_said);
    return g_test_run();
}
