#include "loose.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

/* "commit 18446744073709551615" and its NUL fit. */
#define HEAD_BYTES 32
/* What deflate can make of a byte at most: a longer object is a lie, and is not made room for. */
#define MOST_PER_BYTE 1040u

static const struct {
    const char *name;
    enum object_kind kind;
} kinds[] = {{"commit ", OBJECT_COMMIT},
             {"tree ", OBJECT_TREE},
             {"blob ", OBJECT_BLOB},
             {"tag ", OBJECT_TAG}};

struct head {
    enum object_kind kind;
    gsize length; /* of the object */
    gsize bytes;  /* of the head itself, with its NUL */
};

static char *loose_path(const char *folder, const guint8 id[20])
{
    char hex[41];
    for (int i = 0; i < 20; i++)
        g_snprintf(hex + 2 * i, 3, "%02x", id[i]);
    return g_strdup_printf("%s/%.2s/%s", folder, hex, hex + 2);
}

static bool parse_head(const char *text, gsize length, struct head *ret_head)
{
    const char *nul = memchr(text, '\0', length);
    for (gsize i = 0; nul != NULL && i < G_N_ELEMENTS(kinds); i++) {
        guint64 size = 0;
        if (!g_str_has_prefix(text, kinds[i].name))
            continue;
        if (!g_ascii_string_to_unsigned(text + strlen(kinds[i].name), 10, 0, G_MAXSSIZE - 1, &size,
                                        NULL))
            return false;
        *ret_head = (struct head){kinds[i].kind, (gsize)size, (gsize)(nul - text) + 1};
        return true;
    }
    return false;
}

/* Inflates until `room` is full, the stream ends or nothing more comes; how much there is. */
static gsize inflate_into(z_stream *stream, char *bytes, gsize room, int *ret_answer)
{
    gsize done = 0;
    *ret_answer = Z_OK;
    while (done < room && *ret_answer == Z_OK) {
        uInt chunk = (uInt)MIN(room - done, (gsize)1 << 30);
        stream->next_out = (Bytef *)bytes + done;
        stream->avail_out = chunk;
        *ret_answer = inflate(stream, Z_NO_FLUSH);
        done += chunk - stream->avail_out;
    }
    return done;
}

static bool inflate_object(z_stream *stream, gsize compressed, enum object_kind *ret_kind,
                           char **ret_bytes, gsize *ret_length)
{
    char start[HEAD_BYTES];
    struct head head;
    int answer = Z_OK;
    gsize got = inflate_into(stream, start, sizeof start, &answer);
    if ((answer != Z_OK && answer != Z_STREAM_END) || !parse_head(start, got, &head) ||
        head.length / MOST_PER_BYTE > compressed)
        return false;
    gsize have = MIN(got - head.bytes, head.length + 1);
    /* One more than there should be: that the stream ends is part of its being whole. */
    g_autofree char *bytes = g_try_malloc(head.length + 1);
    if (bytes == NULL)
        return false;
    memcpy(bytes, start + head.bytes, have);
    if (answer == Z_OK)
        have += inflate_into(stream, bytes + have, head.length + 1 - have, &answer);
    if (answer != Z_STREAM_END || have != head.length)
        return false;
    bytes[head.length] = '\0';
    *ret_kind = head.kind;
    *ret_length = head.length;
    *ret_bytes = g_steal_pointer(&bytes);
    return true;
}

enum object_state loose_read(const char *folder, const guint8 id[20], enum object_kind *ret_kind,
                             char **ret_bytes, gsize *ret_length)
{
    g_autofree char *path = loose_path(folder, id);
    g_autofree char *file = NULL;
    g_autoptr(GError) reason = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &file, &length, &reason))
        return g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
                       g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOTDIR)
                   ? OBJECT_MISSING
                   : OBJECT_CORRUPT;
    if (length > G_MAXUINT)
        return OBJECT_CORRUPT;
    z_stream stream = {.next_in = (Bytef *)file, .avail_in = (uInt)length};
    if (inflateInit(&stream) != Z_OK)
        return OBJECT_CORRUPT;
    bool good = inflate_object(&stream, length, ret_kind, ret_bytes, ret_length);
    inflateEnd(&stream);
    return good ? OBJECT_READ : OBJECT_CORRUPT;
}
