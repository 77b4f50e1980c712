#include "ledger.h"

#include "fault.h"

#include <string.h>

static const char *const verdicts[] = {
    [LEDGER_PERMIT] = "permit",
    [LEDGER_REFUSAL] = "refusal",
    [LEDGER_OVERRIDE] = "override",
    [LEDGER_NOTE] = "note",
};

const char *ledger_verdict_name(enum ledger_verdict verdict)
{
    return verdicts[verdict];
}

static bool parse_verdict(const char *name, enum ledger_verdict *ret_verdict)
{
    for (guint i = 0; i < G_N_ELEMENTS(verdicts); i++)
        if (g_str_equal(verdicts[i], name)) {
            *ret_verdict = (enum ledger_verdict)i;
            return true;
        }
    return false;
}

char *ledger_hex(const guint8 *hash)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < LEDGER_HASH; i++)
        g_string_append_printf(text, "%02x", hash[i]);
    return g_string_free(text, FALSE);
}

/* Every field with its length before it: no two rows give the same bytes. */
static void mix(GChecksum *sum, const void *bytes, gsize length)
{
    g_autofree char *head = g_strdup_printf("%" G_GSIZE_FORMAT ":", length);
    g_checksum_update(sum, (const guchar *)head, -1);
    g_checksum_update(sum, bytes, (gssize)length);
}

static void mix_text(GChecksum *sum, const char *text)
{
    mix(sum, text, strlen(text));
}

static void mix_int(GChecksum *sum, gint64 value)
{
    g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
    mix_text(sum, text);
}

static void hash_row(const guint8 *before, gint64 id, const struct ledger_entry *entry,
                     guint8 *ret_hash)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    gsize length = LEDGER_HASH;
    mix_text(sum, "barograph ledger 1");
    mix(sum, before, LEDGER_HASH);
    mix_int(sum, id);
    mix_int(sum, entry->at);
    mix_text(sum, entry->who);
    mix_text(sum, entry->advisory);
    mix_int(sum, entry->version);
    mix_text(sum, entry->name);
    mix(sum, entry->digest, LEDGER_HASH);
    mix_text(sum, entry->audience);
    mix_text(sum, verdicts[entry->verdict]);
    mix_text(sum, entry->rule);
    mix_text(sum, entry->reason);
    g_checksum_get_digest(sum, ret_hash, &length);
}

static bool read_head(struct store *desk, gint64 *ret_id, guint8 *ret_hash, GError **error)
{
    struct store_statement *head = store_statement(desk, "ledger_head");
    bool row = false;
    if (!store_step(head, &row, error))
        return false;
    *ret_id = 0;
    memset(ret_hash, 0, LEDGER_HASH);
    if (row) {
        gsize length = 0;
        const void *hash = store_blob(head, 1, &length);
        *ret_id = store_int(head, 0);
        if (length == LEDGER_HASH)
            memcpy(ret_hash, hash, LEDGER_HASH);
    }
    store_statement(desk, "ledger_head"); /* lets go of the row */
    return true;
}

static bool add_row(struct store *desk, gint64 id, const struct ledger_entry *entry,
                    const guint8 *hash, GError **error)
{
    struct store_statement *add = store_statement(desk, "ledger_add");
    store_bind_int(add, 1, id);
    store_bind_int(add, 2, entry->at);
    store_bind_text(add, 3, entry->who, -1);
    store_bind_text(add, 4, entry->advisory, -1);
    store_bind_int(add, 5, entry->version);
    store_bind_text(add, 6, entry->name, -1);
    store_bind_blob(add, 7, entry->digest, LEDGER_HASH);
    store_bind_text(add, 8, entry->audience, -1);
    store_bind_text(add, 9, verdicts[entry->verdict], -1);
    store_bind_text(add, 10, entry->rule, -1);
    store_bind_text(add, 11, entry->reason, -1);
    store_bind_blob(add, 12, hash, LEDGER_HASH);
    return store_run(add, error);
}

bool ledger_append_within(struct store *desk, const struct ledger_entry *entries, guint count,
                          GError **error)
{
    guint8 hash[LEDGER_HASH];
    gint64 id = 0;
    if (!read_head(desk, &id, hash, error))
        return false;
    for (guint i = 0; i < count; i++) {
        guint8 before[LEDGER_HASH];
        memcpy(before, hash, LEDGER_HASH);
        hash_row(before, ++id, &entries[i], hash);
        if (!add_row(desk, id, &entries[i], hash, error))
            return false;
    }
    return true;
}

