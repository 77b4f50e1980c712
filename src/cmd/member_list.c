/* member list, show, history and doctor. */
#include "clock.h"
#include "doctor.h"
#include "escape.h"
#include "fault.h"
#include "keyring.h"
#include "member_room.h"
#include "plan.h"
#include "workdays.h"

#include <stdio.h>
#include <string.h>

/* --- what a project publishes --- */

static char *plain_item(const char *name)
{
    g_autofree char *line = escape_line(name);
    return g_strdup_printf("%s\n", line);
}

static char *markdown_item(const char *name)
{
    g_autofree char *line = escape_markdown(name);
    return g_strdup_printf("- %s\n", line);
}

static char *html_item(const char *name)
{
    g_autofree char *line = escape_html(name);
    return g_strdup_printf("<li>%s</li>\n", line);
}

static const struct public_form {
    const char *format, *head, *foot;
    char *(*item)(const char *name);
} public_forms[] = {
    {"text", "", "", plain_item},
    {"md", "", "", markdown_item},
    {"html", "<ul>\n", "</ul>\n", html_item},
};

static const struct public_form *public_form(GError **error)
{
    const char *wanted = member_given.format == NULL ? "text" : member_given.format;
    for (gsize i = 0; i < G_N_ELEMENTS(public_forms); i++)
        if (g_str_equal(wanted, public_forms[i].format))
            return &public_forms[i];
    fault_raise(error, FAULT_USAGE, "--public prints text, md or html");
    return NULL;
}

/* Those that a project names are members now, whether or not they get mail today. */
static bool is_published(const struct member *member)
{
    return member->state == MEMBER_ACTIVE || member->state == MEMBER_SUSPENDED ||
           member->state == MEMBER_LISTED;
}

static bool list_public(const GPtrArray *all, GError **error)
{
    const struct public_form *form = public_form(error);
    if (form == NULL)
        return false;
    fputs(form->head, stdout);
    for (guint i = 0; i < all->len; i++) {
        const struct member *member = all->pdata[i];
        g_autofree char *item = form->item(member->name);
        if (is_published(member))
            fputs(item, stdout);
    }
    return fputs(form->foot, stdout) >= 0;
}

/* --- for the team --- */

static void add_member(struct table *table, const struct member *member)
{
    g_autofree char *lists = g_strjoinv(",", member->lists);
    table_string(table, member->name);
    table_string(table, member_state_name(member->state));
    table_string(table, member_delivery_name(member->delivery));
    table_string(table, member->fingerprint);
    table_string(table, lists);
    table_string(table, member->qualifies);
}

bool member_verb_list(struct member_room *room, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {
        {"member", "Member", TABLE_KIND_STRING},     {"state", "State", TABLE_KIND_STRING},
        {"delivery", "Delivery", TABLE_KIND_STRING}, {"fingerprint", "Key", TABLE_KIND_STRING},
        {"lists", "Lists", TABLE_KIND_STRING},       {"qualifies", "As", TABLE_KIND_STRING}};
    enum member_state state = MEMBER_STATES;
    (void)argv;
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "member list takes no name: show does");
    if (member_given.state != NULL && !member_state_parse(member_given.state, &state))
        return fault_raise(error, FAULT_USAGE,
                           "--state is listed, applied, active, suspended, declined or removed");
    g_autoptr(GPtrArray) all = members_all(member_store(room), error);
    if (all == NULL || member_given.public_only)
        return all != NULL && list_public(all, error);
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < all->len; i++) {
        const struct member *member = all->pdata[i];
        if (state == MEMBER_STATES || member->state == state)
            add_member(table, member);
    }
    return member_print(room, table, TABLE_TEXT, error);
}

/* The form again, so that it can be edited and given back, and below it what happened. */
bool member_verb_show(struct member_room *room, int argc, char **argv, GError **error)
{
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE, "member show takes one name");
    g_autoptr(Member) member = members_find(member_store(room), argv[1], error);
    g_autoptr(GPtrArray) events =
        member == NULL ? NULL : members_history(member_store(room), member->id, error);
    if (events == NULL)
        return false;
    g_autofree char *form = member_text(member);
    printf("# %s\n%s", member_state_name(member->state), form);
    for (guint i = 0; i < events->len; i++) {
        const struct members_event *event = events->pdata[i];
        g_autofree char *at = clock_format_time(event->at);
        g_autofree char *detail = escape_line(event->detail);
        printf("# %s %s by %s%s%s\n", at, event->what, event->who, *detail == '\0' ? "" : ": ",
               detail);
    }
    return true;
}

