#include "disclose.h"

#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- writing --- */

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    (void)facts;
    (void)kind;
    (void)walk;
    return remove(path);
}

static bool put(int file, const char *bytes, gsize length)
{
    while (length > 0) {
        ssize_t got = write(file, bytes, length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        bytes += got;
        length -= (gsize)got;
    }
    return fsync(file) == 0;
}

static bool write_file(const char *folder, const char *name, GBytes *content, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *inner = g_path_get_dirname(path);
    gsize length = 0;
    const char *bytes = g_bytes_get_data(content, &length);
    if (!desk_good_path(name))
        return fault_raise(error, FAULT_PERMISSION, "\"%s\" is no safe name for a file", name);
    if (g_mkdir_with_parents(inner, 0700) != 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", inner,
                           g_strerror(errno));
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", path,
                           g_strerror(errno));
    bool good = put(file, bytes, length);
    int reason = errno;
    close(file);
    return good ||
           fault_raise(error, FAULT_IO, "%s cannot be written: %s", path, g_strerror(reason));
}

/* Each one only as far as the permit goes. */
static bool write_parcel(const struct parcel *parcel, const struct permit *permit,
                         enum embargo_audience audience, const char *folder, GError **error)
{
    gsize length = 0;
    const void *text = g_bytes_get_data(parcel->version->signed_bytes, &length);
    if (!permit_check(permit, audience, "", text, length, error) ||
        !write_file(folder, parcel->text_name, parcel->version->signed_bytes, error))
        return false;
    for (guint i = 0; i < parcel->patches->len; i++) {
        const struct record_patch *patch = parcel->patches->pdata[i];
        const void *bytes = g_bytes_get_data(patch->bytes, &length);
        if (!permit_check(permit, audience, patch->name, bytes, length, error) ||
            !write_file(folder, patch->name, patch->bytes, error))
            return false;
    }
    return true;
}

static bool move_into_place(const char *draft, const char *folder, GError **error)
{
    if (rename(draft, folder) == 0)
        return true;
    return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", folder,
                       errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR
                           ? "something is there already"
                           : g_strerror(errno));
}

/* Where a folder is being written, for whoever comes after a process that was killed over it. */
#define MARK "disclosing"
#define PATH_LENGTH_MOST 4096

static bool write_marked(const struct parcel *parcel, const struct permit *permit,
                         enum embargo_audience audience, const char *draft, const char *folder,
                         GError **error)
{
    if (mkdir(draft, 0700) != 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", draft,
                           g_strerror(errno));
    bool done = write_parcel(parcel, permit, audience, draft, error) &&
                move_into_place(draft, folder, error);
    if (!done)
        nftw(draft, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return done;
}

static bool write_folder(struct desk *desk, const struct parcel *parcel,
                         const struct permit *permit, enum embargo_audience audience,
                         const char *folder, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(folder, NULL);
    g_autofree char *parent = g_path_get_dirname(whole);
    g_autofree char *base = g_path_get_basename(whole);
    g_autofree char *draft = g_strdup_printf("%s/.%s.%d", parent, base, (int)getpid());
    if (!desk_write(desk, MARK, draft, strlen(draft), true, error))
        return false;
    bool done = write_marked(parcel, permit, audience, draft, whole, error);
    return desk_remove(desk, MARK, done ? error : NULL) && done;
}

/* Only a folder of ours that nobody else may look into: that is how it was made. */
static bool is_draft(const char *path)
{
    g_autofree char *base = g_path_get_basename(path);
    struct stat facts;
    return g_path_is_absolute(path) && *base == '.' && lstat(path, &facts) == 0 &&
           S_ISDIR(facts.st_mode) && facts.st_uid == geteuid() && (facts.st_mode & 077) == 0;
}

bool disclose_sweep(struct desk *desk, char **ret_removed, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GBytes) bytes = desk_read(desk, MARK, PATH_LENGTH_MOST, &reason);
    *ret_removed = NULL;
    if (g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return true;
    if (bytes == NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *draft = g_strndup(data == NULL ? "" : data, length);
    bool there = is_draft(draft);
    if (there && nftw(draft, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
        return fault_raise(error, FAULT_IO,
                           "%s was left by a disclosure that was stopped, and cannot be removed: "
                           "remove it by hand",
                           draft);
    if (!desk_remove(desk, MARK, error))
        return false;
    *ret_removed = there ? g_steal_pointer(&draft) : NULL;
    return true;
}

/* --- the whole --- */

bool disclose(struct desk *desk, const struct disclose_given *given,
              struct disclosure *ret_disclosure, GError **error)
{
    struct store *store = desk_store(desk);
    const struct parcel_given *what = &given->what;
    g_autoptr(Parcel) parcel = parcel_pack(store, what, error);
    g_autoptr(Permit) permit = parcel == NULL ? NULL : parcel_ask(store, parcel, what, error);
    if (permit == NULL ||
        !write_folder(desk, parcel, permit, what->audience, given->folder, error) ||
        !parcel_note(store, parcel, what, "disclosed", error))
        return false;
    *ret_disclosure = (struct disclosure){parcel->version->version, parcel->patches->len + 1};
    return true;
}
