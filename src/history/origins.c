#include "origins.h"

#include "fault.h"

#include <string.h>

enum {
    HEX_MIN = 6,
    HEX_MAX = 40,
    WORDS_MAX = 32,      /* how far a "cherry picked from" is followed */
    ADVISORIES_MAX = 500 /* in one message; real ones name three */
};

static const char master_commit[] = "master-commit", cherry_pick[] = "cherry-pick",
                  hg_changeset[] = "hg-changeset";

/* How a line begins that names an origin. A blank stands for any run of blanks, hyphens, dots and
 * no-break spaces, also none; % for digits and dots. */
static const struct {
    const char *opening;
    const char *kind;
    bool many; /* more than one line, with words between the ids */
} openings[] = {
    {"master commit :", master_commit, false},
    {"master commit id :", master_commit, false},
    {"master changeset :", master_commit, false},
    {"corresponding xen git#master commit is", master_commit, false},
    {"correspoding xen git#master commit is", master_commit, false},
    {"xen unstable changeset :", hg_changeset, false},
    {"xen unstable changest :", hg_changeset, false},
    {"xen unstable hg changeset :", hg_changeset, false},
    {"xen unstable: changeset :", hg_changeset, false},
    {"xen % testing changeset :", hg_changeset, false},
    {"cherry picked from", cherry_pick, true},
    {"backported from", cherry_pick, true},
    {"backport from", cherry_pick, true},
    {"imported from", cherry_pick, true},
};

/* Words that may stand between "cherry picked from" and an id, besides names of the project's
 * trees. Others, above all "Linux", say that the id is not one of this project. */
static const char *const fillers[] = {"commit", "commits", "changeset", "changesets", "cset",
                                      "c/s",    "master",  "staging",   "git",        "revision",
                                      "as",     "and",     "&",         "the",        "patch"};
static const char tree_prefix[] = "xen-";

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *line_end(const char *at, const char *end)
{
    const char *feed = at < end ? memchr(at, '\n', (gsize)(end - at)) : NULL;
    return feed == NULL ? end : feed;
}

static const char *skip_any(const char *at, const char *end, const char *characters)
{
    while (at < end) {
        if (*at != '\0' && strchr(characters, *at) != NULL)
            at++;
        else if (end - at > 1 && memcmp(at, "\xc2\xa0", 2) == 0) /* a no-break space */
            at += 2;
        else
            break;
    }
    return at;
}

/* Where the text after the opening begins, or NULL. */
static const char *skip_opening(const char *opening, const char *at, const char *end)
{
    for (; *opening != '\0'; opening++) {
        if (*opening == ' ') {
            at = skip_any(at, end, " \t-.");
        } else if (*opening == '%') {
            while (at < end && (g_ascii_isdigit(*at) || *at == '.'))
                at++;
        } else if (at < end && g_ascii_tolower(*at) == *opening) {
            at++;
        } else {
            return NULL;
        }
    }
    return at;
}

/* "23607:2f63562df1c4" -> "2f63562df1c4": Mercurial's local number says little. */
static const char *skip_local_number(const char *at, const char *end)
{
    const char *digits = at;
    while (digits < end && g_ascii_isdigit(*digits))
        digits++;
    return digits > at && end - digits > HEX_MIN && *digits == ':' ? digits + 1 : at;
}

/* An id, not a word of the letters a to f. */
static bool is_id(const char *at, const char *end)
{
    bool digit = false;
    if (end - at < HEX_MIN || end - at > HEX_MAX)
        return false;
    for (; at < end; at++) {
        if (!g_ascii_isxdigit(*at))
            return false;
        digit = digit || g_ascii_isdigit(*at);
    }
    return digit;
}

static bool is_filler(const char *at, const char *end)
{
    gsize length = (gsize)(end - at);
    if (length > strlen(tree_prefix) && memcmp(at, tree_prefix, strlen(tree_prefix)) == 0)
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(fillers); i++) {
        if (strlen(fillers[i]) == length && g_ascii_strncasecmp(fillers[i], at, length) == 0)
            return true;
    }
    return false;
}

