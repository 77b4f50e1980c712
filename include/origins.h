/* What a message says of where its change comes from, and which advisories it names. Pure. */
#ifndef ORIGINS_H
#define ORIGINS_H

#include <glib.h>
#include <stdbool.h>

struct origin {
    const char *kind; /* "master-commit", "cherry-pick", "hg-changeset"; static */
    char hex[41];     /* small letters, as many as were written: 6 to 40 */
};

enum mention_claim { MENTION_ONLY, MENTION_PART, MENTION_FIX };

struct mention {
    char *advisory; /* "XSA-155" */
    enum mention_claim claim;
};

/* How advisories are named in this project: compiled once from configuration. */
struct mention_rules;

/* `prefix` "XSA": names are XSA-155, XSA155, XSA 155, also in small letters. `fix`, `part` and
 * `no_fix` are NULL-ended lists of regular expressions (GRegex on bytes, caseless, on one paragraph
 * with its lines joined by single blanks) in which @ stands for an advisory's name. All names
 * within what `fix` or `part` matches are claimed, unless `no_fix` matches the same name in the
 * same paragraph. NULL takes the defaults, which fit the Xen Project ("This is part of XSA-155 /
 * CVE-2015- 8550."). FAULT_CONFIG when the prefix is empty or a pattern does not compile. */
struct mention_rules *mention_rules_new(const char *prefix, const char *const *fix,
                                        const char *const *part, const char *const *no_fix,
                                        GError **error);
void mention_rules_free(struct mention_rules *rules);
typedef struct mention_rules MentionRules;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MentionRules, mention_rules_free)

/* Origin lines in the order of the message, as struct origin. An id after "cherry picked from Linux
 * commit" is not one of this project and is left out. Nothing is looked up. */
GArray *origins_find(const char *message, gsize length);

/* One entry an advisory, the strongest claim it makes, ordered by number; as struct mention *. */
GPtrArray *mentions_find(const struct mention_rules *rules, const char *message, gsize length);

const char *mention_claim_name(enum mention_claim claim); /* "mention", "part", "fix" */

#endif
