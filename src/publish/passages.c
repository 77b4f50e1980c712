#include "passages.h"

#include "page.h"

#include <string.h>

enum {
    KEPT_COLUMNS = 60, /* a line that ends before this, and need not, was meant to end there */
};

struct prose {
    const struct site *site;
    const struct publication *publication;
    GRegex *links; /* addresses, and what may be an advisory's id */
    json_t *blocks;
    gsize item_indent; /* the last block is a list, and its words begin there; else 0 */
};

/* --- runs: words, and what in them is a link --- */

/* An advisory of this site that the text names: its page, or NULL. */
static char *page_of(const struct prose *prose, const char *word)
{
    for (guint i = 0; i < prose->site->publications->len; i++) {
        const struct publication *other = prose->site->publications->pdata[i];
        if (other != prose->publication && !other->embargoed && g_str_equal(other->id, word))
            return g_strdup_printf("advisory-%s.html", other->number);
    }
    return NULL;
}

static void add_run(json_t *runs, const char *words, gsize length, const char *href)
{
    g_autofree char *part = g_strndup(words, length);
    json_t *run = json_object();
    json_object_set_new(run, "words", json_string(part));
    json_object_set_new(run, "href", href == NULL ? json_null() : json_string(href));
    if (length > 0)
        json_array_append(runs, run);
    json_decref(run);
}

/* A stop after an address is the sentence's. */
static gsize end_of(const char *address, gsize length)
{
    while (length > 0 && strchr(".,;:!?)]}'\"", address[length - 1]) != NULL &&
           !(address[length - 1] == ')' && memchr(address, '(', length) != NULL))
        length--;
    return length;
}

static GRegex *links_new(void)
{
    static const char pattern[] = "\\bhttps?://[^\\s<>\"`]+|\\b[A-Za-z]+-\\d+(?:-\\d+)*\\b";
    return g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL);
}

static json_t *runs_of(const struct prose *prose, const char *words)
{
    g_autoptr(GMatchInfo) match = NULL;
    json_t *runs = json_array(), *clean = page_lines(words);
    const char *text = json_string_value(clean);
    gsize at = 0;
    g_regex_match(prose->links, text, 0, &match);
    for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
        gint from = 0, to = 0;
        g_match_info_fetch_pos(match, 0, &from, &to);
        g_autofree char *found = g_strndup(text + from, (gsize)(to - from));
        bool address = strstr(found, "://") != NULL;
        gsize length = address ? end_of(found, strlen(found)) : strlen(found);
        found[length] = '\0';
        g_autofree char *href = address ? g_strdup(found) : page_of(prose, found);
        if (href == NULL)
            continue;
        add_run(runs, text + at, (gsize)from - at, NULL);
        add_run(runs, found, length, href);
        at = (gsize)from + length;
    }
    add_run(runs, text + at, strlen(text + at), NULL);
    json_decref(clean);
    return runs;
}

/* --- blocks --- */

static void add_block(json_t *blocks, const char *kind, json_t *value, bool kept)
{
    static const char *const kinds[] = {"paragraph", "list", "verbatim", "table", "sums"};
    json_t *block = json_object();
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        json_object_set_new(block, kinds[i], json_null());
    json_object_set_new(block, kind, value);
    json_object_set_new(block, "kept", json_boolean(kept));
    json_array_append_new(blocks, block);
}

static json_t *with_runs(json_t *runs)
{
    json_t *object = json_object();
    json_object_set_new(object, "runs", runs);
    return object;
}

static bool is_bullet(const char *line)
{
    line += strspn(line, " ");
    return (*line == '-' || *line == '*') && line[1] == ' ' && line[2] != '\0';
}

static gsize indent_of(const char *line)
{
    return strspn(line, " \t");
}

/* Columns that only a table or a listing has. */
static bool is_set(const char *line)
{
    return strchr(line, '\t') != NULL || strstr(line + indent_of(line), "   ") != NULL;
}

