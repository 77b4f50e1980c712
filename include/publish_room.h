/* What the parts of `publish` share: the options, as they were given. */
#ifndef PUBLISH_ROOM_H
#define PUBLISH_ROOM_H

#include "command.h"
#include "folder.h"
#include "parcel.h"
#include "pgp.h"
#include "progress.h"
#include "resolve_room.h"
#include "sealing.h"
#include "table.h"

struct publish_given {
    gboolean confirm_clock, dry_run, force, lag;
    char *into, *format, *check;
    int passphrase_fd; /* -1: gpg's agent asks */
};

struct publishing {
    struct context *context;
    const struct publish_given *given;
    struct layout *layout;
    struct desk *desk;
    struct pgp *pgp;
    struct folder *folder;
    struct progress *progress; /* NULL until it takes long */
    gint64 started;
    GPtrArray *policies;
    GPtrArray *resolvers;
    GPtrArray *remarks;  /* of the repositories */
    GPtrArray *entries;  /* struct resolve_entry *: they own the places of publications */
    GPtrArray *released; /* char *: numbers that were asked for, and may go out now */
    GPtrArray *closed;   /* char *: numbers that could not be opened, and are published already */
    char *who;
    gint64 newest_commit;
    struct site site;
    struct sealing sealing;
    guint failed;
    int kind; /* of the first failure: enum fault */
};

/* What was interrupted in the folder is done first. */
bool publishing_open(struct publishing *publishing, struct context *context,
                     const struct publish_given *given, GError **error);
void publishing_close(struct publishing *publishing);

/* What the gate is asked for one of them. */
struct parcel_given publishing_parcel(const struct publishing *publishing, const char *number);

/* The record says what is on the page now, where it did not yet. */
bool publishing_note(struct publishing *publishing, GError **error);

/* The folder of the site, as --into or barograph.conf says. */
const char *publish_folder(const struct context *context, const struct publish_given *given);

/* Prints in the format that was asked for. FAULT_USAGE: there is no such. */
bool publish_print(const struct context *context, const struct publish_given *given,
                   const struct table *table, GError **error);

/* Compares what a web server has with what was published last; the status is 1 when they differ.
 * FAULT_UNAVAILABLE: nothing was published yet; and what web_ask raises. */
bool publish_check(struct context *context, const struct publish_given *given, GError **error);

/* How long after each other the public got an advisory's mail, page, CVE record and fix. */
bool publish_lag(struct context *context, const struct publish_given *given, GError **error);

#endif
