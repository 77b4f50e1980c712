/* Advisories as the record keeps them: number, state, dates and the policies that bind them. */
#ifndef RECORD_H
#define RECORD_H

#include "policy.h"
#include "store.h"

struct record_advisory {
    gint64 id;
    char *number; /* without the prefix */
    char *state;  /* "draft", "frozen", "predisclosed", "public", "updated", "withdrawn" */
    gint64 at[POLICY_EVENTS]; /* POLICY_UNKNOWN where nobody decided */
    GPtrArray *policies;      /* char *, by name */
};

/* All of them, in the order they were made: struct record_advisory *, owned by the array. */
GPtrArray *record_advisories(struct store *desk, GError **error);
void record_advisory_free(struct record_advisory *advisory);
typedef struct record_advisory RecordAdvisory;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecordAdvisory, record_advisory_free)

/* FAULT_NOINPUT: the record has none of that number. Caller frees. */
struct record_advisory *record_find(struct store *desk, const char *number, GError **error);

/* Changes to the record; the caller holds the transaction. A time of POLICY_UNKNOWN takes the date
 * away. */
bool record_make(struct store *desk, const char *number, gint64 now, gint64 *ret_id,
                 GError **error);
bool record_set_date(struct store *desk, gint64 advisory, enum policy_event event, gint64 time,
                     GError **error);
bool record_bind(struct store *desk, gint64 advisory, const char *policy, GError **error);
bool record_unbind_all(struct store *desk, gint64 advisory, GError **error);
bool record_set_state(struct store *desk, gint64 advisory, const char *state, GError **error);
/* No version up to this one leaves any more; 0: there is none. */
bool record_withdraw(struct store *desk, gint64 advisory, gint64 version, GError **error);
/* The list takes the place of the one there is; `list` is char *. */
enum record_list { RECORD_CVES, RECORD_CREDITS, RECORD_COMPANIONS };
bool record_set_list(struct store *desk, gint64 advisory, enum record_list which,
                     const GPtrArray *list, GError **error);
bool record_waive(struct store *desk, gint64 advisory, const char *finding, const char *reason,
                  const char *who, gint64 now, GError **error);

/* A finding of lint that is set aside, by its rule. */
struct record_waiver {
    char *finding, *reason;
};
/* By rule: struct record_waiver *, owned by the array. */
GPtrArray *record_waivers(struct store *desk, gint64 advisory, GError **error);

/* What happened to it: "imported", "frozen"; the detail quotes no embargoed text. */
struct record_event {
    gint64 at;
    char *who, *what, *detail;
};
bool record_add_event(struct store *desk, gint64 advisory, const struct record_event *event,
                      GError **error);
/* In their order: struct record_event *, owned by the array. */
GPtrArray *record_events(struct store *desk, gint64 advisory, GError **error);
/* Whether somebody ended its embargo early. */
bool record_is_vacated(struct store *desk, gint64 advisory, bool *ret_vacated, GError **error);

/* In its order: char *, owned by the array. */
GPtrArray *record_list(struct store *desk, gint64 advisory, enum record_list which, GError **error);
/* The CVEs, in the order of the heading. */
GPtrArray *record_cves(struct store *desk, gint64 advisory, GError **error);

#endif
