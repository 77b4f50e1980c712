#include "folder.h"

#include "below.h"
#include "fault.h"
#include "lock.h"

#include <stdio.h>
#include <string.h>

#define HIDDEN ".barograph"
#define STAGED HIDDEN "/new"
#define LOCK HIDDEN "/lock"
#define MANIFEST HIDDEN "/manifest"
#define MANIFEST_NEXT HIDDEN "/manifest.next"
#define JOURNAL HIDDEN "/journal"
#define JOURNAL_NEXT HIDDEN "/journal.next"

struct folder {
    struct below *below; /* NULL: it is not there, and only looked at */
    struct manifest *manifest;
    int lock;
    bool interrupted;
};

const struct below *folder_below(const struct folder *folder)
{
    return folder->below;
}

/* --- the journal is carried out --- */

static bool sync_folders(const struct below *below, GHashTable *touched, GError **error)
{
    GHashTableIter iter;
    gpointer path = NULL;
    g_hash_table_iter_init(&iter, touched);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        if (!below_sync(below, path, error))
            return false;
    g_hash_table_remove_all(touched);
    return true;
}

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? g_strdup("") : g_strndup(path, (gsize)(slash - path));
}

/* The file, and the folders that are empty without it. */
static bool drop(const struct below *below, const char *path, GHashTable *touched, GError **error)
{
    if (!below_remove(below, path, error))
        return false;
    char *folder = folder_of(path);
    while (*folder != '\0' && below_remove_folder(below, folder)) {
        char *above = folder_of(folder);
        g_hash_table_remove(touched, folder);
        g_free(folder);
        folder = above;
    }
    g_hash_table_add(touched, folder);
    return true;
}

static bool carry_out_line(const struct below *below, const struct journal_line *line,
                           GHashTable *touched, GError **error)
{
    bool gone = false;
    g_autofree char *staged = g_strdup_printf(STAGED "/%u", line->staged);
    if (line->verb == JOURNAL_SYNC)
        return sync_folders(below, touched, error);
    if (line->verb == JOURNAL_DROP)
        return drop(below, line->path, touched, error);
    if (!below_move(below, staged, line->path, line->verb == JOURNAL_OVER, &gone, error))
        return false;
    if (!gone)
        g_hash_table_add(touched, folder_of(line->path));
    return true;
}

static bool carry_out(const struct below *below, const GPtrArray *journal, GError **error)
{
    bool gone = false;
    g_autoptr(GHashTable) touched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < journal->len; i++)
        if (!carry_out_line(below, journal->pdata[i], touched, error))
            return false;
    return sync_folders(below, touched, error) &&
           below_move(below, MANIFEST_NEXT, MANIFEST, true, &gone, error) &&
           below_sync(below, HIDDEN, error) && below_remove(below, JOURNAL, error) &&
           below_sync(below, HIDDEN, error);
}

/* --- opening --- */

static char *read_text(const struct below *below, const char *path, bool *ret_there, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GBytes) bytes = below_read(below, path, &reason);
    *ret_there = bytes != NULL;
    if (bytes == NULL && !g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        g_propagate_error(error, g_steal_pointer(&reason));
    if (bytes == NULL)
        return NULL;
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    return length == 0 ? g_strdup("") : g_strndup(data, length);
}

/* What was staged and never came to a journal. */
static bool sweep(const struct below *below, GError **error)
{
    g_autoptr(GPtrArray) names = below_list(below, STAGED);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(STAGED, names->pdata[i], NULL);
        if (!below_remove(below, path, error))
            return false;
    }
    below_remove_folder(below, STAGED);
    return below_remove(below, MANIFEST_NEXT, error) && below_remove(below, JOURNAL_NEXT, error);
}

