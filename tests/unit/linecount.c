#include "linecount.h"

#include "myers.h"

#include <string.h>

static struct linecount *counter;

static void check(const char *old, const char *new, guint32 added, guint32 deleted)
{
    struct line_delta delta = linecount_compare(counter, old, strlen(old), new, strlen(new));
    g_assert_false(delta.binary);
    g_assert_cmpuint(delta.added, ==, added);
    g_assert_cmpuint(delta.deleted, ==, deleted);
}

static void whole_files(void)
{
    check("", "", 0, 0);
    check("", "a\nb\n", 2, 0);
    check("a\nb", "", 0, 2);
    check("a\nb\n", "a\nb\n", 0, 0);
    struct line_delta delta = linecount_compare(counter, NULL, 0, "a\n\nb", 4);
    g_assert_cmpuint(delta.added, ==, 3);
}

static void single_edits(void)
{
    check("a\nb\nc\n", "a\nx\nc\n", 1, 1);
    check("a\nb\nc\n", "a\nc\n", 0, 1);
    check("a\nc\n", "a\nb\nc\n", 1, 0);
    check("a\na\na\n", "a\na\n", 0, 1);
    check("x\n", "yx\n", 1, 1);
    check("a\nb\nc\nd\n", "b\nc\nd\na\n", 1, 1);
    check("a\nb\nc\nd\n", "d\nc\nb\na\n", 3, 3);
}

static void last_line_without_line_feed(void)
{
    check("a\nb", "a\nb\n", 1, 1);
    check("a\nb\n", "a\nb", 1, 1);
    check("a\nb", "a\nb\nc", 2, 1);
    check("a", "a\nb\n", 2, 1);
    check("a\r\n", "a\n", 1, 1);
}

static void binary_is_a_nul_near_the_start(void)
{
    char text[8002];
    memset(text, 'a', sizeof text);
    text[8000] = '\0';
    g_assert_false(linecount_is_binary(text, sizeof text));
    text[7999] = '\0';
    g_assert_true(linecount_is_binary(text, sizeof text));
    g_assert_false(linecount_is_binary(text, 7999));
    g_assert_false(linecount_is_binary(NULL, 0));
    struct line_delta delta = linecount_compare(counter, "a\n", 2, text, sizeof text);
    g_assert_true(delta.binary);
    g_assert_cmpuint(delta.added + delta.deleted, ==, 0);
}

/* 15 lines make a line frequent that the other side has 4 times. It stays unpaired where more than
 * 3 lonely lines come on each frequent one, counting itself twice: 7 for one alone. */
static void frequent_line_among_lonely_ones(void)
{
    const char *sevenfold = "1\n2\n3\nx\n4\n5\n6\n7\n";
    const char *sixfold = "1\n2\n3\nx\n4\n5\n6\n";
    check(sevenfold, "x\nx\nx\n", 2, 7);
    check(sevenfold, "x\nx\nx\nx\n", 4, 8);
    check(sixfold, "x\nx\nx\nx\n", 3, 6);
}

static void frequent_in_what_both_begin_with(void)
{
    check("x\nx\nx\n1\n2\n3\nx\n4\n5\n6\n7\n", "x\nx\nx\na\nx\nb\n", 3, 8);
    check("y\ny\ny\n1\n2\n3\nx\n4\n5\n6\n7\n", "y\ny\ny\na\nx\nb\n", 2, 7);
}

static guint32 unpaired(const char *old, const char *new)
{
    guint32 numbers[2][64];
    gsize lengths[2] = {strlen(old), strlen(new)};
    for (gsize i = 0; i < lengths[0]; i++)
        numbers[0][i] = (guint32)old[i];
    for (gsize i = 0; i < lengths[1]; i++)
        numbers[1][i] = (guint32) new[i];
    g_autoptr(Myers) search = myers_new();
    guint32 all =
        myers_unpaired(search, numbers[0], (guint32)lengths[0], numbers[1], (guint32)lengths[1]);
    guint32 within = 0, distance = 2 * all + (guint32)lengths[1] - (guint32)lengths[0];
    g_assert_true(myers_unpaired_within(search, numbers[0], (guint32)lengths[0], numbers[1],
                                        (guint32)lengths[1], distance, &within));
    g_assert_cmpuint(within, ==, all);
    if (distance > 0)
        g_assert_false(myers_unpaired_within(search, numbers[0], (guint32)lengths[0], numbers[1],
                                             (guint32)lengths[1], distance - 1, &within));
    return all;
}

static void short_sequences(void)
{
    g_assert_cmpuint(unpaired("", ""), ==, 0);
    g_assert_cmpuint(unpaired("abc", ""), ==, 3);
    g_assert_cmpuint(unpaired("", "abc"), ==, 0);
    g_assert_cmpuint(unpaired("abcabba", "cbabac"), ==, 3);
    g_assert_cmpuint(unpaired("kitten", "sitting"), ==, 2);
    g_assert_cmpuint(unpaired("abcdefgh", "hgfedcba"), ==, 7);
    g_assert_cmpuint(unpaired("xaybzc", "abc"), ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    counter = linecount_new();
    g_test_add_func("/linecount/whole", whole_files);
    g_test_add_func("/linecount/edits", single_edits);
    g_test_add_func("/linecount/last-line", last_line_without_line_feed);
    g_test_add_func("/linecount/binary", binary_is_a_nul_near_the_start);
    g_test_add_func("/linecount/frequent", frequent_line_among_lonely_ones);
    g_test_add_func("/linecount/frequent-outside", frequent_in_what_both_begin_with);
    g_test_add_func("/linecount/myers", short_sequences);
    int status = g_test_run();
    linecount_free(counter);
    linecount_free(NULL);
    return status;
}
