#include "credit.h"

#include <string.h>

enum { KEY_MAX = 48 }; /* the longest real one, Partially-based-on-patch-by, has 27 letters */

static const char signed_off[] = "Signed-off-by", reviewed[] = "Reviewed-by", acked[] = "Acked-by",
                  tested[] = "Tested-by", reported[] = "Reported-by", suggested[] = "Suggested-by",
                  developed[] = "Co-developed-by", release_acked[] = "Release-acked-by",
                  fixes[] = "Fixes", backport[] = "Backport";

/* Keys in small letters, without "-by". The first rows are the right spellings, which others are
 * compared with; the rest are real aberrations too far off for that. */
static const struct {
    const char *stem;
    const char *kind;
    bool right;
    bool negative;
} stems[] = {
    {"signed-off", signed_off, true, false},
    {"reviewed", reviewed, true, false},
    {"acked", acked, true, false},
    {"tested", tested, true, false},
    {"reported", reported, true, false},
    {"suggested", suggested, true, false},
    {"co-developed", developed, true, false},
    {"release-acked", release_acked, true, false},
    {"signed", signed_off, false, false},
    {"signoff", signed_off, false, false},
    {"reviewed-off", reviewed, false, false},
    {"ack", acked, false, false},
    {"acked-by", acked, false, false},
    {"acked-but-disliked", acked, false, false},
    {"nacked", acked, false, true},
    {"nack", acked, false, true},
    {"suggested-also", suggested, false, false},
    {"sugested-off", suggested, false, false},
    {"co-authored", developed, false, false},
    {"r-acked", release_acked, false, false},
};

/* One letter away from a kind, yet words of their own. */
static const char *const other_words[] = {"asked", "reposted", "tasted", "texted"};

/* Before a known key these leave it what it is; so does any adverb ("tentatively"). */
static const char *const softeners[] = {"already", "sort-of", "compile", "build", "boot", "smoke"};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_among(const char *word, const char *const *list, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        if (strcmp(word, list[i]) == 0)
            return true;
    }
    return false;
}

