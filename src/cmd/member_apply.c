/* member apply: a mail that asks for membership, against what the policy asks for. */
#include "application.h"
#include "fault.h"
#include "member_room.h"

#include <stdio.h>

/* The address that was found is a secret; so are others in the sentences, for all we know. */
static char *shown(const struct application_answer *answer)
{
    if (member_given.addresses)
        return g_strdup(answer->text);
    if (answer->item->kind == APPLICATION_ADDRESS)
        return g_strdup(answer->mark == APPLICATION_ABSENT ? "" : "(an address)");
    return application_without_addresses(answer->text);
}

static bool print_answers(const struct member_room *room, const GPtrArray *answers,
                          guint *ret_wanting, GError **error)
{
    static const struct table_column columns[] = {{"item", "Item", TABLE_KIND_STRING},
                                                  {"asked", "Asked for", TABLE_KIND_STRING},
                                                  {"mark", "Mark", TABLE_KIND_STRING},
                                                  {"why", "Why", TABLE_KIND_STRING},
                                                  {"found", "Found", TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    *ret_wanting = 0;
    for (guint i = 0; i < answers->len; i++) {
        const struct application_answer *answer = answers->pdata[i];
        g_autofree char *text = shown(answer);
        *ret_wanting += answer->mark != APPLICATION_PRESENT;
        table_string(table, answer->item->name);
        table_string(table, answer->item->title);
        table_string(table, application_mark_name(answer->mark));
        table_string(table, answer->why);
        table_string(table, text);
    }
    return member_print(room, table, TABLE_TEXT, error);
}

/* "present: organisation, domains; absent: alias": item names, nothing of the mail. */
static char *summary_of(const GPtrArray *answers)
{
    static const enum application_mark order[] = {APPLICATION_PRESENT, APPLICATION_DOUBTFUL,
                                                  APPLICATION_ABSENT};
    g_autoptr(GString) summary = g_string_new(NULL);
    for (gsize mark = 0; mark < G_N_ELEMENTS(order); mark++) {
        bool first = true;
        for (guint i = 0; i < answers->len; i++) {
            const struct application_answer *answer = answers->pdata[i];
            if (answer->mark != order[mark])
                continue;
            if (first)
                g_string_append_printf(summary, "%s%s: ", summary->len > 0 ? "; " : "",
                                       application_mark_name(order[mark]));
            g_string_append_printf(summary, "%s%s", first ? "" : ", ", answer->item->name);
            first = false;
        }
    }
    return g_string_free(g_steal_pointer(&summary), FALSE);
}

/* Links of several items go into one key; of the rest the first that was found counts. */
static void fill(GKeyFile *form, const struct application_answer *answer)
{
    const char *key = answer->item->fills;
    bool links = g_str_equal(key, "links");
    g_autofree char *there = g_key_file_get_value(form, "member", key, NULL);
    if (links) {
        g_autofree char *found = g_strdelimit(g_strdup(answer->text), " ", ';');
        g_autofree char *both =
            there == NULL ? g_strdup(found) : g_strconcat(there, ";", found, NULL);
        g_key_file_set_value(form, "member", key, both);
    } else if (there == NULL) {
        g_autofree char *hidden = g_str_equal(key, "address")
                                      ? g_strdup(answer->text)
                                      : application_without_addresses(answer->text);
        g_key_file_set_string(form, "member", key, hidden);
    }
}

static struct member *applicant(const GPtrArray *answers, GError **error)
{
    g_autoptr(GKeyFile) form = g_key_file_new();
    gsize length = 0;
    for (guint i = 0; i < answers->len; i++) {
        const struct application_answer *answer = answers->pdata[i];
        if (answer->item->fills != NULL && answer->mark != APPLICATION_ABSENT)
            fill(form, answer);
    }
    if (!g_key_file_has_key(form, "member", "name", NULL)) {
        fault_raise(error, FAULT_DATA,
                    "the mail names no organisation, so it cannot be kept: ask for it, or write "
                    "the form yourself and use member add --state applied");
        return NULL;
    }
    g_autofree char *text = g_key_file_to_data(form, &length, NULL);
    return member_parse(text, length, error);
}

static bool keep(struct member_room *room, const GPtrArray *answers, GError **error)
{
    g_autofree char *summary = summary_of(answers);
    const struct members_act act = {room->context->now, room->who, summary};
    g_autoptr(Member) member = applicant(answers, error);
    if (member == NULL || !members_add(member_store(room), member, MEMBER_APPLIED, &act, error))
        return false;
    return fprintf(stderr, "%s is applied: accept or decline it\n", member->name) > 0;
}

bool member_verb_apply(struct member_room *room, int argc, char **argv, GError **error)
{
    gsize length = 0;
    guint wanting = 0;
    const char *items = member_given.items == NULL ? "xen" : member_given.items;
    if (argc != 2)
        return fault_raise(error, FAULT_USAGE,
                           "member apply takes one mail, or - for standard input");
    g_autoptr(ApplicationForm) form =
        application_form_load(room->context->home->templates_path, items, error);
    g_autoptr(GBytes) bytes = form == NULL ? NULL : member_input(argv[1], error);
    const char *mail = bytes == NULL ? NULL : g_bytes_get_data(bytes, &length);
    g_autofree char *words =
        bytes == NULL ? NULL : application_words(mail == NULL ? "" : mail, length, error);
    if (words == NULL)
        return false;
    g_autoptr(GPtrArray) answers = application_check(form, words);
    if (!print_answers(room, answers, &wanting, error) ||
        (member_given.write && !keep(room, answers, error)))
        return false;
    return wanting == 0 || fault_raise(error, FAULT_DATA, "%u of %u items %s wanting", wanting,
                                       answers->len, wanting == 1 ? "is" : "are");
}
