#include "employers.h"

#include "address.h"
#include "clock.h"
#include "country.h"
#include "fault.h"

#include <string.h>

#define DAY ((gint64)24 * 60 * 60)

struct row {
    gint64 from, to; /* half-open; the whole of time when undated */
    const char *employer;
    char confidence;
    guint line;
    const char *country; /* a code, or NULL */
    gint64 learned;      /* the day it came in; G_MININT64 when the table does not say */
};

/* All rows of one pattern, struct row; of two for the same days, that learned last counts. */
struct rule {
    GArray *dated, *undated;
};

struct employers {
    GHashTable *addresses; /* folded address -> struct rule */
    GHashTable *domains;   /* folded domain -> struct rule */
    GHashTable *countries; /* employer -> the country of its first domain row that has one */
    GStringChunk *strings;
    guint count;
    bool countries_told; /* some row has one */
    gint64 as_of;        /* rows that were learned later are left out */
};

enum { KIND, PATTERN, EMPLOYER, FROM, TO, CONFIDENCE, EVIDENCE, LEARNED, COUNTRY, COLUMNS };

/* Where a row was read, for error sentences. */
struct place {
    const char *path;
    guint line;
};

static void rule_free(gpointer pointer)
{
    struct rule *rule = pointer;
    g_array_unref(rule->dated);
    g_array_unref(rule->undated);
    g_free(rule);
}

static bool read_day(const char *text, gint64 otherwise, gint64 shift, struct place place,
                     gint64 *ret_time, GError **error)
{
    if (*text == '\0') {
        *ret_time = otherwise;
        return true;
    }
    gint64 time = 0;
    if (strlen(text) != 10 || !clock_parse_day(text, &time, NULL))
        return fault_raise(error, FAULT_CONFIG,
                           "%s:%u: \"%s\" is not a day: write it like 2018-06-01", place.path,
                           place.line, text);
    *ret_time = time + shift;
    return true;
}

static bool read_dates(char **cells, struct place place, struct row *row, GError **error)
{
    if (!read_day(cells[FROM], G_MININT64, 0, place, &row->from, error) ||
        !read_day(cells[TO], G_MAXINT64, DAY, place, &row->to, error) ||
        !read_day(cells[LEARNED], G_MININT64, 0, place, &row->learned, error))
        return false;
    if (row->from < row->to)
        return true;
    return fault_raise(error, FAULT_CONFIG, "%s:%u: it ends (%s) before it begins (%s)", place.path,
                       place.line, cells[TO], cells[FROM]);
}

static bool check_confidence(const char *text, struct place place, GError **error)
{
    if (*text == '\0' || (strlen(text) == 1 && *text >= 'A' && *text <= 'D'))
        return true;
    return fault_raise(error, FAULT_CONFIG,
                       "%s:%u: the confidence is \"%s\": write A (stated), B (strong sign), C "
                       "(company domain), D (guess) or nothing",
                       place.path, place.line, text);
}

static bool check_domain(const char *pattern, struct place place, GError **error)
{
    gsize length = strlen(pattern);
    if (strchr(pattern, '@') == NULL && strchr(pattern, '*') == NULL && pattern[0] != '.' &&
        pattern[length - 1] != '.' && strpbrk(pattern, " \t") == NULL)
        return true;
    return fault_raise(error, FAULT_CONFIG,
                       "%s:%u: \"%s\" is not a domain: write it like example.com; it stands for "
                       "all below it too",
                       place.path, place.line, pattern);
}

static bool check_row(char **cells, struct place place, GError **error)
{
    bool domain = g_str_equal(cells[KIND], "domain");
    if (!domain && !g_str_equal(cells[KIND], "address") && !g_str_equal(cells[KIND], "email"))
        return fault_raise(error, FAULT_CONFIG,
                           "%s:%u: the kind is \"%s\": write domain or address", place.path,
                           place.line, cells[KIND]);
    if (*cells[PATTERN] == '\0' || *cells[EMPLOYER] == '\0')
        return fault_raise(error, FAULT_CONFIG, "%s:%u: the %s is missing", place.path, place.line,
                           *cells[PATTERN] == '\0' ? "pattern" : "employer");
    if (g_str_equal(cells[EMPLOYER], EMPLOYER_OPEN))
        return fault_raise(error, FAULT_CONFIG,
                           "%s:%u: the employer of %s is still \"" EMPLOYER_OPEN
                           "\": write a name, or (unknown)",
                           place.path, place.line, cells[PATTERN]);
    return (!domain || check_domain(cells[PATTERN], place, error)) &&
           check_confidence(cells[CONFIDENCE], place, error);
}

