#include "lint.h"

#include "armour.h"
#include "built_in.h"
#include "fault.h"

static struct layout *layout;

#define DIGEST_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A text that nothing is to be said about; examples change one thing in it. */
static const char sample[] =
    "            Xen Security Advisory CVE-2026-11111 / XSA-900\n"
    "                               version 2\n"
    "\n"
    "                       frobs outlive their guest\n"
    "\n"
    "UPDATES IN VERSION 2\n"
    "====================\n"
    "\n"
    "Public release.\n"
    "\n"
    "ISSUE DESCRIPTION\n"
    "=================\n"
    "\n"
    "A frob is kept.\n"
    "\n"
    "IMPACT\n"
    "======\n"
    "\n"
    "It is frobbed.\n"
    "\n"
    "VULNERABLE SYSTEMS\n"
    "==================\n"
    "\n"
    "All.\n"
    "\n"
    "MITIGATION\n"
    "==========\n"
    "\n"
    "Running no guests avoids it.\n"
    "\n"
    "CREDITS\n"
    "=======\n"
    "\n"
    "Found by Ada.\n"
    "\n"
    "RESOLUTION\n"
    "==========\n"
    "\n"
    "Applying the appropriate attached patch resolves this issue.\n"
    "\n"
    "xsa900-?.patch         xen-unstable\n"
    "xsa900-4.20.patch      Xen 4.20.x\n"
    "\n"
    "$ sha256sum xsa900*\n" DIGEST_A "  xsa900-1.patch\n" DIGEST_B "  xsa900-4.20.patch\n"
    "$\n";

static const char clause[] = "\nDEPLOYMENT DURING EMBARGO\n"
                             "=========================\n"
                             "\n"
                             "Deployment of patches or mitigations is NOT permitted during the\n"
                             "embargo, on any system.\n"
                             "\n"
                             "This is because it shows.\n"
                             "\n"
                             "Deployment is permitted only AFTER the embargo ends.\n";

/* "id:line sentence" a line. */
static char *found_in(const char *bytes, enum text_form form, const GPtrArray *files)
{
    GError *error = NULL;
    struct lint_case lint = {
        .bytes = bytes, .length = strlen(bytes), .form = form, .layout = layout, .files = files};
    g_autoptr(GPtrArray) findings = lint_check(&lint, &error);
    g_assert_no_error(error);
    GString *shown = g_string_new(NULL);
    for (guint i = 0; i < findings->len; i++) {
        const struct lint_finding *finding = findings->pdata[i];
        g_string_append_printf(shown, "%s:%u %s\n", finding->rule->id, finding->line,
                               finding->sentence);
    }
    return g_string_free(shown, FALSE);
}

static char *with(const char *old, const char *new)
{
    g_auto(GStrv) parts = g_strsplit(sample, old, -1);
    g_assert_cmpuint(g_strv_length(parts), >, 1);
    return g_strjoinv(new, parts);
}

struct example {
    const char *old, *new, *expected;
};

static void check(const struct example *examples, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *bytes = with(examples[i].old, examples[i].new);
        g_autofree char *found = found_in(bytes, TEXT_WHOLE, NULL);
        g_assert_cmpstr(found, ==, examples[i].expected);
    }
}

static void a_good_text(void)
{
    g_autofree char *bytes = g_strconcat(sample, clause, NULL);
    g_autofree char *found = found_in(bytes, TEXT_WHOLE, NULL);
    g_assert_cmpstr(found, ==, "");
}

