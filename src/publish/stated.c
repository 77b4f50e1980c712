#include "stated.h"

#include <stdlib.h>
#include <string.h>

/* Headings under which a text says it. */
static const char *const headings[] = {"VULNERABLE SYSTEMS", "AFFECTED SYSTEMS",
                                       "AFFECTED VERSIONS"};

enum mode { PLAIN, FROM, UP_TO, BEFORE, AFTER, BETWEEN };

/* What words do to the version that follows. */
static const struct {
    const char *word;
    enum mode mode;
} leads[] = {
    {"from", FROM},     {"since", FROM},    {"starting", FROM}, {"between", BETWEEN},
    {"to", UP_TO},      {"through", UP_TO}, {"until", UP_TO},   {"up", UP_TO},
    {"before", BEFORE}, {"prior", BEFORE},  {"after", AFTER},
};

/* What they do to the version before them. */
static const char *const upwards[] = {"later", "newer", "onwards", "onward", "above", "upwards"};
static const char *const downwards[] = {"earlier", "older", "below"};

/* A sentence with one of these speaks of some systems only. */
static const char *const conditions[] = {
    "if",      "unless", "with",   "without",    "when",  "which",   "that",   "where",
    "except",  "but",    "fix",    "fixes",      "patch", "patches", "having", "using",
    "enabled", "built",  "unlike", "configured", "while", "would"};

/* Words that say no more than that versions are spoken of. */
static const char *const fillers[] = {
    "all",      "any",      "version",    "versions",   "release",   "releases",  "branch",
    "branches", "of",       "the",        "and",        "or",        "as",        "well",
    "at",       "least",    "is",         "are",        "not",       "kernel",    "kernels",
    "systems",  "running",  "only",       "from",       "to",        "up",        "have",
    "been",     "also",     "including",  "in",         "both",      "has",       "series",
    "x",        "on",       "unaffected", "vulnerable", "affected",  "inspected", "checked",
    "analysed", "analyzed", "upwards",    "starting",   "therefore", "thus"};

static const char *const looked[] = {"inspected", "checked", "analysed", "analyzed", "tested"};

#define IN(word, list) is_in(word, list, G_N_ELEMENTS(list))

static bool is_in(const char *word, const char *const *list, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (g_ascii_strcasecmp(word, list[i]) == 0)
            return true;
    return false;
}

static void range_free(gpointer pointer)
{
    struct stated_range *range = pointer;
    g_free(range->product);
    g_free(range->from);
    g_free(range->to);
    g_free(range);
}

/* --- versions --- */

int stated_compare(const char *left, const char *right)
{
    while (*left != '\0' && *right != '\0') {
        char *left_rest = NULL, *right_rest = NULL;
        guint64 a = g_ascii_strtoull(left, &left_rest, 10);
        guint64 b = g_ascii_strtoull(right, &right_rest, 10);
        if (a != b)
            return a < b ? -1 : 1;
        if (left_rest == left || right_rest == right)
            return g_strcmp0(left, right) < 0 ? -1 : g_strcmp0(left, right) > 0;
        left = left_rest + (*left_rest == '.');
        right = right_rest + (*right_rest == '.');
    }
    return (*left != '\0') - (*right != '\0');
}

/* As many parts as the limit has. */
static int compare_with(const char *version, const char *limit)
{
    gsize parts = 1, length = 0;
    for (const char *c = limit; *c != '\0'; c++)
        parts += *c == '.';
    while (version[length] != '\0' && (version[length] != '.' || --parts > 0))
        length++;
    g_autofree char *head = g_strndup(version, length);
    return stated_compare(head, limit);
}

bool stated_holds(const struct stated_range *range, const char *version)
{
    int low = range->from == NULL ? 1 : compare_with(version, range->from);
    int high = range->to == NULL ? -1 : compare_with(version, range->to);
    return (range->after ? low > 0 : low >= 0) && (range->before ? high < 0 : high <= 0);
}

/* "4.5.x" -> "4.5", "v26.1" -> "26.1"; NULL: it is no version. */
static char *version_in(const char *word)
{
    const char *digits = word + (*word == 'v');
    gsize length = strspn(digits, "0123456789.");
    bool series = g_str_equal(digits + length, "x") && length > 0 && digits[length - 1] == '.';
    if (!g_ascii_isdigit(*digits) || (digits[length] != '\0' && !series))
        return NULL;
    char *version = g_strndup(digits, length - series);
    if ((series || strchr(version, '.') != NULL) && strstr(version, "..") == NULL)
        return version;
    g_free(version);
    return NULL;
}