static void add_origin(GArray *found, const char *kind, const char *at, const char *end)
{
    struct origin origin = {.kind = kind};
    for (gsize i = 0; at < end; i++, at++)
        origin.hex[i] = g_ascii_tolower(*at);
    g_array_append_val(found, origin);
}

/* The ids from here on, until a word that does not belong or a closing bracket. */
static void take_ids(GArray *found, const char *kind, const char *at, const char *end)
{
    for (int words = 0; words < WORDS_MAX && at < end; words++) {
        at = skip_any(at, end, " \t\r\n,");
        const char *word = at;
        while (at < end && !is_space(*at) && strchr(",)](\"", *at) == NULL)
            at++;
        const char *stop = at;
        while (stop > word && (stop[-1] == '.' || stop[-1] == ':' || stop[-1] == ';'))
            stop--;
        const char *hex = skip_local_number(word, stop);
        if (is_id(hex, stop))
            add_origin(found, hex > word ? hg_changeset : kind, hex, stop);
        else if (stop == word || !is_filler(word, stop))
            return;
    }
}

static void read_line(GArray *found, const char *line, const char *stop, const char *end)
{
    const char *at = line;
    while (at < stop && (*at == ' ' || *at == '\t' || *at == '(' || *at == '['))
        at++;
    if (at == stop || strchr("mMcCxXbBiI", *at) == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(openings); i++) {
        const char *after = skip_opening(openings[i].opening, at, stop);
        if (after != NULL) {
            take_ids(found, openings[i].kind, after, openings[i].many ? end : stop);
            return;
        }
    }
}

GArray *origins_find(const char *message, gsize length)
{
    GArray *found = g_array_new(FALSE, FALSE, sizeof(struct origin));
    const char *end = message + length;
    const char *stop;
    for (const char *line = message; line < end; line = stop < end ? stop + 1 : end) {
        stop = line_end(line, end);
        read_line(found, line, stop, end);
    }
    return found;
}

struct mention_rules {
    char *prefix;
    char *small_prefix;
    GRegex *name;
    GPtrArray *fix; /* of GRegex */
    GPtrArray *part;
    GPtrArray *no_fix;
};

/* Names and CVE numbers in a row: "CVE-2015-1 and CVE-2015-2 / XSA-9" before, "(or XSA-9 re-born)"
 * after. */
#define CVE "CVE-[\\w?-]+"
#define CVES "(?:" CVE "(?: ?[/,+&] ?| and ))*"
#define MORE "(?:(?: ?[/,&] ?| and | \\(?or )@)*"
#define SECURITY "(?:(?:a |the )?security (?:problem|issue|vulnerability|bug|fix),? (?:is )?)?"
#define PART_OF                                                                                    \
    "(?:a )?part of (?:the (?:fix(?:es)?|patch(?:es)?) (?:to|for) )?(?:a security issue, )?"

static const char *const default_fix[] = {
    "\\bthis (?:bug |patch |change |commit |issue )?(?:is )?" SECURITY CVES "@" MORE,
    "\\bthis (?:patch|change|commit) (?:fixes|solves|addresses) " CVES "@" MORE,
    "\\beverything together is " CVES "@" MORE,
    NULL,
};

static const char *const default_part[] = {
    "\\bthis (?:patch |change |commit )?is " SECURITY CVES PART_OF CVES "@" MORE,
    NULL,
};

static const char *const default_no_fix[] = {
    "\\bnot (?:really|(?:completely |fully )?fix)\\W+@",
    "\\bfollow-?up to @" MORE,
    "\\b(?:introduced by|per) @",
    "\\b@ (?:fix fix|follow-?up)\\b",
    NULL,
};

