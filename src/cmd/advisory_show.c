/* advisory list, show and log: what the record has. */
#include "advisory_room.h"
#include "draft.h"
#include "fault.h"
#include "plan.h"

static bool add_listed(const struct room *room, const struct record_advisory *advisory,
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
    gint64 public = advisory->at[POLICY_PUBLIC];
    table_string(table, id);
    if (newest == NULL)
        table_none(table);
    else
        table_int(table, newest->version);
    table_string(table, advisory->state);
    if (public == POLICY_UNKNOWN || public < room->context->now)
        table_none(table);
    else
        table_int(table, (public - room->context->now) / WORKDAYS_DAY);
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
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < all->len; i++)
        if (!add_listed(room, all->pdata[i], table, error))
            return false;
    return room_print(room, table, error);
}

static void add_fact(struct table *table, const char *name, const char *value)
{
    table_string(table, name);
    table_string(table, value);
}

static void add_dates(struct table *table, const struct record_advisory *advisory)
{
    for (guint event = 0; event < POLICY_EVENTS; event++) {
        g_autofree char *time = plan_time(advisory->at[event]);
        if (advisory->at[event] != POLICY_UNKNOWN)
            add_fact(table, policy_event_name((enum policy_event)event), time);
    }
}

static char *hex(const guint8 *digest)
{
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < RECORD_DIGEST; i++)
        g_string_append_printf(text, "%02x", digest[i]);
    return g_string_free(text, FALSE);
}

static void add_seal(struct table *table, const struct record_version *version)
{
    g_autofree char *frozen = plan_time(version->frozen_at);
    g_autofree char *made = plan_time(version->signature_at);
    g_autofree char *sum = hex(version->signed_sha256);
    add_fact(table, "audience", version->public_text ? "public" : "members");
    add_fact(table, "origin", version->imported ? "imported" : "here");
    add_fact(table, "frozen", frozen);
    add_fact(table, "signer", version->signer);
    add_fact(table, "digest", version->digest);
    add_fact(table, "signed", made);
    add_fact(table, "sha256", sum);
}

static void add_text(struct table *table, const struct choice *choice)
{
    g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, choice->version->version);
    add_fact(table, "version", number);
    for (guint i = 0; i < choice->text->cves->len; i++)
        add_fact(table, "cve", choice->text->cves->pdata[i]);
}

static void add_sections(struct table *table, const struct text *text)
{
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        if (section->heading != NULL)
            add_fact(table, "section", section->heading);
    }
}

static char *title_of(const struct room *room, const struct choice *choice)
{
    return choice->text != NULL
               ? text_title(choice->text)
               : draft_title(room->desk, room->layout, choice->advisory->number, NULL);
}

static bool show(const struct room *room, const struct choice *choice, GError **error)
{
    static const struct table_column columns[] = {{"field", "Field", TABLE_KIND_STRING},
                                                  {"value", "Value", TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *id = layout_id(room->layout, choice->advisory->number);
    g_autofree char *title = title_of(room, choice);
    add_fact(table, "advisory", id);
    add_fact(table, "title", title);
    add_fact(table, "state", choice->advisory->state);
    if (choice->version != NULL)
        add_text(table, choice);
    add_dates(table, choice->advisory);
    if (choice->version != NULL) {
        add_seal(table, choice->version);
        add_sections(table, choice->text);
    }
    return room_print(room, table, error);
}

bool verb_show(struct room *room, int argc, char **argv, GError **error)
{
    struct choice choice = {0};
    bool done = room_takes_one("show", argc, error) && room_find(room, argv[0], &choice, error) &&
                show(room, &choice, error);
    room_forget(&choice);
    return done;
}

bool verb_log(struct room *room, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {{"at", "At", TABLE_KIND_STRING},
                                                  {"who", "Who", TABLE_KIND_STRING},
                                                  {"what", "What", TABLE_KIND_STRING},
                                                  {"detail", "Detail", TABLE_KIND_STRING}};
    struct choice choice = {0};
    g_autoptr(GPtrArray) events = NULL;
    if (room_takes_one("log", argc, error) && room_find(room, argv[0], &choice, error))
        events = record_events(desk_store(room->desk), choice.advisory->id, error);
    room_forget(&choice);
    if (events == NULL)
        return false;
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < events->len; i++) {
        const struct record_event *event = events->pdata[i];
        g_autofree char *at = plan_time(event->at);
        table_string(table, at);
        table_string(table, event->who);
        table_string(table, event->what);
        table_string(table, event->detail);
    }
    return room_print(room, table, error);
}