/* --- one sentence --- */

struct sentence {
    GPtrArray *words;  /* char *, without the marks around them */
    GPtrArray *ranges; /* struct stated_range *: of this sentence */
    const char *product;
    guint unknown; /* different words that no list has */
};

static bool is_version(const char *word)
{
    g_autofree char *version = version_in(word);
    return version != NULL;
}

static bool is_known(const char *word)
{
    bool lead = false;
    for (gsize i = 0; i < G_N_ELEMENTS(leads); i++)
        lead = lead || g_ascii_strcasecmp(word, leads[i].word) == 0;
    return lead || IN(word, fillers) || IN(word, upwards) || IN(word, downwards) ||
           is_version(word);
}

static const char *word_at(const struct sentence *sentence, guint index)
{
    return index < sentence->words->len ? sentence->words->pdata[index] : "";
}

/* The word after "of", else that before the first version, else the first that is no filler. */
static void find_product(struct sentence *sentence)
{
    g_autoptr(GHashTable) unknown = g_hash_table_new(g_str_hash, g_str_equal);
    const char *first = NULL, *near = NULL, *last = NULL;
    for (guint i = 0; i < sentence->words->len; i++) {
        const char *word = sentence->words->pdata[i];
        if (is_version(word) && near == NULL)
            near = last;
        if (is_known(word))
            continue;
        g_hash_table_add(unknown, (gpointer)(gsize)word);
        first = first == NULL ? word : first;
        last = strchr(word, ')') == NULL ? word : NULL;
        if (i > 0 && sentence->product == NULL &&
            g_ascii_strcasecmp(word_at(sentence, i - 1), "of") == 0)
            sentence->product = word;
    }
    sentence->unknown = g_hash_table_size(unknown);
    if (sentence->product == NULL)
        sentence->product = near != NULL ? near : first;
}

static enum stated_word verdict_of(const struct sentence *sentence)
{
    for (guint i = 0; i + 1 < sentence->words->len; i++) {
        const char *word = word_at(sentence, i), *next = word_at(sentence, i + 1);
        bool denied = g_ascii_strcasecmp(next, "not") == 0;
        const char *said = word_at(sentence, i + 1 + denied);
        if (g_ascii_strcasecmp(word, "have") == 0 && denied && IN(word_at(sentence, i + 3), looked))
            return STATED_NOT_INSPECTED;
        if (g_ascii_strcasecmp(word, "is") != 0 && g_ascii_strcasecmp(word, "are") != 0)
            continue;
        if (g_ascii_strcasecmp(said, "unaffected") == 0)
            return denied ? STATED_NOTHING : STATED_NOT_AFFECTED;
        if (g_ascii_strcasecmp(said, "vulnerable") == 0 ||
            g_ascii_strcasecmp(said, "affected") == 0)
            return denied ? STATED_NOT_AFFECTED : STATED_AFFECTED;
    }
    return STATED_NOTHING;
}

static struct stated_range *add_range(GPtrArray *ranges, const char *from, const char *to)
{
    struct stated_range *range = g_new0(struct stated_range, 1);
    range->from = g_strdup(from);
    range->to = g_strdup(to);
    g_ptr_array_add(ranges, range);
    return range;
}

/* "4.7 to 4.17" is one range; "4.7 and up to 4.3" would be two. */
static bool is_joined(const struct sentence *sentence, guint index)
{
    static const char *const between[] = {"to", "through", "until"};
    return index >= 2 && IN(word_at(sentence, index - 1), between) &&
           is_version(word_at(sentence, index - 2));
}

