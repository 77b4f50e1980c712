#include "components.h"

static void component_is(const char *subject, const char *expected)
{
    g_autofree char *component = component_of_subject(subject, "Xen");
    g_assert_cmpstr(component, ==, expected);
}

static void by_subject(void)
{
    component_is("x86/hvm: fix the thing", "x86");
    component_is("x86: fix", "x86");
    component_is("xen/arm: vgic: fix", "arm");
    component_is("xen: fix", "xen");
    component_is("XEN / ARM64: fix", "arm64");
    component_is("VT-d: don't", "vt-d");
    component_is("Revert \"x86/pv: do\"", "x86");
    component_is("Revert \"Revert \"tools/libxl: do\"\"", "tools");
    component_is("[x86] ioapic: x", "x86");
    component_is("update version to 4.10.2", "other");
    component_is(": nothing before", "other");
    component_is("", "other");
    component_is("this is a very long sentence, which happens to have a colon in it: see", "other");
    component_is("\xff\xfe: bytes", "\uFFFD\uFFFD");
}

static void by_path(void)
{
    g_assert_true(component_holds("docs", "docs/man/x.1"));
    g_assert_true(component_holds("docs/", "docs/man/x.1"));
    g_assert_true(component_holds("Makefile", "Makefile"));
    g_assert_false(component_holds("docs", "docs-old/x"));
    g_assert_false(component_holds("", "x"));
    g_assert_false(component_holds("/", "x"));
    g_assert_true(component_holds("*.md", "a/b.md"));
    g_assert_false(component_holds("*.md", "a/b.mdx"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/components/subject", by_subject);
    g_test_add_func("/components/path", by_path);
    return g_test_run();
}
