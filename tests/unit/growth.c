#include "growth.h"

#include <math.h>

static void expect(gint64 before, gint64 now, double percent)
{
    double found = 0;
    g_assert_true(growth_percent(before, now, &found));
    g_assert_cmpfloat_with_epsilon(found, percent, 1e-9);
}

/* The published tables that this is to catch divided by the new value: 19.6 and 20.9. */
static void the_base_is_the_old_value(void)
{
    expect(1245, 1549, 24.4);
    expect(68, 86, 26.5);
    expect(100, 50, -50);
    expect(50, 100, 100);
    expect(7, 7, 0);
    expect(3, 0, -100);
}

static void halves_go_away_from_zero(void)
{
    expect(2000, 2001, 0.1); /* 0.05 */
    expect(2000, 1999, -0.1);
    expect(10000, 10001, 0);
    expect(10000, 9999, 0); /* and not -0.0 */
    double found = 0;
    g_assert_true(growth_percent(10000, 9999, &found));
    g_assert_false(signbit(found));
}

static void without_a_base_there_is_no_growth(void)
{
    double found = 0;
    g_assert_false(growth_percent(0, 5, &found));
    g_assert_false(growth_percent(0, 0, &found));
    json_t *json = growth_json(0, 5);
    g_assert_true(json_is_null(json));
    json_decref(json);
}

static void shares_and_means(void)
{
    g_assert_cmpfloat_with_epsilon(share_percent(1, 3), 33.3, 1e-9);
    g_assert_cmpfloat_with_epsilon(share_percent(2, 3), 66.7, 1e-9);
    g_assert_cmpfloat(share_percent(0, 0), ==, 0);
    double mean = 0;
    g_assert_true(growth_mean((double[]){16.5, 9.8, -2.6}, 3, &mean));
    g_assert_cmpfloat_with_epsilon(mean, 7.9, 1e-9);
    g_assert_false(growth_mean(NULL, 0, &mean));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/growth/base", the_base_is_the_old_value);
    g_test_add_func("/growth/rounding", halves_go_away_from_zero);
    g_test_add_func("/growth/none", without_a_base_there_is_no_growth);
    g_test_add_func("/growth/shares", shares_and_means);
    return g_test_run();
}
