/* advisory new: an advisory begins. */
#include "advisory_room.h"
#include "draft.h"
#include "fault.h"

#include <stdio.h>

bool verb_new(struct room *room, int argc, char **argv, GError **error)
{
    struct draft_given given = {
        .number = advisory_given.number == NULL ? NULL : room_number(room, advisory_given.number),
        .title = advisory_given.title,
        .cves = (const char *const *)advisory_given.cves,
        .policies = (const char *const *)room->context->home->advisory_policies,
        .now = room->context->now};
    (void)argv;
    if (argc > 0 || advisory_given.title == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "advisory new takes no argument, and needs a --title");
    if (advisory_given.number != NULL && given.number == NULL)
        return fault_raise(error, FAULT_USAGE,
                           "--number is up to six digits, or 2026-01 and the like");
    if (!room_audience(false, &given.public_text, error))
        return false;
    g_autofree char *number = NULL;
    g_autofree char *policies = g_build_filename(room->context->home->folder, "policies", NULL);
    g_autoptr(GPtrArray) known = policies_load(policies, error);
    for (guint i = 0; known != NULL && given.policies != NULL && given.policies[i] != NULL; i++)
        if (policies_find(known, given.policies[i], error) == NULL)
            return false;
    if (known == NULL || !room_open(room, DESK_WRITE, error) ||
        !draft_make(room->desk, room->layout, &given, &number, error))
        return false;
    g_autofree char *id = layout_id(room->layout, number);
    g_autofree char *folder = draft_folder(room->layout, number);
    return printf("%s: write its advisory.txt and record.conf in security/%s\n", id, folder) > 0;
}
