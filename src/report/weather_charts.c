#include "chart.h"
#include "weather_page.h"

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

/* The sentence of the reading that a part of the report names. */
static const char *sentence(const json_t *weather, const json_t *part)
{
    json_int_t number = json_integer_value(json_object_get(part, "reading"));
    return text_of(json_array_get(json_object_get(weather, "readings"), (gsize)number - 1), "text");
}

static GArray *points_of(const json_t *rows, const char *label)
{
    GArray *points = g_array_new(FALSE, FALSE, sizeof(struct chart_point));
    for (gsize i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct chart_point point = {.label = text_of(row, label),
                                    .value = number_of(row, "commits"),
                                    .partial = json_is_true(json_object_get(row, "partial"))};
        g_array_append_val(points, point);
    }
    return points;
}

static struct chart_series series_of(const GArray *points)
{
    return (struct chart_series){"commits", (const struct chart_point *)(void *)points->data,
                                 points->len};
}

char *weather_chart_releases(const json_t *weather)
{
    const json_t *part = json_object_get(weather, "releases");
    g_autoptr(GArray) points = points_of(json_object_get(part, "rows"), "version");
    struct chart_series series = series_of(points);
    struct chart_spec spec = {.title = "Commits in each release",
                              .description = sentence(weather, part),
                              .unit = "commits"};
    return points->len < 2 ? NULL : chart_bars(&spec, &series);
}

char *weather_chart_years(const json_t *weather)
{
    const json_t *part = json_object_get(weather, "years");
    const json_t *rows = json_object_get(part, "rows");
    g_autoptr(GArray) points = points_of(rows, "year");
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < points->len; i++) {
        int year = (int)number_of(json_array_get(rows, i), "year");
        char *label = g_strdup_printf("%d", year);
        g_ptr_array_add(labels, label);
        g_array_index(points, struct chart_point, i).label = label;
    }
    struct chart_series series = series_of(points);
    struct chart_spec spec = {
        .title = "Commits in each year", .description = sentence(weather, part), .unit = "commits"};
    return points->len < 2 ? NULL : chart_lines(&spec, &series, 1);
}

char *weather_chart_employers(const json_t *weather)
{
    const json_t *part = json_object_get(weather, "employers");
    g_autoptr(GArray) points = points_of(json_object_get(part, "rows"), "name");
    struct chart_series series = series_of(points);
    struct chart_spec spec = {.title = "Commits by employer",
                              .description = sentence(weather, part),
                              .unit = "commits",
                              .total = number_of(part, "commits")};
    return points->len < 1 ? NULL : chart_shares(&spec, &series);
}
