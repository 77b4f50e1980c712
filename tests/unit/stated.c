#include "stated.h"

/* "Xen 4.17-: affected; Xen -4.16: not affected" */
static char *printed(const GPtrArray *ranges)
{
    static const char *const words[] = {
        [STATED_AFFECTED] = "affected",
        [STATED_NOT_AFFECTED] = "not affected",
        [STATED_NOT_INSPECTED] = "not inspected",
    };
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < ranges->len; i++) {
        const struct stated_range *range = ranges->pdata[i];
        const char *from = range->from == NULL ? "" : range->from;
        const char *to = range->to == NULL ? "" : range->to;
        g_string_append_printf(text, "%s%s ", i == 0 ? "" : "; ", range->product);
        if (range->from != NULL && g_strcmp0(from, to) == 0)
            g_string_append(text, from);
        else
            g_string_append_printf(text, "%s%s-%s%s", range->after ? ">" : "", from,
                                   range->before ? "<" : "", to);
        g_string_append_printf(text, ": %s", words[range->word]);
    }
    return g_string_free(text, FALSE);
}

static const struct {
    const char *prose, *expected;
} sentences[] = {
    {"Xen 4.17 and onwards are vulnerable.  Xen 4.16 and older are not vulnerable.",
     "Xen 4.17-: affected; Xen -4.16: not affected"},
    {"Xen 4.0.x and later are vulnerable.", "Xen 4.0-: affected"},
    {"Versions of Xen from 4.0 onwards are vulnerable.", "Xen 4.0-: affected"},
    {"All Xen versions from at least 3.2 onwards are vulnerable.  Older\n"
     "versions have not been inspected.",
     "Xen 3.2-: affected; Xen -<3.2: not inspected"},
    {"Xen versions 4.4 and later are affected.  Older Xen versions are unaffected.",
     "Xen 4.4-: affected; Xen -<4.4: not affected"},
    {"Only Xen 4.4 is vulnerable.  Xen versions 4.5 and later as well as Xen\n"
     "versions 4.3 and earlier are not vulnerable.",
     "Xen 4.4: affected; Xen -<4.4: not affected; Xen >4.4-: not affected; "
     "Xen 4.5-: not affected; Xen -4.3: not affected"},
    {"Both 32- and 64-bit ARM systems are vulnerable from Xen 4.4 onward.", "Xen 4.4-: affected"},
    {"Xen 4.4 and later systems running on ARM hardware are vulnerable.", "Xen 4.4-: affected"},
    {"Linux PVH or HVM domains (x86 or Arm) from kernel 3.8 onwards are\nvulnerable.",
     "Linux 3.8-: affected"},
    {"Systems running all versions of XAPI are vulnerable.", "XAPI -: affected"},
    {"All versions of tapdisk are vulnerable.", "tapdisk -: affected"},
    {"Xen versions 4.13.4, 4.14.x and 4.15.x are not affected.",
     "Xen 4.13.4: not affected; Xen 4.14: not affected; Xen 4.15: not affected"},
    {"Lantern versions from 1.2 to 1.4 are affected.", "Lantern 1.2-1.4: affected"},
    {"Lantern versions between 1.2 and 1.4 are affected.", "Lantern 1.2-1.4: affected"},
    {"All versions of Lantern before 1.2 are vulnerable.", "Lantern -<1.2: affected"},
    {"Lantern versions up to and including 1.2.3 are vulnerable.", "Lantern -1.2.3: affected"},
    {"Lantern 4.7 to 4.17 are vulnerable.", "Lantern 4.7-4.17: affected"},
    {"Lantern 4.7 through 4.17 are vulnerable.", "Lantern 4.7-4.17: affected"},
    {"Lantern from 4.7 to 4.17 is vulnerable.", "Lantern 4.7-4.17: affected"},
    {"Versions 1.2 and newer of Lantern are vulnerable.", "Lantern 1.2-: affected"},
    /* What names a condition, or something else, says nothing of versions. */
    {"All Xen branches up to and including 4.13 are vulnerable,\n"
     "but only if the patches for XSA-378 have not been applied.",
     ""},
    {"Any Xen version with the fix for XSA-438 applied is vulnerable.", ""},
    {"All Xen versions which support ARM are affected.", ""},
    {"Only x86 systems are vulnerable.  ARM systems are not vulnerable.", ""},
    {"ARM systems running Xen 4.5 are not vulnerable.", ""},
    {"In Xen versions prior to 4.6 only HVM guests can take advantage of it.", ""},
    {"Older versions have not been inspected.", ""},
    {"", ""},
    {"....!?\n\n((( \" 4.. 4.x are vulnerable", "(null) 4: affected"},
};

static void sentences_are_read(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(sentences); i++) {
        g_autoptr(GPtrArray) ranges = stated_read(sentences[i].prose);
        g_autofree char *text = printed(ranges);
        g_assert_cmpstr(text, ==, sentences[i].expected);
    }
}

static void versions_have_an_order(void)
{
    g_assert_cmpint(stated_compare("4.9", "4.10"), <, 0);
    g_assert_cmpint(stated_compare("4.10", "4.10"), ==, 0);
    g_assert_cmpint(stated_compare("4.10.1", "4.10"), >, 0);
    g_assert_cmpint(stated_compare("4.10", "4.9.9"), >, 0);
    g_assert_cmpint(stated_compare("1.1.1a", "1.1.1b"), <, 0);
}

