/* What a message says of where its change comes from, and which advisories it names. Pure. */
#ifndef ORIGINS_H
#define ORIGINS_H

#include <glib.h>
#include <stdbool.h>

struct origin {
    const char *kind; /* "master-commit", "cherry-pick", "hg-changeset"; static */
    char hex[41];     /* small letters, as many as were written */
};

enum mention_claim { MENTION_ONLY, MENTION_PART, MENTION_FIX };

struct mention {
    char *advisory; /* "XSA-155" */
    enum mention_claim claim;
};

/* How advisories are named in this project: compiled once from configuration. */
struct mention_rules;

/* `prefix` "XSA". `fix`, `part` and `no_fix` are lists of regular expressions (GRegex, caseless, on
 * one unfolded paragraph) in which @ stands for the advisory's name; NULL takes the defaults that
 * fit the Xen Project. FAULT_CONFIG when one does not compile. */
struct mention_rules *mention_rules_new(const char *prefix, const char *const *fix,
                                        const char *const *part, const char *const *no_fix,
                                        GError **error);
void mention_rules_free(struct mention_rules *rules);
typedef struct mention_rules MentionRules;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MentionRules, mention_rules_free)

/* Origin lines in the order of the message, as struct origin. */
GArray *origins_find(const char *message, gsize length);

/* One entry an advisory, the strongest claim it makes, ordered by number; as struct mention *. */
GPtrArray *mentions_find(const struct mention_rules *rules, const char *message, gsize length);

const char *mention_claim_name(enum mention_claim claim); /* "mention", "part", "fix" */

#endif
