#include "similarity.h"

#include <string.h>

static guint64 copied(const char *from, gsize from_size, const char *into, gsize into_size)
{
    g_autoptr(Similarity) similarity = similarity_new();
    struct similarity_print *a = similarity_print_new(similarity, from, from_size);
    struct similarity_print *b = similarity_print_new(similarity, into, into_size);
    guint64 bytes = similarity_copied(similarity, a, b);
    g_assert_cmpuint(similarity_copied(similarity, b, a), ==, bytes);
    similarity_print_free(similarity, a);
    similarity_print_free(similarity, b);
    return bytes;
}

static guint64 copied_text(const char *from, const char *into)
{
    return copied(from, strlen(from), into, strlen(into));
}

static void lines_in_any_order(void)
{
    g_assert_cmpuint(copied_text("one\ntwo\nthree\n", "three\nfour\none\n"), ==, 10);
    g_assert_cmpuint(copied_text("", "x\n"), ==, 0);
}

static void repeated_lines_count_as_often_as_both_have_them(void)
{
    g_assert_cmpuint(copied_text("a\na\na\n", "a\nb\na\n"), ==, 4);
}

static void rest_without_line_feed_is_not_counted(void)
{
    g_assert_cmpuint(copied_text("a\nrest", "a\nrest"), ==, 2);
}

static void long_lines_are_cut_at_64(void)
{
    g_autofree char *line = g_strnfill(130, 'x');
    g_assert_cmpuint(copied_text(line, line), ==, 128);
}

static void line_ends_of_text_are_one(void)
{
    g_assert_cmpuint(copied_text("a\r\nb\r\n", "a\nb\n"), ==, 4);
    g_assert_cmpuint(copied_text("a\r\r\n", "a\n"), ==, 0);
    g_assert_cmpuint(copied("\0\na\r\n", 5, "a\n", 2), ==, 0);
}

static void a_print_can_go_while_others_stay(void)
{
    g_autoptr(Similarity) similarity = similarity_new();
    struct similarity_print *kept = similarity_print_new(similarity, "a\nb\n", 4);
    for (guint i = 0; i < 3; i++) {
        struct similarity_print *other = similarity_print_new(similarity, "b\nc\n", 4);
        g_assert_cmpuint(similarity_copied(similarity, kept, other), ==, 2);
        similarity_print_free(similarity, other);
        g_assert_cmpuint(similarity_copied(similarity, kept, kept), ==, 4);
    }
    similarity_print_free(similarity, kept);
    similarity_print_free(similarity, NULL);
    similarity_free(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/similarity/lines", lines_in_any_order);
    g_test_add_func("/similarity/repeated", repeated_lines_count_as_often_as_both_have_them);
    g_test_add_func("/similarity/rest", rest_without_line_feed_is_not_counted);
    g_test_add_func("/similarity/long", long_lines_are_cut_at_64);
    g_test_add_func("/similarity/crlf", line_ends_of_text_are_one);
    g_test_add_func("/similarity/prints", a_print_can_go_while_others_stay);
    return g_test_run();
}
