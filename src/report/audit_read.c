#include "audit_read.h"

#include "audit_html.h"
#include "fault.h"
#include "near.h"

#include <string.h>

#define CHARSET_WITHIN 2048 /* bytes of a page in which it says its charset */

static const struct {
    const char *name;
    enum audit_input input;
} inputs[] = {{"html", AUDIT_HTML},
              {"md", AUDIT_MARKDOWN},
              {"tsv", AUDIT_TSV},
              {"csv", AUDIT_CSV},
              {"markdown", AUDIT_MARKDOWN}};

bool audit_input_parse(const char *name, enum audit_input *ret_input, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(inputs); i++) {
        if (strcmp(inputs[i].name, name) == 0) {
            *ret_input = inputs[i].input;
            return true;
        }
    }
    return fault_raise(error, FAULT_USAGE, "a table is read as html, md, tsv or csv, not as \"%s\"",
                       name);
}

/* --- bytes --- */

static char *convert(const char *bytes, gsize length, const char *charset)
{
    gsize made = 0;
    g_autofree char *text = g_convert_with_fallback(bytes, (gssize)length, "UTF-8", charset,
                                                    "\xef\xbf\xbd", NULL, &made, NULL);
    return text == NULL ? NULL : g_utf8_make_valid(text, (gssize)made);
}

/* What is behind `charset=`, or NULL. */
static char *said_charset(const char *bytes, gsize length)
{
    g_autofree char *head = g_strndup(bytes, MIN(length, CHARSET_WITHIN));
    g_autofree char *small = g_ascii_strdown(head, -1);
    const char *found = strstr(small, "charset=");
    if (found == NULL)
        return NULL;
    found += strlen("charset=");
    found += strspn(found, "\"' ");
    return g_strndup(found, strspn(found, "abcdefghijklmnopqrstuvwxyz0123456789-_"));
}

static char *from_bytes(const char *bytes, gsize length)
{
    if (length >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0))
        return convert(bytes, length, "UTF-16");
    if (length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        return g_utf8_make_valid(bytes + 3, (gssize)length - 3);
    if (memchr(bytes, '\0', length) != NULL)
        return NULL;
    if (g_utf8_validate(bytes, (gssize)length, NULL))
        return g_strndup(bytes, length);
    g_autofree char *charset = said_charset(bytes, length);
    bool utf8 = charset != NULL && (g_str_equal(charset, "utf-8") || g_str_equal(charset, "utf8"));
    char *text = utf8 ? NULL : convert(bytes, length, charset == NULL ? "WINDOWS-1252" : charset);
    return text != NULL ? text : g_utf8_make_valid(bytes, (gssize)length);
}

char *audit_read_utf8(const char *bytes, gsize length, GError **error)
{
    g_autofree char *text = length == 0 ? g_strdup("") : from_bytes(bytes, length);
    if (text != NULL && strlen(text) > 0)
        return g_steal_pointer(&text);
    fault_raise(error, FAULT_DATA,
                length == 0 ? "it is empty: there is no table in it"
                            : "it is not a text: a table is read from HTML, Markdown, TSV or CSV");
    return NULL;
}

/* --- format --- */

static bool begins_with_markup(const char *text)
{
    text += strspn(text, " \t\r\n");
    return *text == '<' && (g_ascii_isalpha(text[1]) || text[1] == '!' || text[1] == '?');
}

static bool has_html_table(const char *text)
{
    for (const char *at = strchr(text, '<'); at != NULL; at = strchr(at + 1, '<'))
        if (g_ascii_strncasecmp(at, "<table", 6) == 0 && !g_ascii_isalnum(at[6]))
            return true;
    return false;
}

enum audit_input audit_read_detect(const char *text)
{
    if (begins_with_markup(text))
        return AUDIT_HTML;
    if (audit_plain_is_markdown(text))
        return AUDIT_MARKDOWN;
    if (has_html_table(text))
        return AUDIT_HTML;
    text += strspn(text, "\r\n ");
    gsize line = strcspn(text, "\r\n");
    return memchr(text, '\t', line) != NULL ? AUDIT_TSV : AUDIT_CSV;
}

/* --- tables --- */

static bool refuse_none(enum audit_input input, bool detected, GError **error)
{
    static const char *const names[] = {[AUDIT_HTML] = "HTML",
                                        [AUDIT_MARKDOWN] = "Markdown",
                                        [AUDIT_TSV] = "TSV",
                                        [AUDIT_CSV] = "CSV"};
    return fault_raise(error, FAULT_DATA, "there is no table in it, read as %s%s", names[input],
                       detected ? ": --input says what it is" : "");
}

GPtrArray *audit_read(const char *text, enum audit_input input, GError **error)
{
    guint budget = AUDIT_CELLS_MOST;
    bool detected = input == AUDIT_DETECT;
    g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify)audit_table_free);
    input = detected ? audit_read_detect(text) : input;
    bool done = input == AUDIT_HTML ? audit_html_read(text, &budget, tables, error)
                                    : audit_plain_read(text, input, &budget, tables, error);
    if (!done)
        return NULL;
    bool any = false; /* a single column has nothing to be compared with */
    for (guint i = 0; i < tables->len; i++)
        any = any || ((const struct audit_table *)tables->pdata[i])->columns > 1;
    if (!any && !refuse_none(input, detected, error))
        return NULL;
    return g_steal_pointer(&tables);
}
