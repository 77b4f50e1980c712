/* Lists of organisations on published pages: which list it is, names and links, and bad pages. */
#include "organisations.h"

#include "fault.h"
#include "html_text.h"

#include <string.h>

/* In the style of a security policy: the same words in several headings, other lists around. */
static const char policy[] =
    "<html><head><title>Predisclosure list</title></head><body>"
    "<ul><li>Home</li><li>Blog</li><li>News</li><li>About</li><li>Jobs</li></ul>"
    "<h2>Specific process</h2><ol><li>a</li><li>b</li><li>c</li><li>d</li><li>e</li></ol>"
    "<h2 id=\"list\">Pre&#45;disclosure   <em>list</em></h2>\n<p>Who may be on it:</p>"
    "<ul><li>Public hosting providers;</li><li>Distributors</li></ul>"
    "<h3>Organizations on the pre-disclosure list:</h3>"
    "<ul>\n<li><a href=\"https://alpha.example/\">Alpha&nbsp;  Systems</a></li>\n"
    "<li>B&ouml;hm &amp; S&ouml;hne<ul><li>a branch</li></ul></li>"
    "<li><h4>Gamma</h4>\n<script>evil()</script></li><li>alpha systems<li> <li>Delta</ul>"
    "<h2>Change history</h2><ul><li>1</li><li>2</li><li>3</li><li>4</li><li>5</li><li>6</li></ul>";

static void check(const char *html, const char *heading, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = organisations_read(html, strlen(html), heading, &error);
    g_autoptr(GString) said = g_string_new(NULL);
    g_assert_no_error(error);
    for (guint i = 0; i < found->len; i++) {
        const struct organisation *organisation = found->pdata[i];
        g_string_append_printf(said, "%s|%s\n", organisation->name,
                               organisation->link == NULL ? "" : organisation->link);
    }
    g_assert_cmpstr(said->str, ==, expected);
}

static void test_policy(void)
{
    const char *members = "Alpha Systems|https://alpha.example/\nB\303\266hm & S\303\266hne|\n"
                          "Gamma|\nDelta|\n";
    check(policy, NULL, members);
    check(policy, "ORGANIZATIONS on", members);
    check(policy, "history", "1|\n2|\n3|\n4|\n5|\n6|\n");
}

static void test_tables(void)
{
    check("<table><tr><td><h2>The predisclosure list</h2><table>"
          "<tr><th>Who</th><th>Since</th></tr>"
          "<tr><th>Alpha</th><td>2014 <a href=/a>page</a></td></tr>"
          "<tr><td></td><td>Beta</td></tr><tr><td> </td></tr></table></td></tr></table>",
          NULL, "Alpha|/a\nBeta|\n");
}

static void refused(const char *html, gsize length, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) found = organisations_read(html, length, NULL, &error);
    g_assert_null(found);
    g_assert_error(error, FAULT_DOMAIN, (int)FAULT_DATA);
    g_assert_nonnull(strstr(error->message, says));
}

static void test_refused(void)
{
    g_autoptr(GString) deep = g_string_new("<h2>predisclosure list</h2>");
    for (int i = 0; i < 5000; i++)
        g_string_append(deep, "<ul><li>");
    refused(deep->str, deep->len, "nested");
    refused("", 0, "no heading");
    refused("<ul><li>a</ul>", 14, "no heading");
    refused("<h1>predisclosure list</h1><p>soon", 34, "no list");
    refused("<h1>\377</h1>", 10, "UTF-8");
    refused("<h1>predisclosure list", 22, "no list");
}

static void test_text(void)
{
    static const struct {
        const char *html, *text;
    } cases[] = {
        {"<p>one  <b>two</b><p>three<br>four", "one two\n\nthree\nfour"},
        {"<ul><li>a<li><a href='https://x.example/'>b</a></ul>c",
         "* a\n* b <https://x.example/>\n\nc"},
        {"<a href='https://x.example/'>https://x.example/</a> z", "https://x.example/ z"},
        {"<a href='mailto:a@x.example'>write</a>", "write"},
        {"<script>a</script><style>b</style>x", "x"},
        {"", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *text = html_text(cases[i].html, strlen(cases[i].html), NULL);
        g_autofree char *stripped = text == NULL ? NULL : g_strstrip(g_steal_pointer(&text));
        g_assert_cmpstr(stripped, ==, cases[i].text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/organisations/policy", test_policy);
    g_test_add_func("/organisations/tables", test_tables);
    g_test_add_func("/organisations/refused", test_refused);
    g_test_add_func("/organisations/html-text", test_text);
    return g_test_run();
}
