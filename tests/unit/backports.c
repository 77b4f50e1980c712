#include "backports.h"

static void asks(void)
{
    static const struct {
        const char *value, *line;
        bool asks;
    } cases[] = {
        {"4.15+", "4.20", true},
        {"4.15+", "4.15", true},
        {"4.15+", "4.14", false},
        {"4.9+", "4.10", true},
        {"4.13", "4.13", true},
        {"4.13", "4.14", false},
        {"4.8, 4.9", "4.9", true},
        {"4.12 and later", "4.14", true},
        {"4.12 and later", "4.11", false},
        {"4.12 and 4.13", "4.14", false},
        {"4.12 or later", "4.14", true},
        {"4.12 onwards", "4.14", true},
        {"4.6+ # Any release with XSA-273", "4.7", true},
        {"# 4.7", "4.7", false},
        {"all", "4.7", true},
        {"all", "", true},
        {"4.7", "", false},
        {"", "4.7", false},
        {"+", "4.7", false},
        {"and later", "4.7", false},
        {"soon", "4.7", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        if (backport_asks_for(cases[i].value, cases[i].line) != cases[i].asks)
            g_error("\"%s\" and %s", cases[i].value, cases[i].line);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/backports/asks", asks);
    return g_test_run();
}
