#include "member_room.h"

#include "fault.h"

#include <errno.h>
#include <stdio.h>

struct member_given member_given;

struct store *member_store(const struct member_room *room)
{
    return desk_store(room->desk);
}

struct members_act member_act(const struct member_room *room)
{
    return (struct members_act){room->context->now, room->who, member_given.reason};
}

bool member_print(const struct member_room *room, const struct table *table,
                  enum table_format standard, GError **error)
{
    enum table_format format = standard;
    if (member_given.format != NULL && !table_format_parse(member_given.format, &format, error))
        return false;
    g_autofree char *text = table_format(table, format, room->context->colour);
    return fputs(text, stdout) >= 0;
}

static GBytes *read_stream(FILE *stream, GError **error)
{
    enum { MOST = 16 * 1024 * 1024 };
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 chunk[65536];
    gsize got = 0;
    while ((got = fread(chunk, 1, sizeof chunk, stream)) > 0 && bytes->len <= MOST)
        g_byte_array_append(bytes, chunk, (guint)got);
    if (ferror(stream) == 0 && bytes->len <= MOST)
        return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
    fault_raise(error, FAULT_DATA, "it cannot be read, or is longer than any list of members");
    return NULL;
}

GBytes *member_input(const char *path, GError **error)
{
    if (g_str_equal(path, "-"))
        return read_stream(stdin, error);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fault_raise(error, FAULT_NOINPUT, "%s cannot be opened: %s", path, g_strerror(errno));
        return NULL;
    }
    GBytes *bytes = read_stream(file, error);
    fclose(file);
    if (bytes == NULL)
        g_prefix_error(error, "%s: ", path);
    return bytes;
}
