/* advisory freeze: drafts are signed and sealed; advisory take: their dates count. */
#include "advisory_lint.h"
#include "fault.h"
#include "freeze.h"
#include "plan.h"
#include "policy.h"
#include "prompt.h"
#include "take.h"

#include <stdio.h>
#include <string.h>

static const struct table_column columns[] = {
    {"advisory", "Advisory", TABLE_KIND_STRING}, {"version", "Version", TABLE_KIND_INT},
    {"audience", "For", TABLE_KIND_STRING},      {"result", "Result", TABLE_KIND_STRING},
    {"signer", "Signer", TABLE_KIND_STRING},     {"sha256", "SHA-256", TABLE_KIND_STRING},
};

/* One of a batch: ready, frozen, or refused. */
struct one {
    const char *number;
    struct freeze_case *ready;
    GError *reason;
    char *signer, *digest; /* once it is frozen */
};

static void one_clear(gpointer pointer)
{
    struct one *one = pointer;
    freeze_case_free(one->ready);
    g_clear_error(&one->reason);
    g_free(one->signer);
    g_free(one->digest);
}

static const char *signing_key(const struct room *room, GError **error)
{
    const char *key = room->context->home->advisory_signing_key;
    if (key == NULL)
        fault_raise(error, FAULT_CONFIG,
                    "barograph.conf names no signing key: add signing-key with the full "
                    "fingerprint to [advisories]");
    return key;
}

static bool check_policies(const struct room *room, const struct record_conf *conf, GError **error)
{
    g_autofree char *folder = g_build_filename(room->context->home->folder, "policies", NULL);
    g_autoptr(GPtrArray) known = policies_load(folder, error);
    for (guint i = 0; known != NULL && i < conf->policies->len; i++)
        if (policies_find(known, conf->policies->pdata[i], error) == NULL)
            return false;
    return known != NULL;
}

static void prepare(struct room *room, struct one *one)
{
    one->ready = freeze_prepare(room->desk, room->layout, one->number, &one->reason);
    if (one->ready != NULL && check_policies(room, one->ready->manuscript->conf, &one->reason))
        room_lint_passed(room, one->ready->advisory, &one->reason);
}

static bool freeze_one(struct room *room, struct pgp *pgp, const struct freeze_by *by,
                       struct one *one)
{
    struct freeze_seal seal = {0};
    if (!freeze_sign(one->ready, pgp, by, &seal, &one->reason))
        return false;
    if (freeze_keep(room->desk, room->layout, one->ready, &seal, by, &one->reason)) {
        one->signer = g_strdup(seal.signature.fingerprint);
        one->digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, seal.bytes, -1);
    }
    freeze_seal_clear(&seal);
    return true;
}

/* What ails the key ails the whole batch: nobody is asked fifteen times for a passphrase. */
static void freeze_all(struct room *room, struct pgp *pgp, const struct freeze_by *by,
                       GArray *batch)
{
    const GError *trouble = NULL;
    for (guint i = 0; i < batch->len; i++) {
        struct one *one = &g_array_index(batch, struct one, i);
        if (one->reason != NULL)
            continue;
        if (trouble != NULL)
            one->reason = g_error_copy(trouble);
        else if (!freeze_one(room, pgp, by, one) &&
                 !g_error_matches(one->reason, FAULT_DOMAIN, FAULT_DATA))
            trouble = one->reason;
    }
}

static void add_one(const struct room *room, struct table *table, const struct one *one)
{
    g_autofree char *id = layout_id(room->layout, one->number);
    const struct record_conf *conf = one->ready == NULL ? NULL : one->ready->manuscript->conf;
    table_string(table, id);
    if (conf == NULL)
        table_none(table);
    else
        table_int(table, conf->version);
    table_string(table, conf == NULL ? NULL : conf->public_text ? "public" : "members");
    g_autofree char *sentence = one->reason == NULL ? NULL : fault_sentence(one->reason);
    g_autofree char *result =
        sentence == NULL ? g_strdup("frozen") : g_strconcat("refused: ", sentence, NULL);
    table_string(table, result);
    table_string(table, one->signer);
    table_string(table, one->digest);
}