static bool recover(struct folder *folder, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *text = read_text(folder->below, JOURNAL, &folder->interrupted, &reason);
    if (text == NULL && reason != NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    g_autoptr(GPtrArray) journal = text == NULL ? NULL : journal_read(text, error);
    if (text != NULL && (journal == NULL || !carry_out(folder->below, journal, error)))
        return false;
    return sweep(folder->below, error);
}

static bool load_manifest(struct folder *folder, GError **error)
{
    bool there = false;
    g_autoptr(GError) reason = NULL;
    g_autofree char *text =
        folder->below == NULL ? NULL : read_text(folder->below, MANIFEST, &there, &reason);
    if (text == NULL && reason != NULL) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    folder->manifest = text == NULL ? manifest_new() : manifest_read(text, &reason);
    if (folder->manifest == NULL)
        g_propagate_prefixed_error(error, g_steal_pointer(&reason),
                                   "%s/%s: ", below_folder(folder->below), MANIFEST);
    return folder->manifest != NULL;
}

static bool take_lock(struct folder *folder, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *path = g_build_filename(below_folder(folder->below), LOCK, NULL);
    if (lock_take(path, "publish", &folder->lock, &reason))
        return true;
    if (g_error_matches(reason, FAULT_DOMAIN, FAULT_BUSY))
        return fault_raise(error, FAULT_BUSY,
                           "another barograph publishes into %s: wait until it has ended",
                           below_folder(folder->below));
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
}

struct folder *folder_open(const char *path, enum folder_mode mode, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    g_autoptr(Folder) folder = g_new0(struct folder, 1);
    folder->lock = -1;
    folder->below = below_open(whole, mode == FOLDER_WRITE, &reason);
    bool absent = mode == FOLDER_LOOK && g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT);
    if (folder->below == NULL && !absent) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return NULL;
    }
    if (mode == FOLDER_WRITE && (!below_make_private(folder->below, HIDDEN, error) ||
                                 !take_lock(folder, error) || !recover(folder, error)))
        return NULL;
    return load_manifest(folder, error) ? g_steal_pointer(&folder) : NULL;
}

void folder_close(struct folder *folder)
{
    if (folder == NULL)
        return;
    lock_give(folder->lock);
    below_close(folder->below);
    manifest_free(folder->manifest);
    g_free(folder);
}

const struct manifest *folder_manifest(const struct folder *folder)
{
    return folder->manifest;
}

bool folder_was_interrupted(const struct folder *folder)
{
    return folder->interrupted;
}

/* --- what was published last --- */

bool folder_has(const struct folder *folder, const char *advisory)
{
    for (guint i = 0; i < folder->manifest->entries->len; i++) {
        const struct manifest_entry *entry = folder->manifest->entries->pdata[i];
        if (g_strcmp0(entry->advisory, advisory) == 0)
            return true;
    }
    return false;
}

GBytes *folder_read(const struct folder *folder, const char *path)
{
    return folder->below == NULL ? NULL : below_read(folder->below, path, NULL);
}

/* NULL: it is no longer the same. */
static GBytes *read_unchanged(const struct folder *folder, const struct manifest_entry *entry)
{
    g_autoptr(GBytes) bytes = folder_read(folder, entry->path);
    g_autofree char *digest =
        bytes == NULL ? NULL : g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
    return digest != NULL && g_str_equal(digest, entry->sha256) ? g_steal_pointer(&bytes) : NULL;
}

bool folder_keep(const struct folder *folder, const char *advisory, GPtrArray *documents,
                 GError **error)
{
    for (guint i = 0; i < folder->manifest->entries->len; i++) {
        const struct manifest_entry *entry = folder->manifest->entries->pdata[i];
        if (g_strcmp0(entry->advisory, advisory) != 0)
            continue;
        g_autoptr(GBytes) bytes = read_unchanged(folder, entry);
        if (bytes == NULL)
            return fault_raise(error, FAULT_PERMISSION,
                               "%s/%s is not as it was published: somebody changed or removed it, "
                               "and it cannot be made anew now",
                               below_folder(folder->below), entry->path);
        struct site_document *document = g_new0(struct site_document, 1);
        document->path = g_strdup(entry->path);
        document->bytes = g_steal_pointer(&bytes);
        document->advisory = g_strdup(entry->advisory);
        g_ptr_array_add(documents, document);
    }
    return true;
}

/* --- writing --- */

static struct manifest *next_manifest(const struct folder *folder, const GPtrArray *documents)
{
    struct manifest *next = manifest_new();
    for (guint i = 0; i < documents->len; i++) {
        const struct site_document *document = documents->pdata[i];
        const struct manifest_entry *last = manifest_find(folder->manifest, document->path);
        g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, document->bytes);
        bool changed = last != NULL && !g_str_equal(last->sha256, sha256);
        const char *before = last == NULL ? NULL : changed ? last->sha256 : last->before;
        manifest_add(next, document->path, sha256, before, document->advisory);
    }
    return next;
}

