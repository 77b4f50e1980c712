#include "record.h"

#include "fault.h"

void record_advisory_free(struct record_advisory *advisory)
{
    if (advisory == NULL)
        return;
    g_free(advisory->number);
    g_free(advisory->state);
    g_ptr_array_unref(advisory->policies);
    g_free(advisory);
}

static void free_pointer(gpointer pointer)
{
    record_advisory_free(pointer);
}

static struct record_advisory *read_head(struct store_statement *row)
{
    struct record_advisory *advisory = g_new0(struct record_advisory, 1);
    advisory->id = store_int(row, 0);
    advisory->number = g_strdup(store_text(row, 1));
    advisory->state = g_strdup(store_text(row, 2));
    advisory->policies = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < POLICY_EVENTS; i++)
        advisory->at[i] = POLICY_UNKNOWN;
    return advisory;
}

static bool read_dates(struct store *desk, struct record_advisory *advisory, GError **error)
{
    struct store_statement *dates = store_statement(desk, "record_dates");
    enum policy_event event = POLICY_EVENTS;
    bool row = false;
    store_bind_int(dates, 1, advisory->id);
    while (store_step(dates, &row, error)) {
        if (!row)
            return true;
        if (policy_event_parse(store_text(dates, 0), &event))
            advisory->at[event] = store_int(dates, 1);
    }
    return false;
}

static bool read_policies(struct store *desk, struct record_advisory *advisory, GError **error)
{
    struct store_statement *policies = store_statement(desk, "record_policies");
    bool row = false;
    store_bind_int(policies, 1, advisory->id);
    while (store_step(policies, &row, error)) {
        if (!row)
            return true;
        g_ptr_array_add(advisory->policies, g_strdup(store_text(policies, 0)));
    }
    return false;
}

static bool read_rest(struct store *desk, struct record_advisory *advisory, GError **error)
{
    return read_dates(desk, advisory, error) && read_policies(desk, advisory, error);
}

GPtrArray *record_advisories(struct store *desk, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_pointer);
    struct store_statement *all = store_statement(desk, "record_advisories");
    bool row = true;
    while (row) {
        if (!store_step(all, &row, error))
            return NULL;
        if (row)
            g_ptr_array_add(found, read_head(all));
    }
    for (guint i = 0; i < found->len; i++)
        if (!read_rest(desk, g_ptr_array_index(found, i), error))
            return NULL;
    return g_steal_pointer(&found);
}

struct record_advisory *record_find(struct store *desk, const char *number, GError **error)
{
    struct store_statement *find = store_statement(desk, "record_find");
    bool row = false;
    store_bind_text(find, 1, number, -1);
    if (!store_step(find, &row, error))
        return NULL;
    if (!row) {
        fault_raise(error, FAULT_NOINPUT, "the record has no advisory %s", number);
        return NULL;
    }
    g_autoptr(RecordAdvisory) advisory = read_head(find);
    store_statement(desk, "record_find");
    return read_rest(desk, advisory, error) ? g_steal_pointer(&advisory) : NULL;
}

bool record_make(struct store *desk, const char *number, gint64 now, gint64 *ret_id, GError **error)
{
    struct store_statement *make = store_statement(desk, "record_make");
    store_bind_text(make, 1, number, -1);
    store_bind_int(make, 2, now);
    if (!store_run(make, error))
        return false;
    *ret_id = store_last_id(desk);
    return true;
}

bool record_set_date(struct store *desk, gint64 advisory, enum policy_event event, gint64 time,
                     GError **error)
{
    bool known = time != POLICY_UNKNOWN;
    struct store_statement *set =
        store_statement(desk, known ? "record_set_date" : "record_drop_date");
    store_bind_int(set, 1, advisory);
    store_bind_text(set, 2, policy_event_name(event), -1);
    if (known)
        store_bind_int(set, 3, time);
    return store_run(set, error);
}

bool record_bind(struct store *desk, gint64 advisory, const char *policy, GError **error)
{
    struct store_statement *bind = store_statement(desk, "record_bind");
    store_bind_int(bind, 1, advisory);
    store_bind_text(bind, 2, policy, -1);
    return store_run(bind, error);
}

bool record_unbind_all(struct store *desk, gint64 advisory, GError **error)
{
    struct store_statement *drop = store_statement(desk, "record_drop_bindings");
    store_bind_int(drop, 1, advisory);
    return store_run(drop, error);
}

bool record_set_state(struct store *desk, gint64 advisory, const char *state, GError **error)
{
    struct store_statement *set = store_statement(desk, "record_set_state");
    store_bind_int(set, 1, advisory);
    store_bind_text(set, 2, state, -1);
    return store_run(set, error);
}

