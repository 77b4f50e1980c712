#include "seals.h"

#include "commit.h"
#include "fault.h"
#include "objects.h"
#include "pgp.h"
#include "repo.h"
#include "signature.h"

#include <glib/gstdio.h>
#include <string.h>

#define DEEPEST_TAG 8
#define FEWEST_DIGITS 16 /* of a fingerprint's end: a key id */

struct seals {
    struct store *history;
    const struct home *home;
    const struct home_repository *repository;
    struct repo *repo;
    struct objects *objects;
    struct pgp *pgp;
    char *folder; /* where the given keys are while this lasts; NULL: gpg's own */
};

void seal_clear(struct seal *seal)
{
    char *const texts[] = {seal->own_name, seal->kind,   seal->signer, seal->primary,
                           seal->user,     seal->digest, seal->words};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
        g_free(texts[i]);
    *seal = (struct seal){0};
}

static bool import_file(struct seals *seals, const char *path, GError **error)
{
    g_autofree char *bytes = NULL;
    g_autoptr(GError) reason = NULL;
    gsize length = 0;
    guint keys = 0;
    if (!g_file_get_contents(path, &bytes, &length, &reason))
        return fault_raise(error, FAULT_CONFIG, "the keys that [check] names cannot be read: %s",
                           reason->message);
    if (pgp_import(seals->pgp, bytes, length, &keys, &reason))
        return true;
    if (!g_error_matches(reason, FAULT_DOMAIN, FAULT_DATA)) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    return fault_raise(error, FAULT_CONFIG,
                       "%s holds no public key: correct keys in [check] of barograph.conf", path);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool import_folder(struct seals *seals, const char *path, GError **error)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name = NULL;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL)
        if (*name != '.')
            g_ptr_array_add(names, g_build_filename(path, name, NULL));
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++)
        if (!import_file(seals, g_ptr_array_index(names, i), error))
            return false;
    return names->len > 0 ||
           fault_raise(error, FAULT_CONFIG,
                       "%s, which [check] of barograph.conf names, holds no keys", path);
}

/* Given keys are known in a folder of their own, so that nobody else's count. */
static bool open_keys(struct seals *seals, GError **error)
{
    const char *keys = seals->home->check_keys;
    if (keys != NULL)
        seals->folder = g_dir_make_tmp("barograph-keys-XXXXXX", error);
    if (keys != NULL && seals->folder == NULL)
        return false;
    seals->pgp = pgp_open(seals->folder, error);
    if (seals->pgp == NULL || keys == NULL)
        return seals->pgp != NULL;
    return g_file_test(keys, G_FILE_TEST_IS_DIR) ? import_folder(seals, keys, error)
                                                 : import_file(seals, keys, error);
}

struct seals *seals_open(struct store *history, const struct home *home,
                         const struct home_repository *repository, GError **error)
{
    g_autofree char *path = home_repository_path(home, repository);
    g_autoptr(Seals) seals = g_new0(struct seals, 1);
    seals->history = history;
    seals->home = home;
    seals->repository = repository;
    seals->repo = repo_open(repository->name, path, repository->foreign, error);
    if (seals->repo == NULL)
        return NULL;
    seals->objects = objects_open(repo_objects_folder(seals->repo), error);
    if (seals->objects == NULL || !open_keys(seals, error))
        return NULL;
    return g_steal_pointer(&seals);
}

/* gpg puts files and one folder of files there. */
static void remove_folder(const char *path, bool deep)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name = NULL;
    while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);
        if (g_unlink(inner) != 0 && deep)
            remove_folder(inner, false);
    }
    g_rmdir(path);
}

void seals_close(struct seals *seals)
{
    if (seals == NULL)
        return;
    pgp_close(seals->pgp);
    if (seals->folder != NULL)
        remove_folder(seals->folder, true);
    g_free(seals->folder);
    objects_close(seals->objects);
    repo_close(seals->repo);
    g_free(seals);
}

/* The name inside a tag object: its third line. */
static char *inner_name(const struct object *object)
{
    const char *at = strstr(object->bytes, "\ntag ");
    const char *blank = strstr(object->bytes, "\n\n");
    if (at == NULL || (blank != NULL && at > blank))
        return NULL;
    at += strlen("\ntag ");
    g_autofree char *name = g_strndup(at, strcspn(at, "\n"));
    return g_utf8_make_valid(name, -1);
}

static bool is_allowed(const struct seals *seals, const struct pgp_signature *signature)
{
    const char *const names[] = {signature->fingerprint, signature->primary};
    if (seals->home->check_signers == NULL)
        return true;
    for (char **signer = seals->home->check_signers; *signer != NULL; signer++) {
        g_autofree char *end = g_ascii_strup(*signer, -1);
        for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
            if (names[i] != NULL && strlen(end) >= FEWEST_DIGITS && g_str_has_suffix(names[i], end))
                return true;
    }
    return false;
}

