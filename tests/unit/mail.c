/* Mails as they go out: nothing that is put into one begins a header or a part of its own. */
#include "mail.h"

#include "fault.h"
#include "mime.h"

#include <string.h>

static const struct mail_head good = {.from_name = "Lantern security",
                                      .from = "security@lantern.example",
                                      .to = "psirt@member.example",
                                      .subject = "frobs",
                                      .id = "1234@lantern.example",
                                      .answers = "0123@lantern.example",
                                      .date = 1780000000};

static const char *const fields[] = {"Date",       "From",         "Subject",
                                     "Message-Id", "To",           "In-Reply-To",
                                     "References", "MIME-Version", "Content-Type"};

/* The places a value comes to in a head. */
static const struct place {
    const char *name;
    gsize offset;
} places[] = {
    {"from_name", G_STRUCT_OFFSET(struct mail_head, from_name)},
    {"from", G_STRUCT_OFFSET(struct mail_head, from)},
    {"to", G_STRUCT_OFFSET(struct mail_head, to)},
    {"subject", G_STRUCT_OFFSET(struct mail_head, subject)},
    {"id", G_STRUCT_OFFSET(struct mail_head, id)},
    {"answers", G_STRUCT_OFFSET(struct mail_head, answers)},
};

static struct mail_head head_with(const struct place *place, const char *value)
{
    struct mail_head head = good;
    *(const char **)((char *)&head + place->offset) = value;
    return head;
}

static GBytes *write_plain(const struct mail_head *head, GError **error)
{
    const struct mail_content content = {.text = "text\n"};
    return mail_write(head, &content, error);
}

static GBytes *write_inner(const struct mail_head *head, GError **error)
{
    const struct mail_content content = {.words = "words\n", .text = "text\n"};
    return mail_write_inner(head, &content, error);
}

static GBytes *write_sealed(const struct mail_head *head, GError **error)
{
    static const char armoured[] = "-----BEGIN PGP MESSAGE-----\n\nAAAA\n"
                                   "-----END PGP MESSAGE-----\n";
    return mail_write_sealed(head, armoured, sizeof armoured - 1, error);
}

static GBytes *(*const writers[])(const struct mail_head *, GError **) = {write_plain, write_inner,
                                                                          write_sealed};

static char *text_of(GBytes *bytes)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    return g_strndup(data, length);
}

static guint known(const char *line)
{
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
        gsize length = strlen(fields[i]);
        if (g_ascii_strncasecmp(line, fields[i], length) == 0 && line[length] == ':')
            return i;
    }
    return G_N_ELEMENTS(fields);
}

/* RFC 5322, 2.1.1 and 2.3: CR and LF only together, lines of 998, ASCII. */
static void check_lines(const char *text, gsize length)
{
    gsize line = 0;
    for (gsize i = 0; i < length; i++) {
        g_assert_true(text[i] != '\0' && (guchar)text[i] < 0x80);
        g_assert_true((text[i] == '\n') == (i > 0 && text[i - 1] == '\r'));
        line = text[i] == '\n' ? 0 : line + 1;
        g_assert_cmpuint(line, <=, 999);
    }
}

/* Each field of ours once, and no other. */
static void check_head(const char *text)
{
    guint seen[G_N_ELEMENTS(fields) + 1] = {0};
    const char *end = strstr(text, "\r\n\r\n");
    g_assert_nonnull(end);
    g_autofree char *head = g_strndup(text, (gsize)(end - text));
    g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        bool folded = line != lines && (**line == ' ' || **line == '\t');
        g_assert_true(folded || known(*line) < G_N_ELEMENTS(fields));
        if (!folded)
            seen[known(*line)]++;
    }
    for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
        g_assert_cmpuint(seen[i], ==, 1);
}

static void check_mail(GBytes *mail)
{
    g_autofree char *text = text_of(mail);
    check_lines(text, g_bytes_get_size(mail));
    check_head(text);
    g_assert_null(strstr(text, "\nBcc:"));
}

