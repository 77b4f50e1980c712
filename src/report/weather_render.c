#include "documents.h"
#include "fault.h"
#include "weather.h"
#include "weather_page.h"

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

char *weather_render(json_t *weather, const struct home *home, enum weather_format format,
                     GError **error)
{
    if (format == WEATHER_JSON) {
        g_autofree char *text = json_dumps(weather, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
        return g_strconcat(text, "\n", NULL);
    }
    json_t *page = weather_page(weather, &formats[format].page);
    g_autofree char *document =
        document_render(home, formats[format].template, page, formats[format].escape, error);
    json_decref(page);
    if (document == NULL)
        return NULL;
    return format == WEATHER_TEXT ? document_fold(document, WIDTH) : g_steal_pointer(&document);
}
