#include "organisations.h"

#include "fault.h"
#include "html_text.h"
#include "xml.h"

#include <string.h>

/* A list or table that is being read, and the one around it. */
struct open_list {
    struct open_list *around;
    GPtrArray *items;
    bool table;
    bool wanted;
    GString *text; /* of the item, or of its cell; NULL between items */
    char *name;    /* of a row: of the first cell with text */
    char *link;
    bool has_cells; /* the row is not only headings */
};

struct page {
    char *wanted; /* of the heading, folded; NULL: the predisclosure list */
    struct open_list *list;
    GString *heading; /* NULL outside of one */
    int rank;         /* of the heading that is wanted; 0: below none */
    bool seen;        /* there was one */
    GPtrArray *best;
    guint hidden;
};

static const char *const unseen[] = {"script", "style", "template", "noscript", "title", NULL};
static const char *const lists[] = {"ul", "ol", "table", NULL};

static void free_organisation(gpointer pointer)
{
    struct organisation *organisation = pointer;
    g_free(organisation->name);
    g_free(organisation->link);
    g_free(organisation);
}

/* --- headings --- */

static int rank_of(const char *element)
{
    return element[0] == 'h' && element[1] >= '1' && element[1] <= '6' && element[2] == '\0'
               ? element[1] - '0'
               : 0;
}

static bool is_wanted(const struct page *page, const char *heading)
{
    g_autofree char *line = html_line(heading);
    g_autofree char *folded = g_utf8_casefold(line, -1);
    return page->wanted != NULL ? strstr(folded, page->wanted) != NULL
                                : strstr(folded, "predisclosure list") != NULL ||
                                      strstr(folded, "pre-disclosure list") != NULL;
}

static void end_heading(struct page *page, int rank)
{
    if (page->heading == NULL)
        return;
    bool wanted = is_wanted(page, page->heading->str);
    page->seen |= wanted;
    if (wanted && (page->rank == 0 || rank < page->rank))
        page->rank = rank;
    g_string_free(g_steal_pointer(&page->heading), TRUE);
}

static void begin_heading(struct page *page, int rank)
{
    if (page->heading != NULL)
        g_string_free(page->heading, TRUE);
    page->heading = g_string_new(NULL);
    if (rank <= page->rank)
        page->rank = 0;
}

/* --- items --- */

static void end_cell(struct open_list *list)
{
    if (list->text == NULL)
        return;
    g_autofree char *line = html_line(list->text->str);
    if (list->name == NULL && *line != '\0')
        list->name = g_steal_pointer(&line);
    g_string_free(g_steal_pointer(&list->text), TRUE);
}

static void end_item(struct open_list *list)
{
    end_cell(list);
    if (list->name != NULL && list->has_cells) {
        struct organisation *organisation = g_new0(struct organisation, 1);
        organisation->name = g_steal_pointer(&list->name);
        organisation->link = g_steal_pointer(&list->link);
        g_ptr_array_add(list->items, organisation);
    }
    g_clear_pointer(&list->name, g_free);
    g_clear_pointer(&list->link, g_free);
    list->has_cells = false;
}

static void begin_list(struct page *page, bool table)
{
    struct open_list *list = g_new0(struct open_list, 1);
    list->around = page->list;
    list->items = g_ptr_array_new_with_free_func(free_organisation);
    list->table = table;
    list->wanted = page->rank > 0;
    page->list = list;
}

static void end_list(struct page *page)
{
    struct open_list *list = page->list;
    if (list == NULL)
        return;
    end_item(list);
    page->list = list->around;
    if (list->wanted && list->items->len > page->best->len) {
        GPtrArray *before = page->best;
        page->best = g_steal_pointer(&list->items);
        list->items = before;
    }
    g_ptr_array_unref(list->items);
    g_free(list);
}

static void begin_text(struct open_list *list)
{
    end_cell(list);
    list->text = g_string_new(NULL);
}

