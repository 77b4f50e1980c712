#include "weather_page.h"

#include "spark.h"

#include <math.h>
#include <string.h>

/* In plain text, cells stand in columns of these widths; templates/weather.txt counts on them. */
#define NUMBER_WIDTH 10
#define GROWTH_WIDTH 12
#define CELL_WIDTH 8

static const struct {
    const char *key;
    guint width;
} text_widths[] = {{"name", 26}, {"employer", 20}, {"label", 16}, {"version", 12}, {"date", 12}};

/* Whole numbers that are no quantities. */
static const char *const plain_numbers[] = {
    "year",    "years",           "from",           "to", "number", "reading", "before_reading",
    "version", "earlier_reading", "earlier_before", NULL};

struct dressing {
    const struct weather_page *page;
    const json_t *readings;
};

static char *with_thousands(json_int_t number, const char *minus)
{
    g_autofree char *digits =
        g_strdup_printf("%" G_GUINT64_FORMAT, number < 0 ? (guint64)-number : (guint64)number);
    GString *text = g_string_new(number < 0 ? minus : "");
    gsize length = strlen(digits);
    for (gsize i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(text, ',');
        g_string_append_c(text, digits[i]);
    }
    return g_string_free(text, FALSE);
}

/* Percentages have one digit. */
static char *percent_text(double percent, bool growth, const char *minus)
{
    gint64 tenths = llround(fabs(percent) * 10);
    g_autofree char *whole = with_thousands(tenths / 10, minus);
    const char *sign = percent < 0 ? minus : growth && percent > 0 ? "+" : "";
    return g_strdup_printf("%s%s.%d %%", sign, whole, (int)(tenths % 10));
}

static void set_text(json_t *object, const char *key, const char *ending, const char *text)
{
    g_autofree char *name = g_strconcat(key, ending, NULL);
    json_object_set_new(object, name, json_string(text));
}

/* What a growth that is null means: nothing was there before but is now, or nothing is compared. */
static bool is_new(const json_t *object)
{
    json_int_t value = json_integer_value(json_object_get(object, "value")) +
                       json_integer_value(json_object_get(object, "commits"));
    return value != 0 && json_is_integer(json_object_get(object, "before"));
}

static void dress_percent(const struct dressing *dressing, json_t *object, const char *key,
                          const json_t *value)
{
    g_autofree char *stem = g_strndup(key, strlen(key) - strlen("_percent"));
    bool growth = g_str_equal(stem, "growth");
    double percent = json_number_value(value);
    g_autofree char *text = json_is_number(value)
                                ? percent_text(percent, growth, dressing->page->minus)
                                : g_strdup(is_new(object) ? "new" : "\u2013");
    set_text(object, stem, "_text", text);
    if (growth)
        json_object_set_new(object, "growth_class",
                            json_string(!json_is_number(value) ? (is_new(object) ? "new" : "level")
                                        : percent > 0          ? "up"
                                        : percent < 0          ? "down"
                                                               : "level"));
}

static void dress_number(const struct dressing *dressing, json_t *object, const char *key,
                         const json_t *value)
{
    if (g_strv_contains(plain_numbers, key))
        return;
    g_autofree char *text = with_thousands(json_integer_value(value), dressing->page->minus);
    set_text(object, key, "_text", text);
    g_autofree char *one = g_strconcat(key, "_one", NULL);
    json_object_set_new(object, one, json_boolean(json_integer_value(value) == 1));
    g_autofree char *any = g_strconcat(key, "_any", NULL);
    json_object_set_new(object, any, json_boolean(json_integer_value(value) != 0));
}

/* "reading" gives note and title, "before_reading" before_note and before_title. */
static void dress_reading(const struct dressing *dressing, json_t *object, const char *key,
                          json_int_t number)
{
    const json_t *reading = json_array_get(dressing->readings, (gsize)number - 1);
    const char *counts = json_string_value(json_object_get(object, "counts"));
    const char *text = json_string_value(json_object_get(reading, "text"));
    g_autofree char *stem = g_strndup(key, strlen(key) - strlen("reading"));
    g_autofree char *note = g_strdup_printf("[%d]", (int)number);
    g_autofree char *title = g_strconcat(counts ? counts : "", counts ? ": " : "", text, NULL);
    set_text(object, stem, "note", note);
    set_text(object, stem, "title", title);
}

static bool is_names(const json_t *value)
{
    return json_is_array(value) && json_is_string(json_array_get(value, 0));
}

static void dress_names(json_t *object, const char *key, const json_t *names)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (gsize i = 0; i < json_array_size(names); i++)
        g_string_append_printf(text, "%s%s", i == 0 ? "" : ", ",
                               json_string_value(json_array_get(names, i)));
    set_text(object, key, "_text", text->str);
}

