#include "armour.h"

#include "fault.h"

#include <string.h>

#define MESSAGE "-----BEGIN PGP SIGNED MESSAGE-----"
#define SIGNATURE "-----BEGIN PGP SIGNATURE-----"
#define END "-----END PGP SIGNATURE-----"
#define HASH "Hash: "
#define ESCAPE "- "

enum { LENGTH_MAX = 2 * 1024 * 1024 };

/* A walk over lines, without the blanks at their ends. */
struct reader {
    const char *next, *end;
    unsigned number; /* of the line below */
    const char *line;
    gsize length;
};

static bool advance(struct reader *reader)
{
    if (reader->next == reader->end)
        return false;
    const char *feed = memchr(reader->next, '\n', (gsize)(reader->end - reader->next));
    const char *stop = feed == NULL ? reader->end : feed;
    reader->line = reader->next;
    reader->length = (gsize)(stop - reader->line);
    while (reader->length > 0 && strchr(" \t\r", reader->line[reader->length - 1]) != NULL)
        reader->length--;
    reader->next = feed == NULL ? stop : feed + 1;
    reader->number++;
    return true;
}

static bool is(const struct reader *reader, const char *line)
{
    return reader->length == strlen(line) && memcmp(reader->line, line, reader->length) == 0;
}

static bool begins(const struct reader *reader, const char *prefix)
{
    return reader->length >= strlen(prefix) && memcmp(reader->line, prefix, strlen(prefix)) == 0;
}

static bool is_hash(const char *name)
{
    gsize length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-");
    return length > 0 && name[length] == '\0';
}

static bool read_hashes(struct reader *reader, GPtrArray *hashes, GError **error)
{
    while (advance(reader)) {
        if (reader->length == 0)
            return true;
        if (!begins(reader, HASH))
            return fault_raise(error, FAULT_DATA,
                               "line %u: a signed message may have no header but Hash",
                               reader->number);
        g_autofree char *names =
            g_strndup(reader->line + strlen(HASH), reader->length - strlen(HASH));
        g_auto(GStrv) parts = g_strsplit(names, ",", -1);
        for (char **part = parts; *part != NULL; part++) {
            if (!is_hash(g_strstrip(*part)))
                return fault_raise(error, FAULT_DATA, "line %u: the Hash header names no digest",
                                   reader->number);
            g_ptr_array_add(hashes, g_strdup(*part));
        }
    }
    return fault_raise(error, FAULT_DATA,
                       "the signed message ends in its headers: it is truncated");
}

static bool read_text(struct reader *reader, GString *text, GError **error)
{
    while (advance(reader)) {
        if (is(reader, SIGNATURE))
            return true;
        if (is(reader, MESSAGE))
            return fault_raise(error, FAULT_DATA,
                               "line %u: a second signed message begins inside the first",
                               reader->number);
        bool dash = reader->length > 0 && *reader->line == '-';
        bool escaped = begins(reader, ESCAPE) || is(reader, "-");
        if (dash && !escaped)
            return fault_raise(error, FAULT_DATA, "line %u: begins with a dash that is not escaped",
                               reader->number);
        gsize skipped = dash ? MIN(reader->length, strlen(ESCAPE)) : 0;
        g_string_append_len(text, reader->line + skipped, (gssize)(reader->length - skipped));
        g_string_append_c(text, '\n');
    }
    return fault_raise(error, FAULT_DATA, "the signed message has no signature: it is truncated");
}

static bool is_base64(const struct reader *reader)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    for (gsize i = 0; i < reader->length; i++)
        if (reader->line[i] == '\0' || strchr(digits, reader->line[i]) == NULL)
            return false;
    return true;
}

/* From the line after its BEGIN: headers, an empty line, base64, the checksum, END. */
static bool read_signature(struct reader *reader, GString *signature, GError **error)
{
    bool headers = true, data = false;
    g_string_append(signature, SIGNATURE "\n");
    while (advance(reader)) {
        g_string_append_len(signature, reader->line, (gssize)reader->length);
        g_string_append_c(signature, '\n');
        if (is(reader, END))
            return data || fault_raise(error, FAULT_DATA, "line %u: the signature is empty",
                                       reader->number);
        if (is(reader, SIGNATURE) || is(reader, MESSAGE))
            return fault_raise(error, FAULT_DATA,
                               "line %u: a second signature begins inside the first",
                               reader->number);
        headers = headers && reader->length > 0;
        if (headers)
            continue;
        if (!is_base64(reader))
            return fault_raise(error, FAULT_DATA, "line %u: the signature is not base64",
                               reader->number);
        data = data || reader->length > 0;
    }
    return fault_raise(error, FAULT_DATA, "the signature has no end: it is truncated");
}

/* Before and behind the signed message. Stops at the beginning of one. */
static bool skip_outside(struct reader *reader, unsigned *stranger)
{
    while (advance(reader)) {
        if (is(reader, MESSAGE) || is(reader, SIGNATURE))
            return true;
        if (reader->length > 0 && *stranger == 0)
            *stranger = reader->number;
    }
    return false;
}

static bool read_message(struct reader *reader, struct armour *armour, GError **error)
{
    g_autoptr(GPtrArray) hashes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) signature = g_string_new(NULL);
    if (!skip_outside(reader, &armour->stranger) || !is(reader, MESSAGE))
        return fault_raise(error, FAULT_DATA, "there is no signed message in it");
    if (!read_hashes(reader, hashes, error))
        return false;
    armour->first = reader->number + 1;
    if (!read_text(reader, text, error) || !read_signature(reader, signature, error))
        return false;
    if (skip_outside(reader, &armour->stranger))
        return fault_raise(error, FAULT_DATA,
                           "line %u: there is a second signature; an advisory has one",
                           reader->number);
    g_ptr_array_add(hashes, NULL);
    armour->length = text->len;
    armour->text = g_string_free(g_steal_pointer(&text), FALSE);
    armour->signature = g_string_free(g_steal_pointer(&signature), FALSE);
    armour->hashes = g_strdupv((GStrv)hashes->pdata);
    return true;
}

struct armour *armour_read(const char *bytes, gsize length, GError **error)
{
    if (length > LENGTH_MAX) {
        fault_raise(error, FAULT_DATA,
                    "the signed message has %" G_GSIZE_FORMAT " bytes; at most %d are read", length,
                    LENGTH_MAX);
        return NULL;
    }
    if (memchr(bytes, '\0', length) != NULL) {
        fault_raise(error, FAULT_DATA, "the signed message has a NUL byte: it is no text");
        return NULL;
    }
    g_autoptr(Armour) armour = g_new0(struct armour, 1);
    struct reader reader = {.next = bytes, .end = bytes + length};
    if (!read_message(&reader, armour, error))
        return NULL;
    return g_steal_pointer(&armour);
}

void armour_free(struct armour *armour)
{
    if (armour == NULL)
        return;
    g_free(armour->text);
    g_strfreev(armour->hashes);
    g_free(armour->signature);
    g_free(armour);
}

char *armour_write(const char *text, const char *const *hashes, const char *signature)
{
    GString *out = g_string_new(MESSAGE "\n");
    for (; hashes != NULL && *hashes != NULL; hashes++)
        g_string_append_printf(out, HASH "%s\n", *hashes);
    g_string_append_c(out, '\n');
    while (*text != '\0') {
        gsize length = strcspn(text, "\n");
        g_string_append_printf(out, "%s%.*s\n", *text == '-' ? ESCAPE : "", (int)length, text);
        text += length + (text[length] == '\n');
    }
    g_string_append(out, signature);
    return g_string_free(out, FALSE);
}
