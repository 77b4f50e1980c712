#include "reviews.h"

#include "imports.h"

#include <math.h>

#define DAY ((gint64)86400)

static void test_ranks(void)
{
    static const gint64 sorted[] = {0, DAY, 2 * DAY, 3 * DAY, 40 * DAY};
    g_assert_cmpfloat(reviews_rank_days(sorted, 5, 0.5), ==, 2);
    g_assert_cmpfloat(reviews_rank_days(sorted, 4, 0.5), ==, 1);
    g_assert_cmpfloat(reviews_rank_days(sorted, 5, 0.9), ==, 40);
    g_assert_cmpfloat(reviews_rank_days(sorted, 1, 0.9), ==, 0);
    g_assert_true(isnan(reviews_rank_days(sorted, 0, 0.5)));
}

static char *sentence_of(const int *years, guint count)
{
    g_autoptr(GHashTable) set = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < count; i++)
        g_hash_table_add(set, GINT_TO_POINTER(years[i]));
    return imports_sentence(set);
}

static void test_sentence(void)
{
    static const int years[] = {2012, 1970, 2002, 2003, 2004, 2011};
    g_autofree char *none = sentence_of(years, 0);
    g_autofree char *all = sentence_of(years, G_N_ELEMENTS(years));
    g_assert_null(none);
    g_assert_true(g_str_has_prefix(all, "In 1970, 2002 to 2004, 2011 and 2012 the committer is"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reviews/ranks", test_ranks);
    g_test_add_func("/reviews/sentence", test_sentence);
    return g_test_run();
}