static void a_limit_holds_its_whole_line(void)
{
    g_autoptr(GPtrArray) ranges = stated_read(sentences[0].prose);
    g_assert_cmpint(stated_about(ranges, "xen", "4.17.0"), ==, STATED_AFFECTED);
    g_assert_cmpint(stated_about(ranges, "Xen", "4.22.1"), ==, STATED_AFFECTED);
    g_assert_cmpint(stated_about(ranges, "Xen", "4.16.7"), ==, STATED_NOT_AFFECTED);
    g_assert_cmpint(stated_about(ranges, "Xen", "4.2.0"), ==, STATED_NOT_AFFECTED);
    g_assert_cmpint(stated_about(ranges, "Linux", "4.2.0"), ==, STATED_NOTHING);
    g_assert_true(stated_any(ranges, "Xen"));
    g_assert_false(stated_any(ranges, "Linux"));
    g_autoptr(GPtrArray) only = stated_read("Only Xen 4.4 is vulnerable.");
    g_assert_cmpint(stated_about(only, "Xen", "4.4.4"), ==, STATED_AFFECTED);
    g_assert_cmpint(stated_about(only, "Xen", "4.3.4"), ==, STATED_NOT_AFFECTED);
    g_assert_cmpint(stated_about(only, "Xen", "4.5.0"), ==, STATED_NOT_AFFECTED);
}

/* --- joined with the history --- */

static char *settled(enum resolve_state state, const char *introduced,
                     enum resolve_standing standing, const char *prose)
{
    static const struct home_repository repository = {.name = (char *)(gsize) "xen",
                                                      .product = (char *)(gsize) "Xen"};
    struct resolve_release releases[] = {{.version = (char *)(gsize) "4.16.7", .time = 5},
                                         {.version = (char *)(gsize) "4.17.0", .time = 6}};
    g_autoptr(GPtrArray) list = g_ptr_array_new(), lines = g_ptr_array_new(),
                         places = g_ptr_array_new(), repositories = g_ptr_array_new();
    struct resolve_line line = {.state = state, .releases = list};
    struct resolve_place place = {.name = repository.name, .lines = lines};
    g_autoptr(Text) text = text_new();
    struct publication publication = {.text = text, .places = places, .public_by = 10};
    struct home home = {.repositories = repositories};
    line.introduced = (char *)(gsize)introduced;
    text_add_paragraph(text_add_section(text, TEXT_SECTION, "VULNERABLE SYSTEMS"), prose);
    for (gsize i = 0; i < G_N_ELEMENTS(releases); i++) {
        releases[i].standing = standing;
        g_ptr_array_add(list, &releases[i]);
    }
    g_ptr_array_add(lines, &line);
    g_ptr_array_add(places, &place);
    g_ptr_array_add(repositories, (gpointer)(gsize)&repository);
    stated_settle(&publication, &home);
    char *said =
        g_strdup_printf("%s, %s: %s, %s-%s", resolve_standing_name(releases[0].standing),
                        resolve_standing_name(releases[1].standing), resolve_state_name(line.state),
                        line.affected_from == NULL ? "" : line.affected_from,
                        line.affected_to == NULL ? "" : line.affected_to);
    g_free(line.affected_from);
    g_free(line.affected_to);
    g_free(line.reason);
    return said;
}

static void the_text_and_the_history_are_joined(void)
{
    static const struct {
        enum resolve_state state;
        const char *introduced;
        enum resolve_standing standing;
        const char *prose, *expected;
    } cases[] = {
        {RESOLVE_OPEN, NULL, RESOLVE_STANDING_AFFECTED,
         "Xen 4.17 and later are vulnerable.  Xen 4.16 and older are not vulnerable.",
         "not affected, affected: open, 4.17.0-4.17.0"},
        {RESOLVE_OPEN, NULL, RESOLVE_STANDING_AFFECTED, "Xen 4.18 and later are vulnerable.",
         "unknown, unknown: unknown, -"},
        {RESOLVE_OPEN, "4.16.0", RESOLVE_STANDING_AFFECTED, "Xen 4.17 and later are vulnerable.",
         "affected, affected: open, -"},
        {RESOLVE_OPEN, NULL, RESOLVE_STANDING_AFFECTED, "Only Xen 4.18 is vulnerable.",
         "not affected, not affected: not affected, -"},
        {RESOLVE_UNSUPPORTED, NULL, RESOLVE_STANDING_UNKNOWN, "All versions of Xen are affected.",
         "affected, affected: out of support, 4.16.7-4.17.0"},
        {RESOLVE_UNKNOWN, NULL, RESOLVE_STANDING_UNKNOWN, "Xen 4.17 and later are affected.",
         "unknown, affected: open, 4.17.0-4.17.0"},
        {RESOLVE_NOT_AFFECTED, NULL, RESOLVE_STANDING_NOT_AFFECTED,
         "Xen 4.16 and later are affected.", "affected, affected: open, 4.16.7-4.17.0"},
        {RESOLVE_FIXED, NULL, RESOLVE_STANDING_FIXED, "Xen 4.16 and older are not vulnerable.",
         "fixed, fixed: fixed, -"},
        {RESOLVE_OPEN, NULL, RESOLVE_STANDING_AFFECTED, "Linux 4.7 and later are vulnerable.",
         "affected, affected: open, -"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *said =
            settled(cases[i].state, cases[i].introduced, cases[i].standing, cases[i].prose);
        g_assert_cmpstr(said, ==, cases[i].expected);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stated/sentences", sentences_are_read);
    g_test_add_func("/stated/order", versions_have_an_order);
    g_test_add_func("/stated/limits", a_limit_holds_its_whole_line);
    g_test_add_func("/stated/settled", the_text_and_the_history_are_joined);
    return g_test_run();
}
