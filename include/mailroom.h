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
    GPtrArray *members; /* struct member *: all of the record */
    struct smtp_options server;
    char *password;      /* wiped by mailroom_close */
    struct table *table; /* what became of whom */
    enum table_format format;
    guint wanting; /* who did not get what was for them, or may not have */
};

/* Opens the desk for writing; what a crash left as sending becomes unknown, and is said. */
bool mailroom_open(struct mailroom *room, struct context *context,
                   const struct mailroom_given *given, GError **error);
void mailroom_close(struct mailroom *room);

/* Ctrl-C and the like end the run between two messages. */
void mailroom_catch_signals(void);
bool mailroom_stopped(void);

/* What became of one message, or of somebody for whom there is none. */
struct mailroom_line {
    const char *number;
    gint64 version;
    const char *name, *delivery, *state;
    gint64 code, message; /* 0: none */
    const char *why;      /* NULL: nothing to say */
};
void mailroom_row(struct mailroom *room, const struct mailroom_line *line);

/* "501", "XSA-501"; FAULT_USAGE else. */
const char *mailroom_number(const struct mailroom *room, const char *word, GError **error);

/* A mailing for each of the advisories: the gate, the outbox, the server. With a dry run the
 * messages become files below security/, and nobody is asked. One that may not go holds up no
 * other; the first reason is the error. FAULT_NOINPUT: there is no such advisory, and nothing was
 * sent. */
bool mailroom_send(struct mailroom *room, enum mailing_kind kind, char **numbers, GError **error);

/* What is asked for one advisory; version 0: the newest for the audience. */
struct parcel_given mailroom_parcel(const struct mailroom *room, const char *number,
                                    enum mailing_kind kind, gint64 version);
/* Of what its messages are made; `date` is when they are to go out. */
struct mailing_given mailroom_mailing(const struct mailroom *room, gint64 date);
/* Its messages, into the outbox. */
bool mailroom_queue(struct mailroom *room, struct mailing *mailing, enum mailing_how how,
                    struct mailing_tally *tally, GError **error);

/* What is queued already and due, of these advisories, or (none) of all; each mailing asks the
 * gate. Who waits, or got nothing, is told of. */
bool mailroom_resume(struct mailroom *room, char **numbers, GError **error);

/* A whole command: opens the room, reads the advisories' numbers, acts, prints what became of whom,
 * also when not all of it could be done, and closes the room. FAULT_REMOTE when somebody is left
 * wanting; FAULT_INTERRUPTED after Ctrl-C. */
typedef bool (*mailroom_act)(struct mailroom *room, char **numbers, GError **error);
bool mailroom_run(struct context *context, const struct mailroom_given *given, char **words,
                  mailroom_act act, GError **error);

#endif
