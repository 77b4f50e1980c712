/* publish --lag: how long after each other the public got an advisory's mail, page, CVE and fix. */
#include "clock.h"
#include "cve_ids.h"
#include "fault.h"
#include "layouts.h"
#include "mailing.h"
#include "newest.h"
#include "outbox.h"
#include "publish_room.h"

#include <stdio.h>
#include <string.h>

/* A fix's time is its committer's: when it was pushed is in no history. */
static const struct table_column columns[] = {
    {"advisory", "Advisory", TABLE_KIND_STRING, 0},
    {"announced", "Announced", TABLE_KIND_STRING, 0},
    {"page", "Page", TABLE_KIND_STRING, 0},
    {"page_minutes", "Minutes", TABLE_KIND_INT, 0},
    {"cve", "CVE", TABLE_KIND_STRING, 0},
    {"cve_minutes", "Minutes", TABLE_KIND_INT, 0},
    {"cves_sent", "CVEs sent", TABLE_KIND_INT, 0},
    {"cves", "CVEs", TABLE_KIND_INT, 0},
    {"fix_committed", "Fix committed", TABLE_KIND_STRING, 0},
    {"fix_minutes", "Minutes", TABLE_KIND_INT, 0},
};

/* Seconds UTC; POLICY_UNKNOWN: nobody knows, or not yet. */
struct moments {
    gint64 announced, page, cve, fix;
    guint sent, cves; /* how many of how many */
};

struct lag {
    struct context *context;
    struct layout *layout;
    struct desk *desk;
    GPtrArray *resolvers, *remarks;
    GPtrArray *ids; /* struct cve_id * */
    gint64 newest;
    struct table *table;
};

static void lag_clear(struct lag *lag)
{
    GPtrArray **lists[] = {&lag->resolvers, &lag->remarks, &lag->ids};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        g_clear_pointer(lists[i], g_ptr_array_unref);
    table_free(lag->table);
    layout_free(lag->layout);
    desk_close(lag->desk);
}

static gint64 earlier(gint64 known, gint64 time)
{
    return known == POLICY_UNKNOWN ? time : MIN(known, time);
}

static bool find_mail(struct store *store, const char *number, struct moments *moments,
                      GError **error)
{
    g_autoptr(GPtrArray) messages = outbox_list(store, number, error);
    for (guint i = 0; messages != NULL && i < messages->len; i++) {
        const struct outbox_message *message = messages->pdata[i];
        if (g_str_equal(message->kind, "public") && message->member == 0 &&
            message->state == OUTBOX_SENT)
            moments->announced = earlier(moments->announced, message->settled_at);
    }
    return messages != NULL;
}

static bool find_page(struct store *store, gint64 advisory, struct moments *moments, GError **error)
{
    g_autoptr(GPtrArray) events = record_events(store, advisory, error);
    for (guint i = 0; events != NULL && i < events->len; i++) {
        const struct record_event *event = events->pdata[i];
        if (g_str_equal(event->what, "published"))
            moments->page = earlier(moments->page, event->at);
    }
    return events != NULL;
}

/* When the last of them was sent. */
static bool find_cves(const struct lag *lag, gint64 advisory, struct moments *moments,
                      GError **error)
{
    g_autoptr(GPtrArray) cves = record_cves(desk_store(lag->desk), advisory, error);
    gint64 last = POLICY_UNKNOWN;
    for (guint i = 0; cves != NULL && i < cves->len; i++) {
        const struct cve_id *id = cve_ids_find(lag->ids, cves->pdata[i]);
        if (id == NULL || id->sent_at == G_MININT64)
            continue;
        last = last == POLICY_UNKNOWN ? id->sent_at : MAX(last, id->sent_at);
        moments->sent++;
    }
    if (cves == NULL)
        return false;
    moments->cves = cves->len;
    moments->cve = moments->sent == cves->len ? last : POLICY_UNKNOWN;
    return true;
}

