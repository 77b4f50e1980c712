#include "weather_page.h"

static json_t *dress(const char *text, bool align, const char *minus)
{
    json_t *report = json_loads(text, 0, NULL);
    g_assert_nonnull(report);
    struct weather_page page = {.align = align, .minus = minus};
    json_t *dressed = weather_page(report, &page);
    json_decref(report);
    return dressed;
}

static const char *text_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "(none)" : text;
}

static void numbers_as_people_read_them(void)
{
    json_t *page = dress("{\"commits\": 1234567, \"small\": 999, \"one\": 1, \"year\": 2012,"
                         " \"lost\": -1316}",
                         false, "-");
    g_assert_cmpstr(text_at(page, "commits_text"), ==, "1,234,567");
    g_assert_cmpstr(text_at(page, "small_text"), ==, "999");
    g_assert_cmpstr(text_at(page, "lost_text"), ==, "-1,316");
    g_assert_cmpstr(text_at(page, "year_text"), ==, "(none)");
    g_assert_true(json_is_true(json_object_get(page, "one_one")));
    g_assert_true(json_is_false(json_object_get(page, "small_one")));
    json_decref(page);
}

static void expect_growth(const char *text, const char *minus, const char *shown, const char *kind)
{
    json_t *page = dress(text, false, minus);
    g_assert_cmpstr(text_at(page, "growth_text"), ==, shown);
    g_assert_cmpstr(text_at(page, "growth_class"), ==, kind);
    json_decref(page);
}

static void growth_has_a_sign(void)
{
    expect_growth("{\"growth_percent\": 24.4}", "-", "+24.4 %", "up");
    expect_growth("{\"growth_percent\": -67.8}", "\342\210\222", "\342\210\22267.8 %", "down");
    expect_growth("{\"growth_percent\": 0.0}", "-", "0.0 %", "level");
    expect_growth("{\"growth_percent\": 4050.0}", "-", "+4,050.0 %", "up");
    expect_growth("{\"growth_percent\": null, \"before\": 0, \"value\": 3}", "-", "new", "new");
    expect_growth("{\"growth_percent\": null, \"before\": 0, \"commits\": 3}", "-", "new", "new");
    expect_growth("{\"growth_percent\": null, \"before\": 0, \"value\": 0}", "-", "\342\200\223",
                  "level");
    expect_growth("{\"growth_percent\": null, \"before\": null, \"value\": 3}", "-", "\342\200\223",
                  "level");
    json_t *page = dress("{\"share_percent\": 33.3}", false, "-");
    g_assert_cmpstr(text_at(page, "share_text"), ==, "33.3 %");
    json_decref(page);
}

static void readings_stand_beside_their_figures(void)
{
    json_t *page =
        dress("{\"people\": {\"reading\": 2, \"before_reading\": 1, \"counts\": \"persons\"},"
              " \"readings\": [{\"number\": 1, \"text\": \"first\"},"
              " {\"number\": 2, \"text\": \"second\"}]}",
              false, "-");
    const json_t *people = json_object_get(page, "people");
    g_assert_cmpstr(text_at(people, "note"), ==, "[2]");
    g_assert_cmpstr(text_at(people, "title"), ==, "persons: second");
    g_assert_cmpstr(text_at(people, "before_note"), ==, "[1]");
    json_decref(page);
}

static void rows_are_told_in_a_line(void)
{
    json_t *page =
        dress("{\"seen\": {\"total\": 1005, \"rows\": [{\"name\": \"Ada\", \"commits\": 12},"
              " {\"name\": \"Ben\", \"commits\": 1}]}, \"none\": {\"total\": 0, \"rows\": []},"
              " \"names\": [\"A\", \"B\"]}",
              false, "-");
    const json_t *seen = json_object_get(page, "seen");
    g_assert_cmpstr(text_at(seen, "rows_text"), ==, "Ada (12), Ben (1)");
    g_assert_cmpstr(text_at(seen, "more_text"), ==, "1,003");
    g_assert_true(json_is_true(json_object_get(seen, "any")));
    g_assert_true(json_is_false(json_object_get(json_object_get(page, "none"), "any")));
    g_assert_cmpstr(text_at(json_object_get(page, "none"), "more_text"), ==, "(none)");
    g_assert_cmpstr(text_at(page, "names_text"), ==, "A, B");
    json_decref(page);
}

static void cells_are_as_wide_as_their_column(void)
{
    json_t *page = dress("{\"rows\": [{\"name\": \"Roger Pau Monn\\u00e9\", \"commits\": 67},"
                         " {\"name\": \"A name that is far too long to stand here\","
                         " \"commits\": 12345678, \"employer\": null}]}",
                         true, "-");
    const json_t *rows = json_object_get(page, "rows");
    const json_t *first = json_array_get(rows, 0), *second = json_array_get(rows, 1);
    g_assert_cmpstr(text_at(first, "name"), ==, "Roger Pau Monn\303\251           ");
    g_assert_cmpstr(text_at(first, "commits_text"), ==, "        67");
    g_assert_cmpstr(text_at(second, "name"), ==, "A name that is far too lo\342\200\246");
    g_assert_cmpstr(text_at(second, "commits_text"), ==, " 12,345,678");
    g_assert_cmpstr(text_at(second, "employer"), ==, "                    ");
    json_decref(page);
}

static void figures_have_names(void)
{
    json_t *page =
        dress("{\"figures\": [{\"figure\": \"lines-added\", \"value\": 77190}]}", false, "-");
    const json_t *named = json_object_get(json_object_get(page, "figure"), "lines_added");
    g_assert_cmpstr(text_at(named, "value_text"), ==, "77,190");
    json_decref(page);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/weather-page/numbers", numbers_as_people_read_them);
    g_test_add_func("/weather-page/growth", growth_has_a_sign);
    g_test_add_func("/weather-page/readings", readings_stand_beside_their_figures);
    g_test_add_func("/weather-page/rows", rows_are_told_in_a_line);
    g_test_add_func("/weather-page/cells", cells_are_as_wide_as_their_column);
    g_test_add_func("/weather-page/figures", figures_have_names);
    return g_test_run();
}
