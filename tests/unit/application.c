/* Applications looked through: what is found where, and what nobody is shown. */
#include "application.h"

#include "fault.h"

#include <string.h>

#define FORM                                                                                       \
    "[application]\ntitle = T\nunfit-links = blog\n"                                               \
    "[item who]\ntitle = name\nkind = text\nfills = name\nlabel = ^(your )?organi[sz]ation$\n"     \
    "sentence = on behalf of (?<found>[^.,]+)\n"                                                   \
    "[item where]\ntitle = domains\nkind = domains\nsentence = \\bdomains?\\b\n"                   \
    "[item page]\ntitle = page\nkind = links\nlabel = download\nsentence = \\bdownload\\b\n"       \
    "[item agree]\ntitle = agrees\nkind = text\nsentence = ^(?=.*\\bread\\b)(?=.*\\bagree)\n"      \
    "[item to]\ntitle = address\nkind = address\nfills = address\nlabel = alias\nsentence = "      \
    "\\badd\\b\n"

static void test_found(void)
{
    static const struct {
        const char *words, *item;
        enum application_mark mark;
        const char *text;
    } cases[] = {
        {"Organisation: B\303\266hm & Co.\nmore\n\nother", "who", APPLICATION_PRESENT,
         "B\303\266hm & Co. more"},
        {"Organization:\n\n  B\303\266hm\n", "who", APPLICATION_PRESENT, "B\303\266hm"},
        {"1. Organization\nB\303\266hm\n", "who", APPLICATION_PRESENT, "B\303\266hm"},
        {"> * Your\n> organisation?\n\nB\303\266hm\n", "who", APPLICATION_PRESENT, "B\303\266hm"},
        {"> * Organisation\n> * Download\n\nB\303\266hm\n", "who", APPLICATION_ABSENT, ""},
        {"I write on behalf of\nB\303\266hm, a vendor.", "who", APPLICATION_PRESENT, "B\303\266hm"},
        {"> I write on behalf of B\303\266hm.", "who", APPLICATION_ABSENT, ""},
        {"Hello.\n-- \nOn behalf of Jane", "who", APPLICATION_ABSENT, ""},
        {"Organisation:", "who", APPLICATION_ABSENT, ""},
        {"", "who", APPLICATION_ABSENT, ""},
        {"Our domains: a.example and b-c.example (x@d.example).", "where", APPLICATION_PRESENT,
         "a.example b-c.example"},
        {"We have a domain. Ask x@d.example", "where", APPLICATION_ABSENT, ""},
        {"Download: <https://a.example/b>.", "page", APPLICATION_PRESENT, "https://a.example/b"},
        {"To download it:\n\n- https://a.example/c,\n", "page", APPLICATION_PRESENT,
         "https://a.example/c"},
        {"Download it from https://a.example/;x", "page", APPLICATION_PRESENT,
         "https://a.example/"},
        {"Download: https://blog.example/b", "page", APPLICATION_DOUBTFUL,
         "https://blog.example/b"},
        {"Download: https://blog.example/b https://a.example", "page", APPLICATION_PRESENT,
         "https://a.example"},
        {"Download: javascript:alert(1) file:///etc/passwd", "page", APPLICATION_ABSENT, ""},
        {"Hi. We have read it and we agree. Bye.", "agree", APPLICATION_PRESENT,
         "We have read it and we agree."},
        {"We have read it. We agree.", "agree", APPLICATION_ABSENT, ""},
        {"Alias: security@a.example", "to", APPLICATION_PRESENT, "security@a.example"},
        {"Add jane.doe@a.example, please.", "to", APPLICATION_DOUBTFUL, "jane.doe@a.example"},
        {"Alias: x@localhost", "to", APPLICATION_ABSENT, ""},
        {"Write to security@a.example.", "to", APPLICATION_ABSENT, ""},
    };
    g_autoptr(ApplicationForm) form = application_form_parse(FORM, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GPtrArray) answers = application_check(form, cases[i].words);
        g_test_message("%s", cases[i].words);
        g_assert_cmpuint(answers->len, ==, 5);
        for (guint j = 0; j < answers->len; j++) {
            const struct application_answer *answer = answers->pdata[j];
            if (!g_str_equal(answer->item->name, cases[i].item))
                continue;
            g_assert_cmpstr(answer->text, ==, cases[i].text);
            g_assert_cmpint((int)answer->mark, ==, (int)cases[i].mark);
            g_assert_true((answer->why != NULL) == (answer->mark == APPLICATION_DOUBTFUL));
        }
    }
}

static void test_hidden(void)
{
    g_autofree char *text =
        application_without_addresses("a <s+x@a.example>, B@C.Example; not @me or a@b");
    g_assert_cmpstr(text, ==, "a <(an address)>, (an address); not @me or a@b");
}

static void test_forms(void)
{
    static const struct {
        const char *form, *says;
    } cases[] = {
        {"", "title"},
        {"x", "key file"},
        {"[application]\ntitle = T\n", "[item]"},
        {"[application]\ntitle = T\n[frob]\n", "[frob]"},
        {"[application]\ntitle = T\nfrob = 1\n", "frob"},
        {"[application]\ntitle = T\n[item a]\nkind = text\nlabel = x\n", "title"},
        {"[application]\ntitle = T\n[item a]\ntitle = A\nlabel = x\n", "kind"},
        {"[application]\ntitle = T\n[item a]\ntitle = A\nkind = text\n", "sentence"},
        {"[application]\ntitle = T\n[item a]\ntitle = A\nkind = text\nlabel = (\n", "label"},
        {"[application]\ntitle = T\n[item a]\ntitle = A\nkind = text\nlabel = x\nfills = id\n",
         "fills"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(application_form_parse(cases[i].form, &error));
        g_assert_error(error, FAULT_DOMAIN, (int)FAULT_CONFIG);
        g_assert_nonnull(strstr(error->message, cases[i].says));
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(ApplicationForm) form = application_form_load("nowhere", "xen", &error);
    g_assert_no_error(error);
    g_assert_cmpuint(form->items->len, ==, 9);
    g_assert_null(application_form_load("nowhere", "../xen", &error));
    g_assert_error(error, FAULT_DOMAIN, (int)FAULT_NOINPUT);
}

/* What is cheap to send must be cheap to look through. */
static void test_huge(void)
{
    static const char *const pieces[] = {"we are ",
                                         "add a@b ",
                                         "x",
                                         "a.",
                                         "https://",
                                         "report\n\n",
                                         "we use xen. Read agree abide. ",
                                         "> ",
                                         "* a\n",
                                         "@"};
    g_autoptr(ApplicationForm) form = application_form_load("nowhere", "xen", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) mail = g_string_new("Subject: x\n\n");
        gint64 before = g_get_monotonic_time();
        while (mail->len < 1000000)
            g_string_append(mail, pieces[i]);
        g_autofree char *words = application_words(mail->str, mail->len, NULL);
        if (words == NULL)
            continue;
        g_autoptr(GPtrArray) answers = application_check(form, words);
        g_assert_cmpuint(answers->len, ==, 9);
        g_test_message("%s: %" G_GINT64_FORMAT " ms", pieces[i],
                       (g_get_monotonic_time() - before) / 1000);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/application/found", test_found);
    g_test_add_func("/application/hidden", test_hidden);
    g_test_add_func("/application/forms", test_forms);
    g_test_add_func("/application/huge", test_huge);
    return g_test_run();
}
