#include "template.h"

#include "fault.h"

#include <string.h>

/* tests/data/mustache.json: for each rule of the Mustache specification, and for ours, a template,
 * its data and partials, and the text or the error that must come of it. */

static const char *from_object(void *user, const char *name)
{
    return json_string_value(json_object_get(user, name));
}

static enum template_escape escape_of(const json_t *rule)
{
    const char *name = json_string_value(json_object_get(rule, "escape"));
    if (g_strcmp0(name, "markdown") == 0)
        return TEMPLATE_MARKDOWN;
    return g_strcmp0(name, "none") == 0 ? TEMPLATE_NONE : TEMPLATE_HTML;
}

static void rule_holds(gconstpointer user)
{
    const json_t *rule = user;
    const char *expected = json_string_value(json_object_get(rule, "expected"));
    g_autoptr(GError) error = NULL;
    g_autofree char *text = template_render(json_string_value(json_object_get(rule, "template")),
                                            json_object_get(rule, "data"), escape_of(rule),
                                            from_object, json_object_get(rule, "partials"), &error);
    g_assert_cmpstr(text, ==, expected);
    if (expected != NULL) {
        g_assert_no_error(error);
        return;
    }
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    g_assert_nonnull(strstr(error->message, json_string_value(json_object_get(rule, "error"))));
}

static void deep_sections_are_refused(void)
{
    g_autoptr(GString) template = g_string_new(NULL);
    for (int i = 0; i < 100000; i++)
        g_string_append(template, "{{#a}}");
    g_autoptr(GError) error = NULL;
    g_assert_null(template_render(template->str, NULL, TEMPLATE_HTML, NULL, NULL, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
}

/* Eight lists of 100 in one another would be 10^16 lines. */
static void endless_lists_are_refused(void)
{
    json_auto_t *data = json_pack("{s:[]}", "l");
    for (int i = 0; i < 100; i++)
        json_array_append_new(json_object_get(data, "l"), json_integer(i));
    g_autoptr(GError) error = NULL;
    const char *template = "{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}a\n"
                           "{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}";
    g_assert_null(template_render(template, data, TEMPLATE_HTML, NULL, NULL, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
}

static void without_partials_they_are_empty(void)
{
    g_autofree char *text = template_render("[{{>p}}]", NULL, TEMPLATE_HTML, NULL, NULL, NULL);
    g_assert_cmpstr(text, ==, "[]");
}

static void broken_bytes_are_replaced(void)
{
    g_autofree char *text = template_render("a\xff", NULL, TEMPLATE_HTML, NULL, NULL, NULL);
    g_assert_cmpstr(text, ==, "a\xef\xbf\xbd");
    g_autoptr(GError) error = NULL;
    g_assert_null(template_render("{{#\xff}}", NULL, TEMPLATE_HTML, NULL, NULL, &error));
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    json_error_t problem;
    json_auto_t *rules = json_load_file("tests/data/mustache.json", 0, &problem);
    if (rules == NULL)
        g_error("tests/data/mustache.json, line %d: %s", problem.line, problem.text);
    gsize index = 0;
    json_t *rule = NULL;
    json_array_foreach(rules, index, rule)
    {
        const char *name = json_string_value(json_object_get(rule, "rule"));
        g_autofree char *path = g_strconcat("/template/", name, NULL);
        g_test_add_data_func(path, rule, rule_holds);
    }
    g_test_add_func("/template/own/sections", deep_sections_are_refused);
    g_test_add_func("/template/own/lists", endless_lists_are_refused);
    g_test_add_func("/template/own/partials", without_partials_they_are_empty);
    g_test_add_func("/template/own/bytes", broken_bytes_are_replaced);
    return g_test_run();
}