static void line_ends_are_refused_everywhere(void)
{
    static const char *const tails[] = {"\rBcc: x@y.example",
                                        "\nBcc: x@y.example",
                                        "\r\nBcc: x@y.example",
                                        "\r\n\r\nbody",
                                        "\n Bcc: x@y.example",
                                        "\r\n",
                                        "\n",
                                        "\v",
                                        "\f",
                                        "\x01",
                                        "\x1b[2J",
                                        "\x7f",
                                        "\xff\xfe",
                                        "\xc0\x8a",
                                        "\xc2",
                                        "=?utf-8?q?=0D=0ABcc:_x?="};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(tails); j++)
            for (gsize k = 0; k < G_N_ELEMENTS(writers); k++) {
                g_autoptr(GError) error = NULL;
                g_autofree char *value = g_strconcat("secret@m.example", tails[j], NULL);
                const struct mail_head head = head_with(&places[i], value);
                g_autoptr(GBytes) mail = writers[k](&head, &error);
                if (mail != NULL)
                    g_error("%s, case %zu: it was passed on", places[i].name, j);
                g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
                g_assert_null(strstr(error->message, "secret"));
            }
}

/* Line and paragraph separators and NEL are no line ends in a mail, and are encoded. */
static void eight_bits_are_refused_or_encoded(void)
{
    static const char *const values[] = {"B\303\266hm & S\303\266hne",
                                         "\342\200\250Bcc: x@y.example", "\302\205Bcc: x@y.example",
                                         "\360\237\222\251"};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(values); j++) {
            g_autoptr(GError) error = NULL;
            const struct mail_head head = head_with(&places[i], values[j]);
            g_autoptr(GBytes) mail = write_plain(&head, &error);
            bool words =
                g_str_equal(places[i].name, "subject") || g_str_equal(places[i].name, "from_name");
            if (mail == NULL)
                g_assert_true(!words);
            else
                check_mail(mail);
        }
}

/* A word that cannot be folded is refused. */
static void long_values_fit(void)
{
    static const char *const fillers[] = {"a", "a ", "\303\266", "\303\266 ", "\"\\", "=?", "a@b,"};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(fillers); j++) {
            g_autoptr(GString) value = g_string_new(NULL);
            while (value->len < 10000)
                g_string_append(value, fillers[j]);
            bool address = !g_str_equal(places[i].name, "subject") &&
                           !g_str_equal(places[i].name, "from_name");
            g_string_append(value, address ? "@m.example" : "");
            const struct mail_head head = head_with(&places[i], value->str);
            g_autoptr(GBytes) mail = write_plain(&head, NULL);
            if (mail != NULL)
                check_mail(mail);
            bool folds = strchr(fillers[j], ' ') != NULL || fillers[j][0] < 0;
            g_assert_true(mail != NULL || address || !folds);
        }
}

static void file_names_are_refused(void)
{
    g_autofree char *filler = g_strnfill(10000, 'a');
    const char *const names[] = {"",     "a\rb",   "a\nb",        "a\r\n\r\nb", "a\"b",
                                 "a;b",  "a b",    "caf\303\251", "\xff",       filler,
                                 "../x", "/etc/x", "a/../b"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GBytes) bytes = g_bytes_new_static("x", 1);
        const struct mail_file file = {names[i], bytes};
        const struct mail_content content = {.text = "text\n", .files = &file, .count = 1};
        g_autoptr(GBytes) mail = mail_write(&good, &content, &error);
        if (mail != NULL)
            g_error("case %zu: the name was passed on", i);
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    }
}

/* --- what is in it comes back --- */

static char *without_returns(GBytes *bytes)
{
    g_autofree char *text = text_of(bytes);
    g_auto(GStrv) parts = g_strsplit(text, "\r\n", -1);
    return g_strjoinv("\n", parts);
}

static GPtrArray *read_again(GBytes *mail)
{
    g_autoptr(GError) error = NULL;
    gsize length = 0;
    const char *bytes = g_bytes_get_data(mail, &length);
    GPtrArray *parts = mime_read(bytes, length, &error);
    g_assert_no_error(error);
    return parts;
}

