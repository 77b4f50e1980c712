#include "audit_number.h"

#include <math.h>
#include <string.h>

#define DIGITS_MOST 15 /* what a double keeps */
#define GROUPS_MOST 6
#define FOOTNOTE_MOST 12 /* letters in "[note 12]" */
#define FOOTNOTE_BYTES (6 * FOOTNOTE_MOST)

/* --- plain text --- */

/* What characters of print stand for; "" drops them. */
static const char *stands_for(gunichar c)
{
    static const struct {
        gunichar c;
        const char *plain;
    } table[] = {
        {0x2212, "-"}, {0x2010, "-"}, {0x2011, "-"}, {0x2012, "-"}, {0x2013, "-"}, {0x2014, "-"},
        {0xfe63, "-"}, {0xff0d, "-"}, {0xff0b, "+"}, {0xff05, "%"}, {0x066a, "%"}, {0x2019, "'"},
        {0x02bc, "'"}, {0x25b2, "+"}, {0x25b3, "+"}, {0x2191, "+"}, {0x25bc, "-"}, {0x25bd, "-"},
        {0x2193, "-"}, {0x2248, "~"}, {0x00b9, ""},  {0x00b2, ""},  {0x00b3, ""},  {0x2070, ""},
        {0x2020, ""},  {0x2021, ""},  {0x00b6, ""},  {0x00a7, ""},  {'*', ""},     {0x00ad, ""},
        {0x200b, ""},  {0x200e, ""},  {0x200f, ""},  {0x2060, ""},  {0xfeff, ""},
    };
    for (gsize i = c < 0x80 && c != '*' ? G_N_ELEMENTS(table) : 0; i < G_N_ELEMENTS(table); i++)
        if (table[i].c == c)
            return table[i].plain;
    return c >= 0x2074 && c <= 0x2079 ? "" : NULL;
}

/* "[3]", "[ note 2 ]": the text behind it, or NULL when this is no footnote mark. */
static const char *past_footnote(const char *at)
{
    const char *end = memchr(at, ']', strnlen(at, FOOTNOTE_BYTES));
    return end != NULL && g_utf8_strlen(at, end - at) <= FOOTNOTE_MOST + 1 ? end + 1 : NULL;
}

char *audit_number_plain(const char *text)
{
    GString *plain = g_string_new(NULL);
    while (*text != '\0') {
        gunichar c = g_utf8_get_char(text);
        const char *mark = c == '[' ? past_footnote(text) : NULL;
        const char *instead = stands_for(c);
        if (mark != NULL) {
            text = mark;
            continue;
        }
        text = g_utf8_find_next_char(text, NULL);
        if (instead != NULL)
            g_string_append(plain, instead);
        else if (!g_unichar_isspace(c))
            g_string_append_unichar(plain, c);
        else if (plain->len > 0 && plain->str[plain->len - 1] != ' ')
            g_string_append_c(plain, ' ');
    }
    return g_strchomp(g_string_free(plain, FALSE));
}

/* --- digits and their marks --- */

struct digits {
    char all[DIGITS_MOST + 1];
    guint count;
    char marks[GROUPS_MOST];
    guint lengths[GROUPS_MOST + 1]; /* of the groups; one more than marks */
    guint groups;
};

static bool take_group(struct digits *digits, const char **at)
{
    guint length = 0;
    for (; g_ascii_isdigit(**at); (*at)++, length++) {
        if (digits->count == DIGITS_MOST)
            return false;
        digits->all[digits->count++] = **at;
    }
    digits->lengths[digits->groups++] = length;
    return length > 0;
}

static guint count_digits(const char *at)
{
    guint count = 0;
    while (g_ascii_isdigit(at[count]))
        count++;
    return count;
}

/* A blank stands between digits of one number only in front of exactly three. */
static bool goes_on(const struct digits *digits, const char *at)
{
    if (*at == '\0' || !g_ascii_isdigit(at[1]))
        return false;
    if (*at == ' ')
        return digits->lengths[0] <= 3 && digits->lengths[digits->groups - 1] <= 3 &&
               count_digits(at + 1) == 3 &&
               (digits->groups == 1 || digits->marks[digits->groups - 2] == ' ');
    return strchr(".,'_", *at) != NULL;
}

static bool take_digits(struct digits *digits, const char **at)
{
    memset(digits, 0, sizeof *digits);
    if (!take_group(digits, at) && **at != '.') /* ".5" */
        return false;
    while (goes_on(digits, *at)) {
        if (digits->groups > GROUPS_MOST)
            return false;
        digits->marks[digits->groups - 1] = *(*at)++;
        if (!take_group(digits, at))
            return false;
    }
    return digits->count > 0;
}

