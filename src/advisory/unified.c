#include "unified.h"

#include "fault.h"

#include <string.h>

/* The patch as it is read, line by line. */
struct reader {
    const char *at, *end;
    unsigned line; /* of `at`, from 1 */
    struct unified *unified;
};

static void hunk_free(gpointer pointer)
{
    struct unified_hunk *hunk = pointer;
    g_array_unref(hunk->lines);
    g_free(hunk);
}

static void file_free(gpointer pointer)
{
    struct unified_file *file = pointer;
    g_ptr_array_unref(file->hunks);
    g_free(file->from);
    g_free(file->to);
    g_free(file);
}

void unified_free(struct unified *unified)
{
    if (unified == NULL)
        return;
    g_ptr_array_unref(unified->files);
    g_bytes_unref(unified->bytes);
    g_free(unified);
}

/* Lines. */

static gsize line_length(const char *at, const char *end)
{
    const char *feed = at < end ? memchr(at, '\n', (gsize)(end - at)) : NULL;
    return feed == NULL ? (gsize)(end - at) : (gsize)(feed - at) + 1;
}

static gsize length_here(const struct reader *reader)
{
    return line_length(reader->at, reader->end);
}

static void next_line(struct reader *reader)
{
    reader->at += length_here(reader);
    reader->line++;
}

static bool begins(const char *at, const char *end, const char *words)
{
    gsize length = strlen(words);
    return (gsize)(end - at) >= length && memcmp(at, words, length) == 0;
}

static bool begins_here(const struct reader *reader, const char *words)
{
    return begins(reader->at, reader->end, words);
}

static bool wrong(const struct reader *reader, const char *what, GError **error)
{
    return fault_raise(error, FAULT_DATA, "line %u: %s", reader->line, what);
}

/* Paths. */

static int octal(const char *at, const char *end)
{
    int value = 0;
    for (int i = 0; i < 3; i++, at++) {
        if (at >= end || *at < '0' || *at > '7')
            return -1;
        value = value * 8 + (*at - '0');
    }
    return value <= 0xff ? value : -1;
}

/* "a/caf\303\251": as git quotes it; *at stands behind the closing quote afterwards. NULL: wrong.
 */
static char *unquote(const char **at, const char *end)
{
    static const char letters[] = "abtnvfr\"\\", meant[] = "\a\b\t\n\v\f\r\"\\";
    g_autoptr(GString) path = g_string_new(NULL);
    const char *from = *at + 1;
    while (from < end && *from != '"' && *from != '\n') {
        if (*from != '\\') {
            g_string_append_c(path, *from++);
            continue;
        }
        const char *letter = ++from < end && *from != '\0' ? strchr(letters, *from) : NULL;
        int value = letter != NULL ? meant[letter - letters] : octal(from, end);
        if (value <= 0)
            return NULL;
        g_string_append_c(path, (char)value);
        from += letter != NULL ? 1 : 3;
    }
    if (from >= end || *from != '"')
        return NULL;
    *at = from + 1;
    return g_string_free(g_steal_pointer(&path), FALSE);
}

/* The rest of a line as a path, up to a tab, where the old form has a date. */
static char *path_here(const char *at, const char *end)
{
    if (at < end && *at == '"')
        return unquote(&at, end);
    gsize length = line_length(at, end);
    const char *tab = memchr(at, '\t', length);
    if (tab != NULL)
        length = (gsize)(tab - at);
    while (length > 0 && strchr("\r\n", at[length - 1]) != NULL)
        length--;
    return memchr(at, '\0', length) == NULL ? g_strndup(at, length) : NULL;
}

static char *drop_folder(const char *path)
{
    const char *slash = strchr(path, '/');
    while (slash != NULL && slash[1] == '/')
        slash++;
    return slash == NULL ? NULL : g_strdup(slash + 1);
}

static bool good_path(const char *path)
{
    g_auto(GStrv) parts = g_strsplit(path == NULL ? "" : path, "/", -1);
    for (char **part = parts; *part != NULL; part++)
        if (**part == '\0' || g_str_equal(*part, ".") || g_str_equal(*part, "..") ||
            g_ascii_strcasecmp(*part, ".git") == 0)
            return false;
    return *parts != NULL;
}

static bool is_nothing(const char *path)
{
    return g_strcmp0(path, "/dev/null") == 0;
}

