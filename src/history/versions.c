#include "versions.h"

#include "fault.h"

#include <stdlib.h>
#include <string.h>

#define NAME_LIMIT 200
#define SEPARATORS "-_./"

struct tag_rules {
    GRegex *pattern;
};

static const char no_version[] = "no version in its name";
static const char more_than_version[] = "more than a version in its name";
static const char more_than_name[] = "more than a project's name before its version";

/* Words that may stand before a version and say nothing. */
static const char *const release_words[] = {"v",       "ver",      "version", "r",   "rel",
                                            "release", "releases", "tag",     "tags"};

/* What may follow a version. */
enum suffix_kind { SUFFIX_CANDIDATE, SUFFIX_RELEASE, SUFFIX_OTHER };

static const struct suffix {
    const char *word;
    enum suffix_kind kind;
    guint rank;         /* of candidates: a higher one comes later */
    bool needs_number;  /* "3.12.0b2" is a beta, "0.9.8b" is not */
    const char *reason; /* of others */
} suffixes[] = {
    {"alpha", SUFFIX_CANDIDATE, 10, false, NULL},
    {"a", SUFFIX_CANDIDATE, 10, true, NULL},
    {"beta", SUFFIX_CANDIDATE, 20, false, NULL},
    {"b", SUFFIX_CANDIDATE, 20, true, NULL},
    {"pre", SUFFIX_CANDIDATE, 30, false, NULL},
    {"preview", SUFFIX_CANDIDATE, 30, false, NULL},
    {"rc", SUFFIX_CANDIDATE, 50, false, NULL},
    {"c", SUFFIX_CANDIDATE, 50, true, NULL},
    {"final", SUFFIX_RELEASE, 0, false, NULL},
    {"ga", SUFFIX_RELEASE, 0, false, NULL},
    {"release", SUFFIX_RELEASE, 0, false, NULL},
    {"dev", SUFFIX_OTHER, 0, false, "it marks the start of development, not a release"},
    {"devel", SUFFIX_OTHER, 0, false, "it marks the start of development, not a release"},
    {"branched", SUFFIX_OTHER, 0, false, "it marks where a branch began"},
    {"branchpoint", SUFFIX_OTHER, 0, false, "it marks where a branch began"},
    {"base", SUFFIX_OTHER, 0, false, "it marks where a branch began"},
    {"eol", SUFFIX_OTHER, 0, false, "it marks the end of a line"},
    {"end", SUFFIX_OTHER, 0, false, "it marks the end of a line"},
};
#define UNKNOWN_CANDIDATE_RANK 40

static const struct suffix *find_suffix(const char *word, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (strlen(suffixes[i].word) == length && strncmp(suffixes[i].word, word, length) == 0)
            return &suffixes[i];
    return NULL;
}

static bool is_release_word(const char *word, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(release_words); i++)
        if (strlen(release_words[i]) == length && strncmp(release_words[i], word, length) == 0)
            return true;
    return false;
}

static gsize letters(const char *text)
{
    gsize length = 0;
    while (g_ascii_islower(text[length]))
        length++;
    return length;
}

static gsize digits(const char *text)
{
    return strspn(text, "0123456789");
}

static bool is_separator(char c)
{
    return c != '\0' && strchr(SEPARATORS, c) != NULL;
}

/* Adds one part with its text; false when there is no room for it. */
static bool add_part(struct version *version, const char *text, gsize length, guint value)
{
    gsize used = strlen(version->text);
    bool dot = version->count > 0 && !version->letter;
    if (version->count == VERSION_PARTS || used + length + 2 > sizeof version->text)
        return false;
    if (dot)
        version->text[used++] = '.';
    memcpy(version->text + used, text, length);
    version->text[used + length] = '\0';
    version->parts[version->count++] = value;
    return true;
}

/* "4_9_1...": parts with the same separator between all of them. NULL when there is none, else
 * where they end. */
static const char *read_numbers(const char *text, struct version *version)
{
    char separator = '\0';
    while (true) {
        gsize length = digits(text);
        if (length == 0 || length > 9 ||
            !add_part(version, text, length, (guint)strtoul(text, NULL, 10)))
            return NULL;
        text += length;
        if ((*text != '.' && *text != '_') || (separator != '\0' && *text != separator) ||
            digits(text + 1) == 0)
            return text;
        separator = *text++;
    }
}

