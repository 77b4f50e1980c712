#include "lineage.h"

static void targets(void)
{
    static const char *const cases[][2] = {
        {"edff605421 (\"Avoid excess icache flushes\")", "edff605421"},
        {"commit 61319fbfd9 (\"sysctl\")", "61319fbfd9"},
        {"Commit 61319FBFD9", "61319fbfd9"},
        {"448c03b3cbe14873ee63", "448c03b3cbe14873ee63"},
        {"ee8105 (\"six digits\")", "ee8105"},
        {"ee810 (\"five\")", NULL},
        {"ee8105: colon", "ee8105"},
        {"1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890"},
        {"12345678901234567890123456789012345678901", NULL},
        {"Yet another hardware trainwreck", NULL},
        {"https://bugs.example.org/66454/", NULL},
        {"deadbeefs are no ids", NULL},
        {"added in a hurry", NULL},
        {"", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *digits = lineage_target(cases[i][0]);
        g_assert_cmpstr(digits, ==, cases[i][1]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lineage/targets", targets);
    return g_test_run();
}