/* Letters added, dropped, changed or swapped with their neighbour; above 2 only "too many". */
static guint distance(const char *a, const char *b)
{
    guint rows[3][KEY_MAX + 1];
    gsize m = strlen(a);
    gsize n = strlen(b);
    if (MAX(m, n) - MIN(m, n) > 2)
        return 3;
    for (guint j = 0; j <= n; j++)
        rows[0][j] = j;
    for (guint i = 1; i <= m; i++) {
        guint *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (guint j = 1; j <= n; j++) {
            row[j] = last[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = MIN(row[j], MIN(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = MIN(row[j], before[j - 2] + 1);
        }
    }
    return rows[m % 3][n];
}

/* One slip, two in a long word; a short word must at least begin right: "backed" is not "acked". */
static bool is_slip(const char *stem, const char *right)
{
    bool is_long = strlen(right) >= 9;
    if (!is_long && stem[0] != right[0])
        return false;
    return distance(stem, right) <= (is_long ? 2 : 1);
}

static bool find_exact(const char *stem, struct credit_kind *ret_kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(stems); i++) {
        if (strcmp(stems[i].stem, stem) == 0) {
            *ret_kind = (struct credit_kind){stems[i].kind, stems[i].negative};
            return true;
        }
    }
    return false;
}

static bool find_similar(const char *stem, struct credit_kind *ret_kind)
{
    if (is_among(stem, other_words, G_N_ELEMENTS(other_words)))
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(stems) && stems[i].right; i++) {
        if (is_slip(stem, stems[i].stem)) {
            *ret_kind = (struct credit_kind){stems[i].kind, false};
            return true;
        }
    }
    return false;
}

/* "tentatively-acked" -> "acked"; NULL when what stands before it says something else. */
static const char *skip_softener(const char *stem)
{
    for (gsize i = 0; i < G_N_ELEMENTS(softeners); i++) {
        gsize length = strlen(softeners[i]);
        if (strncmp(stem, softeners[i], length) == 0 && stem[length] == '-')
            return stem + length + 1;
    }
    const char *hyphen = strchr(stem, '-');
    if (hyphen != NULL && hyphen - stem > 3 && memcmp(hyphen - 2, "ly", 2) == 0)
        return hyphen + 1;
    return NULL;
}

/* "reviewed-lightly" -> "reviewed" */
static void drop_adverb(char *stem)
{
    gsize length = strlen(stem);
    char *hyphen = strrchr(stem, '-');
    if (hyphen != NULL && length > 3 && strcmp(stem + length - 2, "ly") == 0)
        *hyphen = '\0';
}

static bool find_kind(char *stem, bool may_be_misspelt, struct credit_kind *ret_kind)
{
    if (find_exact(stem, ret_kind))
        return true;
    if (may_be_misspelt && find_similar(stem, ret_kind))
        return true;
    if (strncmp(stem, "not-", 4) == 0 && find_exact(stem + 4, ret_kind)) {
        ret_kind->negative = true;
        return true;
    }
    drop_adverb(stem);
    const char *softened = skip_softener(stem);
    return find_exact(softened == NULL ? stem : softened, ret_kind);
}

/* Small letters; blank and underscore count as hyphen, a slash as "and". */
static void normalise(const char *key, gsize length, char ret_stem[4 * KEY_MAX + 1])
{
    char *out = ret_stem;
    for (gsize i = 0; i < length; i++) {
        if (key[i] == '/')
            out = g_stpcpy(out, "-and-");
        else if (key[i] == ' ' || key[i] == '_')
            *out++ = '-';
        else
            *out++ = g_ascii_tolower(key[i]);
    }
    *out = '\0';
}

static void find_kinds(char *stem, bool may_be_misspelt, struct credit *credit)
{
    char *next = NULL;
    for (char *part = stem; part != NULL; part = next) {
        struct credit_kind kind;
        next = strstr(part, "-and-");
        if (next != NULL) {
            *next = '\0';
            next += strlen("-and-");
        }
        if (strlen(part) <= KEY_MAX && credit->kind_count < CREDIT_KINDS &&
            find_kind(part, may_be_misspelt, &kind))
            credit->kinds[credit->kind_count++] = kind;
    }
}

static void classify(struct credit *credit)
{
    char stem[4 * KEY_MAX + 1];
    bool has_blank = memchr(credit->key, ' ', credit->key_length) != NULL;
    normalise(credit->key, credit->key_length, stem);
    if (strcmp(stem, "fixes") == 0 || strcmp(stem, "backport") == 0) {
        credit->kinds[credit->kind_count++] =
            (struct credit_kind){stem[0] == 'f' ? fixes : backport, false};
        return;
    }
    gsize length = strlen(stem);
    if (length < 4 || strcmp(stem + length - 3, "-by") != 0)
        return;
    stem[length - 3] = '\0';
    find_kinds(stem, !has_blank, credit);
}

static bool is_key_char(char c)
{
    return g_ascii_isalpha(c) || c == '-' || c == ' ' || c == '_' || c == '/';
}

/* "Acked-by X <x@y>": a forgotten or mistyped colon is forgiven where an address ends the line. */
static bool is_loose_credit(const char *at, const char *end)
{
    while (end > at && is_blank(end[-1]))
        end--;
    return end > at && (end[-1] == '>' || end[-1] == ')') &&
           memchr(at, '@', (gsize)(end - at)) != NULL;
}

static const char *end_of_word(const char *at, const char *end)
{
    while (at < end && (g_ascii_isalpha(*at) || *at == '-'))
        at++;
    return at;
}

/* Where the key ends and what follows begins; false quickly for nearly every line of prose. */
static bool split_key(const char *begin, const char *end, struct credit *credit)
{
    const char *at = begin;
    const char *limit = end - begin > KEY_MAX ? begin + KEY_MAX : end;
    while (at < limit && is_key_char(*at))
        at++;
    const char *separator = at;
    while (separator < limit && is_blank(*separator))
        separator++;
    bool colon = separator < limit && *separator == ':';
    while (colon && at > begin && is_blank(at[-1]))
        at--;
    if (!colon)
        at = end_of_word(begin, limit);
    gsize length = (gsize)(at - begin);
    bool by = length > 3 && g_ascii_strncasecmp(at - 2, "by", 2) == 0;
    if (colon && !by && length != strlen(fixes) && length != strlen(backport))
        return false;
    if (!colon && (!by || at[-3] != '-' || at == limit || !is_loose_credit(at, end)))
        return false;
    *credit = (struct credit){.key = begin, .key_length = length, .written_odd = !colon};
    credit->rest = colon ? separator + 1 : at + (*at == ';' || *at == ',');
    return true;
}

bool credit_read(const char *begin, const char *end, struct credit *ret_credit)
{
    struct credit credit;
    if (begin == end || !g_ascii_isalpha(*begin) || !split_key(begin, end, &credit))
        return false;
    classify(&credit);
    if (credit.kind_count == 0)
        return false;
    const char *name = credit.kinds[0].name;
    credit.person = name != fixes && name != backport;
    if (credit.key_length != strlen(name) ||
        g_ascii_strncasecmp(credit.key, name, credit.key_length) != 0)
        credit.written_odd = true;
    *ret_credit = credit;
    return true;
}
