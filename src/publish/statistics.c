/* statistics.html: how long fixes take to reach a release, and what is still missing. The figures
 * are those of `resolve --report`; here they are only shown. */
#include "chart.h"
#include "page.h"

#include <math.h>
#include <string.h>

enum {
    RELEASES = 16, /* of a chart: the newest */
    YEARS_MOST = 60,
};

static const char *text_of(const json_t *row, const char *key)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text == NULL ? "" : text;
}

/* --- links --- */

static json_t *advisory_of(const struct site *site, const char *id)
{
    json_t *object = json_object(), *link = json_null();
    for (guint i = 0; i < site->publications->len; i++) {
        const struct publication *publication = site->publications->pdata[i];
        if (!publication->embargoed && g_str_equal(publication->id, id))
            link = page_link_format(site, "advisory-%s.html", publication->number);
    }
    json_object_set_new(object, "id", page_line(id));
    json_object_set_new(object, "page_link", link);
    return object;
}

static json_t *advisories_of(const struct site *site, const char *ids)
{
    g_auto(GStrv) words = g_strsplit(ids, " ", -1);
    json_t *list = json_array();
    for (char **word = words; *word != NULL; word++)
        json_array_append_new(list, advisory_of(site, *word));
    return list;
}

/* --- rows --- */

/* "84", "29.5"; null stays null. */
static json_t *days_of(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    char words[G_ASCII_DTOSTR_BUF_SIZE];
    if (!json_is_number(value))
        return json_null();
    double days = json_number_value(value);
    bool whole = fabs(days - round(days)) < 0.05;
    g_ascii_formatd(words, sizeof words, whole ? "%.0f" : "%.1f", fabs(days));
    return json_sprintf("%s%s", days < 0 && !g_str_equal(words, "0") ? "\xe2\x88\x92" : "", words);
}

/* The rows of a table of the report, the newest first, with links, and days in words. */
static json_t *rows_of(const struct site *site, const char *table)
{
    const json_t *rows = json_object_get(site->report, table);
    json_t *list = json_array();
    for (gsize i = json_array_size(rows); i-- > 0;) {
        const json_t *row = json_array_get(rows, i);
        json_t *copy = json_deep_copy(row);
        json_object_set_new(copy, "days_to_public", days_of(row, "days_to_public"));
        json_object_set_new(copy, "days_to_release", days_of(row, "days_to_release"));
        json_object_set_new(copy, "one", advisory_of(site, text_of(row, "advisory")));
        json_object_set_new(copy, "several", advisories_of(site, text_of(row, "advisories")));
        json_array_append_new(list, copy);
    }
    return list;
}

/* --- charts --- */

static char *draw(const char *title, const char *description, const char *unit,
                  const GArray *points)
{
    const struct chart_series series = {unit, (const struct chart_point *)(void *)points->data,
                                        points->len};
    const struct chart_spec spec = {.title = title, .description = description, .unit = unit};
    return points->len < 2 ? NULL : chart_bars(&spec, &series);
}

static json_t *take_chart(char *svg)
{
    json_t *chart = svg == NULL ? json_null() : json_string(svg);
    g_free(svg);
    return chart;
}

/* 0: "unknown". */
static int year_of(const json_t *row)
{
    return (int)g_ascii_strtoll(text_of(row, "year"), NULL, 10);
}

static const json_t *row_of_year(const json_t *rows, int year)
{
    for (gsize i = 0; i < json_array_size(rows); i++)
        if (year_of(json_array_get(rows, i)) == year)
            return json_array_get(rows, i);
    return NULL;
}

/* Every year from the first to the last, that nobody takes neighbours for neighbouring years. A
 * year without a figure is `absent`. */
static json_t *chart_years(const struct site *site, const char *key, double absent,
                           const char *title, const char *description, const char *unit)
{
    const json_t *rows = json_object_get(site->report, "years");
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(struct chart_point));
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    int first = 0, last = 0;
    for (gsize i = 0; i < json_array_size(rows); i++) {
        int year = year_of(json_array_get(rows, i));
        first = first == 0 || (year > 0 && year < first) ? year : first;
        last = MAX(last, year);
    }
    for (int year = MAX(first, last - YEARS_MOST); first > 0 && year <= last; year++) {
        const json_t *value = json_object_get(row_of_year(rows, year), key);
        g_ptr_array_add(labels, g_strdup_printf("%d", year));
        const struct chart_point point = {.label = labels->pdata[labels->len - 1],
                                          .value = json_is_number(value) ? json_number_value(value)
                                                                         : absent};
        g_array_append_val(points, point);
    }
    return take_chart(draw(title, description, unit, points));
}

static int by_day(gconstpointer a, gconstpointer b)
{
    const json_t *left = *(json_t *const *)a, *right = *(json_t *const *)b;
    int order = strcmp(text_of(left, "day"), text_of(right, "day"));
    if (order != 0)
        return order;
    g_autofree char *one = g_utf8_collate_key_for_filename(text_of(left, "release"), -1);
    g_autofree char *other = g_utf8_collate_key_for_filename(text_of(right, "release"), -1);
    return strcmp(one, other);
}

static json_t *chart_releases(const struct site *site)
{
    const json_t *rows = json_object_get(site->report, "releases");
    g_autoptr(GPtrArray) order = g_ptr_array_new();
    g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(struct chart_point));
    for (gsize i = 0; i < json_array_size(rows); i++)
        g_ptr_array_add(order, json_array_get(rows, i));
    g_ptr_array_sort(order, by_day);
    for (guint i = order->len > RELEASES ? order->len - RELEASES : 0; i < order->len; i++) {
        const json_t *row = order->pdata[i];
        const struct chart_point point = {.label = text_of(row, "release"),
                                          .value =
                                              json_number_value(json_object_get(row, "count"))};
        g_array_append_val(points, point);
    }
    return take_chart(draw("Advisories that a release is the first of its line to fix",
                           "The newest releases that fix advisories, by their day", "advisories",
                           points));
}

/* --- the page --- */

static void set_rows(const struct site *site, json_t *page, const char *key)
{
    json_t *rows = rows_of(site, key);
    g_autofree char *any = g_strconcat("any_", key, NULL);
    json_object_set_new(page, any, json_boolean(json_array_size(rows) > 0));
    json_object_set_new(page, key, rows);
}

static bool has_value(const json_t *rows, const char *key)
{
    for (gsize i = 0; i < json_array_size(rows); i++)
        if (json_is_number(json_object_get(json_array_get(rows, i), key)))
            return true;
    return false;
}

bool statistics_make(struct site *site, GError **error)
{
    json_t *page = page_new(site);
    const json_t *delays = json_object_get(site->report, "delays");
    set_rows(site, page, "years");
    set_rows(site, page, "releases");
    set_rows(site, page, "delays");
    set_rows(site, page, "missing");
    json_object_set_new(page, "reports_known", json_boolean(has_value(delays, "days_to_public")));
    json_object_set_new(page, "chart_advisories",
                        chart_years(site, "advisories", 0, "Advisories in each year",
                                    "Public advisories by the year of their publication",
                                    "advisories"));
    json_object_set_new(
        page, "chart_days",
        chart_years(site, "days_to_release", NAN, "Days from publication to a line's release",
                    "The median over all advisories of the year and all lines", "days"));
    json_object_set_new(page, "chart_releases", chart_releases(site));
    return page_add(site, "site-statistics.html", "statistics.html", page, NULL, error);
}
