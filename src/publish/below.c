#include "below.h"

#include "fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct below {
    char *path;
    int folder;
};

/* --- the folder itself --- */

/* Those above it are made as everybody can use them: this process may have a strict umask. */
static bool make_whole(const char *path, GError **error)
{
    if (g_file_test(path, G_FILE_TEST_IS_DIR))
        return true;
    g_autofree char *parent = g_path_get_dirname(path);
    if (!g_str_equal(parent, path) && !make_whole(parent, error))
        return false;
    if (mkdir(path, 0755) == 0 && chmod(path, 0755) == 0)
        return true;
    return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", path, g_strerror(errno));
}

struct below *below_open(const char *path, bool make, GError **error)
{
    if (make && !make_whole(path, error))
        return NULL;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) {
        fault_raise(error, errno == ENOENT ? FAULT_NOINPUT : FAULT_CANTCREATE,
                    "%s cannot be opened: %s", path, g_strerror(errno));
        return NULL;
    }
    struct below *below = g_new0(struct below, 1);
    below->path = g_strdup(path);
    below->folder = folder;
    return below;
}

void below_close(struct below *below)
{
    if (below == NULL)
        return;
    close(below->folder);
    g_free(below->path);
    g_free(below);
}

const char *below_folder(const struct below *below)
{
    return below->path;
}

/* --- paths --- */

static bool is_good_name(const char *name)
{
    static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
    gsize length = strlen(name);
    return length > 0 && length <= 200 && strspn(name, set) == length && *name != '-' &&
           (*name != '.' || g_str_equal(name, ".well-known"));
}

bool below_good_path(const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    for (char **name = names; *name != NULL; name++)
        if (!is_good_name(*name))
            return false;
    return *names != NULL && strlen(path) < 1000;
}

/* Opens a folder, "" the one at the top, name by name; -1 with errno set. */
static int open_folder(const struct below *below, const char *path)
{
    int folder = fcntl(below->folder, F_DUPFD_CLOEXEC, 0);
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    for (char **name = names; *name != NULL && folder >= 0; name++) {
        int next = openat(folder, *name, FOLDER_FLAGS);
        int reason = errno;
        close(folder);
        folder = next;
        errno = reason;
    }
    return folder;
}

static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? g_strdup("") : g_strndup(path, (gsize)(slash - path));
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static int open_parent(const struct below *below, const char *path)
{
    g_autofree char *parent = parent_of(path);
    return open_folder(below, parent);
}

static bool refuse(const struct below *below, const char *path, enum fault kind, const char *what,
                   int reason, GError **error)
{
    if (reason == ELOOP || reason == ENOTDIR)
        return fault_raise(error, FAULT_CANTCREATE,
                           "%s/%s %s: a link, or something that is no folder, is in the way, and "
                           "it is not followed; move it away",
                           below->path, path, what);
    return fault_raise(error, kind, "%s/%s %s: %s", below->path, path, what, g_strerror(reason));
}

/* --- looking and reading --- */

