#include "commit.h"

#include "fault.h"

#include <string.h>

#define TREE "tree 1111111111111111111111111111111111111111\n"
#define TEN(d) d d d d d d d d d d
#define GOOD "Ann Bee <ann@example.org> 1527854400 +0200\n"

static struct commit parse(const char *text)
{
    struct commit commit;
    g_autoptr(GError) error = NULL;
    g_assert_true(commit_parse(text, strlen(text), &commit, &error));
    g_assert_no_error(error);
    return commit;
}

static void assert_slice(struct slice slice, const char *expected)
{
    g_autofree char *text = g_strndup(slice.bytes, slice.length);
    g_assert_cmpstr(text, ==, expected);
}

static struct stamp stamp_of(const char *ident, bool *ret_odd)
{
    /* The slices point into the text, which therefore has to stay. */
    static char *text = NULL;
    g_free(text);
    text = g_strconcat(TREE "author ", ident, "\ncommitter " GOOD "\nmessage\n", NULL);
    struct commit commit = parse(text);
    *ret_odd = commit.odd;
    return commit.author;
}

static void every_header(void)
{
    struct commit commit = parse(TREE "parent " TEN("aaaa") "\nparent " TEN(
        "BBBB") "\nauthor " GOOD
                "committer C D <c@d.example> 1527854401 -0330\nencoding ISO-8859-1\n"
                "mergetag object " TEN("cccc") "\n type commit\n author No One <n@o> 1 +0000\n"
                                               "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n "
                                               "-----END PGP SIGNATURE-----\n"
                                               "\nSubject\n\nauthor of nothing\n");
    guint8 id[20];
    char hex[41];
    g_assert_cmpuint(commit.parent_count, ==, 2);
    g_assert_true(commit_parent(&commit, 1, id));
    id_to_hex(id, hex);
    g_assert_cmpstr(hex, ==, TEN("bbbb"));
    g_assert_false(commit_parent(&commit, 2, id));
    g_assert_cmpint(commit.tree[19], ==, 0x11);
    assert_slice(commit.author.name, "Ann Bee");
    assert_slice(commit.author.address, "ann@example.org");
    g_assert_cmpint(commit.author.time, ==, 1527854400);
    g_assert_cmpint(commit.author.zone, ==, 120);
    g_assert_cmpint(commit.committer.zone, ==, -210);
    assert_slice(commit.encoding, "ISO-8859-1");
    assert_slice(commit.gpgsig,
                 "-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----");
    assert_slice(commit.message, "Subject\n\nauthor of nothing\n");
    g_assert_false(commit.odd);
}

static void idents_are_split_like_git_does(void)
{
    static const struct {
        const char *ident, *name, *address;
        gint64 time;
        int zone;
        bool odd;
    } cases[] = {
        {"A B <a@b.c> 12 +0100", "A B", "a@b.c", 12, 60, false},
        {"<a@b.c> 12 +0000", "", "a@b.c", 12, 0, false},
        {" <> 12 +0000", "", "", 12, 0, false},
        {"A < B <a@b.c> 12 +0000", "A", "B <a@b.c", 12, 0, false},
        {"A <a@b.c>> 12 +0000", "A", "a@b.c", 12, 0, false},
        {"A <a@b.c> x> 12 +0000", "A", "a@b.c", 12, 0, false},
        {"A <a@b.c>", "A", "a@b.c", 0, 0, true},
        {"A <a@b.c> 12", "A", "a@b.c", 12, 0, true},
        {"A <a@b.c> soon +0000", "A", "a@b.c", 0, 0, true},
        {"A <a@b.c> -12 +0000", "A", "a@b.c", 0, 0, true},
        {"A <a@b.c> 12 +051800", "A", "a@b.c", 12, 0, true},
        {"A <a@b.c> 12 +0099", "A", "a@b.c", 12, 0, true},
        {"A <a@b.c> 12 +", "A", "a@b.c", 12, 0, true},
        {"A <a@b.c> 9223372036854775807 +0000", "A", "a@b.c", G_MAXINT64, 0, false},
        {"A <a@b.c> 9223372036854775808 +0000", "A", "a@b.c", 0, 0, true},
        {"A <a@b.c> 12 +99999999999999999999", "A", "a@b.c", 12, 0, true},
        {"A B 12 +0100", "A B", "", 12, 60, true},
        {"A B", "A B", "", 0, 0, true},
        {"A <a@b.c 12 +0100", "A <a@b.c", "", 12, 60, true},
        {"", "", "", 0, 0, true},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        bool odd = false;
        struct stamp stamp = stamp_of(cases[i].ident, &odd);
        g_test_message("%s", cases[i].ident);
        assert_slice(stamp.name, cases[i].name);
        assert_slice(stamp.address, cases[i].address);
        g_assert_cmpint(stamp.time, ==, cases[i].time);
        g_assert_cmpint(stamp.zone, ==, cases[i].zone);
        g_assert_cmpint(odd, ==, cases[i].odd);
    }
}