static void in_list(struct open_list *list, const char *element, const char *const *attributes)
{
    const char *link = g_str_equal(element, "a") ? xml_find_attribute(attributes, "href") : NULL;
    if (g_str_equal(element, "li") || g_str_equal(element, "tr"))
        end_item(list);
    if (g_str_equal(element, "li") || g_str_equal(element, "td"))
        list->has_cells = true;
    if (g_str_equal(element, "li") || g_str_equal(element, "td") || g_str_equal(element, "th"))
        begin_text(list);
    else if (g_str_equal(element, "br") && list->text != NULL)
        g_string_append_c(list->text, ' ');
    if (link != NULL && list->link == NULL)
        list->link = g_strdup(link);
}

/* A heading in a list's item belongs to that; tables are also what pages were laid out with. */
static bool is_item(const struct page *page)
{
    return page->list != NULL && !page->list->table && page->list->text != NULL;
}

static bool on_open(void *user, const char *element, const char *const *attributes, GError **error)
{
    struct page *page = user;
    (void)error;
    page->hidden += g_strv_contains(unseen, element) ? 1 : 0;
    if (page->hidden > 0)
        return true;
    if (rank_of(element) > 0 && !is_item(page))
        begin_heading(page, rank_of(element));
    else if (g_strv_contains(lists, element))
        begin_list(page, g_str_equal(element, "table"));
    else if (page->list != NULL)
        in_list(page->list, element, attributes);
    return true;
}

static bool on_close(void *user, const char *element, GError **error)
{
    struct page *page = user;
    (void)error;
    if (g_strv_contains(unseen, element))
        page->hidden -= page->hidden > 0;
    else if (page->hidden > 0)
        return true;
    else if (rank_of(element) > 0)
        end_heading(page, rank_of(element));
    else if (g_strv_contains(lists, element))
        end_list(page);
    else if (page->list != NULL && (g_str_equal(element, "li") || g_str_equal(element, "tr")))
        end_item(page->list);
    return true;
}

static bool on_text(void *user, const char *text, gsize length, GError **error)
{
    struct page *page = user;
    GString *into = page->heading != NULL ? page->heading
                    : page->list != NULL  ? page->list->text
                                          : NULL;
    (void)error;
    if (into != NULL && page->hidden == 0)
        g_string_append_len(into, text, (gssize)length);
    return true;
}

/* --- the page --- */

static GPtrArray *each_once(GPtrArray *all)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GPtrArray *once = g_ptr_array_new_with_free_func(free_organisation);
    for (guint i = 0; i < all->len; i++) {
        const struct organisation *organisation = all->pdata[i];
        if (g_hash_table_add(seen, g_utf8_casefold(organisation->name, -1)))
            g_ptr_array_add(once, g_steal_pointer(&all->pdata[i]));
        else
            free_organisation(g_steal_pointer(&all->pdata[i]));
    }
    g_ptr_array_set_free_func(all, NULL);
    return once;
}

GPtrArray *organisations_read(const char *html, gsize length, const char *heading, GError **error)
{
    static const struct xml_events events = {on_open, on_close, on_text};
    if (!g_utf8_validate(html, (gssize)length, NULL)) {
        fault_raise(error, FAULT_DATA, "the page is no UTF-8 text");
        return NULL;
    }
    g_autoptr(GPtrArray) none = g_ptr_array_new_with_free_func(free_organisation);
    g_autofree char *wanted = heading == NULL ? NULL : g_utf8_casefold(heading, -1);
    struct page page = {.wanted = wanted, .best = g_steal_pointer(&none)};
    bool done = xml_read_html(html, length, &events, &page, error);
    while (page.list != NULL)
        end_list(&page);
    end_heading(&page, 7);
    g_autoptr(GPtrArray) best = page.best;
    if (!done)
        return NULL;
    if (best->len > 0)
        return each_once(best);
    fault_raise(error, FAULT_DATA, "%s: --heading names a piece of the right one",
                page.seen ? "there is no list below the heading"
                          : "no heading of the page mentions that list");
    return NULL;
}
