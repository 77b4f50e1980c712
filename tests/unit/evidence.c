#include "evidence.h"

#include "clock.h"

#include <glib/gstdio.h>
#include <string.h>

static const char table[] = "domain\tone.org\tOne\t\t\tC\n"
                            "domain\ttwo.org\tTwo\t\t\tC\n"
                            "domain\tfree.org\t(unaffiliated)\t\t\tC\n"
                            "address\tcy@free.org\tTwo\t\t\tD\n"
                            "address\tdi@free.org\t(unaffiliated)\t\t\tB\n";

static struct employers *load(void)
{
    char *path = NULL;
    g_autoptr(GError) error = NULL;
    g_close(g_file_open_tmp("evidence-XXXXXX.tsv", &path, &error), NULL);
    g_assert_true(g_file_set_contents(path, table, -1, NULL));
    struct employers *employers = employers_load(path, &error);
    g_assert_no_error(error);
    g_remove(path);
    g_free(path);
    return employers;
}

/* A made history of one person; a commit a month from 2020 on. */
struct life {
    struct employers *employers;
    GArray *signs, *tenures;
    guint node;
};

static void begin(struct life *life)
{
    *life = (struct life){load(), g_array_new(FALSE, FALSE, sizeof(struct sign)), NULL, 0};
}

static void end(struct life *life)
{
    employers_free(life->employers);
    g_array_unref(life->signs);
    if (life->tenures != NULL)
        g_array_unref(life->tenures);
}

static gint64 month(guint number)
{
    return clock_day(2020 + (int)number / 12, (int)number % 12 + 1, 1);
}

/* Written in one month, landed in another. */
static void lands(struct life *life, guint written, guint landed, const char *author,
                  const char *signer)
{
    const char *const signers[] = {signer, NULL};
    evidence_of_commit(life->employers, author, month(written), month(landed), signers,
                       life->node++, life->signs);
}

static void writes(struct life *life, guint when, const char *author, const char *signer)
{
    lands(life, when, when, author, signer);
}

static void is_named(struct life *life, guint when, const char *address)
{
    struct sign sign = {.kind = SIGN_NAMED,
                        .time = month(when),
                        .letter = 'B',
                        .address = address,
                        .employer = employers_find(life->employers, address, month(when))};
    g_assert_true(evidence_is_employer(sign.employer));
    sign.node = life->node++;
    g_array_append_val(life->signs, sign);
}

static void tell(struct life *life, guint count)
{
    life->tenures = evidence_tenures(life->signs);
    g_assert_cmpuint(life->tenures->len, ==, count);
}

static void expect(const struct life *life, guint place, const char *employer, char letter,
                   guint first, guint last, guint commits)
{
    const struct tenure *tenure = &g_array_index(life->tenures, struct tenure, place);
    g_assert_cmpstr(tenure->employer, ==, employer);
    g_assert_cmpint(tenure->letter, ==, letter);
    g_assert_cmpint(tenure->first, ==, month(first));
    g_assert_cmpint(tenure->last, ==, month(last));
    g_assert_cmpuint(tenure->commits, ==, commits);
}

static void check_sign(const char *author, const char *signer, enum sign_kind kind,
                       const char *employer, char letter)
{
    struct life life;
    begin(&life);
    writes(&life, 0, author, signer);
    g_assert_cmpuint(life.signs->len, ==, 1);
    const struct sign *sign = &g_array_index(life.signs, struct sign, 0);
    g_assert_cmpint(sign->kind, ==, kind);
    g_assert_cmpstr(sign->employer, ==, employer);
    g_assert_cmpint(sign->letter, ==, letter);
    g_assert_cmpstr(sign->counted, ==, employers_find(life.employers, author, month(0)));
    end(&life);
}

static void each_sign_has_its_letter(void)
{
    check_sign("a@one.org", NULL, SIGN_DOMAIN, "One", 'C');
    check_sign("a@free.org", NULL, SIGN_NOTHING, "(unaffiliated)", '\0');
    check_sign("a@nowhere.org", NULL, SIGN_NOTHING, "(unknown)", '\0');
    check_sign("cy@free.org", NULL, SIGN_ROW, "Two", 'D');
    check_sign("di@free.org", NULL, SIGN_ROW, "(unaffiliated)", 'B');
    check_sign("a@free.org", "a@one.org", SIGN_SIGNED, "One", 'A');
    check_sign("a@nowhere.org", "a@one.org", SIGN_SIGNED, "One", 'A');
    check_sign("di@free.org", "d@one.org", SIGN_SIGNED, "One", 'A');
}

static void some_lines_say_nothing(void)
{
    check_sign("a@one.org", "a@one.org", SIGN_DOMAIN, "One", 'C');
    check_sign("a@one.org", "a@eu.one.org", SIGN_DOMAIN, "One", 'C');
    check_sign("a@one.org", "a@free.org", SIGN_DOMAIN, "One", 'C');
    check_sign("a@free.org", "b@free.org", SIGN_NOTHING, "(unaffiliated)", '\0');
}

