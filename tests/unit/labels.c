#include "labels.h"

/* The branches of a project that has released 4.9 to 4.11, in the order git has them. */
static const char *const branches[] = {"master",     "stable-4.10", "stable-4.11",
                                       "stable-4.9", "staging",     "stable-4.10-pre"};
static const char *const trunk[] = {"main", "v5"};
static const char *const stable[] = {"release-*", "stable-*", NULL};
static const char *const rules[] = {"frob master:main", "Frob *:v*", "frobs:staging", NULL};

static GPtrArray *list(const char *const *names, gsize count)
{
    GPtrArray *all = g_ptr_array_new();
    for (gsize i = 0; i < count; i++)
        g_ptr_array_add(all, (gpointer)(gsize)names[i]);
    return all;
}

/* "xen/master xen/stable-4.11", and "?unknown" at the end. */
static char *shown(const char *label)
{
    g_autoptr(GPtrArray) of_xen = list(branches, G_N_ELEMENTS(branches));
    g_autoptr(GPtrArray) of_frob = list(trunk, G_N_ELEMENTS(trunk));
    const struct labels_place places[] = {{"xen", "master", stable, NULL, of_xen},
                                          {"frob", "main", stable, rules, of_frob}};
    g_autofree char *unknown = NULL;
    g_autoptr(GArray) found = labels_find(label, places, G_N_ELEMENTS(places), &unknown);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const struct labels_target *target = &g_array_index(found, struct labels_target, i);
        g_string_append_printf(text, "%s%s/%s", text->len > 0 ? " " : "",
                               places[target->place].name, target->branch);
    }
    if (unknown != NULL)
        g_string_append_printf(text, "?%s", unknown);
    return g_string_free(text, FALSE);
}

static void labels(void)
{
    static const struct {
        const char *label, *expected;
    } examples[] = {
        {"xen-unstable", "xen/master"},
        {"Xen-unstable", "xen/master"},
        {"Xen 4.10.x", "xen/stable-4.10"},
        {"Xen 4.10", "xen/stable-4.10"},
        {"Xen 4.11.0", "xen/stable-4.11"},
        {"Xen staging", "xen/staging"},
        {"xen-unstable, Xen 4.11.x, 4.9.x", "xen/master xen/stable-4.11 xen/stable-4.9"},
        {"Xen 4.10, xen-unstable", "xen/stable-4.10 xen/master"},
        {"xen-unstable - Xen 4.10.x", "xen/master xen/stable-4.11 xen/stable-4.10"},
        {"Xen 4.9 - xen-unstable", "xen/master xen/stable-4.11 xen/stable-4.10 xen/stable-4.9"},
        {"Xen 4.11.x - Xen 4.9.x", "xen/stable-4.11 xen/stable-4.10 xen/stable-4.9"},
        {"Xen 4.10.x - 4.9.x", "xen/stable-4.10 xen/stable-4.9"},
        {"Xen 4.9 ... 4.10", "xen/stable-4.10 xen/stable-4.9"},
        {"xen-unstable, xen-unstable - Xen 4.11.x", "xen/master xen/stable-4.11"},
        {"Xen 4.12.x", "?Xen 4.12.x"},
        {"Xen 4.11.x - Xen 4.8.x", "?Xen 4.11.x - Xen 4.8.x"},
        {"xen-unstable - Xen staging", "?xen-unstable - Xen staging"},
        {"Xen 4.11.x, Linux 5.9 - 5.19-rc", "xen/stable-4.11?Linux 5.9 - 5.19-rc"},
        {"Xen 4.10rc1", "?Xen 4.10rc1"},
        {"Xen", "xen/master"},
        {"Xenon", "?Xenon"},
        {"", "?"},
        {"frob master", "frob/main"},
        {"Frob 5", "frob/v5"},
        {"frob", "?frob"},
        {"frobs", "?frobs"},
        {"a - b - c", "?a - b - c"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_autofree char *found = shown(examples[i].label);
        g_assert_cmpstr(found, ==, examples[i].expected);
    }
}

static void rules_have_a_form(void)
{
    static const char *const good[] = {"a:b", "Xen *.x:stable-*", "Xen *:master", "a: b:c"};
    static const char *const bad[] = {"", "a", "a:", ":b", "a:b*", "**:a", "*:**"};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(labels_good_rule(good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(labels_good_rule(bad[i]));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/labels/labels", labels);
    g_test_add_func("/labels/rules have a form", rules_have_a_form);
    return g_test_run();
}
