#include "intake.h"

#include "armour.h"
#include "enclosures.h"
#include "fault.h"
#include "mime.h"
#include "record.h"
#include "record_text.h"
#include "record_versions.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST (32 * 1024 * 1024)

void intake_clear(struct intake *intake)
{
    g_clear_pointer(&intake->number, g_free);
    g_clear_pointer(&intake->remarks, g_free);
    pgp_signature_clear(&intake->signature);
}

static bool check_regular(int file, const char *path, GError **error)
{
    struct stat facts;
    if (fstat(file, &facts) != 0 || !S_ISREG(facts.st_mode))
        return fault_raise(error, FAULT_DATA, "%s is no regular file", path);
    if (facts.st_size > FILE_MOST)
        return fault_raise(error, FAULT_DATA, "%s is too long for an advisory", path);
    return true;
}

static bool read_all(int file, const char *path, GByteArray *bytes, GError **error)
{
    guint8 chunk[65536];
    ssize_t got = 0;
    while ((got = read(file, chunk, sizeof chunk)) > 0) {
        if (bytes->len + (gsize)got > FILE_MOST)
            return fault_raise(error, FAULT_DATA, "%s is too long for an advisory", path);
        g_byte_array_append(bytes, chunk, (guint)got);
    }
    return got == 0 ||
           fault_raise(error, FAULT_IO, "%s cannot be read: %s", path, g_strerror(errno));
}

GBytes *intake_read(const char *path, GError **error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        fault_raise(error, FAULT_NOINPUT, "%s cannot be opened: %s", path, g_strerror(errno));
        return NULL;
    }
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool read = check_regular(file, path, error) && read_all(file, path, bytes, error);
    close(file);
    return read ? g_byte_array_free_to_bytes(g_steal_pointer(&bytes)) : NULL;
}

/* What one text is worth, before anything is written. */
struct case_ {
    const struct layout *layout;
    struct armour *armour;
    struct text *text;
    struct pgp_signature signature;
    GPtrArray *parts;   /* of its mail: struct mime_part *; NULL: a text alone */
    GPtrArray *patches; /* struct enclosure *, likewise */
    char *remarks;
    guint8 signed_sha256[RECORD_DIGEST], plain_sha256[RECORD_DIGEST];
    gint64 now;
};

static void case_clear(struct case_ *one)
{
    g_clear_pointer(&one->armour, armour_free);
    g_clear_pointer(&one->patches, g_ptr_array_unref);
    g_clear_pointer(&one->parts, g_ptr_array_unref);
    g_clear_pointer(&one->remarks, g_free);
    g_clear_pointer(&one->text, text_free);
    pgp_signature_clear(&one->signature);
}

/* gpg and armour.c must have read the same text; gpg may leave out the last line end. */
static bool same_text(const struct armour *armour, const char *text)
{
    gsize length = strlen(text);
    gsize most = armour->length;
    return (length == most || length + 1 == most) && memcmp(text, armour->text, length) == 0;
}

static bool check_signature(const struct case_ *one, const char *text, GError **error)
{
    enum pgp_verdict verdict = one->signature.verdict;
    if (verdict != PGP_GOOD && verdict != PGP_KEY_EXPIRED && verdict != PGP_EXPIRED)
        return fault_raise(error, FAULT_DATA, "%s%s%s", pgp_verdict_words(verdict),
                           verdict == PGP_UNKNOWN_KEY ? ": take in the key with --key, of " : "",
                           verdict == PGP_UNKNOWN_KEY ? one->signature.fingerprint : "");
    return same_text(one->armour, text) ||
           fault_raise(error, FAULT_DATA, "gpg reads another text in it than barograph does");
}

/* What is imported counts as public from then on. */
static bool check_public(const struct text *text, GError **error)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint j = 0; section->kind == TEXT_BANNER && j < section->blocks->len; j++) {
            const struct text_block *block = section->blocks->pdata[j];
            g_autofree char *small =
                block->words == NULL ? g_strdup("") : g_ascii_strdown(block->words, -1);
            if (strstr(small, "embargo") != NULL)
                return fault_raise(error, FAULT_DATA,
                                   "a mark before the heading says that it is under embargo, and "
                                   "what is imported counts as public");
        }
    }
    return true;
}

