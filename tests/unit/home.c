#include "home.h"

#include "fault.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder, *conf;

static struct home *open_home(const char *text, GError **error)
{
    g_assert_true(g_file_set_contents(conf, text, -1, NULL));
    return home_open(folder, error);
}

static struct home *good(const char *text)
{
    g_autoptr(GError) error = NULL;
    struct home *home = open_home(text, &error);
    g_assert_no_error(error);
    return home;
}

static void bad(const char *text, const char *word)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(open_home(text, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    if (strstr(error->message, word) == NULL)
        g_error("\"%s\" is not in: %s", word, error->message);
}

static void list_is(const GStrv list, const char *expected)
{
    g_autofree char *joined = g_strjoinv("|", list);
    g_assert_cmpstr(joined, ==, expected);
}

static void defaults(void)
{
    g_autoptr(Home) home = good("[repository x]\npath = r\n");
    g_autofree char *history = g_build_filename(folder, "history.db", NULL);
    g_autofree char *mailmap = g_build_filename(folder, "people", "mailmap", NULL);
    g_autofree char *path = g_build_filename(folder, "r", NULL);
    g_autofree char *name = g_path_get_basename(folder);
    g_assert_cmpstr(home->project, ==, name);
    g_assert_cmpstr(home->history_path, ==, history);
    g_assert_cmpstr(home->mailmap_path, ==, mailmap);
    g_assert_cmpstr(home->advisory_prefix, ==, "XSA");
    g_assert_null(home->advisory_fix);
    g_assert_cmpuint(home->repositories->len, ==, 1);
    const struct home_repository *x = home->repositories->pdata[0];
    g_assert_cmpstr(x->path, ==, path);
    g_assert_null(x->url);
    list_is(x->branches, "*");
    list_is(x->tags, "*");
    list_is(x->exclude, "");
    g_assert_null(x->main_branch);
    g_assert_null(x->tag_pattern);
    g_assert_false(x->incomplete);
    g_assert_false(x->foreign);
}

static void everything(void)
{
    g_autoptr(Home) home = good("# a comment\n[project]\nname =  The  Project  \n"
                                "[people]\nmailmap = /m\nemployers = e.tsv\n"
                                "[advisories]\nprefix = ABC\nfix = fixes @; is \\\\d @\n"
                                "[repository a.b_c-1]\nurl = https://x.org/y.git\n"
                                "branches = main ; stable-*\ntags = v*;\nexclude = *-x\n"
                                "main-branch = main\nstable = s/*\ntag-pattern = ^v(\\\\d+)$\n"
                                "incomplete = yes\nforeign = true\n");
    g_autofree char *mirror = NULL;
    const struct home_repository *r = home->repositories->pdata[0];
    g_assert_cmpstr(home->project, ==, "The  Project");
    g_assert_cmpstr(home->mailmap_path, ==, "/m");
    g_assert_true(g_str_has_suffix(home->employers_path, "/e.tsv"));
    list_is(home->advisory_fix, "fixes @|is \\d @");
    g_assert_cmpstr(r->name, ==, "a.b_c-1");
    g_assert_null(r->path);
    list_is(r->branches, "main|stable-*");
    list_is(r->tags, "v*");
    g_assert_cmpstr(r->tag_pattern, ==, "^v(\\d+)$");
    g_assert_true(r->incomplete);
    g_assert_true(r->foreign);
    mirror = home_repository_path(home, r);
    g_assert_true(g_str_has_suffix(mirror, "/mirrors/a.b_c-1.git"));
}

static void blanks_in_paths(void)
{
    static const char *const paths[][2] = {{"path = /a b ", "/a b"},    {"path = \\s/a", NULL},
                                           {"path = /a\\s", "/a "},     {"path = /a;b", "/a;b"},
                                           {"path = /a\\\\b", "/a\\b"}, {"path =\t/tab\t", "/tab"}};
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autofree char *text = g_strdup_printf("[repository x]\n%s\n", paths[i][0]);
        g_autofree char *inside = g_build_filename(folder, " /a", NULL);
        g_autoptr(Home) home = good(text);
        const struct home_repository *x = home->repositories->pdata[0];
        g_assert_cmpstr(x->path, ==, paths[i][1] != NULL ? paths[i][1] : inside);
    }
}

