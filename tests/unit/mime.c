/* Mails taken apart: what is in them byte for byte, and what is refused. */
#include "mime.h"

#include "fault.h"

#include <string.h>

#define HEAD "From: a@tests.example\nSubject: frobs\nMIME-Version: 1.0\n"
#define MIXED HEAD "Content-Type: multipart/mixed; boundary=\"=s\"; charset=\"utf-8\"\n\n"
#define PLAIN "--=s\nContent-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: "
#define FILE_PART(disposition)                                                                     \
    "--=s\nContent-Type: application/octet-stream\nContent-Disposition: attachment; " disposition  \
    "\nContent-Transfer-Encoding: base64\n\nZnJvYgo=\n"

static GPtrArray *read_mail(const char *mail)
{
    GError *error = NULL;
    GPtrArray *parts = mime_read(mail, strlen(mail), &error);
    g_assert_no_error(error);
    return parts;
}

static void check(const GPtrArray *parts, guint index, enum mime_kind kind, const char *name,
                  const char *bytes)
{
    g_assert_cmpuint(index, <, parts->len);
    const struct mime_part *part = parts->pdata[index];
    g_assert_cmpint((int)part->kind, ==, (int)kind);
    g_assert_cmpstr(part->name, ==, name);
    gsize length = 0;
    const void *data = part->bytes == NULL ? "" : g_bytes_get_data(part->bytes, &length);
    g_assert_true(length == strlen(bytes) && memcmp(data, bytes, length) == 0);
}

/* The real ones say 7bit, or name a charset that it is not, and hold UTF-8 all the same. */
static void test_bytes(void)
{
    static const struct {
        const char *encoding, *body, *bytes;
    } cases[] = {
        {"7bit", "caf\303\251  \n- - x\n", "caf\303\251  \n- - x\n"},
        {"binary", "caf\303\251\r\n", "caf\303\251\r\n"},
        {"8bit", "caf\351\n", "caf\351\n"},
        {"frobnicated", "caf\303\251\n", "caf\303\251\n"},
        {"quoted-printable", "caf=C3=A9 =\nau =20\n", "caf\303\251 au  \n"},
        {"base64", "Y2Fmw6kK\n", "caf\303\251\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *mail =
            g_strconcat(MIXED PLAIN, cases[i].encoding, "\n\n", cases[i].body, "\n--=s--\n", NULL);
        g_autoptr(GPtrArray) parts = read_mail(mail);
        g_assert_cmpuint(parts->len, ==, 1);
        check(parts, 0, MIME_TEXT, NULL, cases[i].bytes);
    }
}

static void test_charset_lie(void)
{
    g_autoptr(GPtrArray) parts = read_mail(HEAD "Content-Type: text/plain; charset=us-ascii\n\n"
                                                "caf\303\251\n");
    check(parts, 0, MIME_TEXT, NULL, "caf\303\251\n");
}

static void test_no_mime(void)
{
    g_autoptr(GPtrArray) parts = read_mail("From: a@tests.example\n\nfrob\n");
    check(parts, 0, MIME_TEXT, NULL, "frob\n");
}

static void test_attachments(void)
{
    g_autoptr(GPtrArray) parts = read_mail(
        MIXED PLAIN "7bit\n\nfrob\n\n" FILE_PART("filename=\"xsa1.patch\"")
            FILE_PART("filename*=utf-8''%C3%A9.patch") FILE_PART("filename=\"../../x\"") FILE_PART(
                "size=5") "--=s\nContent-Type: text/html\n\n<p>frob\n--=s\n"
                          "Content-Type: text/plain; name=notes.txt\n\nnotes\n--=s--\nfooter\n");
    g_assert_cmpuint(parts->len, ==, 7);
    check(parts, 0, MIME_TEXT, NULL, "frob\n");
    check(parts, 1, MIME_ATTACHMENT, "xsa1.patch", "frob\n");
    check(parts, 2, MIME_ATTACHMENT, "\303\251.patch", "frob\n");
    check(parts, 3, MIME_ATTACHMENT, "../../x", "frob\n");
    check(parts, 4, MIME_ATTACHMENT, NULL, "frob\n");
    check(parts, 5, MIME_OTHER, NULL, "<p>frob");
    check(parts, 6, MIME_ATTACHMENT, "notes.txt", "notes");
}

static void test_within(void)
{
    g_autoptr(GPtrArray) parts =
        read_mail(MIXED "--=s\nContent-Type: message/rfc822\n\n" HEAD "\nfrob\n--=s\n"
                        "Content-Type: multipart/alternative; boundary=t\n\n--t\n"
                        "Content-Type: text/plain\n\none\n--t--\n--=s--\n");
    g_assert_cmpuint(parts->len, ==, 2);
    check(parts, 0, MIME_MAIL, NULL, "");
    check(parts, 1, MIME_TEXT, NULL, "one");
}

static void refused(const char *mail, gsize length, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) parts = mime_read(mail, length, &error);
    g_assert_null(parts);
    g_assert_error(error, FAULT_DOMAIN, (int)FAULT_DATA);
    g_assert_nonnull(strstr(error->message, says));
    g_assert_null(strstr(error->message, "frob"));
}

