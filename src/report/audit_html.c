#include "audit_html.h"

#include "xml.h"

#include <string.h>

#define SPAN_NONE 1

/* A table that is being read, and the one around it. */
struct open_table {
    struct open_table *around;
    struct audit_builder *builder;
    guint place;      /* among the tables of the page */
    GString *cell;    /* NULL between cells */
    GString *caption; /* NULL when it is not being read */
    bool header;
    guint columns, rows; /* spans of the cell */
};

struct page {
    guint *budget;
    GPtrArray *tables; /* in order; NULL where a table had no cell */
    struct open_table *table;
    GString *heading; /* being read or read last */
    bool in_heading;
    guint hidden; /* how many elements deep in what is not shown */
    guint raised; /* in superscripts */
};

static const char *const sections[] = {"h1", "h2", "h3", "h4", "h5", "h6", NULL};
static const char *const unseen[] = {"script", "style", "template", "noscript", "title", NULL};
static const char *const voids[] = {"br",   "img",  "hr",    "input", "meta",   "link", "col",
                                    "area", "base", "embed", "param", "source", "wbr",  NULL};

static GString *writing(struct page *page)
{
    if (page->table != NULL && page->table->caption != NULL)
        return page->table->caption;
    if (page->table != NULL)
        return page->table->cell;
    return page->in_heading ? page->heading : NULL;
}

static void write_blank(struct page *page)
{
    GString *text = writing(page);
    if (text != NULL && text->len > 0)
        g_string_append_c(text, ' ');
}

/* --- cells, rows, tables --- */

static guint span(const char *const *attributes, const char *name)
{
    const char *value = xml_find_attribute(attributes, name);
    guint64 number = 0;
    if (value == NULL || !g_ascii_isdigit(*value))
        return SPAN_NONE;
    number = g_ascii_strtoull(value, NULL, 10);
    return (guint)MIN(number, 65534);
}

static void collapse(GString *text)
{
    g_autofree char *plain = g_strdup(text->str);
    g_string_truncate(text, 0);
    for (const char *at = plain; *at != '\0'; at++) {
        bool blank = g_ascii_isspace(*at);
        if (!blank)
            g_string_append_c(text, *at);
        else if (text->len > 0 && text->str[text->len - 1] != ' ')
            g_string_append_c(text, ' ');
    }
    if (text->len > 0 && text->str[text->len - 1] == ' ')
        g_string_truncate(text, text->len - 1);
}

static bool end_cell(struct open_table *table, GError **error)
{
    if (table == NULL || table->cell == NULL)
        return true;
    g_autofree char *valid = g_utf8_make_valid(table->cell->str, (gssize)table->cell->len);
    g_string_assign(table->cell, valid);
    collapse(table->cell);
    bool done = audit_builder_cell(table->builder, table->cell->str, table->header, table->columns,
                                   table->rows, error);
    g_string_free(g_steal_pointer(&table->cell), TRUE);
    return done;
}

static bool begin_cell(struct page *page, bool header, const char *const *attributes,
                       GError **error)
{
    struct open_table *table = page->table;
    if (!end_cell(table, error))
        return false;
    table->cell = g_string_new(NULL);
    table->header = header;
    table->columns = span(attributes, "colspan");
    table->rows = span(attributes, "rowspan");
    return true;
}

static void begin_table(struct page *page)
{
    struct open_table *table = g_new0(struct open_table, 1);
    table->around = page->table;
    table->place = page->tables->len;
    g_ptr_array_add(page->tables, NULL);
    collapse(page->heading);
    table->builder =
        audit_builder_new(page->heading->len > 0 ? page->heading->str : NULL, false, page->budget);
    page->table = table;
}

static void open_table_free(struct open_table *table)
{
    audit_builder_free(table->builder);
    if (table->cell != NULL)
        g_string_free(table->cell, TRUE);
    if (table->caption != NULL)
        g_string_free(table->caption, TRUE);
    g_free(table);
}

static void end_caption(struct open_table *table)
{
    if (table == NULL || table->caption == NULL)
        return;
    collapse(table->caption);
    if (table->caption->len > 0)
        audit_builder_set_name(table->builder, table->caption->str);
    g_string_free(g_steal_pointer(&table->caption), TRUE);
}

static bool end_table(struct page *page, GError **error)
{
    struct open_table *table = page->table;
    GError *local = NULL;
    if (table == NULL)
        return true;
    end_caption(table);
    bool done = end_cell(table, error);
    if (done) {
        page->tables->pdata[table->place] =
            audit_builder_finish(g_steal_pointer(&table->builder), &local);
        done = local == NULL;
        if (local != NULL)
            g_propagate_error(error, local);
    }
    page->table = table->around;
    open_table_free(table);
    return done;
}

