#include "html_text.h"

#include "xml.h"

#include <string.h>

struct page {
    GString *text;
    GString *link; /* the address of the link that is open; "" none */
    gsize linked;  /* where its words begin */
    guint hidden;  /* how many elements deep in what is not shown */
};

static const char *const unseen[] = {"script", "style", "template", "noscript", "title", NULL};
static const char *const blocks[] = {"p",  "div", "ul", "ol", "table", "tr", "blockquote", "pre",
                                     "h1", "h2",  "h3", "h4", "h5",    "h6", "section",    NULL};

static void break_line(struct page *page, const char *with)
{
    while (page->text->len > 0 && page->text->str[page->text->len - 1] == ' ')
        g_string_truncate(page->text, page->text->len - 1);
    if (page->text->len > 0 && !g_str_has_suffix(page->text->str, with))
        g_string_append(page->text, with);
}

static void open_link(struct page *page, const char *const *attributes)
{
    const char *link = xml_find_attribute(attributes, "href");
    g_string_assign(page->link, link == NULL ? "" : link);
    page->linked = page->text->len;
}

/* A link whose words are its address is written once. */
static void close_link(struct page *page)
{
    bool said = page->linked <= page->text->len &&
                strstr(page->text->str + page->linked, page->link->str) != NULL;
    if (page->link->len > 0 && !said && !g_str_has_prefix(page->link->str, "mailto:"))
        g_string_append_printf(page->text, " <%s>", page->link->str);
    g_string_truncate(page->link, 0);
}

static bool on_open(void *user, const char *element, const char *const *attributes, GError **error)
{
    struct page *page = user;
    (void)error;
    page->hidden += g_strv_contains(unseen, element) ? 1 : 0;
    if (page->hidden > 0)
        return true;
    if (g_strv_contains(blocks, element))
        break_line(page, "\n\n");
    else if (g_str_equal(element, "br"))
        break_line(page, "\n");
    else if (g_str_equal(element, "td") || g_str_equal(element, "th"))
        g_string_append_c(page->text, ' ');
    else if (g_str_equal(element, "a"))
        open_link(page, attributes);
    if (g_str_equal(element, "li")) {
        break_line(page, "\n");
        g_string_append(page->text, "* ");
    }
    return true;
}

static bool on_close(void *user, const char *element, GError **error)
{
    struct page *page = user;
    (void)error;
    if (g_strv_contains(unseen, element))
        page->hidden -= page->hidden > 0;
    else if (page->hidden == 0 && g_str_equal(element, "a"))
        close_link(page);
    else if (page->hidden == 0 && g_strv_contains(blocks, element))
        break_line(page, "\n\n");
    return true;
}

static bool on_text(void *user, const char *text, gsize length, GError **error)
{
    struct page *page = user;
    (void)error;
    for (gsize i = 0; i < length && page->hidden == 0; i++) {
        char last = page->text->len == 0 ? ' ' : page->text->str[page->text->len - 1];
        bool blank = g_ascii_isspace(text[i]) || text[i] == '\0';
        if (!blank)
            g_string_append_c(page->text, text[i]);
        else if (last != ' ' && last != '\n')
            g_string_append_c(page->text, ' ');
    }
    return true;
}

char *html_text(const char *html, gsize length, GError **error)
{
    static const struct xml_events events = {on_open, on_close, on_text};
    struct page page = {g_string_new(NULL), g_string_new(NULL), 0, 0};
    bool done = xml_read_html(html, length, &events, &page, error);
    g_autofree char *text = g_string_free(page.text, FALSE);
    g_string_free(page.link, TRUE);
    return done ? g_utf8_make_valid(text, -1) : NULL;
}

char *html_line(const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    GString *line = g_string_new(NULL);
    bool blank = false;
    for (char *at = valid; *at != '\0'; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        bool space = g_unichar_isspace(c) || g_unichar_iscntrl(c);
        if (!space && blank && line->len > 0)
            g_string_append_c(line, ' ');
        if (!space)
            g_string_append_unichar(line, c);
        blank = space;
    }
    return g_string_free(line, FALSE);
}