static struct rule *find_or_add_rule(struct employers *employers, char **cells)
{
    bool domain = g_str_equal(cells[KIND], "domain");
    GHashTable *rules = domain ? employers->domains : employers->addresses;
    char *key = address_fold(cells[PATTERN]);
    struct rule *rule = g_hash_table_lookup(rules, key);
    if (rule != NULL) {
        g_free(key);
        return rule;
    }
    rule = g_new0(struct rule, 1);
    rule->dated = g_array_new(FALSE, FALSE, sizeof(struct row));
    rule->undated = g_array_new(FALSE, FALSE, sizeof(struct row));
    g_hash_table_insert(rules, key, rule);
    return rule;
}

/* The row that counts for some of the same days and was learned on the same one, or NULL. */
static const struct row *find_rival(const GArray *rows, const struct row *row)
{
    for (guint i = 0; i < rows->len; i++) {
        const struct row *other = &g_array_index(rows, struct row, i);
        if (other->from < row->to && row->from < other->to && other->learned == row->learned)
            return other;
    }
    return NULL;
}

static bool read_country(struct employers *employers, char **cells, struct place place,
                         struct row *row, GError **error)
{
    if (*cells[COUNTRY] == '\0')
        return true;
    if (country_region(cells[COUNTRY]) == NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "%s:%u: the country is \"%s\": write its two letters of ISO 3166, such "
                           "as GB",
                           place.path, place.line, cells[COUNTRY]);
    row->country = g_string_chunk_insert_const(employers->strings, cells[COUNTRY]);
    employers->countries_told = true;
    if (g_str_equal(cells[KIND], "domain") &&
        !g_hash_table_contains(employers->countries, row->employer))
        g_hash_table_insert(employers->countries, (gpointer)(guintptr)row->employer,
                            (gpointer)(guintptr)row->country);
    return true;
}

static bool add_row(struct employers *employers, char **cells, struct place place, GError **error)
{
    struct row row = {.confidence = cells[CONFIDENCE][0], .line = place.line};
    if (!check_row(cells, place, error) || !read_dates(cells, place, &row, error))
        return false;
    if (row.learned > employers->as_of)
        return true;
    bool dated = *cells[FROM] != '\0' || *cells[TO] != '\0';
    struct rule *rule = find_or_add_rule(employers, cells);
    GArray *rows = dated ? rule->dated : rule->undated;
    const struct row *rival = find_rival(rows, &row);
    if (rival != NULL)
        return fault_raise(error, FAULT_CONFIG,
                           "%s:%u: line %u names an employer of %s for %s already", place.path,
                           place.line, rival->line, cells[PATTERN],
                           dated ? "some of the same days" : "every day without a dated row");
    row.employer = g_string_chunk_insert_const(employers->strings, cells[EMPLOYER]);
    if (!read_country(employers, cells, place, &row, error))
        return false;
    employers->count++;
    g_array_append_val(rows, row);
    return true;
}

static bool read_line(struct employers *employers, const char *line, struct place place,
                      GError **error)
{
    if (!g_utf8_validate(line, -1, NULL))
        return fault_raise(error, FAULT_CONFIG, "%s:%u: the line is not UTF-8", place.path,
                           place.line);
    static char empty[1];
    char *cells[COLUMNS];
    g_auto(GStrv) written = g_strsplit(line, "\t", -1);
    guint count = g_strv_length(written);
    if (count < FROM || count > COLUMNS)
        return fault_raise(error, FAULT_CONFIG,
                           "%s:%u: found %u column%s: write kind, pattern, employer, from, to, "
                           "confidence, evidence, learned and country, parted by tabs",
                           place.path, place.line, count, count == 1 ? "" : "s");
    for (guint i = 0; i < COLUMNS; i++)
        cells[i] = i < count ? g_strstrip(written[i]) : empty;
    return add_row(employers, cells, place, error);
}