static void test_refused(void)
{
    static const struct {
        const char *mail, *says;
    } cases[] = {
        {MIXED PLAIN "7bit\n\nfrob\n", "cut off"},
        {MIXED PLAIN "7bit\n\nfrob\n\n" FILE_PART("filename=a"), "cut off"},
        {MIXED "frob\n", "cut off"},
        {HEAD "Content-Type: multipart/mixed\n\nfrob\n", "where its parts begin"},
        {"From a\n" HEAD "\nfrob\n\nFrom b\n" HEAD "\nfrob\n", "more than one mail"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        refused(cases[i].mail, strlen(cases[i].mail), cases[i].says);
}

static char *repeated(const char *head, const char *piece, gsize times)
{
    GString *mail = g_string_new(head);
    for (gsize i = 0; i < times; i++)
        g_string_append(mail, piece);
    return g_string_free(mail, FALSE);
}

/* What costs few bytes to send must cost little to refuse. */
static void test_huge(void)
{
    static const struct {
        const char *head, *piece;
        gsize times;
        const char *says;
    } cases[] = {
        {HEAD "\n", "frob frob frob frob frob frob frob frob\n", 270000, "10 MB"},
        {"", "a:\n", 1000000, "too many lines"},
        {MIXED, "--=s\n\n", 100000, "too many parts"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *mail = repeated(cases[i].head, cases[i].piece, cases[i].times);
        refused(mail, strlen(mail), cases[i].says);
    }
}

static void test_deep(void)
{
    g_autoptr(GString) mail = g_string_new(HEAD "Content-Type: multipart/mixed; boundary=b0\n\n");
    for (int i = 0; i < 3000; i++)
        g_string_append_printf(mail, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i,
                               i + 1);
    for (int i = 3000; i >= 0; i--)
        g_string_append_printf(mail, "--b%d--\n", i);
    refused(mail->str, mail->len, "");
}

static void test_is_mail(void)
{
    static const struct {
        const char *bytes;
        bool mail;
    } cases[] = {{"From: a\n", true},
                 {"From a@b Mon\n", true},
                 {"X-Y: z", true},
                 {"   Xen\n", false},
                 {"-----BEGIN PGP\n", false},
                 {"frob\n", false},
                 {"two words: a\n", false},
                 {": a\n", false},
                 {"", false}};
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_true(mime_is_mail(cases[i].bytes, strlen(cases[i].bytes)) == cases[i].mail);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mime/bytes", test_bytes);
    g_test_add_func("/mime/charset-lie", test_charset_lie);
    g_test_add_func("/mime/no-mime", test_no_mime);
    g_test_add_func("/mime/attachments", test_attachments);
    g_test_add_func("/mime/within", test_within);
    g_test_add_func("/mime/refused", test_refused);
    g_test_add_func("/mime/huge", test_huge);
    g_test_add_func("/mime/deep", test_deep);
    g_test_add_func("/mime/is-mail", test_is_mail);
    return g_test_run();
}
