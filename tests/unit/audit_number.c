#include "audit_number.h"

#include <math.h>

struct expectation {
    const char *text;
    enum audit_kind kind;
    double value, unit;
    enum audit_kind aside_kind;
    double aside;
};

#define NONE AUDIT_EMPTY, 0

static const struct expectation cells[] = {
    {"1245", AUDIT_NUMBER, 1245, 1, NONE},
    {"1,234", AUDIT_NUMBER, 1234, 1, NONE},
    {"1 234", AUDIT_NUMBER, 1234, 1, NONE},
    {"1\xc2\xa0"
     "234\xe2\x80\xaf"
     "567",
     AUDIT_NUMBER, 1234567, 1, NONE},
    {"1\xe2\x80\x89"
     "234",
     AUDIT_NUMBER, 1234, 1, NONE},
    {"1'234'567", AUDIT_NUMBER, 1234567, 1, NONE},
    {"1\xe2\x80\x99"
     "234",
     AUDIT_NUMBER, 1234, 1, NONE},
    {"12,34,567", AUDIT_NUMBER, 1234567, 1, NONE},
    {"1,234,567.8", AUDIT_NUMBER, 1234567.8, 0.1, NONE},
    {"1.234.567,8", AUDIT_NUMBER, 1234567.8, 0.1, NONE},
    {"1 234,567", AUDIT_NUMBER, 1234.567, 0.001, NONE},
    {"19,6 %", AUDIT_PERCENT, 19.6, 0.1, NONE},
    {"+19.6%", AUDIT_PERCENT, 19.6, 0.1, NONE},
    {"\xe2\x88\x92"
     "67.8\xc2\xa0%",
     AUDIT_PERCENT, -67.8, 0.1, NONE},
    {"\xe2\x80\x93 5 %", AUDIT_PERCENT, -5, 1, NONE},
    {"\xe2\x96\xb2 24.4 %", AUDIT_PERCENT, 24.4, 0.1, NONE},
    {"\xe2\x96\xbc 3 percent", AUDIT_PERCENT, -3, 1, NONE},
    {"0.5", AUDIT_NUMBER, 0.5, 0.1, NONE},
    {"0,123", AUDIT_NUMBER, 0.123, 0.001, NONE},
    {".5", AUDIT_NUMBER, 0.5, 0.1, NONE},
    {"1.234", AUDIT_NUMBER, 1.234, 0.001, NONE},
    {"1.2k", AUDIT_NUMBER, 1200, 100, NONE},
    {"3M", AUDIT_NUMBER, 3e6, 1e6, NONE},
    {"$1,200", AUDIT_NUMBER, 1200, 1, NONE},
    {"12*", AUDIT_NUMBER, 12, 1, NONE},
    {"12 [3]", AUDIT_NUMBER, 12, 1, NONE},
    {"12[ note 3 ]", AUDIT_NUMBER, 12, 1, NONE},
    {"12\xc2\xb9\xc2\xb2", AUDIT_NUMBER, 12, 1, NONE},
    {"12 \xe2\x80\xa0", AUDIT_NUMBER, 12, 1, NONE},
    {"161 days", AUDIT_NUMBER, 161, 1, NONE},
    {"32\xe2\x80\x93"
     "35 %",
     AUDIT_PERCENT, 33.5, 1, NONE},
    {"1549 (+19.6%)", AUDIT_NUMBER, 1549, 1, AUDIT_PERCENT, 19.6},
    {"47014 (\xe2\x88\x92"
     "67.8 %)",
     AUDIT_NUMBER, 47014, 1, AUDIT_PERCENT, -67.8},
    {"1,549 +19.6%", AUDIT_NUMBER, 1549, 1, AUDIT_PERCENT, 19.6},
    {"1549 [7] (19.6%)", AUDIT_NUMBER, 1549, 1, AUDIT_PERCENT, 19.6},
    {"158 commits (12.9 %)", AUDIT_NUMBER, 158, 1, AUDIT_PERCENT, 12.9},
    {"12.9 % (158)", AUDIT_PERCENT, 12.9, 0.1, AUDIT_NUMBER, 158},
    {"(12)", AUDIT_NUMBER, 12, 1, NONE},
    {"(19.6 %)", AUDIT_PERCENT, 19.6, 0.1, NONE},
    {"", AUDIT_EMPTY, 0, 0, NONE},
    {" \xc2\xa0 ", AUDIT_EMPTY, 0, 0, NONE},
    {"\xe2\x80\x94", AUDIT_EMPTY, 0, 0, NONE},
    {"n/a", AUDIT_EMPTY, 0, 0, NONE},
    {"Citrix", AUDIT_WORDS, 0, 0, NONE},
    {"4.9.0", AUDIT_WORDS, 0, 0, NONE},
    {"2017-05-30", AUDIT_WORDS, 0, 0, NONE},
    {"1,23,4", AUDIT_WORDS, 0, 0, NONE},
    {"203 days 128 days 6.3 months", AUDIT_WORDS, 0, 0, NONE},
    {"12345678901234567890", AUDIT_WORDS, 0, 0, NONE},
    {"1 2", AUDIT_WORDS, 0, 0, NONE},
    {"3 of 7", AUDIT_WORDS, 0, 0, NONE},
    {"-", AUDIT_EMPTY, 0, 0, NONE},
    {"+", AUDIT_WORDS, 0, 0, NONE},
    {"(", AUDIT_WORDS, 0, 0, NONE},
    {"12 (", AUDIT_WORDS, 0, 0, NONE},
};

