#include "fault.h"
#include "reproduce.h"

#include <math.h>
#include <string.h>

/* What figures are called in print; names of figures stand for themselves. */
static const struct {
    const char *word, *name;
} words[] = {
    {"commit", "commits"},
    {"changesets", "commits"},
    {"patches", "commits"},
    {"contributors", "people"},
    {"authors", "people"},
    {"developers", "people"},
    {"persons", "people"},
    {"person", "people"},
    {"individuals", "people"},
    {"companies", "employers"},
    {"organisations", "employers"},
    {"organizations", "employers"},
    {"employer", "employers"},
    {"added", "lines-added"},
    {"insertions", "lines-added"},
    {"removed", "lines-removed"},
    {"deletions", "lines-removed"},
    {"deleted", "lines-removed"},
    {"lines-deleted", "lines-removed"},
    {"new-people", "newcomers"},
    {"review", "reviews"},
    {"commits-growth", "growth"},
    {"mean-growth", "average-growth"},
};

static bool is_number(const char *text, gsize length)
{
    return length > 0 && strspn(text, "0123456789.,") == length;
}

/* The number, with its thousands together: "1 316" and "1,316" are 1316. NULL when there is none,
 * or several. */
static char *take_number(const char *text, GString *rest)
{
    g_auto(GStrv) parts = g_strsplit_set(text, " \t:=%+\"", -1);
    g_autoptr(GString) number = g_string_new(NULL);
    bool before = false;
    for (guint i = 0; parts[i] != NULL; i++) {
        const char *part = parts[i];
        bool minus = g_str_has_prefix(part, "-") && is_number(part + 1, strlen(part + 1));
        bool digits = minus || is_number(part, strlen(part));
        if (digits && number->len > 0 && !(before && strlen(part) == 3))
            return NULL;
        if (digits)
            g_string_append(number, part);
        else if (*part != '\0')
            g_string_append_printf(rest, "%s%s", rest->len > 0 ? "-" : "", part);
        before = digits;
    }
    return number->len == 0 ? NULL : g_string_free(g_steal_pointer(&number), FALSE);
}

static bool read_number(char *text, struct printed *printed)
{
    char *end = NULL, *from = text;
    for (char *to = text; (*to = *from) != '\0'; from++)
        to += *to == ',' ? 0 : 1;
    const char *point = strchr(text, '.');
    printed->value = g_ascii_strtod(text, &end);
    printed->digits = point == NULL ? 0 : (guint)strlen(point + 1);
    return *end == '\0' && isfinite(printed->value) && printed->digits <= 6;
}

/* Signs and blanks as typesetters have them become plain ones. */
static char *plain(const char *text)
{
    static const char *const signs[][2] = {
        {"\u2212", "-"}, {"\u00a0", " "}, {"\u202f", " "}, {"\u2009", " "}};
    GString *made = g_string_new(text);
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        g_string_replace(made, signs[i][0], signs[i][1], 0);
    return g_string_free(made, FALSE);
}

bool printed_parse(const char *text, struct printed *ret_printed, GError **error)
{
    struct printed printed = {.digits = 0};
    g_autoptr(GString) rest = g_string_new(NULL);
    g_autofree char *typed = plain(text);
    g_autofree char *number = take_number(typed, rest);
    if (number == NULL || rest->len == 0 || !read_number(number, &printed))
        return fault_raise(error, FAULT_USAGE,
                           "\"%s\": write one number and what it counts, such as \"1316 commits\"",
                           text);
    g_autofree char *lower = g_utf8_strdown(rest->str, -1);
    const char *name = g_strdelimit(lower, "_", '-');
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_str_equal(words[i].word, name))
            name = words[i].name;
    if (!claim_parse(name, &printed.claim, error))
        return false;
    *ret_printed = printed;
    return true;
}

int merit_compare(const struct merit *left, const struct merit *right)
{
    if (left->misses != right->misses)
        return left->misses < right->misses ? -1 : 1;
    if (left->distance < right->distance || left->distance > right->distance)
        return left->distance < right->distance ? -1 : 1;
    return (left->cost > right->cost) - (left->cost < right->cost);
}

double printed_distance(const struct printed *printed, double value)
{
    double scale = pow(10, printed->digits);
    double rounded = round(value * scale) / scale;
    double distance = fabs(rounded - printed->value);
    return distance * scale < 0.5 ? 0 : distance;
}
