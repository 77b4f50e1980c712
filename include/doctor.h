/* Who of the members cannot be reached on a day, and why: looked at before that day, while there is
 * time. Sentences name no address. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "member.h"
#include "pgp_keys.h"
#include "store.h"

enum { DOCTOR_FORECAST = 30 * 86400 }; /* seconds: keys that end soon after are told of too */

struct doctor_finding {
    const struct member *member;
    bool grave;       /* nothing could be sent; else a warning */
    const char *rule; /* static: "no-key", "key-ends", "bounced", ... */
    char *sentence;
};

/* Pure: one member's findings are appended to `findings` (struct doctor_finding *, as of
 * doctor_findings_new). `key` NULL: it is not in the keyring. Members that get no mail have none.
 */
void doctor_look(const struct member *member, const struct pgp_key *key, gint64 on,
                 GPtrArray *findings);
GPtrArray *doctor_findings_new(void);

/* Pure: the same of the last message that was sent to a member, when it bounced. */
void doctor_look_back(const struct member *member, bool bounced, GPtrArray *findings);

/* All of `members` (struct member *), which must outlive the findings. */
GPtrArray *doctor_round(const GPtrArray *members, struct store *desk, struct pgp *pgp, gint64 on,
                        GError **error);

#endif
