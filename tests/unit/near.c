#include "near.h"

static void distances(void)
{
    g_assert_cmpuint(near_distance("commits", "commits"), ==, 0);
    g_assert_cmpuint(near_distance("comits", "commits"), ==, 1);
    g_assert_cmpuint(near_distance("comimts", "commits"), ==, 1);
    g_assert_cmpuint(near_distance("Commits", "commits"), ==, 0);
    g_assert_cmpuint(near_distance("", "acks"), ==, 4);
    g_assert_cmpuint(near_distance("Monne", "Monn\303\251"), ==, 1);
    g_assert_cmpuint(near_distance("kitten", "sitting"), ==, 3);
}

static void expect(const char *unknown, const char *expected)
{
    static const char *const words[] = {"commits", "people", "employers", "lines-added",
                                        "lines-removed"};
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        g_ptr_array_add(known, (gpointer)(guintptr)words[i]);
    g_autofree char *near = near_words(unknown, known);
    g_assert_cmpstr(near, ==, expected);
}

static void the_nearest_words_come_first(void)
{
    expect("comits", "commits");
    expect("poeple", "people");
    expect("employer", "employers");
    expect("added", "lines-added");
    expect("lines-moved", "lines-removed, lines-added");
    expect("xyzzy", "");
    expect("", "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/near/distance", distances);
    g_test_add_func("/near/words", the_nearest_words_come_first);
    return g_test_run();
}
