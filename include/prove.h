/* The transparency page of an advisory, once it is public: who was told when, how long each waited,
 * and what the policies that bound it ask for. What nobody wrote down is unknown, never guessed. */
#ifndef PROVE_H
#define PROVE_H

#include "policy.h"
#include "record.h"

#include <jansson.h>

struct prove_given {
    const char *id; /* "XSA-501" */
    const struct record_advisory *advisory;
    const GPtrArray *policies; /* struct policy *: all that are known */
    const struct workdays *workdays;
};

/* docs/json.md describes it. FAULT_PERMISSION: it has not been disclosed to the public; the
 * sentence tells nothing of it. FAULT_DATA: the ledger is not what it was; FAULT_NOINPUT: a policy
 * that bound it is not known. Caller drops. */
json_t *prove_page(struct store *desk, const struct prove_given *given, GError **error);

/* What the public has of an advisory: what was imported, which was public before it came here, and
 * what the ledger let out. */
struct prove_public {
    gint64 version;     /* row id of the newest version; 0: it is under embargo */
    gint64 at;          /* when it was told first, by the ledger or the record; POLICY_UNKNOWN */
    gint64 by;          /* the same, or when the first text that was imported was signed */
    gint64 reported_at; /* from the record; POLICY_UNKNOWN */
};
/* FAULT_DATA: the ledger is not what it was. */
bool prove_public(struct store *desk, const struct record_advisory *advisory,
                  struct prove_public *ret_public, GError **error);

#endif
