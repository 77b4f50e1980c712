#include "signature.h"

#include <string.h>

enum {
    SIGNATURE_PACKET = 2,
    ISSUER_KEY_ID = 16,
    ISSUER_FINGERPRINT = 33,
    ARMOUR_MAX = 1 << 16 /* real ones have less than 2,000 letters */
};

/* Bytes still to be read. Whatever reads more than there is gets false, and nothing moves. */
struct bytes {
    const guint8 *at;
    gsize left;
};

static bool take(struct bytes *from, gsize count, struct bytes *ret_bytes)
{
    if (count > from->left)
        return false;
    *ret_bytes = (struct bytes){from->at, count};
    from->at += count;
    from->left -= count;
    return true;
}

/* Big-endian, as OpenPGP and SSH have it. */
static bool take_number(struct bytes *from, gsize width, guint32 *ret_number)
{
    struct bytes digits;
    guint32 number = 0;
    if (!take(from, width, &digits))
        return false;
    for (gsize i = 0; i < width; i++)
        number = number << 8 | digits.at[i];
    *ret_number = number;
    return true;
}

/* Length, then as many bytes: an SSH string, an OpenPGP subpacket area. */
static bool take_counted(struct bytes *from, gsize width, struct bytes *ret_bytes)
{
    struct bytes ahead = *from;
    guint32 count = 0;
    if (!take_number(&ahead, width, &count) || !take(&ahead, count, ret_bytes))
        return false;
    *from = ahead;
    return true;
}

/* RFC 9580, 4.2.1: one, two or five octets. Partial lengths are not for signatures. */
static bool take_new_length(struct bytes *from, guint32 first_two_octet, guint32 first_none,
                            guint32 *ret_length)
{
    guint32 first = 0;
    guint32 second = 0;
    if (!take_number(from, 1, &first))
        return false;
    if (first == 255)
        return take_number(from, 4, ret_length);
    if (first >= first_none)
        return false;
    if (first >= first_two_octet) {
        if (!take_number(from, 1, &second))
            return false;
        first = ((first - first_two_octet) << 8) + second + first_two_octet;
    }
    *ret_length = first;
    return true;
}

static bool take_old_length(struct bytes *from, guint32 type, guint32 *ret_length)
{
    if (type == 3) {
        *ret_length = (guint32)from->left;
        return true;
    }
    return take_number(from, (gsize)1 << type, ret_length);
}

static bool take_packet(struct bytes *from, guint32 *ret_tag, struct bytes *ret_body)
{
    guint32 head = 0;
    guint32 length = 0;
    if (!take_number(from, 1, &head) || (head & 0x80) == 0)
        return false;
    bool modern = (head & 0x40) != 0;
    *ret_tag = modern ? head & 0x3f : head >> 2 & 0xf;
    if (modern ? !take_new_length(from, 192, 224, &length)
               : !take_old_length(from, head & 3, &length))
        return false;
    return take(from, length, ret_body);
}

static const char *digest_name(guint32 algorithm)
{
    static const char *const names[] = {
        [1] = "MD5",     [2] = "SHA1",    [3] = "RIPEMD160", [8] = "SHA256",    [9] = "SHA384",
        [10] = "SHA512", [11] = "SHA224", [12] = "SHA3-256", [14] = "SHA3-512",
    };
    bool known = algorithm < G_N_ELEMENTS(names) && names[algorithm] != NULL;
    return known ? names[algorithm] : "";
}

static void set_signer(struct signature *signature, struct bytes id)
{
    if (id.left * 2 >= sizeof signature->signer)
        return;
    for (gsize i = 0; i < id.left; i++)
        g_snprintf(signature->signer + 2 * i, 3, "%02X", id.at[i]);
}

/* Versions 2 and 3: a fixed head. */
static void read_old_signature(struct bytes body, struct signature *signature)
{
    struct bytes head;
    struct bytes issuer;
    guint32 digest = 0;
    /* length of what is hashed (5), type, time */
    if (!take(&body, 1 + 1 + 4, &head) || !take(&body, 8, &issuer) || !take(&body, 1, &head) ||
        !take_number(&body, 1, &digest))
        return;
    set_signer(signature, issuer);
    signature->digest = digest_name(digest);
}

struct issuer {
    struct bytes fingerprint;
    struct bytes key_id;
};

/* What was found first stays: the hashed area, which is read first, cannot be forged. */
static void read_subpackets(struct bytes area, struct issuer *issuer)
{
    guint32 length = 0;
    struct bytes subpacket;
    guint32 type = 0;
    while (take_new_length(&area, 192, 255, &length) && take(&area, length, &subpacket) &&
           take_number(&subpacket, 1, &type)) {
        type &= 0x7f; /* without the critical bit */
        if (type == ISSUER_KEY_ID && subpacket.left == 8 && issuer->key_id.left == 0)
            issuer->key_id = subpacket;
        bool whole = subpacket.left == 1 + 20 || subpacket.left == 1 + 32;
        if (type == ISSUER_FINGERPRINT && whole && issuer->fingerprint.left == 0)
            issuer->fingerprint = (struct bytes){subpacket.at + 1, subpacket.left - 1};
    }
}

