/* The versions of advisories in the record: made, sealed, never changed again. */
#ifndef RECORD_VERSIONS_H
#define RECORD_VERSIONS_H

#include "policy.h"
#include "store.h"

enum { RECORD_DIGEST = 32 }; /* bytes of a SHA-256 */

struct record_version {
    gint64 id, advisory;
    gint64 version;
    bool public_text; /* meant for everybody, else for members */
    bool imported;
    gint64 made_at, frozen_at; /* frozen_at: POLICY_UNKNOWN for a draft */
    guint8 signed_sha256[RECORD_DIGEST], plain_sha256[RECORD_DIGEST];
    GBytes *signed_bytes;  /* NULL: imported */
    char *armour;          /* an imported text's signature, else NULL */
    char *signer, *digest; /* fingerprint in capitals, "SHA256"; NULL in drafts */
    gint64 signature_at;   /* seconds UTC */
};
void record_version_free(struct record_version *version);
typedef struct record_version RecordVersion;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecordVersion, record_version_free)

/* By their number: struct record_version *, owned by the array. */
GPtrArray *record_versions(struct store *desk, gint64 advisory, GError **error);

/* Changes; the caller holds the transaction. */
bool record_add_version(struct store *desk, const struct record_version *version, gint64 *ret_id,
                        GError **error);
/* From here on nothing of it changes: digests, signature and frozen_at are taken from `version`. */
bool record_seal_version(struct store *desk, const struct record_version *version, GError **error);
/* A file that belongs to the version, after those it has; bytes that are known are kept once. */
bool record_add_patch(struct store *desk, gint64 version, gint64 position, const char *name,
                      GBytes *bytes, GError **error);

struct record_patch {
    char *name;
    GBytes *bytes;
    guint8 sha256[RECORD_DIGEST];
};
/* In the order of the sums: struct record_patch *, owned by the array. */
GPtrArray *record_patches(struct store *desk, gint64 version, GError **error);

void record_digest(const void *bytes, gsize length, guint8 *ret_sha256);

#endif
