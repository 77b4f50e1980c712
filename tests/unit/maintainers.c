#include "maintainers.h"

#include <string.h>

static const char example[] =
    "\n\tList of maintainers\n\nF: a stray line\nM:\tMaintainer: FullName <address@domain>\n\n"
    "Maintainers List (try to look for most precise areas first)\n\n"
    "\t\t-----------------------------------\n\n"
    "X86 ARCHITECTURE\n"
    "M:\tJan Example <jan@example.org>\n"
    "M:\t\"Andrew, Second\" <andrew@example.com> (for now)\r\n"
    "R:\tWei Reviewer <wei@example.net>\n"
    "L:\tdevel@lists.example.org (moderated for non-subscribers)\n"
    "S:\tSupported\n"
    "F:\txen/arch/x86/\n"
    "X:\txen/arch/x86/old/\n"
    "N:\t[^a-z]x86\n"
    "\n"
    "XENSTORE\n"
    "P:\tOld Custom\n"
    "M:\told@example.org\n"
    "S:\tMaintained\n"
    "F:\tdocs/*/xenstore*\n"
    "F:\ttools/xenstored/\n"
    "\n"
    "MM\n"
    "R:\tOnly Reviewer <only@example.org>\n"
    "F:\txen/arch/x86/mm/\n"
    "F:\txen/arch/x86/traps.c\n"
    "F:\tREADME\n"
    "\n"
    "THE REST\n"
    "M:\tAnybody <any@example.org>\n"
    "F:\t*\n"
    "F:\t*/\n"
    "V:\txen-maintainers-1\n";

static const char *name_of(const struct maintainers_section *section)
{
    return section == NULL ? "" : section->name;
}

static void test_sections(void)
{
    g_autoptr(Maintainers) list = maintainers_parse(example, strlen(example));
    g_assert_cmpuint(maintainers_count(list), ==, 4);
    const struct maintainers_section *x86 = maintainers_section(list, 0);
    g_assert_cmpstr(x86->name, ==, "X86 ARCHITECTURE");
    g_assert_cmpstr(x86->status, ==, "Supported");
    g_assert_cmpuint(x86->line, ==, 11);
    g_assert_cmpuint(x86->people->len, ==, 3);
    const struct maintainer *second = g_ptr_array_index(x86->people, 1);
    g_assert_cmpstr(second->name, ==, "Andrew, Second");
    g_assert_cmpstr(second->address, ==, "andrew@example.com");
    g_assert_false(second->reviewer);
    g_assert_true(((struct maintainer *)g_ptr_array_index(x86->people, 2))->reviewer);
    g_assert_cmpstr(g_ptr_array_index(x86->lists, 0), ==, "devel@lists.example.org");
    const struct maintainer *old = g_ptr_array_index(maintainers_section(list, 1)->people, 0);
    g_assert_cmpstr(old->name, ==, "Old Custom");
    g_assert_cmpstr(old->address, ==, "old@example.org");
    g_assert_true(maintainers_section(list, 3)->rest);
    g_assert_false(x86->rest);
}

static void test_paths(void)
{
    static const struct {
        const char *path, *section, *responsible;
    } cases[] = {
        {"xen/arch/x86/cpu.c", "X86 ARCHITECTURE", "X86 ARCHITECTURE"},
        {"xen/arch/x86/mm/p2m.c", "MM", "X86 ARCHITECTURE"},
        {"xen/arch/x86/traps.c", "MM", "X86 ARCHITECTURE"},
        {"xen/arch/x86/old/cpu.c", "THE REST", "THE REST"},
        {"xen/arch/x86", "THE REST", "THE REST"},
        {"docs/misc/xenstore.txt", "XENSTORE", "XENSTORE"},
        {"docs/misc/more/xenstore.txt", "THE REST", "THE REST"},
        {"docs/misc/xenstore/more.txt", "THE REST", "THE REST"},
        {"tools/xenstored/a/b.c", "XENSTORE", "XENSTORE"},
        {"README", "MM", "THE REST"},
        {"README.md", "THE REST", "THE REST"},
        {"", "THE REST", "THE REST"},
    };
    g_autoptr(Maintainers) list = maintainers_parse(example, strlen(example));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpstr(name_of(maintainers_find(list, cases[i].path)), ==, cases[i].section);
        g_assert_cmpstr(name_of(maintainers_responsible(list, cases[i].path)), ==,
                        cases[i].responsible);
    }
    g_autoptr(GPtrArray) all = maintainers_find_all(list, "xen/arch/x86/mm/p2m.c");
    g_assert_cmpuint(all->len, ==, 3);
    g_assert_cmpstr(name_of(all->pdata[0]), ==, "MM");
    g_assert_cmpstr(name_of(all->pdata[2]), ==, "THE REST");
}

