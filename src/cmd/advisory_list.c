/* advisory list: all of the record, with what comes next first. */
#include "advisory_room.h"
#include "draft.h"
#include "fault.h"
#include "plan.h"

#include <string.h>

enum { SOON = 2, NEAR = 7 }; /* days to the public moment */

/* How each state stands out; those that are open come first, by their public moment. */
static const struct {
    const char *state;
    bool open;
    enum table_paint paint;
} states[] = {
    {"draft", true, TABLE_YELLOW},      {"frozen", true, TABLE_BOLD},
    {"predisclosed", true, TABLE_BOLD}, {"public", false, TABLE_GREEN},
    {"updated", false, TABLE_GREEN},    {"withdrawn", false, TABLE_FAINT},
};

static gsize state_of(const struct record_advisory *advisory)
{
    gsize i = 0;
    while (i + 1 < G_N_ELEMENTS(states) && !g_str_equal(states[i].state, advisory->state))
        i++;
    return i;
}

/* 99 before 501, 2026-01 before 2026-02. */
static int by_number(const char *left, const char *right)
{
    char *left_rest = NULL, *right_rest = NULL;
    guint64 first = g_ascii_strtoull(left, &left_rest, 10);
    guint64 second = g_ascii_strtoull(right, &right_rest, 10);
    if (first != second)
        return first < second ? -1 : 1;
    if (*left_rest != '-' || *right_rest != '-')
        return strcmp(left_rest, right_rest);
    return by_number(left_rest + 1, right_rest + 1);
}

/* Those that nobody dated come behind the dated ones; of those that are public, the newest first.
 */
static int by_what_comes_next(gconstpointer left, gconstpointer right)
{
    const struct record_advisory *one = *(struct record_advisory *const *)left;
    const struct record_advisory *two = *(struct record_advisory *const *)right;
    bool one_open = states[state_of(one)].open, two_open = states[state_of(two)].open;
    gint64 one_at = one->at[POLICY_PUBLIC], two_at = two->at[POLICY_PUBLIC];
    if (one_open != two_open)
        return one_open ? -1 : 1;
    if (!one_open)
        return by_number(two->number, one->number);
    if (one_at != two_at)
        return two_at == POLICY_UNKNOWN || (one_at != POLICY_UNKNOWN && one_at < two_at) ? -1 : 1;
    return by_number(one->number, two->number);
}

/* Whole days; the day before the moment is 0, and what is overdue is below. */
static gint64 days_to(gint64 moment, gint64 now)
{
    gint64 seconds = moment - now;
    return seconds >= 0 ? seconds / WORKDAYS_DAY : -((WORKDAYS_DAY - 1 - seconds) / WORKDAYS_DAY);
}

static void add_days(struct table *table, const struct record_advisory *advisory, gint64 now)
{
    gint64 moment = advisory->at[POLICY_PUBLIC];
    if (moment == POLICY_UNKNOWN || (!states[state_of(advisory)].open && moment <= now)) {
        table_none(table);
        return;
    }
    gint64 days = days_to(moment, now);
    table_int(table, days);
    table_paint(table, days <= SOON ? TABLE_RED : days <= NEAR ? TABLE_YELLOW : TABLE_USUAL);
}

static bool add_advisory(const struct room *room, const struct record_advisory *advisory,
                         struct table *table, GError **error)
{
    struct store *store = desk_store(room->desk);
    g_autoptr(GPtrArray) versions = record_versions(store, advisory->id, error);
    g_autoptr(GPtrArray) cves = versions == NULL ? NULL : record_cves(store, advisory->id, error);
    if (cves == NULL)
        return false;
    const struct record_version *newest =
        versions->len == 0 ? NULL : versions->pdata[versions->len - 1];
    g_autoptr(Text) text = newest == NULL ? NULL : record_load_text(store, newest->id, error);
    if (newest != NULL && text == NULL)
        return false;
    g_ptr_array_add(cves, NULL);
    g_autofree char *id = layout_id(room->layout, advisory->number);
    g_autofree char *joined = g_strjoinv(",", (char **)cves->pdata);
    g_autofree char *title = text == NULL
                                 ? draft_title(room->desk, room->layout, advisory->number, NULL)
                                 : text_title(text);
    table_string(table, id);
    if (newest == NULL)
        table_none(table);
    else
        table_int(table, newest->version);
    table_string(table, advisory->state);
    table_paint(table, states[state_of(advisory)].paint);
    add_days(table, advisory, room->context->now);
    table_string(table, joined);
    table_string(table, title);
    return true;
}

bool verb_list(struct room *room, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {
        {"advisory", "Advisory", TABLE_KIND_STRING}, {"version", "Version", TABLE_KIND_INT},
        {"state", "State", TABLE_KIND_STRING},       {"days_to_public", "Days", TABLE_KIND_INT},
        {"cves", "CVEs", TABLE_KIND_STRING},         {"title", "Title", TABLE_KIND_STRING}};
    (void)argv;
    if (argc > 0)
        return fault_raise(error, FAULT_USAGE, "advisory list takes no number: show N does");
    g_autoptr(GPtrArray) all =
        room_open(room, DESK_READ, error) ? record_advisories(desk_store(room->desk), error) : NULL;
    if (all == NULL)
        return false;
    g_ptr_array_sort(all, by_what_comes_next);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < all->len; i++)
        if (!add_advisory(room, all->pdata[i], table, error))
            return false;
    return room_print(room, table, error);
}