static GRegex *compile(const char *pattern, const char *name, GError **error)
{
    g_auto(GStrv) pieces = g_strsplit(pattern, "@", -1);
    g_autofree char *whole = g_strjoinv(name, pieces);
    g_autoptr(GError) wrong = NULL;
    /* Raw: messages may hold bytes that are no UTF-8. */
    GRegex *regex =
        g_regex_new(whole, G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, &wrong);
    if (regex == NULL)
        fault_raise(error, FAULT_CONFIG, "the advisory pattern \"%s\" does not compile: %s",
                    pattern, wrong->message);
    return regex;
}

static bool compile_all(GPtrArray *regexes, const char *const *patterns, const char *name,
                        GError **error)
{
    for (; *patterns != NULL; patterns++) {
        GRegex *regex = compile(*patterns, name, error);
        if (regex == NULL)
            return false;
        g_ptr_array_add(regexes, regex);
    }
    return true;
}

static GPtrArray *new_regexes(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)g_regex_unref);
}

struct mention_rules *mention_rules_new(const char *prefix, const char *const *fix,
                                        const char *const *part, const char *const *no_fix,
                                        GError **error)
{
    g_autoptr(MentionRules) rules = g_new0(struct mention_rules, 1);
    rules->prefix = g_strdup(prefix);
    rules->small_prefix = g_ascii_strdown(prefix, -1);
    rules->fix = new_regexes();
    rules->part = new_regexes();
    rules->no_fix = new_regexes();
    g_autofree char *literal = g_regex_escape_string(prefix, -1);
    /* Not \b: GLib takes bytes above 127 for Latin letters here. */
    g_autofree char *name =
        g_strdup_printf("(?:(?<![a-z0-9_])%s[- ]?[0-9]{1,9}(?![a-z0-9_]))", literal);
    if (*prefix == '\0') {
        fault_raise(error, FAULT_CONFIG, "the prefix of advisory names is empty");
        return NULL;
    }
    rules->name = compile("@", name, error);
    if (rules->name == NULL ||
        !compile_all(rules->fix, fix == NULL ? default_fix : fix, name, error) ||
        !compile_all(rules->part, part == NULL ? default_part : part, name, error) ||
        !compile_all(rules->no_fix, no_fix == NULL ? default_no_fix : no_fix, name, error))
        return NULL;
    return g_steal_pointer(&rules);
}

void mention_rules_free(struct mention_rules *rules)
{
    if (rules == NULL)
        return;
    g_free(rules->prefix);
    g_free(rules->small_prefix);
    g_clear_pointer(&rules->name, g_regex_unref);
    g_ptr_array_unref(rules->fix);
    g_ptr_array_unref(rules->part);
    g_ptr_array_unref(rules->no_fix);
    g_free(rules);
}

/* One advisory as far as it is known; in a paragraph, and then in the message. */
struct claim {
    guint number;
    enum mention_claim claim;
    bool barred; /* in this paragraph nothing is claimed of it */
};

/* NULL when there are too many. */
static struct claim *claim_of(GArray *claims, guint number)
{
    guint at = 0;
    while (at < claims->len && g_array_index(claims, struct claim, at).number < number)
        at++;
    if (at == claims->len || g_array_index(claims, struct claim, at).number != number) {
        if (claims->len == ADVISORIES_MAX)
            return NULL;
        struct claim fresh = {.number = number, .claim = MENTION_ONLY};
        g_array_insert_val(claims, at, fresh);
    }
    return &g_array_index(claims, struct claim, at);
}

typedef void (*see_name)(struct claim *claim);

static void see_mention(struct claim *claim)
{
    (void)claim;
}

static void see_part(struct claim *claim)
{
    claim->claim = MAX(claim->claim, MENTION_PART);
}

static void see_fix(struct claim *claim)
{
    claim->claim = MENTION_FIX;
}

static void see_no_fix(struct claim *claim)
{
    claim->barred = true;
}