static bool set_path(const struct reader *reader, char **path, char *found, GError **error)
{
    g_free(*path);
    *path = found;
    return good_path(found) || wrong(reader, "the path is none inside of the tree", error);
}

/* Hunks. */

/* "12,7" or "12": at most nine digits each. */
static bool read_range(const char **at, const char *end, guint *ret_start, guint *ret_count)
{
    guint numbers[2] = {0, 1};
    for (int i = 0; i < 2; i++) {
        const char *from = *at;
        guint number = 0;
        for (; *at < end && g_ascii_isdigit(**at); (*at)++) {
            if (*at - from == 9)
                return false;
            number = number * 10 + (guint)g_ascii_digit_value(**at);
        }
        if (*at == from)
            return false;
        numbers[i] = number;
        if (i == 0 && (*at >= end || **at != ','))
            break;
        *at += i == 0;
    }
    *ret_start = numbers[0];
    *ret_count = numbers[1];
    return true;
}

static bool read_ranges(const struct reader *reader, struct unified_hunk *ret_hunk)
{
    const char *at = reader->at + strlen("@@ -"), *end = reader->at + length_here(reader);
    struct unified_hunk hunk = {.line = reader->line};
    if (!begins_here(reader, "@@ -") || !read_range(&at, end, &hunk.old_start, &hunk.old_count) ||
        !begins(at, end, " +"))
        return false;
    at += 2;
    if (!read_range(&at, end, &hunk.new_start, &hunk.new_count) || !begins(at, end, " @@"))
        return false;
    *ret_hunk = hunk;
    return true;
}

static void drop_feed(GArray *lines)
{
    struct unified_line *last =
        lines->len == 0 ? NULL : &g_array_index(lines, struct unified_line, lines->len - 1);
    if (last != NULL && last->length > 0 && last->bytes[last->length - 1] == '\n')
        last->length--;
}

/* One line of a hunk; what is left is counted down. */
static bool read_line(struct reader *reader, struct unified_hunk *hunk, guint *old_left,
                      guint *new_left, GError **error)
{
    gsize length = length_here(reader);
    bool empty = length > 0 && *reader->at == '\n'; /* a context line that lost its blank */
    char kind = length == 0 ? '\0' : empty ? ' ' : *reader->at;
    if (kind == '\\') {
        drop_feed(hunk->lines);
        next_line(reader);
        return true;
    }
    if (strchr(" -+", kind) == NULL || kind == '\0')
        return wrong(reader, "the hunk is cut off", error);
    if ((kind != '+' && *old_left == 0) || (kind != '-' && *new_left == 0))
        return wrong(reader, "the hunk has other lines than it says", error);
    *old_left -= kind != '+';
    *new_left -= kind != '-';
    struct unified_line line = {kind, reader->at + (empty ? 0 : 1), length - (empty ? 0 : 1)};
    g_array_append_val(hunk->lines, line);
    next_line(reader);
    return true;
}

static bool read_hunk(struct reader *reader, struct unified_file *file, GError **error)
{
    struct unified_hunk *hunk = g_new0(struct unified_hunk, 1);
    if (!read_ranges(reader, hunk)) {
        g_free(hunk);
        return wrong(reader, "this is no beginning of a hunk", error);
    }
    hunk->lines = g_array_new(FALSE, FALSE, sizeof(struct unified_line));
    g_ptr_array_add(file->hunks, hunk);
    guint old_left = hunk->old_count, new_left = hunk->new_count;
    next_line(reader);
    while (old_left > 0 || new_left > 0)
        if (!read_line(reader, hunk, &old_left, &new_left, error))
            return false;
    if (begins_here(reader, "\\ ")) {
        drop_feed(hunk->lines);
        next_line(reader);
    }
    return true;
}

static bool read_hunks(struct reader *reader, struct unified_file *file, GError **error)
{
    while (begins_here(reader, "@@ -"))
        if (!read_hunk(reader, file, error))
            return false;
    return true;
}

/* Headers. */

static struct unified_file *add_file(struct reader *reader)
{
    struct unified_file *file = g_new0(struct unified_file, 1);
    file->hunks = g_ptr_array_new_with_free_func(hunk_free);
    file->line = reader->line;
    g_ptr_array_add(reader->unified->files, file);
    return file;
}