/* Linux: a star in a folder's name, a star that names files but not below, a folder unslashed. */
static void test_linux_patterns(void)
{
    static const char text[] = "A\nF:\tdrivers/*/net/\nB\nF:\tdrivers/net/*\nC\nF:\tlib/zlib\n"
                               "D\nF:\tinclude/linux/i2c-*.h\nE\nF:\tx?z/\n";
    static const struct {
        const char *path, *section;
    } cases[] = {
        {"drivers/s390/net/a.c", "A"},
        {"drivers/net/a.c", "B"},
        {"drivers/net/b/a.c", ""},
        {"lib/zlib/deep/a.c", "C"},
        {"lib/zlib", "C"},
        {"lib/zlib.c", ""},
        {"include/linux/i2c-a-b.h", "D"},
        {"include/linux/i2c-a/b.h", ""},
        {"xyz/a", "E"},
        {"xyyz/a", ""},
        {"drivers/s390/x/net/a.c", ""},
    };
    g_autoptr(Maintainers) list = maintainers_parse(text, strlen(text));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(name_of(maintainers_find(list, cases[i].path)), ==, cases[i].section);
}

static void test_hostile(void)
{
    static const char *const texts[] = {"",
                                        "\n\n",
                                        "M:",
                                        "M:\tno title",
                                        "A\nF:",
                                        "A\nF:\t\nX:\t",
                                        "A\nM:\t<\nM:\t<<a@b>>\nM:\t@\nP:\tx",
                                        "A\nB\nC\nF:\t****?*?*?*?*?*?*?*?x",
                                        "\xff\xfe\nF:\t\xff/\n",
                                        "Maintainers List"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Maintainers) list = maintainers_parse(texts[i], strlen(texts[i]));
        maintainers_find(list, "a/b/c");
        maintainers_find(list, "");
    }
    static const char nul[] = "A\0B\nF:\ta\0b\n";
    g_autoptr(Maintainers) odd = maintainers_parse(nul, sizeof nul - 1);
    g_assert_cmpstr(name_of(maintainers_find(odd, "a")), ==, "A");
}

/* Many stars against a long path do not take long. */
static void test_stars_are_cheap(void)
{
    GString *text = g_string_new("A\nF:\t");
    GString *path = g_string_new(NULL);
    for (guint i = 0; i < 500; i++)
        g_string_append(text, "*a");
    for (guint i = 0; i < 100000; i++)
        g_string_append_c(path, 'a');
    g_string_append(text, "b\n");
    g_autoptr(Maintainers) list = maintainers_parse(text->str, text->len);
    gint64 start = g_get_monotonic_time();
    g_assert_null(maintainers_find(list, path->str));
    g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
    g_string_free(text, TRUE);
    g_string_free(path, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/maintainers/sections", test_sections);
    g_test_add_func("/maintainers/paths", test_paths);
    g_test_add_func("/maintainers/linux", test_linux_patterns);
    g_test_add_func("/maintainers/hostile", test_hostile);
    g_test_add_func("/maintainers/stars", test_stars_are_cheap);
    return g_test_run();
}
