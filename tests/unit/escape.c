#include "escape.h"

#include <stdbool.h>

struct sample {
    const char *text, *expected;
};

static void check(char *(*escape)(const char *), const struct sample *samples, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *escaped = escape(samples[i].text);
        g_assert_cmpstr(escaped, ==, samples[i].expected);
    }
}

static void html(void)
{
    static const struct sample samples[] = {
        {"", ""},
        {"Tom & \"Jo\" <t@x.org> o'N", "Tom &amp; &quot;Jo&quot; &lt;t@x.org&gt; o&#39;N"},
        {"\xc3\xa9\xff", "\xc3\xa9\xef\xbf\xbd"},
    };
    check(escape_html, samples, G_N_ELEMENTS(samples));
}

static void markdown(void)
{
    static const struct sample samples[] = {
        {"a_b*c", "a\\_b\\*c"},
        {"<x>", "\\<x\\>"},
        {"[y](z)", "\\[y\\](z)"},
        {"# 1", "\\# 1"},
        {"`c` \\ ~s~ |t| $m$ &amp; {}", "\\`c\\` \\\\ \\~s\\~ \\|t\\| \\$m\\$ \\&amp; \\{\\}"},
        {"-5", "-5"},
        {"4.22.0", "4.22.0"},
        {"2018-06-01", "2018-06-01"},
        {"a - b + c = d", "a - b + c = d"},
        {"- item", "\\- item"},
        {" + item", "\\+ item"},
        {"+", "\\+"},
        {"---", "\\---"},
        {"===", "\\==="},
        {"1. one", "1\\. one"},
        {"12)", "12\\)"},
        {"1.2 x", "1.2 x"},
        {"Hi! you!", "Hi! you\\!"},
        {"    code\n\n# head\t x  ", "code \\# head x"},
        {"  ", ""},
        {"https://x.org/a_b", "https\\://x.org/a\\_b"},
        {"WWW.x.org", "WWW\\.x.org"},
        {"\xff", "\xef\xbf\xbd"},
    };
    check(escape_markdown, samples, G_N_ELEMENTS(samples));
}

static void line(void)
{
    static const struct sample samples[] = {
        {"a\tb\nc\rd", "a b c d"},
        {"\033[2J\x7f\xc2\x9b", "\xef\xbf\xbd[2J\xef\xbf\xbd\xef\xbf\xbd"},
        {"x\xe2\x80\xaey\xe2\x81\xa6z", "x\xef\xbf\xbdy\xef\xbf\xbdz"},
        {"R\xc3\xa9mi\xff", "R\xc3\xa9mi\xef\xbf\xbd"},
    };
    check(escape_line, samples, G_N_ELEMENTS(samples));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/escape/html", html);
    g_test_add_func("/escape/markdown", markdown);
    g_test_add_func("/escape/line", line);
    return g_test_run();
}
