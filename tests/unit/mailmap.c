#include "mailmap.h"

#include "fault.h"

#include <string.h>

static struct mailmap *load(const char *text)
{
    struct mailmap *mailmap = mailmap_new();
    g_autoptr(GError) error = NULL;
    g_assert_true(mailmap_add(mailmap, text, strlen(text), NULL, &error));
    g_assert_no_error(error);
    return mailmap;
}

static void check(struct mailmap *mailmap, const char *name, const char *address,
                  const char *expected)
{
    const char *new_name = NULL, *new_address = NULL;
    bool mapped = mailmap_resolve(mailmap, name, address, &new_name, &new_address);
    g_autofree char *found = g_strdup_printf("%s <%s>", new_name, new_address);
    g_assert_cmpstr(found, ==, expected);
    g_assert_cmpint(mapped, ==, new_name != name || new_address != address);
}

/* Each of these answers was given by git check-mailmap 2.39 too. */
static void answers_are_those_of_git(void)
{
    static const char text[] = "# comment\n"
                               "Joe <joe@x.org> # comment\n"
                               "<a@x.org> <b@x.org>\r\n"
                               "Full <full@x.org>   Old  Name   <Old@X.org>\n"
                               "NoMail <noold@x.org> Somebody <>\n"
                               " # indented <c@x.org> <d@x.org>\n"
                               "Late <late@x.org> <multi@x.org>\n"
                               "<later@x.org> <multi@x.org>\n"
                               "Noclose <nc@x.org\n"
                               "Blank < sp@x.org > < old sp@x.org >\n"
                               "Empty <> <e2@x.org>";
    static const char *const cases[][3] = {
        {"j", "joe@x.org", "Joe <joe@x.org>"},
        {"j", "JOE@X.org", "Joe <JOE@X.org>"},
        {"b", "b@x.org", "b <a@x.org>"},
        {"Old  Name", "old@x.org", "Full <full@x.org>"},
        {"old  NAME", "old@x.org", "Full <full@x.org>"},
        {"Old Name", "old@x.org", "Old Name <old@x.org>"},
        {"Somebody", "", "NoMail <noold@x.org>"},
        {"Nobody", "", "Nobody <>"},
        {"x", "d@x.org", "# indented <c@x.org>"},
        {"m", "multi@x.org", "Late <later@x.org>"},
        {"q", "nc@x.org", "q <nc@x.org>"},
        {"s", "old sp@x.org", "s <old sp@x.org>"},
        {"s", " old sp@x.org ", "Blank < sp@x.org >"},
        {"E", "e2@x.org", "E <e2@x.org>"},
        {"", "joe@x.org", "Joe <joe@x.org>"},
        {"\xff", "b@x.org", "\xff <a@x.org>"},
    };
    g_autoptr(Mailmap) mailmap = load(text);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        check(mailmap, cases[i][0], cases[i][1], cases[i][2]);
}

static void a_name_beats_an_address(void)
{
    g_autoptr(Mailmap) mailmap = load("Any <any@x.org> <shared@x.org>\n"
                                      "Ann <ann@x.org> Ann <shared@x.org>\n");
    check(mailmap, "ANN", "shared@x.org", "Ann <ann@x.org>");
    check(mailmap, "Bob", "shared@x.org", "Any <any@x.org>");
}

static void later_files_win(void)
{
    static const char later[] = "New <new@x.org> <old@x.org>\n";
    g_autoptr(Mailmap) mailmap = load("Old <first@x.org> <old@x.org>\n");
    check(mailmap, "x", "old@x.org", "Old <first@x.org>");
    g_assert_true(mailmap_add(mailmap, later, strlen(later), "people/mailmap", NULL));
    check(mailmap, "x", "old@x.org", "New <new@x.org>");
}

static void nothing_is_mapped_by_nothing(void)
{
    g_autoptr(Mailmap) mailmap = load("");
    check(mailmap, "A", "a@x.org", "A <a@x.org>");
}

static void bad_lines_of_the_home_have_a_place(void)
{
    static const char *const bad[] = {
        "\nJoe joe@x.org\n",  "\nJoe <joe@x.org\n",    "\nJoe <>\n",
        "\nJoe <a@x> junk\n", "\n<a@x> <b@x> <c@x>\n", "# fine\njust words",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(Mailmap) mailmap = mailmap_new();
        g_autoptr(GError) error = NULL;
        g_assert_false(mailmap_add(mailmap, bad[i], strlen(bad[i]), "people/mailmap", &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
        g_assert_true(g_str_has_prefix(error->message, "people/mailmap:2: "));
        g_assert_true(mailmap_add(mailmap, bad[i], strlen(bad[i]), NULL, NULL));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mailmap/git", answers_are_those_of_git);
    g_test_add_func("/mailmap/name", a_name_beats_an_address);
    g_test_add_func("/mailmap/later", later_files_win);
    g_test_add_func("/mailmap/empty", nothing_is_mapped_by_nothing);
    g_test_add_func("/mailmap/bad", bad_lines_of_the_home_have_a_place);
    return g_test_run();
}
