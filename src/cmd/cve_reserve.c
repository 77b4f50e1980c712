/* cve reserve: ids for an advisory. */
#include "clock.h"
#include "cve_room.h"
#include "fault.h"
#include "manuscript.h"
#include "plan.h"

#include <stdio.h>
#include <string.h>

enum { AMOUNT_MOST = 100, YEAR_LEAST = 1999 };

static bool check_given(gint64 year, GError **error)
{
    if (cve_given.amount < 1 || cve_given.amount > AMOUNT_MOST)
        return fault_raise(error, FAULT_USAGE, "--amount takes 1 to %d", AMOUNT_MOST);
    return (cve_given.year >= YEAR_LEAST && cve_given.year <= year + 1) || cve_given.year == 0 ||
           fault_raise(error, FAULT_USAGE, "--year takes %d to %" G_GINT64_FORMAT, YEAR_LEAST,
                       year + 1);
}

static bool check_open(const struct record_advisory *advisory, GError **error)
{
    return !g_str_equal(advisory->state, "withdrawn") ||
           fault_raise(error, FAULT_DATA, "advisory %s was withdrawn: it needs no CVE",
                       advisory->number);
}

static bool check_lost(struct cve_room *room, const struct record_advisory *advisory,
                       GError **error)
{
    gint64 at = G_MININT64;
    if (!cve_ids_lost(desk_store(room->desk), advisory->id, &at, error))
        return false;
    if (at == G_MININT64 || cve_given.again)
        return true;
    g_autofree char *time = plan_time(at);
    return fault_raise(error, FAULT_UNAVAILABLE,
                       "ids were asked for on %s and the answer was lost: barograph cve list "
                       "--server shows what is reserved and no advisory has; barograph cve reserve "
                       "%s --take CVE keeps one, --again asks for others",
                       time, advisory->number);
}

/* --- keeping --- */

static GPtrArray *with_old(struct cve_room *room, const struct record_advisory *advisory,
                           const GPtrArray *ids, GError **error)
{
    GPtrArray *list = record_cves(desk_store(room->desk), advisory->id, error);
    for (guint i = 0; list != NULL && i < ids->len; i++)
        if (!g_ptr_array_find_with_equal_func(list, ids->pdata[i], g_str_equal, NULL))
            g_ptr_array_add(list, g_strdup(ids->pdata[i]));
    return list;
}

static bool keep_within(struct cve_room *room, const struct record_advisory *advisory,
                        const GPtrArray *ids, gint64 request, GError **error)
{
    struct store *store = desk_store(room->desk);
    const struct record_event event = {room->context->now, room->who, (char *)(gsize) "cve",
                                       (char *)(gsize) "reserved"};
    g_autoptr(GPtrArray) list = with_old(room, advisory, ids, error);
    if (list == NULL)
        return false;
    for (guint i = 0; i < ids->len; i++)
        if (!cve_ids_keep(store, ids->pdata[i], advisory->id, room->context->now, error))
            return false;
    return record_set_list(store, advisory->id, RECORD_CVES, list, error) &&
           record_add_event(store, advisory->id, &event, error) &&
           cve_ids_forgive(store, advisory->id, error) &&
           (request == 0 || cve_ids_settle(store, request, "done", error));
}

static bool keep(struct cve_room *room, const struct record_advisory *advisory,
                 const GPtrArray *ids, gint64 request, GError **error)
{
    struct store *store = desk_store(room->desk);
    if (!store_begin(store, error))
        return false;
    if (keep_within(room, advisory, ids, request, error) && store_commit(store, error))
        return true;
    store_rollback(store);
    return false;
}

/* --- record.conf --- */

/* Whether the folder has a version that may still be written. */
static bool is_draft(struct cve_room *room, const struct record_advisory *advisory,
                     const struct record_conf *conf)
{
    g_autoptr(GPtrArray) versions = record_versions(desk_store(room->desk), advisory->id, NULL);
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        const struct record_version *version = versions->pdata[i];
        if (version->frozen_at != POLICY_UNKNOWN && version->version >= conf->version)
            return false;
    }
    return versions != NULL;
}

static bool write_draft(struct cve_room *room, const struct record_advisory *advisory,
                        const struct record_conf *conf, const GPtrArray *ids, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (guint i = 0; i < conf->cves->len; i++)
        g_ptr_array_add(list, conf->cves->pdata[i]);
    for (guint i = 0; i < ids->len; i++)
        if (!g_ptr_array_find_with_equal_func(list, ids->pdata[i], g_str_equal, NULL))
            g_ptr_array_add(list, ids->pdata[i]);
    g_ptr_array_add(list, NULL);
    const struct record_conf_change changes[] = {
        {"advisory", "cves", NULL, (const char *const *)list->pdata}, {.group = NULL}};
    return manuscript_change_conf(room->desk, room->layout, advisory->number, changes, error);
}