static GPtrArray *journal_of(const GPtrArray *plan)
{
    GPtrArray *journal = journal_new();
    for (guint i = 0; i < plan->len; i++) {
        const struct folder_change *change = plan->pdata[i];
        const struct folder_change *last = i == 0 ? change : plan->pdata[i - 1];
        if (change->rank != last->rank)
            journal_add(journal, JOURNAL_SYNC, 0, "");
        journal_add(journal,
                    change->verb == FOLDER_REMOVED   ? JOURNAL_DROP
                    : change->verb == FOLDER_CHANGED ? JOURNAL_OVER
                                                     : JOURNAL_NEW,
                    i, change->path);
    }
    return journal;
}

static bool write_text(const struct below *below, const char *path, char *text, GError **error)
{
    g_autoptr(GBytes) bytes = g_bytes_new_take(text, strlen(text));
    return below_write(below, path, bytes, error) && below_sync(below, path, error);
}

/* All is written before the first is waited for: the disk then brings it down together. */
static bool stage_documents(const struct below *below, const GPtrArray *plan, GPtrArray *made,
                            GError **error)
{
    for (guint i = 0; i < plan->len; i++) {
        const struct folder_change *change = plan->pdata[i];
        g_autofree char *path = g_strdup_printf(STAGED "/%u", i);
        if (change->document != NULL && (!below_make_folders(below, change->path, made, error) ||
                                         !below_write(below, path, change->document->bytes, error)))
            return false;
    }
    for (guint i = 0; i < plan->len; i++) {
        const struct folder_change *change = plan->pdata[i];
        g_autofree char *path = g_strdup_printf(STAGED "/%u", i);
        if (change->document != NULL && !below_sync(below, path, error))
            return false;
    }
    return below_sync(below, STAGED, error);
}

/* Until the journal has its name, nothing has happened. */
static bool stage(const struct below *below, const GPtrArray *plan, const GPtrArray *journal,
                  struct manifest *next, GPtrArray *made, GError **error)
{
    bool gone = false;
    return below_make_private(below, STAGED, error) && stage_documents(below, plan, made, error) &&
           write_text(below, MANIFEST_NEXT, manifest_write(next), error) &&
           write_text(below, JOURNAL_NEXT, journal_write(journal), error) &&
           below_sync(below, HIDDEN, error) &&
           below_move(below, JOURNAL_NEXT, JOURNAL, true, &gone, error);
}

static void take_back(const struct below *below, const GPtrArray *made)
{
    sweep(below, NULL);
    for (guint i = made->len; i > 0; i--)
        below_remove_folder(below, made->pdata[i - 1]);
}

static bool replace(struct folder *folder, const GPtrArray *plan, struct manifest *next,
                    GError **error)
{
    const struct below *below = folder->below;
    g_autoptr(GError) reason = NULL;
    g_autoptr(GPtrArray) made = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) journal = journal_of(plan);
    if (!stage(below, plan, journal, next, made, error)) {
        take_back(below, made);
        return false;
    }
    if (below_sync(below, HIDDEN, &reason) && carry_out(below, journal, &reason))
        return sweep(below, error);
    g_propagate_prefixed_error(error, g_steal_pointer(&reason),
                               "stopped in the middle, and publishing again goes on: ");
    return false;
}

static bool open_kept(const struct below *below, const GPtrArray *documents, GError **error)
{
    for (guint i = 0; i < documents->len; i++) {
        const struct site_document *document = documents->pdata[i];
        if (!below_set_open(below, document->path, error))
            return false;
    }
    return true;
}

bool folder_write(struct folder *folder, const GPtrArray *documents, const GPtrArray *plan,
                  struct folder_tally *ret_tally, GError **error)
{
    g_autoptr(Manifest) next = next_manifest(folder, documents);
    g_autofree char *wanted = manifest_write(next), *is = manifest_write(folder->manifest);
    if ((plan->len > 0 || !g_str_equal(wanted, is)) && !replace(folder, plan, next, error))
        return false;
    if (!open_kept(folder->below, documents, error))
        return false;
    struct folder_tally tally = {0};
    for (guint i = 0; i < plan->len; i++) {
        const struct folder_change *change = plan->pdata[i];
        tally.written += change->document != NULL;
        tally.removed += change->document == NULL;
    }
    tally.kept = documents->len - tally.written;
    *ret_tally = tally;
    return true;
}
