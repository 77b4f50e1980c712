#include "packets.h"

#include "fault.h"

#include <string.h>

/* RFC 9580, 5.1.1: version 3, eight bytes of key id, the algorithm, the encrypted session key. */
#define SESSION_KEY(id) "\x84\x0c\x03" id "\x12\x01\x02"
#define ALICE "\x01\x23\x45\x67\x89\xab\xcd\xef"
#define BOB "\xfe\xdc\xba\x98\x76\x54\x32\x10"
#define CONTENT "\xd2\x03\x01xx"

static GArray *read_bytes(const char *bytes, gsize length, GError **error)
{
    return packets_recipients((const guint8 *)bytes, length, error);
}

#define READ(bytes, error) read_bytes(bytes, sizeof(bytes) - 1, error)

static void recipients_are_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) one = READ(SESSION_KEY(ALICE) CONTENT, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(one->len, ==, 1);
    g_assert_cmphex(g_array_index(one, guint64, 0), ==, 0x0123456789abcdef);
    g_autoptr(GArray) two = READ(SESSION_KEY(ALICE) SESSION_KEY(BOB) CONTENT, &error);
    g_assert_cmpuint(two->len, ==, 2);
    g_assert_cmphex(g_array_index(two, guint64, 1), ==, 0xfedcba9876543210);
    g_autoptr(GArray) none = READ("\xc3\x01"
                                  "x" CONTENT,
                                  &error);
    g_assert_null(none);
}

/* New form, with lengths of one, two and five bytes. */
static void every_length_is_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *body = g_strnfill(300, 'x');
    memcpy(body, "\x03" ALICE, 9);
    static const struct {
        const char *head;
        gsize length, body;
    } heads[] = {
        {"\xc1\x64", 2, 100}, {"\xc1\xc0\x40", 3, 256}, {"\xc1\xff\x00\x00\x01\x00", 6, 256}};
    for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
        g_autoptr(GString) bytes = g_string_new_len(heads[i].head, (gssize)heads[i].length);
        g_string_append_len(bytes, body, (gssize)heads[i].body);
        g_string_append_len(bytes, CONTENT, sizeof(CONTENT) - 1);
        g_autoptr(GArray) ids = read_bytes(bytes->str, bytes->len, &error);
        g_assert_no_error(error);
        g_assert_cmpuint(ids->len, ==, 1);
        g_assert_cmphex(g_array_index(ids, guint64, 0), ==, 0x0123456789abcdef);
    }
}

static void what_is_cut_off_is_refused(void)
{
    static const char whole[] = SESSION_KEY(ALICE) CONTENT;
    for (gsize length = 0; length < sizeof(SESSION_KEY(ALICE)) - 1; length++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(read_bytes(whole, length, &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    }
}

static void armour_comes_off(void)
{
    g_autoptr(GError) error = NULL;
    static const char text[] =
        "-----BEGIN PGP MESSAGE-----\r\nComment: x\r\n\r\naGVs\r\nbG8=\r\n=abcd\r\n"
        "-----END PGP MESSAGE-----\r\n";
    g_autoptr(GBytes) bytes = packets_unarmour(text, sizeof text - 1, &error);
    g_assert_no_error(error);
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    g_assert_cmpuint(length, ==, 5);
    g_assert_true(memcmp(data, "hello", 5) == 0);
    for (gsize cut = 0; cut < 45; cut++)
        g_assert_null(packets_unarmour(text, cut, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/packets/recipients_are_read", recipients_are_read);
    g_test_add_func("/packets/every_length_is_read", every_length_is_read);
    g_test_add_func("/packets/what_is_cut_off_is_refused", what_is_cut_off_is_refused);
    g_test_add_func("/packets/armour_comes_off", armour_comes_off);
    return g_test_run();
}