/* "Alice (12), Bob (5)", and how many more there are than rows. */
static void dress_rows(const struct dressing *dressing, json_t *object, const json_t *rows)
{
    g_autoptr(GString) text = g_string_new(NULL);
    gsize count = json_array_size(rows);
    for (gsize i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        const char *name = json_string_value(json_object_get(row, "name"));
        json_int_t commits = json_integer_value(json_object_get(row, "commits"));
        if (name != NULL)
            g_string_append_printf(text, "%s%s (%d)", text->len == 0 ? "" : ", ", name,
                                   (int)commits);
    }
    json_object_set_new(object, "any", json_boolean(count > 0));
    if (text->len > 0)
        set_text(object, "rows", "_text", text->str);
    json_int_t more = json_integer_value(json_object_get(object, "total")) - (json_int_t)count;
    g_autofree char *number = with_thousands(more, dressing->page->minus);
    if (more > 0)
        set_text(object, "more", "_text", number);
}

/* "fell from 10 to 2 (-80.0 %)" */
static void dress_sentence(const struct dressing *dressing, json_t *object, const char *key,
                           const json_t *value)
{
    g_autoptr(GString) text = g_string_new(json_string_value(value));
    g_autofree char *minus = g_strconcat("(", dressing->page->minus, NULL);
    g_string_replace(text, "(-", minus, 0);
    json_object_set_new(object, key, json_string(text->str));
}

static void dress_member(const struct dressing *dressing, json_t *object, const char *key,
                         const json_t *value)
{
    if (g_str_has_suffix(key, "_percent"))
        dress_percent(dressing, object, key, value);
    else if (g_str_has_suffix(key, "reading") && json_is_integer(value))
        dress_reading(dressing, object, key, json_integer_value(value));
    else if (json_is_integer(value))
        dress_number(dressing, object, key, value);
    else if (g_str_equal(key, "before") && json_is_null(value))
        json_object_set_new(object, "before_text", json_string("\u2013"));
    else if (is_names(value))
        dress_names(object, key, value);
    else if (g_str_equal(key, "sentence"))
        dress_sentence(dressing, object, key, value);
    else if (g_str_equal(key, "rows"))
        dress_rows(dressing, object, value);
}

static void dress(const struct dressing *dressing, json_t *value);

static GPtrArray *keys_of(json_t *object)
{
    GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);
    const char *key = NULL;
    json_t *member = NULL;
    json_object_foreach(object, key, member) g_ptr_array_add(keys, g_strdup(key));
    return keys;
}

static void dress_object(const struct dressing *dressing, json_t *object)
{
    g_autoptr(GPtrArray) keys = keys_of(object);
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);
        dress_member(dressing, object, key, json_object_get(object, key));
        dress(dressing, json_object_get(object, key)); /* it may be another one now */
    }
}

static guint display_width(const char *text)
{
    guint width = 0;
    for (; *text != '\0'; text = g_utf8_find_next_char(text, NULL)) {
        gunichar letter = g_utf8_get_char(text);
        width += g_unichar_iszerowidth(letter) ? 0 : g_unichar_iswide(letter) ? 2 : 1;
    }
    return width;
}

/* Cut with an ellipsis where it is too wide, filled with blanks where it is not wide enough. */
static char *fit(const char *text, guint width, bool right)
{
    GString *cell = g_string_new(text);
    if (display_width(text) > width) {
        g_string_set_size(cell, 0);
        for (; display_width(cell->str) + 1 < width; text = g_utf8_find_next_char(text, NULL))
            g_string_append_unichar(cell, g_utf8_get_char(text));
        g_string_append(cell, "\u2026");
    }
    guint used = display_width(cell->str);
    for (; used < width; used++)
        g_string_insert_c(cell, right ? 0 : -1, ' ');
    return g_string_free(cell, FALSE);
}

/* At the right, a blank before it however long it is: numbers are never cut. */
static char *fit_number(const char *key, const char *text)
{
    guint width = g_str_equal(key, "growth_text") ? GROWTH_WIDTH
                  : g_str_equal(key, "cell_text") ? CELL_WIDTH
                                                  : NUMBER_WIDTH;
    width = MAX(width, display_width(text) + 1);
    return fit(text, width, true);
}

static void align_cells(json_t *row)
{
    g_autoptr(GPtrArray) keys = keys_of(row);
    for (guint i = 0; i < keys->len; i++) {
        const char *key = g_ptr_array_index(keys, i);
        const char *text = json_string_value(json_object_get(row, key));
        if (text == NULL || !g_str_has_suffix(key, "_text"))
            continue;
        g_autofree char *cell = fit_number(key, text);
        json_object_set_new(row, key, json_string(cell));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(text_widths); i++) {
        json_t *text = json_object_get(row, text_widths[i].key);
        if (text == NULL)
            continue;
        const char *shown = json_is_string(text) ? json_string_value(text) : "";
        g_autofree char *cell = fit(shown, text_widths[i].width, false);
        json_object_set_new(row, text_widths[i].key, json_string(cell));
    }
}