/* Whether a line ends before it had to. */
static bool is_kept(char *const *lines, guint count)
{
    for (guint i = 0; i + 1 < count; i++)
        if (strlen(lines[i]) + 1 + strcspn(lines[i + 1], " ") < KEPT_COLUMNS)
            return true;
    return false;
}

static char *join(char *const *lines, guint count)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < count; i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "\n" : "", lines[i]);
    return g_string_free(out, FALSE);
}

static void add_flowing(struct prose *prose, char *const *lines, guint count)
{
    g_autofree char *words = join(lines, count);
    add_block(prose->blocks, "paragraph", with_runs(runs_of(prose, words)), is_kept(lines, count));
}

/* As it was set, without the blanks that all lines begin with. */
static void add_verbatim(struct prose *prose, char *const *lines, guint count)
{
    gsize indent = G_MAXSIZE;
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < count; i++)
        indent = MIN(indent, strspn(lines[i], " "));
    for (guint i = 0; i < count; i++)
        g_string_append_printf(words, "%s%s", i > 0 ? "\n" : "", lines[i] + indent);
    add_block(prose->blocks, "verbatim", with_runs(runs_of(prose, words->str)), false);
    g_string_free(words, TRUE);
}

/* The items of the list that the last block is. */
static json_t *last_items(const struct prose *prose)
{
    json_t *block = json_array_get(prose->blocks, json_array_size(prose->blocks) - 1);
    return json_object_get(json_object_get(block, "list"), "items");
}

static json_t *item_of(const struct prose *prose, const char *words)
{
    json_t *item = with_runs(runs_of(prose, words));
    json_object_set_new(item, "more", json_array());
    return item;
}

/* Lists that only an empty line parts are one. */
static void add_list(struct prose *prose, char *const *lines, guint count)
{
    gsize indent = indent_of(lines[0]) + 2;
    if (prose->item_indent != indent) {
        json_t *list = json_object();
        json_object_set_new(list, "items", json_array());
        add_block(prose->blocks, "list", list, false);
    }
    for (guint i = 0; i < count;) {
        GString *words = g_string_new(lines[i] + indent_of(lines[i]) + 2);
        for (i++; i < count && !is_bullet(lines[i]); i++)
            g_string_append_printf(words, "\n%s", lines[i] + indent_of(lines[i]));
        json_array_append_new(last_items(prose), item_of(prose, words->str));
        g_string_free(words, TRUE);
    }
    prose->item_indent = indent;
}

/* A paragraph that stands below the words of an item is the item's. */
static bool is_of_item(const struct prose *prose, char *const *lines, guint count)
{
    bool below = prose->item_indent > 0;
    for (guint i = 0; i < count; i++)
        below = below && indent_of(lines[i]) == prose->item_indent && !is_set(lines[i]);
    return below;
}

static void add_to_item(struct prose *prose, char *const *lines, guint count)
{
    json_t *items = last_items(prose);
    json_t *item = json_array_get(items, json_array_size(items) - 1);
    g_autofree char *words = join(lines, count);
    json_array_append_new(json_object_get(item, "more"), with_runs(runs_of(prose, words)));
}

/* A line that is an address and nothing else; it is set in, but flows. */
static bool is_address(const char *line)
{
    if (indent_of(line) == 0)
        return false;
    line += indent_of(line);
    return (g_str_has_prefix(line, "http://") || g_str_has_prefix(line, "https://")) &&
           strpbrk(line, " \t") == NULL;
}

static void add_addresses(struct prose *prose, char *const *lines, guint count)
{
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < count; i++)
        g_string_append_printf(words, "%s%s", i > 0 ? "\n" : "", lines[i] + indent_of(lines[i]));
    add_block(prose->blocks, "paragraph", with_runs(runs_of(prose, words->str)), true);
    g_string_free(words, TRUE);
}

/* How many lines from the first belong together, and what they are. */
typedef void (*add_lines)(struct prose *prose, char *const *lines, guint count);

