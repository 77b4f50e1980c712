/* feed.atom: an Atom feed (RFC 4287), an entry for each advisory. */
#include "clock.h"
#include "escape.h"
#include "page.h"
#include "xml.h"

#include <string.h>

/* RFC 4151: an authority and a day on which it had its name. It is the same for ever: an id that
 * changes makes every reader show everything again. */
#define TAG_DAY "2026"

/* Of the publisher: the host of one of its URLs; NULL when none is known. */
static char *authority_of(const struct home_publish *publish)
{
    const char *const urls[] = {publish->namespace, publish->url};
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_autoptr(GUri) uri = urls[i] == NULL ? NULL : g_uri_parse(urls[i], G_URI_FLAGS_NONE, NULL);
        if (uri != NULL && g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0')
            return g_ascii_strdown(g_uri_get_host(uri), -1);
    }
    return NULL;
}

struct feed {
    const struct site *site;
    struct xml_writer *writer;
    char *authority;
};

static void put_time(struct feed *feed, const char *element, gint64 time)
{
    g_autofree char *words = clock_format_time(time);
    xml_leaf(feed->writer, element, words);
}

static void put_link(struct feed *feed, const char *relation, const char *type, const char *path)
{
    const char *base = feed->site->home->publish.url;
    g_autofree char *link = g_uri_escape_string(path, "/", FALSE);
    xml_open(feed->writer, "link");
    xml_attribute(feed->writer, "rel", relation);
    xml_attribute(feed->writer, "type", type);
    xml_attribute_format(feed->writer, "href", "%s%s", base == NULL ? "" : base, link);
    xml_close(feed->writer);
}

static void put_line(struct feed *feed, const char *element, const char *words)
{
    g_autofree char *line = escape_line(words);
    xml_leaf(feed->writer, element, line);
}

/* What the first section says is what it is about. */
static void put_summary(struct feed *feed, const struct publication *publication)
{
    g_autoptr(GPtrArray) headings = publication_headings(publication);
    g_autofree char *prose =
        headings->len == 0 ? g_strdup("") : publication_prose(publication, headings->pdata[0]);
    if (*prose == '\0')
        return;
    xml_open(feed->writer, "summary");
    xml_attribute(feed->writer, "type", "text");
    xml_text(feed->writer, prose);
    xml_close(feed->writer);
}

static void put_categories(struct feed *feed, const struct publication *publication)
{
    for (guint i = 0; i < publication->cves->len; i++) {
        g_autofree char *term = escape_line(publication->cves->pdata[i]);
        xml_open(feed->writer, "category");
        xml_attribute(feed->writer, "term", term);
        xml_close(feed->writer);
    }
}

static void put_entry(struct feed *feed, const struct publication *publication)
{
    g_autofree char *title =
        g_strdup_printf("%s: %s%s", publication->id, publication->withdrawn ? "withdrawn: " : "",
                        publication->title);
    g_autofree char *id =
        g_strdup_printf("tag:%s," TAG_DAY ":%s", feed->authority, publication->id);
    g_autofree char *page = g_strdup_printf("advisory-%s.html", publication->number);
    g_autofree char *text = g_strdup_printf("advisory-%s.txt", publication->number);
    xml_open(feed->writer, "entry");
    put_line(feed, "title", title);
    xml_leaf(feed->writer, "id", id);
    put_time(feed, "updated", page_updated(publication));
    put_time(feed, "published", publication->public_by);
    put_link(feed, "alternate", "text/html", page);
    put_link(feed, "related", "text/plain", text);
    put_categories(feed, publication);
    put_summary(feed, publication);
    xml_close(feed->writer);
}

static void put_head(struct feed *feed, gint64 updated)
{
    const struct home_publish *publish = &feed->site->home->publish;
    g_autofree char *title = g_strdup_printf("%s security advisories", publish->publisher);
    g_autofree char *id =
        g_strdup_printf("tag:%s," TAG_DAY ":%s", feed->authority, feed->site->layout->files);
    put_line(feed, "title", title);
    xml_leaf(feed->writer, "id", id);
    put_time(feed, "updated", updated);
    put_link(feed, "self", "application/atom+xml", "feed.atom");
    put_link(feed, "alternate", "text/html", "index.html");
    xml_open(feed->writer, "author");
    put_line(feed, "name", publish->publisher);
    xml_close(feed->writer);
    xml_leaf(feed->writer, "generator", "barograph");
}

static int newest_first(gconstpointer a, gconstpointer b)
{
    const struct publication *left = *(struct publication *const *)a;
    const struct publication *right = *(struct publication *const *)b;
    gint64 one = page_updated(left), other = page_updated(right);
    if (one != other)
        return one > other ? -1 : 1;
    g_autofree char *left_key = g_utf8_collate_key_for_filename(left->number, -1);
    g_autofree char *right_key = g_utf8_collate_key_for_filename(right->number, -1);
    return strcmp(right_key, left_key);
}

static GPtrArray *public_ones(const struct site *site)
{
    GPtrArray *order = g_ptr_array_new();
    for (guint i = 0; i < site->publications->len; i++) {
        const struct publication *publication = site->publications->pdata[i];
        if (!publication->embargoed)
            g_ptr_array_add(order, site->publications->pdata[i]);
    }
    g_ptr_array_sort(order, newest_first);
    return order;
}

static void take_feed(struct site *site, struct feed *feed)
{
    g_autofree char *markup = xml_finish(feed->writer);
    char *whole = g_strconcat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", markup, "\n", NULL);
    site_add(site, "feed.atom", g_bytes_new_take(whole, strlen(whole)), NULL);
}

/* A feed has to say when it was changed last, and who it is: without an advisory there is no such
 * time, and without a URL no such name. */
bool atom_make(struct site *site, GError **error)
{
    g_autoptr(GPtrArray) order = public_ones(site);
    g_autofree char *authority = authority_of(&site->home->publish);
    (void)error;
    if (order->len == 0 || authority == NULL)
        return true;
    g_autoptr(XmlWriter) writer = xml_writer_new();
    struct feed feed = {site, writer, authority};
    xml_open(writer, "feed");
    xml_attribute(writer, "xmlns", "http://www.w3.org/2005/Atom");
    xml_attribute(writer, "xml:lang", "en");
    put_head(&feed, page_updated(order->pdata[0]));
    for (guint i = 0; i < order->len; i++)
        put_entry(&feed, order->pdata[i]);
    take_feed(site, &feed);
    return true;
}