/* They are in the record by now: whatever happens here, they are not lost. */
static bool enter(struct cve_room *room, const struct record_advisory *advisory,
                  const GPtrArray *ids, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(RecordConf) conf =
        manuscript_conf(room->desk, room->layout, advisory->number, &reason);
    if (conf != NULL && is_draft(room, advisory, conf) &&
        write_draft(room, advisory, conf, ids, &reason))
        return true;
    if (conf != NULL && reason == NULL) {
        fprintf(stderr,
                "barograph: its newest version is frozen: put what was reserved into record.conf "
                "of the next, which barograph advisory revise %s begins\n",
                advisory->number);
        return true;
    }
    g_autofree char *sentence = fault_sentence(reason);
    return fault_raise(error, FAULT_DATA,
                       "what was reserved is kept, but not in record.conf (%s): barograph cve list "
                       "has it",
                       sentence);
}

static void tell(const GPtrArray *ids)
{
    for (guint i = 0; i < ids->len; i++)
        printf("%s\n", (const char *)ids->pdata[i]);
    fflush(stdout);
}

/* --- asking --- */

static GPtrArray *read_ids(const json_t *answer)
{
    GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);
    const json_t *list = json_object_get(answer, "cve_ids");
    for (gsize i = 0; i < json_array_size(list); i++) {
        const char *cve = json_string_value(json_object_get(json_array_get(list, i), "cve_id"));
        if (cve != NULL && cve_room_check(cve, NULL))
            g_ptr_array_add(ids, g_strdup(cve));
    }
    return ids;
}

static bool lose(const struct record_advisory *advisory, GError **error)
{
    g_prefix_error(error,
                   "whether ids were reserved for advisory %s is not known (barograph cve list "
                   "--server tells): ",
                   advisory->number);
    return false;
}

/* NULL with *error. */
static GPtrArray *ask(struct cve_room *room, const struct record_advisory *advisory, gint64 year,
                      gint64 *ret_request, GError **error)
{
    const struct home_publish *publish = &room->context->home->publish;
    g_autofree char *name = g_uri_escape_string(publish->cve_short_name, NULL, FALSE);
    g_autofree char *path = g_strdup_printf(
        "/cve-id?amount=%" G_GINT64_FORMAT "&cve_year=%" G_GINT64_FORMAT "%s&short_name=%s",
        cve_given.amount, year, cve_given.amount > 1 ? "&batch_type=sequential" : "", name);
    const struct cve_change change = {
        .request = {advisory->id, "reserve", room->context->now, room->who},
        .method = "POST",
        .path = path};
    struct cve_reply reply = {0};
    bool lost = false;
    if (!cve_server_change(room, &change, &reply, ret_request, &lost, error)) {
        if (lost)
            lose(advisory, error);
        return NULL;
    }
    GPtrArray *ids = read_ids(reply.json);
    cve_reply_clear(&reply);
    return ids;
}

static bool reserve(struct cve_room *room, const struct record_advisory *advisory, GError **error)
{
    gint64 year = clock_year(room->context->now), request = 0;
    if (!check_given(year, error) || !check_lost(room, advisory, error))
        return false;
    g_autoptr(GPtrArray) ids =
        ask(room, advisory, cve_given.year == 0 ? year : cve_given.year, &request, error);
    if (ids == NULL)
        return false;
    tell(ids); /* also when the disk is full */
    if (!keep(room, advisory, ids, request, error) || !enter(room, advisory, ids, error))
        return false;
    return ids->len == (guint)cve_given.amount ||
           fault_raise(error, FAULT_REMOTE,
                       "the CVE server reserved %u of %" G_GINT64_FORMAT
                       " ids, and has no more: those are kept",
                       ids->len, cve_given.amount);
}

/* --- what was lost --- */

static bool check_taken(struct cve_room *room, const GPtrArray *kept, const char *cve,
                        GError **error)
{
    const char *ours = room->context->home->publish.cve_short_name, *state = NULL;
    g_autofree char *owner = NULL;
    if (!cve_room_check(cve, error))
        return false;
    if (cve_ids_find(kept, cve) != NULL)
        return fault_raise(error, FAULT_DATA, "that CVE is kept already: see barograph cve list");
    if (!cve_server_state(room, cve, &state, &owner, error))
        return false;
    return (g_strcmp0(state, "reserved") == 0 && g_strcmp0(owner, ours) == 0) ||
           fault_raise(error, FAULT_DATA,
                       "the CVE server does not have that CVE as reserved for %s", ours);
}

static bool take(struct cve_room *room, const struct record_advisory *advisory, GError **error)
{
    g_autoptr(GPtrArray) kept = cve_ids_all(desk_store(room->desk), error);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    for (char **cve = cve_given.taken; kept != NULL && *cve != NULL; cve++) {
        if (!check_taken(room, kept, *cve, error))
            return false;
        if (!g_ptr_array_find_with_equal_func(ids, *cve, g_str_equal, NULL))
            g_ptr_array_add(ids, g_strdup(*cve));
    }
    if (kept == NULL || !keep(room, advisory, ids, 0, error))
        return false;
    tell(ids);
    return enter(room, advisory, ids, error);
}

bool cve_verb_reserve(struct cve_room *room, int argc, char **argv, GError **error)
{
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE, "reserve ids for which advisory?");
    g_autoptr(RecordAdvisory) advisory = cve_room_find(room, argv[1], error);
    if (advisory == NULL || !check_open(advisory, error) || !cve_server_open(room, error))
        return false;
    return cve_given.taken != NULL ? take(room, advisory, error) : reserve(room, advisory, error);
}