static guint count_mark(const struct digits *digits, char mark)
{
    guint count = 0;
    for (guint i = 0; i + 1 < digits->groups; i++)
        count += digits->marks[i] == mark;
    return count;
}

/* The groups in front of the decimal mark are of three; the Indian way has twos between. */
static bool well_grouped(const struct digits *digits, guint groups)
{
    if (groups > 1 && (digits->lengths[0] == 0 || digits->lengths[0] > 3))
        return false;
    for (guint i = 1; i < groups; i++)
        if (digits->lengths[i] != 3 &&
            !(digits->lengths[i] == 2 && i + 1 < groups && digits->marks[i - 1] == ','))
            return false;
    return true;
}

/* How many digits stand behind the decimal mark; -1: this is no number, but a version or a date. */
static int fraction(const struct digits *digits, enum audit_marks marks, guint *proof)
{
    guint last = digits->groups - 1, points = count_mark(digits, '.'),
          commas = count_mark(digits, ',');
    char mark = last == 0 ? '\0' : digits->marks[last - 1];
    bool point = mark == '.', decimal = false;
    if (point || mark == ',') {
        guint same = point ? points : commas, other = point ? commas : points;
        bool threes = digits->lengths[last] == 3 && digits->lengths[last - 1] <= 3 &&
                      digits->lengths[last - 1] > 0 && !(last == 1 && digits->all[0] == '0');
        bool ambiguous = same == 1 && other == 0 && threes && last == 1;
        decimal = ambiguous ? (point ? marks == AUDIT_MARKS_POINT : marks == AUDIT_MARKS_COMMA)
                            : same == 1;
        if (!ambiguous)
            *proof |= decimal == point ? AUDIT_PROVES_POINT : AUDIT_PROVES_COMMA;
    }
    if (!well_grouped(digits, decimal ? last : last + 1))
        return -1;
    return decimal ? (int)digits->lengths[last] : 0;
}

/* --- one number --- */

static void skip_blanks(const char **at)
{
    *at += strspn(*at, " ");
}

static bool take_word(const char **at, const char *word)
{
    gsize length = strlen(word);
    if (g_ascii_strncasecmp(*at, word, length) != 0 ||
        (g_ascii_isalpha(word[length - 1]) && g_ascii_isalpha((*at)[length])))
        return false;
    *at += length;
    return true;
}

static bool take_any(const char **at, const char *const *words)
{
    for (; *words != NULL; words++)
        if (take_word(at, *words))
            return true;
    return false;
}

static double take_scale(const char **at)
{
    static const struct {
        char letter;
        double factor;
    } scales[] = {{'k', 1e3}, {'K', 1e3}, {'M', 1e6}};
    for (gsize i = 0; i < G_N_ELEMENTS(scales); i++) {
        if (**at == scales[i].letter && !g_ascii_isalnum((*at)[1])) {
            (*at)++;
            return scales[i].factor;
        }
    }
    return 1;
}

static bool take_percent(const char **at)
{
    static const char *const words[] = {"%", "percent", "per cent", "pct", NULL};
    const char *from = *at;
    skip_blanks(at);
    if (take_any(at, words))
        return true;
    *at = from;
    return false;
}

static void take_sign(const char **at, struct audit_number *number, double *sign)
{
    if (**at == '+' || **at == '-') {
        number->is_signed = true;
        *sign = **at == '-' ? -1 : 1;
        (*at)++;
        skip_blanks(at);
        if (**at == '+' || (**at == '-' && *sign < 0)) /* an arrow, then a sign */
            (*at)++;
    }
}

static bool take_number(const char **at, enum audit_marks marks, struct audit_number *ret_number,
                        guint *proof)
{
    static const char *const about[] = {"~", "about", "ca.", "circa", "over", ">", "<", NULL};
    static const char *const currencies[] = {"$", "\xe2\x82\xac", "\xc2\xa3", "\xc2\xa5", NULL};
    struct audit_number number = {.kind = AUDIT_NUMBER};
    struct digits digits;
    double sign = 1;
    number.rough = take_any(at, about);
    skip_blanks(at);
    take_sign(at, &number, &sign);
    take_any(at, currencies);
    if (!take_digits(&digits, at))
        return false;
    int behind = fraction(&digits, marks, proof);
    if (behind < 0)
        return false;
    double scale = take_scale(at);
    number.unit = scale / pow(10, behind);
    number.value = sign * g_ascii_strtod(digits.all, NULL) / pow(10, behind) * scale;
    if (take_percent(at))
        number.kind = AUDIT_PERCENT;
    /* A count is exact; what has a fraction, a scale or a percent sign was rounded. */
    bool rounded = behind > 0 || scale > 1 || number.kind == AUDIT_PERCENT;
    number.low = number.value - (rounded ? number.unit / 2 : 0);
    number.high = number.value + (rounded ? number.unit / 2 : 0);
    *ret_number = number;
    return true;
}