static void cells_are_read(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cells); i++) {
        const struct expectation *cell = &cells[i];
        struct audit_number value, aside;
        g_test_message("%s", cell->text);
        audit_number_read(cell->text, AUDIT_MARKS_POINT, &value, &aside);
        g_assert_cmpint(value.kind, ==, cell->kind);
        g_assert_cmpfloat_with_epsilon(value.value, cell->value, 1e-9);
        g_assert_cmpfloat_with_epsilon(value.unit, cell->unit, 1e-12);
        g_assert_cmpint(aside.kind, ==, cell->aside_kind);
        g_assert_cmpfloat_with_epsilon(aside.value, cell->aside, 1e-9);
    }
}

static double read_with(const char *text, enum audit_marks marks)
{
    struct audit_number value, aside;
    audit_number_read(text, marks, &value, &aside);
    return value.value;
}

static void marks_decide_what_is_open(void)
{
    g_assert_cmpfloat(read_with("1,234", AUDIT_MARKS_POINT), ==, 1234);
    g_assert_cmpfloat(read_with("1,234", AUDIT_MARKS_NO_POINT), ==, 1234);
    g_assert_cmpfloat(read_with("1,234", AUDIT_MARKS_COMMA), ==, 1.234);
    g_assert_cmpfloat(read_with("1.234", AUDIT_MARKS_POINT), ==, 1.234);
    g_assert_cmpfloat(read_with("1.234", AUDIT_MARKS_NO_POINT), ==, 1234);
    g_assert_cmpfloat(read_with("1.234", AUDIT_MARKS_COMMA), ==, 1234);
    g_assert_cmpfloat(read_with("19,6", AUDIT_MARKS_POINT), ==, 19.6);
    g_assert_cmpfloat(read_with("19.6", AUDIT_MARKS_COMMA), ==, 19.6);
}

static void what_cells_prove(void)
{
    g_assert_cmpuint(audit_number_proves("19,6 %"), ==, AUDIT_PROVES_COMMA);
    g_assert_cmpuint(audit_number_proves("19.6"), ==, AUDIT_PROVES_POINT);
    g_assert_cmpuint(audit_number_proves("1,234,567"), ==, AUDIT_PROVES_POINT);
    g_assert_cmpuint(audit_number_proves("1.234.567"), ==, AUDIT_PROVES_COMMA);
    g_assert_cmpuint(audit_number_proves("1,234"), ==, 0);
    g_assert_cmpuint(audit_number_proves("1.234"), ==, 0);
    g_assert_cmpuint(audit_number_proves("1,234 (5.5%)"), ==, AUDIT_PROVES_POINT);
    g_assert_cmpuint(audit_number_proves("Citrix, Inc. 3.4.5"), ==, 0);
}

static void bounds_are_those_of_rounding(void)
{
    struct audit_number value, aside;
    audit_number_read("19.6 %", AUDIT_MARKS_POINT, &value, &aside);
    g_assert_cmpfloat_with_epsilon(value.low, 19.55, 1e-9);
    g_assert_cmpfloat_with_epsilon(value.high, 19.65, 1e-9);
    audit_number_read("1549", AUDIT_MARKS_POINT, &value, &aside);
    g_assert_cmpfloat(value.low, ==, 1549);
    g_assert_cmpfloat(value.high, ==, 1549);
    audit_number_read("32-35 %", AUDIT_MARKS_POINT, &value, &aside);
    g_assert_true(value.rough);
    g_assert_cmpfloat(value.low, ==, 31.5);
    g_assert_cmpfloat(value.high, ==, 35.5);
    audit_number_read("(12)", AUDIT_MARKS_POINT, &value, &aside);
    g_assert_true(value.bracketed);
    audit_number_read("~12", AUDIT_MARKS_POINT, &value, &aside);
    g_assert_true(value.rough);
    audit_number_read("-12", AUDIT_MARKS_POINT, &value, &aside);
    g_assert_true(value.is_signed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/audit_number/cells_are_read", cells_are_read);
    g_test_add_func("/audit_number/marks_decide_what_is_open", marks_decide_what_is_open);
    g_test_add_func("/audit_number/what_cells_prove", what_cells_prove);
    g_test_add_func("/audit_number/bounds_are_those_of_rounding", bounds_are_those_of_rounding);
    return g_test_run();
}
