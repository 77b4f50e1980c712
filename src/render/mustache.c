#include "mustache.h"

#include "fault.h"

#include <string.h>

#define BLANKS " \t\r\n"

void mustache_free(struct mustache *mustache)
{
    if (mustache == NULL)
        return;
    g_free(mustache->text);
    g_array_unref(mustache->nodes);
    g_string_chunk_free(mustache->names);
    g_free(mustache);
}

const struct mustache_node *mustache_node(const struct mustache *mustache, guint index)
{
    return &g_array_index(mustache->nodes, struct mustache_node, index);
}

/* "template, line 3" or "head.html, line 3", for messages. */
static char *place(const struct mustache *mustache, const char *at)
{
    guint line = 1;
    for (const char *c = mustache->text; c < at; c++)
        line += *c == '\n';
    if (mustache->name == NULL)
        return g_strdup_printf("template, line %u", line);
    return g_strdup_printf("%s, line %u", mustache->name, line);
}

bool mustache_complain(const struct mustache *mustache, const char *at, GError **error,
                       const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *message = g_strdup_vprintf(format, args);
    va_end(args);
    g_autofree char *where = place(mustache, at);
    g_autofree char *sentence = g_strconcat(where, ": ", message, NULL);
    g_autofree char *valid = g_utf8_make_valid(sentence, -1);
    return fault_raise(error, FAULT_CONFIG, "%s", valid);
}

/* Parsing. */

struct parser {
    struct mustache *mustache;
    char *open, *close; /* the delimiters of the moment */
    GArray *sections;   /* guint: those still open, innermost last */
};

struct tag {
    const char *start, *after;
    char sigil;       /* one of #^/>!&{= or 0 */
    const char *name; /* what stands between, trimmed */
    const char *indent;
};

static void parser_release(struct parser *parser)
{
    g_free(parser->open);
    g_free(parser->close);
    g_array_unref(parser->sections);
}

static const char *keep(struct parser *parser, const char *from, const char *to)
{
    return g_string_chunk_insert_len(parser->mustache->names, from, to - from);
}

static bool read_tag(struct parser *parser, const char *start, struct tag *ret_tag, GError **error)
{
    const char *at = start + strlen(parser->open);
    at += strspn(at, BLANKS);
    char sigil = *at != '\0' && strchr("#^/>!&{=<$", *at) != NULL ? *at : '\0';
    const char *from = at + (sigil != '\0');
    const char *before = sigil == '{' ? "}" : sigil == '=' ? "=" : "";
    g_autofree char *close = g_strconcat(before, parser->close, NULL);
    const char *to = strstr(from, close);
    if (to == NULL)
        return mustache_complain(parser->mustache, start, error, "a tag is not closed by \"%s\"",
                                 close);
    if (sigil == '<' || sigil == '$')
        return mustache_complain(parser->mustache, start, error,
                                 "template inheritance is not supported");
    const char *after = to + strlen(close);
    from += strspn(from, BLANKS);
    while (to > from && strchr(BLANKS, to[-1]) != NULL)
        to--;
    if (to <= from && sigil != '!')
        return mustache_complain(parser->mustache, start, error, "a tag has no name");
    const char *name = sigil == '!' ? "" : keep(parser, from, to);
    *ret_tag = (struct tag){start, after, sigil, name, ""};
    return true;
}

/* A tag that prints nothing takes its line with it, when it is alone there. */
static bool standalone(const struct parser *parser, const struct tag *tag, const char **ret_line,
                       const char **ret_next)
{
    const char *line = tag->start;
    while (line > parser->mustache->text && (line[-1] == ' ' || line[-1] == '\t'))
        line--;
    const char *next = tag->after + strspn(tag->after, " \t");
    if (strchr("#^/>!=", tag->sigil) == NULL || tag->sigil == '\0' ||
        (line > parser->mustache->text && line[-1] != '\n'))
        return false;
    if (g_str_has_prefix(next, "\r\n"))
        next++;
    if (*next != '\n' && *next != '\0')
        return false;
    *ret_line = line;
    *ret_next = next + (*next == '\n');
    return true;
}

static void add_node(struct parser *parser, struct mustache_node node)
{
    GArray *nodes = parser->mustache->nodes;
    node.end = nodes->len + 1;
    g_array_append_val(nodes, node);
}

static void add_text(struct parser *parser, const char *from, const char *to)
{
    if (from < to)
        add_node(parser, (struct mustache_node){
                             .kind = MUSTACHE_TEXT, .text = from, .length = (gsize)(to - from)});
}

static bool add_variable(struct parser *parser, const struct tag *tag, GError **error)
{
    (void)error;
    add_node(parser, (struct mustache_node){.kind = MUSTACHE_VARIABLE,
                                            .raw = tag->sigil != '\0',
                                            .text = tag->start,
                                            .name = tag->name});
    return true;
}