/* Which file the old form means: of "--- xen.orig/a.c" and "+++ xen/a.c~" the shorter one. */
static char *plain_path(const char *old, const char *new)
{
    bool made = is_nothing(old), deleted = is_nothing(new);
    bool bare = (made || strchr(old, '/') == NULL) && (deleted || strchr(new, '/') == NULL);
    g_autofree char *first = made ? NULL : bare ? g_strdup(old) : drop_folder(old);
    g_autofree char *second = deleted ? NULL : bare ? g_strdup(new) : drop_folder(new);
    bool shorter = first != NULL && second != NULL && g_str_has_prefix(second, first);
    return g_strdup(deleted || shorter ? first : second);
}

/* The old form: paths stand behind --- and +++ alone. */
static bool read_plain(struct reader *reader, GError **error)
{
    struct unified_file *file = add_file(reader);
    g_autofree char *old = path_here(reader->at + 4, reader->at + length_here(reader));
    next_line(reader);
    g_autofree char *new = path_here(reader->at + 4, reader->at + length_here(reader));
    char *path = old == NULL || new == NULL ? NULL : plain_path(old, new);
    if (!set_path(reader, &file->to, path, error))
        return false;
    file->from = g_strdup(file->to);
    file->kind = is_nothing(old) ? UNIFIED_NEW : is_nothing(new) ? UNIFIED_DELETED : UNIFIED_CHANGE;
    file->untold = file->kind == UNIFIED_CHANGE;
    next_line(reader);
    return read_hunks(reader, file, error);
}

/* "diff --git a/X b/X": the same path twice, as it is when no other line says the paths. */
static char *path_twice(const char *at, const char *end)
{
    gsize length = line_length(at, end);
    while (length > 0 && strchr("\r\n", at[length - 1]) != NULL)
        length--;
    if (length > 0 && *at == '"') {
        g_autofree char *quoted = unquote(&at, end);
        return quoted == NULL ? NULL : drop_folder(quoted);
    }
    for (gsize half = 1; half + 1 < length; half++) {
        if (at[half] != ' ')
            continue;
        g_autofree char *first = g_strndup(at, half);
        g_autofree char *second = g_strndup(at + half + 1, length - half - 1);
        g_autofree char *left = drop_folder(first);
        g_autofree char *right = drop_folder(second);
        if (left != NULL && g_strcmp0(left, right) == 0)
            return g_steal_pointer(&left);
    }
    return NULL;
}

/* The lines that git writes between "diff --git" and the hunks, and what they set. */
enum header {
    HEADER_NONE,
    HEADER_FROM,
    HEADER_TO,
    HEADER_OLD,
    HEADER_NEW,
    HEADER_MADE,
    HEADER_DELETED,
};

static const struct {
    const char *words;
    enum header header;
    enum unified_kind kind; /* FROM and TO only */
} headers[] = {
    {"--- ", HEADER_OLD, UNIFIED_CHANGE},
    {"+++ ", HEADER_NEW, UNIFIED_CHANGE},
    {"new file mode ", HEADER_MADE, UNIFIED_NEW},
    {"deleted file mode ", HEADER_DELETED, UNIFIED_DELETED},
    {"rename from ", HEADER_FROM, UNIFIED_RENAME},
    {"rename to ", HEADER_TO, UNIFIED_RENAME},
    {"rename old ", HEADER_FROM, UNIFIED_RENAME},
    {"rename new ", HEADER_TO, UNIFIED_RENAME},
    {"copy from ", HEADER_FROM, UNIFIED_COPY},
    {"copy to ", HEADER_TO, UNIFIED_COPY},
    {"old mode ", HEADER_NONE, UNIFIED_CHANGE},
    {"new mode ", HEADER_NONE, UNIFIED_CHANGE},
    {"index ", HEADER_NONE, UNIFIED_CHANGE},
    {"similarity index ", HEADER_NONE, UNIFIED_CHANGE},
    {"dissimilarity index ", HEADER_NONE, UNIFIED_CHANGE},
};

/* Behind --- and +++ : /dev/null, or a path that may not contradict the others. */
static bool read_side(const struct reader *reader, char **side, const char *at, const char *end,
                      GError **error)
{
    g_autofree char *whole = path_here(at, end);
    if (is_nothing(whole))
        return true;
    g_autofree char *found = whole == NULL ? NULL : drop_folder(whole);
    if (found != NULL && *side != NULL && !g_str_equal(*side, found))
        return wrong(reader, "the path is another one than above", error);
    return set_path(reader, side, g_steal_pointer(&found), error);
}