static void dress(const struct dressing *dressing, json_t *value)
{
    if (json_is_object(value))
        dress_object(dressing, value);
    for (gsize i = 0; i < json_array_size(value); i++) {
        json_t *element = json_array_get(value, i);
        dress(dressing, element);
        if (dressing->page->align && json_is_object(element))
            align_cells(element);
    }
}

/* Rows of a series have the reading of the series, each for its own window. */
static void title_series(json_t *series, const char *window_key)
{
    const char *text = json_string_value(json_object_get(series, "title"));
    json_t *rows = json_object_get(series, "rows");
    for (gsize i = 0; text != NULL && i < json_array_size(rows); i++) {
        json_t *row = json_array_get(rows, i);
        const json_t *window = json_object_get(row, window_key);
        g_autofree char *title =
            json_is_integer(window)
                ? g_strdup_printf("%d: %s", (int)json_integer_value(window), text)
                : g_strdup_printf("%s: %s", json_string_value(window), text);
        json_object_set_new(row, "title", json_string(title));
    }
}

/* Figures by name, for sentences: {{figure.lines_added.value_text}}. */
static void name_figures(json_t *page, const json_t *weather, const struct dressing *dressing)
{
    json_t *named = json_object();
    const json_t *figures = json_object_get(weather, "figures");
    for (gsize i = 0; i < json_array_size(figures); i++) {
        json_t *figure = json_deep_copy(json_array_get(figures, i));
        g_autofree char *name =
            g_strdelimit(g_strdup(json_string_value(json_object_get(figure, "figure"))), "-", '_');
        dress_object(dressing, figure);
        json_object_set_new(named, name, figure);
    }
    json_object_set_new(page, "figure", named);
}

/* What stands above a column of text: a name that fits, or what it is. */
static void head_column(json_t *object, const char *otherwise)
{
    const char *name = json_string_value(json_object_get(object, "name"));
    bool fits = name != NULL && display_width(name) <= NUMBER_WIDTH - 1;
    g_autofree char *cell = fit(fits ? name : otherwise, NUMBER_WIDTH, true);
    if (json_is_object(object))
        json_object_set_new(object, "column", json_string(cell));
}

/* Above the cells of the spans: the letters of the readings. */
static void head_cells(json_t *spans)
{
    json_t *by = json_object_get(spans, "by");
    for (gsize i = 0; i < json_array_size(by); i++) {
        json_t *one = json_array_get(by, i);
        g_autofree char *letter =
            g_strdup_printf("(%s)", json_string_value(json_object_get(one, "letter")));
        g_autofree char *cell = fit(letter, CELL_WIDTH, true);
        json_object_set_new(one, "column", json_string(cell));
    }
}

/* Takes the chart. */
static void add_chart(json_t *page, const char *name, char *svg)
{
    if (svg != NULL)
        json_object_set_new(page, name, json_string(svg));
    g_free(svg);
}

/* A component's years as a small chart: drawn, or in letters. */
static void add_spark(json_t *row, const json_t *like, bool drawn)
{
    const json_t *years = json_object_get(like, "years");
    guint count = (guint)json_array_size(years);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree gint64 *values = g_new0(gint64, count + 1);
    for (guint i = 0; i < count; i++) {
        const json_t *year = json_array_get(years, i);
        g_ptr_array_add(
            names, g_strdup_printf("%d", (int)json_integer_value(json_object_get(year, "year"))));
        values[i] = json_integer_value(json_object_get(year, "commits"));
    }
    g_autofree char *label = g_strdup_printf("Commits in each year: %s",
                                             json_string_value(json_object_get(like, "name")));
    g_autofree char *spark =
        drawn ? spark_bars(label, (const char *const *)names->pdata, values, count)
              : spark_letters(values, count);
    json_object_set_new(row, "spark", spark == NULL ? json_null() : json_string(spark));
}

static void add_sparks(json_t *page, const json_t *weather, bool drawn)
{
    const json_t *rows = json_object_get(json_object_get(weather, "components"), "rows");
    json_t *dressed = json_object_get(json_object_get(page, "components"), "rows");
    for (gsize i = 0; i < json_array_size(rows); i++)
        add_spark(json_array_get(dressed, i), json_array_get(rows, i), drawn);
}

json_t *weather_page(const json_t *weather, const struct weather_page *how)
{
    json_t *page = json_deep_copy(weather);
    struct dressing dressing = {how, json_object_get(weather, "readings")};
    dress_object(&dressing, page);
    title_series(json_object_get(page, "releases"), "window");
    title_series(json_object_get(page, "years"), "year");
    name_figures(page, weather, &dressing);
    add_sparks(page, weather, how->charts);
    json_t *subject = json_object_get(page, "subject");
    head_column(subject, "this span");
    head_column(json_object_get(subject, "against"), "before");
    head_cells(json_object_get(page, "spans"));
    if (how->charts) {
        add_chart(page, "chart_releases", weather_chart_releases(weather));
        add_chart(page, "chart_years", weather_chart_years(weather));
        add_chart(page, "chart_employers", weather_chart_employers(weather));
    }
    return page;
}
