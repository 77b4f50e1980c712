#include "near.h"

#include <string.h>

#define AT_MOST 3

static gunichar *letters(const char *word, guint *ret_count)
{
    g_autofree char *valid = g_utf8_make_valid(word, -1);
    g_autofree char *folded = g_utf8_casefold(valid, -1);
    glong count = 0;
    gunichar *result = g_utf8_to_ucs4_fast(folded, -1, &count);
    *ret_count = (guint)count;
    return result;
}

guint near_distance(const char *a, const char *b)
{
    guint rows = 0, columns = 0;
    g_autofree gunichar *left = letters(a, &rows);
    g_autofree gunichar *right = letters(b, &columns);
    guint width = columns + 1;
    g_autofree guint *cost = g_new(guint, (rows + 1) * width);
    for (guint i = 0; i <= rows; i++)
        for (guint j = 0; j <= columns; j++) {
            guint *here = &cost[i * width + j];
            if (i == 0 || j == 0) {
                *here = i + j;
                continue;
            }
            guint change = here[-(gint)width - 1] + (left[i - 1] != right[j - 1]);
            *here = MIN(change, MIN(here[-1], here[-(gint)width]) + 1);
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                *here = MIN(*here, cost[(i - 2) * width + j - 2] + 1);
        }
    return cost[rows * width + columns];
}

struct candidate {
    const char *word;
    guint distance;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    if (left->distance != right->distance)
        return left->distance < right->distance ? -1 : 1;
    return strcmp(left->word, right->word);
}

char *near_words(const char *unknown, const GPtrArray *words)
{
    g_autoptr(GArray) near = g_array_new(FALSE, FALSE, sizeof(struct candidate));
    for (guint i = 0; i < words->len; i++) {
        const char *word = g_ptr_array_index(words, i);
        struct candidate candidate = {word, near_distance(unknown, word)};
        /* Half of the letters may be wrong; a word that goes on is near whatever its length. */
        if (candidate.distance * 2 <= strlen(unknown) + 1 ||
            (*unknown != '\0' && strcasestr(word, unknown) != NULL))
            g_array_append_val(near, candidate);
    }
    g_array_sort(near, compare_candidates);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < near->len && i < AT_MOST; i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ",
                               g_array_index(near, struct candidate, i).word);
    return g_string_free(text, FALSE);
}