static bool read_table(struct employers *employers, const char *text, const char *path,
                       GError **error)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    if (g_str_has_prefix(text, byte_order_mark))
        text += strlen(byte_order_mark);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        gsize length = strlen(lines[i]);
        if (length > 0 && lines[i][length - 1] == '\r')
            lines[i][length - 1] = '\0';
        if (lines[i][0] == '#' || lines[i][strspn(lines[i], " \t")] == '\0')
            continue;
        if (!read_line(employers, lines[i], (struct place){path, i + 1}, error))
            return false;
    }
    return true;
}

struct employers *employers_load(const char *path, GError **error)
{
    return employers_load_as_of(path, EMPLOYERS_TODAY, error);
}

struct employers *employers_load_as_of(const char *path, gint64 as_of, GError **error)
{
    g_autoptr(Employers) employers = g_new0(struct employers, 1);
    employers->as_of = as_of;
    employers->addresses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, rule_free);
    employers->domains = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, rule_free);
    employers->countries = g_hash_table_new(g_str_hash, g_str_equal);
    employers->strings = g_string_chunk_new(1024);
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &text, &length, &reason)) {
        if (g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return g_steal_pointer(&employers);
        fault_raise(error, FAULT_NOINPUT, "the employers cannot be read: %s", reason->message);
        return NULL;
    }
    if (strlen(text) != length) {
        fault_raise(error, FAULT_CONFIG, "%s: it holds a NUL byte: it is no text", path);
        return NULL;
    }
    return read_table(employers, text, path, error) ? g_steal_pointer(&employers) : NULL;
}

void employers_free(struct employers *employers)
{
    if (employers == NULL)
        return;
    g_hash_table_unref(employers->addresses);
    g_hash_table_unref(employers->domains);
    g_hash_table_unref(employers->countries);
    g_string_chunk_free(employers->strings);
    g_free(employers);
}

guint employers_count(const struct employers *employers)
{
    return employers->count;
}

static void add_rule(GPtrArray *rules, GHashTable *table, const char *key)
{
    struct rule *rule = g_hash_table_lookup(table, key);
    if (rule != NULL)
        g_ptr_array_add(rules, rule);
}

/* The domain rules that an address falls under, the longest first. */
static GPtrArray *domain_rules(const struct employers *employers, const char *folded)
{
    GPtrArray *rules = g_ptr_array_new();
    const char *domain = address_domain(folded);
    while (domain != NULL && *domain != '\0') {
        add_rule(rules, employers->domains, domain);
        const char *dot = strchr(domain, '.');
        domain = dot == NULL ? NULL : dot + 1;
    }
    return rules;
}

/* What may decide about one address. */
struct candidates {
    GPtrArray *address; /* struct rule *: one or none */
    GPtrArray *domains; /* longest first */
};

static void candidates_find(const struct employers *employers, const char *address,
                            struct candidates *ret_candidates)
{
    g_autofree char *folded = address_fold(address);
    ret_candidates->address = g_ptr_array_new();
    add_rule(ret_candidates->address, employers->addresses, folded);
    ret_candidates->domains = domain_rules(employers, folded);
}

static void candidates_clear(struct candidates *candidates)
{
    g_ptr_array_unref(candidates->address);
    g_ptr_array_unref(candidates->domains);
}

static const struct row *row_at(const GArray *rows, gint64 time)
{
    const struct row *found = NULL;
    for (guint i = 0; i < rows->len; i++) {
        const struct row *row = &g_array_index(rows, struct row, i);
        if (row->from <= time && time < row->to && (found == NULL || row->learned > found->learned))
            found = row;
    }
    return found;
}

static const struct row *pick(const GPtrArray *rules, gint64 time)
{
    for (guint i = 0; i < rules->len; i++) {
        const struct rule *rule = g_ptr_array_index(rules, i);
        const struct row *row = row_at(rule->dated, time);
        if (row != NULL)
            return row;
    }
    for (guint i = 0; i < rules->len; i++) {
        const struct rule *rule = g_ptr_array_index(rules, i);
        const struct row *row = row_at(rule->undated, time);
        if (row != NULL)
            return row;
    }
    return NULL;
}

