#include "figures.h"

#include "fault.h"

#include <string.h>

static void every_name_is_found_again(void)
{
    for (guint figure = 0; figure < FIGURE_COUNT; figure++) {
        enum figure found = FIGURE_COUNT;
        g_assert_true(figure_parse(figure_name((enum figure)figure), &found, NULL));
        g_assert_cmpuint(found, ==, figure);
        g_assert_cmpuint(strlen(figure_label(found)), >, 0);
        g_assert_cmpuint(strlen(figure_rule(found)), >, 0);
    }
}

static void an_unknown_name_gets_the_nearest(void)
{
    enum figure figure = FIGURE_COUNT;
    g_autoptr(GError) error = NULL;
    g_assert_false(figure_parse("lines-remvoed", &figure, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_USAGE);
    g_assert_nonnull(strstr(error->message, "lines-removed"));
    g_autoptr(GError) far = NULL;
    g_assert_false(figure_parse("xyzzy", &figure, &far));
    g_assert_nonnull(strstr(far->message, "--help"));
    g_assert_cmpuint(figure, ==, FIGURE_COUNT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/figures/names", every_name_is_found_again);
    g_test_add_func("/figures/unknown", an_unknown_name_gets_the_nearest);
    return g_test_run();
}
