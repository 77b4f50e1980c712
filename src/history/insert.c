#include "insert.h"

#include "signature.h"
#include "trailers.h"

#include <string.h>

struct insert {
    struct store *history;
    gint64 repository;
    const struct mention_rules *rules;
    GHashTable *identities; /* "name<address" -> row id in a gint64 */
    GHashTable *paths;      /* path -> row id in a gint64 */
};

struct insert *insert_new(struct store *history, gint64 repository,
                          const struct mention_rules *rules)
{
    struct insert *insert = g_new0(struct insert, 1);
    insert->history = history;
    insert->repository = repository;
    insert->rules = rules;
    insert->identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    insert->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return insert;
}

void insert_free(struct insert *insert)
{
    if (insert == NULL)
        return;
    g_hash_table_unref(insert->identities);
    g_hash_table_unref(insert->paths);
    g_free(insert);
}

/* Finds a row by its texts or adds it: the two statements take the same parameters. */
static bool find_or_add(struct store *history, const char *find, const char *add, const char *first,
                        const char *second, gint64 *ret_id, GError **error)
{
    const char *names[] = {find, add};
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        bool row = false;
        struct store_statement *statement = store_statement(history, names[i]);
        store_bind_text(statement, 1, first, -1);
        if (second != NULL)
            store_bind_text(statement, 2, second, -1);
        if (!store_single(statement, &row, ret_id, error))
            return false;
        if (row)
            return true;
    }
    *ret_id = store_last_id(history);
    return true;
}

static bool intern_identity(struct insert *insert, const char *name, const char *address,
                            gint64 *ret_id, GError **error)
{
    g_autofree char *key = g_strconcat(name, "<", address, NULL);
    const gint64 *known = g_hash_table_lookup(insert->identities, key);
    if (known == NULL) {
        gint64 id = 0;
        if (!find_or_add(insert->history, "mine_find_identity", "mine_add_identity", name, address,
                         &id, error))
            return false;
        gint64 *kept = g_memdup2(&id, sizeof id);
        g_hash_table_insert(insert->identities, g_steal_pointer(&key), kept);
        known = kept;
    }
    *ret_id = *known;
    return true;
}

static bool intern_path(struct insert *insert, const char *path, gint64 *ret_id, GError **error)
{
    const gint64 *known = g_hash_table_lookup(insert->paths, path);
    if (known == NULL) {
        gint64 id = 0;
        if (!find_or_add(insert->history, "mine_find_path", "mine_add_path", path, NULL, &id,
                         error))
            return false;
        gint64 *kept = g_memdup2(&id, sizeof id);
        g_hash_table_insert(insert->paths, g_strdup(path), kept);
        known = kept;
    }
    *ret_id = *known;
    return true;
}

/* A commit may name its encoding; then its text is kept as UTF-8, as git shows it. Text that does
 * not convert stays as it is. */
static char *decode(const struct slice *text, const struct slice *encoding)
{
    char *plain = g_strndup(text->bytes == NULL ? "" : text->bytes, text->length);
    if (encoding->length == 0 || g_str_is_ascii(plain))
        return plain;
    g_autofree char *charset = g_strndup(encoding->bytes, encoding->length);
    char *converted = g_convert(plain, -1, "UTF-8", charset, NULL, NULL, NULL);
    if (converted == NULL)
        return plain;
    g_free(plain);
    return converted;
}

bool insert_identity(struct insert *insert, const struct stamp *stamp, const struct slice *encoding,
                     gint64 *ret_id, GError **error)
{
    g_autofree char *name = decode(&stamp->name, encoding);
    g_autofree char *address = decode(&stamp->address, encoding);
    return intern_identity(insert, name, address, ret_id, error);
}