static const struct row *decide(const struct candidates *candidates, gint64 time)
{
    const struct row *row = pick(candidates->address, time);
    return row != NULL ? row : pick(candidates->domains, time);
}

const char *employers_find(const struct employers *employers, const char *address,
                           gint64 author_time)
{
    struct candidates candidates;
    candidates_find(employers, address, &candidates);
    const struct row *row = decide(&candidates, author_time);
    candidates_clear(&candidates);
    return row == NULL ? EMPLOYER_UNKNOWN : row->employer;
}

bool employers_ask(const struct employers *employers, const char *address, gint64 author_time,
                   struct employer_answer *ret_answer)
{
    struct candidates candidates;
    candidates_find(employers, address, &candidates);
    const struct row *own = pick(candidates.address, author_time);
    const struct row *domain = pick(candidates.domains, author_time);
    const struct row *row = own != NULL ? own : domain;
    candidates_clear(&candidates);
    if (row == NULL)
        return false;
    *ret_answer = (struct employer_answer){row->employer,   domain ? domain->employer : NULL,
                                           row->confidence, own != NULL,
                                           row->line,       row->from,
                                           row->to};
    return true;
}

bool employers_knows(const struct employers *employers, const char *address)
{
    struct candidates candidates;
    candidates_find(employers, address, &candidates);
    bool known = candidates.address->len + candidates.domains->len > 0;
    candidates_clear(&candidates);
    return known;
}

static void add_edges(GArray *edges, const GPtrArray *rules)
{
    for (guint i = 0; i < rules->len; i++) {
        const struct rule *rule = g_ptr_array_index(rules, i);
        for (guint j = 0; j < rule->dated->len; j++) {
            const struct row *row = &g_array_index(rule->dated, struct row, j);
            g_array_append_val(edges, row->from);
            g_array_append_val(edges, row->to);
        }
    }
}

static int compare_times(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return (left > right) - (left < right);
}

static void add_span(GArray *spans, const struct row *row, gint64 from, gint64 to)
{
    struct employer_span span = {from, to, row ? row->employer : EMPLOYER_UNKNOWN,
                                 row ? row->confidence : '\0'};
    if (spans->len > 0) {
        struct employer_span *last = &g_array_index(spans, struct employer_span, spans->len - 1);
        if (g_str_equal(last->employer, span.employer) && last->confidence == span.confidence) {
            last->to = to;
            return;
        }
    }
    g_array_append_val(spans, span);
}

GArray *employers_spans(const struct employers *employers, const char *address)
{
    struct candidates candidates;
    candidates_find(employers, address, &candidates);
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(gint64));
    const gint64 ends[] = {G_MININT64, G_MAXINT64};
    g_array_append_vals(edges, ends, G_N_ELEMENTS(ends));
    add_edges(edges, candidates.address);
    add_edges(edges, candidates.domains);
    g_array_sort(edges, compare_times);
    GArray *spans = g_array_new(FALSE, FALSE, sizeof(struct employer_span));
    for (guint i = 0; i + 1 < edges->len; i++) {
        gint64 from = g_array_index(edges, gint64, i), to = g_array_index(edges, gint64, i + 1);
        if (from < to)
            add_span(spans, decide(&candidates, from), from, to);
    }
    candidates_clear(&candidates);
    return spans;
}

const char *employers_country(const struct employers *employers, const char *address,
                              gint64 author_time)
{
    struct candidates candidates;
    candidates_find(employers, address, &candidates);
    const struct row *own = pick(candidates.address, author_time);
    const struct row *domain = pick(candidates.domains, author_time);
    candidates_clear(&candidates);
    const struct row *row = own != NULL ? own : domain;
    if (row == NULL || row->country != NULL)
        return row == NULL ? NULL : row->country;
    return g_hash_table_lookup(employers->countries, row->employer);
}

bool employers_have_countries(const struct employers *employers)
{
    return employers->countries_told;
}
