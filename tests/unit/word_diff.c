/* Words taken away and added; whatever is cut, both texts can be put together again. */
#include "word_diff.h"

#include <string.h>

/* "a[-b-]{+c+} d" */
static char *marked(const char *old, const char *new)
{
    static const char *const marks[][2] = {
        [WORD_SAME] = {"", ""}, [WORD_REMOVED] = {"[-", "-]"}, [WORD_ADDED] = {"{+", "+}"}};
    g_autoptr(GPtrArray) runs = word_diff(old, new);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < runs->len; i++) {
        const struct word_run *run = runs->pdata[i];
        g_string_append_printf(out, "%s%s%s", marks[run->kind][0], run->text, marks[run->kind][1]);
    }
    return g_string_free(out, FALSE);
}

static void test_words(void)
{
    static const struct {
        const char *old, *new, *marked;
    } cases[] = {
        {"", "", ""},
        {"a b", "a b", "a b"},
        {"a b", "a\n  b", "a\n  b"},
        {"", "a b", "{+a b+}"},
        {"a b", "", "[-a b-]"},
        {"a b c", "a c", "a[- b-] c"},
        {"a c", "a b c", "a{+ b+} c"},
        {"a b c", "a x c", "a[- b-]{+ x+} c"},
        {"a b c d e", "a x c y e", "a[- b c d-]{+ x c y+} e"},
        {"a b c d f e", "a x c d y e", "a[- b-]{+ x+} c d[- f-]{+ y+} e"},
        {"a a a", "a a", "a a[- a-]"},
        {"a b c d", "c d a b", "[-a b-]c d{+ a b+}"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *out = marked(cases[i].old, cases[i].new);
        g_assert_cmpstr(out, ==, cases[i].marked);
    }
}

static void append_words(GString *out, const char *text)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
    for (char **word = words; *word != NULL; word++)
        if (**word != '\0')
            g_string_append_printf(out, "%s ", *word);
}

static char *random_text(void)
{
    GString *text = g_string_new(NULL);
    for (int i = g_test_rand_int_range(0, 30); i > 0; i--)
        g_string_append_printf(text, "%c%c", "abcd"[g_test_rand_int_range(0, 4)],
                               g_test_rand_bit() ? ' ' : '\n');
    return g_string_free(text, FALSE);
}

static void test_random(void)
{
    for (int round = 0; round < 2000; round++) {
        g_autofree char *old = random_text(), *new = random_text();
        g_autoptr(GPtrArray) runs = word_diff(old, new);
        g_autoptr(GString) left = g_string_new(NULL), right = g_string_new(NULL),
                           old_words = g_string_new(NULL), new_words = g_string_new(NULL);
        for (guint i = 0; i < runs->len; i++) {
            const struct word_run *run = runs->pdata[i];
            if (run->kind != WORD_ADDED)
                append_words(left, run->text);
            if (run->kind != WORD_REMOVED)
                append_words(right, run->text);
        }
        append_words(old_words, old);
        append_words(new_words, new);
        g_assert_cmpstr(left->str, ==, old_words->str);
        g_assert_cmpstr(right->str, ==, new_words->str);
    }
}

/* Too much to compare word by word is told as replaced, and soon. */
static void test_huge(void)
{
    g_autoptr(GString) old = g_string_new("same "), new = g_string_new("same ");
    for (int i = 0; i < 100000; i++) {
        g_string_append_printf(old, "%d ", i);
        g_string_append_printf(new, "%d ", -i - 1);
    }
    g_autoptr(GPtrArray) runs = word_diff(old->str, new->str);
    g_assert_cmpuint(runs->len, ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/word_diff/words", test_words);
    g_test_add_func("/word_diff/random", test_random);
    g_test_add_func("/word_diff/huge", test_huge);
    return g_test_run();
}
