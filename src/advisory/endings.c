#include "endings.h"

#include "clock.h"
#include "embargo.h"
#include "fault.h"
#include "manuscript.h"
#include "plan.h"
#include "record.h"
#include "stages.h"

static bool check_reason(const struct ending *ending, GError **error)
{
    g_autofree char *bare = g_strstrip(g_strdup(ending->reason == NULL ? "" : ending->reason));
    if (*bare != '\0' && g_utf8_validate(bare, -1, NULL))
        return true;
    return fault_raise(error, FAULT_USAGE, "it needs a --reason: it stays in the ledger");
}

static bool newest_version(struct store *store, gint64 advisory, gint64 *ret_version,
                           GError **error)
{
    g_autoptr(GPtrArray) versions = record_versions(store, advisory, error);
    *ret_version = 0;
    for (guint i = 0; versions != NULL && i < versions->len; i++)
        *ret_version = ((const struct record_version *)versions->pdata[i])->version;
    return versions != NULL;
}

static bool note(struct store *store, const struct record_advisory *advisory, const char *what,
                 gint64 version, const struct ending *ending, GError **error)
{
    struct record_event event = {ending->now, (char *)(gsize)ending->who, (char *)(gsize)what,
                                 (char *)(gsize)ending->reason};
    const struct embargo_notice notice = {.advisory = advisory->number,
                                          .version = version,
                                          .audience = "",
                                          .who = ending->who,
                                          .now = ending->now,
                                          .what = what,
                                          .reason = ending->reason};
    return record_add_event(store, advisory->id, &event, error) &&
           embargo_note(store, &notice, error);
}

static bool vacate(struct store *store, const struct record_advisory *advisory,
                   const struct ending *ending, GError **error)
{
    gint64 version = 0;
    return newest_version(store, advisory->id, &version, error) &&
           record_set_date(store, advisory->id, POLICY_PUBLIC, ending->now, error) &&
           note(store, advisory, "vacated", version, ending, error);
}

/* record.conf follows the record, never the other way round: a date in it that nobody decided would
 * be taken in by the next freeze. Until it has followed, take and freeze refuse it. */
static bool write_date(struct desk *desk, const struct layout *layout, const struct ending *ending,
                       GError **error)
{
    g_autofree char *time = clock_format_time(ending->now);
    const struct record_conf_change changes[] = {{"dates", "public", time, NULL}, {.group = NULL}};
    g_autoptr(GError) reason = NULL;
    if (manuscript_change_conf(desk, layout, ending->number, changes, &reason) ||
        g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return true;
    g_propagate_prefixed_error(error, g_steal_pointer(&reason),
                               "the embargo of advisory %s has ended, but put public=%s into its "
                               "record.conf by hand: ",
                               ending->number, time);
    return false;
}

bool ending_vacate(struct desk *desk, const struct layout *layout, const struct ending *ending,
                   GError **error)
{
    struct store *store = desk_store(desk);
    g_autoptr(RecordAdvisory) advisory =
        check_reason(ending, error) ? record_find(store, ending->number, error) : NULL;
    if (advisory == NULL ||
        stage_after(ending->number, advisory->state, STAGE_VACATE, error) == NULL)
        return false;
    if (advisory->at[POLICY_PUBLIC] != POLICY_UNKNOWN &&
        advisory->at[POLICY_PUBLIC] <= ending->now) {
        g_autofree char *since = plan_time(advisory->at[POLICY_PUBLIC]);
        return fault_raise(error, FAULT_DATA, "the embargo of advisory %s has ended already: %s",
                           ending->number, since);
    }
    bool done = store_begin(store, error) && vacate(store, advisory, ending, error) &&
                store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done && write_date(desk, layout, ending, error);
}

static bool withdraw(struct store *store, const struct record_advisory *advisory,
                     const struct ending *ending, GError **error)
{
    gint64 version = 0;
    return newest_version(store, advisory->id, &version, error) &&
           record_withdraw(store, advisory->id, version, error) &&
           note(store, advisory, "withdrawn", version, ending, error);
}

bool ending_withdraw(struct desk *desk, const struct ending *ending, GError **error)
{
    struct store *store = desk_store(desk);
    g_autoptr(RecordAdvisory) advisory =
        check_reason(ending, error) ? record_find(store, ending->number, error) : NULL;
    if (advisory == NULL ||
        stage_after(ending->number, advisory->state, STAGE_WITHDRAW, error) == NULL)
        return false;
    bool done = store_begin(store, error) && withdraw(store, advisory, ending, error) &&
                store_commit(store, error);
    if (!done)
        store_rollback(store);
    return done;
}
