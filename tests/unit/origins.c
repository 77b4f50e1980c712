#include "origins.h"

#include "fault.h"

#include <string.h>

#define H1 "1111111111111111111111111111111111111111"
#define H2 "222222222222222222222222222222222222222a"

/* "master-commit 1111... cherry-pick 2222..." */
static char *origins(const char *message)
{
    g_autoptr(GArray) found = origins_find(message, strlen(message));
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const struct origin *origin = &g_array_index(found, struct origin, i);
        g_string_append_printf(text, "%s%s %s", i > 0 ? " " : "", origin->kind, origin->hex);
    }
    return g_string_free(text, FALSE);
}

static void origin_lines(void)
{
    static const struct {
        const char *message, *expected;
    } cases[] = {
        {"x86: fix\n\nText.\nmaster commit: " H1 "\nmaster date: 2018-06-01 12:00:00 +0200\n",
         "master-commit " H1},
        {"master commit: " H1 "\nmaster commit: " H2 "\n",
         "master-commit " H1 " master-commit " H2},
        {"master\xc2\xa0"
         "commit:\xc2\xa0" H1 "\n",
         "master-commit " H1},
        {"master-commit-id: " H1 "\r\n", "master-commit " H1},
        {"master changeset: " H2, "master-commit " H2},
        {"[ Correspoding xen.git#master commit is 7539772a65b0 -abc ]",
         "master-commit 7539772a65b0"},
        {"(cherry picked from commit " H1 ")\n(cherry picked from commit " H2 ")",
         "cherry-pick " H1 " cherry-pick " H2},
        {"  (cherry picked from commit " H1 ")", "cherry-pick " H1},
        {"(cherry picked from commit: " H1 ")", "cherry-pick " H1},
        {"(cherry picked from commits " H1 "\n and " H2 ")\n",
         "cherry-pick " H1 " cherry-pick " H2},
        {"(Cherry-picked from " H2 ".)", "cherry-pick " H2},
        {"(cherry-picked from xen-unstable\n changeset " H1 ")", "cherry-pick " H1},
        {"Cherry picked from commit 2CA9FBD739 (\"AMD: fix\") to fix it", "cherry-pick 2ca9fbd739"},
        {"xen-unstable changeset:   23607:2f63562df1c4\nxen-unstable date: Fri",
         "hg-changeset 2f63562df1c4"},
        {"xen-unstable changeset: 80f4113be500", "hg-changeset 80f4113be500"},
        {"xen-unstable changest: 25200:80f4113be500 25204:569d6f05e1ef",
         "hg-changeset 80f4113be500 hg-changeset 569d6f05e1ef"},
        {"xen-4.1-testing changeset: 23409:61eb3d030f52", "hg-changeset 61eb3d030f52"},
        {"Backport from xen-unstable changeset 24411:ca5f588bd203 to Xen 4.0",
         "hg-changeset ca5f588bd203"},
        /* not origins */
        {"(cherry picked from Linux commit " H1 ")", ""},
        {"the master commit: " H1, ""},
        {"master commit: pending", ""},
        {"master commit: " H1 "0", ""},
        {"cherry picked from a branch with a face", ""},
        {"cherry picked from facade", ""},
        {"> master commit: " H1, ""},
        {"This reverts commit " H1 ".", ""},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = origins(cases[i].message);
        g_assert_cmpstr(found, ==, cases[i].expected);
    }
}

static char *mentions(const struct mention_rules *rules, const char *message)
{
    g_autoptr(GPtrArray) found = mentions_find(rules, message, strlen(message));
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const struct mention *mention = found->pdata[i];
        g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", mention->advisory,
                               mention_claim_name(mention->claim));
    }
    return g_string_free(text, FALSE);
}