static void missing_headers_are_odd(void)
{
    g_assert_true(parse(TREE "author " GOOD "\nx\n").odd);
    g_assert_true(parse(TREE "committer " GOOD "\nx\n").odd);
    g_assert_true(parse(TREE).odd);
    g_assert_true(parse(TREE "author " GOOD "author " GOOD "committer " GOOD "\nx\n").odd);
    struct commit commit =
        parse(TREE "author " GOOD "parent " TEN("aaaa") "\ncommitter " GOOD "\nx\n");
    g_assert_true(commit.odd);
    g_assert_cmpuint(commit.parent_count, ==, 0);
    commit = parse(TREE "author " GOOD "committer " GOOD);
    g_assert_false(commit.odd);
    assert_slice(commit.message, "");
}

static void no_commit_can_be_made(void)
{
    static const char *const broken[] = {
        "",
        "tree",
        "tree 1111\n",
        "tree 111111111111111111111111111111111111111g\n",
        "author " GOOD,
        TREE "parent \n",
        TREE "parent " TEN("aaaa"),
        TREE "parent " TEN("aaaa") "\nparent zzz\n",
        TREE "parent " TEN("aaaa") "a\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(broken); i++) {
        struct commit commit = {.parent_count = 77};
        g_autoptr(GError) error = NULL;
        g_assert_false(commit_parse(broken[i], strlen(broken[i]), &commit, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
        g_assert_cmpuint(commit.parent_count, ==, 77);
    }
}

static void subjects(void)
{
    static const struct {
        const char *message, *subject;
    } cases[] = {
        {"One line\n", "One line"},
        {"One line", "One line"},
        {"Two\nlines  \n\nbody\n", "Two lines"},
        {"\n \n\tTabbed\n  and indented\n", "\tTabbed   and indented"},
        {"Carriage\r\nreturns\r\n\r\nbody", "Carriage returns"},
        {"", ""},
        {"\n\n", ""},
        {"caf\xe9 is not UTF-8\n", "caf\xe9 is not UTF-8"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        struct slice message = {cases[i].message, strlen(cases[i].message)};
        g_autofree char *subject = commit_subject(&message);
        g_assert_cmpstr(subject, ==, cases[i].subject);
    }
    struct slice with_nul = {"cut\0here", 8};
    g_autofree char *cut = commit_subject(&with_nul);
    g_assert_cmpstr(cut, ==, "cut");
}

#define OBJECT "object " TEN("dddd") "\n"
#define ARMOUR "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n"

static void tags(void)
{
    static const char text[] = OBJECT "type commit\ntag 4.9.1\ntagger " GOOD "\nXen 4.9.1\n" ARMOUR;
    struct tag tag;
    g_assert_true(tag_parse(text, strlen(text), &tag, NULL));
    g_assert_cmpint(tag.target[0], ==, 0xdd);
    assert_slice(tag.target_type, "commit");
    assert_slice(tag.tagger.name, "Ann Bee");
    assert_slice(tag.message, "Xen 4.9.1\n");
    assert_slice(tag.signature, ARMOUR);
}

static void odd_tags(void)
{
    static const char old[] = OBJECT "type tag\ntag v1\n\nno tagger, quotes\n > " ARMOUR;
    struct tag tag;
    g_autoptr(GError) error = NULL;
    g_assert_true(tag_parse(old, strlen(old), &tag, NULL));
    assert_slice(tag.tagger.name, "");
    g_assert_cmpint(tag.tagger.time, ==, 0);
    assert_slice(tag.signature, "");
    g_assert_false(tag_parse("type commit\n", 12, &tag, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/commit/every-header", every_header);
    g_test_add_func("/commit/idents", idents_are_split_like_git_does);
    g_test_add_func("/commit/missing", missing_headers_are_odd);
    g_test_add_func("/commit/broken", no_commit_can_be_made);
    g_test_add_func("/commit/subject", subjects);
    g_test_add_func("/commit/tag", tags);
    g_test_add_func("/commit/odd-tag", odd_tags);
    return g_test_run();
}
