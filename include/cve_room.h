/* What the verbs of `barograph cve` share: the open desk, the server that gives CVE ids, and how it
 * is asked (https://github.com/CVEProject/cve-services, api-docs). */
#ifndef CVE_ROOM_H
#define CVE_ROOM_H

#include "command.h"
#include "cve_ids.h"
#include "desk.h"
#include "layout.h"
#include "record.h"
#include "web.h"

#include <jansson.h>

/* The options, as they were given. */
struct cve_given {
    gint64 amount, year;
    char *reason, *site, *format;
    char **taken; /* ids that the server reserved and whose answer was lost */
    gboolean again, asks_server, confirm_clock;
};
extern struct cve_given cve_given;

struct cve_room {
    struct context *context;
    struct layout *layout;
    struct desk *desk;
    char *who;
    char *headers[4]; /* the last is NULL; the key is among them: wiped */
};

typedef bool (*cve_verb)(struct cve_room *room, int argc, char **argv, GError **error);
bool cve_verb_reserve(struct cve_room *room, int argc, char **argv, GError **error);
bool cve_verb_publish(struct cve_room *room, int argc, char **argv, GError **error);
bool cve_verb_reject(struct cve_room *room, int argc, char **argv, GError **error);

/* --- the server --- */

/* What [publish] must have, and the key, which nobody else may read. FAULT_CONFIG,
 * FAULT_PERMISSION. */
bool cve_server_open(struct cve_room *room, GError **error);
void cve_server_close(struct cve_room *room);

struct cve_reply {
    guint status;
    json_t *json; /* NULL: none */
};
void cve_reply_clear(struct cve_reply *reply);

/* `path` follows the server's address: "/cve-id?amount=1"; body: taken, or NULL. True for every
 * answer that says what became of the question, also when it was refused. *ret_lost: nobody knows:
 * no answer, a broken one, or one of 500 and above. FAULT_REMOTE and what web_ask raises. */
bool cve_server_ask(struct cve_room *room, const char *method, const char *path, json_t *body,
                    struct cve_reply *ret_reply, bool *ret_lost, GError **error);
/* Raises what the server said, without any id: FAULT_PERMISSION, FAULT_DATA, FAULT_NOINPUT,
 * FAULT_BUSY. Always false. */
bool cve_server_refuse(const struct cve_reply *reply, GError **error);

/* A question that changes something. It is in the record before it is asked, and stays there as
 * lost when nobody knows what became of it. The server did it, when this returns true; the caller
 * settles *ret_request as done with what comes of it. FAULT_REMOTE with *ret_lost: as above; what
 * cve_server_refuse raises: it did not. */
struct cve_change {
    struct cve_request request;
    const char *method, *path;
    json_t *body; /* taken, or NULL */
};
bool cve_server_change(struct cve_room *room, const struct cve_change *change,
                       struct cve_reply *ret_reply, gint64 *ret_request, bool *ret_lost,
                       GError **error);

/* "reserved", "published", "rejected" of one id, as the server has it; *ret_state, static. NULL: it
 * does not know it. *ret_owner, caller frees: NULL when it does not say. */
bool cve_server_state(struct cve_room *room, const char *cve, const char **ret_state,
                      char **ret_owner, GError **error);
/* Ids that the server has as reserved for us: char *, by id. NULL with *error. */
GPtrArray *cve_server_reserved(struct cve_room *room, GError **error);
/* The record that it has; *ret_record: NULL: none; the caller drops it. */
bool cve_server_record(struct cve_room *room, const char *cve, json_t **ret_record, GError **error);

/* --- the desk --- */

/* FAULT_USAGE, FAULT_NOINPUT. */
struct record_advisory *cve_room_find(struct cve_room *room, const char *word, GError **error);
/* "CVE-2026-1234"; FAULT_USAGE, without quoting it. */
bool cve_room_check(const char *cve, GError **error);
/* Ids that an advisory has, in the record or in its draft: char *. NULL with *error. */
GPtrArray *cve_room_ids(struct cve_room *room, const struct record_advisory *advisory,
                        GError **error);

#endif
