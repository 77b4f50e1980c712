/* What is printed in a cell, as a number: "1,234", "+19.6 %", "47014 (−67.8 %)". Pure.
 *
 * Which mark is the decimal one: where both a comma and a point occur, the last. A mark that occurs
 * again and again groups digits by three. A single mark followed by other than three digits is the
 * decimal one. What is left, such as 1,234 and 1.234, is decided by enum audit_marks. */
#ifndef AUDIT_NUMBER_H
#define AUDIT_NUMBER_H

#include <glib.h>
#include <stdbool.h>

enum audit_kind { AUDIT_EMPTY, AUDIT_WORDS, AUDIT_NUMBER, AUDIT_PERCENT };

enum audit_marks {
    AUDIT_MARKS_POINT,    /* 1,234 is 1234; 1.234 is a decimal fraction: the default */
    AUDIT_MARKS_NO_POINT, /* both are 1234: elsewhere in the table a comma is the decimal mark */
    AUDIT_MARKS_COMMA,    /* 1,234 is a decimal fraction; 1.234 is 1234 */
};

struct audit_number {
    enum audit_kind kind;
    bool is_signed;   /* a plus or a minus (or an arrow) is printed */
    bool bracketed;   /* "(12)" alone: accountants mean -12 */
    bool rough;       /* a range, "about": not to be added up */
    double value;     /* of a percentage: 19.6 */
    double low, high; /* what may have been rounded to it: of 19.6, 19.55 to 19.65; 12 is 12 */
    double unit;      /* the place of the last digit: 0.1 */
};

/* A cell may hold a second number: "1549 (+19.6%)" is 1549, and aside 19.6 percent. Without one
 * `ret_aside` is AUDIT_EMPTY. Footnote marks (*, [3], superscripts) and one unit word ("161 days")
 * are passed over. Text that is no number is AUDIT_WORDS; nothing, a dash, "n/a" is AUDIT_EMPTY. */
void audit_number_read(const char *text, enum audit_marks marks, struct audit_number *ret_value,
                       struct audit_number *ret_aside);

enum { AUDIT_PROVES_POINT = 1, AUDIT_PROVES_COMMA = 2 };

/* What a cell proves about the decimal mark: "19,6" proves a comma, "1,234.5" a point. */
guint audit_number_proves(const char *text);

/* Without footnote marks; blanks of every kind and dashes made plain. Caller frees. */
char *audit_number_plain(const char *text);

#endif
