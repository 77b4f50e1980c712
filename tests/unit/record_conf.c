#include "record_conf.h"

#include "fault.h"

#include <string.h>

#define PATH "xsa-501/record.conf"
#define HEAD "[advisory]\ntitle=frobs outlive their guest\n"

static struct record_conf *parse(const char *text, GError **error)
{
    return record_conf_parse(PATH, text, strlen(text), error);
}

static void everything_is_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RecordConf) conf = parse(
        "# a comment\n\n" HEAD "version=2\naudience = public\ncves=CVE-2026-1234; CVE-2026-99999\n"
        "credits=Ada of Example;Ben\\; and others\npolicies=xen;\ncompanions=502;2026-01\n"
        "files=xsa501.meta\n"
        "[dates]\nreported=2026-05-21T11:00:00+02:00\npublic=\n"
        "[deployment]\npatch=permitted\nmitigation=members\nreason=it shows\\nthe flaw\n"
        "[patches]\nxsa501-?.patch=xen-unstable\\nand 4.17\n"
        "[patches For xen.git oxenstored:]\nxsa501-ocaml.patch=all\n"
        "[waivers]\nlong-line=a command\n",
        &error);
    g_assert_no_error(error);
    g_assert_cmpstr(conf->title, ==, "frobs outlive their guest");
    g_assert_cmpint(conf->version, ==, 2);
    g_assert_true(conf->public_text);
    g_assert_cmpuint(conf->cves->len, ==, 2);
    g_assert_cmpstr(conf->cves->pdata[1], ==, "CVE-2026-99999");
    g_assert_cmpstr(conf->credits->pdata[1], ==, "Ben; and others");
    g_assert_cmpuint(conf->policies->len, ==, 1);
    g_assert_cmpuint(conf->companions->len, ==, 2);
    g_assert_cmpint(conf->at[POLICY_REPORTED], ==, 1779354000); /* date -ud 2026-05-21T09:00Z +%s */
    g_assert_cmpint(conf->at[POLICY_PUBLIC], ==, POLICY_UNKNOWN);
    g_assert_true(conf->deployment);
    g_assert_cmpint(conf->mitigation, ==, TEXT_MEMBERS);
    g_assert_cmpstr(conf->reason, ==, "it shows\nthe flaw");
    g_assert_cmpuint(conf->waivers->len, ==, 1);
}

static void rows_are_in_the_order_of_the_file(void)
{
    static const struct {
        enum text_row_kind kind;
        const char *name, *label;
    } expected[] = {{TEXT_ROW_PATCH, "b-?.patch", "unstable"},
                    {TEXT_ROW_MORE, NULL, "and 4.17"},
                    {TEXT_ROW_PATCH, "a.patch", "4.16"},
                    {TEXT_ROW_SUBLABEL, NULL, "For x.git:"},
                    {TEXT_ROW_PATCH, "c.patch", "all"}};
    g_autoptr(GError) error = NULL;
    g_autoptr(RecordConf) conf = parse(HEAD "[patches]\nb-?.patch=unstable\\nand 4.17\n"
                                            "a.patch=4.16\n[patches For x.git:]\nc.patch=all\n",
                                       &error);
    g_assert_no_error(error);
    g_assert_cmpuint(conf->rows->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < conf->rows->len; i++) {
        const struct text_row *row = conf->rows->pdata[i];
        g_assert_cmpint(row->kind, ==, expected[i].kind);
        g_assert_cmpstr(row->name, ==, expected[i].name);
        g_assert_cmpstr(row->label, ==, expected[i].label);
    }
}