bool record_withdraw(struct store *desk, gint64 advisory, gint64 version, GError **error)
{
    struct store_statement *set = store_statement(desk, "record_withdraw");
    store_bind_int(set, 1, advisory);
    store_bind_int(set, 2, version);
    return store_run(set, error);
}

static const struct {
    const char *all, *drop, *add;
} lists[] = {
    [RECORD_CVES] = {"record_cves", "record_drop_cves", "record_add_cve"},
    [RECORD_CREDITS] = {"record_credits", "record_drop_credits", "record_add_credit"},
    [RECORD_COMPANIONS] = {"record_companions", "record_drop_companions", "record_add_companion"},
};

bool record_set_list(struct store *desk, gint64 advisory, enum record_list which,
                     const GPtrArray *list, GError **error)
{
    struct store_statement *drop = store_statement(desk, lists[which].drop);
    store_bind_int(drop, 1, advisory);
    if (!store_run(drop, error))
        return false;
    for (guint i = 0; i < list->len; i++) {
        struct store_statement *add = store_statement(desk, lists[which].add);
        store_bind_int(add, 1, advisory);
        store_bind_int(add, 2, i);
        store_bind_text(add, 3, g_ptr_array_index(list, i), -1);
        if (!store_run(add, error))
            return false;
    }
    return true;
}

bool record_waive(struct store *desk, gint64 advisory, const char *finding, const char *reason,
                  const char *who, gint64 now, GError **error)
{
    struct store_statement *add = store_statement(desk, "record_add_waiver");
    store_bind_int(add, 1, advisory);
    store_bind_text(add, 2, finding, -1);
    store_bind_text(add, 3, reason, -1);
    store_bind_text(add, 4, who, -1);
    store_bind_int(add, 5, now);
    return store_run(add, error);
}

static void free_event(gpointer pointer)
{
    struct record_event *event = pointer;
    g_free(event->who);
    g_free(event->what);
    g_free(event->detail);
    g_free(event);
}

bool record_add_event(struct store *desk, gint64 advisory, const struct record_event *event,
                      GError **error)
{
    struct store_statement *add = store_statement(desk, "record_add_event");
    store_bind_int(add, 1, advisory);
    store_bind_int(add, 2, event->at);
    store_bind_text(add, 3, event->who, -1);
    store_bind_text(add, 4, event->what, -1);
    store_bind_text(add, 5, event->detail, -1);
    return store_run(add, error);
}

GPtrArray *record_events(struct store *desk, gint64 advisory, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_event);
    struct store_statement *rows = store_statement(desk, "record_events");
    bool more = true;
    store_bind_int(rows, 1, advisory);
    while (more) {
        if (!store_step(rows, &more, error))
            return NULL;
        if (!more)
            break;
        struct record_event *event = g_new0(struct record_event, 1);
        event->at = store_int(rows, 0);
        event->who = g_strdup(store_text(rows, 1));
        event->what = g_strdup(store_text(rows, 2));
        event->detail = g_strdup(store_text(rows, 3));
        g_ptr_array_add(found, event);
    }
    return g_steal_pointer(&found);
}

bool record_is_vacated(struct store *desk, gint64 advisory, bool *ret_vacated, GError **error)
{
    g_autoptr(GPtrArray) events = record_events(desk, advisory, error);
    *ret_vacated = false;
    for (guint i = 0; events != NULL && i < events->len; i++)
        *ret_vacated |=
            g_str_equal(((const struct record_event *)events->pdata[i])->what, "vacated");
    return events != NULL;
}

static void free_waiver(gpointer pointer)
{
    struct record_waiver *waiver = pointer;
    g_free(waiver->finding);
    g_free(waiver->reason);
    g_free(waiver);
}

GPtrArray *record_waivers(struct store *desk, gint64 advisory, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(free_waiver);
    struct store_statement *rows = store_statement(desk, "record_waivers");
    bool more = true;
    store_bind_int(rows, 1, advisory);
    while (more) {
        if (!store_step(rows, &more, error))
            return NULL;
        if (!more)
            break;
        struct record_waiver *waiver = g_new0(struct record_waiver, 1);
        waiver->finding = g_strdup(store_text(rows, 0));
        waiver->reason = g_strdup(store_text(rows, 1));
        g_ptr_array_add(found, waiver);
    }
    return g_steal_pointer(&found);
}

GPtrArray *record_list(struct store *desk, gint64 advisory, enum record_list which, GError **error)
{
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    struct store_statement *rows = store_statement(desk, lists[which].all);
    bool more = true;
    store_bind_int(rows, 1, advisory);
    while (more) {
        if (!store_step(rows, &more, error))
            return NULL;
        if (more)
            g_ptr_array_add(found, g_strdup(store_text(rows, 0)));
    }
    return g_steal_pointer(&found);
}

GPtrArray *record_cves(struct store *desk, gint64 advisory, GError **error)
{
    return record_list(desk, advisory, RECORD_CVES, error);
}
