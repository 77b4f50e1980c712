/* member ack: somebody said that they got it. */
#include "fault.h"
#include "incoming.h"
#include "layout.h"
#include "member_room.h"

#include <stdio.h>

bool member_verb_ack(struct member_room *room, int argc, char **argv, GError **error)
{
    const struct incoming_act act = {room->context->now, room->who};
    const char *prefix = room->context->home->advisory_prefix;
    if (argc != 3 || member_given.version < 0)
        return fault_raise(error, FAULT_USAGE,
                           "member ack takes a name and an advisory's number, and with --version "
                           "the version that was acknowledged");
    const char *number = layout_read_number(prefix, argv[2], error);
    g_autoptr(Member) member =
        number == NULL ? NULL : members_find(member_store(room), argv[1], error);
    g_autoptr(OutboxMessage) message = NULL;
    if (member == NULL || !incoming_acknowledge(member_store(room), member->id, number,
                                                member_given.version, &act, &message, error))
        return false;
    return printf("%s acknowledged version %" G_GINT64_FORMAT " of %s-%s\n", member->name,
                  message->version, prefix, number) > 0;
}
