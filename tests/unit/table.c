#include "table.h"

#include "fault.h"

#include <math.h>
#include <string.h>

static const struct table_column columns[] = {
    {"name", "Name", TABLE_KIND_STRING},
    {"lines_added", "Added", TABLE_KIND_INT},
    {"share", "Share", TABLE_KIND_REAL},
    {"known", "Known", TABLE_KIND_BOOL},
};

#define ROWS 5

static void add_row(struct table *table, guint row)
{
    static const struct {
        const char *name;
        gint64 added;
        double share;
        bool known;
    } rows[ROWS - 1] = {
        {"Ana", 12345, 1.0 / 3, true},
        {"a|b\t\"q\", c\\\nd", -7, 2, false},
        {"\xe5\xb1\xb1\xe7\x94\xb0", 0, 0.1, true}, /* two wide letters */
        {"Rene\xcc\x81\xff", 1, -0.001, true},      /* a combining mark, a stray byte */
    };
    if (row == ROWS - 1) {
        for (guint i = 0; i < G_N_ELEMENTS(columns); i++)
            table_none(table);
        return;
    }
    table_string(table, rows[row].name);
    table_int(table, rows[row].added);
    table_real(table, rows[row].share);
    table_bool(table, rows[row].known);
}

static struct table *sample(void)
{
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint row = 0; row < ROWS; row++)
        add_row(table, row);
    return table;
}

static void expect(enum table_format format, bool colour, const char *expected)
{
    g_autoptr(Table) table = sample();
    g_autofree char *text = table_format(table, format, colour);
    g_assert_cmpstr(text, ==, expected);
}

static void text_is_aligned_by_width(void)
{
    expect(TABLE_TEXT, false,
           "Name           Added  Share  Known\n"
           "Ana            12345   0.33  yes\n"
           "a|b \"q\", c\\ d     -7   2.00  no\n"
           "\xe5\xb1\xb1\xe7\x94\xb0               0   0.10  yes\n"
           "Rene\xcc\x81\xef\xbf\xbd              1   0.00  yes\n"
           "\n");
}

static void colour_is_bold_header(void)
{
    g_autoptr(Table) table = table_new(columns, 2);
    g_autofree char *bold = table_format(table, TABLE_TEXT, true);
    g_assert_cmpstr(bold, ==, "\033[1mName  Added\033[0m\n");
}

static void cells_are_painted_on_terminals_alone(void)
{
    g_autoptr(Table) table = table_new(columns, 2);
    table_string(table, "Ana");
    table_paint(table, TABLE_RED);
    table_int(table, 7);
    table_string(table, "");
    table_paint(table, TABLE_GREEN);
    table_none(table);
    g_autofree char *painted = table_format(table, TABLE_TEXT, true);
    g_assert_cmpstr(painted, ==, "\033[1mName  Added\033[0m\n\033[31mAna\033[0m       7\n\n");
    g_autofree char *plain = table_format(table, TABLE_TEXT, false);
    g_assert_cmpstr(plain, ==, "Name  Added\nAna       7\n\n");
    g_autofree char *markdown = table_format(table, TABLE_MARKDOWN, true);
    g_assert_null(strchr(markdown, '\033'));
}

static void markdown_shows_literally(void)
{
    expect(TABLE_MARKDOWN, true,
           "| Name            | Added | Share | Known |\n"
           "| --------------- | ----: | ----: | ----- |\n"
           "| Ana             | 12345 |  0.33 | yes   |\n"
           "| a\\|b \"q\", c\\\\ d |    -7 |  2.00 | no    |\n"
           "| \xe5\xb1\xb1\xe7\x94\xb0            |     0 |  0.10 | yes   |\n"
           "| Rene\xcc\x81\xef\xbf\xbd           |     1 |  0.00 | yes   |\n"
           "|                 |       |       |       |\n");
}

static void tsv_escapes(void)
{
    expect(TABLE_TSV, true,
           "name\tlines_added\tshare\tknown\n"
           "Ana\t12345\t0.333333333333333\ttrue\n"
           "a|b\\t\"q\", c\\\\\\nd\t-7\t2\tfalse\n"
           "\xe5\xb1\xb1\xe7\x94\xb0\t0\t0.1\ttrue\n"
           "Rene\xcc\x81\xef\xbf\xbd\t1\t-0.001\ttrue\n"
           "\t\t\t\n");
}

static void csv_quotes(void)
{
    expect(TABLE_CSV, false,
           "name,lines_added,share,known\n"
           "Ana,12345,0.333333333333333,true\n"
           "\"a|b\t\"\"q\"\", c\\\nd\",-7,2,false\n"
           "\xe5\xb1\xb1\xe7\x94\xb0,0,0.1,true\n"
           "Rene\xcc\x81\xef\xbf\xbd,1,-0.001,true\n"
           ",,,\n");
}

static void json_has_types(void)
{
    expect(TABLE_JSON, false,
           "[\n"
           "{\"name\": \"Ana\", \"lines_added\": 12345, \"share\": 0.333333333333333, "
           "\"known\": true},\n"
           "{\"name\": \"a|b\\t\\\"q\\\", c\\\\\\nd\", \"lines_added\": -7, \"share\": 2.0, "
           "\"known\": false},\n"
           "{\"name\": \"\xe5\xb1\xb1\xe7\x94\xb0\", \"lines_added\": 0, \"share\": 0.1, "
           "\"known\": true},\n"
           "{\"name\": \"Rene\xcc\x81\xef\xbf\xbd\", \"lines_added\": 1, \"share\": -0.001, "
           "\"known\": true},\n"
           "{\"name\": null, \"lines_added\": null, \"share\": null, \"known\": null}\n"
           "]\n");
    g_autoptr(Table) table = sample();
    json_auto_t *rows = table_json(table);
    g_assert_cmpuint(json_array_size(rows), ==, 5);
    g_assert_cmpint(json_integer_value(json_object_get(json_array_get(rows, 1), "lines_added")), ==,
                    -7);
}

