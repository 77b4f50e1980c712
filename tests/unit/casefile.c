#include "casefile.h"

#include <glib.h>

static void test_documents(void)
{
    static const struct {
        const char *words;
        bool documents;
    } cases[] = {
        {"Applying the attached patch documents this issue.", true},
        {"Applying the appropriate attached patches document\nthe situation.", true},
        {"Applying the attached patch documents the situation.  The patch does\nnot fix any "
         "security "
         "issues.",
         true},
        {"The patches do not fix any security issues.", true},
        {"Applying the appropriate attached patch resolves this issue.", false},
        {"Applying the first patch documents this issue, the second one resolves it.", false},
        {"The attached documents describe this issue.", false},
        {"", false},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(casefile_documents(cases[i].words), ==, cases[i].documents);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/casefile/documents", test_documents);
    return g_test_run();
}