static void mistakes(void)
{
    static const char *const texts[][2] = {
        {"[repository x]\npath = p\nbranch = *\n", "did you mean branches"},
        {"[project]\ntitle = x\n", "\"title\" in [project]"},
        {"[mail]\npasswd-file = x\n", "did you mean password-file"},
        {"[repositories]\n", "[repositories]"},
        {"[repository]\npath = p\n", "[repository]"},
        {"[repository x y]\npath = p\n", "[repository x y]"},
        {"[repository all]\npath = p\n", "\"all\""},
        {"[repository ..]\npath = p\n", "[repository ..]"},
        {"[repository x]\n", "neither a path nor a url"},
        {"[repository x]\npath =  \n", "neither a path nor a url"},
        {"[repository x]\npath = p\nforeign = maybe\n", "\"maybe\""},
        {"[repository x]\npath = p\n[mail]\ntls = no\n", "loopback"},
        {"[repository x]\npath = p\n[mail]\ntimeout = 0\n", "from 1 to 3600"},
        {"[repository x]\npath = C:\\new\\q\n", "backslash"},
        {"[repository x]\npath = p\ntag-pattern = a\\;b\n", "backslash"},
        {"[repository x]\npath = \xff\n", "UTF-8"},
        {"[repository x]\npath\n", "barograph.conf"},
        {"path = p\n", "barograph.conf"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        bad(texts[i][0], texts[i][1]);
}

static void finding(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Home) home = good("[repository one]\npath = 1\n[repository two]\npath = 2\n");
    g_assert_cmpstr(home_repository_find(home, NULL, NULL)->name, ==, "one");
    g_assert_cmpstr(home_repository_find(home, "two", NULL)->name, ==, "two");
    g_assert_null(home_repository_find(home, "three", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
    g_assert_nonnull(strstr(error->message, "one, two"));
    g_clear_error(&error);
    g_autoptr(Home) empty = good("");
    g_assert_null(home_repository_find(empty, NULL, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
}

static void not_there(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(home_open("/no/such/folder", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_UNAVAILABLE);
    g_assert_nonnull(strstr(error->message, "barograph init"));
}

static void what_releases_need(void)
{
    g_autoptr(Home) home = good("[project]\nname = P\n[repository x]\npath = r\ntitle = X up\n"
                                "pin-file = Config.mk\npin-variable = A;B\n"
                                "[releases]\nproduct = Xen\ndigits = 12\nadvisory-columns = x\n"
                                "[components]\nthe docs = docs;*.md\nx86 = x86\n");
    const struct home_repository *x = home->repositories->pdata[0];
    const struct home_component *docs = home->components->pdata[0];
    g_assert_cmpstr(x->title, ==, "X up");
    g_assert_cmpstr(x->pin_file, ==, "Config.mk");
    list_is(x->pin_variables, "A|B");
    g_assert_cmpstr(home->releases.product, ==, "Xen");
    g_assert_cmpuint(home->releases.digits, ==, 12);
    g_assert_cmpuint(home->releases.together_days, ==, 3);
    list_is(home->releases.columns, "x");
    g_assert_cmpuint(home->components->len, ==, 2);
    g_assert_cmpstr(docs->name, ==, "the docs");
    list_is(docs->paths, "docs|*.md");
    g_autoptr(Home) bare = good("[project]\nname = P\n[repository x]\npath = r\n");
    g_assert_cmpstr(bare->releases.product, ==, "P");
    g_assert_null(bare->releases.columns);
    bad("[repository x]\npath = r\npin-file = f\n", "needs both");
    bad("[repository x]\npath = r\n[releases]\ndigits = 3\n", "from 4 to 40");
    bad("[repository x]\npath = r\n[releases]\ntogether-days = soon\n", "from 0 to 366");
}

static void how_mail_leaves(void)
{
    g_autoptr(Home) home = good("[mail]\nserver = smtps://mail.example.com\nuser = u\n"
                                "password-file = secret\nauthorities = /ca.pem\ntimeout = 20\n"
                                "from = a@example.com\nfrom-name = The team\n"
                                "lists = b@example.com; c@example.com\n");
    const struct home_mail *mail = &home->mail;
    g_autofree char *password = g_build_filename(folder, "secret", NULL);
    g_assert_cmpstr(mail->server, ==, "smtps://mail.example.com");
    g_assert_cmpstr(mail->password_path, ==, password);
    g_assert_cmpstr(mail->authorities_path, ==, "/ca.pem");
    g_assert_cmpstr(mail->user, ==, "u");
    g_assert_cmpstr(mail->from, ==, "a@example.com");
    g_assert_cmpstr(mail->from_name, ==, "The team");
    g_assert_cmpuint(mail->timeout, ==, 20);
    g_assert_false(mail->plain_loopback);
    list_is(mail->lists, "b@example.com|c@example.com");
    g_autoptr(Home) bare = good("[mail]\ntls = loopback\n");
    g_assert_true(bare->mail.plain_loopback);
    g_assert_cmpuint(bare->mail.timeout, ==, 300);
    g_assert_null(bare->mail.server);
    g_assert_null(bare->mail.password_path);
    g_assert_null(bare->mail.lists);
}

static void who_publishes(void)
{
    g_autoptr(Home) home = good("[project]\nname = P\n[advisories]\nsigning-key = K\n"
                                "[repository x]\npath = r\nurl = https://r.example/x.git\n"
                                "product = X\ncpe = cpe:2.3:a:p:x\npurl = pkg:generic/x\n"
                                "[publish]\nurl = https://www.example.org/a\nfolder = out\n"
                                "cve-key-file = key\n"
                                "cve-organisation = 23AA2041-22e1-471f-9209-9b7396fa234f\n");
    const struct home_publish *publish = &home->publish;
    const struct home_repository *x = home->repositories->pdata[0];
    g_autofree char *out = g_build_filename(folder, "out", NULL);
    g_autofree char *key = g_build_filename(folder, "key", NULL);
    g_assert_cmpstr(publish->url, ==, "https://www.example.org/a/");
    g_assert_cmpstr(publish->folder, ==, out);
    g_assert_cmpstr(publish->cve_key_path, ==, key);
    g_assert_cmpstr(publish->publisher, ==, "P");
    g_assert_cmpstr(publish->vendor, ==, "P");
    g_assert_cmpstr(publish->category, ==, "vendor");
    g_assert_cmpstr(publish->signing_key, ==, "K");
    g_assert_cmpstr(x->product, ==, "X");
    g_assert_cmpstr(x->public_url, ==, "https://r.example/x.git");
    g_assert_cmpstr(x->cpe, ==, "cpe:2.3:a:p:x");
    g_assert_cmpstr(x->purl, ==, "pkg:generic/x");
    g_autoptr(Home) bare = good("[repository x]\npath = r\ntitle = The x\n");
    g_autofree char *site = g_build_filename(folder, "site", NULL);
    g_assert_cmpstr(bare->publish.folder, ==, site);
    g_assert_null(bare->publish.url);
    x = bare->repositories->pdata[0];
    g_assert_cmpstr(x->product, ==, "The x");
    g_assert_null(x->public_url);
    bad("[publish]\nurl = www.example.org\n", "whole address");
    bad("[publish]\ncategory = shop\n", "coordinator, discoverer");
    bad("[publish]\ncve-organisation = XEN\n", "UUID");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("home-XXXXXX", NULL);
    conf = g_build_filename(folder, "barograph.conf", NULL);
    g_test_add_func("/home/releases", what_releases_need);
    g_test_add_func("/home/mail", how_mail_leaves);
    g_test_add_func("/home/defaults", defaults);
    g_test_add_func("/home/everything", everything);
    g_test_add_func("/home/blanks-in-paths", blanks_in_paths);
    g_test_add_func("/home/mistakes", mistakes);
    g_test_add_func("/home/publish", who_publishes);
    g_test_add_func("/home/finding", finding);
    g_test_add_func("/home/not-there", not_there);
    int result = g_test_run();
    g_unlink(conf);
    g_rmdir(folder);
    g_free(conf);
    g_free(folder);
    return result;
}
