/* The names of tags and branches, read as versions, and the order of versions. Pure. */
#ifndef VERSIONS_H
#define VERSIONS_H

#include <glib.h>
#include <stdbool.h>

#define VERSION_PARTS 6

/* "RELEASE-4.9.0-rc3" -> parts 4 9 0, text "4.9.0", candidate "rc3". */
struct version {
    guint parts[VERSION_PARTS];
    guint count;        /* how many parts were written: 2 for "4.12-rc2" */
    bool letter;        /* the last part was a letter: 1.1.1w is 1 1 1 23, 1.1.1za is 1 1 1 27 */
    char text[48];      /* the parts as written, with dots: "2023.04", "1.1.1w" */
    char candidate[24]; /* "rc3", "rc1.2", "beta2", in small letters, or "": a release */
    char word[32];      /* a project's name before the version, in small letters: "curl"; or "" */
};

/* How tags are read: the built-in forms (RELEASE-4.9.0, 4.9.0-rc3, v2.41.0, curl-8_9_1, REL_15_2,
 * REL9_6_1, openssl-3.0.1, OpenSSL_1_1_1w, 1.2.3, go1.21.3, rc-8_13_0-2, ...) and before them, when
 * given, one regular expression (PCRE) for the whole name, with the named group `version` or the
 * groups `major`, `minor`, `patch`, and perhaps `candidate`. */
struct tag_rules;
struct tag_rules *tag_rules_new(const char *pattern, GError **error); /* FAULT_CONFIG */
void tag_rules_free(struct tag_rules *rules);
typedef struct tag_rules TagRules;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TagRules, tag_rules_free)

/* False: not a release; *ret_reason (static) says why in one clause. */
bool tag_parse_version(const struct tag_rules *rules, const char *tag, struct version *ret_version,
                       const char **ret_reason);

/* The line that a stable branch is named after: "stable-4.9" -> 4 9, "REL_15_STABLE" -> 15,
 * "release/1.2.x" -> 1 2. False when its name ends in no version. */
bool branch_parse_version(const char *branch, struct version *ret_version);

/* Below, equal, above zero: 4.9 < 4.10; a candidate comes before its release, alpha before beta
 * before rc; missing parts are 0. */
int version_compare(const struct version *a, const struct version *b);
/* The same, candidates not looked at. */
int version_compare_numbers(const struct version *a, const struct version *b);
/* By the first `count` parts only. */
int version_compare_parts(const struct version *a, const struct version *b, guint count);

#endif
