/* index.html: all advisories in one table, the newest first. */
#include "page.h"
#include "standing.h"

#include <string.h>

/* What is still to come stands above all that is there. */
static gint64 rank_of(const struct publication *publication)
{
    return publication->embargoed ? G_MAXINT64 : publication->public_by;
}

static int newest_first(gconstpointer a, gconstpointer b)
{
    const struct publication *left = *(struct publication *const *)a;
    const struct publication *right = *(struct publication *const *)b;
    if (rank_of(left) != rank_of(right))
        return rank_of(left) > rank_of(right) ? -1 : 1;
    g_autofree char *one = g_utf8_collate_key_for_filename(left->number, -1);
    g_autofree char *other = g_utf8_collate_key_for_filename(right->number, -1);
    return strcmp(other, one);
}

static json_t *row_of(const struct site *site, const struct publication *publication)
{
    const struct publication_version *newest = publication_newest(publication);
    json_t *cves = page_cves(site, publication), *row = json_object();
    json_object_set_new(row, "id", page_line(publication->id));
    json_object_set_new(row, "embargoed", json_boolean(publication->embargoed));
    json_object_set_new(row, "planned", page_time(publication->planned_at));
    json_object_set_new(row, "page_link",
                        page_link_format(site, "advisory-%s.html", publication->number));
    json_object_set_new(row, "withdrawn", json_boolean(publication->withdrawn));
    json_object_set_new(row, "since", page_time(publication->public_at));
    json_object_set_new(row, "by", page_time(publication->public_by));
    json_object_set_new(row, "updated", page_time(page_updated(publication)));
    json_object_set_new(row, "version",
                        newest == NULL ? json_null() : json_integer(newest->number));
    json_object_set_new(row, "has_cves", json_boolean(json_array_size(cves) > 0));
    json_object_set_new(row, "cves", cves);
    json_object_set_new(row, "row_title", page_line(publication->title));
    json_object_set_new(row, "standing", standing_marks(site, publication));
    return row;
}

bool overview_make(struct site *site, GError **error)
{
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    json_t *page = page_new(site), *rows = json_array();
    for (guint i = 0; i < site->publications->len; i++)
        g_ptr_array_add(order, site->publications->pdata[i]);
    g_ptr_array_sort(order, newest_first);
    for (guint i = 0; i < order->len; i++)
        json_array_append_new(rows, row_of(site, order->pdata[i]));
    json_object_set_new(page, "any", json_boolean(order->len > 0));
    json_object_set_new(page, "one", json_boolean(order->len == 1));
    json_object_set_new(page, "count", json_integer(order->len));
    json_object_set_new(page, "rows", rows);
    json_object_set_new(page, "statistics", page_link(site, "statistics.html"));
    return page_add(site, "site-index.html", "index.html", page, NULL, error);
}
