#include "audit_read.h"

#include "fault.h"

#include <string.h>

static GPtrArray *read_as(const char *text, enum audit_input input)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *tables = audit_read(text, input, &error);
    g_assert_no_error(error);
    return tables;
}

/* All cells, bars between them, a line a row. */
static char *shown(const struct audit_table *table)
{
    GString *text = g_string_new(NULL);
    for (guint row = 0; row < table->rows; row++)
        for (guint column = 0; column < table->columns; column++)
            g_string_append_printf(text, "%s%c", audit_table_cell(table, row, column)->text,
                                   column + 1 < table->columns ? '|' : '\n');
    return g_string_free(text, FALSE);
}

static void expect(const char *text, enum audit_input input, guint index, const char *cells)
{
    g_autoptr(GPtrArray) tables = read_as(text, input);
    g_assert_cmpuint(tables->len, >, index);
    g_autofree char *got = shown(tables->pdata[index]);
    g_assert_cmpstr(got, ==, cells);
}

static void refuse(const char *text, enum audit_input input, const char *part)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(audit_read(text, input, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_assert_nonnull(strstr(error->message, part));
}

static void formats_are_recognised(void)
{
    g_assert_cmpint(audit_read_detect("<table><tr><td>1"), ==, AUDIT_HTML);
    g_assert_cmpint(audit_read_detect("  <!DOCTYPE html>"), ==, AUDIT_HTML);
    g_assert_cmpint(audit_read_detect("text <TABLE class=x>"), ==, AUDIT_HTML);
    g_assert_cmpint(audit_read_detect("text\n\n|a|b|\n|-|-|\n"), ==, AUDIT_MARKDOWN);
    g_assert_cmpint(audit_read_detect("a | b\n--- | ---\n"), ==, AUDIT_MARKDOWN);
    g_assert_cmpint(audit_read_detect("a\tb\n"), ==, AUDIT_TSV);
    g_assert_cmpint(audit_read_detect("a,b\n"), ==, AUDIT_CSV);
}

static void csv_is_that_of_the_rfc(void)
{
    expect("a,\"b, c\",\"say \"\"hi\"\"\"\r\n1,\"2\n3\",\r\n", AUDIT_CSV, 0,
           "a|b, c|say \"hi\"\n1|2\n3|\n");
    expect("a;b\n\"1;2\";3,5\n", AUDIT_CSV, 0, "a|b\n1;2|3,5\n");
    expect("\n\na,b\n\n1,2", AUDIT_CSV, 0, "a|b\n1|2\n");
    refuse("a,b\n1,\"2\n3,4\n", AUDIT_CSV, "row 2 is never closed");
}

static void tsv_has_no_quotes(void)
{
    expect("a\t\"b\n1\t 2 \n", AUDIT_TSV, 0, "a|\"b\n1|2\n");
}

static void markdown_has_many_tables(void)
{
    static const char text[] = "# One\n\na | b\n:--|--:\n1 | **2**\n\ntext | text\n\n"
                               "## Two\n|c|d\\|e|\n|-|-|\n|3|`4`|\n```\n|x|y|\n|-|-|\n|1|2|\n```\n";
    g_autoptr(GPtrArray) tables = read_as(text, AUDIT_DETECT);
    g_assert_cmpuint(tables->len, ==, 2);
    g_assert_cmpstr(((struct audit_table *)tables->pdata[1])->name, ==, "Two");
    expect(text, AUDIT_DETECT, 0, "a|b\n1|2\n");
    expect(text, AUDIT_DETECT, 1, "c|d|e\n3|4\n");
}

static void spans_are_expanded(void)
{
    static const char text[] = "<table><tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d"
                               "<tr><td>1<td rowspan=0>2<td>3<tr><td>4<td>5</table>";
    g_autoptr(GPtrArray) tables = read_as(text, AUDIT_DETECT);
    const struct audit_table *table = tables->pdata[0];
    expect(text, AUDIT_DETECT, 0, "a|b|b\na|c|d\n1|2|3\n4|2|5\n");
    g_assert_true(audit_table_cell(table, 3, 1)->copied);
    g_assert_false(audit_table_cell(table, 2, 1)->copied);
    g_assert_cmpuint(table->head_rows, ==, 2);
    g_autofree char *name = audit_table_column_name(table, 2);
    g_assert_cmpstr(name, ==, "b d");
    expect("<table><tr><td>1<td rowspan=2>2<tr><td>3<tr><td>4<td>5</table>", AUDIT_HTML, 0,
           "1|2\n3|2\n4|5\n");
    expect("<table><tr><td>1<td>2<td rowspan=3>3<tr><td>4<tr></table>", AUDIT_HTML, 0,
           "1|2|3\n4||3\n||3\n");
}

static void what_is_not_shown_is_not_read(void)
{
    expect("<table><tr><td>1<script>2</script><span style='display: none'>3</span>"
           "<td hidden>4<td>5<!-- 6 --><style>7</style></table>",
           AUDIT_HTML, 0, "1|5\n");
    expect("<table><tr><td>12<sup>3</sup><td>1<br>2<td>a&nbsp;b &amp; c</table>", AUDIT_HTML, 0,
           "12 [3]|1 2|a\xc2\xa0"
           "b & c\n");
}

static void nested_tables_are_their_own(void)
{
    static const char text[] =
        "<h2>Out</h2><table><caption>Cap</caption><tr><td>1<table><tr><td>2</table>3<td>4</table>";
    g_autoptr(GPtrArray) tables = read_as(text, AUDIT_HTML);
    g_assert_cmpuint(tables->len, ==, 2);
    g_assert_cmpstr(((struct audit_table *)tables->pdata[0])->name, ==, "Cap");
    expect(text, AUDIT_HTML, 0, "13|4\n");
    expect(text, AUDIT_HTML, 1, "2\n");
}

static void what_is_no_table_is_refused(void)
{
    refuse("<p>nothing</p>", AUDIT_DETECT, "no table");
    refuse("just words\nand more\n", AUDIT_DETECT, "no table");
    refuse("<table></table>", AUDIT_DETECT, "no table");
    refuse("| a | b |\n", AUDIT_MARKDOWN, "no table");
}

static void hostile_pages_are_refused(void)
{
    g_autoptr(GString) deep = g_string_new("<table><tr><td>");
    for (guint i = 0; i < 100000; i++)
        g_string_append(deep, "<b>");
    refuse(deep->str, AUDIT_HTML, "nested");
    g_autoptr(GString) wide = g_string_new("<table>");
    for (guint i = 0; i < 2000; i++)
        g_string_append(wide, "<tr><td colspan=1000 rowspan=65534>1");
    refuse(wide->str, AUDIT_HTML, "cells");
    g_autoptr(GString) ragged = g_string_new("a,b\n");
    for (guint i = 0; i < 10000; i++)
        g_string_append(ragged, "1\n");
    for (guint i = 0; i < 10000; i++)
        g_string_append(ragged, "1,");
    refuse(ragged->str, AUDIT_CSV, "cells");
}

static void expect_utf8(const char *bytes, gsize length, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = audit_read_utf8(bytes, length, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(text, ==, expected);
}

static void bytes_become_utf8(void)
{
    g_autoptr(GError) error = NULL;
    expect_utf8("a\xc3\xa9", 3, "a\xc3\xa9");
    expect_utf8("\xef\xbb\xbfx", 4, "x");
    expect_utf8("\x96 5", 3, "\xe2\x80\x93 5"); /* Windows-1252 */
    expect_utf8("\xff\xfe\x31\x00\x32\x00", 6, "12");
    expect_utf8("<meta charset=\"iso-8859-2\">\xb1", 28, "<meta charset=\"iso-8859-2\">\xc4\x85");
    expect_utf8("<meta charset=utf-8>\xb1", 21, "<meta charset=utf-8>\xef\xbf\xbd");
    g_assert_null(audit_read_utf8("1,2\0\1", 5, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_clear_error(&error);
    g_assert_null(audit_read_utf8("", 0, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
}

/* 1,234 beside 19,6 in another column is 1234; in its own it is a fraction. */
static void marks_are_those_of_the_column(void)
{
    g_autoptr(GPtrArray) tables =
        read_as("a;b;c;d\nx;1,234;19,6 %;1.500\ny;2,345;7,5 %;2.500\nz;3,5;1 %;1.000\n", AUDIT_CSV);
    const struct audit_table *table = tables->pdata[0];
    g_assert_cmpfloat(audit_table_cell(table, 1, 1)->value.value, ==, 1.234);
    g_assert_cmpfloat(audit_table_cell(table, 1, 3)->value.value, ==, 1500);
    g_autoptr(GPtrArray) others = read_as("a;b;c\nx;1,234;19,6 %\ny;2,345;7,5 %\n", AUDIT_CSV);
    g_assert_cmpfloat(audit_table_cell(others->pdata[0], 1, 1)->value.value, ==, 1234);
}

static void rows_and_columns_have_names(void)
{
    g_autoptr(GPtrArray) tables = read_as("#,who [1],4.9\n1,Ada*,12\n2,Ben,7\n", AUDIT_CSV);
    const struct audit_table *table = tables->pdata[0];
    g_autofree char *row = audit_table_row_name(table, 1);
    g_autofree char *column = audit_table_column_name(table, 1);
    g_assert_cmpuint(table->head_rows, ==, 1);
    g_assert_cmpuint(table->labels, ==, 2);
    g_assert_cmpstr(row, ==, "Ada");
    g_assert_cmpstr(column, ==, "who");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit_read/formats_are_recognised", formats_are_recognised);
    g_test_add_func("/audit_read/csv_is_that_of_the_rfc", csv_is_that_of_the_rfc);
    g_test_add_func("/audit_read/tsv_has_no_quotes", tsv_has_no_quotes);
    g_test_add_func("/audit_read/markdown_has_many_tables", markdown_has_many_tables);
    g_test_add_func("/audit_read/spans_are_expanded", spans_are_expanded);
    g_test_add_func("/audit_read/what_is_not_shown_is_not_read", what_is_not_shown_is_not_read);
    g_test_add_func("/audit_read/nested_tables_are_their_own", nested_tables_are_their_own);
    g_test_add_func("/audit_read/what_is_no_table_is_refused", what_is_no_table_is_refused);
    g_test_add_func("/audit_read/hostile_pages_are_refused", hostile_pages_are_refused);
    g_test_add_func("/audit_read/bytes_become_utf8", bytes_become_utf8);
    g_test_add_func("/audit_read/marks_are_those_of_the_column", marks_are_those_of_the_column);
    g_test_add_func("/audit_read/rows_and_columns_have_names", rows_and_columns_have_names);
    return g_test_run();
}