static bool add_trailers(struct insert *insert, gint64 id, const char *message, gsize length,
                         GError **error)
{
    g_autoptr(GPtrArray) trailers = trailers_find(message, length);
    for (guint i = 0; i < trailers->len; i++) {
        const struct trailer *trailer = g_ptr_array_index(trailers, i);
        gint64 identity = 0;
        if (trailer->person &&
            !intern_identity(insert, trailer->name, trailer->address, &identity, error))
            return false;
        struct store_statement *add = store_statement(insert->history, "mine_add_trailer");
        store_bind_int(add, 1, id);
        store_bind_int(add, 2, i);
        store_bind_text(add, 3, trailer->kind, -1);
        store_bind_text(add, 4, trailer->written, -1);
        store_bind_int(add, 5, trailer->negative);
        if (trailer->person)
            store_bind_int(add, 6, identity);
        store_bind_text(add, 7, trailer->value, -1);
        store_bind_text(add, 8, trailer->qualifier, -1);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

static bool add_origins(struct insert *insert, gint64 id, const char *message, gsize length,
                        GError **error)
{
    g_autoptr(GArray) origins = origins_find(message, length);
    for (guint i = 0; i < origins->len; i++) {
        const struct origin *origin = &g_array_index(origins, struct origin, i);
        struct store_statement *add = store_statement(insert->history, "mine_add_origin");
        store_bind_int(add, 1, id);
        store_bind_int(add, 2, i);
        store_bind_text(add, 3, origin->kind, -1);
        store_bind_text(add, 4, origin->hex, -1);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

static bool add_mentions(struct insert *insert, gint64 id, const char *message, gsize length,
                         GError **error)
{
    g_autoptr(GPtrArray) mentions = mentions_find(insert->rules, message, length);
    for (guint i = 0; i < mentions->len; i++) {
        const struct mention *mention = g_ptr_array_index(mentions, i);
        struct store_statement *add = store_statement(insert->history, "mine_add_mention");
        store_bind_int(add, 1, id);
        store_bind_text(add, 2, mention->advisory, -1);
        store_bind_text(add, 3, mention_claim_name(mention->claim), -1);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

bool insert_mentions(struct insert *insert, gint64 id, const struct commit *commit, GError **error)
{
    g_autofree char *message = decode(&commit->message, &commit->encoding);
    struct store_statement *drop = store_statement(insert->history, "mine_delete_mentions");
    store_bind_int(drop, 1, id);
    return store_run(drop, error) && add_mentions(insert, id, message, strlen(message), error);
}

static bool add_parents(struct insert *insert, gint64 id, const gint64 *parents, guint count,
                        GError **error)
{
    for (guint i = 0; i < count; i++) {
        struct store_statement *add = store_statement(insert->history, "mine_add_parent");
        store_bind_int(add, 1, id);
        store_bind_int(add, 2, i);
        if (parents[i] != 0)
            store_bind_int(add, 3, parents[i]);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

static bool add_commit(struct insert *insert, gint64 id, const guint8 hash[20],
                       const struct commit *commit, const struct slice *message, GError **error)
{
    gint64 author = 0, committer = 0;
    struct signature signature;
    if (!insert_identity(insert, &commit->author, &commit->encoding, &author, error) ||
        !insert_identity(insert, &commit->committer, &commit->encoding, &committer, error))
        return false;
    g_autofree char *subject = commit_subject(message);
    struct store_statement *add = store_statement(insert->history, "mine_add_commit");
    store_bind_int(add, 1, id);
    store_bind_int(add, 2, insert->repository);
    store_bind_blob(add, 3, hash, 20);
    store_bind_int(add, 4, author);
    store_bind_int(add, 5, commit->author.time);
    store_bind_int(add, 6, commit->author.zone);
    store_bind_int(add, 7, committer);
    store_bind_int(add, 8, commit->committer.time);
    store_bind_int(add, 9, commit->committer.zone);
    store_bind_int(add, 10, commit->parent_count);
    if (commit->gpgsig.length > 0 &&
        signature_parse(commit->gpgsig.bytes, commit->gpgsig.length, &signature)) {
        store_bind_text(add, 11, signature.kind, -1);
        store_bind_text(add, 12, signature.signer, -1);
        store_bind_text(add, 13, signature.digest, -1);
    }
    store_bind_text(add, 14, subject, -1);
    return store_run(add, error);
}

bool insert_commit(struct insert *insert, gint64 id, const guint8 hash[20],
                   const struct commit *commit, const gint64 *parents, GError **error)
{
    g_autofree char *message = decode(&commit->message, &commit->encoding);
    struct slice text = {message, strlen(message)};
    return add_commit(insert, id, hash, commit, &text, error) &&
           add_parents(insert, id, parents, commit->parent_count, error) &&
           add_trailers(insert, id, text.bytes, text.length, error) &&
           add_origins(insert, id, text.bytes, text.length, error) &&
           add_mentions(insert, id, text.bytes, text.length, error);
}

static const char *const content_names[] = {
    [COUNT_TEXT] = "text", [COUNT_BINARY] = "binary", [COUNT_MISSING] = "missing"};

static bool add_change(struct insert *insert, const struct batch_change *change, gint64 id,
                       gint64 path, GError **error)
{
    struct store_statement *add = store_statement(insert->history, "mine_add_change");
    store_bind_int(add, 1, id);
    store_bind_int(add, 2, path);
    store_bind_text(add, 3, &change->status, 1);
    store_bind_text(add, 4, content_names[change->content], -1);
    store_bind_int(add, 5, change->added);
    store_bind_int(add, 6, change->deleted);
    return store_run(add, error);
}

static bool add_renames(struct insert *insert, const struct batch *batch, const gint64 *paths,
                        const gint64 *ids, GError **error)
{
    const GArray *renames = batch_renames(batch);
    for (guint i = 0; i < renames->len; i++) {
        const struct batch_rename *rename = &g_array_index(renames, struct batch_rename, i);
        const struct batch_change *born = batch_change(batch, rename->born);
        struct store_statement *add = store_statement(insert->history, "mine_add_rename");
        if (rename->content == COUNT_MISSING)
            continue;
        store_bind_int(add, 1, ids[born->commit]);
        store_bind_int(add, 2, paths[born->path]);
        store_bind_int(add, 3, paths[batch_change(batch, rename->gone)->path]);
        store_bind_int(add, 4, rename->similarity);
        store_bind_text(add, 5, content_names[rename->content], -1);
        store_bind_int(add, 6, rename->added);
        store_bind_int(add, 7, rename->deleted);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

const char *insert_lost_kind(enum object_state state)
{
    return state == OBJECT_MISSING ? "missing" : "corrupt";
}

static bool report_lost(struct insert *insert, const struct batch *batch,
                        const struct batch_change *change, gint64 commit, GError **error)
{
    const struct tree_side *side = change->lost_new ? &change->new : &change->old;
    return change->content != COUNT_MISSING || change->lost == OBJECT_READ ||
           insert_problem(insert, commit, side->id, batch_path(batch, change->path),
                          insert_lost_kind(change->lost),
                          "this version of the file cannot be read: where it came and where it "
                          "went, lines are not counted",
                          error);
}

bool insert_batch(struct insert *insert, const struct batch *batch, const gint64 *ids,
                  GError **error)
{
    g_autofree gint64 *paths = g_new0(gint64, batch_paths(batch) + 1);
    for (guint32 i = 0; i < batch_paths(batch); i++)
        if (!intern_path(insert, batch_path(batch, i), &paths[i], error))
            return false;
    for (guint i = 0; i < batch_size(batch); i++) {
        const struct batch_change *change = batch_change(batch, i);
        if (!add_change(insert, change, ids[change->commit], paths[change->path], error))
            return false;
        if (!report_lost(insert, batch, change, ids[change->commit], error))
            return false;
    }
    return add_renames(insert, batch, paths, ids, error);
}

bool insert_problem(struct insert *insert, gint64 commit, const guint8 id[20], const char *place,
                    const char *kind, const char *detail, GError **error)
{
    char hex[41];
    id_to_hex(id, hex);
    struct store_statement *add = store_statement(insert->history, "mine_add_problem");
    store_bind_int(add, 1, insert->repository);
    store_bind_int(add, 2, commit);
    store_bind_text(add, 3, hex, -1);
    store_bind_text(add, 4, place, -1);
    store_bind_text(add, 5, kind, -1);
    store_bind_text(add, 6, detail, -1);
    return store_run(add, error);
}
