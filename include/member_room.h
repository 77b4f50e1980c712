/* What the verbs of `barograph member` share. A verb is one function in src/cmd/member_*.c and one
 * row of the table in src/cmd/member.c. */
#ifndef MEMBER_ROOM_H
#define MEMBER_ROOM_H

#include "command.h"
#include "desk.h"
#include "members.h"
#include "table.h"

/* The options, as they were given; filled before a verb runs. */
struct member_given {
    char *state, *reason, *on, *fingerprint, *format, *heading, *items;
    gint64 version; /* 0: not given */
    gboolean public_only, published_key, write, addresses;
};
extern struct member_given member_given;

struct member_room {
    struct context *context;
    struct desk *desk;
    char *who; /* desk_user */
};

typedef bool (*member_verb)(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_form(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_add(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_edit(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_key(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_step(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_list(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_show(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_history(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_doctor(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_export(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_import(struct member_room *room, int argc, char **argv, GError **error);

bool member_verb_apply(struct member_room *room, int argc, char **argv, GError **error);
bool member_verb_ack(struct member_room *room, int argc, char **argv, GError **error);
/* The published page that `html` is, against the record; `path` is for sentences. */
bool member_import_page(struct member_room *room, const char *path, const char *html, gsize length,
                        GError **error);

struct store *member_store(const struct member_room *room);
struct members_act member_act(const struct member_room *room);
/* In the format that was asked for, or in `standard`. */
bool member_print(const struct member_room *room, const struct table *table,
                  enum table_format standard, GError **error);
/* A file of the user's, or ("-") standard input. Caller unrefs. */
GBytes *member_input(const char *path, GError **error);

#endif