static bool add_partial(struct parser *parser, const struct tag *tag, GError **error)
{
    (void)error;
    add_node(parser, (struct mustache_node){.kind = MUSTACHE_PARTIAL,
                                            .text = tag->start,
                                            .name = tag->name,
                                            .indent = tag->indent});
    return true;
}

static bool open_section(struct parser *parser, const struct tag *tag, GError **error)
{
    guint index = parser->mustache->nodes->len;
    if (parser->sections->len >= MUSTACHE_DEEPEST)
        return mustache_complain(parser->mustache, tag->start, error,
                                 "more than %d sections in one another", MUSTACHE_DEEPEST);
    g_array_append_val(parser->sections, index);
    add_node(parser, (struct mustache_node){.kind = tag->sigil == '#' ? MUSTACHE_SECTION
                                                                      : MUSTACHE_INVERTED,
                                            .text = tag->start,
                                            .name = tag->name});
    return true;
}

static bool close_section(struct parser *parser, const struct tag *tag, GError **error)
{
    GArray *open = parser->sections;
    if (open->len == 0)
        return mustache_complain(parser->mustache, tag->start, error,
                                 "section \"%s\" is closed but was not opened", tag->name);
    guint index = g_array_index(open, guint, open->len - 1);
    struct mustache_node *section =
        &g_array_index(parser->mustache->nodes, struct mustache_node, index);
    if (strcmp(section->name, tag->name) != 0)
        return mustache_complain(parser->mustache, tag->start, error,
                                 "section \"%s\" is open, but \"%s\" is closed", section->name,
                                 tag->name);
    section->end = parser->mustache->nodes->len;
    g_array_set_size(open, open->len - 1);
    return true;
}

static bool set_delimiters(struct parser *parser, const struct tag *tag, GError **error)
{
    gsize first = strcspn(tag->name, BLANKS);
    const char *second = tag->name + first + strspn(tag->name + first, BLANKS);
    if (*second == '\0' || strpbrk(second, BLANKS) != NULL || strchr(tag->name, '=') != NULL)
        return mustache_complain(
            parser->mustache, tag->start, error,
            "delimiters are set by two words without \"=\", such as {{=<%% %%>=}}");
    g_free(parser->open);
    g_free(parser->close);
    parser->open = g_strndup(tag->name, first);
    parser->close = g_strdup(second);
    return true;
}

static bool comment(struct parser *parser, const struct tag *tag, GError **error)
{
    (void)parser, (void)tag, (void)error;
    return true;
}

static bool handle_tag(struct parser *parser, const struct tag *tag, GError **error)
{
    static bool (*const handlers[128])(struct parser *, const struct tag *, GError **) = {
        [0] = add_variable,   ['&'] = add_variable,   ['{'] = add_variable,
        ['#'] = open_section, ['^'] = open_section,   ['/'] = close_section,
        ['>'] = add_partial,  ['='] = set_delimiters, ['!'] = comment};
    return handlers[(guchar)tag->sigil](parser, tag, error);
}

static bool parse_all(struct parser *parser, GError **error)
{
    const char *at = parser->mustache->text;
    for (const char *found; (found = strstr(at, parser->open)) != NULL;) {
        struct tag tag = {.start = NULL};
        if (!read_tag(parser, found, &tag, error))
            return false;
        const char *line = tag.start;
        const char *next = tag.after;
        if (standalone(parser, &tag, &line, &next))
            tag.indent = keep(parser, line, tag.start);
        add_text(parser, at, line);
        at = next;
        if (!handle_tag(parser, &tag, error))
            return false;
    }
    add_text(parser, at, at + strlen(at));
    if (parser->sections->len == 0)
        return true;
    guint innermost = g_array_index(parser->sections, guint, parser->sections->len - 1);
    const struct mustache_node *open = mustache_node(parser->mustache, innermost);
    return mustache_complain(parser->mustache, open->text, error, "section \"%s\" is not closed",
                             open->name);
}

struct mustache *mustache_parse(const char *name, char *text, GError **error)
{
    g_autoptr(Mustache) mustache = g_new0(struct mustache, 1);
    mustache->name = name;
    mustache->text = text;
    mustache->nodes = g_array_new(FALSE, FALSE, sizeof(struct mustache_node));
    mustache->names = g_string_chunk_new(1024);
    struct parser parser = {mustache, g_strdup("{{"), g_strdup("}}"),
                            g_array_new(FALSE, FALSE, sizeof(guint))};
    bool ok = parse_all(&parser, error);
    parser_release(&parser);
    return ok ? g_steal_pointer(&mustache) : NULL;
}
