#include "template.h"

#include "escape.h"
#include "fault.h"
#include "mustache.h"

#include <string.h>

/* A template may come from a user's home: it may be wrong, but neither exhaust the stack nor fill
 * the memory. Work is bytes written or parsed, and a fee for each node and each scope looked at. */
enum { FEE = 16, MOST_WORK = 1 << 28 };

struct scope {
    json_t *value;
    const struct scope *outer;
};

struct render {
    char *(*escape)(const char *);
    template_partial partial;
    void *user;
    const char *name;     /* of the template, or NULL */
    GHashTable *partials; /* indentation|name -> struct mustache */
    GString *out;
    gsize work;
    guint depth;
};

static bool spend(struct render *render, gsize work, GError **error)
{
    render->work += work;
    if (render->work <= MOST_WORK)
        return true;
    return fault_raise(error, FAULT_CONFIG,
                       "%s makes too much text: does a partial include itself?",
                       render->name != NULL ? render->name : "the template");
}

static bool descend(struct render *render, const struct mustache *mustache,
                    const struct mustache_node *node, GError **error)
{
    if (++render->depth <= MUSTACHE_DEEPEST)
        return true;
    return mustache_complain(mustache, node->text, error,
                             "\"%s\" is more than %d levels deep: does a partial include itself?",
                             node->name, MUSTACHE_DEEPEST);
}

/* The first part of a dotted name is looked for outwards, the others only inside the one before. */
static json_t *look_up(struct render *render, const struct scope *scope, const char *name)
{
    if (strcmp(name, ".") == 0)
        return scope->value;
    gsize length = strcspn(name, ".");
    json_t *value = NULL;
    for (; scope != NULL && value == NULL; scope = scope->outer) {
        value = json_object_getn(scope->value, name, length);
        render->work += FEE;
    }
    for (name += length; *name == '.' && value != NULL; name += length) {
        length = strcspn(++name, ".");
        value = json_object_getn(value, name, length);
    }
    return value;
}

static bool truthy(const json_t *value)
{
    if (value == NULL || json_is_null(value) || json_is_false(value))
        return false;
    return !json_is_array(value) || json_array_size(value) > 0;
}

/* The fewest digits that are read back as the same number. */
static char *real_text(double value)
{
    static const char *const formats[] = {"%.15g", "%.16g", "%.17g"};
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(digits, sizeof digits, formats[i], value);
        if (!(g_ascii_strtod(digits, NULL) < value || g_ascii_strtod(digits, NULL) > value))
            break;
    }
    return g_strdup(digits);
}

static char *value_text(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return g_strdup(json_string_value(value));
    case JSON_INTEGER:
        return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
    case JSON_REAL:
        return real_text(json_real_value(value));
    case JSON_TRUE:
        return g_strdup("true");
    case JSON_FALSE:
        return g_strdup("false");
    case JSON_NULL:
        return g_strdup("");
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    g_autofree char *compact = json_dumps(value, JSON_COMPACT);
    return g_strdup(compact != NULL ? compact : "");
}

static bool render_range(struct render *render, const struct mustache *mustache, guint from,
                         guint to, const struct scope *scope, GError **error);

static bool put(struct render *render, const char *text, gsize length, GError **error)
{
    g_string_append_len(render->out, text, (gssize)length);
    return spend(render, length, error);
}

static bool render_text(struct render *render, const struct mustache *mustache, guint index,
                        const struct scope *scope, GError **error)
{
    (void)scope;
    const struct mustache_node *node = mustache_node(mustache, index);
    return put(render, node->text, node->length, error);
}

static bool render_variable(struct render *render, const struct mustache *mustache, guint index,
                            const struct scope *scope, GError **error)
{
    const struct mustache_node *node = mustache_node(mustache, index);
    json_t *value = look_up(render, scope, node->name);
    if (value == NULL)
        return true;
    g_autofree char *text = value_text(value);
    if (node->raw || render->escape == NULL)
        return put(render, text, strlen(text), error);
    g_autofree char *escaped = render->escape(text);
    return put(render, escaped, strlen(escaped), error);
}

static bool render_section(struct render *render, const struct mustache *mustache, guint index,
                           const struct scope *scope, GError **error)
{
    const struct mustache_node *node = mustache_node(mustache, index);
    json_t *value = look_up(render, scope, node->name);
    bool list = json_is_array(value);
    gsize times = !truthy(value) ? 0 : list ? json_array_size(value) : 1;
    if (!descend(render, mustache, node, error))
        return false;
    for (gsize i = 0; i < times; i++) {
        struct scope inner = {list ? json_array_get(value, i) : value, scope};
        if (!render_range(render, mustache, index + 1, node->end, &inner, error) ||
            !spend(render, FEE, error))
            return false;
    }
    render->depth--;
    return true;
}

