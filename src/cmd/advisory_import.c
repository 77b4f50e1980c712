/* advisory import: signed texts are verified and kept. */
#include "advisory_room.h"
#include "fault.h"
#include "intake.h"
#include "mime.h"
#include "plan.h"

#include <stdio.h>

#define KEYRING "keyring"

/* The desk's own keyring when there is one, else gpg's. */
static struct pgp *open_keyring(const struct room *room, GError **error)
{
    g_autofree char *folder = g_build_filename(desk_folder(room->desk), KEYRING, NULL);
    bool own = g_file_test(folder, G_FILE_TEST_IS_DIR);
    if (!own && advisory_given.keys != NULL && !desk_make_folder(room->desk, KEYRING, error))
        return NULL;
    g_autoptr(Pgp) pgp = pgp_open(own || advisory_given.keys != NULL ? folder : NULL, error);
    for (char **path = advisory_given.keys; pgp != NULL && path != NULL && *path != NULL; path++) {
        guint count = 0;
        gsize length = 0;
        g_autoptr(GBytes) bytes = intake_read(*path, error);
        const void *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
        if (bytes == NULL || !pgp_import(pgp, data, length, &count, error)) {
            g_prefix_error(error, "%s: ", *path);
            return NULL;
        }
    }
    return g_steal_pointer(&pgp);
}

static const struct table_column import_columns[] = {
    {"file", "File", TABLE_KIND_STRING},
    {"advisory", "Advisory", TABLE_KIND_STRING},
    {"version", "Version", TABLE_KIND_INT},
    {"result", "Result", TABLE_KIND_STRING},
    {"signature", "Signature", TABLE_KIND_STRING},
    {"digest", "Digest", TABLE_KIND_STRING},
    {"signed_at", "Signed", TABLE_KIND_STRING},
    {"signer", "Signer", TABLE_KIND_STRING},
    {"files", "Files", TABLE_KIND_INT},
    {"remarks", "Remarks", TABLE_KIND_STRING},
};

static void add_import(const struct room *room, struct table *table, const char *path,
                       const struct intake *intake)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *id = layout_id(room->layout, intake->number);
    g_autofree char *digest =
        g_strconcat(intake->signature.digest, intake->signature.weak ? " (weak)" : "", NULL);
    g_autofree char *at = plan_time(intake->signature.time);
    table_string(table, name);
    table_string(table, id);
    table_int(table, intake->version);
    table_string(table, !intake->known      ? "imported"
                        : intake->added > 0 ? "files added"
                                            : "already there");
    table_string(table, pgp_verdict_words(intake->signature.verdict));
    table_string(table, digest);
    table_string(table, at);
    table_string(table, intake->signature.fingerprint);
    table_int(table, intake->files);
    table_string(table, intake->remarks);
}

static void add_refusal(struct table *table, const char *path, const GError *reason)
{
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *sentence = fault_sentence(reason);
    g_autofree char *result = g_strconcat("refused: ", sentence, NULL);
    table_string(table, name);
    table_none(table);
    table_none(table);
    table_string(table, result);
    for (guint i = 4; i < G_N_ELEMENTS(import_columns); i++)
        table_none(table);
}

static bool import_file(const struct room *room, struct pgp *pgp, const char *path,
                        struct table *table, GError **error)
{
    struct intake intake = {0};
    gsize length = 0;
    g_autoptr(GBytes) bytes = intake_read(path, error);
    if (bytes == NULL)
        return false;
    const char *data = g_bytes_get_data(bytes, &length);
    bool mail = data != NULL && mime_is_mail(data, length);
    if (!(mail ? intake_mail : intake_text)(room->desk, pgp, room->layout, bytes,
                                            room->context->now, &intake, error))
        return false;
    add_import(room, table, path, &intake);
    intake_clear(&intake);
    return true;
}

/* One file that is refused holds up no other. */
bool verb_import(struct room *room, int argc, char **argv, GError **error)
{
    guint refused = 0;
    g_autoptr(GError) first = NULL;
    g_autoptr(Table) table = table_new(import_columns, G_N_ELEMENTS(import_columns));
    if (argc == 0)
        return fault_raise(error, FAULT_USAGE, "import which files?");
    g_autoptr(Pgp) pgp = room_open(room, DESK_WRITE, error) ? open_keyring(room, error) : NULL;
    if (pgp == NULL)
        return false;
    for (int i = 0; i < argc; i++) {
        g_autoptr(GError) reason = NULL;
        if (import_file(room, pgp, argv[i], table, &reason))
            continue;
        refused++;
        add_refusal(table, argv[i], reason);
        if (first == NULL)
            first = g_steal_pointer(&reason);
    }
    if (refused == 1 && argc == 1) {
        g_propagate_prefixed_error(error, g_steal_pointer(&first), "%s: ", argv[0]);
        return false;
    }
    return room_print(room, table, error) &&
           (refused == 0 ||
            fault_raise(error, FAULT_DATA, "%u of %d files were refused", refused, argc));
}