bool ledger_append(struct store *desk, const struct ledger_entry *entries, guint count,
                   GError **error)
{
    bool done = store_begin(desk, error) && ledger_append_within(desk, entries, count, error) &&
                store_commit(desk, error);
    if (!done)
        store_rollback(desk);
    return done;
}

bool ledger_state(struct store *desk, struct ledger_state *ret_state, GError **error)
{
    struct ledger_state state = {.newest = G_MININT64};
    struct store_statement *newest = store_statement(desk, "ledger_newest");
    gint64 id = 0;
    bool row = false;
    if (!store_step(newest, &row, error))
        return false;
    if (row && !store_column_is_null(newest, 0))
        state.newest = store_int(newest, 0);
    state.rows = row ? store_int(newest, 1) : 0;
    store_statement(desk, "ledger_newest");
    if (!read_head(desk, &id, state.head, error))
        return false;
    *ret_state = state;
    return true;
}

/* A row as it stands; its digest and hash may have another length when somebody was at it. */
struct row {
    gint64 id;
    struct ledger_entry entry;
    const guint8 *hash;
    bool whole;
};

static struct row read_row(struct store_statement *rows)
{
    gsize digest = 0, hash = 0;
    struct row row = {.id = store_int(rows, 0)};
    row.entry = (struct ledger_entry){.at = store_int(rows, 1),
                                      .who = store_text(rows, 2),
                                      .advisory = store_text(rows, 3),
                                      .version = store_int(rows, 4),
                                      .name = store_text(rows, 5),
                                      .digest = store_blob(rows, 6, &digest),
                                      .audience = store_text(rows, 7),
                                      .rule = store_text(rows, 9),
                                      .reason = store_text(rows, 10)};
    row.whole = parse_verdict(store_text(rows, 8), &row.entry.verdict);
    row.hash = store_blob(rows, 11, &hash);
    row.whole = row.whole && digest == LEDGER_HASH && hash == LEDGER_HASH;
    return row;
}

static bool check_row(const struct row *row, gint64 expected, const guint8 *before, GError **error)
{
    guint8 hash[LEDGER_HASH];
    if (row->id != expected)
        return fault_raise(error, FAULT_DATA,
                           "the ledger is broken: row %" G_GINT64_FORMAT " is not there", expected);
    if (row->whole) {
        hash_row(before, row->id, &row->entry, hash);
        if (memcmp(hash, row->hash, LEDGER_HASH) == 0)
            return true;
    }
    return fault_raise(error, FAULT_DATA,
                       "the ledger is broken: row %" G_GINT64_FORMAT
                       " is not as it was written, or not where it was",
                       row->id);
}

static bool check_count(struct store *desk, gint64 last, GError **error)
{
    struct store_statement *count = store_statement(desk, "ledger_count_ever");
    bool row = false;
    if (!store_step(count, &row, error))
        return false;
    gint64 ever = row ? store_int(count, 0) : 0;
    store_statement(desk, "ledger_count_ever");
    if (ever == last)
        return true;
    return fault_raise(error, FAULT_DATA,
                       "the ledger is broken: there were %" G_GINT64_FORMAT
                       " rows, and the last one there is has number %" G_GINT64_FORMAT,
                       ever, last);
}

bool ledger_verify(struct store *desk, struct ledger_state *ret_state, GError **error)
{
    struct ledger_state state = {.newest = G_MININT64};
    struct store_statement *rows = store_statement(desk, "ledger_rows");
    bool more = false, good = true;
    while (good && (good = store_step(rows, &more, error)) && more) {
        struct row row = read_row(rows);
        good = check_row(&row, state.rows + 1, state.head, error);
        if (good) {
            memcpy(state.head, row.hash, LEDGER_HASH);
            state.newest = MAX(state.newest, row.entry.at);
            state.rows++;
        }
    }
    store_statement(desk, "ledger_rows");
    if (!good || !check_count(desk, state.rows, error))
        return false;
    *ret_state = state;
    return true;
}

bool ledger_each(struct store *desk, const char *advisory, ledger_visit visit, void *user,
                 GError **error)
{
    struct store_statement *rows = store_statement(desk, "ledger_rows");
    bool more = false;
    while (store_step(rows, &more, error)) {
        if (!more)
            return true;
        struct row row = read_row(rows);
        if (!row.whole) {
            store_statement(desk, "ledger_rows");
            return fault_raise(error, FAULT_DATA,
                               "the ledger is broken at row %" G_GINT64_FORMAT
                               ": barograph ledger verify says more",
                               row.id);
        }
        if (advisory == NULL || g_str_equal(advisory, row.entry.advisory))
            visit(user, row.id, &row.entry);
    }
    return false;
}
