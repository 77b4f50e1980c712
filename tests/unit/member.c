#include "member.h"

#include "fault.h"

#include <string.h>

#define KEY "0123456789ABCDEF0123456789ABCDEF01234567"

static struct member *parse(const char *text, GError **error)
{
    return member_parse(text, strlen(text), error);
}

static void a_form_comes_back(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Member) member =
        parse("[member]\nname = B\xc3\xb6hm; Sons\naddress = sec@b.example\n"
              "delivery=pgp\nfingerprint=0123 4567 89ab cdef 0123  4567 "
              "89AB CDEF 0123 4567\nlinks=https://b.example/x;\nlists=xen;qemu\n",
              &error);
    g_assert_no_error(error);
    g_assert_cmpstr(member->fingerprint, ==, KEY);
    g_assert_cmpstr(member->ships, ==, "");
    g_assert_cmpuint(g_strv_length(member->links), ==, 1);
    g_autofree char *text = member_text(member);
    g_autoptr(Member) again = parse(text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(again->name, ==, "B\xc3\xb6hm; Sons");
    g_assert_cmpint(again->delivery, ==, MEMBER_PGP);
    g_assert_true(member_is_on(again, "qemu"));
    g_assert_false(member_is_on(again, "linux"));
    g_assert_true(member_is_on(again, NULL));
}

static void the_form_is_one(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *filled = g_strdup(member_form());
    char *at = strstr(filled, "name = ");
    g_autofree char *text =
        g_strdup_printf("%.*sExample%s", (int)(at - filled) + 7, filled, at + 7);
    g_assert_null(parse(text, &error));
    g_assert_nonnull(strstr(error->message, "fingerprint"));
}

/* What is wrong -> a word of the sentence; none quotes the value. */
static void what_is_wrong_is_named(void)
{
    static const struct {
        const char *lines, *word;
    } cases[] = {
        {"address=a@b.example\n", "name"},
        {"name=A\nadress=a@b.example\n", "address"},
        {"name=A\naddress=secret\n", "no domain"},
        {"name=A\naddress=secret@\n", "no domain"},
        {"name=A\naddress=secret@localhost\n", "user@example.com"},
        {"name=A\naddress=secret@a.example, b@a.example\n", "user@example.com"},
        {"name=A\naddress=Secret <x@a.example>\n", "user@example.com"},
        {"name=A\naddress=secret@b\xc3\xb6hm.example\n", "xn--"},
        {"name=A\naddress=secret\\n@b.example\n", "one line"},
        {"name=A\\nBcc: x@y.example\n", "one line"},
        {"name=A\\rB\n", "one line"},
        {"name=A\xe2\x80\xaeZ\n", "one line"},      /* turns the direction */
        {"name=A\xc2\x9b\x33\x31mB\n", "one line"}, /* a terminal's escape */
        {"name=A\xe2\x80\x8bZ\n", "one line"},      /* not seen */
        {"name=A\xe2\x80\xa8Z\n", "one line"},      /* a line's end */
        {"name=A\nships=caf\xe9\n", "one line"},
        {"name=A\ndelivery=smoke\n", "pgp or tls"},
        {"name=A\ndelivery=pgp\n", "fingerprint"},
        {"name=A\ndelivery=pgp\nfingerprint=89ABCDEF\n", "fingerprint"},
        {"name=A\ndelivery=tls\nfingerprint=" KEY "\n", "fallback"},
        {"name=A\nlinks=javascript:x\n", "links"},
        {"name=A\nlists=x y\n", "lists"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf("[member]\n%s", cases[i].lines);
        g_assert_null(parse(text, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
        if (strstr(error->message, cases[i].word) == NULL)
            g_error("case %zu: %s", i, error->message);
        g_assert_null(strstr(error->message, "secret"));
    }
    g_assert_null(parse("name=A\n", NULL));
    g_assert_null(parse("", NULL));
}

static void long_ones_are_refused(void)
{
    g_autofree char *filler = g_strnfill(10000, 'a');
    g_autofree char *name = g_strdup_printf("[member]\nname=%s\n", filler);
    g_autofree char *address = g_strdup_printf("%s@b.example", filler);
    g_assert_null(parse(name, NULL));
    g_assert_false(member_good_address(address, NULL));
}

static void people_are_told_from_roles(void)
{
    g_assert_false(member_looks_personal("security@example.com"));
    g_assert_false(member_looks_personal("xen-security-team@example.com"));
    g_assert_false(member_looks_personal("PSIRT@example.com"));
    g_assert_true(member_looks_personal("jane.doe@example.com"));
    g_assert_true(member_looks_personal("example.security@gmail.com"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/member/a_form_comes_back", a_form_comes_back);
    g_test_add_func("/member/the_form_is_one", the_form_is_one);
    g_test_add_func("/member/what_is_wrong_is_named", what_is_wrong_is_named);
    g_test_add_func("/member/long_ones_are_refused", long_ones_are_refused);
    g_test_add_func("/member/people_are_told_from_roles", people_are_told_from_roles);
    return g_test_run();
}