static bool examine(struct case_ *one, struct pgp *pgp, GBytes *bytes, GError **error)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *text = NULL;
    one->armour = armour_read(data == NULL ? "" : data, length, error);
    if (one->armour == NULL || !pgp_verify(pgp, data, length, &one->signature, &text, error) ||
        !check_signature(one, text, error))
        return false;
    record_digest(data, length, one->signed_sha256);
    record_digest(one->armour->text, one->armour->length, one->plain_sha256);
    one->text = text_parse(one->armour->text, one->armour->length, TEXT_WHOLE, one->layout, error);
    return one->text != NULL && check_public(one->text, error);
}

static gint64 version_of(const struct text *text)
{
    return text->version > 0 ? text->version : 1;
}

/* Which version of the record it is, 0: none; other bytes, or an advisory made here, are refused.
 */
static bool find_known(struct store *store, const struct case_ *one, gint64 advisory,
                       gint64 *ret_known, gint64 *ret_newest, GError **error)
{
    g_autoptr(GPtrArray) versions = record_versions(store, advisory, error);
    *ret_known = 0;
    *ret_newest = 0;
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        const struct record_version *version = versions->pdata[i];
        *ret_newest = version->version;
        if (!version->imported)
            return fault_raise(error, FAULT_DATA,
                               "advisory %s was made here: nothing is imported over it",
                               one->text->number);
        if (version->version != version_of(one->text))
            continue;
        if (memcmp(version->plain_sha256, one->plain_sha256, RECORD_DIGEST) != 0)
            return fault_raise(error, FAULT_DATA,
                               "version %" G_GINT64_FORMAT
                               " of advisory %s is in the record, with another text",
                               version->version, one->text->number);
        *ret_known = version->id;
    }
    return versions != NULL &&
           (versions->len > 0 || fault_raise(error, FAULT_DATA,
                                             "advisory %s is being written here: nothing is "
                                             "imported over it",
                                             one->text->number));
}

/* What was written is read again, from its rows, before it is sealed. */
static bool check_rows(struct store *store, const struct case_ *one, gint64 id, GError **error)
{
    g_autoptr(Text) again = record_load_text(store, id, error);
    g_autofree char *written = again == NULL ? NULL : text_render(again, one->layout, error);
    if (written == NULL)
        return false;
    return strcmp(written, one->armour->text) == 0 ||
           fault_raise(error, FAULT_INTERNAL,
                       "the text would not be written again as it was read: nothing is imported");
}

static bool is_kept(const GPtrArray *kept, const char *name)
{
    for (guint i = 0; i < kept->len; i++)
        if (g_str_equal(((const struct record_patch *)kept->pdata[i])->name, name))
            return true;
    return false;
}

/* Those that the version does not have yet; a text alone adds none. */
static bool add_patches(struct store *store, const struct case_ *one, gint64 version,
                        guint *ret_added, GError **error)
{
    g_autoptr(GPtrArray) kept = record_patches(store, version, error);
    guint added = 0;
    if (kept == NULL)
        return false;
    for (guint i = 0; one->patches != NULL && i < one->patches->len; i++) {
        const struct enclosure *patch = one->patches->pdata[i];
        if (is_kept(kept, patch->name))
            continue;
        if (!record_add_patch(store, version, kept->len + added, patch->name, patch->bytes, error))
            return false;
        added++;
    }
    *ret_added = added;
    return true;
}

static bool add_version(struct store *store, const struct case_ *one, gint64 advisory,
                        GError **error)
{
    struct record_version version = {.advisory = advisory,
                                     .version = version_of(one->text),
                                     .public_text = true,
                                     .imported = true,
                                     .made_at = one->now,
                                     .frozen_at = one->now,
                                     .armour = one->armour->signature,
                                     .signer = one->signature.fingerprint,
                                     .digest = one->signature.digest,
                                     .signature_at = one->signature.time};
    memcpy(version.signed_sha256, one->signed_sha256, RECORD_DIGEST);
    memcpy(version.plain_sha256, one->plain_sha256, RECORD_DIGEST);
    guint files = 0;
    return record_add_version(store, &version, &version.id, error) &&
           record_save_text(store, version.id, one->text, error) &&
           add_patches(store, one, version.id, &files, error) &&
           check_rows(store, one, version.id, error) && record_seal_version(store, &version, error);
}

