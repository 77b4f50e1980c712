#include "moves.h"

static const char head[] =
    "\tList of maintainers\n\nMaintainers List (try to look for most precise "
    "areas first)\n\n\t\t-----------------------------------\n\n";

static char *section(const char *name, const char *people)
{
    return g_strdup_printf("%s%s\n%sS:\tSupported\nF:\txen/\n", head, name, people);
}

static void check(const char *old, const char *new, guint count, const char *address,
                  const char *before)
{
    g_autofree char *left = old == NULL ? NULL : section("X86", old);
    g_autofree char *right = section("X86", new);
    g_autoptr(GPtrArray) moves = moves_find(left, right);
    g_assert_cmpuint(moves->len, ==, count);
    if (count == 0)
        return;
    const struct move *move = moves->pdata[0];
    g_assert_cmpstr(move->address, ==, address);
    g_assert_cmpstr(move->before, ==, before);
}

static void an_address_moves(void)
{
    check("M:\tAnn <ann@one.org>\n", "M:\tAnn <ann@two.org>\n", 1, "ann@two.org", "ann@one.org");
    check("M:\tRené B Monné <r@one.org>\n", "R:\tMonne, Rene B <r@two.org>\n", 1, "r@two.org",
          "r@one.org");
}

static void nothing_moves(void)
{
    check("M:\tAnn <ann@one.org>\n", "M:\tAnn <ANN@one.org>\n", 0, NULL, NULL);
    check("M:\tAnn <ann@one.org>\nM:\tBob <bob@one.org>\n", "M:\tAnn <ann@one.org>\n", 0, NULL,
          NULL);
    check("M:\tAnn <ann@one.org>\n", "S:\tOrphan\n", 0, NULL, NULL);
}

/* Somebody new, and somebody who has a second address, moved from nowhere. */
static void somebody_comes(void)
{
    check(NULL, "M:\tAnn <ann@one.org>\n", 1, "ann@one.org", NULL);
    check("M:\tAnn <ann@one.org>\n", "M:\tAnn <ann@one.org>\nM:\tCy <cy@two.org>\n", 1,
          "cy@two.org", NULL);
    check("M:\tAnn <ann@one.org>\n", "M:\tAnn <ann@one.org>\nM:\tAnn <ann@two.org>\n", 1,
          "ann@two.org", NULL);
}

static void credits_are_read(void)
{
    g_autoptr(GPtrArray) moves = moves_find("N: Ann Author\nE: ann@one.org\nD: all\n\n",
                                            "N: Ann Author\nE: ann@two.org\nD: all\n\n"
                                            "N: Bob\nE: bob@one.org\nE: bob\n");
    g_assert_cmpuint(moves->len, ==, 2);
    const struct move *move = moves->pdata[0];
    g_assert_cmpstr(move->name, ==, "Ann Author");
    g_assert_cmpstr(move->before, ==, "ann@one.org");
    g_assert_cmpstr(((const struct move *)moves->pdata[1])->address, ==, "bob@one.org");
}

static void any_bytes_will_do(void)
{
    static const char *const odd[] = {"", "N:", "E:", "\xff\xfe E:", "M:\t<>\n", "N:\nE:@\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(odd); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(odd); j++)
            g_ptr_array_unref(moves_find(odd[i], odd[j]));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/moves/moves", an_address_moves);
    g_test_add_func("/moves/nothing", nothing_moves);
    g_test_add_func("/moves/comes", somebody_comes);
    g_test_add_func("/moves/credits", credits_are_read);
    g_test_add_func("/moves/odd", any_bytes_will_do);
    return g_test_run();
}
