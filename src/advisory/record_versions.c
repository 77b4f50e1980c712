#include "record_versions.h"

#include "fault.h"

#include <string.h>

void record_version_free(struct record_version *version)
{
    if (version == NULL)
        return;
    g_clear_pointer(&version->signed_bytes, g_bytes_unref);
    g_free(version->armour);
    g_free(version->signer);
    g_free(version->digest);
    g_free(version);
}

static void free_version(gpointer version)
{
    record_version_free(version);
}

static void free_patch(gpointer pointer)
{
    struct record_patch *patch = pointer;
    g_free(patch->name);
    g_bytes_unref(patch->bytes);
    g_free(patch);
}

void record_digest(const void *bytes, gsize length, guint8 *ret_sha256)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize size = RECORD_DIGEST;
    g_checksum_update(sum, bytes, (gssize)length);
    g_checksum_get_digest(sum, ret_sha256, &size);
}

static GBytes *read_bytes(struct store_statement *row, int column)
{
    gsize length = 0;
    const void *bytes = store_blob(row, column, &length);
    return store_column_is_null(row, column) ? NULL : g_bytes_new(bytes, length);
}

static char *read_string(struct store_statement *row, int column)
{
    g_autoptr(GBytes) bytes = read_bytes(row, column);
    gsize length = 0;
    const char *data = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
    return bytes == NULL ? NULL : g_strndup(data == NULL ? "" : data, length);
}

static void read_digest(struct store_statement *row, int column, guint8 *ret_digest)
{
    gsize length = 0;
    const void *digest = store_blob(row, column, &length);
    if (length == RECORD_DIGEST)
        memcpy(ret_digest, digest, RECORD_DIGEST);
}

static struct record_version *read_version(struct store_statement *row, gint64 advisory)
{
    struct record_version *version = g_new0(struct record_version, 1);
    version->id = store_int(row, 0);
    version->advisory = advisory;
    version->version = store_int(row, 1);
    version->public_text = g_str_equal(store_text(row, 2), "public");
    version->imported = g_str_equal(store_text(row, 3), "imported");
    version->made_at = store_int(row, 4);
    version->frozen_at = store_column_is_null(row, 5) ? POLICY_UNKNOWN : store_int(row, 5);
    version->signed_bytes = read_bytes(row, 6);
    read_digest(row, 7, version->signed_sha256);
    read_digest(row, 8, version->plain_sha256);
    version->armour = read_string(row, 9);
    version->signer = read_string(row, 10);
    version->digest = read_string(row, 11);
    version->signature_at = store_int(row, 12);
    return version;
}

GPtrArray *record_versions(struct store *desk, gint64 advisory, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_version);
    struct store_statement *rows = store_statement(desk, "versions_of");
    bool more = true;
    store_bind_int(rows, 1, advisory);
    while (more) {
        if (!store_step(rows, &more, error))
            return NULL;
        if (more)
            g_ptr_array_add(found, read_version(rows, advisory));
    }
    return g_steal_pointer(&found);
}

bool record_add_version(struct store *desk, const struct record_version *version, gint64 *ret_id,
                        GError **error)
{
    struct store_statement *add = store_statement(desk, "versions_add");
    store_bind_int(add, 1, version->advisory);
    store_bind_int(add, 2, version->version);
    store_bind_text(add, 3, version->public_text ? "public" : "members", -1);
    store_bind_text(add, 4, version->imported ? "imported" : "here", -1);
    store_bind_int(add, 5, version->made_at);
    if (!store_run(add, error))
        return false;
    *ret_id = store_last_id(desk);
    return true;
}

bool record_seal_version(struct store *desk, const struct record_version *version, GError **error)
{
    struct store_statement *seal = store_statement(desk, "versions_seal");
    gsize length = 0;
    store_bind_int(seal, 1, version->id);
    if (version->signed_bytes != NULL) {
        const void *bytes = g_bytes_get_data(version->signed_bytes, &length);
        store_bind_blob(seal, 2, bytes, length);
    }
    store_bind_blob(seal, 3, version->signed_sha256, RECORD_DIGEST);
    store_bind_blob(seal, 4, version->plain_sha256, RECORD_DIGEST);
    if (version->armour != NULL)
        store_bind_blob(seal, 5, version->armour, strlen(version->armour));
    store_bind_text(seal, 6, version->signer, -1);
    store_bind_text(seal, 7, version->digest, -1);
    store_bind_int(seal, 8, version->signature_at);
    store_bind_int(seal, 9, version->frozen_at);
    return store_run(seal, error);
}

/* The row of the bytes, made when they are new. */
static bool keep_content(struct store *desk, GBytes *bytes, gint64 *ret_id, GError **error)
{
    guint8 digest[RECORD_DIGEST];
    gsize length = 0;
    bool known = false;
    const void *data = g_bytes_get_data(bytes, &length);
    record_digest(data, length, digest);
    struct store_statement *find = store_statement(desk, "versions_content");
    store_bind_blob(find, 1, digest, sizeof digest);
    if (!store_single(find, &known, ret_id, error) || known)
        return known;
    struct store_statement *add = store_statement(desk, "versions_add_content");
    store_bind_blob(add, 1, digest, sizeof digest);
    store_bind_blob(add, 2, data == NULL ? "" : data, length);
    if (!store_run(add, error))
        return false;
    *ret_id = store_last_id(desk);
    return true;
}

bool record_add_patch(struct store *desk, gint64 version, gint64 position, const char *name,
                      GBytes *bytes, GError **error)
{
    gint64 content = 0;
    if (!keep_content(desk, bytes, &content, error))
        return false;
    struct store_statement *add = store_statement(desk, "versions_add_patch");
    store_bind_int(add, 1, version);
    store_bind_int(add, 2, position);
    store_bind_text(add, 3, name, -1);
    store_bind_int(add, 4, content);
    return store_run(add, error);
}

GPtrArray *record_patches(struct store *desk, gint64 version, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_patch);
    struct store_statement *rows = store_statement(desk, "versions_patches");
    bool more = true;
    store_bind_int(rows, 1, version);
    while (more) {
        if (!store_step(rows, &more, error))
            return NULL;
        if (!more)
            break;
        struct record_patch *patch = g_new0(struct record_patch, 1);
        patch->name = g_strdup(store_text(rows, 0));
        patch->bytes = read_bytes(rows, 1);
        read_digest(rows, 2, patch->sha256);
        g_ptr_array_add(found, patch);
    }
    return g_steal_pointer(&found);
}
