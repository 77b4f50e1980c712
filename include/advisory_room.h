/* What the verbs of `barograph advisory` share: what was given on the command line, the open desk,
 * and how an advisory is named. A verb is one function in src/cmd/advisory_*.c and one row of the
 * table in src/cmd/advisory.c. */
#ifndef ADVISORY_ROOM_H
#define ADVISORY_ROOM_H

#include "command.h"
#include "desk.h"
#include "layout.h"
#include "record.h"
#include "record_text.h"
#include "record_versions.h"
#include "table.h"

/* The options, as they were given; filled before a verb runs. */
struct advisory_given {
    char *title, *number;
    char **cves, **keys;
    gint64 version; /* 0: the newest */
    gboolean with_signature;
    char *to, *into; /* members or public; a folder */
    char *reason;    /* of waive, vacate and withdraw */
    char *override;  /* the reason of an override */
    gboolean confirm_clock;
    int passphrase_fd; /* -1: gpg's agent asks */
    char *format;
};
extern struct advisory_given advisory_given;

struct room {
    struct context *context;
    struct layout *layout;
    struct desk *desk; /* NULL until room_open; closed after the verb */
};

typedef bool (*advisory_verb)(struct room *room, int argc, char **argv, GError **error);
bool verb_new(struct room *room, int argc, char **argv, GError **error);
bool verb_import(struct room *room, int argc, char **argv, GError **error);
bool verb_list(struct room *room, int argc, char **argv, GError **error);
bool verb_show(struct room *room, int argc, char **argv, GError **error);
bool verb_render(struct room *room, int argc, char **argv, GError **error);
bool verb_lint(struct room *room, int argc, char **argv, GError **error);
bool verb_edit(struct room *room, int argc, char **argv, GError **error);
bool verb_prove(struct room *room, int argc, char **argv, GError **error);
bool verb_waive(struct room *room, int argc, char **argv, GError **error);
bool verb_diff(struct room *room, int argc, char **argv, GError **error);
bool verb_freeze(struct room *room, int argc, char **argv, GError **error);
bool verb_take(struct room *room, int argc, char **argv, GError **error);
bool verb_revise(struct room *room, int argc, char **argv, GError **error);
bool verb_disclose(struct room *room, int argc, char **argv, GError **error);
bool verb_vacate(struct room *room, int argc, char **argv, GError **error);
bool verb_withdraw(struct room *room, int argc, char **argv, GError **error);
bool verb_log(struct room *room, int argc, char **argv, GError **error);

bool room_open(struct room *room, enum desk_mode mode, GError **error);
/* What --for says. FAULT_USAGE: neither members nor public. */
bool room_audience(bool otherwise, bool *ret_public, GError **error);
/* On standard output, in the format that was asked for. */
bool room_print(const struct room *room, const struct table *table, GError **error);
/* FAULT_USAGE unless there is one argument. */
bool room_takes_one(const char *verb, int argc, GError **error);

/* "480" and "XSA-480" are the same; NULL: no such number. Points into `word`. */
const char *room_number(const struct room *room, const char *word);
/* The same, with an error: FAULT_USAGE. */
const char *room_need_number(const struct room *room, const char *word, GError **error);

/* One advisory and one of its versions, read from the record. */
struct choice {
    struct record_advisory *advisory;
    GPtrArray *versions;                  /* struct record_version * */
    const struct record_version *version; /* as asked for, or the newest; NULL: a mere draft */
    struct text *text;                    /* of the version; NULL with it */
};
void room_forget(struct choice *choice);

/* Opens the desk and finds the advisory that `word` names; its version is NULL when it has none.
 * FAULT_NOINPUT: no such advisory, or not the version that was asked for. */
bool room_find(struct room *room, const char *word, struct choice *choice, GError **error);
/* FAULT_NOINPUT: a mere draft. */
bool room_has_version(const struct choice *choice, GError **error);
/* room_find; FAULT_NOINPUT also when it has no version yet. */
bool room_choose(struct room *room, const char *word, struct choice *choice, GError **error);

/* Whether the draft of a version that is not frozen yet is meant: no version was asked for, and
 * record.conf has the next one. */
bool room_is_draft(const struct room *room, const struct choice *choice);
/* The chosen version's text. FAULT_CONFIG: it is no longer what was signed. Caller frees. */
char *room_render(const struct room *room, const struct choice *choice, GError **error);

#endif