/* A letter right behind the numbers counts on: 1.0.2 1.0.2a ... 1.0.2z 1.0.2za. */
static const char *read_letter(const char *text, struct version *version)
{
    gsize length = letters(text);
    if (version->count < 2 || length == 0 || length > 2 || (length == 2 && text[0] != 'z') ||
        (text[length] != '\0' && !is_separator(text[length])))
        return text;
    guint value = (guint)(text[length - 1] - 'a' + 1) + (length == 2 ? 26 : 0);
    version->letter = true;
    if (!add_part(version, text, length, value))
        return NULL;
    return text + length;
}

/* "1.2", "-1" or nothing after a candidate's word: digits, dots between them, up to the end. */
static bool read_candidate_numbers(const char *text, char *candidate, gsize room)
{
    GString *joined = g_string_new(candidate);
    while (*text != '\0') {
        if (is_separator(*text))
            text++;
        gsize length = digits(text);
        if (length == 0)
            break;
        if (joined->len > 0 && g_ascii_isdigit(joined->str[joined->len - 1]))
            g_string_append_c(joined, '.');
        g_string_append_len(joined, text, (gssize)length);
        text += length;
    }
    bool good = *text == '\0' && joined->len < room;
    if (good)
        g_strlcpy(candidate, joined->str, room);
    g_string_free(joined, TRUE);
    return good;
}

/* What follows the numbers. NULL: it is fine; else why it is no release. */
static const char *read_suffix(const char *text, struct version *version)
{
    if (*text == '\0')
        return NULL;
    if (is_separator(*text) || *text == '~')
        text++;
    gsize length = letters(text);
    const struct suffix *suffix = find_suffix(text, length);
    const char *rest = text + length;
    if (suffix == NULL || (suffix->needs_number && digits(rest) == 0))
        return more_than_version;
    if (suffix->kind == SUFFIX_OTHER)
        return suffix->reason;
    if (suffix->kind == SUFFIX_RELEASE)
        return *rest == '\0' ? NULL : more_than_version;
    memcpy(version->candidate, text, length);
    version->candidate[length] = '\0';
    return read_candidate_numbers(rest, version->candidate, sizeof version->candidate)
               ? NULL
               : more_than_version;
}

/* What stands before the version. */
struct prefix {
    const char *candidate; /* "rc" in "rc-8_13_0-2", a word of the table, or NULL */
    bool attached;         /* a name runs into the digits: "go1.21" */
};

static const char *read_prefix_word(const char *word, gsize length, bool last,
                                    struct prefix *prefix, struct version *version)
{
    const struct suffix *suffix = find_suffix(word, length);
    if (is_release_word(word, length))
        return NULL;
    if (suffix != NULL && suffix->kind == SUFFIX_CANDIDATE && !suffix->needs_number) {
        prefix->candidate = suffix->word;
        return NULL;
    }
    /* "v1" in "v1-2.3" is no project's name, "libgit2" is. */
    gsize alphabetic = MIN(letters(word), length);
    if (alphabetic == 0 || (alphabetic < length && is_release_word(word, alphabetic)))
        return more_than_name;
    if (version->word[0] != '\0' || length >= sizeof version->word)
        return more_than_name;
    for (gsize i = 0; i < length; i++)
        if (!g_ascii_isalnum(word[i]))
            return more_than_name;
    memcpy(version->word, word, length);
    version->word[length] = '\0';
    prefix->attached = last && !is_separator(word[length]);
    return NULL;
}

static const char *read_prefix(const char *text, gsize length, struct prefix *prefix,
                               struct version *version)
{
    gsize at = 0;
    guint words = 0;
    while (at < length) {
        gsize word = strcspn(text + at, SEPARATORS);
        word = MIN(word, length - at);
        if (word == 0 || ++words > 2)
            return more_than_name;
        const char *reason =
            read_prefix_word(text + at, word, at + word == length, prefix, version);
        if (reason != NULL)
            return reason;
        at += word + (at + word < length ? 1 : 0);
    }
    return NULL;
}

