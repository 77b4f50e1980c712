/* The members of the predisclosure list in the record: who they are, what was decided about them,
 * when and by whom. Nothing is ever deleted. Errors quote no address. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include "member.h"
#include "store.h"

/* In order of their names: struct member *, owned by the array. */
GPtrArray *members_all(struct store *desk, GError **error);
/* By name, whatever its case. FAULT_NOINPUT names those that are near. */
struct member *members_find(struct store *desk, const char *name, GError **error);

/* What names are compared by; caller frees. */
char *members_fold(const char *name);

/* Who decided what, when. */
struct members_act {
    gint64 now;
    const char *who;    /* desk_user */
    const char *reason; /* NULL: none given */
};

/* The changes below are one transaction each, with what happened beside it. FAULT_DATA: the name or
 * the address is another member's already; or it cannot become active without an address and a
 * delivery. */
bool members_add(struct store *desk, struct member *member, enum member_state state,
                 const struct members_act *act, GError **error);
/* Everything but the state; `member->id` says whose. */
bool members_edit(struct store *desk, const struct member *member, const struct members_act *act,
                  GError **error);

/* What can be decided about a member. */
enum members_step {
    MEMBERS_ACCEPT,  /* listed, applied, declined, removed -> active; a public entry */
    MEMBERS_DECLINE, /* applied -> declined */
    MEMBERS_SUSPEND, /* active -> suspended */
    MEMBERS_RESUME,  /* suspended -> active */
    MEMBERS_REMOVE,  /* listed, active, suspended -> removed; a public entry */
    MEMBERS_STEPS
};
bool members_step_parse(const char *verb, enum members_step *ret_step); /* "accept", ... */
bool members_step_needs_reason(enum members_step step);
/* FAULT_USAGE: not from the state it is in, with what can be done from there; or the reason is
 * missing. */
bool members_take_step(struct store *desk, const struct member *member, enum members_step step,
                       const struct members_act *act, GError **error);

struct members_event {
    gint64 at;
    char *member, *who, *what, *detail;
};
/* In their order, of one member, or (0) of all: struct members_event *, owned by the array. */
GPtrArray *members_history(struct store *desk, gint64 member, GError **error);
/* Whether a project publishes such an event in the history of its list. */
bool members_is_public(const struct members_event *event);

#endif
