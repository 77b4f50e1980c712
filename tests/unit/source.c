#include "source.h"

static void value_is(const char *text, const char *variable, const char *expected)
{
    g_autofree char *value = source_variable(text, variable);
    g_assert_cmpstr(value, ==, expected);
}

static void as_make_writes_it(void)
{
    static const char text[] = "ifeq ($(GIT_HTTP),y)\n"
                               "QEMU_UPSTREAM_URL ?= http://xenbits.xen.org/git-http/qemu-xen.git\n"
                               "ifneq (,$(QEMU_TAG))\n"
                               "QEMU_TRADITIONAL_REVISION ?= $(QEMU_TAG)\n"
                               "endif\n"
                               "QEMU_UPSTREAM_REVISION ?= qemu-xen-4.10.2\n"
                               "# MINIOS_UPSTREAM_REVISION ?= xen-RELEASE-4.10.1\n"
                               "MINIOS_UPSTREAM_REVISION := xen-RELEASE-4.10.2 # pinned\r\n"
                               "QEMU_TRADITIONAL_REVISION ?= xen-4.10.2\n";
    value_is(text, "QEMU_UPSTREAM_REVISION", "qemu-xen-4.10.2");
    value_is(text, "MINIOS_UPSTREAM_REVISION", "xen-RELEASE-4.10.2");
    value_is(text, "QEMU_TRADITIONAL_REVISION", "xen-4.10.2");
    value_is(text, "QEMU_UPSTREAM_URL", "http://xenbits.xen.org/git-http/qemu-xen.git");
    value_is(text, "QEMU_UPSTREAM", NULL);
    value_is(text, "UPSTREAM_REVISION", NULL);
    value_is("", "X", NULL);
}

static void as_others_write_it(void)
{
    value_is("  export A='v1'\n", "A", "v1");
    value_is("A = \"v 1\"\nA = \"v2\"", "A", "v2");
    value_is("A: v1", "A", "v1");
    value_is("A ::= v1", "A", "v1");
    value_is("A =\nB = x", "A", NULL);
    value_is("A += v1", "A", NULL);
    value_is("A = #x", "A", NULL);
    value_is("A = $(B)\nA = \"", "A", NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/source/make", as_make_writes_it);
    g_test_add_func("/source/others", as_others_write_it);
    return g_test_run();
}