static bool note(struct store *store, const struct case_ *one, gint64 advisory, gint64 newest,
                 GError **error)
{
    g_autofree char *who = desk_user();
    g_autofree char *detail = g_strdup_printf("version %" G_GINT64_FORMAT ", signed by %s",
                                              version_of(one->text), one->signature.fingerprint);
    struct record_event event = {one->now, who, (char *)(gsize) "imported", detail};
    if (!record_add_event(store, advisory, &event, error))
        return false;
    return version_of(one->text) < newest ||
           (record_set_state(store, advisory, newest == 0 ? "public" : "updated", error) &&
            record_set_list(store, advisory, RECORD_CVES, one->text->cves, error));
}

/* Patches may come after their text: the signed sums, which the record has, let them in. */
static bool add_late(struct store *store, const struct case_ *one, gint64 advisory, gint64 version,
                     guint *ret_added, GError **error)
{
    if (!add_patches(store, one, version, ret_added, error))
        return false;
    if (*ret_added == 0)
        return true;
    g_autofree char *who = desk_user();
    g_autofree char *detail =
        g_strdup_printf("version %" G_GINT64_FORMAT ", %u more file%s", version_of(one->text),
                        *ret_added, *ret_added == 1 ? "" : "s");
    struct record_event event = {one->now, who, (char *)(gsize) "imported", detail};
    return record_add_event(store, advisory, &event, error);
}

static bool keep(struct store *store, const struct case_ *one, struct intake *intake,
                 GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(RecordAdvisory) found = record_find(store, one->text->number, &reason);
    gint64 advisory = found == NULL ? 0 : found->id, newest = 0, known = 0;
    if (found == NULL && !g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT)) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    if (found != NULL && !find_known(store, one, advisory, &known, &newest, error))
        return false;
    intake->known = known != 0;
    if (intake->known)
        return add_late(store, one, advisory, known, &intake->added, error);
    return (found != NULL || record_make(store, one->text->number, one->now, &advisory, error)) &&
           add_version(store, one, advisory, error) && note(store, one, advisory, newest, error);
}

static bool keep_whole(struct store *store, const struct case_ *one, struct intake *intake,
                       GError **error)
{
    bool done =
        store_begin(store, error) && keep(store, one, intake, error) && store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done;
}

static bool count_files(struct store *store, const struct case_ *one, guint *ret_files,
                        GError **error)
{
    g_autoptr(RecordAdvisory) advisory = record_find(store, one->text->number, error);
    g_autoptr(GPtrArray) versions =
        advisory == NULL ? NULL : record_versions(store, advisory->id, error);
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        const struct record_version *version = versions->pdata[i];
        if (version->version != version_of(one->text))
            continue;
        g_autoptr(GPtrArray) files = record_patches(store, version->id, error);
        if (files == NULL)
            return false;
        *ret_files = files->len;
    }
    return versions != NULL;
}

/* What was read, kept, and told. */
static bool settle(struct desk *desk, struct case_ *one, struct intake *ret_intake, GError **error)
{
    struct intake intake = {0};
    if (!keep_whole(desk_store(desk), one, &intake, error) ||
        !count_files(desk_store(desk), one, &intake.files, error))
        return false;
    intake.number = g_strdup(one->text->number);
    intake.version = version_of(one->text);
    intake.remarks = g_steal_pointer(&one->remarks);
    intake.signature = one->signature;
    one->signature = (struct pgp_signature){0};
    *ret_intake = intake;
    return true;
}

bool intake_text(struct desk *desk, struct pgp *pgp, const struct layout *layout, GBytes *bytes,
                 gint64 now, struct intake *ret_intake, GError **error)
{
    struct case_ one = {.layout = layout, .now = now};
    bool done = examine(&one, pgp, bytes, error) && settle(desk, &one, ret_intake, error);
    case_clear(&one);
    return done;
}

static bool examine_mail(struct case_ *one, struct pgp *pgp, GBytes *bytes, GError **error)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    one->parts = mime_read(data == NULL ? "" : data, length, error);
    GBytes *text = one->parts == NULL ? NULL : enclosures_text(one->parts, error);
    if (text == NULL || !examine(one, pgp, text, error))
        return false;
    one->patches = enclosures_match(one->parts, one->text, &one->remarks, error);
    return one->patches != NULL;
}

bool intake_mail(struct desk *desk, struct pgp *pgp, const struct layout *layout, GBytes *bytes,
                 gint64 now, struct intake *ret_intake, GError **error)
{
    struct case_ one = {.layout = layout, .now = now};
    bool done = examine_mail(&one, pgp, bytes, error) && settle(desk, &one, ret_intake, error);
    case_clear(&one);
    return done;
}