static void add_event(struct table *table, const struct members_event *event)
{
    g_autofree char *at =
        member_given.public_only ? clock_format_day(event->at) : clock_format_time(event->at);
    table_string(table, at);
    table_string(table, event->member);
    table_string(table, event->what);
    if (member_given.public_only)
        return;
    table_string(table, event->who);
    table_string(table, event->detail);
}

bool member_verb_history(struct member_room *room, int argc, char **argv, GError **error)
{
    static const struct table_column columns[] = {{"at", "At", TABLE_KIND_STRING},
                                                  {"member", "Member", TABLE_KIND_STRING},
                                                  {"what", "What", TABLE_KIND_STRING},
                                                  {"who", "Who", TABLE_KIND_STRING},
                                                  {"detail", "Detail", TABLE_KIND_STRING}};
    if (argc > 2)
        return fault_raise(error, FAULT_USAGE, "member history takes one name, or none");
    g_autoptr(Member) member = argc == 2 ? members_find(member_store(room), argv[1], error) : NULL;
    if (argc == 2 && member == NULL)
        return false;
    g_autoptr(GPtrArray) events =
        members_history(member_store(room), member == NULL ? 0 : member->id, error);
    if (events == NULL)
        return false;
    g_autoptr(Table) table = table_new(columns, member_given.public_only ? 3 : 5);
    for (guint i = 0; i < events->len; i++)
        if (!member_given.public_only || members_is_public(events->pdata[i]))
            add_event(table, events->pdata[i]);
    return member_print(room, table, TABLE_TEXT, error);
}

/* --- doctor --- */

static bool print_findings(const struct member_room *room, const GPtrArray *findings,
                           guint *ret_grave, GError **error)
{
    static const struct table_column columns[] = {{"member", "Member", TABLE_KIND_STRING},
                                                  {"severity", "Severity", TABLE_KIND_STRING},
                                                  {"rule", "Rule", TABLE_KIND_STRING},
                                                  {"finding", "Finding", TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    *ret_grave = 0;
    for (guint i = 0; i < findings->len; i++) {
        const struct doctor_finding *finding = findings->pdata[i];
        *ret_grave += finding->grave;
        table_string(table, finding->member->name);
        table_string(table, finding->grave ? "error" : "warning");
        table_string(table, finding->rule);
        table_string(table, finding->sentence);
    }
    return member_print(room, table, TABLE_TEXT, error);
}

bool member_verb_doctor(struct member_room *room, int argc, char **argv, GError **error)
{
    gint64 on = room->context->now;
    guint grave = 0;
    (void)argv;
    if (argc != 1)
        return fault_raise(error, FAULT_USAGE, "member doctor takes no name");
    if (member_given.on != NULL && !clock_parse_day(member_given.on, &on, error))
        return false;
    /* The moment within a day is not known: a key must be good to its end. */
    if (member_given.on != NULL && strchr(member_given.on, 'T') == NULL)
        on += WORKDAYS_DAY - 1;
    g_autoptr(GPtrArray) all = members_all(member_store(room), error);
    g_autoptr(Pgp) pgp = all == NULL ? NULL : keyring_open(room->desk, false, error);
    g_autoptr(GPtrArray) findings =
        pgp == NULL ? NULL : doctor_round(all, member_store(room), pgp, on, error);
    if (findings == NULL)
        return false;
    g_autofree char *day = plan_time(on);
    if (findings->len == 0 && member_given.format == NULL)
        printf("every active member can be reached on %s\n", day);
    else if (!print_findings(room, findings, &grave, error))
        return false;
    return grave == 0 || fault_raise(error, FAULT_DATA, "%u member%s cannot be reached on %s",
                                     grave, grave == 1 ? "" : "s", day);
}
