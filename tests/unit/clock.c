#include "clock.h"

#include "fault.h"

static void day_needs_no_zone(void)
{
    gint64 time = 0;
    g_assert_true(clock_parse_day("2018-06-01", &time, NULL));
    g_assert_cmpint(time, ==, 1527811200);
    g_autofree char *shown = clock_format_time(time);
    g_assert_cmpstr(shown, ==, "2018-06-01T00:00:00Z");
}

static void time_needs_a_zone(void)
{
    gint64 time = 0;
    g_autoptr(GError) error = NULL;
    g_assert_true(clock_parse_time("2018-06-01T14:00:00+02:00", &time, NULL));
    g_assert_cmpint(time, ==, 1527854400);
    g_assert_false(clock_parse_time("2018-06-01T14:00:00", &time, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_USAGE);
}

static void nonsense_is_refused(void)
{
    static const char *const wrong[] = {
        "", "2018", "2018-6-1", "2018-02-30", "yesterday", "2018-06-01 12:00", "20180601T120000Z"};
    gint64 time = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
        g_assert_false(clock_parse_day(wrong[i], &time, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/day", day_needs_no_zone);
    g_test_add_func("/clock/zone", time_needs_a_zone);
    g_test_add_func("/clock/nonsense", nonsense_is_refused);
    return g_test_run();
}