/* --- what the parser tells --- */

static bool is_hidden(const char *element, const char *const *attributes)
{
    const char *style = xml_find_attribute(attributes, "style");
    if (g_strv_contains(unseen, element))
        return true;
    if (g_strv_contains(voids, element))
        return false;
    for (; attributes != NULL && *attributes != NULL; attributes += 2)
        if (strcmp(*attributes, "hidden") == 0)
            return true;
    g_autofree char *small = style == NULL ? g_strdup("") : g_ascii_strdown(style, -1);
    g_autoptr(GString) packed = g_string_new(small);
    g_string_replace(packed, " ", "", 0);
    return strstr(packed->str, "display:none") != NULL;
}

static bool open_in_table(struct page *page, const char *element, const char *const *attributes,
                          GError **error)
{
    struct open_table *table = page->table;
    if (strcmp(element, "tr") == 0)
        return end_cell(table, error) && audit_builder_row(table->builder, error);
    if (strcmp(element, "td") == 0 || strcmp(element, "th") == 0)
        return begin_cell(page, element[1] == 'h', attributes, error);
    if (strcmp(element, "caption") == 0 && table->caption == NULL && table->cell == NULL)
        table->caption = g_string_new(NULL);
    return true;
}

static bool on_open(void *user, const char *element, const char *const *attributes, GError **error)
{
    static const char *const breaks[] = {"br", "p", "div", "li", "tr", "hr", NULL};
    struct page *page = user;
    if (page->hidden > 0 || is_hidden(element, attributes)) {
        page->hidden += !g_strv_contains(voids, element);
        return true;
    }
    if (g_strv_contains(breaks, element))
        write_blank(page);
    if (strcmp(element, "sup") == 0 && page->raised++ == 0 && writing(page) != NULL)
        g_string_append(writing(page), " [");
    if (g_strv_contains(sections, element) && page->table == NULL) {
        page->in_heading = true;
        g_string_truncate(page->heading, 0);
    }
    if (strcmp(element, "table") == 0)
        begin_table(page);
    return page->table == NULL || open_in_table(page, element, attributes, error);
}

static bool on_close(void *user, const char *element, GError **error)
{
    struct page *page = user;
    if (page->hidden > 0) {
        page->hidden -= !g_strv_contains(voids, element);
        return true;
    }
    if (strcmp(element, "sup") == 0 && page->raised > 0 && --page->raised == 0 &&
        writing(page) != NULL)
        g_string_append_c(writing(page), ']');
    if (g_strv_contains(sections, element))
        page->in_heading = false;
    if (strcmp(element, "caption") == 0)
        end_caption(page->table);
    if (strcmp(element, "td") == 0 || strcmp(element, "th") == 0)
        return end_cell(page->table, error);
    return strcmp(element, "table") != 0 || end_table(page, error);
}

/* A mark in brackets of its own, as wikis write it, needs no second pair. */
static bool on_text(void *user, const char *text, gsize length, GError **error)
{
    struct page *page = user;
    (void)error;
    GString *into = page->hidden > 0 ? NULL : writing(page);
    for (gsize i = 0; into != NULL && i < length; i++)
        if (page->raised == 0 || strchr("[]", text[i]) == NULL)
            g_string_append_c(into, text[i]);
    return true;
}

static void keep_tables(struct page *page, GPtrArray *tables)
{
    for (guint i = 0; i < page->tables->len; i++)
        if (page->tables->pdata[i] != NULL)
            g_ptr_array_add(tables, page->tables->pdata[i]);
}

bool audit_html_read(const char *text, guint *budget, GPtrArray *tables, GError **error)
{
    static const struct xml_events events = {on_open, on_close, on_text};
    struct page page = {.tables = g_ptr_array_new(), .heading = g_string_new(NULL)};
    page.budget = budget;
    bool done = xml_read_html(text, strlen(text), &events, &page, error);
    while (page.table != NULL) /* never closed */
        if (!done || !end_table(&page, error)) {
            struct open_table *table = page.table;
            done = false;
            if (table == NULL)
                break;
            page.table = table->around;
            open_table_free(table);
        }
    keep_tables(&page, tables);
    g_ptr_array_unref(page.tables);
    g_string_free(page.heading, TRUE);
    return done;
}
