#include "patch_text.h"

#include <stdbool.h>
#include <string.h>

#define COUNT_MOST 100000000 /* lines of a hunk */
enum { ID_BYTES = 20 };      /* of SHA-1 */

enum state {
    OUTSIDE, /* the message, and whatever stands between and behind */
    HEADER,  /* after "diff --git" */
    NAMED,   /* after its --- line */
    HUNKS,   /* where a hunk may begin */
    INSIDE,  /* a hunk */
};

struct reader {
    const char *next, *end;
    const char *line;
    gsize length;         /* of the line, without its end */
    bool git;             /* files begin at "diff --git" lines, and nowhere else */
    gint64 before, after; /* lines of the hunk still to come */
    GChecksum *sum;       /* of the file at hand */
    bool pending;         /* something is in it */
    bool any;
    bool odd; /* not all that changes something was understood */
    guint8 id[ID_BYTES];
};

static bool begins_at(const struct reader *reader, const char *at, const char *prefix)
{
    gsize length = strlen(prefix);
    return (gsize)(reader->end - at) >= length && memcmp(at, prefix, length) == 0;
}

static bool begins(const struct reader *reader, const char *prefix)
{
    return reader->length >= strlen(prefix) && begins_at(reader, reader->line, prefix);
}

static bool advance(struct reader *reader)
{
    if (reader->next == reader->end)
        return false;
    const char *feed = memchr(reader->next, '\n', (gsize)(reader->end - reader->next));
    const char *stop = feed == NULL ? reader->end : feed;
    reader->line = reader->next;
    reader->length = (gsize)(stop - reader->line);
    while (reader->length > 0 && reader->line[reader->length - 1] == '\r')
        reader->length--;
    reader->next = feed == NULL ? stop : feed + 1;
    return true;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Blanks do not count. */
static void add(struct reader *reader, const char *bytes, gsize length)
{
    gsize from = 0;
    for (gsize at = 0; at <= length; at++) {
        if (at < length && !is_blank(bytes[at]))
            continue;
        g_checksum_update(reader->sum, (const guchar *)bytes + from, (gssize)(at - from));
        from = at + 1;
    }
    reader->pending = true;
}

/* The files' sums are added as one long number each, least byte first, so that their order does not
 * matter. */
static void close_file(struct reader *reader)
{
    guint8 digest[ID_BYTES];
    gsize length = sizeof digest;
    guint carry = 0;
    if (!reader->pending)
        return;
    g_checksum_get_digest(reader->sum, digest, &length);
    g_checksum_reset(reader->sum);
    for (guint i = 0; i < ID_BYTES; i++) {
        carry += (guint)reader->id[i] + digest[i];
        reader->id[i] = (guint8)carry;
        carry >>= 8;
    }
    reader->pending = false;
    reader->any = true;
}

static bool read_number(const struct reader *reader, gsize *at, gint64 *ret_number)
{
    gsize from = *at;
    *ret_number = 0;
    for (; *at < reader->length && g_ascii_isdigit(reader->line[*at]); ++*at)
        *ret_number = MIN(*ret_number * 10 + (reader->line[*at] - '0'), COUNT_MOST);
    return *at > from;
}

/* "3,7" or "3": *at moves behind it. */
static bool read_range(const struct reader *reader, gsize *at, gint64 *ret_count)
{
    gint64 first = 0;
    if (!read_number(reader, at, &first))
        return false;
    *ret_count = 1;
    if (*at == reader->length || reader->line[*at] != ',')
        return true;
    ++*at;
    return read_number(reader, at, ret_count);
}

static enum state open_hunk(struct reader *reader)
{
    gsize at = strlen("@@ -");
    bool read = read_range(reader, &at, &reader->before) && at + 2 <= reader->length &&
                memcmp(reader->line + at, " +", 2) == 0;
    at += 2;
    reader->odd |= !read || !read_range(reader, &at, &reader->after);
    return reader->before > 0 || reader->after > 0 ? INSIDE : HUNKS;
}

/* A file's name as --- and +++ lines give it: up to a tab, without its first folder. */
static char *file_name(const struct reader *reader)
{
    const char *name = reader->line + 4;
    gsize length = reader->length - 4;
    const char *tab = memchr(name, '\t', length);
    g_autofree char *whole = g_strndup(name, tab == NULL ? length : (gsize)(tab - name));
    g_strstrip(whole);
    const char *slash = strchr(whole, '/');
    if (strcmp(whole, "/dev/null") == 0)
        return NULL;
    return g_strdup(slash == NULL ? whole : slash + 1);
}

/* Three lines in a row, of which the first is at hand. */
static bool opens_plain_file(const struct reader *reader)
{
    if (reader->git || !begins(reader, "--- ") || !begins_at(reader, reader->next, "+++ "))
        return false;
    const char *feed = memchr(reader->next, '\n', (gsize)(reader->end - reader->next));
    return feed != NULL && begins_at(reader, feed + 1, "@@ -");
}

/* What git would have written above the hunks. */
static enum state open_plain_file(struct reader *reader)
{
    g_autofree char *old = file_name(reader);
    advance(reader);
    g_autofree char *new = file_name(reader);
    const char *name = new != NULL ? new : old;
    if (name == NULL) {
        reader->odd = true;
        return OUTSIDE;
    }
    g_autoptr(GString) head = g_string_new(NULL);
    g_string_append_printf(head, "diff --git a/%s b/%s\n%s", name, name,
                           old == NULL   ? "new file mode 100644\n"
                           : new == NULL ? "deleted file mode 100644\n"
                                         : "");
    g_string_append_printf(head, "--- %s%s\n", old == NULL ? "/dev/null" : "a/",
                           old == NULL ? "" : name);
    g_string_append_printf(head, "+++ %s%s\n", new == NULL ? "/dev/null" : "b/",
                           new == NULL ? "" : name);
    add(reader, head->str, head->len);
    return HUNKS;
}

static bool is_binary(const struct reader *reader)
{
    return begins(reader, "GIT binary patch") || begins(reader, "Binary files ");
}

static enum state outside(struct reader *reader)
{
    if (opens_plain_file(reader))
        return open_plain_file(reader);
    if (reader->git && begins(reader, "diff --git ")) {
        add(reader, reader->line, reader->length);
        return HEADER;
    }
    reader->odd |= begins(reader, "@@ -") || (!reader->git && is_binary(reader));
    return OUTSIDE;
}

static enum state leave(struct reader *reader)
{
    close_file(reader);
    return outside(reader);
}

static enum state header(struct reader *reader)
{
    if (begins(reader, "index "))
        return HEADER;
    if (is_binary(reader)) {
        reader->odd = true;
        return HEADER;
    }
    if (!begins(reader, "--- ") && (reader->length == 0 || !g_ascii_isalpha(*reader->line)))
        return leave(reader);
    add(reader, reader->line, reader->length);
    return begins(reader, "--- ") ? NAMED : HEADER;
}

static enum state named(struct reader *reader)
{
    reader->odd |= !begins(reader, "+++ ");
    add(reader, reader->line, reader->length);
    return HUNKS;
}

static enum state hunks(struct reader *reader)
{
    return begins(reader, "@@ -") ? open_hunk(reader) : leave(reader);
}

/* An empty line is a context line whose blank was lost on the way. */
static enum state inside(struct reader *reader)
{
    char kind = reader->length == 0 ? ' ' : *reader->line;
    reader->odd |= strchr(" +-", kind) == NULL || kind == '\0';
    reader->before -= kind != '+';
    reader->after -= kind != '-';
    reader->odd |= reader->before < 0 || reader->after < 0;
    add(reader, reader->line, reader->length);
    return reader->before > 0 || reader->after > 0 ? INSIDE : HUNKS;
}

static void read_all(struct reader *reader)
{
    static enum state (*const steps[])(struct reader * reader) = {[OUTSIDE] = outside,
                                                                  [HEADER] = header,
                                                                  [NAMED] = named,
                                                                  [HUNKS] = hunks,
                                                                  [INSIDE] = inside};
    enum state state = OUTSIDE;
    while (!reader->odd && advance(reader))
        if (!begins(reader, "\\ ")) /* "\ No newline at end of file", in any language */
            state = steps[state](reader);
    reader->odd |= state == NAMED || state == INSIDE;
    close_file(reader);
}

static bool has_git_line(const char *bytes, gsize length)
{
    static const char line[] = "\ndiff --git ";
    return (length >= strlen(line + 1) && memcmp(bytes, line + 1, strlen(line + 1)) == 0) ||
           memmem(bytes, length, line, strlen(line)) != NULL;
}

char *patch_text_id(const char *bytes, gsize length)
{
    if (length == 0)
        return NULL;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
    struct reader reader = {.next = bytes, .end = bytes + length, .sum = sum};
    reader.git = has_git_line(bytes, length);
    read_all(&reader);
    if (reader.odd || !reader.any)
        return NULL;
    GString *hex = g_string_new(NULL);
    for (guint i = 0; i < ID_BYTES; i++)
        g_string_append_printf(hex, "%02x", reader.id[i]);
    return g_string_free(hex, FALSE);
}
