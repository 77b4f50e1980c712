#include "components.h"

#include <string.h>

static void test_prefixes(void)
{
    static const struct {
        const char *subject, *prefix;
    } cases[] = {
        {"x86/mm: fix a leak", "x86"},
        {"xen/arm: fix a leak", "arm"},
        {"xen: fix a leak", "xen"},
        {"XEN/ARM64: fix", "arm64"},
        {"tools/libs/light: fix", "tools"},
        {"x86, vt-d: fix", "x86"},
        {"Revert \"x86/mm: fix a leak\"", "x86"},
        {"[PATCH] [for-4.9] libxl: fix", "libxl"},
        {"Fix a bug: this one", NULL},
        {"no colon", NULL},
        {": nothing", NULL},
        {"", NULL},
        {"[", NULL},
        {"\xc3\xa9t\xc3\xa9: warm", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *prefix = components_subject_prefix(cases[i].subject, "xen");
        g_assert_cmpstr(prefix, ==, cases[i].prefix);
    }
}

static void test_subjects(void)
{
    g_autoptr(Components) components = components_new(NULL, NULL, NULL);
    const char *const paths[] = {"a/b.c"};
    g_assert_cmpint(components_kind(components), ==, COMPONENTS_SUBJECTS);
    g_assert_null(components_of_path(components, "a/b.c"));
    g_assert_cmpstr(components_of_commit(components, paths, 1, "x86/mm: a"), ==, "x86");
    g_assert_cmpstr(components_of_commit(components, paths, 1, "a sentence"), ==, COMPONENTS_OTHER);
}

static void test_sections(void)
{
    static const char text[] = "X86\nM: a <a@b>\nF: xen/arch/x86/\nTOOLS\nF: tools/\n";
    g_autoptr(Maintainers) list = maintainers_parse(text, strlen(text));
    g_autoptr(Components) components = components_new(NULL, list, "xen");
    const char *const paths[] = {"tools/a", "xen/arch/x86/b", "tools/c", "docs"};
    g_assert_cmpstr(components_of_path(components, "tools/a"), ==, "TOOLS");
    g_assert_cmpstr(components_of_path(components, "docs"), ==, COMPONENTS_OTHER);
    g_assert_cmpstr(components_of_commit(components, paths, 4, "x: y"), ==, "TOOLS");
    g_assert_cmpstr(components_of_commit(components, paths + 1, 2, "x: y"), ==, "X86");
    g_assert_cmpstr(components_of_commit(components, NULL, 0, "x: y"), ==, COMPONENTS_OTHER);
}

static void test_configured(void)
{
    char first[] = "x86", second[] = "docs", x86[] = "xen/arch/x86/", glob[] = "*.md",
         folder[] = "docs", empty[] = "";
    char *x86_patterns[] = {x86, empty, NULL}, *doc_patterns[] = {glob, folder, NULL};
    struct home_component one = {first, x86_patterns}, two = {second, doc_patterns};
    g_autoptr(GPtrArray) configured = g_ptr_array_new();
    g_ptr_array_add(configured, &one);
    g_ptr_array_add(configured, &two);
    g_autoptr(Components) components = components_new(configured, NULL, NULL);
    g_assert_cmpint(components_kind(components), ==, COMPONENTS_CONFIGURED);
    g_assert_cmpstr(components_of_path(components, "xen/arch/x86/a.md"), ==, "x86");
    g_assert_cmpstr(components_of_path(components, "xen/arch/x86"), ==, "x86");
    g_assert_cmpstr(components_of_path(components, "xen/arch/x86_64/a"), ==, COMPONENTS_OTHER);
    g_assert_cmpstr(components_of_path(components, "a/b/c.md"), ==, "docs");
    g_assert_cmpstr(components_of_path(components, "docs/x"), ==, "docs");
    g_assert_cmpstr(components_of_path(components, "docsx"), ==, COMPONENTS_OTHER);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/components/prefixes", test_prefixes);
    g_test_add_func("/components/subjects", test_subjects);
    g_test_add_func("/components/sections", test_sections);
    g_test_add_func("/components/configured", test_configured);
    return g_test_run();
}