static void take_version(struct sentence *sentence, const char *version, bool joined,
                         enum mode *mode)
{
    guint count = sentence->ranges->len;
    struct stated_range *last = count == 0 ? NULL : sentence->ranges->pdata[count - 1];
    if (joined && last != NULL)
        g_clear_pointer(&last->to, g_free);
    bool open = last != NULL && last->from != NULL && last->to == NULL;
    enum mode next = *mode == BETWEEN && !open ? BETWEEN : PLAIN;
    if ((*mode == UP_TO || *mode == BETWEEN) && open)
        last->to = g_strdup(version);
    else if (*mode == FROM || *mode == AFTER || *mode == BETWEEN)
        add_range(sentence->ranges, version, NULL)->after = *mode == AFTER;
    else if (*mode == UP_TO || *mode == BEFORE)
        add_range(sentence->ranges, NULL, version)->before = *mode == BEFORE;
    else
        add_range(sentence->ranges, version, version);
    *mode = next;
}

static void take_word(struct sentence *sentence, const char *word, enum mode *mode)
{
    guint count = sentence->ranges->len;
    struct stated_range *last = count == 0 ? NULL : sentence->ranges->pdata[count - 1];
    for (gsize i = 0; i < G_N_ELEMENTS(leads); i++)
        if (g_ascii_strcasecmp(word, leads[i].word) == 0)
            *mode = leads[i].mode;
    if (last != NULL && IN(word, upwards))
        g_clear_pointer(&last->to, g_free);
    else if (last != NULL && IN(word, downwards))
        g_clear_pointer(&last->from, g_free);
}

static bool says_all(const struct sentence *sentence)
{
    static const char *const nouns[] = {"version", "versions", "releases", "branches"};
    for (guint i = 0; i < sentence->words->len; i++)
        if (g_ascii_strcasecmp(word_at(sentence, i), "all") == 0 &&
            (IN(word_at(sentence, i + 1), nouns) || IN(word_at(sentence, i + 2), nouns)))
            return true;
    return false;
}

/* "Only Xen 4.4 is vulnerable.": all others are not. */
static void add_others(struct sentence *sentence)
{
    if (sentence->ranges->len != 1 || sentence->unknown > 1 ||
        g_ascii_strcasecmp(word_at(sentence, 0), "only") != 0)
        return;
    const struct stated_range *range = sentence->ranges->pdata[0];
    const char *from = range->from, *to = range->to;
    bool before = range->before, after = range->after;
    if (from != NULL) {
        struct stated_range *below = add_range(sentence->ranges, NULL, from);
        below->before = !after;
        below->word = STATED_NOT_AFFECTED;
    }
    if (to != NULL) {
        struct stated_range *above = add_range(sentence->ranges, to, NULL);
        above->after = !before;
        above->word = STATED_NOT_AFFECTED;
    }
}

/* "Older versions are not affected.": than what the sentence before speaks of. */
static bool add_relative(struct sentence *sentence, const GPtrArray *before)
{
    const struct stated_range *last = before->len == 0 ? NULL : before->pdata[before->len - 1];
    const char *word = word_at(sentence, 0);
    if (last == NULL || sentence->unknown > 1)
        return false;
    if (IN(word, downwards) && last->from != NULL) {
        add_range(sentence->ranges, NULL, last->from)->before = !last->after;
        sentence->product = sentence->product == NULL ? last->product : sentence->product;
    } else if (IN(word, upwards) && last->to != NULL) {
        add_range(sentence->ranges, last->to, NULL)->after = !last->before;
        sentence->product = sentence->product == NULL ? last->product : sentence->product;
    }
    return sentence->ranges->len > 0;
}

static bool has_condition(const struct sentence *sentence)
{
    for (guint i = 0; i < sentence->words->len; i++)
        if (IN(word_at(sentence, i), conditions) ||
            (i > 0 && g_ascii_strcasecmp(word_at(sentence, i), "only") == 0))
            return true;
    return false;
}

static bool read_ranges(struct sentence *sentence, enum stated_word word, const GPtrArray *before)
{
    enum mode mode = PLAIN;
    if (add_relative(sentence, before))
        return true;
    if (word == STATED_NOT_INSPECTED || (word == STATED_NOT_AFFECTED && sentence->unknown > 1))
        return false;
    for (guint i = 0; i < sentence->words->len; i++) {
        g_autofree char *version = version_in(word_at(sentence, i));
        if (version != NULL)
            take_version(sentence, version, is_joined(sentence, i), &mode);
        else
            take_word(sentence, word_at(sentence, i), &mode);
    }
    if (sentence->ranges->len == 0 && word == STATED_AFFECTED && says_all(sentence))
        add_range(sentence->ranges, NULL, NULL);
    return sentence->ranges->len > 0;
}

