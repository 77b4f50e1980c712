#include "desk.h"

#include "fault.h"
#include "lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "security"
#define RECORD "advisory.db"
#define LOCK "lock"
#define NAME_MOST 128

struct desk {
    char *path; /* of the folder */
    int folder; /* its descriptor: what is checked is what is used */
    int lock;
    struct store *store;
};

/* The leak checker of the sanitizers traces its own process, and could not. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MAY_BE_TRACED 1
#endif
#endif

static void harden(void)
{
    static const struct rlimit none = {0, 0};
    umask(077);
    setrlimit(RLIMIT_CORE, &none);
#ifndef MAY_BE_TRACED
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

bool desk_good_name(const char *name)
{
    static const char set[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-";
    gsize length = strlen(name);
    return g_ascii_isalnum(*name) && length <= NAME_MOST && strspn(name, set) == length &&
           strstr(name, "..") == NULL;
}

bool desk_good_path(const char *path)
{
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    for (char **name = names; *name != NULL; name++)
        if (!desk_good_name(*name))
            return false;
    return *names != NULL;
}

/* What is open must be the user's own and closed to others. */
static bool check_private(int file, const char *path, mode_t kind, const char *mode, GError **error)
{
    struct stat facts;
    if (fstat(file, &facts) != 0)
        return fault_raise(error, FAULT_IO, "%s: %s", path, g_strerror(errno));
    if ((facts.st_mode & S_IFMT) != kind)
        return fault_raise(error, FAULT_PERMISSION, "%s is no %s", path,
                           kind == S_IFDIR ? "folder" : "regular file");
    if (facts.st_uid != geteuid())
        return fault_raise(error, FAULT_PERMISSION, "%s belongs to somebody else", path);
    if ((facts.st_mode & 077) != 0)
        return fault_raise(error, FAULT_PERMISSION,
                           "others can get at %s: run chmod %s on it, and ask who has read it",
                           path, mode);
    return true;
}

/* Why something could not be opened; a link that is not followed is said as such. */
static bool refuse_open(const char *path, GError **error)
{
    if (errno == ELOOP || errno == ENOTDIR)
        return fault_raise(error, FAULT_PERMISSION,
                           "%s is a link or lies behind one: links are not followed here", path);
    return fault_raise(error, errno == ENOENT ? FAULT_NOINPUT : FAULT_PERMISSION,
                       "%s cannot be opened: %s", path, g_strerror(errno));
}

static bool open_folder(struct desk *desk, enum desk_mode mode, GError **error)
{
    if (mode == DESK_WRITE && mkdir(desk->path, 0700) != 0 && errno != EEXIST)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", desk->path,
                           g_strerror(errno));
    desk->folder = open(desk->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (desk->folder < 0 && errno == ENOENT)
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "there is no %s yet: barograph advisory new or import makes it",
                           desk->path);
    if (desk->folder < 0)
        return refuse_open(desk->path, error);
    return check_private(desk->folder, desk->path, S_IFDIR, "700", error);
}

/* By itself, before it is looked into: nobody would know which command does. */
static bool bring_forward(const struct desk *desk, const char *path, GError **error)
{
    g_autofree char *file = g_build_filename(desk->path, LOCK, NULL);
    int lock = -1;
    if (!lock_take(file, "advisory", &lock, error))
        return false;
    struct store *store = store_open(path, "advisory", STORE_WRITE, error);
    bool done = store != NULL;
    store_close(store);
    lock_give(lock);
    return done;
}

static struct store *open_to_read(const struct desk *desk, const char *path, gint64 length,
                                  GError **error)
{
    g_autoptr(GError) reason = NULL;
    struct store *store = store_open(path, "advisory", STORE_READ, &reason);
    if (store != NULL)
        return store;
    if (length > 0 && g_error_matches(reason, FAULT_DOMAIN, FAULT_UNAVAILABLE))
        return bring_forward(desk, path, error) ? store_open(path, "advisory", STORE_READ, error)
                                                : NULL;
    g_propagate_error(error, g_steal_pointer(&reason));
    return NULL;
}

