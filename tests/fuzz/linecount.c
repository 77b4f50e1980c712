/* Any two texts: no access outside them, the same answer from a used counter as from a new one, and
 * an answer that fits the texts' own numbers of lines. */
#include "linecount.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gint64 lines_of(const char *text, gsize length)
{
    gint64 lines = length > 0 && text[length - 1] != '\n';
    for (gsize i = 0; i < length; i++)
        lines += text[i] == '\n';
    return lines;
}

/* The first byte says whether a quarter of all letters stand for line feeds, which makes many lines
 * equal; the second, where old ends and new begins. */
static void split(const uint8_t *data, size_t size, GString *old, GString *new)
{
    size_t cut = (size - 2) * data[1] / 255;
    for (size_t i = 0; i < size - 2; i++) {
        char c = (char)data[i + 2];
        g_string_append_c(i < cut ? old : new, (data[0] & 1) != 0 && (c & 3) == 1 ? '\n' : c);
    }
}

static void check(const char *old, gsize old_length, const char *new, gsize new_length)
{
    static struct linecount *used;
    if (used == NULL)
        used = linecount_new();
    g_autoptr(Linecount) fresh = linecount_new();
    struct line_delta first = linecount_compare(used, old, old_length, new, new_length);
    struct line_delta again = linecount_compare(fresh, old, old_length, new, new_length);
    g_assert_true(first.added == again.added && first.deleted == again.deleted &&
                  first.binary == again.binary);
    if (first.binary)
        return;
    gint64 old_lines = lines_of(old, old_length), new_lines = lines_of(new, new_length);
    g_assert_cmpint(first.added, <=, new_lines);
    g_assert_cmpint(first.deleted, <=, old_lines);
    g_assert_cmpint((gint64)first.added - first.deleted, ==, new_lines - old_lines);
    bool same = old_length == new_length && (old_length == 0 || memcmp(old, new, old_length) == 0);
    g_assert_true(same == (first.added == 0 && first.deleted == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    g_autoptr(GString) old = g_string_new(NULL);
    g_autoptr(GString) new = g_string_new(NULL);
    split(data, size, old, new);
    /* Copies without GString's closing NUL: reading one byte too many is then caught. */
    g_autofree char *exact_old = g_memdup2(old->str, old->len);
    g_autofree char *exact_new = g_memdup2(new->str, new->len);
    check(exact_old, old->len, exact_new, new->len);
    return 0;
}
