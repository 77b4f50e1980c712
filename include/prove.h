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

#endif