/* SQLite makes its journal with the mode of the database, so that one is made first. */
static bool open_record(struct desk *desk, enum desk_mode mode, GError **error)
{
    g_autofree char *path = g_build_filename(desk->path, RECORD, NULL);
    int flags = mode == DESK_WRITE ? O_RDWR | O_CREAT : O_RDONLY;
    int file = openat(desk->folder, RECORD, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
    if (file < 0 && errno == ENOENT)
        return fault_raise(error, FAULT_UNAVAILABLE,
                           "there is no %s yet: barograph advisory new or import makes it", path);
    if (file < 0)
        return refuse_open(path, error);
    bool good = check_private(file, path, S_IFREG, "600", error);
    gint64 length = (gint64)lseek(file, 0, SEEK_END);
    close(file);
    if (good)
        desk->store = mode == DESK_WRITE ? store_open(path, "advisory", STORE_WRITE, error)
                                         : open_to_read(desk, path, length, error);
    return desk->store != NULL;
}

static bool take_lock(struct desk *desk, enum desk_mode mode, GError **error)
{
    g_autofree char *path = g_build_filename(desk->path, LOCK, NULL);
    return mode == DESK_READ || lock_take(path, "advisory", &desk->lock, error);
}

struct desk *desk_open(const char *home, enum desk_mode mode, GError **error)
{
    g_autoptr(Desk) desk = g_new0(struct desk, 1);
    desk->path = g_build_filename(home, FOLDER, NULL);
    desk->folder = desk->lock = -1;
    harden();
    if (!open_folder(desk, mode, error) || !take_lock(desk, mode, error) ||
        !open_record(desk, mode, error))
        return NULL;
    return g_steal_pointer(&desk);
}

void desk_close(struct desk *desk)
{
    if (desk == NULL)
        return;
    store_close(desk->store);
    lock_give(desk->lock);
    if (desk->folder >= 0)
        close(desk->folder);
    g_free(desk->path);
    g_free(desk);
}

struct store *desk_store(struct desk *desk)
{
    return desk->store;
}

const char *desk_folder(const struct desk *desk)
{
    return desk->path;
}

/* The folder that holds the last name of `path`, opened step by step; -1 with *error set. */
static int open_parent(const struct desk *desk, const char *path, const char **ret_name,
                       GError **error)
{
    g_auto(GStrv) names = g_strsplit(path, "/", -1);
    int folder = fcntl(desk->folder, F_DUPFD_CLOEXEC, 0);
    if (!desk_good_path(path)) {
        close(folder);
        fault_raise(error, FAULT_PERMISSION, "\"%s\" is no safe name for a file of the desk", path);
        return -1;
    }
    for (char **name = names; name[1] != NULL; name++) {
        int next = openat(folder, *name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int reason = errno;
        close(folder);
        folder = next;
        errno = reason;
        if (folder < 0) {
            refuse_open(path, error);
            return -1;
        }
    }
    const char *slash = strrchr(path, '/');
    *ret_name = slash == NULL ? path : slash + 1;
    return folder;
}

/* Opens the last name in its folder, and closes the folder. */
static int open_in(int folder, const char *name, const char *path, int flags, GError **error)
{
    int file = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC, 0600);
    int reason = errno;
    close(folder);
    errno = reason;
    if (file < 0)
        refuse_open(path, error);
    return file;
}

static bool read_all(int file, const char *path, gsize most, GByteArray *bytes, GError **error)
{
    guint8 chunk[65536];
    ssize_t got = 0;
    while ((got = read(file, chunk, sizeof chunk)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fault_raise(error, FAULT_IO, "%s cannot be read: %s", path, g_strerror(errno));
        if (bytes->len + (gsize)got > most)
            return fault_raise(error, FAULT_DATA,
                               "%s is too long: %" G_GSIZE_FORMAT " bytes are the most", path,
                               most);
        g_byte_array_append(bytes, chunk, (guint)got);
    }
    return true;
}

/* Others may be able to read it by its own mode; the folder above keeps them out. */
static bool check_file(int file, const char *path, GError **error)
{
    struct stat facts;
    if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode))
        return fault_raise(error, FAULT_PERMISSION, "%s is no regular file", path);
    if (facts.st_uid != geteuid())
        return fault_raise(error, FAULT_PERMISSION, "%s belongs to somebody else", path);
    return true;
}

