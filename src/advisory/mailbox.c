#include "mailbox.h"

#include "fault.h"
#include "mime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "From "
enum { BLOCK = 65536, MARK_LENGTH = sizeof MARK - 1 };

struct reading {
    const char *path;
    mailbox_take take;
    void *user;
    bool maildir; /* a file that is no mail holds up no other */
    bool mbox;
    GString *mail;
    char mark[MARK_LENGTH]; /* how the line begins */
    gsize in_line;          /* bytes of it so far */
    bool blank;             /* the line before had nothing in it; also at the beginning */
    bool full;              /* the line has something in it */
};

/* --- one file --- */

static bool hand_over(struct reading *reading, GError **error)
{
    bool done = reading->mail->len == 0 ||
                reading->take(reading->user, reading->mail->str, reading->mail->len, error);
    g_string_truncate(reading->mail, 0);
    return done;
}

static void keep(struct reading *reading, const char *bytes, gsize length)
{
    gsize room = MAILBOX_MOST - MIN(reading->mail->len, (gsize)MAILBOX_MOST);
    g_string_append_len(reading->mail, bytes, (gssize)MIN(length, room));
}

/* A mail begins with "From " at the start of the file, or below an empty line (RFC 4155). The five
 * bytes are held back until it is known what they are. */
static bool take_piece(struct reading *reading, const char *piece, gsize length, GError **error)
{
    while (reading->in_line < MARK_LENGTH && length > 0 && *piece != '\n') {
        reading->full |= *piece != '\r';
        reading->mark[reading->in_line++] = *piece++;
        length--;
        if (reading->in_line < MARK_LENGTH)
            continue;
        if (reading->mbox && reading->blank && memcmp(reading->mark, MARK, MARK_LENGTH) == 0 &&
            !hand_over(reading, error))
            return false;
        keep(reading, reading->mark, MARK_LENGTH);
    }
    if (length == 0)
        return true;
    if (reading->in_line < MARK_LENGTH)
        keep(reading, reading->mark, reading->in_line);
    else
        reading->in_line += length;
    reading->full |= length > 1 || *piece != '\n';
    keep(reading, piece, length);
    return true;
}

static void end_line(struct reading *reading)
{
    reading->blank = !reading->full;
    reading->full = false;
    reading->in_line = 0;
}

static bool take_block(struct reading *reading, const char *block, gsize length, GError **error)
{
    while (length > 0) {
        const char *feed = memchr(block, '\n', length);
        gsize piece = feed == NULL ? length : (gsize)(feed - block) + 1;
        if (!take_piece(reading, block, piece, error))
            return false;
        if (feed != NULL)
            end_line(reading);
        block += piece;
        length -= piece;
    }
    return true;
}

/* A file is an mbox when it begins as one; else it is one mail. False without an error: it is
 * neither, and passed over. */
static bool begin(struct reading *reading, const char *block, gsize length, GError **error)
{
    reading->mbox = length >= MARK_LENGTH && memcmp(block, MARK, MARK_LENGTH) == 0;
    return mime_is_mail(block, length) ||
           (!reading->maildir &&
            fault_raise(error, FAULT_DATA, "%s is no mailbox: a Maildir, an mbox or one mail",
                        reading->path));
}

static bool read_stream(struct reading *reading, FILE *file, GError **error)
{
    char block[BLOCK];
    gsize got = 0;
    bool first = true;
    reading->blank = true;
    while ((got = fread(block, 1, sizeof block, file)) > 0) {
        if (first && !begin(reading, block, got, error))
            return reading->maildir;
        first = false;
        if (!take_block(reading, block, got, error))
            return false;
    }
    if (ferror(file) != 0)
        return fault_raise(error, FAULT_IO, "%s cannot be read to its end", reading->path);
    if (reading->in_line < MARK_LENGTH)
        keep(reading, reading->mark, reading->in_line);
    end_line(reading);
    return hand_over(reading, error);
}

static bool read_file(struct reading *reading, int folder, const char *name, GError **error)
{
    int number = openat(folder, name,
                        O_RDONLY | O_CLOEXEC | O_NONBLOCK | (folder == AT_FDCWD ? 0 : O_NOFOLLOW));
    struct stat facts;
    if (number < 0 && folder != AT_FDCWD && (errno == ENOENT || errno == ELOOP))
        return true; /* moved meanwhile, or a link: none of the mailbox's mails */
    if (number < 0)
        return fault_raise(error, FAULT_NOINPUT, "%s cannot be opened: %s", reading->path,
                           g_strerror(errno));
    FILE *file = fstat(number, &facts) == 0 && S_ISREG(facts.st_mode) ? fdopen(number, "r") : NULL;
    if (file == NULL) {
        close(number);
        return folder != AT_FDCWD || fault_raise(error, FAULT_DATA, "%s is no file", reading->path);
    }
    bool done = read_stream(reading, file, error);
    fclose(file);
    return done;
}

/* --- a Maildir --- */

static int compare_names(const void *a, const void *b)
{
    const char *const *left = a, *const *right = b;
    return strcmp(*left, *right);
}

static GPtrArray *names_in(const char *path, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GDir) folder = g_dir_open(path, 0, &reason);
    const char *name = NULL;
    if (folder == NULL) {
        fault_raise(error, FAULT_NOINPUT, "%s", reason->message);
        return NULL;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    while ((name = g_dir_read_name(folder)) != NULL)
        if (*name != '.')
            g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, compare_names);
    return names;
}

static bool read_mails(struct reading *reading, const char *path, GError **error)
{
    g_autoptr(GPtrArray) names = names_in(path, error);
    int folder = names == NULL ? -1 : open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool done = folder >= 0;
    if (names != NULL && folder < 0)
        fault_raise(error, FAULT_NOINPUT, "%s: %s", path, g_strerror(errno));
    for (guint i = 0; done && i < names->len; i++)
        done = read_file(reading, folder, names->pdata[i], error);
    if (folder >= 0)
        close(folder);
    return done;
}

static bool read_maildir(struct reading *reading, GError **error)
{
    static const char *const folders[] = {"new", "cur"};
    reading->maildir = true;
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(reading->path, folders[i], NULL);
        if (!g_file_test(path, G_FILE_TEST_IS_DIR))
            return fault_raise(error, FAULT_DATA, "%s is no Maildir: it has no folder %s",
                               reading->path, folders[i]);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
        g_autofree char *path = g_build_filename(reading->path, folders[i], NULL);
        if (!read_mails(reading, path, error))
            return false;
    }
    return true;
}

bool mailbox_read(const char *path, mailbox_take take, void *user, GError **error)
{
    struct reading reading = {.path = path, .take = take, .user = user};
    reading.mail = g_string_new(NULL);
    bool done = g_file_test(path, G_FILE_TEST_IS_DIR) ? read_maildir(&reading, error)
                                                      : read_file(&reading, AT_FDCWD, path, error);
    g_string_free(reading.mail, TRUE);
    return done;
}
