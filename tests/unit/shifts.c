#include "shifts.h"

#include "spark.h"

#include <string.h>

static void expect(struct shifts shifts, const char *figure, const char *sentence)
{
    g_autofree char *text = shifts_sentence(&shifts);
    g_assert_cmpstr(shifts_figure(&shifts), ==, figure);
    g_assert_cmpstr(text, ==, sentence);
}

static void what_changed_most_is_said(void)
{
    /* 81 / sqrt(743) is 2.97; 7 / sqrt(75) is 0.81 */
    expect((struct shifts){412, 331, 41, 34, NULL, 0, 0}, "commits",
           "Commits rose from 331 to 412 (+24.5 %).");
    /* 20 / sqrt(60) is 2.58; 5 / sqrt(405) is 0.25 */
    expect((struct shifts){205, 200, 20, 40, NULL, 0, 0}, "people",
           "People fell from 40 to 20 (-50.0 %).");
    expect((struct shifts){100, 100, 10, 10, "Arm", 60, 20}, "share",
           "Arm wrote 60.0 % of the commits, 20.0 % before (60 of 100, 20 of 100).");
}

static void chance_earns_no_sentence(void)
{
    expect((struct shifts){100, 90, 10, 9, "Arm", 50, 45}, "steady",
           "Steady: 100 commits, 90 before.");
    expect((struct shifts){1, 1, 1, 1, "Arm", 1, 0}, "steady", "Steady: 1 commit, 1 before.");
    expect((struct shifts){4, 5, 2, 2, "Arm", 4, 0}, "steady", "Steady: 4 commits, 5 before.");
}

static void nothing_is_no_base(void)
{
    expect((struct shifts){0}, "steady", "No commits, now or before.");
    expect((struct shifts){9, 0, 2, 0, "Arm", 9, 0}, "commits",
           "Commits came to be: 9, none before.");
    expect((struct shifts){0, 9, 0, 2, NULL, 0, 0}, "commits",
           "Commits fell from 9 to 0 (-100.0 %).");
}

static void sparks_are_as_high_as_their_values(void)
{
    const gint64 values[] = {0, 1, 4, 8};
    const char *const names[] = {"2014", "2015", "2016", "2017"};
    g_autofree char *letters = spark_letters(values, 4);
    g_assert_cmpstr(letters, ==, " \u2581\u2584\u2588");
    g_autofree char *bars = spark_bars("Commits", names, values, 4);
    g_assert_nonnull(strstr(bars, "2016: 4"));
    g_assert_nonnull(strstr(bars, "height=\"12\""));
    g_assert_nonnull(strstr(bars, "aria-label=\"Commits\""));
}

static void of_nothing_there_is_no_chart(void)
{
    const gint64 none[] = {0, 0};
    const char *const names[] = {"2014", "2015"};
    g_assert_null(spark_bars("x", names, none, 2));
    g_assert_null(spark_letters(none, 2));
    const gint64 one[] = {5};
    g_assert_null(spark_letters(one, 1));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shifts/most", what_changed_most_is_said);
    g_test_add_func("/shifts/chance", chance_earns_no_sentence);
    g_test_add_func("/shifts/nothing", nothing_is_no_base);
    g_test_add_func("/spark/height", sparks_are_as_high_as_their_values);
    g_test_add_func("/spark/nothing", of_nothing_there_is_no_chart);
    return g_test_run();
}