GBytes *desk_read(const struct desk *desk, const char *path, gsize most, GError **error)
{
    const char *name = NULL;
    int folder = open_parent(desk, path, &name, error);
    if (folder < 0)
        return NULL;
    /* A pipe in its place must not hold us up. */
    int file = open_in(folder, name, path, O_RDONLY | O_NONBLOCK, error);
    if (file < 0)
        return NULL;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool read = check_file(file, path, error) && read_all(file, path, most, bytes, error);
    close(file);
    return read ? g_byte_array_free_to_bytes(g_steal_pointer(&bytes)) : NULL;
}

static bool write_all(int file, const char *path, const char *bytes, gsize length, GError **error)
{
    while (length > 0) {
        ssize_t put = write(file, bytes, length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return fault_raise(error, FAULT_IO, "%s cannot be written: %s", path,
                               g_strerror(errno));
        bytes += put;
        length -= (gsize)put;
    }
    if (fsync(file) == 0)
        return true;
    return fault_raise(error, FAULT_IO, "%s cannot be written: %s", path, g_strerror(errno));
}

static bool make_file(int folder, const char *name, const char *path, const void *bytes,
                      gsize length, GError **error)
{
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", path,
                           g_strerror(errno));
    bool written = write_all(file, path, bytes, length, error);
    close(file);
    if (!written)
        unlinkat(folder, name, 0);
    return written;
}

bool desk_write(const struct desk *desk, const char *path, const void *bytes, gsize length,
                bool replace, GError **error)
{
    const char *name = NULL;
    int folder = open_parent(desk, path, &name, error);
    if (folder < 0)
        return false;
    g_autofree char *draft = g_strdup_printf(".%s.%d", name, (int)getpid());
    bool done = make_file(folder, replace ? draft : name, path, bytes, length, error);
    if (done && replace && renameat(folder, draft, folder, name) != 0) {
        done = fault_raise(error, FAULT_CANTCREATE, "%s cannot be replaced: %s", path,
                           g_strerror(errno));
        unlinkat(folder, draft, 0);
    }
    if (done)
        fsync(folder);
    close(folder);
    return done;
}

bool desk_remove(const struct desk *desk, const char *path, GError **error)
{
    const char *name = NULL;
    int folder = open_parent(desk, path, &name, error);
    if (folder < 0)
        return false;
    bool gone = unlinkat(folder, name, 0) == 0 || errno == ENOENT;
    int reason = errno;
    if (gone)
        fsync(folder);
    close(folder);
    return gone ||
           fault_raise(error, FAULT_IO, "%s cannot be removed: %s", path, g_strerror(reason));
}

bool desk_make_folder(const struct desk *desk, const char *path, GError **error)
{
    const char *name = NULL;
    int folder = open_parent(desk, path, &name, error);
    if (folder < 0)
        return false;
    bool made = mkdirat(folder, name, 0700) == 0;
    int reason = errno;
    if (made)
        fsync(folder);
    close(folder);
    return made ||
           fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", path, g_strerror(reason));
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GStrv desk_list(const struct desk *desk, const char *path, GError **error)
{
    const char *name = NULL;
    int folder = open_parent(desk, path, &name, error);
    if (folder < 0)
        return NULL;
    int inner = open_in(folder, name, path, O_RDONLY | O_DIRECTORY, error);
    DIR *entries = inner < 0 ? NULL : fdopendir(inner);
    if (entries == NULL)
        return NULL;
    GPtrArray *names = g_ptr_array_new();
    const struct dirent *entry = NULL;
    while ((entry = readdir(entries)) != NULL) {
        struct stat facts;
        if (desk_good_name(entry->d_name) &&
            fstatat(inner, entry->d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(facts.st_mode))
            g_ptr_array_add(names, g_strdup(entry->d_name));
    }
    closedir(entries);
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return (GStrv)g_ptr_array_free(names, FALSE);
}

char *desk_user(void)
{
    const struct passwd *user = getpwuid(getuid());
    return user == NULL ? g_strdup_printf("user %u", (unsigned)getuid()) : g_strdup(user->pw_name);
}
