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

#endif
