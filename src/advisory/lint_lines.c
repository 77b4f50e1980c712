#include "lint.h"

#include <string.h>

static const struct {
    gunichar first, last;
    enum lint_id id;
} strangers[] = {
    {0x00, 0x08, LINT_CONTROL},        {0x0a, 0x1f, LINT_CONTROL},
    {0x7f, 0x9f, LINT_CONTROL},        {0xad, 0xad, LINT_ZERO_WIDTH},
    {0x34f, 0x34f, LINT_ZERO_WIDTH},   {0x61c, 0x61c, LINT_BIDI},
    {0x180e, 0x180e, LINT_ZERO_WIDTH}, {0x200b, 0x200d, LINT_ZERO_WIDTH},
    {0x200e, 0x200f, LINT_BIDI},       {0x2028, 0x2029, LINT_CONTROL},
    {0x202a, 0x202e, LINT_BIDI},       {0x2060, 0x2064, LINT_ZERO_WIDTH},
    {0x2066, 0x2069, LINT_BIDI},       {0xfeff, 0xfeff, LINT_ZERO_WIDTH},
    {0xfff9, 0xfffb, LINT_CONTROL},    {0xe0000, 0xe007f, LINT_ZERO_WIDTH},
};

static void check_characters(GPtrArray *findings, const char *line, unsigned number)
{
    gunichar before = 0;
    for (const char *at = line; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar c = g_utf8_get_char(at);
        for (gsize i = 0; i < G_N_ELEMENTS(strangers) && c != before; i++)
            if (c >= strangers[i].first && c <= strangers[i].last)
                lint_report(findings, strangers[i].id, number, "the line has the character U+%04X",
                            c);
        before = c;
    }
}

static bool is_word(char c)
{
    return g_ascii_isalnum(c) || c == '_';
}

static bool is_placeholder(const char *word, gsize length)
{
    /* Written apart, so that nothing here looks unfinished. */
    static const char *const words[] = {"TO"
                                        "DO",
                                        "FIX"
                                        "ME"};
    if (length >= 3 && strspn(word, "X") >= length)
        return true;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (strlen(words[i]) == length && memcmp(word, words[i], length) == 0)
            return true;
    return false;
}

static void check_placeholders(GPtrArray *findings, const char *line, unsigned number)
{
    for (const char *at = line; *at != '\0';) {
        gsize length = 0;
        while (is_word(at[length]))
            length++;
        if (length > 0 && is_placeholder(at, length))
            lint_report(findings, LINT_PLACEHOLDER, number, "%.*s is left to be filled in",
                        (int)length, at);
        at += MAX(length, 1);
    }
}

static bool is_cve(const char *token)
{
    gsize year = strspn(token + 4, "0123456789");
    if (year != 4 || token[8] != '-')
        return false;
    gsize digits = strspn(token + 9, "0123456789");
    const char *rest = token + 9 + digits; /* as in "CVE-2017-5715-like" */
    return digits >= 4 && digits <= 19 &&
           (*rest == '\0' || (*rest == '-' && !g_ascii_isdigit(rest[1])));
}

static void check_cve(GPtrArray *findings, const char *token, unsigned number)
{
    const char *rest = strrchr(token, '-') + 1;
    bool placeholder = is_placeholder(rest, strlen(rest));
    if (!g_str_has_prefix(token, "CVE-") || (!placeholder && !is_cve(token)))
        lint_report(findings, LINT_CVE_MALFORMED, number, "%s is not a CVE", token);
}

static void check_cves(GPtrArray *findings, const char *line, unsigned number)
{
    for (const char *at = strstr(line, "CVE-"); at != NULL; at = strstr(at + 4, "CVE-")) {
        if (!g_ascii_isdigit(at[4]) || (at > line && is_word(at[-1])))
            continue;
        gsize length = 4;
        while (g_ascii_isalnum(at[length]) || at[length] == '-')
            length++;
        g_autofree char *token = g_strndup(at, length);
        check_cve(findings, token, number);
    }
}

/* "2026-06-16 12:00" or "2026-06-16T12:00:00": how long it is; 0: it is no time of day. */
static gsize time_length(const char *at)
{
    static const char form[] = "dddd-dd-ddTdd:dd";
    gsize length = strlen(form);
    for (gsize i = 0; i < length; i++)
        if (form[i] == 'd'   ? !g_ascii_isdigit(at[i])
            : form[i] == 'T' ? strchr("Tt ", at[i]) == NULL || at[i] == '\0'
                             : at[i] != form[i])
            return 0;
    if (at[length] == ':' && g_ascii_isdigit(at[length + 1]) && g_ascii_isdigit(at[length + 2]))
        length += 3;
    if (at[length] == '.' && g_ascii_isdigit(at[length + 1]))
        length += 1 + strspn(at + length + 1, "0123456789");
    return length;
}

static bool has_zone(const char *at)
{
    static const char *const names[] = {"Z", "z", "UTC", "GMT"};
    at += *at == ' ';
    at += *at == '(';
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (g_str_has_prefix(at, names[i]) && !is_word(at[strlen(names[i])]))
            return true;
    return strchr("+-", *at) != NULL && g_ascii_isdigit(at[1]) && g_ascii_isdigit(at[2]);
}

static void check_times(GPtrArray *findings, const char *line, unsigned number)
{
    for (const char *at = line; *at != '\0'; at++) {
        gsize length = at > line && is_word(at[-1]) ? 0 : time_length(at);
        if (length > 0 && !has_zone(at + length))
            lint_report(findings, LINT_DATE_ZONE, number, "%.*s has no zone", (int)length, at);
        at += length > 0 ? length - 1 : 0;
    }
}

static void check_line(GPtrArray *findings, const char *line, gsize length, unsigned number)
{
    static const struct {
        void (*check)(GPtrArray *, const char *, unsigned);
    } checks[] = {{check_characters}, {check_placeholders}, {check_cves}, {check_times}};
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length > 0 && strchr(" \t", line[length - 1]) != NULL)
        lint_report(findings, LINT_TRAILING_BLANK, number, "the line ends in a blank");
    g_autofree char *copy = g_strndup(line, length);
    bool good = g_utf8_validate_len(line, length, NULL);
    if (!good)
        lint_report(findings, LINT_ENCODING, number, "the line is not UTF-8");
    for (gsize i = good ? 0 : 1; i < G_N_ELEMENTS(checks); i++)
        checks[i].check(findings, copy, number);
}

void lint_lines(GPtrArray *findings, const char *bytes, gsize length)
{
    const char *end = bytes + length;
    for (unsigned number = 1; bytes < end; number++) {
        const char *feed = memchr(bytes, '\n', (gsize)(end - bytes));
        const char *stop = feed == NULL ? end : feed;
        check_line(findings, bytes, (gsize)(stop - bytes), number);
        bytes = stop + 1;
    }
}