/* Each with its sentence; none quotes SECRET. */
static void faults_are_said_and_quote_nothing(void)
{
    static const struct {
        const char *text, *says;
    } faults[] = {
        {"SECRET\n", "line 1 is no [group]"},
        {"SECRET=1\n", "line 1 is no [group]"},
        {"[advisory]\n", "[advisory] has no title"},
        {"[advisory]\ntitle=\n", "[advisory] has no title"},
        {HEAD "SECRET=1\n", "line 3: [advisory]: nobody knows this key"},
        {HEAD "title=SECRET\n", "line 3: [advisory]: this key is there twice"},
        {HEAD "title[de]=SECRET\n", "line 3: [advisory]: this key has no good name"},
        {HEAD "[SECRET]\na=b\n", "a group that nobody knows"},
        {HEAD "version=SECRET\n", "line 3: [advisory] version: it is a number"},
        {HEAD "version=0\n", "line 3: [advisory] version: it is a number"},
        {HEAD "audience=SECRET\n", "line 3: [advisory] audience: it is members or public"},
        {HEAD "cves=SECRET\n", "[advisory] cves: a CVE is written"},
        {HEAD "cves=CVE-2026-1234;CVE-2026-1234\n", "cves: something is named twice"},
        {HEAD "credits=SECRET;;b\n", "[advisory] credits: there is nothing between"},
        {HEAD "companions=../SECRET\n", "companions: an advisory's number"},
        {HEAD "credits=SECRET\\q\n", "line 3: [advisory] credits: there is a backslash"},
        {HEAD "[dates]\npublic=2026-06-16 SECRET\n", "line 4: [dates] public: a time is written"},
        {HEAD "[dates]\npublic=2026-06-16T12:00:00\n", "line 4: [dates] public: a time is written"},
        {HEAD "[dates]\nSECRET=2026-06-16T12:00:00Z\n", "line 4: [dates]: nobody knows this key"},
        {HEAD "[deployment]\npatch=SECRET\n", "line 4: [deployment] patch: it is one of"},
        {HEAD "[deployment]\nreason=SECRET\n", "there is a reason, but no restriction"},
        {HEAD "[patches]\n../SECRET=x\n", "line 4: [patches]: a file's name"},
        {HEAD "[patches]\n/SECRET=x\n", "line 4: [patches]: a file's name"},
        {HEAD "[patches]\na.patch=\n", "line 4: [patches]: this row says not"},
        {HEAD "[waivers]\nSECRET=x\n", "line 4: [waivers]: lint has no rule"},
        {HEAD "[waivers]\nlong-line=\n", "line 4: [waivers] long-line: a waiver needs its reason"},
        {HEAD "credits=SECRET\xff\n", "is not UTF-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(parse(faults[i].text, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
        if (strstr(error->message, faults[i].says) == NULL)
            g_error("case %u says: %s", (guint)i, error->message);
        g_assert_true(g_str_has_prefix(error->message, PATH));
        g_assert_null(strstr(error->message, "SECRET"));
    }
}

static void a_nul_is_no_text(void)
{
    g_autoptr(GError) error = NULL;
    static const char bytes[] = HEAD "credits=a\0b\n";
    g_assert_null(record_conf_parse(PATH, bytes, sizeof bytes - 1, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
}

static void a_change_leaves_the_rest(void)
{
    static const char *const list[] = {"a;b", "c", NULL};
    const struct record_conf_change changes[] = {{"advisory", "version", "2", NULL},
                                                 {"advisory", "credits", NULL, list},
                                                 {"dates", "public", "2026-06-16T12:00:00Z", NULL},
                                                 {.group = NULL}};
    g_autoptr(GError) error = NULL;
    static const char text[] = "# keep me\n\n" HEAD "# and me\nversion=1\n\n[dates]\npublic=\n";
    g_autofree char *changed = record_conf_change(PATH, text, strlen(text), changes, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(changed, "# keep me\n"));
    g_assert_nonnull(strstr(changed, "# and me\nversion=2\n"));
    g_autoptr(RecordConf) conf = parse(changed, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(conf->title, ==, "frobs outlive their guest");
    g_assert_cmpstr(conf->credits->pdata[0], ==, "a;b");
    g_assert_cmpint(conf->at[POLICY_PUBLIC], ==, 1781611200); /* date -ud 2026-06-16T12:00Z +%s */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/record-conf/everything", everything_is_read);
    g_test_add_func("/record-conf/rows", rows_are_in_the_order_of_the_file);
    g_test_add_func("/record-conf/faults", faults_are_said_and_quote_nothing);
    g_test_add_func("/record-conf/nul", a_nul_is_no_text);
    g_test_add_func("/record-conf/change", a_change_leaves_the_rest);
    return g_test_run();
}
