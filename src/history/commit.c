#include "commit.h"

#include "fault.h"

#include <string.h>

/* What of an object was not read yet. */
struct reader {
    const char *at;
    const char *end;
};

/* Git's own idea of a blank: no form feed, no vertical tab, and no locale. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct slice slice_of(const char *begin, const char *end)
{
    return (struct slice){begin, (gsize)(end - begin)};
}

static struct slice trimmed(const char *begin, const char *end)
{
    while (begin < end && is_blank(*begin))
        begin++;
    while (begin < end && is_blank(end[-1]))
        end--;
    return slice_of(begin, end);
}

static bool slice_is(struct slice slice, const char *text)
{
    return slice.length == strlen(text) && memcmp(slice.bytes, text, slice.length) == 0;
}

static const char *line_end(const char *at, const char *end)
{
    const char *feed = at < end ? memchr(at, '\n', (gsize)(end - at)) : NULL;
    return feed == NULL ? end : feed;
}

/* Where the line after the one that stops here begins. */
static const char *line_after(const char *stop, const char *end)
{
    return stop < end ? stop + 1 : end;
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool id_from_hex(const char *hex, guint8 ret_id[20])
{
    guint8 id[20];
    for (int i = 0; i < 20; i++) {
        int high = hex_value(hex[2 * i]);
        int low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);
        if (low < 0)
            return false;
        id[i] = (guint8)(high << 4 | low);
    }
    memcpy(ret_id, id, sizeof id);
    return true;
}

void id_to_hex(const guint8 id[20], char ret_hex[41])
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 0; i < 20; i++) {
        ret_hex[2 * i] = digits[id[i] >> 4];
        ret_hex[2 * i + 1] = digits[id[i] & 15];
    }
    ret_hex[40] = '\0';
}

/* "tree <40 digits>" and the like; the reader moves past the line only when all of it fits. */
static bool take_id(struct reader *reader, const char *key, guint8 ret_id[20])
{
    gsize before = strlen(key);
    gsize length = before + 40;
    const char *line = reader->at;
    if ((gsize)(reader->end - line) <= length || line[length] != '\n' ||
        memcmp(line, key, before) != 0 || !id_from_hex(line + before, ret_id))
        return false;
    reader->at = line + length + 1;
    return true;
}

/* The next header with its continued lines; false at the blank line that ends the headers (which
 * is taken) and at the end. */