static guint bullets(char *const *lines, guint count)
{
    gsize indent = indent_of(lines[0]);
    guint taken = 1;
    while (taken < count && !is_set(lines[taken]) &&
           (indent_of(lines[taken]) > indent ||
            (is_bullet(lines[taken]) && indent_of(lines[taken]) == indent)))
        taken++;
    return taken;
}

static guint take(char *const *lines, guint count, add_lines *ret_add)
{
    guint taken = 1;
    if (is_bullet(lines[0]) && !is_set(lines[0])) {
        *ret_add = add_list;
        return bullets(lines, count);
    }
    bool set = indent_of(lines[0]) > 0 || is_set(lines[0]), address = is_address(lines[0]);
    *ret_add = address ? add_addresses : set ? add_verbatim : add_flowing;
    while (taken < count && is_address(lines[taken]) == address &&
           (address || ((indent_of(lines[taken]) > 0 || is_set(lines[taken])) == set &&
                        (set || !is_bullet(lines[taken])))))
        taken++;
    return taken;
}

static void add_paragraph(struct prose *prose, const char *words)
{
    g_autofree char *valid = g_utf8_make_valid(words, -1);
    g_auto(GStrv) lines = g_strsplit(g_strchomp(valid), "\n", -1);
    guint count = g_strv_length(lines);
    for (guint at = 0; at < count;) {
        add_lines add = NULL;
        guint taken = take(lines + at, count - at, &add);
        if (add == add_verbatim && is_of_item(prose, lines + at, taken))
            add = add_to_item;
        if (add != add_list && add != add_to_item)
            prose->item_indent = 0;
        add(prose, lines + at, taken);
        at += taken;
    }
}

static void add_paragraphs(struct prose *prose, const char *words)
{
    g_auto(GStrv) paragraphs = g_strsplit(words, "\n\n", -1);
    for (char **paragraph = paragraphs; *paragraph != NULL; paragraph++) {
        const char *start = *paragraph + strspn(*paragraph, "\n");
        if (*start != '\0')
            add_paragraph(prose, start);
    }
}

/* Wordings of the layout, with the reason in its place. */
static void add_wording(struct prose *prose, const struct layout_wording *wording,
                        const char *reason)
{
    GString *words = g_string_new(NULL);
    for (guint i = 0; wording != NULL && i < wording->count; i++)
        g_string_append_printf(words, "%s%s%s", i > 0 ? "\n" : "", wording->lines[i],
                               wording->hole == (int)i && reason != NULL ? reason : "");
    add_paragraphs(prose, words->str);
    g_string_free(words, TRUE);
}

/* --- files --- */

static json_t *file_of(const struct prose *prose, const struct publication_file *file)
{
    json_t *object = json_object();
    json_object_set_new(object, "name", page_line(file->name));
    json_object_set_new(object, "file_link",
                        file->bytes == NULL ? json_null() : page_link(prose->site, file->name));
    json_object_set_new(object, "sha256", page_line(file->sha256));
    json_object_set_new(object, "bytes",
                        file->bytes == NULL
                            ? json_null()
                            : json_integer((json_int_t)g_bytes_get_size(file->bytes)));
    return object;
}

static json_t *row_of(const struct prose *prose, const struct text_row *row)
{
    const struct publication_version *newest = publication_newest(prose->publication);
    json_t *object = json_object(), *files = json_array();
    g_autofree char *label = g_utf8_make_valid(row->label == NULL ? "" : row->label, -1);
    for (guint i = 0; row->kind == TEXT_ROW_PATCH && i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        if (g_pattern_match_simple(row->name, file->name))
            json_array_append_new(files, file_of(prose, file));
    }
    bool named = row->kind == TEXT_ROW_PATCH && json_array_size(files) == 0;
    json_object_set_new(object, "sublabel", json_boolean(row->kind == TEXT_ROW_SUBLABEL));
    json_object_set_new(object, "files", files);
    json_object_set_new(object, "pattern", page_line(named ? row->name : NULL));
    json_object_set_new(object, "label", page_line(label));
    return object;
}

