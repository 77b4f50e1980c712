#include "freeze.h"

#include "embargo.h"
#include "fault.h"
#include "lint.h"
#include "record_text.h"
#include "stages.h"
#include "take.h"

#include <string.h>

void freeze_case_free(struct freeze_case *freeze)
{
    if (freeze == NULL)
        return;
    record_advisory_free(freeze->advisory);
    manuscript_free(freeze->manuscript);
    text_free(freeze->text);
    g_free(freeze->plain);
    g_clear_pointer(&freeze->findings, g_ptr_array_unref);
    g_free(freeze);
}

static bool check_version(struct store *store, const struct record_advisory *advisory,
                          const struct record_conf *conf, GError **error)
{
    g_autoptr(GPtrArray) versions = record_versions(store, advisory->id, error);
    if (versions == NULL)
        return false;
    const struct record_version *newest =
        versions->len == 0 ? NULL : versions->pdata[versions->len - 1];
    gint64 next = newest == NULL ? 1 : newest->version + 1;
    if (conf->version < next)
        return fault_raise(error, FAULT_DATA,
                           "version %" G_GINT64_FORMAT
                           " of advisory %s is frozen already: barograph advisory revise %s begins "
                           "the next",
                           conf->version, advisory->number, advisory->number);
    return conf->version == next ||
           fault_raise(error, FAULT_DATA,
                       "record.conf of advisory %s says that it is version %" G_GINT64_FORMAT
                       ", but the next is %" G_GINT64_FORMAT,
                       advisory->number, conf->version, next);
}

static void set_aside(GPtrArray *findings, const struct record_conf *conf)
{
    for (guint i = 0; i < conf->waivers->len; i++) {
        const struct record_conf_waiver *waiver = conf->waivers->pdata[i];
        lint_waive(findings, lint_find_rule(waiver->finding), waiver->reason);
    }
}

static bool lint(struct freeze_case *freeze, const struct layout *layout, GError **error)
{
    const struct lint_case lint = {.bytes = freeze->plain,
                                   .length = strlen(freeze->plain),
                                   .form = TEXT_WHOLE,
                                   .layout = layout,
                                   .files = freeze->manuscript->sums};
    freeze->findings = lint_check(&lint, error);
    if (freeze->findings != NULL)
        set_aside(freeze->findings, freeze->manuscript->conf);
    return freeze->findings != NULL;
}

struct freeze_case *freeze_prepare(struct desk *desk, const struct layout *layout,
                                   const char *number, GError **error)
{
    g_autoptr(FreezeCase) freeze = g_new0(struct freeze_case, 1);
    freeze->advisory = record_find(desk_store(desk), number, error);
    if (freeze->advisory == NULL)
        return NULL;
    freeze->after = stage_after(number, freeze->advisory->state, STAGE_FREEZE, error);
    if (freeze->after == NULL)
        return NULL;
    freeze->manuscript = manuscript_read(desk, layout, number, error);
    if (freeze->manuscript == NULL ||
        !check_version(desk_store(desk), freeze->advisory, freeze->manuscript->conf, error))
        return NULL;
    freeze->text = manuscript_compose(freeze->manuscript, layout, error);
    freeze->plain = freeze->text == NULL ? NULL : text_render(freeze->text, layout, error);
    return freeze->plain != NULL && lint(freeze, layout, error) ? g_steal_pointer(&freeze) : NULL;
}

/* Whoever asks lint for more has said more; this much is never signed. */
static bool check_findings(const struct freeze_case *freeze, GError **error)
{
    guint errors = lint_count(freeze->findings, LINT_ERROR);
    return errors == 0 ||
           fault_raise(error, FAULT_DATA,
                       "lint found %u error%s: barograph advisory lint %s shows them", errors,
                       errors == 1 ? "" : "s", freeze->advisory->number);
}

bool freeze_sign(const struct freeze_case *freeze, struct pgp *pgp, const struct freeze_by *by,
                 struct freeze_seal *ret_seal, GError **error)
{
    struct freeze_seal seal = {0};
    if (!check_findings(freeze, error) ||
        !pgp_clearsign(pgp, by->fingerprint, freeze->plain, &seal.bytes, &seal.signature, error))
        return false;
    *ret_seal = seal;
    return true;
}

void freeze_seal_clear(struct freeze_seal *seal)
{
    g_clear_pointer(&seal->bytes, g_free);
    pgp_signature_clear(&seal->signature);
}

/* --- keeping --- */

struct keeping {
    struct store *store;
    const struct layout *layout;
    const struct freeze_case *freeze;
    const struct freeze_seal *seal;
    const struct freeze_by *by;
    struct record_version version;
};

static bool keep_text(struct keeping *keeping, GError **error)
{
    const struct freeze_case *freeze = keeping->freeze;
    g_autoptr(Text) again = NULL;
    g_autofree char *plain = NULL;
    if (!record_save_text(keeping->store, keeping->version.id, freeze->text, error))
        return false;
    again = record_load_text(keeping->store, keeping->version.id, error);
    plain = again == NULL ? NULL : text_render(again, keeping->layout, error);
    return plain != NULL && (g_str_equal(plain, freeze->plain) ||
                             fault_raise(error, FAULT_INTERNAL,
                                         "the text would not be written again as it was signed: "
                                         "nothing is frozen"));
}