static void texts_come_back(void)
{
    g_autofree char *filler = g_strnfill(5000, 'x');
    g_autofree char *wide = g_strnfill(5000, '=');
    g_autofree char *long_line = g_strconcat(filler, "\n", wide, " \n", NULL);
    const char *const texts[] = {"plain\n",
                                 ".\n..\n.dot\n",
                                 "From here\n>From there\n",
                                 "- -----BEGIN\n-- \n--=_\n",
                                 "trailing blanks  \t\nand \n",
                                 "caf\303\251 =3D =\n",
                                 "no end",
                                 "\n\n\n",
                                 long_line};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        const struct mail_content content = {.words = "words\n", .text = texts[i]};
        g_autoptr(GBytes) mail = mail_write(&good, &content, NULL);
        g_assert_nonnull(mail);
        check_mail(mail);
        g_autoptr(GPtrArray) parts = read_again(mail);
        g_assert_cmpuint(parts->len, ==, 2);
        const struct mime_part *part = parts->pdata[1];
        g_autofree char *text = without_returns(part->bytes);
        g_assert_cmpstr(text, ==, texts[i]);
    }
}

static void files_come_back_to_the_byte(void)
{
    guint8 all[1024];
    for (guint i = 0; i < sizeof all; i++)
        all[i] = (guint8)(i * 7 + i / 256);
    g_autoptr(GBytes) bytes = g_bytes_new(all, sizeof all), none = g_bytes_new(NULL, 0),
                      ends = g_bytes_new_static("a\r\nb\nc\rd", 8);
    const struct mail_file files[] = {{"a.patch", bytes}, {"b.patch", none}, {"c.patch", ends}};
    const struct mail_content content = {.text = "text\n", .files = files, .count = 3};
    g_autoptr(GBytes) mail = mail_write(&good, &content, NULL);
    check_mail(mail);
    g_autoptr(GPtrArray) parts = read_again(mail);
    g_assert_cmpuint(parts->len, ==, 4);
    for (guint i = 0; i < 3; i++) {
        const struct mime_part *part = parts->pdata[i + 1];
        g_assert_cmpint((int)part->kind, ==, MIME_ATTACHMENT);
        g_assert_cmpstr(part->name, ==, files[i].name);
        g_assert_true(g_bytes_equal(part->bytes, files[i].bytes));
    }
}

static void the_same_gives_the_same(void)
{
    struct mail_head other = good;
    other.id = "other@lantern.example";
    for (gsize i = 0; i < G_N_ELEMENTS(writers); i++) {
        g_autoptr(GBytes) one = writers[i](&good, NULL), two = writers[i](&good, NULL),
                          three = writers[i](&other, NULL);
        g_assert_true(g_bytes_equal(one, two));
        g_assert_false(g_bytes_equal(one, three));
        check_mail(one);
    }
}

/* The boundary hangs on the Message-ID: a text that holds another's is just text. */
static void a_boundary_in_the_text_is_text(void)
{
    g_autoptr(GBytes) first = write_plain(&good, NULL);
    g_autofree char *text = text_of(first);
    char *start = strstr(text, "--=_");
    g_assert_nonnull(start);
    g_autofree char *boundary = g_strndup(start, strcspn(start, "\r\n"));
    g_autofree char *evil =
        g_strdup_printf("%s\nContent-Type: text/html\n\n<b>\n%s--\n", boundary, boundary);
    const struct mail_content content = {.text = evil};
    struct mail_head head = good;
    head.id = "9999@lantern.example";
    g_autoptr(GBytes) mail = mail_write(&head, &content, NULL);
    g_autoptr(GPtrArray) parts = read_again(mail);
    g_assert_cmpuint(parts->len, ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mail/line_ends_are_refused_everywhere", line_ends_are_refused_everywhere);
    g_test_add_func("/mail/eight_bits_are_refused_or_encoded", eight_bits_are_refused_or_encoded);
    g_test_add_func("/mail/long_values_fit", long_values_fit);
    g_test_add_func("/mail/file_names_are_refused", file_names_are_refused);
    g_test_add_func("/mail/texts_come_back", texts_come_back);
    g_test_add_func("/mail/files_come_back_to_the_byte", files_come_back_to_the_byte);
    g_test_add_func("/mail/the_same_gives_the_same", the_same_gives_the_same);
    g_test_add_func("/mail/a_boundary_in_the_text_is_text", a_boundary_in_the_text_is_text);
    return g_test_run();
}
