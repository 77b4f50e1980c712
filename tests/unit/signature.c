#include "signature.h"

#include <string.h>

/* Made for this test: `gpg -ab` and `ssh-keygen -Y sign` with keys that were thrown away. */
static const char openpgp_v4[] =
    "-----BEGIN PGP SIGNATURE-----\n"
    "\n"
    "iHUEABYIAB0WIQR8lTScIv0X5GZPgDqw4jeLDj/ecQUCawJRCwAKCRCw4jeLDj/e\n"
    "cSB9AP0bxeb319+0RIcrlpdfrBbaAMvOGoFNOawqUrBRw6xdsQEA/9wsVsXQ+ouY\n"
    "lCggudMj2U2IfLSRrHTbFtvKbdiHCwI=\n"
    "=m51j\n"
    "-----END PGP SIGNATURE-----\n";

static const char ssh[] = "-----BEGIN SSH SIGNATURE-----\n"
                          "U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg9Q8aLmwYWABbiyXsjRy0a7fqNU\n"
                          "PELgt3QGZourzgI6MAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5\n"
                          "AAAAQDBdjsMVvuzQ7fG4VLB+I77c/YlZDZWzT+cRhrQMHa9TIx752MKLxuAkkbDeAJgqso\n"
                          "ZfR8JWCss3/im2ZGKmPQA=\n"
                          "-----END SSH SIGNATURE-----\n";

static struct signature parse(const char *armour)
{
    struct signature signature;
    g_assert_true(signature_parse(armour, strlen(armour), &signature));
    return signature;
}

/* A packet of bytes written in hex, in armour as git keeps it in a commit. */
static struct signature parse_packet(const char *hex)
{
    g_autoptr(GByteArray) data = g_byte_array_new();
    for (; hex[0] != '\0'; hex += hex[0] == ' ' ? 1 : 2) {
        if (hex[0] == ' ')
            continue;
        guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(data, &byte, 1);
    }
    g_autofree char *text = g_base64_encode(data->data, data->len);
    g_autofree char *armour = g_strdup_printf("-----BEGIN PGP SIGNATURE-----\n Version: Test\n \n"
                                              " %s\n =abcd\n -----END PGP SIGNATURE-----\n",
                                              text);
    return parse(armour);
}

static void assert_signature(struct signature signature, const char *kind, const char *signer,
                             const char *digest)
{
    g_assert_cmpstr(signature.kind, ==, kind);
    g_assert_cmpstr(signature.signer, ==, signer);
    g_assert_cmpstr(signature.digest, ==, digest);
}

static void fingerprint_is_preferred(void)
{
    assert_signature(parse(openpgp_v4), "openpgp", "7C95349C22FD17E4664F803AB0E2378B0E3FDE71",
                     "SHA256");
}

static void ssh_key_is_named_as_ssh_keygen_does(void)
{
    assert_signature(parse(ssh), "ssh", "SHA256:NYbo3ds/MfHoxgtysz+7kCDN/8Qqf4DVDTum5UY/gWU",
                     "SHA512");
}

static void x509_is_known_by_its_armour(void)
{
    assert_signature(parse("-----BEGIN SIGNED MESSAGE-----\n MIIC\n"), "x509", "", "");
}

static void packets(void)
{
    static const struct {
        const char *hex, *signer, *digest;
    } cases[] = {
        /* old head, one octet of length, version 3 */
        {"88 13 03 05 00 00000000 1122334455667788 01 02 abcd ff", "1122334455667788", "SHA1"},
        /* version 4, key id among what is not hashed, length of two octets */
        {"89 0012 04 00 01 0a 0000 000a 09 10 83FE14C957E82BD9", "83FE14C957E82BD9", "SHA512"},
        /* new head; a critical subpacket */
        {"c2 12 04 00 01 08 000a 09 90 83FE14C957E82BD9 0000", "83FE14C957E82BD9", "SHA256"},
        /* another packet comes first */
        {"b4 01 41 88 06 04 00 01 08 0000", "", "SHA256"},
        /* version 6: wider lengths, and a fingerprint of 32 octets */
        {"c2 2c 06 00 1b 0e 00000023 22 21 06 "
         "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF 00",
         "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF", "SHA3-512"},
        /* indeterminate length */
        {"8b 04 00 01 09 0000 0000", "", "SHA384"},
        /* unknown digest, unknown version */
        {"88 08 04 00 01 63 0000 0000", "", ""},
        {"88 08 09 00 01 08 0000 0000", "", ""},
        /* cut short, in the head, the length, the area and the subpacket */
        {"88", "", ""},
        {"89 00", "", ""},
        {"8a ffff", "", ""},
        {"c2 ff ffffffff 04", "", ""},
        {"c2 e1 04 00 01 08", "", ""},
        {"88 ff 04 00 01 08 0000 0000", "", ""},
        {"88 06 04 00 01 08 ffff", "", "SHA256"},
        {"88 09 04 00 01 08 0003 09 10 83", "", "SHA256"},
        {"88 0a 04 00 01 08 0004 ff ffffff", "", "SHA256"},
        /* no packet at all */
        {"00 01 02", "", ""},
        {"", "", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].hex);
        assert_signature(parse_packet(cases[i].hex), "openpgp", cases[i].signer, cases[i].digest);
    }
}

static void what_is_none(void)
{
    static const char *const none[] = {"", "\n", "signed by me",
                                       "-----BEGIN PGP PUBLIC KEY BLOCK-----"};
    struct signature signature;
    for (gsize i = 0; i < G_N_ELEMENTS(none); i++)
        g_assert_false(signature_parse(none[i], strlen(none[i]), &signature));
}

/* However much is cut off or changed, nothing beyond the bytes is touched (under ASan). */
static void any_part(const char *whole)
{
    struct signature signature;
    for (gsize length = 0; length <= strlen(whole); length++) {
        g_autofree char *part = g_memdup2(whole, MAX(length, 1));
        signature_parse(part, length, &signature);
        for (gsize i = 31; i < length && i < 120; i++) {
            part[i] = (char)(part[i] ^ 1);
            signature_parse(part, length, &signature);
        }
    }
}

static void parts_and_changes(void)
{
    any_part(openpgp_v4);
    any_part(ssh);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/signature/fingerprint", fingerprint_is_preferred);
    g_test_add_func("/signature/ssh", ssh_key_is_named_as_ssh_keygen_does);
    g_test_add_func("/signature/x509", x509_is_known_by_its_armour);
    g_test_add_func("/signature/packets", packets);
    g_test_add_func("/signature/none", what_is_none);
    g_test_add_func("/signature/parts", parts_and_changes);
    return g_test_run();
}