/* When the last part of it was committed to a main branch. */
static bool find_fix(const struct lag *lag, struct casefile *casefile, struct moments *moments,
                     GError **error)
{
    struct resolve_entry *entry = resolve_one(lag->resolvers, casefile, lag->newest, error);
    if (entry == NULL)
        return false;
    for (guint i = 0; i < entry->places->len; i++) {
        const struct resolve_place *place = entry->places->pdata[i];
        for (guint j = 0; j < place->parts->len; j++) {
            const struct resolve_part *part = place->parts->pdata[j];
            if (*part->commit == '\0' || part->withdrawn)
                continue;
            moments->fix =
                moments->fix == POLICY_UNKNOWN ? part->time : MAX(moments->fix, part->time);
        }
    }
    resolve_entry_free(entry);
    return true;
}

static void add_time(struct table *table, gint64 time)
{
    g_autofree char *text = time == POLICY_UNKNOWN ? NULL : clock_format_time(time);
    table_string(table, text);
}

/* After the announcement; whole minutes, those begun do not count. */
static void add_minutes(struct table *table, gint64 time, gint64 announced)
{
    if (time == POLICY_UNKNOWN || announced == POLICY_UNKNOWN)
        table_none(table);
    else
        table_int(table, (time - announced) / 60);
}

static void add_row(struct lag *lag, const char *number, const struct moments *moments)
{
    g_autofree char *id = layout_id(lag->layout, number);
    table_string(lag->table, id);
    add_time(lag->table, moments->announced);
    add_time(lag->table, moments->page);
    add_minutes(lag->table, moments->page, moments->announced);
    add_time(lag->table, moments->cve);
    add_minutes(lag->table, moments->cve, moments->announced);
    table_int(lag->table, moments->sent);
    table_int(lag->table, moments->cves);
    add_time(lag->table, moments->fix);
    add_minutes(lag->table, moments->fix, moments->announced);
}

/* What is under embargo, and what neither mail nor page of ours told, has no row. */
static bool add_one(struct lag *lag, const struct record_advisory *advisory, GError **error)
{
    struct store *store = desk_store(lag->desk);
    struct moments moments = {POLICY_UNKNOWN, POLICY_UNKNOWN, POLICY_UNKNOWN, POLICY_UNKNOWN, 0, 0};
    struct casefile *casefile = casefile_open(lag->desk, store, lag->layout, advisory, error);
    if (casefile == NULL)
        return false;
    bool known = !casefile->embargoed;
    if (known && (!find_mail(store, advisory->number, &moments, error) ||
                  !find_page(store, advisory->id, &moments, error) ||
                  !find_cves(lag, advisory->id, &moments, error))) {
        casefile_free(casefile);
        return false;
    }
    if (!known || (moments.announced == POLICY_UNKNOWN && moments.page == POLICY_UNKNOWN)) {
        casefile_free(casefile);
        return true;
    }
    if (!find_fix(lag, casefile, &moments, error))
        return false;
    add_row(lag, advisory->number, &moments);
    return true;
}

static bool make(struct lag *lag, GError **error)
{
    const struct home *home = lag->context->home;
    lag->remarks = g_ptr_array_new_with_free_func(g_free);
    lag->table = table_new(columns, G_N_ELEMENTS(columns));
    lag->layout = layouts_load(home->templates_path, home->advisory_prefix, error);
    lag->desk = lag->layout == NULL ? NULL : desk_open(home->folder, DESK_READ, error);
    lag->ids = lag->desk == NULL ? NULL : cve_ids_all(desk_store(lag->desk), error);
    lag->resolvers = lag->ids == NULL ? NULL : resolve_open_all(lag->context, lag->remarks, error);
    if (lag->resolvers == NULL || !newest_commit(lag->context->history, &lag->newest, error))
        return false;
    g_autoptr(GPtrArray) all = record_advisories(desk_store(lag->desk), error);
    for (guint i = 0; all != NULL && i < all->len; i++)
        if (!add_one(lag, all->pdata[i], error))
            return false;
    return all != NULL;
}

bool publish_lag(struct context *context, const struct publish_given *given, GError **error)
{
    struct lag lag = {.context = context};
    bool done = make(&lag, error) && publish_print(context, given, lag.table, error);
    lag_clear(&lag);
    return done;
}