/* Versions 4 (RFC 4880), 5 (LibrePGP) and 6 (RFC 9580, with wider lengths). */
static void read_new_signature(struct bytes body, guint32 version, struct signature *signature)
{
    gsize width = version == 6 ? 4 : 2;
    struct bytes types;
    struct bytes area;
    guint32 digest = 0;
    struct issuer issuer = {{NULL, 0}, {NULL, 0}};
    if (!take(&body, 1 + 1, &types) || !take_number(&body, 1, &digest))
        return;
    signature->digest = digest_name(digest);
    for (int areas = 0; areas < 2 && take_counted(&body, width, &area); areas++)
        read_subpackets(area, &issuer);
    set_signer(signature, issuer.fingerprint.left > 0 ? issuer.fingerprint : issuer.key_id);
}

static void read_openpgp(struct bytes data, struct signature *signature)
{
    guint32 tag = 0;
    guint32 version = 0;
    struct bytes body;
    while (take_packet(&data, &tag, &body)) {
        if (tag != SIGNATURE_PACKET)
            continue;
        if (!take_number(&body, 1, &version))
            return;
        if (version == 2 || version == 3)
            read_old_signature(body, signature);
        else if (version >= 4 && version <= 6)
            read_new_signature(body, version, signature);
        return;
    }
}

static bool bytes_are(struct bytes bytes, const char *text)
{
    return bytes.left == strlen(text) && memcmp(bytes.at, text, bytes.left) == 0;
}

/* "SHA256:" and the unpadded base64 of the public key's digest, as ssh-keygen -l shows it. */
static void set_key_digest(struct signature *signature, struct bytes key)
{
    guint8 digest[32];
    gsize length = sizeof digest;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, key.at, (gssize)key.left);
    g_checksum_get_digest(checksum, digest, &length);
    g_autofree char *text = g_base64_encode(digest, length);
    text[strcspn(text, "=")] = '\0';
    g_snprintf(signature->signer, sizeof signature->signer, "SHA256:%s", text);
}

static void read_ssh(struct bytes data, struct signature *signature)
{
    struct bytes magic;
    struct bytes key;
    struct bytes skipped;
    struct bytes digest;
    guint32 version = 0;
    if (!take(&data, 6, &magic) || !bytes_are(magic, "SSHSIG") ||
        !take_number(&data, 4, &version) || version != 1 || !take_counted(&data, 4, &key))
        return;
    set_key_digest(signature, key);
    if (!take_counted(&data, 4, &skipped) || !take_counted(&data, 4, &skipped) ||
        !take_counted(&data, 4, &digest))
        return;
    signature->digest = bytes_are(digest, "sha512")   ? "SHA512"
                        : bytes_are(digest, "sha256") ? "SHA256"
                                                      : "";
}

static void read_nothing(struct bytes data, struct signature *signature)
{
    (void)data, (void)signature;
}

static const struct {
    const char *begin;
    const char *kind;
    void (*read)(struct bytes data, struct signature *signature);
    bool headers; /* "Version: ..." lines up to a blank one */
} armours[] = {
    {"-----BEGIN PGP SIGNATURE-----", "openpgp", read_openpgp, true},
    {"-----BEGIN PGP MESSAGE-----", "openpgp", read_openpgp, true},
    {"-----BEGIN SSH SIGNATURE-----", "ssh", read_ssh, false},
    {"-----BEGIN SIGNED MESSAGE-----", "x509", read_nothing, false},
};

struct line {
    const char *begin;
    gsize length;
};

/* The next line without the blanks around it, which are git's or a mail program's. */
static bool take_line(const char **at, const char *end, struct line *ret_line)
{
    if (*at == end)
        return false;
    const char *begin = *at;
    const char *feed = memchr(begin, '\n', (gsize)(end - begin));
    const char *stop = feed == NULL ? end : feed;
    *at = feed == NULL ? end : feed + 1;
    while (begin < stop && g_ascii_isspace(*begin))
        begin++;
    while (stop > begin && g_ascii_isspace(stop[-1]))
        stop--;
    *ret_line = (struct line){begin, (gsize)(stop - begin)};
    return true;
}

/* What the armour holds. An OpenPGP checksum ("=" and four letters) ends it as the last line does.
 */
static GByteArray *decode(const char *at, const char *end, bool headers)
{
    GByteArray *data = g_byte_array_new();
    struct line line;
    int state = 0;
    guint save = 0;
    while (headers && take_line(&at, end, &line) && line.length > 0)
        continue;
    while (take_line(&at, end, &line) && data->len < ARMOUR_MAX) {
        if (line.length > 0 && (*line.begin == '-' || *line.begin == '='))
            break;
        guint before = data->len;
        gsize length = MIN(line.length, ARMOUR_MAX);
        g_byte_array_set_size(data, before + (guint)(length / 4 * 3 + 6));
        gsize got = g_base64_decode_step(line.begin, length, data->data + before, &state, &save);
        g_byte_array_set_size(data, before + (guint)got);
    }
    return data;
}

bool signature_parse(const char *armour, gsize length, struct signature *ret_signature)
{
    const char *at = armour;
    const char *end = armour + length;
    struct line line = {armour, 0};
    while (take_line(&at, end, &line) && line.length == 0)
        continue;
    for (gsize i = 0; i < G_N_ELEMENTS(armours); i++) {
        if (line.length != strlen(armours[i].begin) ||
            memcmp(line.begin, armours[i].begin, line.length) != 0)
            continue;
        struct signature signature = {.kind = armours[i].kind, .signer = "", .digest = ""};
        g_autoptr(GByteArray) data = decode(at, end, armours[i].headers);
        armours[i].read((struct bytes){data->data, data->len}, &signature);
        *ret_signature = signature;
        return true;
    }
    return false;
}
