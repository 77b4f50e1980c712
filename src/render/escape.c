#include "escape.h"

#include <stdbool.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

char *escape_html(const char *text)
{
    static const char *const references[128] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"};
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_sized_new(strlen(valid) + 16);
    for (const char *at = valid; *at != '\0'; at++) {
        const char *reference = (guchar)*at < 128 ? references[(guchar)*at] : NULL;
        if (reference != NULL)
            g_string_append(out, reference);
        else
            g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

/* "1." or "12)" at the start, before a space or the end, would open an ordered list. */
static const char *list_marker(const char *start)
{
    gsize digits = strspn(start, "0123456789");
    const char *mark = start + digits;
    bool marks = digits > 0 && (*mark == '.' || *mark == ')');
    return marks && (mark[1] == '\0' || mark[1] == ' ') ? mark : NULL;
}

/* GitHub makes links of bare addresses, and takes our backslashes into them. */
static bool starts_link(const char *text, const char *at)
{
    if (*at == ':')
        return at[1] == '/' && at[2] == '/';
    return *at == '.' && at - text >= 3 && g_ascii_strncasecmp(at - 3, "www", 3) == 0;
}

/* What means something only at the start of a block: bullets, rules, underlines of headings. */
static bool opens_block(const char *start)
{
    if (*start == '=')
        return true;
    if (*start != '-' && *start != '+')
        return false;
    return start[1] == '\0' || start[1] == ' ' || start[1] == '-';
}

static char *one_spaced(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at != '\0'; at++) {
        if (!g_ascii_isspace(*at) && *at != '\v')
            g_string_append_c(out, *at);
        else if (out->len == 0 || out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
    }
    return g_strstrip(g_string_free(out, FALSE));
}

char *escape_markdown(const char *text)
{
    g_autofree char *spaced = one_spaced(text);
    GString *out = g_string_sized_new(strlen(spaced) + 16);
    const char *marker = list_marker(spaced);
    for (const char *at = spaced; *at != '\0'; at++) {
        bool special = strchr("\\`*_{}[]<>&#|~$", *at) != NULL;
        bool opens = at == marker || (at == spaced && opens_block(at));
        bool image = *at == '!' && at[1] == '\0'; /* a template may go on with a link */
        if (special || opens || image || starts_link(spaced, at))
            g_string_append_c(out, '\\');
        g_string_append_c(out, *at);
    }
    return g_string_free(out, FALSE);
}

static bool turns_direction(gunichar c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
           c == 0x200f || c == 0x061c;
}

char *escape_line(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *at = valid; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        gunichar c = g_utf8_get_char(at);
        if (g_ascii_isspace(*at) || *at == '\v' || c == 0x2028 || c == 0x2029)
            g_string_append_c(out, ' ');
        else if (g_unichar_iscntrl(c) || turns_direction(c))
            g_string_append(out, replacement);
        else
            g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}