static void nothing_is_the_header(void)
{
    static const char *const expected[] = {
        "Name  Added  Share  Known\n",
        "| Name | Added | Share | Known |\n| ---- | ----: | ----: | ----- |\n",
        "name\tlines_added\tshare\tknown\n", "name,lines_added,share,known\n", "[]\n"};
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    for (int format = TABLE_TEXT; format <= TABLE_JSON; format++) {
        g_autofree char *text = table_format(table, (enum table_format)format, false);
        g_assert_cmpstr(text, ==, expected[format]);
    }
}

static void streamed_rows(GString *out, enum table_format format)
{
    g_autoptr(Table) table = table_new(columns, G_N_ELEMENTS(columns));
    g_autofree char *head = table_stream_head(table, format);
    g_string_append(out, head);
    for (guint i = 0; i < ROWS; i++) {
        add_row(table, i);
        g_autofree char *row = table_stream_row(table, format, i == 0);
        g_string_append(out, row);
        g_assert_cmpuint(table_rows(table), ==, 0);
    }
    g_autofree char *tail = table_stream_tail(table, format);
    g_string_append(out, tail);
}

static void streamed_equals_whole(void)
{
    for (int format = TABLE_TSV; format <= TABLE_JSON; format++) {
        g_autoptr(Table) table = sample();
        g_autofree char *whole = table_format(table, (enum table_format)format, false);
        g_autoptr(GString) parts = g_string_new(NULL);
        streamed_rows(parts, (enum table_format)format);
        g_assert_cmpstr(parts->str, ==, whole);

        g_autoptr(Table) empty = table_new(columns, G_N_ELEMENTS(columns));
        g_autofree char *none = table_format(empty, (enum table_format)format, false);
        g_autofree char *head = table_stream_head(empty, (enum table_format)format);
        g_autofree char *tail = table_stream_tail(empty, (enum table_format)format);
        g_autofree char *both = g_strconcat(head, tail, NULL);
        g_assert_cmpstr(both, ==, none);
    }
}

static void odd_values(void)
{
    static const struct table_column one[] = {{"name", NULL, TABLE_KIND_STRING}};
    g_autoptr(Table) table = table_new(one, 1);
    table_string(table, NULL);
    table_string(table, "\033[31mred\xe2\x80\xaetxt");
    g_autofree char *csv = table_format(table, TABLE_CSV, false);
    g_assert_cmpstr(csv, ==, "name\n\"\"\n\033[31mred\xe2\x80\xaetxt\n");
    g_autofree char *text = table_format(table, TABLE_TEXT, false);
    g_assert_cmpstr(text, ==, "name\n\n\xef\xbf\xbd[31mred\xef\xbf\xbdtxt\n");

    static const struct table_column real[] = {{"x", "X", TABLE_KIND_REAL}};
    g_autoptr(Table) reals = table_new(real, 1);
    table_real(reals, NAN);
    table_real(reals, -INFINITY);
    table_real(reals, 1e300);
    g_autofree char *tsv = table_format(reals, TABLE_TSV, false);
    g_assert_cmpstr(tsv, ==, "x\n\n\n1e+300\n");
    g_autofree char *json = table_format(reals, TABLE_JSON, false);
    g_assert_nonnull(strstr(json, "{\"x\": null},\n{\"x\": null},\n{\"x\": 1e300}\n]"));
}

static void percentages_have_one_digit(void)
{
    static const struct table_column percent[] = {{"x", "X", TABLE_KIND_REAL, 1}};
    g_autoptr(Table) table = table_new(percent, 1);
    table_real(table, 12.3);
    table_real(table, -0.04);
    g_autofree char *text = table_format(table, TABLE_TEXT, false);
    g_assert_cmpstr(text, ==, "   X\n12.3\n 0.0\n");
    g_autofree char *tsv = table_format(table, TABLE_TSV, false);
    g_assert_cmpstr(tsv, ==, "x\n12.3\n-0.04\n");
}

static void formats_have_names(void)
{
    enum table_format format = TABLE_TEXT;
    g_autoptr(GError) error = NULL;
    g_assert_true(table_format_parse("md", &format, NULL));
    g_assert_cmpint(format, ==, TABLE_MARKDOWN);
    g_assert_true(table_format_parse("csv", &format, NULL));
    g_assert_cmpint(format, ==, TABLE_CSV);
    g_assert_false(table_format_parse("xls", &format, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_USAGE);
    g_assert_cmpint(format, ==, TABLE_CSV);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/table/text", text_is_aligned_by_width);
    g_test_add_func("/table/colour", colour_is_bold_header);
    g_test_add_func("/table/paint", cells_are_painted_on_terminals_alone);
    g_test_add_func("/table/markdown", markdown_shows_literally);
    g_test_add_func("/table/tsv", tsv_escapes);
    g_test_add_func("/table/csv", csv_quotes);
    g_test_add_func("/table/json", json_has_types);
    g_test_add_func("/table/empty", nothing_is_the_header);
    g_test_add_func("/table/stream", streamed_equals_whole);
    g_test_add_func("/table/odd", odd_values);
    g_test_add_func("/table/parse", formats_have_names);
    g_test_add_func("/table/percentages", percentages_have_one_digit);
    return g_test_run();
}
