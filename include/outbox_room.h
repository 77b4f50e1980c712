/* Verbs of `barograph outbox` that have a file of their own. */
#ifndef OUTBOX_ROOM_H
#define OUTBOX_ROOM_H

#include "command.h"
#include "table.h"

/* argv[1]: a Maildir, an mbox, one mail, or imaps://host/MAILBOX. `format` NULL: text. */
bool outbox_verb_bounces(struct context *context, int argc, char **argv, const char *format,
                         GError **error);

/* FAULT_NOINPUT: there is no such advisory. */
bool outbox_verb_who(struct context *context, const char *number, enum table_format format,
                     GError **error);

#endif
