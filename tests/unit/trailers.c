#include "trailers.h"

#include <string.h>

static GPtrArray *find(const char *message)
{
    return trailers_find(message, strlen(message));
}

/* "kind(written)!: name|address|qualifier; ..." */
static char *shown(const char *message)
{
    g_autoptr(GPtrArray) found = find(message);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const struct trailer *trailer = found->pdata[i];
        g_string_append_printf(text, "%s%s", i > 0 ? "; " : "", trailer->kind);
        if (trailer->written != NULL)
            g_string_append_printf(text, "(%s)", trailer->written);
        g_string_append_printf(text, "%s: ", trailer->negative ? "!" : "");
        if (trailer->person)
            g_string_append_printf(text, "%s|%s", trailer->name, trailer->address);
        else
            g_string_append(text, trailer->value);
        if (trailer->qualifier != NULL)
            g_string_append_printf(text, "|%s", trailer->qualifier);
    }
    return g_string_free(text, FALSE);
}

struct example {
    const char *message, *expected;
};

static void check(const struct example *examples, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *found = shown(examples[i].message);
        g_test_message("%s", examples[i].message);
        g_assert_cmpstr(found, ==, examples[i].expected);
    }
}

static void every_kind(void)
{
    static const struct example examples[] = {
        {"Signed-off-by: A B <a@b.c>", "Signed-off-by: A B|a@b.c"},
        {"SIGNED-OFF-BY: A B <a@b.c>", "Signed-off-by: A B|a@b.c"},
        {"reviewed-by :A B <a@b.c>\r\n", "Reviewed-by: A B|a@b.c"},
        {"Acked-by: A B <a@b.c>\nTested-by: C <c@d.e>", "Acked-by: A B|a@b.c; Tested-by: C|c@d.e"},
        {"Reported-by: Coverity", "Reported-by: Coverity|"},
        {"Suggested-by: A B <a@b.c>", "Suggested-by: A B|a@b.c"},
        {"Co-developed-by: A B <a@b.c>", "Co-developed-by: A B|a@b.c"},
        {"Co-Authored-By: A B <a@b.c>", "Co-developed-by(Co-Authored-By): A B|a@b.c"},
        {"Release-Acked-by: A B <a@b.c>", "Release-acked-by: A B|a@b.c"},
        {"Fixes: 0123456789ab (\"x86: do: it\")", "Fixes: 0123456789ab (\"x86: do: it\")"},
        {"Fixes: Yet another trainwreck", "Fixes: Yet another trainwreck"},
        {"Backport: 4.6+ # Any", "Backport: 4.6+ # Any"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void slips_and_variants(void)
{
    static const struct example examples[] = {
        {"Signed-of-by: A <a@b>", "Signed-off-by(Signed-of-by): A|a@b"},
        {"Singed-off-by: A <a@b>", "Signed-off-by(Singed-off-by): A|a@b"},
        {"Signed-oiff-by: A <a@b>", "Signed-off-by(Signed-oiff-by): A|a@b"},
        {"Signed off by: A <a@b>", "Signed-off-by(Signed off by): A|a@b"},
        {"Signed-by: A <a@b>", "Signed-off-by(Signed-by): A|a@b"},
        {"Reviewd-by: A <a@b>", "Reviewed-by(Reviewd-by): A|a@b"},
        {"Reivewed-by: A <a@b>", "Reviewed-by(Reivewed-by): A|a@b"},
        {"Akced-by: A <a@b>", "Acked-by(Akced-by): A|a@b"},
        {"Acked-by-by: A <a@b>", "Acked-by(Acked-by-by): A|a@b"},
        {"Released-Acked-by: A <a@b>", "Release-acked-by(Released-Acked-by): A|a@b"},
        {"elease-acked-by: A <a@b>", "Release-acked-by(elease-acked-by): A|a@b"},
        {"R-Acked-by: A <a@b>", "Release-acked-by(R-Acked-by): A|a@b"},
        {"Acked-but-disliked-by: A <a@b>", "Acked-by(Acked-but-disliked-by): A|a@b"},
        {"Tentatively-acked-by: A <a@b>", "Acked-by(Tentatively-acked-by): A|a@b"},
        {"Begrudingly acked-by: A <a@b>", "Acked-by(Begrudingly acked-by): A|a@b"},
        {"Already-Acked-by: A <a@b>", "Acked-by(Already-Acked-by): A|a@b"},
        {"Reviewed-lightly-by: A <a@b>", "Reviewed-by(Reviewed-lightly-by): A|a@b"},
        {"Compile-tested-by: A <a@b>", "Tested-by(Compile-tested-by): A|a@b"},
        {"Nacked-by: A <a@b>", "Acked-by(Nacked-by)!: A|a@b"},
        {"Not-acked-by: A <a@b>", "Acked-by(Not-acked-by)!: A|a@b"},
        {"Reviewed-and-tested-by: A <a@b>",
         "Reviewed-by(Reviewed-and-tested-by): A|a@b; Tested-by(Reviewed-and-tested-by): A|a@b"},
        {"Acked/Tested-by: A <a@b>",
         "Acked-by(Acked/Tested-by): A|a@b; Tested-by(Acked/Tested-by): A|a@b"},
        {"Requested-and-acked-by: A <a@b>", "Acked-by(Requested-and-acked-by): A|a@b"},
        {"Signed-off-by; A <a@b>", "Signed-off-by(Signed-off-by): A|a@b"},
        {"Acked-by A <a@b>", "Acked-by(Acked-by): A|a@b"},
        {"Signed-off-by\tA \t<a@b> ", "Signed-off-by(Signed-off-by): A|a@b"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void what_gives_no_credit(void)
{
    static const char *const messages[] = {
        "",
        "Signed-off-by:",
        "Signed-off-by: \n\nText",
        "Committed-by: A <a@b>",
        "Requested-by: A <a@b>",
        "Asked-by: A <a@b>",
        "Backed-by: A <a@b>",
        "Packed-by: A <a@b>",
        "Reposted-by: A <a@b>",
        "Ported by: A <a@b>",
        "As suggested by: A <a@b>",
        "v2 was Acked-by: A <a@b>",
        "Original Commit Signed-off-by: A <a@b>",
        "> Reviewed-by: A <a@b>",
        "    Signed-off-by: A <a@b>",
        "Fixes for Py3: none",
        "Fixes: ",
        "Backport-requested-by: A <a@b>",
        "Acked-by lines are missing",
        "this was Acked-by: A <a@b>",
        "a_very_long_line_of_letters_that_could_be_a_key_but_is_too_long_for_one-acked-by: A <a@b>",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(messages); i++) {
        g_autofree char *found = shown(messages[i]);
        g_test_message("%s", messages[i]);
        g_assert_cmpstr(found, ==, "");
    }
}

static void persons(void)
{
    static const struct example examples[] = {
        {"Acked-by: \"Dong, Ed\" <e@d.f>", "Acked-by: Dong, Ed|e@d.f"},
        {"Acked-by: Jiang, Yun <e@d.f>", "Acked-by: Jiang, Yun|e@d.f"},
        {"Acked-by: A \"B\" C<e@d.f>", "Acked-by: A B C|e@d.f"},
        {"Acked-by: A\tB  C <e@d.f>", "Acked-by: A B C|e@d.f"},
        {"Acked-by: Bo (Intel) <e@d.f>", "Acked-by: Bo (Intel)|e@d.f"},
        {"Acked-by: <e@d.f>", "Acked-by: |e@d.f"},
        {"Acked-by: e@d.f", "Acked-by: |e@d.f"},
        {"Acked-by: A B, e@d.f.", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B e@d.f", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B (e@d.f)", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B <e@d.f", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B <e@d.f?", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B < e@d.f >", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B <e @d. f>", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B <e.d.f>", "Acked-by: A B|"},
        {"Acked-by: A B <A B@d.f>", "Acked-by: A B|"},
        {"Acked-by: A B <e (at) d (dot) f>", "Acked-by: A B|"},
        {"Acked-by: e@{d.f, g.h}", "Acked-by: |"},
        {"Acked-by: A B <e@d.f<mailto:e@d.f>>", "Acked-by: A B|e@d.f"},
        {"Acked-by: A B <e@d.f><mailto:e@d.f>", "Acked-by: A B|e@d.f"},
        {"Acked-by: Acked-by: A B <e@d.f>", "Acked-by: A B|e@d.f"},
        {"Acked-by: A <a@b>, C D <c@d> and E <e@f>",
         "Acked-by: A|a@b; Acked-by: C D|c@d; Acked-by: E|e@f"},
        {"Signed-off-by: A <a@b>Tested-by: C <c@d>", "Signed-off-by: A|a@b; Tested-by: C|c@d"},
        {"Acked-by: <@", "Acked-by: |"},
        {"Acked-by: <>", "Acked-by: |"},
        {"Acked-by: caf\xe9 <e@d.f>", "Acked-by: caf\xe9|e@d.f"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void qualifiers(void)
{
    static const struct example examples[] = {
        {"Acked-by: A <a@b> # arm", "Acked-by: A|a@b|# arm"},
        {"Acked-by: A <a@b> #arm, x86", "Acked-by: A|a@b|#arm, x86"},
        {"Acked-by: A <a@b> [x86 bits]", "Acked-by: A|a@b|[x86 bits]"},
        {"Acked-by: A <a@b> (for 4.3 release)", "Acked-by: A|a@b|(for 4.3 release)"},
        {"Acked-by: A <a@b> for SVM bits", "Acked-by: A|a@b|for SVM bits"},
        {"Acked-by: A (tools)", "Acked-by: A||(tools)"},
        {"Acked-by: A # tools", "Acked-by: A||# tools"},
        {"Acked-by: A <a@b>\n     (in another form)", "Acked-by: A|a@b|(in another form)"},
        {"Acked-by: A <a@b>=20", "Acked-by: A|a@b"},
        {"Acked-by: A <a@b>.", "Acked-by: A|a@b"},
        {"Acked-by: A <a@b>o", "Acked-by: A|a@b"},
        {"Acked-by: A <a@b>).", "Acked-by: A|a@b"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

static void value_is_kept_without_its_qualifier(void)
{
    g_autoptr(GPtrArray) found = find("Acked-by: \"Dong, Ed\"  <e@d.f> # arm\n");
    const struct trailer *trailer = found->pdata[0];
    g_assert_cmpstr(trailer->value, ==, "\"Dong, Ed\"  <e@d.f>");
}

static void where_they_stand(void)
{
    static const struct example examples[] = {
        {"x\n\nAcked-by: A <a@b>\n\nMore text.\n\nTested-by: C <c@d>\n---\nAcked-by: E <e@f>\n",
         "Acked-by: A|a@b; Tested-by: C|c@d; Acked-by: E|e@f"},
        {"Signed-off-by: A\n     <a@b>\n", "Signed-off-by: A|a@b"},
        {"Signed-off-by: A\n<a@b>\n", "Signed-off-by: A|a@b"},
        {"Signed-off-by: A <a@b>\n               C D <c@d>\n",
         "Signed-off-by: A|a@b; Signed-off-by: C D|c@d"},
        {"Fixes: 012345678 (\"a long\n subject\")\n", "Fixes: 012345678 (\"a long subject\")"},
        {"Fixes: 012345678 (\"a long\nsubject\")\n", "Fixes: 012345678 (\"a long subject\")"},
        {"Fixes: 012345678 (\"unfinished\nAcked-by: A (B) <a@b>",
         "Fixes: 012345678 (\"unfinished; Acked-by: A (B)|a@b"},
        /* in a block, one that slipped to the right */
        {"Acked-by: A <a@b>\n Tested-by: C <c@d>\n", "Acked-by: A|a@b; Tested-by: C|c@d"},
        /* a commit that was taken over, quoted */
        {"  Acked-by: A <a@b>\n\nSigned-off-by: C <c@d>\n", "Signed-off-by: C|c@d"},
        /* a message that is indented as a whole */
        {"  text\n\n  Signed-off-by: C <c@d>\n", "Signed-off-by: C|c@d"},
    };
    check(examples, G_N_ELEMENTS(examples));
}

/* A second is a hundred times what these take; were the work quadratic, it would be minutes. */
static void lines_made_to_be_slow(void)
{
    static const char *const pieces[] = {"<a@b>", "<a", " ", "\n <", "(", "\"", "> ", "@"};
    for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_autoptr(GString) line = g_string_new("Acked-by: A <");
        for (int n = 0; n < 200000; n++)
            g_string_append(line, pieces[i]);
        g_string_append(line, "b@c>");
        gint64 begun = g_get_monotonic_time();
        g_autoptr(GPtrArray) found = trailers_find(line->str, line->len);
        g_assert_cmpuint(found->len, <=, 16);
        g_assert_cmpint(g_get_monotonic_time() - begun, <, G_USEC_PER_SEC);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trailers/kinds", every_kind);
    g_test_add_func("/trailers/slips", slips_and_variants);
    g_test_add_func("/trailers/none", what_gives_no_credit);
    g_test_add_func("/trailers/persons", persons);
    g_test_add_func("/trailers/qualifiers", qualifiers);
    g_test_add_func("/trailers/value", value_is_kept_without_its_qualifier);
    g_test_add_func("/trailers/places", where_they_stand);
    g_test_add_func("/trailers/slow", lines_made_to_be_slow);
    return g_test_run();
}
