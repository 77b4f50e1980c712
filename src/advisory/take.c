#include "take.h"

#include "clock.h"
#include "fault.h"
#include "plan.h"

/* What was published was published when it was. */
static bool is_settled(const struct record_advisory *advisory, guint event)
{
    bool out = g_str_equal(advisory->state, "public") || g_str_equal(advisory->state, "updated");
    return out && (event == POLICY_PUBLIC || event == POLICY_PREDISCLOSURE) &&
           advisory->at[event] != POLICY_UNKNOWN;
}

/* The moment at which somebody ended the embargo stays, or a draft that says otherwise would begin
 * it anew. */
static bool check_vacated(struct store *desk, const struct record_advisory *advisory,
                          GError **error)
{
    bool vacated = false;
    if (!record_is_vacated(desk, advisory->id, &vacated, error))
        return false;
    g_autofree char *time = clock_format_time(advisory->at[POLICY_PUBLIC]);
    return !vacated ||
           fault_raise(error, FAULT_DATA,
                       "the embargo of advisory %s was vacated, and nothing moves that: "
                       "put public=%s into [dates] of its record.conf",
                       advisory->number, time);
}

static bool check_change(struct store *desk, const struct record_advisory *advisory, guint event,
                         GError **error)
{
    if (is_settled(advisory, event))
        return fault_raise(error, FAULT_DATA,
                           "advisory %s is %s: its date \"%s\" cannot be moved any more; put "
                           "record.conf right",
                           advisory->number, advisory->state,
                           policy_event_name((enum policy_event)event));
    return event != POLICY_PUBLIC || check_vacated(desk, advisory, error);
}

static bool note_change(struct store *desk, const struct record_advisory *advisory, guint event,
                        gint64 time, const struct record_event *by, GError **error)
{
    g_autofree char *before = plan_time(advisory->at[event]);
    g_autofree char *after = plan_time(time);
    g_autofree char *detail = g_strdup_printf(
        "%s: %s, before %s", policy_event_name((enum policy_event)event), after, before);
    struct record_event change = {by->at, by->who, by->what, detail};
    return g_str_equal(advisory->state, "draft") ||
           record_add_event(desk, advisory->id, &change, error);
}

static bool take_dates(struct store *desk, const struct record_advisory *advisory,
                       const struct record_conf *conf, const struct record_event *by,
                       guint *changes, GError **error)
{
    for (guint event = 0; event < POLICY_EVENTS; event++) {
        gint64 time = conf->at[event];
        if (time == advisory->at[event])
            continue;
        if (!check_change(desk, advisory, event, error))
            return false;
        if (!record_set_date(desk, advisory->id, (enum policy_event)event, time, error) ||
            !note_change(desk, advisory, event, time, by, error))
            return false;
        *changes += 1;
    }
    return true;
}

static bool take_policies(struct store *desk, gint64 advisory, const struct record_conf *conf,
                          GError **error)
{
    if (!record_unbind_all(desk, advisory, error))
        return false;
    for (guint i = 0; i < conf->policies->len; i++)
        if (!record_bind(desk, advisory, conf->policies->pdata[i], error))
            return false;
    return true;
}

static bool take_waivers(struct store *desk, gint64 advisory, const struct record_conf *conf,
                         const struct record_event *by, GError **error)
{
    for (guint i = 0; i < conf->waivers->len; i++) {
        const struct record_conf_waiver *waiver = conf->waivers->pdata[i];
        if (!record_waive(desk, advisory, waiver->finding, waiver->reason, by->who, by->at, error))
            return false;
    }
    return true;
}

bool take_conf(struct store *desk, const struct record_advisory *advisory,
               const struct record_conf *conf, const char *who, gint64 now, guint *ret_changes,
               GError **error)
{
    guint changes = 0;
    const struct record_event by = {now, (char *)(gsize)who, (char *)(gsize) "date", NULL};
    if (!take_dates(desk, advisory, conf, &by, &changes, error) ||
        !take_policies(desk, advisory->id, conf, error) ||
        !record_set_list(desk, advisory->id, RECORD_CVES, conf->cves, error) ||
        !record_set_list(desk, advisory->id, RECORD_CREDITS, conf->credits, error) ||
        !record_set_list(desk, advisory->id, RECORD_COMPANIONS, conf->companions, error) ||
        !take_waivers(desk, advisory->id, conf, &by, error))
        return false;
    *ret_changes = changes;
    return true;
}

void take_look(struct record_advisory *advisory, const struct record_conf *conf)
{
    if (!g_str_equal(advisory->state, "draft"))
        return;
    for (guint event = 0; event < POLICY_EVENTS; event++)
        advisory->at[event] = conf->at[event];
    g_ptr_array_set_size(advisory->policies, 0);
    for (guint i = 0; i < conf->policies->len; i++)
        g_ptr_array_add(advisory->policies, g_strdup(conf->policies->pdata[i]));
}