/* --- a cell --- */

/* "32-35 %", "32 to 35". A dash between years that fall is no range. */
static bool take_range(const char **at, enum audit_marks marks, struct audit_number *number)
{
    const char *from = *at;
    struct audit_number end;
    guint proof = 0;
    skip_blanks(at);
    bool joined = (**at == '-' && ++*at != NULL) || take_word(at, "to");
    skip_blanks(at);
    if (!joined || **at == '-' || !take_number(at, marks, &end, &proof) ||
        end.value < number->value) {
        *at = from;
        return false;
    }
    if (number->kind != end.kind && number->unit >= 1) /* the percent sign is for both */
        number->low -= number->unit / 2;
    number->kind = MAX(number->kind, end.kind);
    number->high = end.high;
    number->value = (number->value + end.value) / 2;
    number->rough = true;
    return true;
}

/* "(+19.6%)", or a signed percentage that just follows. */
static bool take_aside(const char **at, enum audit_marks marks, struct audit_number *ret_aside,
                       guint *proof)
{
    const char *from = *at;
    skip_blanks(at);
    bool bracket = **at == '(' || **at == '/' || **at == ',' || **at == ';';
    bool closes = **at == '(';
    *at += bracket;
    skip_blanks(at);
    bool found = take_number(at, marks, ret_aside, proof) &&
                 (closes || ret_aside->kind == AUDIT_PERCENT) && (bracket || ret_aside->is_signed);
    skip_blanks(at);
    found = found && (!closes || *(*at)++ == ')');
    if (!found) {
        *at = from;
        memset(ret_aside, 0, sizeof *ret_aside);
    }
    return found;
}

/* "161 days": one word. */
static void skip_unit(const char **at)
{
    const char *from = *at;
    skip_blanks(at);
    while (**at != '\0' && (g_ascii_isalpha(**at) || (guchar) * *at >= 0x80 || **at == '.'))
        (*at)++;
    if (**at != '\0' && strchr(" (", **at) == NULL)
        *at = from;
}

static bool is_nothing(const char *plain)
{
    static const char *const nothing[] = {"", "-", "--", "n/a", "na", "n.a.", "none", "?", "."};
    for (gsize i = 0; i < G_N_ELEMENTS(nothing); i++)
        if (g_ascii_strcasecmp(plain, nothing[i]) == 0)
            return true;
    return false;
}

static bool read_cell(const char *plain, enum audit_marks marks, struct audit_number *value,
                      struct audit_number *aside, guint *proof)
{
    const char *at = plain;
    bool bracket = *at == '(';
    at += bracket;
    if (!take_number(&at, marks, value, proof))
        return false;
    if (bracket) {
        value->bracketed = !value->is_signed;
        skip_blanks(&at);
        if (*at++ != ')')
            return false;
        bool percent = take_percent(&at);
        if (percent)
            value->kind = AUDIT_PERCENT;
        return *at == '\0';
    }
    take_range(&at, marks, value);
    if (!take_aside(&at, marks, aside, proof)) {
        skip_unit(&at);
        take_aside(&at, marks, aside, proof);
    }
    skip_blanks(&at);
    return *at == '\0';
}

void audit_number_read(const char *text, enum audit_marks marks, struct audit_number *ret_value,
                       struct audit_number *ret_aside)
{
    guint proof = 0;
    struct audit_number value = {0}, aside = {0};
    g_autofree char *plain = audit_number_plain(text);
    if (!is_nothing(plain) && !read_cell(plain, marks, &value, &aside, &proof)) {
        value = (struct audit_number){.kind = AUDIT_WORDS};
        aside = (struct audit_number){0};
    }
    *ret_value = value;
    *ret_aside = aside;
}

guint audit_number_proves(const char *text)
{
    guint proof = 0;
    struct audit_number value = {0}, aside = {0};
    g_autofree char *plain = audit_number_plain(text);
    return read_cell(plain, AUDIT_MARKS_POINT, &value, &aside, &proof) ? proof : 0;
}