static bool take_header(struct reader *reader, struct slice *ret_key, struct slice *ret_value)
{
    const char *line = reader->at;
    const char *end = line_end(line, reader->end);
    if (line == end) {
        reader->at = line_after(end, reader->end);
        return false;
    }
    const char *space = memchr(line, ' ', (gsize)(end - line));
    while (reader->end - end > 1 && end[1] == ' ')
        end = line_end(end + 1, reader->end);
    *ret_key = slice_of(line, space == NULL ? end : space);
    *ret_value = slice_of(space == NULL ? end : space + 1, end);
    reader->at = line_after(end, reader->end);
    return true;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/* Digits only. False when they do not fit. */
static bool read_number(const char *at, const char *end, gint64 *ret_number)
{
    gint64 number = 0;
    for (; at < end; at++) {
        int digit = *at - '0';
        if (number > (G_MAXINT64 - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *ret_number = number;
    return true;
}

/* "+hhmm". Git takes any number; a zone beyond a day ("+051800" exists) says nothing. */
static bool read_zone(const char *at, const char *end, int *ret_minutes)
{
    gint64 number = 0;
    const char *digits = at + 1;
    if (at == end || (*at != '+' && *at != '-') || digits == end ||
        skip_digits(digits, end) == digits ||
        !read_number(digits, skip_digits(digits, end), &number))
        return false;
    if (number / 100 > 23 || number % 100 > 59)
        return false;
    int minutes = (int)(number / 100 * 60 + number % 100);
    *ret_minutes = *at == '-' ? -minutes : minutes;
    return true;
}

/* "1527854400 +0200" */
static bool read_date(const char *at, const char *end, struct stamp *stamp)
{
    const char *digits = skip_blanks(at, end);
    const char *after = skip_digits(digits, end);
    if (digits == after || !read_number(digits, after, &stamp->time))
        return false;
    return read_zone(skip_blanks(after, end), end, &stamp->zone);
}

/* Where the two last words begin, if they look like a date: for a line without < and >. */
static const char *date_at_end(const char *begin, const char *end)
{
    const char *at = end;
    for (int word = 0; word < 2; word++) {
        while (at > begin && is_blank(at[-1]))
            at--;
        while (at > begin && !is_blank(at[-1]))
            at--;
    }
    struct stamp ignored = {0};
    return read_date(at, end, &ignored) ? at : end;
}

static bool read_bare_person(struct slice line, struct stamp *stamp)
{
    const char *end = line.bytes + line.length;
    const char *date = date_at_end(line.bytes, end);
    stamp->name = trimmed(line.bytes, date);
    stamp->address = slice_of(date, date);
    read_date(date, end, stamp);
    return false;
}

/* As git splits it: the name ends at the first '<', the address at the first '>' after it, and the
 * date begins after the last '>', so that brackets within an address do no harm. */
static bool read_stamp(struct slice line, struct stamp *stamp)
{
    const char *end = line.bytes + line.length;
    const char *open = memchr(line.bytes, '<', line.length);
    const char *close = open == NULL ? NULL : memchr(open, '>', (gsize)(end - open));
    if (close == NULL)
        return read_bare_person(line, stamp);
    stamp->name = trimmed(line.bytes, open);
    stamp->address = trimmed(open + 1, close);
    const char *last = memrchr(close, '>', (gsize)(end - close));
    return read_date(last + 1, end, stamp);
}

struct seen {
    bool author;
    bool committer;
};

static bool see_author(struct commit *commit, struct slice value, struct seen *seen)
{
    if (seen->author)
        return false; /* the first counts; some tools wrote several */
    seen->author = true;
    return read_stamp(value, &commit->author);
}

static bool see_committer(struct commit *commit, struct slice value, struct seen *seen)
{
    if (seen->committer)
        return false;
    seen->committer = true;
    return read_stamp(value, &commit->committer);
}

static bool see_encoding(struct commit *commit, struct slice value, struct seen *seen)
{
    (void)seen;
    commit->encoding = value;
    return true;
}

static bool see_signature(struct commit *commit, struct slice value, struct seen *seen)
{
    (void)seen;
    commit->gpgsig = value;
    return true;
}

/* Only those right after the tree count, for git as for us. */
static bool see_misplaced(struct commit *commit, struct slice value, struct seen *seen)
{
    (void)commit, (void)value, (void)seen;
    return false;
}

static const struct {
    const char *key;
    bool (*see)(struct commit *commit, struct slice value, struct seen *seen);
} headers[] = {
    {"author", see_author},    {"committer", see_committer}, {"encoding", see_encoding},
    {"gpgsig", see_signature}, {"tree", see_misplaced},      {"parent", see_misplaced},
};

static void read_headers(struct reader *reader, struct commit *commit)
{
    struct seen seen = {false, false};
    struct slice key;
    struct slice value;
    while (take_header(reader, &key, &value)) {
        for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
            if (slice_is(key, headers[i].key) && !headers[i].see(commit, value, &seen))
                commit->odd = true;
        }
    }
    if (!seen.author || !seen.committer)
        commit->odd = true;
}

static bool at_parent(const struct reader *reader)
{
    return reader->end - reader->at >= 7 && memcmp(reader->at, "parent ", 7) == 0;
}

/* An empty slice still points somewhere, so that nobody hands NULL to memcpy. */
static struct stamp no_stamp(const char *where)
{
    struct slice none = {where, 0};
    return (struct stamp){.name = none, .address = none};
}

bool commit_parse(const char *bytes, gsize length, struct commit *ret_commit, GError **error)
{
    struct slice none = {bytes, 0};
    struct commit commit = {
        .author = no_stamp(bytes), .committer = no_stamp(bytes), .encoding = none, .gpgsig = none};
    struct reader reader = {bytes, bytes + length};
    if (!take_id(&reader, "tree ", commit.tree))
        return fault_raise(error, FAULT_DATA, "a commit does not begin with its tree");
    commit.parents = reader.at;
    while (at_parent(&reader)) {
        guint8 id[20];
        if (!take_id(&reader, "parent ", id))
            return fault_raise(error, FAULT_DATA, "parent %u of a commit is broken",
                               commit.parent_count + 1);
        commit.parent_count++;
    }
    read_headers(&reader, &commit);
    commit.message = slice_of(reader.at, reader.end);
    *ret_commit = commit;
    return true;
}

bool commit_parent(const struct commit *commit, guint n, guint8 ret_id[20])
{
    const char *line = commit->parents + (gsize)n * COMMIT_PARENT_STRIDE;
    return n < commit->parent_count && id_from_hex(line + strlen("parent "), ret_id);
}

/* Signatures stand at the end of a tag's message; git takes the last line that begins one. */
static const char *find_signature(const char *message, const char *end)
{
    static const char *const begins[] = {
        "-----BEGIN PGP SIGNATURE-----",
        "-----BEGIN PGP MESSAGE-----",
        "-----BEGIN SIGNED MESSAGE-----",
        "-----BEGIN SSH SIGNATURE-----",
    };
    const char *found = end;
    for (const char *line = message; line < end; line = line_after(line_end(line, end), end)) {
        gsize left = (gsize)(end - line);
        for (gsize i = 0; *line == '-' && i < G_N_ELEMENTS(begins); i++) {
            if (left >= strlen(begins[i]) && memcmp(line, begins[i], strlen(begins[i])) == 0)
                found = line;
        }
    }
    return found;
}

bool tag_parse(const char *bytes, gsize length, struct tag *ret_tag, GError **error)
{
    struct slice none = {bytes, 0};
    struct tag tag = {.target_type = none, .tagger = no_stamp(bytes)};
    struct reader reader = {bytes, bytes + length};
    struct slice key;
    struct slice value;
    if (!take_id(&reader, "object ", tag.target))
        return fault_raise(error, FAULT_DATA, "a tag does not begin with its object");
    while (take_header(&reader, &key, &value)) {
        if (slice_is(key, "type"))
            tag.target_type = value;
        else if (slice_is(key, "tagger"))
            read_stamp(value, &tag.tagger);
    }
    const char *signature = find_signature(reader.at, reader.end);
    tag.message = slice_of(reader.at, signature);
    tag.signature = slice_of(signature, reader.end);
    *ret_tag = tag;
    return true;
}

char *commit_subject(const struct slice *message)
{
    const char *nul = memchr(message->bytes, '\0', message->length);
    const char *end = nul != NULL ? nul : message->bytes + message->length;
    GString *subject = g_string_new(NULL);
    const char *next;
    bool begun = false;
    for (const char *line = message->bytes; line < end; line = next) {
        const char *stop = line_end(line, end);
        next = line_after(stop, end);
        while (stop > line && is_blank(stop[-1]))
            stop--;
        if (stop == line && begun)
            break;
        if (stop == line)
            continue;
        if (begun)
            g_string_append_c(subject, ' ');
        g_string_append_len(subject, line, stop - line);
        begun = true;
    }
    return g_string_free(subject, FALSE);
}
