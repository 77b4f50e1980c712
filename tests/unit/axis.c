#include "axis.h"

#include <math.h>

static void steps_are_round(void)
{
    static const struct {
        double low, high;
        guint most;
        bool whole;
        double from, to, step;
    } samples[] = {
        {0, 2671, 4, true, 0, 3000, 1000},
        {0, 1700, 4, true, 0, 2000, 500},
        {0, 1, 4, true, 0, 1, 1},
        {0, 1, 5, false, 0, 1, 0.2},
        {0, 0, 4, true, 0, 1, 1},
        {0, 100, 5, true, 0, 100, 20},
        {-20, 31, 5, false, -20, 40, 20},
        {-5, -1, 4, true, -6, 0, 2},
        {50, 90, 5, false, 0, 100, 20},
        {0, 1e15, 5, true, 0, 1e15, 2e14},
        {0, 0.003, 5, false, 0, 0.003, 0.001},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        struct axis axis =
            axis_new(samples[i].low, samples[i].high, samples[i].most, samples[i].whole);
        g_assert_cmpfloat_with_epsilon(axis.from, samples[i].from, 1e-9);
        g_assert_cmpfloat_with_epsilon(axis.to, samples[i].to, 1e-9);
        g_assert_cmpfloat_with_epsilon(axis.step, samples[i].step, 1e-9);
        g_assert_cmpfloat_with_epsilon(axis.from + axis.count * axis.step, axis.to, 1e-9);
    }
}

static void numbers_are_parted(void)
{
    static const struct {
        double value;
        const char *text;
    } samples[] = {
        {0, "0"},
        {-0.0, "0"},
        {999, "999"},
        {1234, "1,234"},
        {-1234567, "\u22121,234,567"},
        {12.5, "12.5"},
        {-8.25, "\u22128.25"},
        {1.0 / 3, "0.3333"},
        {1e15, "1,000,000,000,000,000"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_autofree char *text = axis_value(samples[i].value);
        g_assert_cmpstr(text, ==, samples[i].text);
    }
}

static void ticks_have_the_decimals_of_the_step(void)
{
    struct axis axis = axis_new(0, 1, 5, false);
    g_autofree char *first = axis_tick(&axis, 0);
    g_autofree char *third = axis_tick(&axis, 3);
    g_assert_cmpstr(first, ==, "0.0");
    g_assert_cmpstr(third, ==, "0.6");
}

static void texts_are_fitted_and_wrapped(void)
{
    g_autofree char *whole = axis_fit("SUSE", 10, 100);
    g_assert_cmpstr(whole, ==, "SUSE");
    g_autofree char *cut = axis_fit("A very long name of an employer", 10, 60);
    g_assert_true(g_str_has_suffix(cut, "\u2026"));
    g_assert_cmpfloat(axis_text_width(cut, 10), <=, 60);
    g_assert_cmpfloat(axis_text_width("\u5c71", 10), >, axis_text_width("a", 10));
    g_assert_cmpfloat(axis_text_width("e\u0301", 10), ==, axis_text_width("e", 10));
    g_auto(GStrv) lines = axis_wrap("Commits by year and employer", 10, 100);
    g_assert_cmpuint(g_strv_length(lines), ==, 2);
    g_auto(GStrv) none = axis_wrap("", 10, 100);
    g_assert_cmpuint(g_strv_length(none), ==, 0);
}

static void years_are_thinned(void)
{
    static const char *const years[] = {"2005", "2006", "2007", "2008", "2009", "2010", "2011"};
    struct axis_labels labels;
    axis_labels_init(&labels, years, G_N_ELEMENTS(years));
    g_assert_true(labels.numbers);
    axis_labels_thin(&labels, 10, 100);
    g_assert_cmpuint(labels.every, ==, 1);
    axis_labels_thin(&labels, 10, 10);
    g_assert_cmpuint(labels.every, ==, 5);
    for (guint i = 0; i < G_N_ELEMENTS(years); i++)
        g_assert_cmpint(axis_labels_shown(&labels, i), ==, i == 0 || i == 5);

    static const char *const names[] = {"a", "b", "c", "d"};
    axis_labels_init(&labels, names, G_N_ELEMENTS(names));
    labels.every = 2;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpint(axis_labels_shown(&labels, i), ==, i == 1 || i == 3);
}

static void labels_move_apart(void)
{
    double middles[] = {10, 12, 50, 99, 100};
    axis_part(middles, G_N_ELEMENTS(middles), 10, 0, 100);
    for (gsize i = 1; i < G_N_ELEMENTS(middles); i++)
        g_assert_cmpfloat(middles[i] - middles[i - 1], >=, 10);
    g_assert_cmpfloat(middles[0], ==, 10);
    g_assert_cmpfloat(middles[2], ==, 50);
    g_assert_cmpfloat(middles[4], <=, 100);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/axis/steps", steps_are_round);
    g_test_add_func("/axis/numbers", numbers_are_parted);
    g_test_add_func("/axis/ticks", ticks_have_the_decimals_of_the_step);
    g_test_add_func("/axis/texts", texts_are_fitted_and_wrapped);
    g_test_add_func("/axis/years", years_are_thinned);
    g_test_add_func("/axis/apart", labels_move_apart);
    return g_test_run();
}
