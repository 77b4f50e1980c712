#include "page.h"

#include "clock.h"
#include "documents.h"
#include "escape.h"

#include <stdarg.h>
#include <string.h>

enum { TAB = 8 };

static bool has_document(const struct site *site, const char *path)
{
    for (guint i = 0; i < site->documents->len; i++) {
        const struct site_document *document = site->documents->pdata[i];
        if (g_str_equal(document->path, path))
            return true;
    }
    return false;
}

json_t *page_link(const struct site *site, const char *path)
{
    g_autofree char *link = has_document(site, path) ? g_uri_escape_string(path, "/", FALSE) : NULL;
    return link == NULL ? json_null() : json_string(link);
}

json_t *page_link_format(const struct site *site, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *path = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return page_link(site, path);
}

json_t *page_line(const char *words)
{
    g_autofree char *clean = words == NULL ? NULL : escape_line(words);
    return clean == NULL ? json_null() : json_string(clean);
}

static char *without_tabs(const char *line)
{
    GString *out = g_string_new(NULL);
    for (glong column = 0; *line != '\0'; line++) {
        if (*line == '\t') {
            glong blanks = TAB - column % TAB;
            g_string_append_printf(out, "%*s", (int)blanks, "");
            column += blanks;
        } else {
            g_string_append_c(out, *line);
            column += (*line & 0xc0) != 0x80;
        }
    }
    return g_string_free(out, FALSE);
}

json_t *page_lines(const char *words)
{
    g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        g_autofree char *raw = *line;
        g_autofree char *flat = without_tabs(raw);
        *line = escape_line(flat);
    }
    g_autofree char *clean = g_strjoinv("\n", lines);
    return json_string(clean);
}

json_t *page_time(gint64 time)
{
    if (time == POLICY_UNKNOWN)
        return json_null();
    g_autofree char *iso = clock_format_time(time);
    g_autofree char *day = clock_format_day(time);
    g_autofree char *minute = g_strndup(iso + strcspn(iso, "T") + 1, 5);
    json_t *object = json_object();
    json_object_set_new(object, "iso", json_string(iso));
    json_object_set_new(object, "day", json_string(day));
    json_object_set_new(object, "minute", json_string(minute));
    return object;
}

static bool is_cve(const char *word)
{
    return g_regex_match_simple("^CVE-\\d{4}-\\d{4,}$", word, G_REGEX_DEFAULT, 0);
}

json_t *page_cves(const struct site *site, const struct publication *publication)
{
    json_t *list = json_array();
    for (guint i = 0; i < publication->cves->len; i++) {
        const char *id = publication->cves->pdata[i];
        json_t *link =
            is_cve(id) ? json_sprintf("https://www.cve.org/CVERecord?id=%s", id) : json_null();
        json_t *one = json_object();
        json_object_set_new(one, "id", page_line(id));
        json_object_set_new(one, "cve_link", link);
        json_object_set_new(one, "record_link", page_link_format(site, "cve/%s.json", id));
        json_array_append_new(list, one);
    }
    return list;
}

gint64 page_updated(const struct publication *publication)
{
    const struct publication_version *newest = publication_newest(publication);
    return newest == NULL ? POLICY_UNKNOWN : newest->time;
}

json_t *page_new(const struct site *site)
{
    const struct layout *layout = site->layout;
    g_autofree char *list = g_strconcat(layout->files, ".json", NULL);
    json_t *page = json_object();
    json_object_set_new(page, "publisher", page_line(site->home->publish.publisher));
    json_object_set_new(page, "contact", page_line(site->home->publish.contact));
    json_object_set_new(page, "words", page_line(layout->words));
    json_object_set_new(page, "prefix", page_line(layout->prefix));
    json_object_set_new(page, "feed", page_link(site, "feed.atom"));
    json_object_set_new(page, "catalogue", page_link(site, list));
    json_object_set_new(page, "csaf", page_link(site, "csaf/provider-metadata.json"));
    json_object_set_new(page, "programs",
                        json_boolean(!json_is_null(json_object_get(page, "catalogue")) ||
                                     !json_is_null(json_object_get(page, "csaf"))));
    return page;
}

bool page_add(struct site *site, const char *name, const char *path, json_t *page,
              const char *advisory, GError **error)
{
    char *document = document_render(site->home, name, page, TEMPLATE_HTML, error);
    json_decref(page);
    if (document == NULL)
        return false;
    site_add(site, path, g_bytes_new_take(document, strlen(document)), advisory);
    return true;
}