static int open_file(const struct below *below, const char *path, int flags)
{
    int folder = open_parent(below, path);
    if (folder < 0)
        return -1;
    /* A pipe in its place must not hold us up. */
    int file = openat(folder, name_of(path), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int reason = errno;
    close(folder);
    errno = reason;
    return file;
}

static GBytes *read_all(int file)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    guint8 chunk[65536];
    ssize_t got = 0;
    while ((got = read(file, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return NULL;
        g_byte_array_append(bytes, chunk, (guint)got);
    }
    return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

/* What could not be opened. */
static enum below_kind kind_of(const struct below *below, const char *path, int reason)
{
    struct stat facts;
    int folder = open_parent(below, path);
    if (folder < 0)
        return errno == ENOENT ? BELOW_NOTHING : BELOW_BLOCKED;
    bool there = fstatat(folder, name_of(path), &facts, AT_SYMLINK_NOFOLLOW) == 0;
    close(folder);
    if (!there)
        return reason == ENOENT ? BELOW_NOTHING : BELOW_BLOCKED;
    return S_ISDIR(facts.st_mode) ? BELOW_BLOCKED : BELOW_OTHER;
}

struct below_sight below_look(const struct below *below, const char *path)
{
    struct below_sight sight = {.kind = BELOW_OTHER};
    struct stat facts;
    int file = open_file(below, path, O_RDONLY);
    if (file < 0) {
        sight.kind = kind_of(below, path, errno);
        return sight;
    }
    bool known = fstat(file, &facts) == 0;
    g_autoptr(GBytes) bytes = known && S_ISREG(facts.st_mode) ? read_all(file) : NULL;
    close(file);
    if (known && S_ISDIR(facts.st_mode))
        sight.kind = BELOW_BLOCKED;
    if (bytes == NULL)
        return sight;
    g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    g_strlcpy(sight.sha256, digest, sizeof sight.sha256);
    sight.kind = BELOW_FILE;
    return sight;
}

GBytes *below_read(const struct below *below, const char *path, GError **error)
{
    struct stat facts;
    int file = open_file(below, path, O_RDONLY);
    if (file < 0) {
        refuse(below, path, FAULT_NOINPUT, "cannot be read", errno, error);
        return NULL;
    }
    bool regular = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
    GBytes *bytes = regular ? read_all(file) : NULL;
    int reason = regular ? errno : EINVAL;
    close(file);
    if (bytes == NULL)
        refuse(below, path, regular ? FAULT_IO : FAULT_NOINPUT, "cannot be read", reason, error);
    return bytes;
}

GPtrArray *below_list(const struct below *below, const char *path)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    int folder = open_folder(below, path);
    DIR *entries = folder < 0 ? NULL : fdopendir(folder);
    const struct dirent *entry = NULL;
    while (entries != NULL && (entry = readdir(entries)) != NULL)
        if (!g_str_equal(entry->d_name, ".") && !g_str_equal(entry->d_name, ".."))
            g_ptr_array_add(names, g_strdup(entry->d_name));
    if (entries != NULL)
        closedir(entries);
    return names;
}

/* --- writing --- */

static bool put(int file, GBytes *content)
{
    gsize length = 0;
    const char *bytes = g_bytes_get_data(content, &length);
    while (length > 0) {
        ssize_t got = write(file, bytes, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        bytes += got;
        length -= (gsize)got;
    }
    return fchmod(file, 0644) == 0;
}

bool below_write(const struct below *below, const char *path, GBytes *bytes, GError **error)
{
    int folder = open_parent(below, path);
    int file = folder < 0 ? -1
                          : openat(folder, name_of(path),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int reason = errno;
    bool written = file >= 0 && put(file, bytes);
    if (file >= 0 && !written)
        reason = errno;
    if (file >= 0 && close(file) != 0 && written) {
        reason = errno;
        written = false;
    }
    if (file >= 0 && !written)
        unlinkat(folder, name_of(path), 0);
    if (folder >= 0)
        close(folder);
    return written || refuse(below, path, file < 0 ? FAULT_CANTCREATE : FAULT_IO,
                             "cannot be written", reason, error);
}

bool below_sync(const struct below *below, const char *path, GError **error)
{
    int file = *path == '\0' ? open_folder(below, "") : open_file(below, path, O_RDONLY);
    bool done = file >= 0 && fsync(file) == 0;
    int reason = errno;
    if (file >= 0)
        close(file);
    return done || refuse(below, path, FAULT_IO, "cannot be written", reason, error);
}

static bool make_one(int folder, const char *name, mode_t mode)
{
    return mkdirat(folder, name, mode) == 0 && fchmodat(folder, name, mode, 0) == 0 &&
           fsync(folder) == 0;
}

/* The next folder on the way, made when it is not there; closes the one above. */
static int step_into(int folder, const char *name, bool *ret_made)
{
    int next = openat(folder, name, FOLDER_FLAGS);
    *ret_made = next < 0 && errno == ENOENT && make_one(folder, name, 0755);
    if (*ret_made)
        next = openat(folder, name, FOLDER_FLAGS);
    int reason = errno;
    close(folder);
    errno = reason;
    return next;
}

bool below_make_folders(const struct below *below, const char *path, GPtrArray *made,
                        GError **error)
{
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    g_autoptr(GString) so_far = g_string_new(NULL);
    int folder = open_folder(below, "");
    for (char **name = names; folder >= 0 && *name != NULL && name[1] != NULL; name++) {
        bool new = false;
        g_string_append_printf(so_far, "%s%s", so_far->len > 0 ? "/" : "", *name);
        folder = step_into(folder, *name, &new);
        if (new)
            g_ptr_array_add(made, g_strdup(so_far->str));
    }
    if (folder < 0)
        return refuse(below, so_far->str, FAULT_CANTCREATE, "cannot be made", errno, error);
    close(folder);
    return true;
}

bool below_make_private(const struct below *below, const char *name, GError **error)
{
    struct stat facts;
    int folder = openat(below->folder, name, FOLDER_FLAGS);
    if (folder < 0 && errno == ENOENT && make_one(below->folder, name, 0700))
        folder = openat(below->folder, name, FOLDER_FLAGS);
    if (folder < 0)
        return refuse(below, name, FAULT_CANTCREATE, "cannot be made", errno, error);
    bool ours = fstat(folder, &facts) == 0 && facts.st_uid == geteuid();
    close(folder);
    return ours || fault_raise(error, FAULT_PERMISSION,
                               "%s/%s belongs to somebody else: one user publishes into a folder",
                               below->path, name);
}

static int move(int from, const char *name, int to, const char *target, bool over)
{
    if (over)
        return renameat(from, name, to, target);
    int result = renameat2(from, name, to, target, RENAME_NOREPLACE);
    return result != 0 && (errno == EINVAL || errno == ENOSYS) ? renameat(from, name, to, target)
                                                               : result;
}

bool below_move(const struct below *below, const char *from, const char *to, bool over,
                bool *ret_gone, GError **error)
{
    struct stat facts;
    int source = open_parent(below, from), target = open_parent(below, to);
    int result =
        source < 0 || target < 0 ? -1 : move(source, name_of(from), target, name_of(to), over);
    int reason = errno;
    bool gone = result != 0 && source >= 0 && target >= 0 &&
                fstatat(source, name_of(from), &facts, AT_SYMLINK_NOFOLLOW) != 0;
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    *ret_gone = gone;
    if (result == 0 || gone)
        return true;
    if (reason == EEXIST || reason == EISDIR)
        return fault_raise(error, FAULT_CANTCREATE,
                           "%s/%s was put there by somebody meanwhile: move it away, and publish "
                           "again",
                           below->path, to);
    return refuse(below, to, FAULT_IO, "cannot be moved in", reason, error);
}

bool below_remove(const struct below *below, const char *path, GError **error)
{
    int folder = open_parent(below, path);
    bool gone =
        folder >= 0 ? unlinkat(folder, name_of(path), 0) == 0 || errno == ENOENT : errno == ENOENT;
    int reason = errno;
    if (folder >= 0)
        close(folder);
    return gone || refuse(below, path, FAULT_IO, "cannot be removed", reason, error);
}

bool below_remove_folder(const struct below *below, const char *path)
{
    int folder = open_parent(below, path);
    bool gone = folder >= 0 ? unlinkat(folder, name_of(path), AT_REMOVEDIR) == 0 || errno == ENOENT
                            : errno == ENOENT;
    if (folder >= 0)
        close(folder);
    return gone;
}

bool below_set_open(const struct below *below, const char *path, GError **error)
{
    struct stat facts;
    int file = open_file(below, path, O_RDONLY);
    bool done = file >= 0 && fstat(file, &facts) == 0 &&
                ((facts.st_mode & 07777) == 0644 || fchmod(file, 0644) == 0);
    int reason = errno;
    if (file >= 0)
        close(file);
    return done || refuse(below, path, FAULT_IO, "cannot be opened to all", reason, error);
}