static bool render_inverted(struct render *render, const struct mustache *mustache, guint index,
                            const struct scope *scope, GError **error)
{
    const struct mustache_node *node = mustache_node(mustache, index);
    if (truthy(look_up(render, scope, node->name)))
        return true;
    if (!descend(render, mustache, node, error))
        return false;
    bool ok = render_range(render, mustache, index + 1, node->end, scope, error);
    render->depth--;
    return ok;
}

/* Before every line but the empty ones, so that no blanks are left hanging. */
static char *indented(const char *text, const char *indent)
{
    GString *out = g_string_new(NULL);
    for (const char *line = text; *line != '\0';) {
        const char *end = strchrnul(line, '\n');
        if (end != line && strncmp(line, "\r\n", 2) != 0)
            g_string_append(out, indent);
        end += *end == '\n';
        g_string_append_len(out, line, end - line);
        line = end;
    }
    return g_string_free(out, FALSE);
}

static gsize line_count(const char *text)
{
    gsize lines = 1;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    return lines;
}

/* Each partial is taken apart once for each indentation it is used with. */
static const struct mustache *find_partial(struct render *render, const struct mustache_node *node,
                                           const char *text, GError **error)
{
    g_autofree char *key = g_strconcat(node->indent, "|", node->name, NULL);
    struct mustache *mustache = g_hash_table_lookup(render->partials, key);
    if (mustache != NULL)
        return mustache;
    if (!spend(render, strlen(text) + line_count(text) * strlen(node->indent), error))
        return NULL;
    mustache = mustache_parse(node->name, indented(text, node->indent), error);
    if (mustache != NULL)
        g_hash_table_insert(render->partials, g_steal_pointer(&key), mustache);
    return mustache;
}

static bool render_partial(struct render *render, const struct mustache *mustache, guint index,
                           const struct scope *scope, GError **error)
{
    const struct mustache_node *node = mustache_node(mustache, index);
    const char *text = render->partial ? render->partial(render->user, node->name) : NULL;
    if (text == NULL)
        return true;
    if (!descend(render, mustache, node, error))
        return false;
    const struct mustache *partial = find_partial(render, node, text, error);
    bool ok =
        partial != NULL && render_range(render, partial, 0, partial->nodes->len, scope, error);
    render->depth--;
    return ok;
}

static bool render_range(struct render *render, const struct mustache *mustache, guint from,
                         guint to, const struct scope *scope, GError **error)
{
    static bool (*const renderers[])(struct render *, const struct mustache *, guint,
                                     const struct scope *, GError **) = {
        [MUSTACHE_TEXT] = render_text,       [MUSTACHE_VARIABLE] = render_variable,
        [MUSTACHE_SECTION] = render_section, [MUSTACHE_INVERTED] = render_inverted,
        [MUSTACHE_PARTIAL] = render_partial,
    };
    for (guint i = from; i < to; i = mustache_node(mustache, i)->end) {
        if (!spend(render, FEE, error) ||
            !renderers[mustache_node(mustache, i)->kind](render, mustache, i, scope, error))
            return false;
    }
    return true;
}

static char *as_utf8(GString *out)
{
    if (g_utf8_validate_len(out->str, out->len, NULL))
        return g_string_free(out, FALSE);
    char *valid = g_utf8_make_valid(out->str, (gssize)out->len);
    g_string_free(out, TRUE);
    return valid;
}

char *template_render_named(const char *name, const char *text, json_t *data,
                            enum template_escape escape, template_partial partial, void *user,
                            GError **error)
{
    static char *(*const escapes[])(const char *) = {
        [TEMPLATE_HTML] = escape_html, [TEMPLATE_MARKDOWN] = escape_markdown};
    g_autoptr(Mustache) mustache = mustache_parse(name, g_strdup(text), error);
    if (mustache == NULL)
        return NULL;
    g_autoptr(GHashTable) partials =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)mustache_free);
    struct render render = {.escape = escape < G_N_ELEMENTS(escapes) ? escapes[escape] : NULL,
                            .partial = partial,
                            .user = user,
                            .partials = partials,
                            .name = name,
                            .out = g_string_new(NULL)};
    struct scope scope = {data, NULL};
    if (render_range(&render, mustache, 0, mustache->nodes->len, &scope, error))
        return as_utf8(render.out);
    g_string_free(render.out, TRUE);
    return NULL;
}

char *template_render(const char *text, json_t *data, enum template_escape escape,
                      template_partial partial, void *user, GError **error)
{
    return template_render_named(NULL, text, data, escape, partial, user, error);
}