static void end_sentence(struct sentence *sentence, GPtrArray *all)
{
    enum stated_word word = verdict_of(sentence);
    sentence->product = NULL;
    find_product(sentence);
    if (word != STATED_NOTHING && !has_condition(sentence) && read_ranges(sentence, word, all)) {
        if (word == STATED_AFFECTED)
            add_others(sentence);
        for (guint i = 0; i < sentence->ranges->len; i++) {
            struct stated_range *range = sentence->ranges->pdata[i];
            range->word = range->word == STATED_NOTHING ? word : range->word;
            range->product = g_strdup(sentence->product);
        }
        g_ptr_array_extend_and_steal(all, g_steal_pointer(&sentence->ranges));
        sentence->ranges = g_ptr_array_new();
    }
    g_ptr_array_set_free_func(sentence->ranges, range_free);
    g_ptr_array_set_size(sentence->ranges, 0);
    g_ptr_array_set_free_func(sentence->ranges, NULL);
    g_ptr_array_set_size(sentence->words, 0);
}

/* --- the prose --- */

static void take(struct sentence *sentence, const char *word, GPtrArray *all)
{
    gsize length = strlen(word), begin = strspn(word, "(\"'`");
    while (length > begin && strchr(".,;:!?\"'", word[length - 1]) != NULL)
        length--;
    if (length > begin)
        g_ptr_array_add(sentence->words, g_strndup(word + begin, length - begin));
    gsize whole = strlen(word);
    if (whole > 0 && strchr(".!?", word[whole - 1]) != NULL)
        end_sentence(sentence, all);
}

GPtrArray *stated_read(const char *prose)
{
    GPtrArray *all = g_ptr_array_new_with_free_func(range_free);
    struct sentence sentence = {g_ptr_array_new_with_free_func(g_free), g_ptr_array_new(), NULL, 0};
    g_auto(GStrv) paragraphs = g_strsplit(prose, "\n\n", -1);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        g_auto(GStrv) words = g_strsplit_set(*paragraph, " \t\r\n", -1);
        for (char **word = words; *word != NULL; word++)
            if (**word != '\0')
                take(&sentence, *word, all);
        end_sentence(&sentence, all);
    }
    g_ptr_array_unref(sentence.words);
    g_ptr_array_unref(sentence.ranges);
    return all;
}

GPtrArray *stated_of(const struct publication *publication)
{
    for (gsize i = 0; publication->text != NULL && i < G_N_ELEMENTS(headings); i++) {
        g_autofree char *prose = publication_prose(publication, headings[i]);
        if (*prose != '\0')
            return stated_read(prose);
    }
    return stated_read("");
}

/* --- what it says of a version --- */

static bool is_of(const struct stated_range *range, const char *product)
{
    return range->product == NULL || g_ascii_strcasecmp(range->product, product) == 0;
}

enum stated_word stated_about(const GPtrArray *ranges, const char *product, const char *version)
{
    enum stated_word word = STATED_NOTHING;
    for (guint i = 0; i < ranges->len; i++) {
        const struct stated_range *range = ranges->pdata[i];
        if (!is_of(range, product) || !stated_holds(range, version))
            continue;
        if (range->word == STATED_NOT_AFFECTED)
            return STATED_NOT_AFFECTED;
        word = word == STATED_AFFECTED ? word : range->word;
    }
    return word;
}

bool stated_any(const GPtrArray *ranges, const char *product)
{
    for (guint i = 0; i < ranges->len; i++) {
        const struct stated_range *range = ranges->pdata[i];
        if (range->word == STATED_AFFECTED && is_of(range, product))
            return true;
    }
    return false;
}

char *stated_next_line(const char *version)
{
    const char *dot = strrchr(version, '.');
    if (dot == NULL)
        return g_strdup_printf("%" G_GUINT64_FORMAT, g_ascii_strtoull(version, NULL, 10) + 1);
    if (strchr(version, '.') != dot)
        return NULL;
    return g_strdup_printf("%.*s.%" G_GUINT64_FORMAT, (int)(dot - version), version,
                           g_ascii_strtoull(dot + 1, NULL, 10) + 1);
}