static void what_no_mail_can_hold(void)
{
    static const struct example examples[] = {
        {"frobs outlive their guest", "=?utf-8?q?frobs?=",
         "mail:1 the title cannot be the subject of a mail: \"=?\" begins a code there\n"},
        {"frobs outlive their guest", "fr=obs? caf\xc3\xa9 \"=\" ?", ""},
        {"  xsa900-1.patch\n", "  xsa900-1.patch\n" DIGEST_A "  xsa900-?(1).patch\n",
         "patch-table:46 xsa900-?(1).patch has a sum, but it is not in the patch table\n"
         "mail:46 no file of that name can be attached to a mail: letters, digits, . _ + - and "
         "folders\n"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void characters(void)
{
    static const struct example examples[] = {
        {"kept.", "kept\a.", "control:14 the line has the character U+0007\n"},
        {"kept.", "ke\rpt.", "control:14 the line has the character U+000D\n"},
        {"kept.", "kept\xc2\x85.", "control:14 the line has the character U+0085\n"},
        {"kept.",
         "k\xe2\x80\xae"
         "ept.",
         "bidi:14 the line has the character U+202E\n"},
        {"kept.",
         "k\xe2\x81\xa7"
         "ept.",
         "bidi:14 the line has the character U+2067\n"},
        {"kept.",
         "k\xe2\x80\x8b"
         "ept.",
         "zero-width:14 the line has the character U+200B\n"},
        {"kept.",
         "k\xef\xbb\xbf"
         "ept.",
         "zero-width:14 the line has the character U+FEFF\n"},
        {"kept.", "k\xe9pt.", "encoding:14 the line is not UTF-8\n"},
        {"kept.", "k\xc3\xa9pt\t\xc2\xa0(\xe2\x80\x9cx\xe2\x80\x9d).", ""},
        {"kept.", "kept. ", "trailing-blank:14 the line ends in a blank\n"},
        {"kept.", "kept.\t\r", "trailing-blank:14 the line ends in a blank\n"},
        {"\n", "\r\n", ""},
    };
    check(examples, G_N_ELEMENTS(examples));
}

#define TEN "nine long "

static void long_lines(void)
{
    static const struct example examples[] = {
        {"kept.", TEN TEN TEN TEN TEN TEN "123456789", ""},
        {"kept.", TEN TEN TEN TEN TEN TEN "1234567890",
         "long-line:14 the line has 80 columns; at most 79\n"},
        {"A frob is kept.", " * x\n   " TEN TEN TEN TEN TEN TEN TEN "12345678",
         "long-line:15 the line has 81 columns; at most 79\n"},
        {"A frob is kept.", "x:\n  " TEN TEN TEN TEN TEN TEN TEN "12345678", ""},
        {"A frob is kept.", "# " TEN TEN TEN TEN TEN TEN TEN "12345678", ""},
        {"A frob is kept.", "See https://x.example/" TEN TEN TEN TEN TEN TEN TEN "12345678", ""},
        {"frobs outlive", TEN TEN TEN TEN TEN TEN TEN "frobs", ""},
        {"Xen 4.20.x", TEN TEN TEN TEN TEN TEN TEN "Xen", ""},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void placeholders(void)
{
    static const struct example examples[] = {
        {"kept.",
         "kept, "
         "TO"
         "DO.",
         "placeholder:14 "
         "TO"
         "DO is left to be filled in\n"},
        {"kept.",
         "FIX"
         "ME",
         "placeholder:14 "
         "FIX"
         "ME is left to be filled in\n"},
        {"kept.",
         "X"
         "XX kept",
         "placeholder:14 "
         "X"
         "XX is left to be filled in\n"},
        {"CVE-2026-11111", "CVE-2026-XXXX", "placeholder:1 XXXX is left to be filled in\n"},
        {"kept.",
         "TO"
         "DOS, an MXXXIX and XX",
         ""},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void cves(void)
{
    static const struct example examples[] = {
        {"CVE-2026-11111", "CVE-2026-11111,CVE-2026-11112", ""},
        {"CVE-2026-11111", "CVE-2026-11111,CVE-2026-11112,CVE-2026-11111",
         "cve-twice:1 CVE-2026-11111 is there twice\n"},
        {"CVE-2026-11111", "CVE-2026-111", "cve-malformed:1 CVE-2026-111 is not a CVE\n"},
        {"CVE-2026-11111", "CVE-26-11111", "cve-malformed:1 CVE-26-11111 is not a CVE\n"},
        {"CVE-2026-11111", "CAN-2026-11111", "cve-malformed:1 CAN-2026-11111 is not a CVE\n"},
        {"CVE-2026-11111", "CVE-2026-11111, CVE-2026-11112",
         "cve-malformed:1  CVE-2026-11112 is not a CVE\n"},
        {"kept.", "kept (CVE-2026-1l111).", "cve-malformed:14 CVE-2026-1l111 is not a CVE\n"},
        {"kept.", "kept, as in CVE-2017-5715-like attacks, and CVE-2017-5753.", ""},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void times(void)
{
    static const struct example examples[] = {
        {"kept.", "kept until 2026-06-16 12:00.", "date-zone:14 2026-06-16 12:00 has no zone\n"},
        {"kept.", "kept until 2026-06-16T12:00:00.",
         "date-zone:14 2026-06-16T12:00:00 has no zone\n"},
        {"kept.", "kept until 2026-06-16T12:00:00Zulu, 2026-06-16 12:00:30.5 CEST",
         "date-zone:14 2026-06-16 12:00:30.5 has no zone\n"
         "date-zone:14 2026-06-16T12:00:00 has no zone\n"},
        {"kept.",
         "kept until 2026-06-16T12:00:00Z, 2026-06-16 12:00 UTC,\n"
         "2026-06-16 12:00+02:00, 2026-06-16 12:00:00.25 +0200,\n"
         "2026-06-16 12:00 (GMT), 2026-06-16, at 12:00.",
         ""},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void sections(void)
{
    static const struct example examples[] = {
        {"                       frobs outlive their guest\n\n", "",
         "title:1 no title stands below the heading\n"},
        {"UPDATES IN VERSION 2", "UPDATES IN VERSION 1",
         "updates:2 version 2 has no updates\n"
         "updates:6 these are the updates of another version\n"},
        {"IMPACT\n======\n\nIt", "It", "section-missing:0 there is no section IMPACT\n"},
        {"IMPACT\n======", "IMPACTS\n=======",
         "section-missing:0 there is no section IMPACT\n"
         "section-unknown:16 no known section is called IMPACTS\n"},
        {"CREDITS\n=======", "IMPACT\n======",
         "section-twice:31 IMPACT is there twice\n"
         "section-order:31 this section belongs before MITIGATION\n"},
        {"CREDITS\n=======", "NOTE REGARDING CVE\n==================", ""},
        {"CREDITS\n=======", "CREDITS\n========", "underline:32 the underline has 8 characters\n"},
        {"Public release.", "Advisory withdrawn.\n\nABC\n===\n\nx",
         "section-unknown:11 no known section is called ABC\n"},
        {"Public release.", "Advisory withdrawn.\n\nSUMMARY\n=======\n\nx", ""},
        {"CREDITS\n=======", "CHECKING FOR FROBS\n==================", ""},
        {"CREDITS\n=======", "SUMMARY\n=======",
         "section-unknown:31 no known section is called SUMMARY\n"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void withdrawn_ones_lack_sections(void)
{
    static const char bytes[] =
        "    Xen Security Advisory XSA-1\n             version 2\n\n    t\n\n"
        "UPDATES IN VERSION 2\n====================\n\n";
    g_autofree char *withdrawn = g_strconcat(bytes, "Advisory withdrawn.\n", NULL);
    g_autofree char *other = g_strconcat(bytes, "Public release.\n", NULL);
    g_autofree char *nothing = found_in(withdrawn, TEXT_WHOLE, NULL);
    g_autofree char *much = found_in(other, TEXT_WHOLE, NULL);
    g_assert_cmpstr(nothing, ==, "");
    g_assert_true(g_str_has_prefix(much, "section-missing:0 there is no section IMPACT\n"));
}

static void tables_and_sums(void)
{
    static const struct example examples[] = {
        {"xsa900-?.patch         xen-unstable", "xsa900-unstable.patch        xen-unstable",
         "patch-table:41 xsa900-unstable.patch is in the patch table, but there is no sum of it\n"
         "patch-table:45 xsa900-1.patch has a sum, but it is not in the patch table\n"},
        {DIGEST_A "  xsa900-1.patch\n", DIGEST_A "  xsa900-1.patch\n" DIGEST_A "  xsa900.meta\n",
         ""},
        {"xsa900-4.20.patch      Xen 4.20.x\n", "",
         "patch-table:45 xsa900-4.20.patch has a sum, but it is not in the patch table\n"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void files_beside_the_text(void)
{
    struct text_block *block = text_block_new(TEXT_SUMS);
    g_autoptr(GPtrArray) files = block->sums;
    text_add_sum(block, DIGEST_A, "xsa900-1.patch");
    text_add_sum(block, DIGEST_B, "xsa900-4.20.patch");
    g_autofree char *nothing = found_in(sample, TEXT_WHOLE, files);
    g_assert_cmpstr(nothing, ==, "");
    g_ptr_array_remove_index(files, 0);
    text_add_sum(block, DIGEST_A, "xsa900-4.19.patch");
    ((struct text_sum *)files->pdata[0])->digest[0] = '9';
    g_autofree char *found = found_in(sample, TEXT_WHOLE, files);
    g_assert_cmpstr(found, ==,
                    "file-sums:0 the file xsa900-4.19.patch has no sum in the text\n"
                    "file-sums:45 xsa900-1.patch has a sum, but there is no such file\n"
                    "file-sums:46 the sum is not that of the file xsa900-4.20.patch\n");
    g_free(block);
}

static void forbidden_mitigations(void)
{
    static const char *const says[][2] = {
        {"We recommend running no guests.", "x"},
        {"Guests should be\nstopped.", "x"},
        {"Running no guests is not recommended.", NULL},
        {"Running no guests avoids it; users should not do so.", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(says); i++) {
        g_autofree char *bytes = with("Running no guests avoids it.", says[i][0]);
        g_autofree char *restricted = g_strconcat(bytes, clause, NULL);
        g_autofree char *free_text = g_strconcat(
            bytes,
            "\nDEPLOYMENT DURING EMBARGO\n=========================\n\nIt is NOT permitted.\n",
            NULL);
        g_autofree char *first = found_in(restricted, TEXT_WHOLE, NULL);
        g_autofree char *second = found_in(free_text, TEXT_WHOLE, NULL);
        g_autofree char *open = found_in(bytes, TEXT_WHOLE, NULL);
        const char *expected = says[i][1] == NULL
                                   ? ""
                                   : "mitigation-forbidden:29 a mitigation is recommended whose "
                                     "deployment is NOT permitted\n";
        g_assert_cmpstr(first, ==, expected);
        g_assert_cmpstr(second, ==, expected);
        g_assert_cmpstr(open, ==, "");
    }
}

static void drafts(void)
{
    g_autofree char *found = found_in("IMPACT\n======\n\nNone \n", TEXT_DRAFT, NULL);
    g_assert_cmpstr(found, ==, "trailing-blank:4 the line ends in a blank\n");
    GError *error = NULL;
    struct lint_case lint = {.bytes = "x", .length = 1, .form = TEXT_WHOLE, .layout = layout};
    g_assert_null(lint_check(&lint, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_clear_error(&error);
}

static void rules_have_ids(void)
{
    for (const struct lint_rule *rule = lint_rules; rule->id != NULL; rule++)
        g_assert_true(lint_find_rule(rule->id) == rule && rule->sentence != NULL);
    g_assert_null(lint_find_rule("nonsense"));
}

/* All that there is to find in the real ones, and true. */
static void real_advisories(void)
{
    static const char expected[] =
        "xsa132-v1.txt patch-table:81 xsa132-unstable.patch is in the patch table, but there is no "
        "sum of it\n"
        "xsa132-v1.txt patch-table:86 xsa132.patch has a sum, but it is not in the patch table\n";
    g_autoptr(GPtrArray) paths = built_in_corpus();
    g_autoptr(GString) all = g_string_new(NULL);
    for (guint i = 0; paths != NULL && i < paths->len; i++) {
        g_autofree char *file = NULL;
        gsize length = 0;
        g_assert_true(g_file_get_contents(paths->pdata[i], &file, &length, NULL));
        g_autoptr(Armour) armour = armour_read(file, length, NULL);
        g_autofree char *found = found_in(armour->text, TEXT_WHOLE, NULL);
        g_autofree char *name = g_path_get_basename(paths->pdata[i]);
        g_auto(GStrv) lines = g_strsplit(found, "\n", -1);
        for (char **line = lines; *line != NULL && **line != '\0'; line++)
            g_string_append_printf(all, "%s %s\n", name, *line);
    }
    if (paths != NULL)
        g_assert_cmpstr(all->str, ==, expected);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } tests[] = {
        {"a good text", a_good_text},
        {"characters", characters},
        {"what_no_mail_can_hold", what_no_mail_can_hold},
        {"long lines", long_lines},
        {"placeholders", placeholders},
        {"CVEs", cves},
        {"times", times},
        {"sections", sections},
        {"withdrawn ones lack sections", withdrawn_ones_lack_sections},
        {"tables and sums", tables_and_sums},
        {"files beside the text", files_beside_the_text},
        {"forbidden mitigations", forbidden_mitigations},
        {"drafts", drafts},
        {"rules have ids", rules_have_ids},
        {"real advisories", real_advisories},
    };
    g_test_init(&argc, &argv, NULL);
    layout = built_in_layout();
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strconcat("/lint/", tests[i].name, NULL);
        g_test_add_func(path, tests[i].run);
    }
    int status = g_test_run();
    layout_free(layout);
    return status;
}