static bool report(const struct room *room, GArray *batch, GError **error)
{
    guint refused = 0;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < batch->len; i++) {
        struct one *one = &g_array_index(batch, struct one, i);
        refused += one->reason != NULL;
        add_one(room, table, one);
    }
    if (refused == 1 && batch->len == 1) {
        g_propagate_error(error, g_steal_pointer(&g_array_index(batch, struct one, 0).reason));
        return false;
    }
    return room_print(room, table, error) &&
           (refused == 0 ||
            fault_raise(error, FAULT_DATA, "%u of %u were not frozen", refused, batch->len));
}

static GArray *make_batch(const struct room *room, int argc, char **argv, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GArray) batch = g_array_new(FALSE, TRUE, sizeof(struct one));
    g_array_set_clear_func(batch, one_clear);
    if (argc == 0)
        fault_raise(error, FAULT_USAGE, "freeze which advisories?");
    for (int i = 0; i < argc; i++) {
        struct one one = {.number = room_need_number(room, argv[i], error)};
        if (one.number == NULL)
            return NULL;
        if (!g_hash_table_add(seen, (gpointer)(gsize)one.number)) {
            fault_raise(error, FAULT_USAGE, "advisory %s is named twice", one.number);
            return NULL;
        }
        g_array_append_val(batch, one);
    }
    return argc == 0 ? NULL : g_steal_pointer(&batch);
}

static bool any_ready(GArray *batch)
{
    for (guint i = 0; i < batch->len; i++)
        if (g_array_index(batch, struct one, i).reason == NULL)
            return true;
    return false;
}

bool verb_freeze(struct room *room, int argc, char **argv, GError **error)
{
    g_autofree char *who = desk_user();
    g_autoptr(GArray) batch = make_batch(room, argc, argv, error);
    struct freeze_by by = {.who = who, .now = room->context->now};
    if (batch == NULL || (by.fingerprint = signing_key(room, error)) == NULL ||
        !room_open(room, DESK_WRITE, error))
        return false;
    for (guint i = 0; i < batch->len; i++)
        prepare(room, &g_array_index(batch, struct one, i));
    g_autoptr(Pgp) pgp = any_ready(batch) ? pgp_open(NULL, error) : NULL;
    if (pgp == NULL && any_ready(batch))
        return false;
    if (pgp != NULL && advisory_given.passphrase_fd >= 0)
        pgp_set_ask(pgp, prompt_descriptor, &advisory_given.passphrase_fd);
    else if (pgp != NULL && prompt_possible())
        pgp_set_last_resort(pgp, prompt_passphrase, NULL);
    freeze_all(room, pgp, &by, batch);
    return report(room, batch, error);
}

/* --- take --- */

static bool take(struct room *room, const char *number, guint *ret_changes, GError **error)
{
    struct store *store = desk_store(room->desk);
    g_autofree char *who = desk_user();
    g_autoptr(RecordAdvisory) advisory = record_find(store, number, error);
    g_autoptr(RecordConf) conf =
        advisory == NULL ? NULL : manuscript_conf(room->desk, room->layout, number, error);
    if (conf == NULL || !check_policies(room, conf, error))
        return false;
    bool done = store_begin(store, error) &&
                take_conf(store, advisory, conf, who, room->context->now, ret_changes, error) &&
                store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done;
}

bool verb_take(struct room *room, int argc, char **argv, GError **error)
{
    guint changes = 0;
    const char *number = NULL;
    if (!room_takes_one("take", argc, error) ||
        (number = room_need_number(room, argv[0], error)) == NULL ||
        !room_open(room, DESK_WRITE, error) || !take(room, number, &changes, error))
        return false;
    g_autofree char *id = layout_id(room->layout, number);
    return printf("%s: %u date%s changed\n", id, changes, changes == 1 ? "" : "s") > 0;
}
