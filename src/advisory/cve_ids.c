#include "cve_ids.h"

#include <string.h>

static void id_free(gpointer pointer)
{
    struct cve_id *id = pointer;
    g_free(id->cve);
    g_free(id->advisory);
    g_free(id->state);
    g_free(id);
}

static gint64 time_of(struct store_statement *query, int column)
{
    return store_column_is_null(query, column) ? G_MININT64 : store_int(query, column);
}

static struct cve_id *id_of(struct store_statement *query)
{
    struct cve_id *id = g_new0(struct cve_id, 1);
    gsize length = 0;
    id->cve = g_strdup(store_text(query, 0));
    id->advisory = store_column_is_null(query, 1) ? NULL : g_strdup(store_text(query, 1));
    id->state = g_strdup(store_text(query, 2));
    id->reserved_at = time_of(query, 3);
    id->sent_at = time_of(query, 4);
    const void *sent = store_blob(query, 5, &length);
    if (length == CVE_IDS_DIGEST)
        memcpy(id->sent, sent, CVE_IDS_DIGEST);
    return id;
}

GPtrArray *cve_ids_all(struct store *desk, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(id_free);
    struct store_statement *query = store_statement(desk, "cve_ids_all");
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&ids);
        g_ptr_array_add(ids, id_of(query));
    }
}

const struct cve_id *cve_ids_find(const GPtrArray *ids, const char *cve)
{
    for (guint i = 0; i < ids->len; i++) {
        const struct cve_id *id = ids->pdata[i];
        if (g_str_equal(id->cve, cve))
            return id;
    }
    return NULL;
}

static void bind_advisory(struct store_statement *statement, int parameter, gint64 advisory)
{
    if (advisory == 0)
        store_bind_null(statement, parameter);
    else
        store_bind_int(statement, parameter, advisory);
}

bool cve_ids_keep(struct store *desk, const char *cve, gint64 advisory, gint64 now, GError **error)
{
    struct store_statement *add = store_statement(desk, "cve_ids_keep");
    store_bind_text(add, 1, cve, -1);
    bind_advisory(add, 2, advisory);
    store_bind_int(add, 3, now);
    return store_run(add, error);
}

bool cve_ids_sent(struct store *desk, const struct cve_id *id, gint64 advisory, GError **error)
{
    struct store_statement *set = store_statement(desk, "cve_ids_sent");
    store_bind_text(set, 1, id->cve, -1);
    bind_advisory(set, 2, advisory);
    store_bind_text(set, 3, id->state, -1);
    store_bind_int(set, 4, id->sent_at);
    store_bind_blob(set, 5, id->sent, CVE_IDS_DIGEST);
    return store_run(set, error);
}

bool cve_ids_ask(struct store *desk, const struct cve_request *request, gint64 *ret_id,
                 GError **error)
{
    struct store_statement *add = store_statement(desk, "cve_ids_ask");
    bind_advisory(add, 1, request->advisory);
    store_bind_text(add, 2, request->kind, -1);
    store_bind_int(add, 3, request->at);
    store_bind_text(add, 4, request->who, -1);
    if (!store_run(add, error))
        return false;
    *ret_id = store_last_id(desk);
    return true;
}

bool cve_ids_settle(struct store *desk, gint64 request, const char *outcome, GError **error)
{
    struct store_statement *set = store_statement(desk, "cve_ids_settle");
    store_bind_int(set, 1, request);
    store_bind_text(set, 2, outcome, -1);
    return store_run(set, error);
}

bool cve_ids_lost(struct store *desk, gint64 advisory, gint64 *ret_at, GError **error)
{
    struct store_statement *query = store_statement(desk, "cve_ids_lost");
    gint64 at = 0;
    bool row = false;
    store_bind_int(query, 1, advisory);
    if (!store_single(query, &row, &at, error))
        return false;
    *ret_at = row ? at : G_MININT64;
    return true;
}

bool cve_ids_forgive(struct store *desk, gint64 advisory, GError **error)
{
    struct store_statement *set = store_statement(desk, "cve_ids_forgive");
    store_bind_int(set, 1, advisory);
    return store_run(set, error);
}