/* "rc-8_13_0-2": the word stands in front, its number behind. */
static const char *read_front_candidate(const char *word, const char *text, struct version *version)
{
    g_strlcpy(version->candidate, word, sizeof version->candidate);
    if (!is_separator(*text) || digits(text + 1) == 0 ||
        !read_candidate_numbers(text, version->candidate, sizeof version->candidate))
        return no_version;
    return NULL;
}

/* Reads the name as a prefix that ends at `start` and a version. NULL or a reason. */
static const char *read_from(const char *name, gsize start, struct version *version)
{
    struct prefix prefix = {NULL, false};
    memset(version, 0, sizeof *version);
    const char *reason = read_prefix(name, start, &prefix, version);
    if (reason != NULL)
        return reason;
    const char *rest = read_numbers(name + start, version);
    if (rest == NULL)
        return no_version;
    bool alone = version->count == 1 && (start == 0 || prefix.attached);
    if (alone && *rest == '\0')
        return "a number alone is no version";
    if (prefix.candidate != NULL)
        return read_front_candidate(prefix.candidate, rest, version);
    rest = read_letter(rest, version);
    return rest == NULL ? more_than_version : read_suffix(rest, version);
}

/* A project's name may hold digits (libgit2-1.5), so every run of them may be the start. The reason
 * is that of the first. */
static const char *read_name(const char *name, struct version *version)
{
    const char *reason = NULL;
    for (gsize at = 0; name[at] != '\0'; at += MAX(digits(name + at), 1)) {
        if (!g_ascii_isdigit(name[at]))
            continue;
        const char *why = read_from(name, at, version);
        if (why == NULL)
            return NULL;
        reason = reason == NULL ? why : reason;
    }
    return reason == NULL ? no_version : reason;
}

struct tag_rules *tag_rules_new(const char *pattern, GError **error)
{
    g_autoptr(TagRules) rules = g_new0(struct tag_rules, 1);
    if (pattern == NULL || *pattern == '\0')
        return g_steal_pointer(&rules);
    g_autoptr(GError) reason = NULL;
    g_autofree char *whole = g_strdup_printf("\\A(?:%s)\\z", pattern);
    rules->pattern = g_regex_new(whole, G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, &reason);
    if (rules->pattern == NULL) {
        fault_raise(error, FAULT_CONFIG, "the tag pattern \"%s\" cannot be used: %s", pattern,
                    reason->message);
        return NULL;
    }
    if (g_regex_get_string_number(rules->pattern, "version") < 0 &&
        g_regex_get_string_number(rules->pattern, "major") < 0) {
        fault_raise(error, FAULT_CONFIG,
                    "the tag pattern \"%s\" names no group: write (?<version>...), or "
                    "(?<major>...) with (?<minor>...) and (?<patch>...)",
                    pattern);
        return NULL;
    }
    return g_steal_pointer(&rules);
}

void tag_rules_free(struct tag_rules *rules)
{
    if (rules == NULL)
        return;
    if (rules->pattern != NULL)
        g_regex_unref(rules->pattern);
    g_free(rules);
}

static char *group_text(const GMatchInfo *match, const char *group)
{
    char *text = g_match_info_fetch_named(match, group);
    if (text == NULL)
        return g_strdup("");
    char *folded = g_ascii_strdown(text, -1);
    g_free(text);
    return folded;
}

static const char *read_part_groups(const GMatchInfo *match, struct version *version)
{
    static const char *const groups[] = {"major", "minor", "patch"};
    for (gsize i = 0; i < G_N_ELEMENTS(groups); i++) {
        g_autofree char *text = group_text(match, groups[i]);
        gsize length = strlen(text);
        if (length == 0)
            break;
        if (length > 9 || digits(text) != length ||
            !add_part(version, text, length, (guint)strtoul(text, NULL, 10)))
            return "the tag pattern finds a part that is no number";
    }
    return version->count == 0 ? "the tag pattern finds no major number in it" : NULL;
}

static const char *read_version_group(const char *text, struct version *version)
{
    static const char reason[] = "the tag pattern finds text that is no version";
    const char *rest = read_numbers(text, version);
    if (rest != NULL)
        rest = read_letter(rest, version);
    return rest == NULL || read_suffix(rest, version) != NULL ? reason : NULL;
}

