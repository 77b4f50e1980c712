/* advisory show and log: what the record has of one advisory. */
#include "advisory_room.h"
#include "draft.h"
#include "fault.h"
#include "manuscript.h"
#include "plan.h"

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

static void add_list(struct table *table, const char *name, const GPtrArray *values)
{
    for (guint i = 0; i < values->len; i++)
        add_fact(table, name, values->pdata[i]);
}

/* What record.conf says of the version that is being written; what is wrong with it, if so. */
static void add_draft(const struct room *room, struct table *table, const struct choice *choice)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(RecordConf) conf =
        manuscript_conf(room->desk, room->layout, choice->advisory->number, &reason);
    if (conf == NULL) {
        g_autofree char *sentence = fault_sentence(reason);
        add_fact(table, "draft", sentence);
        return;
    }
    if (choice->version != NULL && conf->version <= choice->version->version)
        return;
    g_autofree char *draft = g_strdup_printf("version %" G_GINT64_FORMAT " for %s", conf->version,
                                             conf->public_text ? "the public" : "members");
    add_fact(table, "draft", draft);
    add_list(table, "credit", conf->credits);
    for (guint event = 0; event < POLICY_EVENTS; event++) {
        g_autofree char *name = g_strdup_printf("draft %s", policy_event_name(event));
        g_autofree char *time = plan_time(conf->at[event]);
        if (conf->at[event] != choice->advisory->at[event])
            add_fact(table, name, time);
    }
}

static bool add_files(const struct room *room, struct table *table, const struct choice *choice,
                      GError **error)
{
    g_autoptr(GPtrArray) files = record_patches(desk_store(room->desk), choice->version->id, error);
    for (guint i = 0; files != NULL && i < files->len; i++) {
        const struct record_patch *file = files->pdata[i];
        g_autofree char *sum = hex(file->sha256);
        g_autofree char *line = g_strconcat(sum, "  ", file->name, NULL);
        add_fact(table, "file", line);
    }
    return files != NULL;
}

static bool fill(const struct room *room, struct table *table, const struct choice *choice,
                 GError **error)
{
    g_autofree char *id = layout_id(room->layout, choice->advisory->number);
    g_autofree char *title = title_of(room, choice);
    g_autoptr(GPtrArray) cves = record_cves(desk_store(room->desk), choice->advisory->id, error);
    if (cves == NULL)
        return false;
    add_fact(table, "advisory", id);
    add_fact(table, "title", title);
    add_fact(table, "state", choice->advisory->state);
    if (choice->version != NULL)
        add_text(table, choice);
    else
        add_list(table, "cve", cves);
    add_list(table, "policy", choice->advisory->policies);
    add_dates(table, choice->advisory);
    if (choice->version == NULL || !choice->version->imported)
        add_draft(room, table, choice);
    if (choice->version == NULL)
        return true;
    add_seal(table, choice->version);
    add_sections(table, choice->text);
    return add_files(room, table, choice, error);
}

static bool show(const struct room *room, const struct choice *choice, GError **error)
{
    static const struct table_column columns[] = {{"field", "Field", TABLE_KIND_STRING},
                                                  {"value", "Value", TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    return fill(room, table, choice, error) && room_print(room, table, error);
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
