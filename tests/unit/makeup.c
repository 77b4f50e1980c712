#include "makeup.h"

#include "monsters.h"

static void the_first_kind_counts(void)
{
    struct makeup_facts facts = {true, true, true, true, true};
    g_assert_cmpint(makeup_of(&facts), ==, MAKEUP_MERGE);
    facts.merge = false;
    g_assert_cmpint(makeup_of(&facts), ==, MAKEUP_TREE);
    facts.tree = false;
    g_assert_cmpint(makeup_of(&facts), ==, MAKEUP_SECURITY);
    facts.security = false;
    g_assert_cmpint(makeup_of(&facts), ==, MAKEUP_REVERT);
    facts.revert = false;
    g_assert_cmpint(makeup_of(&facts), ==, MAKEUP_BACKPORT);
    facts.backport = false;
    g_assert_cmpint(makeup_of(&facts), ==, MAKEUP_NEW);
}

static void every_kind_is_explained(void)
{
    for (guint kind = 0; kind < MAKEUP_KINDS; kind++) {
        g_assert_nonnull(makeup_name((enum makeup_kind)kind));
        g_assert_nonnull(makeup_label((enum makeup_kind)kind));
        g_assert_nonnull(makeup_rule((enum makeup_kind)kind));
    }
}

/* 3e820c5dae of the Xen history: 266,928 of 269,051 lines. */
static void a_monster_is_large_whole_and_little_else(void)
{
    const struct monster qemu = {.added = 148, .removed = 268903, .whole = 266928, .files = 265};
    const struct monster least = {.added = 10000, .whole = 10000, .files = 10};
    const struct monster small = {.added = 9999, .whole = 9999, .files = 10};
    const struct monster few = {.added = 10000, .whole = 10000, .files = 9};
    const struct monster mixed = {.added = 11112, .whole = 10000, .files = 10};
    const struct monster tenth = {.added = 11111, .whole = 10000, .files = 10};
    const struct monster none = {0};
    g_assert_true(monster_is(&qemu));
    g_assert_true(monster_is(&least));
    g_assert_false(monster_is(&small));
    g_assert_false(monster_is(&few));
    g_assert_false(monster_is(&mixed));
    g_assert_true(monster_is(&tenth));
    g_assert_false(monster_is(&none));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/makeup/order", the_first_kind_counts);
    g_test_add_func("/makeup/words", every_kind_is_explained);
    g_test_add_func("/monsters/rule", a_monster_is_large_whole_and_little_else);
    return g_test_run();
}