/* All names between, each shown to `see`. */
static void see_names(const struct mention_rules *rules, const char *begin, const char *end,
                      GArray *claims, see_name see)
{
    g_autoptr(GMatchInfo) match = NULL;
    g_regex_match_full(rules->name, begin, end - begin, 0, 0, &match, NULL);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
        int from = 0;
        int to = 0;
        g_match_info_fetch_pos(match, 0, &from, &to);
        const char *digits = begin + to;
        while (digits > begin + from && g_ascii_isdigit(digits[-1]))
            digits--;
        struct claim *claim = claim_of(claims, (guint)g_ascii_strtoull(digits, NULL, 10));
        if (claim != NULL)
            see(claim);
    }
}

static void see_all(const struct mention_rules *rules, const GPtrArray *regexes,
                    const GString *text, GArray *claims, see_name see)
{
    for (guint i = 0; i < regexes->len; i++) {
        g_autoptr(GMatchInfo) match = NULL;
        g_regex_match_full(regexes->pdata[i], text->str, (gssize)text->len, 0, 0, &match, NULL);
        for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
            int from = 0;
            int to = 0;
            g_match_info_fetch_pos(match, 0, &from, &to);
            see_names(rules, text->str + from, text->str + to, claims, see);
        }
    }
}

static void read_paragraph(const struct mention_rules *rules, const GString *text, GArray *all)
{
    g_autoptr(GArray) claims = g_array_new(FALSE, FALSE, sizeof(struct claim));
    see_names(rules, text->str, text->str + text->len, claims, see_mention);
    if (claims->len == 0)
        return;
    see_all(rules, rules->part, text, claims, see_part);
    see_all(rules, rules->fix, text, claims, see_fix);
    see_all(rules, rules->no_fix, text, claims, see_no_fix);
    for (guint i = 0; i < claims->len; i++) {
        const struct claim *here = &g_array_index(claims, struct claim, i);
        struct claim *known = claim_of(all, here->number);
        if (known != NULL && !here->barred)
            known->claim = MAX(known->claim, here->claim);
    }
}

static bool names_one(const struct mention_rules *rules, const char *at, gsize length)
{
    return memmem(at, length, rules->prefix, strlen(rules->prefix)) != NULL ||
           memmem(at, length, rules->small_prefix, strlen(rules->small_prefix)) != NULL;
}

/* Takes one paragraph, up to a blank line; its lines are joined, runs of blanks become one. */
static const char *take_paragraph(const char *at, const char *end, GString *ret_text)
{
    g_string_truncate(ret_text, 0);
    while (at < end) {
        const char *stop = line_end(at, end);
        gsize before = ret_text->len;
        for (; at < stop; at++) {
            bool space = is_space(*at) || *at == '\0';
            if (!space)
                g_string_append_c(ret_text, *at);
            else if (ret_text->len > before && ret_text->str[ret_text->len - 1] != ' ')
                g_string_append_c(ret_text, ' ');
        }
        at = stop < end ? stop + 1 : end;
        if (ret_text->len == before)
            break;
        if (ret_text->str[ret_text->len - 1] != ' ')
            g_string_append_c(ret_text, ' ');
    }
    return at;
}

static void mention_free(struct mention *mention)
{
    g_free(mention->advisory);
    g_free(mention);
}

GPtrArray *mentions_find(const struct mention_rules *rules, const char *message, gsize length)
{
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)mention_free);
    const char *end = message + length;
    if (!names_one(rules, message, length))
        return found;
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(struct claim));
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *at = message; at < end;) {
        at = take_paragraph(at, end, text);
        if (names_one(rules, text->str, text->len))
            read_paragraph(rules, text, all);
    }
    for (guint i = 0; i < all->len; i++) {
        const struct claim *claim = &g_array_index(all, struct claim, i);
        struct mention *mention = g_new(struct mention, 1);
        mention->advisory = g_strdup_printf("%s-%u", rules->prefix, claim->number);
        mention->claim = claim->claim;
        g_ptr_array_add(found, mention);
    }
    return found;
}

const char *mention_claim_name(enum mention_claim claim)
{
    static const char *const names[] = {"mention", "part", "fix"};
    return names[claim];
}
