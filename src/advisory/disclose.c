#include "disclose.h"

#include "fault.h"
#include "ledger.h"
#include "record.h"
#include "record_versions.h"
#include "stages.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is to leave: the text first, then its files. */
struct parcel {
    struct record_advisory *advisory;
    GPtrArray *versions; /* struct record_version * */
    const struct record_version *version;
    GPtrArray *patches; /* struct record_patch * */
    char *text_name;    /* "advisory-501.txt" */
};

static void parcel_clear(struct parcel *parcel)
{
    record_advisory_free(parcel->advisory);
    g_clear_pointer(&parcel->versions, g_ptr_array_unref);
    g_clear_pointer(&parcel->patches, g_ptr_array_unref);
    g_free(parcel->text_name);
}

/* What is meant for members may also be asked for the public: then the gate says why not. */
static bool find_version(struct parcel *parcel, const struct disclose_given *given, GError **error)
{
    for (guint i = 0; i < parcel->versions->len; i++) {
        const struct record_version *version = parcel->versions->pdata[i];
        bool meant = given->audience == EMBARGO_MEMBERS || version->public_text;
        if (given->version == 0 ? meant : version->version == given->version)
            parcel->version = version;
    }
    if (parcel->version == NULL && given->version != 0)
        return fault_raise(error, FAULT_NOINPUT,
                           "advisory %s has no version %" G_GINT64_FORMAT " in the record",
                           given->number, given->version);
    if (parcel->version == NULL)
        return fault_raise(error, FAULT_DATA,
                           "advisory %s has no version for the public: barograph advisory revise "
                           "%s begins one",
                           given->number, given->number);
    return !parcel->version->imported ||
           fault_raise(error, FAULT_DATA,
                       "advisory %s was not signed here: barograph advisory render %s --signed "
                       "prints it",
                       given->number, given->number);
}

static void note_earlier(void *user, gint64 id, const struct ledger_entry *entry)
{
    gint64 *least = user;
    bool left = entry->verdict == LEDGER_PERMIT || entry->verdict == LEDGER_OVERRIDE;
    (void)id;
    if (left && g_str_equal(entry->audience, embargo_audience_name(EMBARGO_PUBLIC)))
        *least = MIN(*least, entry->version);
}

/* Whether the public got an earlier version before. */
static bool find_step(struct store *store, const struct parcel *parcel,
                      enum embargo_audience audience, enum stage_step *ret_step, GError **error)
{
    gint64 least = G_MAXINT64;
    if (!ledger_each(store, parcel->advisory->number, note_earlier, &least, error))
        return false;
    *ret_step = audience == EMBARGO_MEMBERS        ? STAGE_MEMBERS
                : least < parcel->version->version ? STAGE_UPDATE
                                                   : STAGE_PUBLIC;
    return true;
}

static struct permit *ask(struct store *store, const struct disclose_given *given,
                          const struct parcel *parcel, GError **error)
{
    guint count = parcel->patches->len + 1;
    gsize length = 0;
    g_autofree struct embargo_file *files = g_new0(struct embargo_file, count);
    const void *text = g_bytes_get_data(parcel->version->signed_bytes, &length);
    files[0] = embargo_file("", text, length);
    for (guint i = 1; i < count; i++) {
        const struct record_patch *patch = parcel->patches->pdata[i - 1];
        const void *bytes = g_bytes_get_data(patch->bytes, &length);
        files[i] = embargo_file(patch->name, bytes, length);
    }
    const struct embargo_question question = {.advisory = given->number,
                                              .version = parcel->version->version,
                                              .audience = given->audience,
                                              .files = files,
                                              .count = count,
                                              .who = given->who,
                                              .now = given->now,
                                              .newest_commit = given->newest_commit,
                                              .clock_confirmed = given->clock_confirmed,
                                              .override = given->override};
    return embargo_ask(store, &question, error);
}

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

static bool write_folder(const struct parcel *parcel, const struct permit *permit,
                         enum embargo_audience audience, const char *folder, GError **error)
{
    g_autofree char *whole = g_canonicalize_filename(folder, NULL);
    g_autofree char *parent = g_path_get_dirname(whole);
    g_autofree char *base = g_path_get_basename(whole);
    g_autofree char *draft = g_strdup_printf("%s/.%s.%d", parent, base, (int)getpid());
    if (mkdir(draft, 0700) != 0)
        return fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", draft,
                           g_strerror(errno));
    bool done = write_parcel(parcel, permit, audience, draft, error) &&
                move_into_place(draft, whole, error);
    if (!done)
        nftw(draft, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return done;
}

/* --- the whole --- */

static bool note(struct store *store, const struct disclose_given *given,
                 const struct parcel *parcel, const char *state, GError **error)
{
    g_autofree char *detail = g_strdup_printf(
        "version %" G_GINT64_FORMAT " to %s, %u files%s%s", parcel->version->version,
        given->audience == EMBARGO_PUBLIC ? "the public" : "members", parcel->patches->len + 1,
        given->override == NULL ? "" : ", overridden: ",
        given->override == NULL ? "" : given->override);
    struct record_event event = {given->now, (char *)(gsize)given->who, (char *)(gsize) "disclosed",
                                 detail};
    bool done =
        store_begin(store, error) && record_set_state(store, parcel->advisory->id, state, error) &&
        record_add_event(store, parcel->advisory->id, &event, error) && store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done;
}

static bool pack(struct store *store, const struct disclose_given *given, struct parcel *parcel,
                 const char **ret_state, GError **error)
{
    enum stage_step step = given->audience == EMBARGO_MEMBERS ? STAGE_MEMBERS : STAGE_PUBLIC;
    parcel->advisory = record_find(store, given->number, error);
    if (parcel->advisory == NULL ||
        stage_after(given->number, parcel->advisory->state, step, error) == NULL)
        return false;
    parcel->versions = record_versions(store, parcel->advisory->id, error);
    if (parcel->versions == NULL || !find_version(parcel, given, error) ||
        !find_step(store, parcel, given->audience, &step, error))
        return false;
    parcel->patches = record_patches(store, parcel->version->id, error);
    parcel->text_name = g_strdup_printf("advisory-%s.txt", given->number);
    *ret_state = stage_after(given->number, parcel->advisory->state, step, error);
    return parcel->patches != NULL && *ret_state != NULL;
}

bool disclose(struct desk *desk, const struct disclose_given *given,
              struct disclosure *ret_disclosure, GError **error)
{
    struct store *store = desk_store(desk);
    struct parcel parcel = {0};
    const char *state = NULL;
    g_autoptr(Permit) permit = NULL;
    if (pack(store, given, &parcel, &state, error))
        permit = ask(store, given, &parcel, error);
    bool done = permit != NULL &&
                write_folder(&parcel, permit, given->audience, given->folder, error) &&
                note(store, given, &parcel, state, error);
    if (done)
        *ret_disclosure = (struct disclosure){parcel.version->version, parcel.patches->len + 1};
    parcel_clear(&parcel);
    return done;
}