static void claims_of_the_xen_project(void)
{
    static const struct {
        const char *message, *expected;
    } cases[] = {
        {"x\n\nThis is XSA-9.\n", "XSA-9 fix"},
        {"x\n\nThis is XSA-9\nSigned-off-by: A <a@b>\n", "XSA-9 fix"},
        {"This is CVE-2015-8550 / XSA-155.", "XSA-155 fix"},
        {"This is XSA-155 / CVE-2015-8550", "XSA-155 fix"},
        {"This is XSA-155/CVE-2015-8550.", "XSA-155 fix"},
        {"This CVE-2015-8550 / XSA-155.", "XSA-155 fix"},
        {"This is CVE-2015-1 and CVE-2015-2 / XSA-9.", "XSA-9 fix"},
        {"This is CVE-2015-1 + CVE-2015-2 / XSA-9.", "XSA-9 fix"},
        {"This is CVE-2015-1 / CVE-2015-2 / XSA-9.", "XSA-9 fix"},
        {"This is a security problem, XSA-9 / CVE-2015-1.", "XSA-9 fix"},
        {"[ This bug is security vulnerability, XSA-9 / CVE-2015-1. ]", "XSA-9 fix"},
        {"Everything together is XSA-9.", "XSA-9 fix"},
        {"Corruption. (This is XSA-9.)", "XSA-9 fix"},
        {"This is\n XSA-9, discovered by B.", "XSA-9 fix"},
        {"This is part of XSA-9.", "XSA-9 part"},
        {"This is part of XSA155.", "XSA-155 part"},
        {"This is part of\nXSA-9 / CVE-2015-1.", "XSA-9 part"},
        {"This is part of CVE-2015-1 / XSA-9.", "XSA-9 part"},
        {"This is CVE-2015-1 / part of XSA-9.", "XSA-9 part"},
        {"This is CVE-2015-1, part of XSA-9.", "XSA-9 part"},
        {"This is part of the fix to a security issue, XSA-9.", "XSA-9 part"},
        {"This is a security issue, part of XSA-9 / CVE-2015-1.", "XSA-9 part"},
        {"This is part of XSA-286 (or XSA-9 re-born).", "XSA-9 part, XSA-286 part"},
        {"This is part of XSA-9.\n\nThis is XSA-9.", "XSA-9 fix"},
        {"This is XSA-10.\n\nIt was found after XSA-9.", "XSA-9 mention, XSA-10 fix"},
        /* named, not fixed */
        {"This documents, but does not fix, XSA-9.", "XSA-9 mention"},
        {"This is (not really) XSA-9 (but necessary).", "XSA-9 mention"},
        {"Note that per XSA-9, this is not a security issue.", "XSA-9 mention"},
        {"This is a followup to XSA-9 and XSA-10.", "XSA-9 mention, XSA-10 mention"},
        {"The issue was introduced by XSA-9.", "XSA-9 mention"},
        {"memory: fix XSA-9 fix", "XSA-9 mention"},
        {"One of the changes comprising the fixes for XSA-9 is wrong.", "XSA-9 mention"},
        {"Merge xsa-009 branch", "XSA-9 mention"},
        /* no names */
        {"x86: XSAVE, XSAVES and XSAVEC2; XSAN-251; EXSA-1; XSA-x", ""},
        {"", ""},
    };
    g_autoptr(MentionRules) rules = mention_rules_new("XSA", NULL, NULL, NULL, NULL);
    g_assert_nonnull(rules);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *found = mentions(rules, cases[i].message);
        g_test_message("%s", cases[i].message);
        g_assert_cmpstr(found, ==, cases[i].expected);
    }
}

static void rules_of_another_project(void)
{
    static const char *const fix[] = {"^security: @", NULL};
    static const char *const none[] = {NULL};
    g_autoptr(MentionRules) rules = mention_rules_new("F.SA", fix, none, none, NULL);
    g_autofree char *found = mentions(rules, "Security: F.SA-3\n\nThis is F.SA-2. FxSA-1.");
    g_assert_cmpstr(found, ==, "F.SA-2 mention, F.SA-3 fix");
}

static void no_fix_wins_in_its_paragraph(void)
{
    static const char *const fix[] = {"fix @", NULL};
    static const char *const no_fix[] = {"not fix @", NULL};
    g_autoptr(MentionRules) rules = mention_rules_new("XSA", fix, NULL, no_fix, NULL);
    g_autofree char *barred = mentions(rules, "We do not fix XSA-1, we fix XSA-2.");
    g_assert_cmpstr(barred, ==, "XSA-1 mention, XSA-2 fix");
    g_autofree char *later = mentions(rules, "We do not fix XSA-1.\n \nNow we fix XSA-1.");
    g_assert_cmpstr(later, ==, "XSA-1 fix");
}

static void wrong_rules_are_refused(void)
{
    static const char *const fix[] = {"fix (@", NULL};
    g_autoptr(GError) error = NULL;
    g_assert_null(mention_rules_new("XSA", fix, NULL, NULL, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    g_clear_error(&error);
    g_assert_null(mention_rules_new("", NULL, NULL, NULL, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
}

static void bytes_that_are_no_text(void)
{
    static const char message[] = "\xff\xfe XSA-1\0 This is \xc3 XSA-2\n\nThis is\nXSA-3\xff\0";
    g_autoptr(MentionRules) rules = mention_rules_new("XSA", NULL, NULL, NULL, NULL);
    g_autoptr(GPtrArray) found = mentions_find(rules, message, sizeof message - 1);
    g_assert_cmpuint(found->len, ==, 3);
    g_assert_cmpint(((struct mention *)found->pdata[2])->claim, ==, MENTION_FIX);
}

static void too_many_names(void)
{
    g_autoptr(MentionRules) rules = mention_rules_new("XSA", NULL, NULL, NULL, NULL);
    g_autoptr(GString) message = g_string_new(NULL);
    for (int i = 0; i < 100000; i++)
        g_string_append_printf(message, "XSA-%d ", 100000 - i);
    g_autoptr(GPtrArray) found = mentions_find(rules, message->str, message->len);
    g_assert_cmpuint(found->len, ==, 500);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/origins/lines", origin_lines);
    g_test_add_func("/origins/claims", claims_of_the_xen_project);
    g_test_add_func("/origins/other-rules", rules_of_another_project);
    g_test_add_func("/origins/no-fix", no_fix_wins_in_its_paragraph);
    g_test_add_func("/origins/wrong-rules", wrong_rules_are_refused);
    g_test_add_func("/origins/bytes", bytes_that_are_no_text);
    g_test_add_func("/origins/too-many", too_many_names);
    return g_test_run();
}
