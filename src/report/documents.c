#include "documents.h"

#include "embedded.h"
#include "fault.h"

#include <string.h>

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

/* What a template error begins with is the template's name; what can be wrong is in the home. */
static void name_folder(const struct home *home, GError **error)
{
    if (error != NULL && *error != NULL)
        g_prefix_error(error, "%s/", home->templates_path);
}

char *document_render(const struct home *home, const char *template, json_t *page,
                      enum template_escape escape, GError **error)
{
    struct templates templates = {home,
                                  g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
    const char *text = find_template(&templates, template);
    char *document = NULL;
    if (text == NULL)
        fault_raise(error, FAULT_INTERNAL, "there is no template %s", template);
    else if ((document = template_render_named(template, text, page, escape, find_template,
                                               &templates, error)) == NULL)
        name_folder(home, error);
    g_hash_table_unref(templates.texts);
    return document;
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
static const char *break_at(const char *line, const char *end, gsize room)
{
    const char *best = NULL;
    for (const char *at = line; at < end && width_of(line, at) <= room; at++)
        if (*at == ' ' && at > line + strspn(line, " "))
            best = at;
    return best;
}

static void put_line(GString *out, const char *line, const char *end, gsize width)
{
    gsize margin = 0;
    while (end > line && end[-1] == ' ')
        end--;
    gsize indent = *line == ' ' ? strspn(line, " ") + 4 : 0;
    while (width_of(line, end) + margin > width) {
        const char *stop = break_at(line, end, width - margin);
        if (stop == NULL)
            break;
        g_string_append_printf(out, "%*s%.*s\n", (int)margin, "", (int)(stop - line), line);
        line = stop + 1;
        margin = indent;
    }
    g_string_append_printf(out, "%*s%.*s\n", (int)margin, "", (int)(end - line), line);
}

char *document_fold(const char *text, guint width)
{
    GString *out = g_string_new(NULL);
    while (*text != '\0') {
        const char *end = strchrnul(text, '\n');
        put_line(out, text, end, width);
        text = *end == '\n' ? end + 1 : end;
    }
    return g_string_free(out, FALSE);
}