/* It counts where it was written, and says who was next, from the day it landed. */
static void written_here_landed_there(void)
{
    struct life life;
    begin(&life);
    writes(&life, 0, "a@one.org", NULL);
    lands(&life, 5, 9, "a@one.org", "a@two.org");
    writes(&life, 12, "a@two.org", NULL);
    tell(&life, 2);
    expect(&life, 0, "One", 'C', 0, 5, 2);
    expect(&life, 1, "Two", 'B', 9, 12, 1);
    end(&life);
}

static void an_address_change_is_no_employer_change(void)
{
    struct life life;
    bool within = false;
    begin(&life);
    writes(&life, 0, "a@one.org", NULL);
    writes(&life, 3, "a@free.org", "a@one.org");
    writes(&life, 4, "a@free.org", NULL);
    writes(&life, 6, "a@free.org", "a@one.org");
    writes(&life, 8, "a@free.org", NULL);
    tell(&life, 2);
    expect(&life, 0, "One", 'A', 0, 6, 4);
    expect(&life, 1, "(unaffiliated)", '\0', 8, 8, 1);
    const struct tenure *tenure = evidence_at(life.tenures, month(8), &within);
    g_assert_cmpstr(tenure->employer, ==, "One");
    g_assert_false(within);
    tenure = evidence_at(life.tenures, month(4), &within);
    g_assert_cmpstr(tenure->employer, ==, "One");
    g_assert_true(within);
    end(&life);
}

static void a_list_names_the_next(void)
{
    struct life life;
    begin(&life);
    writes(&life, 0, "a@one.org", NULL);
    is_named(&life, 3, "a@two.org");
    writes(&life, 4, "a@free.org", NULL);
    writes(&life, 6, "a@two.org", NULL);
    tell(&life, 2);
    expect(&life, 0, "One", 'C', 0, 0, 1);
    expect(&life, 1, "Two", 'B', 3, 6, 2);
    end(&life);
}

/* An old patch in the middle of another's days is a guess; what is signed is not. */
static void what_lies_within_is_a_guess(void)
{
    struct life life;
    begin(&life);
    for (guint i = 0; i < 5; i++)
        writes(&life, 2 * i, "a@one.org", NULL);
    writes(&life, 3, "a@two.org", NULL);
    tell(&life, 2);
    expect(&life, 0, "One", 'C', 0, 8, 5);
    expect(&life, 1, "Two", 'D', 3, 3, 1);
    end(&life);
    begin(&life);
    for (guint i = 0; i < 5; i++)
        writes(&life, 2 * i, "a@one.org", NULL);
    writes(&life, 3, "a@free.org", "a@two.org");
    tell(&life, 2);
    expect(&life, 1, "Two", 'A', 3, 3, 1);
    end(&life);
}

static void who_comes_back_has_two_tenures(void)
{
    struct life life;
    begin(&life);
    writes(&life, 0, "a@one.org", NULL);
    writes(&life, 6, "a@two.org", NULL);
    writes(&life, 20, "a@one.org", NULL);
    tell(&life, 3);
    expect(&life, 2, "One", 'C', 20, 20, 1);
    end(&life);
    begin(&life);
    writes(&life, 0, "a@one.org", NULL);
    writes(&life, 20, "a@one.org", NULL);
    tell(&life, 1);
    end(&life);
}

/* Each sign knows its tenure, so that all commits are told once. */
static void every_commit_is_told_once(void)
{
    struct life life;
    guint sum = 0;
    begin(&life);
    for (guint i = 0; i < 30; i++)
        writes(&life, (i * 7) % 30,
               i % 3 == 0   ? "a@free.org"
               : i % 3 == 1 ? "a@one.org"
                            : "a@two.org",
               i % 5 == 0 ? "a@one.org" : NULL);
    life.tenures = evidence_tenures(life.signs);
    for (guint i = 0; i < life.tenures->len; i++)
        sum += g_array_index(life.tenures, struct tenure, i).commits;
    g_assert_cmpuint(sum, ==, 30);
    for (guint i = 0; i < life.signs->len; i++) {
        const struct sign *sign = &g_array_index(life.signs, struct sign, i);
        const struct tenure *tenure = &g_array_index(life.tenures, struct tenure, sign->tenure);
        g_assert_cmpint(tenure->first, <=, sign->time);
        g_assert_cmpint(tenure->last, >=, sign->time);
        if (sign->kind != SIGN_NOTHING)
            g_assert_cmpstr(tenure->employer, ==, sign->employer);
    }
    end(&life);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/evidence/letters", each_sign_has_its_letter);
    g_test_add_func("/evidence/nothing", some_lines_say_nothing);
    g_test_add_func("/evidence/landed", written_here_landed_there);
    g_test_add_func("/evidence/address-change", an_address_change_is_no_employer_change);
    g_test_add_func("/evidence/named", a_list_names_the_next);
    g_test_add_func("/evidence/within", what_lies_within_is_a_guess);
    g_test_add_func("/evidence/back", who_comes_back_has_two_tenures);
    g_test_add_func("/evidence/once", every_commit_is_told_once);
    return g_test_run();
}
