/* cve reject: an id that is not used. */
#include "cve_room.h"
#include "fault.h"
#include "record_versions.h"

#include <stdio.h>
#include <string.h>

enum { REASON_MOST = 4096 };

static bool check_reason(GError **error)
{
    const char *reason = cve_given.reason;
    if (reason == NULL || reason[strspn(reason, " \t\r\n")] == '\0')
        return fault_raise(error, FAULT_USAGE,
                           "reject for which reason? --reason TEXT is what the public reads");
    return (g_utf8_validate(reason, -1, NULL) && g_utf8_strlen(reason, -1) <= REASON_MOST) ||
           fault_raise(error, FAULT_USAGE, "the reason is UTF-8, and has %d characters at most",
                       REASON_MOST);
}

/* Those of withdrawn advisories are used by nobody. The CVE is not quoted: it may be embargoed. */
static bool check_unused(struct cve_room *room, const char *cve, GError **error)
{
    g_autoptr(GPtrArray) all = record_advisories(desk_store(room->desk), error);
    for (guint i = 0; all != NULL && i < all->len; i++) {
        const struct record_advisory *advisory = all->pdata[i];
        g_autoptr(GPtrArray) ids = cve_room_ids(room, advisory, error);
        if (ids == NULL)
            return false;
        if (!g_str_equal(advisory->state, "withdrawn") &&
            g_ptr_array_find_with_equal_func(ids, cve, g_str_equal, NULL))
            return fault_raise(error, FAULT_PERMISSION,
                               "advisory %s has that CVE: take it out of its record.conf first "
                               "(barograph advisory take %s), or withdraw the advisory",
                               advisory->number, advisory->number);
    }
    return all != NULL;
}

static json_t *body_of(const char *reason)
{
    return json_pack("{s:{s:[{s:s, s:s}]}}", "cnaContainer", "rejectedReasons", "lang", "en",
                     "value", reason);
}

/* Whether the record there says just that. */
static bool is_same(const json_t *record, const char *reason)
{
    const json_t *meta = json_object_get(record, "cveMetadata");
    const json_t *cna = json_object_get(json_object_get(record, "containers"), "cna");
    const json_t *first = json_array_get(json_object_get(cna, "rejectedReasons"), 0);
    return g_strcmp0(json_string_value(json_object_get(meta, "state")), "REJECTED") == 0 &&
           g_strcmp0(json_string_value(json_object_get(first, "value")), reason) == 0;
}

static gint64 row_of(struct cve_room *room, const char *number)
{
    g_autoptr(RecordAdvisory) advisory =
        number == NULL ? NULL : record_find(desk_store(room->desk), number, NULL);
    return advisory == NULL ? 0 : advisory->id;
}

static bool note(struct cve_room *room, const char *cve, gint64 advisory, gint64 request,
                 GError **error)
{
    struct store *store = desk_store(room->desk);
    struct cve_id id = {.cve = (char *)(gsize)cve,
                        .state = (char *)(gsize) "rejected",
                        .sent_at = room->context->now};
    const struct record_event event = {room->context->now, room->who, (char *)(gsize) "cve",
                                       (char *)(gsize) "rejected"};
    record_digest(cve_given.reason, strlen(cve_given.reason), id.sent);
    if (!store_begin(store, error))
        return false;
    if (cve_ids_sent(store, &id, advisory, error) &&
        (advisory == 0 || record_add_event(store, advisory, &event, error)) &&
        (request == 0 || cve_ids_settle(store, request, "done", error)) &&
        store_commit(store, error))
        return true;
    store_rollback(store);
    return false;
}

static bool send(struct cve_room *room, const char *cve, gint64 advisory, bool there,
                 gint64 *ret_request, GError **error)
{
    g_autofree char *path = g_strdup_printf("/cve/%s/reject", cve);
    const struct cve_change change = {
        .request = {advisory, "reject", room->context->now, room->who},
        .method = there ? "PUT" : "POST",
        .path = path,
        .body = body_of(cve_given.reason)};
    struct cve_reply reply = {0};
    bool lost = false;
    if (!cve_server_change(room, &change, &reply, ret_request, &lost, error)) {
        if (lost)
            g_prefix_error(error, "whether it was rejected is not known, reject it again: ");
        return false;
    }
    const json_t *record = json_object_get(reply.json, there ? "updated" : "created");
    bool done = is_same(record, cve_given.reason) ||
                fault_raise(error, FAULT_REMOTE,
                            "the CVE server keeps something else than was sent: look at it there");
    cve_reply_clear(&reply);
    return done;
}

bool cve_verb_reject(struct cve_room *room, int argc, char **argv, GError **error)
{
    json_t *record = NULL;
    gint64 request = 0;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE, "reject which CVE?");
    if (!cve_room_check(argv[1], error) || !check_reason(error) ||
        !check_unused(room, argv[1], error) || !cve_server_open(room, error) ||
        !cve_server_record(room, argv[1], &record, error))
        return false;
    g_autoptr(GPtrArray) kept = cve_ids_all(desk_store(room->desk), error);
    const struct cve_id *id = kept == NULL ? NULL : cve_ids_find(kept, argv[1]);
    gint64 advisory = id == NULL ? 0 : row_of(room, id->advisory);
    bool same = is_same(record, cve_given.reason);
    bool done = kept != NULL &&
                (same || send(room, argv[1], advisory, record != NULL, &request, error)) &&
                note(room, argv[1], advisory, request, error);
    json_decref(record);
    if (done && room->context->verbosity >= 0)
        printf("%s\n", same ? "it was rejected already, for that reason" : "rejected");
    return done;
}