static void add_table(struct prose *prose, const struct text_block *block)
{
    prose->item_indent = 0;
    json_t *rows = json_array(), *table = json_object();
    for (guint i = 0; i < block->rows->len; i++)
        json_array_append_new(rows, row_of(prose, block->rows->pdata[i]));
    json_object_set_new(table, "rows", rows);
    add_block(prose->blocks, "table", table, false);
}

static const struct publication_file *file_named(const struct prose *prose, const char *name)
{
    const struct publication_version *newest = publication_newest(prose->publication);
    for (guint i = 0; i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        if (g_str_equal(file->name, name))
            return file;
    }
    return NULL;
}

static void add_sums(struct prose *prose, const struct text_block *block)
{
    prose->item_indent = 0;
    json_t *files = json_array(), *sums = json_object();
    for (guint i = 0; i < block->sums->len; i++) {
        const struct text_sum *sum = block->sums->pdata[i];
        g_autofree char *name = g_utf8_make_valid(sum->name, -1);
        const struct publication_file *file = file_named(prose, name);
        const struct publication_file unknown = {.name = name, .sha256 = sum->digest};
        json_array_append_new(files, file_of(prose, file == NULL ? &unknown : file));
    }
    json_object_set_new(sums, "files", files);
    if (json_array_size(files) > 0)
        add_block(prose->blocks, "sums", sums, false);
    else
        json_decref(sums);
}

/* --- sections --- */

static void add_text_block(struct prose *prose, const struct text_block *block)
{
    const struct layout *layout = prose->publication->layout;
    switch (block->kind) {
    case TEXT_PARAGRAPH:
        add_paragraphs(prose, block->words);
        return;
    case TEXT_STANDARD:
        add_wording(prose, layout_paragraph(layout, block->wording), NULL);
        return;
    case TEXT_CLAUSE:
        add_wording(prose, layout_clause(layout, block->patch, block->mitigation, block->wording),
                    block->words);
        return;
    case TEXT_TABLE:
        add_table(prose, block);
        return;
    case TEXT_SUMS:
        add_sums(prose, block);
        return;
    }
}

static char *anchor_of(const char *heading)
{
    char *anchor = g_ascii_strdown(heading, -1);
    return g_strcanon(anchor, "abcdefghijklmnopqrstuvwxyz0123456789", '-');
}

static json_t *section_of(struct prose *prose, const struct text_section *section, guint index)
{
    g_autofree char *updates = g_strdup_printf("%s %u", prose->publication->layout->updates,
                                               prose->publication->text->version);
    const char *heading = section->kind == TEXT_UPDATES ? updates : section->heading;
    g_autofree char *anchor = anchor_of(heading == NULL ? "" : heading);
    json_t *object = json_object();
    prose->blocks = json_array();
    prose->item_indent = 0;
    for (guint i = 0; i < section->blocks->len; i++)
        add_text_block(prose, section->blocks->pdata[i]);
    json_object_set_new(object, "heading", page_line(heading));
    json_object_set_new(object, "anchor", json_sprintf("text-%u-%s", index + 1, anchor));
    json_object_set_new(object, "blocks", prose->blocks);
    return object;
}

json_t *passages_of(const struct site *site, const struct publication *publication)
{
    g_autoptr(GRegex) links = links_new();
    struct prose prose = {site, publication, links, NULL, 0};
    json_t *sections = json_array();
    for (guint i = 0; i < publication->text->sections->len; i++)
        json_array_append_new(sections,
                              section_of(&prose, publication->text->sections->pdata[i], i));
    return sections;
}

json_t *passages_prose(const struct site *site, const struct publication *publication,
                       const char *words)
{
    g_autoptr(GRegex) links = links_new();
    struct prose prose = {site, publication, links, json_array(), 0};
    add_paragraphs(&prose, words);
    return prose.blocks;
}
