/* What the parts of `publish` share: the options, as they were given. */
#ifndef PUBLISH_ROOM_H
#define PUBLISH_ROOM_H

#include "command.h"
#include "table.h"

struct publish_given {
    gboolean confirm_clock, dry_run, force, lag;
    char *into, *format, *check;
    int passphrase_fd; /* -1: gpg's agent asks */
};

/* The folder of the site, as --into or barograph.conf says. */
const char *publish_folder(const struct context *context, const struct publish_given *given);

/* Prints in the format that was asked for. FAULT_USAGE: there is no such. */
bool publish_print(const struct context *context, const struct publish_given *given,
                   const struct table *table, GError **error);

#endif
