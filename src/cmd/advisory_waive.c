/* advisory waive: a rule of lint is set aside, with a reason that is kept. */
#include "advisory_room.h"
#include "fault.h"
#include "lint.h"
#include "manuscript.h"
#include "near.h"

#include <stdio.h>
#include <string.h>

static const struct lint_rule *find_rule(const char *id, GError **error)
{
    const struct lint_rule *rule = lint_find_rule(id);
    g_autoptr(GPtrArray) known = g_ptr_array_new();
    for (const struct lint_rule *one = lint_rules; one->id != NULL; one++)
        g_ptr_array_add(known, (gpointer)(gsize)one->id);
    g_autofree char *near = near_words(id, known);
    if (rule == NULL)
        fault_raise(error, FAULT_USAGE,
                    "lint has no such rule%s%s; advisory lint names the rule of every finding",
                    *near != '\0' ? ": did you mean " : "", near);
    return rule;
}

static bool good_reason(const char *reason)
{
    return reason != NULL && g_utf8_validate(reason, -1, NULL) && *reason != '\0' &&
           !g_ascii_isspace(*reason) && strpbrk(reason, "\r\n") == NULL;
}

/* In record.conf, which the next freeze reads, when there is a draft; it may have none. */
static bool write_conf(const struct room *room, const char *number, const char *rule,
                       GError **error)
{
    const struct record_conf_change changes[] = {{"waivers", rule, advisory_given.reason, NULL},
                                                 {.group = NULL}};
    g_autoptr(GError) reason = NULL;
    if (manuscript_change_conf(room->desk, room->layout, number, changes, &reason) ||
        g_error_matches(reason, FAULT_DOMAIN, FAULT_NOINPUT))
        return true;
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
}

static bool keep(const struct room *room, const char *number, const char *rule, GError **error)
{
    struct store *store = desk_store(room->desk);
    g_autofree char *who = desk_user();
    g_autoptr(RecordAdvisory) advisory = record_find(store, number, error);
    const struct record_event event = {room->context->now, who, (char *)(gsize) "waived",
                                       (char *)(gsize)rule};
    if (advisory == NULL || !store_begin(store, error))
        return false;
    if (record_waive(store, advisory->id, rule, advisory_given.reason, who, room->context->now,
                     error) &&
        record_add_event(store, advisory->id, &event, error) &&
        write_conf(room, number, rule, error) && store_commit(store, error))
        return true;
    store_rollback(store);
    return false;
}

bool verb_waive(struct room *room, int argc, char **argv, GError **error)
{
    if (argc != 2 || !good_reason(advisory_given.reason))
        return fault_raise(error, FAULT_USAGE,
                           "advisory waive takes a number and a rule, and needs a --reason of one "
                           "line");
    const char *number = room_need_number(room, argv[0], error);
    const struct lint_rule *rule = number == NULL ? NULL : find_rule(argv[1], error);
    if (rule == NULL || !room_open(room, DESK_WRITE, error) || !keep(room, number, rule->id, error))
        return false;
    g_autofree char *id = layout_id(room->layout, number);
    return printf("%s: %s is set aside\n", id, rule->id) > 0;
}
