/* What the commands that send mail share: the open desk, the settings of [mail], the gate, the
 * outbox, and the list of what became of each message. */
#ifndef MAILROOM_H
#define MAILROOM_H

#include "command.h"
#include "desk.h"
#include "layout.h"
#include "mailing.h"
#include "smtp.h"
#include "table.h"

/* The options of every such command, as they were given. */
struct mailroom_given {
    gint64 version; /* 0: the newest that is meant for the audience */
    gboolean dry_run, confirm_clock;
    char *override, *reason, *list, *format;
};

struct mailroom {
    struct context *context;
    const struct mailroom_given *given;
    struct layout *layout;
    struct desk *desk;
    struct pgp *pgp;
    char *who;
    gint64 newest_commit;
    GPtrArray *members; /* struct member * on the list that was asked for */
    struct smtp_options server;
    char *password;      /* wiped by mailroom_close */
    struct table *table; /* what became of whom */
    guint wanting;       /* who did not get what was for them, or may not have */
};

/* Opens the desk for writing; what a crash left as sending becomes unknown, and is said. */
bool mailroom_open(struct mailroom *room, struct context *context,
                   const struct mailroom_given *given, GError **error);
void mailroom_close(struct mailroom *room);

/* The first line of a file that nobody else may read. Caller wipes and frees it. FAULT_CONFIG: it
 * cannot be read, or is empty; FAULT_PERMISSION: others may read it. */
char *mailroom_password(const char *path, GError **error);

/* "501", "XSA-501"; FAULT_USAGE else. */
const char *mailroom_number(const struct mailroom *room, const char *word, GError **error);

/* One advisory's mailing: the gate, the outbox, the server. With a dry run the messages become
 * files below security/, and nobody is asked. */
bool mailroom_send(struct mailroom *room, enum mailing_kind kind, const char *number,
                   GError **error);

/* What is asked for one advisory; version 0: the newest for the audience. */
struct parcel_given mailroom_parcel(const struct mailroom *room, const char *number,
                                    enum mailing_kind kind, gint64 version);
/* Its messages, into the outbox; `date` is when they are to go out. */
bool mailroom_queue(struct mailroom *room, enum mailing_kind kind, const struct parcel *parcel,
                    gint64 date, enum mailing_how how, struct mailing_tally *tally, GError **error);

/* What is queued already and due, of one advisory, or (NULL) of all; each mailing asks the gate. */
bool mailroom_resume(struct mailroom *room, const char *number, GError **error);

/* Prints the table; FAULT_REMOTE when somebody is left wanting; FAULT_INTERRUPTED after Ctrl-C. */
bool mailroom_report(struct mailroom *room, GError **error);

#endif