static bool keep_files(struct keeping *keeping, GError **error)
{
    const GPtrArray *files = keeping->freeze->manuscript->files;
    for (guint i = 0; i < files->len; i++) {
        const struct record_patch *file = files->pdata[i];
        if (!record_add_patch(keeping->store, keeping->version.id, i, file->name, file->bytes,
                              error))
            return false;
    }
    return true;
}

/* As the database gives it back, against what was signed. */
static bool check_kept(const struct keeping *keeping, GError **error)
{
    const GPtrArray *files = keeping->freeze->manuscript->files;
    g_autoptr(GPtrArray) versions =
        record_versions(keeping->store, keeping->version.advisory, error);
    g_autoptr(GPtrArray) kept =
        versions == NULL ? NULL : record_patches(keeping->store, keeping->version.id, error);
    if (kept == NULL)
        return false;
    const struct record_version *newest =
        versions->len == 0 ? NULL : versions->pdata[versions->len - 1];
    bool same = newest != NULL && newest->signed_bytes != NULL && kept->len == files->len &&
                g_bytes_equal(newest->signed_bytes, keeping->version.signed_bytes);
    for (guint i = 0; same && i < files->len; i++) {
        const struct record_patch *file = files->pdata[i], *copy = kept->pdata[i];
        same = g_str_equal(file->name, copy->name) && g_bytes_equal(file->bytes, copy->bytes);
    }
    return same || fault_raise(error, FAULT_INTERNAL,
                               "the record does not give back what was signed: nothing is frozen");
}

static bool note(const struct keeping *keeping, GError **error)
{
    const struct record_version *version = &keeping->version;
    const GPtrArray *patches = keeping->freeze->manuscript->files;
    g_autofree struct embargo_file *files = g_new0(struct embargo_file, patches->len + 1);
    g_autofree char *detail =
        g_strdup_printf("version %" G_GINT64_FORMAT " for %s, signed by %s", version->version,
                        version->public_text ? "the public" : "members", version->signer);
    struct record_event event = {keeping->by->now, (char *)(gsize)keeping->by->who,
                                 (char *)(gsize) "frozen", detail};
    files[0].name = "";
    memcpy(files[0].digest, version->signed_sha256, EMBARGO_DIGEST);
    for (guint i = 0; i < patches->len; i++) {
        const struct record_patch *patch = patches->pdata[i];
        files[i + 1].name = patch->name;
        memcpy(files[i + 1].digest, patch->sha256, EMBARGO_DIGEST);
    }
    const struct embargo_notice notice = {
        .advisory = keeping->freeze->advisory->number,
        .version = version->version,
        .audience = embargo_audience_name(version->public_text ? EMBARGO_PUBLIC : EMBARGO_MEMBERS),
        .files = files,
        .count = patches->len + 1,
        .who = keeping->by->who,
        .now = keeping->by->now,
        .what = "frozen",
        .reason = ""};
    return record_add_event(keeping->store, version->advisory, &event, error) &&
           embargo_note(keeping->store, &notice, error);
}

static bool keep(struct keeping *keeping, GError **error)
{
    const struct record_advisory *advisory = keeping->freeze->advisory;
    guint changes = 0;
    return record_add_version(keeping->store, &keeping->version, &keeping->version.id, error) &&
           keep_text(keeping, error) && keep_files(keeping, error) &&
           record_seal_version(keeping->store, &keeping->version, error) &&
           check_kept(keeping, error) &&
           take_conf(keeping->store, advisory, keeping->freeze->manuscript->conf, keeping->by->who,
                     keeping->by->now, &changes, error) &&
           record_set_state(keeping->store, advisory->id, keeping->freeze->after, error) &&
           note(keeping, error);
}

bool freeze_keep(struct desk *desk, const struct layout *layout, const struct freeze_case *freeze,
                 const struct freeze_seal *seal, const struct freeze_by *by, GError **error)
{
    const struct record_conf *conf = freeze->manuscript->conf;
    gsize length = strlen(seal->bytes);
    g_autoptr(GBytes) bytes = g_bytes_new(seal->bytes, length);
    struct keeping keeping = {.store = desk_store(desk),
                              .layout = layout,
                              .freeze = freeze,
                              .seal = seal,
                              .by = by,
                              .version = {.advisory = freeze->advisory->id,
                                          .version = conf->version,
                                          .public_text = conf->public_text,
                                          .made_at = by->now,
                                          .frozen_at = by->now,
                                          .signed_bytes = bytes,
                                          .signer = seal->signature.fingerprint,
                                          .digest = seal->signature.digest,
                                          .signature_at = seal->signature.time}};
    record_digest(seal->bytes, length, keeping.version.signed_sha256);
    record_digest(freeze->plain, strlen(freeze->plain), keeping.version.plain_sha256);
    bool done = store_begin(keeping.store, error) && keep(&keeping, error) &&
                store_commit(keeping.store, error);
    if (!done)
        store_rollback(keeping.store);
    return done;
}
