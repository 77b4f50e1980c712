#include "fault.h"
#include "reproduce.h"

#include <string.h>

static void expect(const char *text, const char *figure, double value, guint digits)
{
    struct printed printed;
    GError *error = NULL;
    bool read = printed_parse(text, &printed, &error);
    g_assert_no_error(error);
    g_assert_true(read);
    g_autofree char *name = claim_name(printed.claim);
    g_assert_cmpstr(name, ==, figure);
    g_assert_cmpfloat_with_epsilon(printed.value, value, 1e-9);
    g_assert_cmpuint(printed.digits, ==, digits);
}

static void as_they_are_printed(void)
{
    expect("1316 commits", "commits", 1316, 0);
    expect("people 83", "people", 83, 0);
    expect("lines_added=77190", "lines-added", 77190, 0);
    expect("77,190 lines added", "lines-added", 77190, 0);
    expect("1 234 567 lines removed", "lines-removed", 1234567, 0);
    expect("Growth: +24.4 %", "growth", 24.4, 1);
    expect("growth -67.8%", "growth", -67.8, 1);
    expect("lines-removed-growth \u221267.8\u00a0%", "lines-removed-growth", -67.8, 1);
    expect("24 contributors", "people", 24, 0);
    expect("18 Organisations", "employers", 18, 0);
    expect("people-growth 20.9", "people-growth", 20.9, 1);
    expect("top_six 90.8", "top-six", 90.8, 1);
    expect("1 commit", "commits", 1, 0);
}

static void refuse(const char *text, const char *word)
{
    struct printed printed;
    g_autoptr(GError) error = NULL;
    g_assert_false(printed_parse(text, &printed, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_USAGE);
    g_assert_nonnull(strstr(error->message, word));
}

static void what_is_no_number_of_anything(void)
{
    refuse("commits", "one number");
    refuse("1316", "one number");
    refuse("", "one number");
    refuse("1316 commits 83", "one number");
    refuse("1316 70 commits", "one number");
    refuse("1.2.3 commits", "one number");
    refuse("12 comits", "is it commits");
}

static void off(const char *text, double value, double distance)
{
    struct printed printed;
    g_assert_true(printed_parse(text, &printed, NULL));
    g_assert_cmpfloat_with_epsilon(printed_distance(&printed, value), distance, 1e-9);
}

static void what_rounds_to_it_is_it(void)
{
    off("growth 34", 34.2, 0);
    off("growth 34.0", 34.2, 0.2);
    off("growth 34", 34.5, 1);
    off("growth -67.8", -67.8, 0);
    off("commits 70", 71, 1);
    off("commits 0", 0, 0);
}

static void better(struct merit left, struct merit right)
{
    g_assert_cmpint(merit_compare(&left, &right), <, 0);
    g_assert_cmpint(merit_compare(&right, &left), >, 0);
    g_assert_cmpint(merit_compare(&left, &left), ==, 0);
}

static void the_best_answer(void)
{
    /* All numbers, however odd the reading, before most of them, however near the rest. */
    better((struct merit){0, 0, 9}, (struct merit){1, 0.01, 0});
    better((struct merit){1, 40, 9}, (struct merit){2, 0.01, 0});
    better((struct merit){1, 0.1, 5}, (struct merit){1, 0.2, 0});
    better((struct merit){0, 0, 1}, (struct merit){0, 0, 2});
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/printed/parse", as_they_are_printed);
    g_test_add_func("/printed/refuse", what_is_no_number_of_anything);
    g_test_add_func("/printed/distance", what_rounds_to_it_is_it);
    g_test_add_func("/printed/merit", the_best_answer);
    return g_test_run();
}