static bool read_header(struct reader *reader, struct unified_file *file, gsize which,
                        GError **error)
{
    const char *at = reader->at + strlen(headers[which].words);
    const char *end = reader->at + length_here(reader);
    enum header header = headers[which].header;
    if (header == HEADER_OLD || header == HEADER_NEW)
        return read_side(reader, header == HEADER_OLD ? &file->from : &file->to, at, end, error);
    if (header == HEADER_NONE && headers[which].kind == UNIFIED_CHANGE) {
        file->opaque |= memmem(at, (gsize)(end - at), "160000", 6) != NULL &&
                        !begins_here(reader, "similarity") && !begins_here(reader, "dissimilarity");
        return true;
    }
    file->kind = headers[which].kind;
    file->opaque |= begins(at, end, "160000");
    if (header != HEADER_FROM && header != HEADER_TO)
        return true;
    return set_path(reader, header == HEADER_FROM ? &file->from : &file->to, path_here(at, end),
                    error);
}

static gsize find_header(const struct reader *reader)
{
    gsize i = 0;
    while (i < G_N_ELEMENTS(headers) && !begins_here(reader, headers[i].words))
        i++;
    return i;
}

static bool complete_paths(const struct reader *reader, struct unified_file *file, char *named,
                           GError **error)
{
    g_autofree char *both = named;
    const char *known = file->from != NULL ? file->from : file->to != NULL ? file->to : both;
    if (!good_path(known))
        return wrong(reader, "the path is none inside of the tree", error);
    g_autofree char *copy = g_strdup(known);
    if (file->from == NULL)
        file->from = g_strdup(copy);
    if (file->to == NULL)
        file->to = g_strdup(copy);
    bool moves = file->kind == UNIFIED_RENAME || file->kind == UNIFIED_COPY;
    return moves || g_str_equal(file->from, file->to) ||
           wrong(reader, "the path is another one than above", error);
}

static bool read_git(struct reader *reader, GError **error)
{
    struct unified_file *file = add_file(reader);
    const char *names = reader->at + strlen("diff --git ");
    char *named = path_twice(names, reader->at + length_here(reader));
    bool good = true;
    next_line(reader);
    for (gsize which = find_header(reader); good && which < G_N_ELEMENTS(headers);
         which = find_header(reader)) {
        good = read_header(reader, file, which, error);
        next_line(reader);
    }
    if (!good) {
        g_free(named);
        return false;
    }
    file->opaque |= begins_here(reader, "GIT binary patch") || begins_here(reader, "Binary files ");
    return complete_paths(reader, file, named, error) && read_hunks(reader, file, error);
}

static bool is_plain(const struct reader *reader)
{
    struct reader ahead = *reader;
    struct unified_hunk hunk;
    if (!begins_here(&ahead, "--- "))
        return false;
    next_line(&ahead);
    if (!begins_here(&ahead, "+++ "))
        return false;
    next_line(&ahead);
    return read_ranges(&ahead, &hunk);
}

static bool read_all(struct reader *reader, GError **error)
{
    struct unified_hunk hunk;
    while (reader->at < reader->end) {
        bool git = begins_here(reader, "diff --git ");
        if (!git && !is_plain(reader)) {
            if (read_ranges(reader, &hunk))
                return wrong(reader, "a hunk without the name of its file", error);
            next_line(reader);
            continue;
        }
        if (!(git ? read_git : read_plain)(reader, error))
            return false;
    }
    return reader->unified->files->len > 0 ||
           fault_raise(error, FAULT_DATA, "there is no unified diff in it");
}

struct unified *unified_parse(GBytes *bytes, GError **error)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    if (length > UNIFIED_LENGTH_MAX) {
        fault_raise(error, FAULT_DATA, "it is longer than any patch: %" G_GSIZE_FORMAT " bytes",
                    length);
        return NULL;
    }
    g_autoptr(Unified) unified = g_new0(struct unified, 1);
    unified->bytes = g_bytes_ref(bytes);
    unified->files = g_ptr_array_new_with_free_func(file_free);
    if (data == NULL)
        data = "";
    struct reader reader = {data, data + length, 1, unified};
    return read_all(&reader, error) ? g_steal_pointer(&unified) : NULL;
}
