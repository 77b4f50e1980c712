#include "embedded.h"
#include "fault.h"
#include "template.h"
#include "weather.h"
#include "weather_page.h"

#include <string.h>

#define WIDTH 90

static const struct {
    const char *name;
    const char *template;
    enum template_escape escape;
    struct weather_page page;
} formats[] = {
    [WEATHER_TEXT] = {"text", "weather.txt", TEMPLATE_NONE, {true, false, "-"}},
    [WEATHER_MARKDOWN] = {"md", "weather.md", TEMPLATE_MARKDOWN, {false, false, "-"}},
    [WEATHER_HTML] = {"html", "weather.html", TEMPLATE_HTML, {false, true, "\u2212"}},
    [WEATHER_JSON] = {"json", NULL, TEMPLATE_NONE, {false, false, "-"}},
};

bool weather_format_parse(const char *name, enum weather_format *ret_format, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (g_str_equal(formats[i].name, name)) {
            *ret_format = (enum weather_format)i;
            return true;
        }
    return fault_raise(error, FAULT_USAGE, "--format is \"%s\": it is one of text, md, html, json",
                       name);
}

/* Templates that were read, by name: the home's, else the built-in. */
struct templates {
    const struct home *home;
    GHashTable *texts;
};

static char *built_in(const char *name)
{
    g_autofree char *path = g_strconcat("templates/", name, NULL);
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        if (g_str_equal(file->path, path))
            return g_strndup(file->bytes, file->length);
    return NULL;
}

static const char *find_template(void *user, const char *name)
{
    struct templates *templates = user;
    const char *known = g_hash_table_lookup(templates->texts, name);
    if (known != NULL || strchr(name, '/') != NULL)
        return known;
    g_autofree char *path = g_build_filename(templates->home->templates_path, name, NULL);
    char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        text = built_in(name);
    if (text != NULL)
        g_hash_table_insert(templates->texts, g_strdup(name), text);
    return text;
}

static gsize width_of(const char *text, const char *end)
{
    gsize width = 0;
    for (const char *at = text; at < end; at = g_utf8_find_next_char(at, NULL)) {
        gunichar letter = g_utf8_get_char(at);
        width += g_unichar_iszerowidth(letter) ? 0 : g_unichar_iswide(letter) ? 2 : 1;
    }
    return width;
}

/* Where a line must end to fit: at its last blank before the margin, or nowhere. */
static const char *break_at(const char *line, const char *end, gsize indent)
{
    const char *best = NULL;
    for (const char *at = line; at < end && width_of(line, at) <= WIDTH - indent; at++)
        if (*at == ' ' && at > line + strspn(line, " "))
            best = at;
    return best;
}

static void put_line(GString *out, const char *line, const char *end)
{
    gsize margin = 0;
    while (end > line && end[-1] == ' ')
        end--;
    gsize indent = *line == ' ' ? strspn(line, " ") + 4 : 0;
    while (width_of(line, end) + margin > WIDTH) {
        const char *stop = break_at(line, end, margin);
        if (stop == NULL)
            break;
        g_string_append_printf(out, "%*s%.*s\n", (int)margin, "", (int)(stop - line), line);
        line = stop + 1;
        margin = indent;
    }
    g_string_append_printf(out, "%*s%.*s\n", (int)margin, "", (int)(end - line), line);
}

/* Plain text: no blanks at line ends, long lines folded and hung. */
static char *fold(const char *text)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        const char *end = strchrnul(text, '\n');
        put_line(out, text, end);
        text = *end == '\n' ? end + 1 : end;
    }
    return g_string_free(out, FALSE);
}

static char *render_template(json_t *page, const struct home *home, enum weather_format format,
                             GError **error)
{
    struct templates templates = {home,
                                  g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    const char *text = find_template(&templates, formats[format].template);
    char *document = text == NULL ? NULL
                                  : template_render(text, page, formats[format].escape,
                                                    find_template, &templates, error);
    if (text == NULL)
        fault_raise(error, FAULT_INTERNAL, "there is no template %s", formats[format].template);
    g_hash_table_unref(templates.texts);
    return document;
}

char *weather_render(json_t *weather, const struct home *home, enum weather_format format,
                     GError **error)
{
    if (format == WEATHER_JSON) {
        g_autofree char *text = json_dumps(weather, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
        return g_strconcat(text, "\n", NULL);
    }
    json_t *page = weather_page(weather, &formats[format].page);
    g_autofree char *document = render_template(page, home, format, error);
    json_decref(page);
    if (document == NULL)
        return NULL;
    return format == WEATHER_TEXT ? fold(document) : g_steal_pointer(&document);
}
