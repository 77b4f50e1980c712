#include "packets.h"

#include "fault.h"

#include <string.h>

enum { TAG_SESSION_KEY = 1, TAG_MARKER = 10, TAG_ENCRYPTED = 9, TAG_PROTECTED = 18, TAG_AEAD = 20 };

struct cursor {
    const guint8 *at, *end;
};

static bool take(struct cursor *cursor, guint count, guint32 *ret_value)
{
    guint32 value = 0;
    if ((gsize)(cursor->end - cursor->at) < count)
        return false;
    for (guint i = 0; i < count; i++)
        value = value << 8 | *cursor->at++;
    *ret_value = value;
    return true;
}

/* `partial` lengths are those of streamed content, which is never looked into. */
static bool take_new_length(struct cursor *cursor, guint32 *ret_length, bool *ret_partial)
{
    guint32 first = 0, rest = 0;
    if (!take(cursor, 1, &first))
        return false;
    *ret_partial = first >= 224 && first < 255;
    if (first < 192 || *ret_partial) {
        *ret_length = *ret_partial ? 1U << (first & 31) : first;
        return true;
    }
    if (!take(cursor, first == 255 ? 4 : 1, &rest))
        return false;
    *ret_length = first == 255 ? rest : ((first - 192) << 8) + rest + 192;
    return true;
}

static bool take_old_length(struct cursor *cursor, guint kind, guint32 *ret_length,
                            bool *ret_partial)
{
    static const guint sizes[] = {1, 2, 4};
    *ret_partial = kind == 3;
    *ret_length = 0;
    return *ret_partial || take(cursor, sizes[kind], ret_length);
}

static bool take_head(struct cursor *cursor, guint *ret_tag, guint32 *ret_length, bool *ret_partial)
{
    guint32 head = 0;
    if (!take(cursor, 1, &head) || (head & 0x80) == 0)
        return false;
    bool new_form = (head & 0x40) != 0;
    *ret_tag = new_form ? head & 0x3f : (head >> 2) & 0x0f;
    return new_form ? take_new_length(cursor, ret_length, ret_partial)
                    : take_old_length(cursor, head & 3, ret_length, ret_partial);
}

/* Version 3: the version, then eight bytes of key id. */
static bool read_recipient(const guint8 *body, guint32 length, GArray *ids)
{
    guint64 id = 0;
    if (length < 10 || body[0] != 3)
        return false;
    for (guint i = 1; i <= 8; i++)
        id = id << 8 | body[i];
    g_array_append_val(ids, id);
    return true;
}

static bool is_content(guint tag)
{
    return tag == TAG_ENCRYPTED || tag == TAG_PROTECTED || tag == TAG_AEAD;
}

GArray *packets_recipients(const guint8 *bytes, gsize length, GError **error)
{
    struct cursor cursor = {bytes, bytes + length};
    g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
    guint tag = 0;
    guint32 size = 0;
    bool partial = false;
    while (take_head(&cursor, &tag, &size, &partial)) {
        if (is_content(tag))
            return g_steal_pointer(&ids);
        if (partial || size > (gsize)(cursor.end - cursor.at) ||
            (tag != TAG_SESSION_KEY && tag != TAG_MARKER))
            break;
        if (tag == TAG_SESSION_KEY && !read_recipient(cursor.at, size, ids))
            break;
        cursor.at += size;
    }
    fault_raise(error, FAULT_DATA, "this is no encrypted message, or one that is cut off");
    return NULL;
}

static bool is_body(const char *line)
{
    return *line != '\0' && *line != '=' && *line != '-';
}

GBytes *packets_unarmour(const char *text, gsize length, GError **error)
{
    g_autofree char *copy = g_strndup(text, length);
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    g_autoptr(GString) base64 = g_string_new(NULL);
    char **line = lines;
    while (*line != NULL && !g_str_has_prefix(*line, "-----BEGIN PGP MESSAGE-----"))
        line++;
    while (*line != NULL && *g_strchomp(*line) != '\0')
        line++;
    for (; *line != NULL && (**line == '\0' || is_body(*line)); line++)
        g_string_append(base64, g_strchomp(*line));
    if (*line == NULL || base64->len == 0) {
        fault_raise(error, FAULT_DATA, "there is no armoured message, or one that is cut off");
        return NULL;
    }
    gsize got = 0;
    guint8 *bytes = g_base64_decode(base64->str, &got);
    return g_bytes_new_take(bytes, got);
}