/* What gpg would not check for the age of its digest is old, not bad. */
static void judge(struct seals *seals, struct pgp_signature *signature, struct seal *seal)
{
    bool allowed = is_allowed(seals, signature);
    bool whole = signature->verdict == PGP_GOOD || signature->verdict == PGP_KEY_EXPIRED;
    bool old = signature->verdict == PGP_UNCHECKED && signature->weak;
    bool stranger = whole && !allowed;
    seal->good = signature->verdict == PGP_GOOD && allowed;
    seal->bad = stranger || signature->verdict == PGP_BAD || signature->verdict == PGP_KEY_REVOKED;
    seal->weak = signature->weak;
    seal->words = g_strdup(old        ? "signature with a digest too old for gpg to check"
                           : stranger ? "good signature by a key that may not sign releases"
                                      : pgp_verdict_words(signature->verdict));
    g_free(seal->signer);
    seal->signer = g_steal_pointer(&signature->fingerprint);
    seal->primary = g_steal_pointer(&signature->primary);
    seal->user = g_steal_pointer(&signature->user);
    if (!g_str_equal(signature->digest, "unknown")) {
        g_free(seal->digest);
        seal->digest = g_steal_pointer(&signature->digest);
    }
}

static bool verify(struct seals *seals, const struct object *object, const struct tag *tag,
                   struct seal *seal, GError **error)
{
    struct signature seen = {0};
    struct pgp_signature signature = {0};
    g_autoptr(GError) reason = NULL;
    signature_parse(tag->signature.bytes, tag->signature.length, &seen);
    seal->kind = g_strdup(seen.kind == NULL ? "unknown" : seen.kind);
    seal->signer = *seen.signer == '\0' ? NULL : g_strdup(seen.signer);
    seal->digest = seen.digest == NULL || *seen.digest == '\0' ? NULL : g_strdup(seen.digest);
    seal->weak = g_strcmp0(seal->digest, "SHA1") == 0 || g_strcmp0(seal->digest, "MD5") == 0;
    if (!g_str_equal(seal->kind, "openpgp")) {
        seal->words = g_strdup_printf("signature of a kind that is not verified (%s)", seal->kind);
        return true;
    }
    gsize signed_length = (gsize)(tag->signature.bytes - object->bytes);
    if (pgp_verify_detached(seals->pgp, object->bytes, signed_length, tag->signature.bytes,
                            tag->signature.length, &signature, &reason)) {
        judge(seals, &signature, seal);
        pgp_signature_clear(&signature);
        return true;
    }
    if (!g_error_matches(reason, FAULT_DOMAIN, FAULT_DATA)) {
        g_propagate_error(error, g_steal_pointer(&reason));
        return false;
    }
    seal->bad = true;
    seal->words = g_strdup(reason->message);
    return true;
}

/* The outer tag is the one that is named; inner ones are only counted. */
static bool take(struct seals *seals, const struct object *object, struct seal *seal,
                 guint8 next[20], GError **error)
{
    struct tag tag;
    if (!tag_parse(object->bytes, object->length, &tag, error))
        return false;
    memcpy(next, tag.target, 20);
    if (seal->depth++ > 0)
        return true;
    seal->annotated = true;
    seal->own_name = inner_name(object);
    seal->tagged_at = tag.tagger.time;
    if (tag.signature.length > 0)
        return verify(seals, object, &tag, seal, error);
    seal->words = g_strdup("not signed");
    return true;
}

static bool read_target(struct seals *seals, gint64 repository, const char *tag, guint8 ret_id[20],
                        GError **error)
{
    struct store_statement *query = store_statement(seals->history, "seals_tag");
    bool row = false;
    gsize length = 0;
    store_bind_int(query, 1, repository);
    store_bind_text(query, 2, tag, -1);
    if (!store_step(query, &row, error))
        return false;
    const void *target = row ? store_blob(query, 0, &length) : NULL;
    if (length == 20)
        memcpy(ret_id, target, 20);
    if (!store_run(query, error))
        return false;
    return length == 20 ||
           fault_raise(error, FAULT_NOINPUT, "%s has no tag %s", seals->repository->name, tag);
}

static bool read_object(struct seals *seals, const char *name, guint8 id[20], bool *ret_tag,
                        struct seal *seal, GError **error)
{
    struct object object;
    if (objects_read(seals->objects, id, &object) != OBJECT_READ)
        return fault_raise(error, FAULT_DATA,
                           "%s: the tag %s cannot be read from the repository: run git fsck there",
                           seals->repository->name, name);
    *ret_tag = object.kind == OBJECT_TAG;
    bool done = !*ret_tag || take(seals, &object, seal, id, error);
    object_release(&object);
    return done;
}

bool seals_read(struct seals *seals, gint64 repository, const char *tag, struct seal *ret_seal,
                GError **error)
{
    struct seal seal = {0};
    guint8 id[20];
    bool is_tag = true, done = read_target(seals, repository, tag, id, error);
    while (done && is_tag && seal.depth < DEEPEST_TAG)
        done = read_object(seals, tag, id, &is_tag, &seal, error);
    if (!done) {
        seal_clear(&seal);
        return false;
    }
    if (!seal.annotated)
        seal.words = g_strdup("a light tag: it has no date and no signature");
    *ret_seal = seal;
    return true;
}

GPtrArray *seals_names(struct seals *seals, gint64 repository, GError **error)
{
    struct store_statement *query = store_statement(seals->history, "seals_names");
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    bool row = false;
    store_bind_int(query, 1, repository);
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&names);
        g_ptr_array_add(names, g_strdup(store_text(query, 0)));
    }
}