static void read_candidate_group(const char *text, struct version *version)
{
    while (is_separator(*text))
        text++;
    if (*text != '\0' && read_suffix(text, version) != NULL)
        g_strlcpy(version->candidate, text, sizeof version->candidate);
}

/* False when the pattern says nothing about this tag. */
static bool read_by_pattern(const struct tag_rules *rules, const char *tag, struct version *version,
                            const char **ret_reason)
{
    g_autoptr(GMatchInfo) match = NULL;
    if (rules->pattern == NULL || !g_regex_match(rules->pattern, tag, 0, &match))
        return false;
    g_autofree char *text = group_text(match, "version");
    g_autofree char *candidate = group_text(match, "candidate");
    *ret_reason =
        *text != '\0' ? read_version_group(text, version) : read_part_groups(match, version);
    if (*ret_reason == NULL)
        read_candidate_group(candidate, version);
    return true;
}

bool tag_parse_version(const struct tag_rules *rules, const char *tag, struct version *ret_version,
                       const char **ret_reason)
{
    struct version version = {.count = 0};
    const char *reason = NULL;
    if (!read_by_pattern(rules, tag, &version, &reason)) {
        g_autofree char *name = g_ascii_strdown(tag, -1);
        reason = strlen(name) > NAME_LIMIT ? more_than_version : read_name(name, &version);
    }
    if (reason != NULL) {
        *ret_reason = reason;
        return false;
    }
    *ret_version = version;
    return true;
}

bool branch_parse_version(const char *branch, struct version *ret_version)
{
    static const char *const ends[] = {"", "x", "stable", "branch", "maint", "fixes", "lts"};
    g_autofree char *name = g_ascii_strdown(branch, -1);
    for (const char *at = name; *at != '\0'; at += MAX(digits(at), 1)) {
        struct version version = {.count = 0};
        const char *rest = digits(at) == 0 ? NULL : read_numbers(at, &version);
        if (rest == NULL || (at - name >= 2 && is_separator(at[-1]) && g_ascii_isdigit(at[-2])))
            continue;
        if (is_separator(*rest))
            rest++;
        for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
            if (g_str_equal(rest, ends[i])) {
                *ret_version = version;
                return true;
            }
    }
    return false;
}

static int compare_uints(guint a, guint b)
{
    return (a > b) - (a < b);
}

int version_compare_parts(const struct version *a, const struct version *b, guint count)
{
    for (guint i = 0; i < MIN(count, VERSION_PARTS); i++) {
        int order = compare_uints(a->parts[i], b->parts[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

int version_compare_numbers(const struct version *a, const struct version *b)
{
    return version_compare_parts(a, b, VERSION_PARTS);
}

/* Dotted numbers; fewer come first: rc1 < rc1.1 < rc1.2 < rc2. */
static int compare_dotted(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        char *after_a = NULL, *after_b = NULL;
        guint64 left = g_ascii_strtoull(a, &after_a, 10);
        guint64 right = g_ascii_strtoull(b, &after_b, 10);
        if (left != right)
            return left < right ? -1 : 1;
        if (after_a == a || after_b == b)
            return strcmp(a, b);
        a = after_a + (*after_a == '.');
        b = after_b + (*after_b == '.');
    }
    return (*a != '\0') - (*b != '\0');
}

static guint candidate_rank(const char *candidate, gsize word)
{
    const struct suffix *suffix = find_suffix(candidate, word);
    return suffix == NULL ? UNKNOWN_CANDIDATE_RANK : suffix->rank;
}

static int compare_candidates(const char *a, const char *b)
{
    if (*a == '\0' || *b == '\0')
        return (*a == '\0') - (*b == '\0');
    gsize word_a = letters(a), word_b = letters(b);
    guint rank_a = candidate_rank(a, word_a), rank_b = candidate_rank(b, word_b);
    if (rank_a != rank_b)
        return compare_uints(rank_a, rank_b);
    int order = compare_dotted(a + word_a, b + word_b);
    return order != 0 ? order : strcmp(a, b);
}

int version_compare(const struct version *a, const struct version *b)
{
    int order = version_compare_numbers(a, b);
    return order != 0 ? order : compare_candidates(a->candidate, b->candidate);
}
