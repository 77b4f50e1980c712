#include "chart.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <locale.h>
#include <math.h>
#include <string.h>

static const struct chart_spec spec = {
    .title = "Commits by <release>", .description = "Without merges & such.", .unit = "commits"};

/* Every text of the elements with that name, in order, one a line. */
static void collect(const xmlNode *node, const char *element, GString *out)
{
    for (; node != NULL; node = node->next) {
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, element) == 0) {
            xmlChar *text = xmlNodeGetContent(node);
            g_string_append_printf(out, "%s\n", (const char *)text);
            xmlFree(text);
        }
        collect(node->children, element, out);
    }
}

/* Fails when the SVG is not well-formed, or when a length is no number. */
static char *texts_of(const char *svg, const char *element)
{
    xmlDocPtr document =
        xmlReadMemory(svg, (int)strlen(svg), NULL, "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR);
    g_assert_nonnull(document);
    GString *out = g_string_new(NULL);
    collect(xmlDocGetRootElement(document), element, out);
    xmlFreeDoc(document);
    g_assert_null(strstr(svg, "nan"));
    g_assert_null(strstr(svg, "inf\""));
    return g_string_free(out, FALSE);
}

static void expect_texts(char *svg, const char *element, const char *expected)
{
    g_autofree char *owned = svg;
    g_autofree char *texts = texts_of(owned, element);
    g_assert_cmpstr(texts, ==, expected);
}

static const struct chart_point releases[] = {
    {"4.8.0", 1497, NULL, false},  {"4.9.0", 1316, "4.9.0: 1316 commits by 86 people", false},
    {"4.10.0", 12.5, NULL, false}, {"4.11.0", 0, NULL, false},
    {"4.12.0", -3, NULL, true},
};
static const struct chart_series series = {"all", releases, G_N_ELEMENTS(releases)};

static void bars_tell_the_exact_values(void)
{
    expect_texts(chart_bars(&spec, &series), "title",
                 "4.8.0: 1,497 commits\n"
                 "4.9.0: 1316 commits by 86 people\n"
                 "4.10.0: 12.5 commits\n"
                 "4.11.0: 0 commits\n"
                 "4.12.0: \u22123 commits so far\n");
}

static void bars_are_labelled(void)
{
    static const struct chart_series two = {"all", releases, 2};
    expect_texts(chart_bars(&spec, &two), "text",
                 "Commits by <release>\ncommits\n"
                 "0\n500\n1,000\n1,500\n"
                 "1,497\n1,316\n"
                 "4.8.0\n4.9.0\n");
}

static void screen_readers_are_told(void)
{
    g_autofree char *svg = chart_bars(&spec, &series);
    g_assert_true(g_str_has_prefix(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\""));
    g_assert_nonnull(strstr(svg, "role=\"img\" aria-label=\"Commits by &lt;release&gt;\""));
    expect_texts(g_steal_pointer(&svg), "desc", "Without merges & such.\n");
}

static void partial_points_have_a_note(void)
{
    g_autofree char *with = chart_bars(&spec, &series);
    static const struct chart_series over = {"all", releases, 3};
    g_autofree char *without = chart_bars(&spec, &over);
    g_assert_nonnull(strstr(with, "not over yet"));
    g_assert_null(strstr(without, "not over yet"));
    g_autofree char *lines = chart_lines(&spec, &series, 1);
    g_assert_nonnull(strstr(lines, "not over yet"));
    g_assert_nonnull(strstr(lines, "stroke-dasharray"));
}

static const struct chart_point first[] = {
    {"2023", 10, NULL, false}, {"2024", 1234, NULL, false}, {"2026", 7, NULL, true}};
static const struct chart_point second[] = {
    {"2024", NAN, NULL, false}, {"2025", 3, NULL, false}, {"2026", INFINITY, NULL, false}};

static void lines_tell_whose_values(void)
{
    static const struct chart_series both[] = {{"SUSE", first, 3}, {"ARM", second, 3}};
    expect_texts(chart_lines(&spec, both, 2), "title",
                 "SUSE, 2023: 10 commits\n"
                 "SUSE, 2024: 1,234 commits\n"
                 "SUSE, 2026: 7 commits so far\n"
                 "ARM, 2025: 3 commits\n");
    expect_texts(chart_lines(&spec, both, 2), "text",
                 "Commits by <release>\ncommits\n"
                 "0\n500\n1,000\n1,500\n"
                 "SUSE\nARM\n2023\n2024\n2025\n2026\nnot over yet\n");
}

static void long_names_stand_above(void)
{
    static const struct chart_series both[] = {
        {"A name that is much too long for a margin", first, 3}, {"ARM", second, 3}};
    g_autofree char *svg = chart_lines(&spec, both, 2);
    g_autofree char *texts = texts_of(svg, "text");
    g_assert_true(g_str_has_prefix(texts, "Commits by <release>\ncommits\n"
                                          "A name that is much too long for a margin\nARM\n0\n"));
}

static void shares_have_percents(void)
{
    static const struct chart_point points[] = {{"SUSE", 1200, NULL, false},
                                                {"a_<b>", 799, NULL, false},
                                                {"nobody", NAN, NULL, false},
                                                {"one", 1, NULL, false}};
    static const struct chart_series shares = {"shares", points, 4};
    struct chart_spec of = {.title = "Employers", .total = 0};
    expect_texts(chart_shares(&of, &shares), "text",
                 "Employers\n"
                 "SUSE\n1,200\n60.0%\n"
                 "a_<b>\n799\n40.0%\n"
                 "nobody\n\u2013\n"
                 "one\n1\n0.1%\n");
    of.total = 4000;
    g_autofree char *svg = chart_shares(&of, &shares);
    g_autofree char *texts = texts_of(svg, "text");
    g_assert_nonnull(strstr(texts, "30.0%"));
    g_assert_nonnull(strstr(texts, "<0.1%"));
}

static char *lines_of_one(const struct chart_spec *of, const struct chart_series *one)
{
    return chart_lines(of, one, 1);
}

static char *(*const charts[])(const struct chart_spec *, const struct chart_series *) = {
    chart_bars, lines_of_one, chart_shares};

static void nothing_says_so(void)
{
    static const struct chart_point gaps[] = {{"a", NAN, NULL, false},
                                              {"b", -INFINITY, NULL, true}};
    static const struct chart_series none[] = {{"none", NULL, 0}, {"gaps", gaps, 2}};
    for (gsize i = 0; i < G_N_ELEMENTS(charts); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(none); j++)
            expect_texts(charts[i](&spec, &none[j]), "text",
                         "Commits by <release>\ncommits\nnothing to draw in this window\n");
    expect_texts(chart_lines(&spec, NULL, 0), "title", "");
}

/* Whatever comes in: well-formed, with numbers for lengths. */
static void odd_data_is_drawn(void)
{
    static const struct chart_point points[] = {{"zero", 0, NULL, false},
                                                {"most", 1e15, NULL, true},
                                                {"least", -1e15, "\x01\xff", false},
                                                {"", 1e-12, NULL, false},
                                                {"\xff\x1b", 0.1, NULL, false},
                                                {"zero", 5, NULL, false}};
    static const struct chart_spec odd[] = {
        {0},
        {.width = 1, .height = 1},
        {.title = "\xff", .description = "\x02", .unit = "", .width = 5000, .height = 3}};
    for (gsize i = 0; i < G_N_ELEMENTS(charts); i++)
        for (gsize j = 0; j < G_N_ELEMENTS(odd); j++)
            for (guint from = 0; from < G_N_ELEMENTS(points); from++)
                for (guint count = 1; from + count <= G_N_ELEMENTS(points); count++) {
                    struct chart_series some = {"odd", points + from, count};
                    g_autofree char *svg = charts[i](&odd[j], &some);
                    g_autofree char *titles = texts_of(svg, "text");
                    g_assert_cmpstr(titles, !=, "");
                }
}

static void many_points_are_drawn(void)
{
    g_autofree struct chart_point *points = g_new0(struct chart_point, 1000);
    for (guint i = 0; i < 1000; i++)
        points[i] = (struct chart_point){"4.10.0-and-more", i, NULL, false};
    struct chart_series many = {"many", points, 1000};
    for (gsize i = 0; i < G_N_ELEMENTS(charts); i++) {
        g_autofree char *svg = charts[i](&spec, &many);
        g_autofree char *texts = texts_of(svg, "text");
        g_assert_cmpstr(texts, !=, "");
    }
}

static void the_locale_changes_nothing(void)
{
    g_autofree char *plain = chart_bars(&spec, &series);
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL)
        g_test_message("no German locale here: compared with the C locale only");
    g_autofree char *german = chart_bars(&spec, &series);
    setlocale(LC_ALL, "C");
    g_assert_cmpstr(plain, ==, german);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chart/bars/titles", bars_tell_the_exact_values);
    g_test_add_func("/chart/bars/labels", bars_are_labelled);
    g_test_add_func("/chart/readers", screen_readers_are_told);
    g_test_add_func("/chart/partial", partial_points_have_a_note);
    g_test_add_func("/chart/lines/titles", lines_tell_whose_values);
    g_test_add_func("/chart/lines/legend", long_names_stand_above);
    g_test_add_func("/chart/shares", shares_have_percents);
    g_test_add_func("/chart/nothing", nothing_says_so);
    g_test_add_func("/chart/odd", odd_data_is_drawn);
    g_test_add_func("/chart/many", many_points_are_drawn);
    g_test_add_func("/chart/locale", the_locale_changes_nothing);
    int result = g_test_run();
    xmlCleanupParser();
    return result;
}
