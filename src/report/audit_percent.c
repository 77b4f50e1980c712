#include "audit_percent.h"

#include "audit_series.h"

#include <math.h>
#include <string.h>

#define NEAR_COST 2.5 /* a rule so near may explain a cell that the others do not follow */
#define NEAR_NEW_BASE                                                                              \
    3.75                 /* the same down a column, of a wrong rule: the newest may come first     \
                          */
#define CLOSELY_MOST 500 /* percentages looked at closely, of one document's table */
#define AROUND 4         /* lines and columns in which unlike cells are looked for */
#define DIGITS_TELLING 3 /* a percentage of fewer digits comes out of too many pairs */
#define FOREIGN_MOST 3   /* one in so many changes is explained by chance */

struct check {
    struct audit_findings *findings;
    struct audit_counts *counts;
    guint closely;
};

static bool is_right(const struct audit_how *how)
{
    return how->formula != AUDIT_CHANGE_NEW_BASE;
}

static const struct audit_how *how_at(const struct audit_series *series, guint i)
{
    return &g_array_index(series->hows, struct audit_how, i);
}

/* --- sentences --- */

/* "(1549 − 1245) / 1549" */
static char *say_formula(enum audit_formula formula, const struct audit_number *a,
                         const struct audit_number *b)
{
    g_autofree char *left = audit_say_number(a->value, a->unit);
    g_autofree char *right = audit_say_number(b->value, b->unit);
    if (formula == AUDIT_SHARE)
        return g_strdup_printf("%s / %s", left, right);
    return g_strdup_printf("(%s \xe2\x88\x92 %s) / %s", left, right,
                           formula == AUDIT_CHANGE ? right : left);
}

static char *say_printed(const struct audit_number *percent)
{
    return audit_say_percent(percent->value, percent->unit);
}

/* What a formula gives for a pair, with the digits of the printed one. */
static char *say_computed(enum audit_formula formula, const struct audit_number *a,
                          const struct audit_number *b, double unit)
{
    double value, low, high;
    if (!audit_compute(formula, a, b, &value, &low, &high))
        return g_strdup("nothing");
    return audit_say_percent(value, unit);
}

static void report(struct check *check, const struct audit_series *series, guint line,
                   enum audit_rule rule, enum audit_severity severity, const char *sentence)
{
    audit_finding_add(check->findings, series->view, line, series->column, rule, severity, "%s",
                      sentence);
}

/* --- one percentage, looked at closely --- */

/* The change or share as it should have been counted: by the rule of the series, else by the
 * nearest rule that has its figures. */
static const struct audit_how *expected(const struct audit_series *series, guint line,
                                        struct audit_pair *ret_pair,
                                        enum audit_formula *ret_formula)
{
    const struct audit_how *best = series->best;
    for (guint i = 0; i <= series->hows->len; i++) {
        const struct audit_how *how = i == 0 ? best : how_at(series, i - 1);
        double value, low, high;
        if (how == NULL || how->cost > (how == best ? G_MAXDOUBLE : NEAR_COST) ||
            !audit_series_pair(series, how, line, ret_pair))
            continue;
        *ret_formula = how->formula == AUDIT_SHARE ? AUDIT_SHARE : AUDIT_CHANGE;
        if (audit_compute(*ret_formula, &ret_pair->a, &ret_pair->b, &value, &low, &high))
            return how;
    }
    return NULL;
}

static bool explained_nearby(const struct audit_series *series, guint line)
{
    for (guint i = 0; i < series->hows->len; i++) {
        const struct audit_how *how = how_at(series, i);
        bool near = how->cost <= NEAR_COST && how->place != AUDIT_WHOLE_ELSEWHERE;
        if (is_right(how) && (near || how == series->best) && audit_how_fits(series, how, line) &&
            audit_how_is_fine(series, how, line))
            return true;
    }
    return audit_series_by_parts(series, line);
}

static bool find_new_base(struct check *check, const struct audit_series *series, guint line)
{
    const struct audit_number *percent = audit_series_percent(series, line);
    for (guint i = 0; i < series->hows->len; i++) {
        const struct audit_how *how = how_at(series, i);
        struct audit_pair pair;
        double most = how->place == AUDIT_BESIDE ? NEAR_COST : NEAR_NEW_BASE;
        bool near = how->cost <= most || how == series->best;
        if (is_right(how) || !near || !audit_how_fits(series, how, line) ||
            !audit_series_pair(series, how, line, &pair))
            continue;
        g_autofree char *printed = say_printed(percent);
        g_autofree char *formula = say_formula(how->formula, &pair.a, &pair.b);
        g_autofree char *right = say_computed(AUDIT_CHANGE, &pair.a, &pair.b, percent->unit);
        g_autofree char *sentence = g_strdup_printf(
            "%s = %s: the new value is the base; of the old one it is %s", printed, formula, right);
        report(check, series, line, AUDIT_NEW_BASE, AUDIT_ERROR, sentence);
        return true;
    }
    return false;
}

/* Up for down, or the last digit. */
static bool find_slip(struct check *check, const struct audit_series *series, guint line)
{
    struct audit_pair pair;
    enum audit_formula formula;
    double value, low, high;
    const struct audit_number *percent = audit_series_percent(series, line);
    const struct audit_how *how = expected(series, line, &pair, &formula);
    if (how == NULL || how->place == AUDIT_WHOLE_ELSEWHERE ||
        !audit_compute(formula, &pair.a, &pair.b, &value, &low, &high))
        return false;
    g_autofree char *printed = say_printed(percent);
    g_autofree char *words = say_formula(formula, &pair.a, &pair.b);
    g_autofree char *right = audit_say_percent(value, percent->unit);
    if (formula == AUDIT_CHANGE && audit_fits(percent, -high, -low)) {
        g_autofree char *sentence =
            g_strdup_printf("%s is printed, and %s = %s: it went %s", printed, words, right,
                            value < 0 ? "down" : "up");
        report(check, series, line, AUDIT_SIGN, AUDIT_ERROR, sentence);
        return true;
    }
    if (fabs(value - percent->value) >= percent->unit || high - low > percent->unit)
        return false;
    g_autofree char *exact = audit_say_percent(value, percent->unit / 1000);
    g_autofree char *sentence =
        g_strdup_printf("%s = %s, which rounds to %s; %s is printed", words, exact, right, printed);
    report(check, series, line, AUDIT_ROUNDING, AUDIT_DOUBT, sentence);
    return true;
}

/* --- unlike cells --- */

static bool has_digit(const char *name)
{
    return strpbrk(name, "0123456789") != NULL;
}

/* Whether the two cells of a rule are of the same thing at two times: columns or lines that are
 * named by years and versions, or a rule that others follow. */
static bool is_like(const struct audit_series *series, const struct audit_how *how, guint line,
                    const struct audit_pair *pair)
{
    const struct audit_view *view = series->view;
    bool beside = how->place == AUDIT_BESIDE;
    if (how->place == AUDIT_WHOLE_ELSEWHERE || how->fits > 0)
        return how->fits > 0 && how->place != AUDIT_WHOLE_ELSEWHERE;
    if (pair->b_line == G_MAXUINT || (beside ? view->first_line : view->first_column) == 0)
        return false;
    g_autofree char *a =
        beside ? audit_view_column_name(view, how->a) : audit_view_line_name(view, line);
    g_autofree char *b =
        beside ? audit_view_column_name(view, how->b) : audit_view_line_name(view, pair->b_line);
    return has_digit(a) && has_digit(b);
}

struct unlike {
    guint a_column, b_line, b_column;
    struct audit_number a, b;
    enum audit_formula formula;
    guint far;   /* 0: none found */
    guint count; /* pairs that give it */
};

static guint telling_digits(const struct audit_number *percent)
{
    double units = fabs(percent->value) / percent->unit;
    return units < 1 ? 1 : (guint)floor(log10(units) + 1e-9) + 1;
}

static void try_unlike(const struct audit_series *series, guint line, struct unlike *found,
                       const struct unlike *candidate)
{
    static const enum audit_formula formulas[] = {AUDIT_CHANGE, AUDIT_CHANGE_NEW_BASE, AUDIT_SHARE};
    const struct audit_number *percent = audit_series_percent(series, line);
    for (gsize i = 0; i < G_N_ELEMENTS(formulas) - (series->is_change ? 1 : 0); i++) {
        double value, low, high;
        if ((series->is_share && formulas[i] != AUDIT_SHARE) ||
            !audit_compute(formulas[i], &candidate->a, &candidate->b, &value, &low, &high) ||
            !audit_fits(percent, low, high) || high - low > percent->unit)
            continue;
        guint count = found->count + 1;
        guint far = candidate->far + (formulas[i] == AUDIT_CHANGE_NEW_BASE ? 1 : 0);
        if (found->far == 0 || far < found->far) {
            *found = *candidate;
            found->formula = formulas[i];
            found->far = far;
        }
        found->count = count;
    }
}

static guint away(guint a, guint b)
{
    return a > b ? a - b : b - a;
}

/* Against every figure of the lines around. */
static void search_unlike(const struct audit_series *series, guint line, struct unlike *candidate,
                          struct unlike *found)
{
    const struct audit_view *view = series->view;
    guint first = MAX(view->first_line, line < AROUND ? 0 : line - AROUND);
    guint left = MAX(view->first_column, series->column < AROUND ? 0 : series->column - AROUND);
    for (guint y = first; y < MIN(view->lines, line + AROUND + 1); y++) {
        for (guint x = left; y != line && x < MIN(view->columns, series->column + AROUND + 1);
             x++) {
            const struct audit_number *b = audit_view_number(view, y, x);
            if (b == NULL)
                continue;
            candidate->b = *b;
            candidate->b_line = y;
            candidate->b_column = x;
            candidate->far = 1 + 2 * away(y, line) + away(x, candidate->a_column) +
                             2 * away(candidate->a_column, series->column);
            try_unlike(series, line, found, candidate);
        }
    }
}

static char *say_cell(const struct audit_view *view, guint line, guint column)
{
    guint row = view->across ? column : line, beside = view->across ? line : column;
    g_autofree char *row_name = audit_table_row_name(view->table, row);
    g_autofree char *column_name = audit_table_column_name(view->table, beside);
    return g_strdup_printf("%s (%s)", row_name, column_name);
}

static void report_unlike(struct check *check, const struct audit_series *series, guint line,
                          const struct unlike *found)
{
    struct audit_pair pair;
    enum audit_formula formula;
    const struct audit_number *percent = audit_series_percent(series, line);
    const struct audit_how *how = expected(series, line, &pair, &formula);
    g_autofree char *printed = say_printed(percent);
    g_autofree char *words = say_formula(found->formula, &found->a, &found->b);
    g_autofree char *a = say_cell(series->view, line, found->a_column);
    g_autofree char *b = say_cell(series->view, found->b_line, found->b_column);
    g_autoptr(GString) sentence = g_string_new(NULL);
    g_string_append_printf(sentence, "%s = %s: it compares unlike cells, %s with %s", printed,
                           words, a, b);
    if (found->formula == AUDIT_CHANGE_NEW_BASE)
        g_string_append(sentence, ", and the new value is the base");
    if (how != NULL && is_like(series, how, line, &pair)) {
        g_autofree char *right = say_formula(formula, &pair.a, &pair.b);
        g_autofree char *value = say_computed(formula, &pair.a, &pair.b, percent->unit);
        g_string_append_printf(sentence, "; like with like it is %s = %s", right, value);
    } else if (found->formula == AUDIT_CHANGE_NEW_BASE) {
        g_autofree char *value = say_computed(AUDIT_CHANGE, &found->a, &found->b, percent->unit);
        g_string_append_printf(sentence, "; of the old one it is %s", value);
    }
    bool sure = found->count == 1 && telling_digits(percent) >= DIGITS_TELLING;
    report(check, series, line, AUDIT_UNLIKE, sure ? AUDIT_ERROR : AUDIT_DOUBT, sentence->str);
}

static bool find_unlike(struct check *check, const struct audit_series *series, guint line)
{
    struct unlike found = {0};
    const struct audit_number *percent = audit_series_percent(series, line);
    guint left = series->column < AROUND ? 0 : series->column - AROUND;
    if (telling_digits(percent) < DIGITS_TELLING - 1)
        return false;
    for (guint column = left; column <= series->column; column++) {
        const struct audit_number *a = audit_view_number(series->view, line, column);
        struct unlike candidate = {.a_column = column};
        if (a == NULL || (series->aside && column != series->column))
            continue;
        candidate.a = *a;
        search_unlike(series, line, &candidate, &found);
    }
    bool telling = telling_digits(percent) >= DIGITS_TELLING || found.count == 1;
    if (found.far == 0 || !telling)
        return false;
    report_unlike(check, series, line, &found);
    return true;
}

/* --- what nothing explains --- */

static bool is_established(const struct audit_series *series)
{
    return series->best != NULL && is_right(series->best) &&
           series->best->fits >= AUDIT_ESTABLISHED && 3 * series->best->fits >= 2 * series->sampled;
}

static void report_whole(struct check *check, const struct audit_series *series, guint line,
                         const struct audit_pair *pair)
{
    const struct audit_number *percent = audit_series_percent(series, line);
    g_autofree char *printed = say_printed(percent);
    g_autofree char *low = audit_say_number(ceil(series->best->low), 1);
    g_autofree char *high = audit_say_number(floor(series->best->high), 1);
    g_autofree char *part = audit_say_number(pair->a.value, pair->a.unit);
    g_autofree char *value = say_computed(AUDIT_SHARE, &pair->a, &pair->b, percent->unit);
    g_autofree char *sentence = g_strdup_printf("%s is printed for %s; the other shares are of a "
                                                "whole between %s and %s, which makes it %s",
                                                printed, part, low, high, value);
    report(check, series, line, AUDIT_WHOLE, AUDIT_DOUBT, sentence);
}

/* "with 86 in place of 85 it is (86 − 68) / 86", or nothing. */
static char *say_nearly(const struct audit_series *series, guint line)
{
    struct audit_pair near, pair;
    bool is_a = false;
    if (!audit_series_nearly(series, line, &near, &is_a) ||
        !audit_series_pair(series, series->best, line, &pair))
        return g_strdup("");
    const struct audit_number *was = is_a ? &pair.a : &pair.b, *is = is_a ? &near.a : &near.b;
    g_autofree char *other = audit_say_number(is->value, is->unit);
    g_autofree char *printed = audit_say_number(was->value, was->unit);
    g_autofree char *words = say_formula(series->best->formula, &near.a, &near.b);
    return g_strdup_printf(" with %s in place of %s it is %s;", other, printed, words);
}

static void report_unexplained(struct check *check, const struct audit_series *series, guint line)
{
    struct audit_pair pair;
    enum audit_formula formula;
    const struct audit_number *percent = audit_series_percent(series, line);
    const struct audit_how *how = expected(series, line, &pair, &formula);
    g_autofree char *printed = say_printed(percent);
    bool by_name = series->is_change || series->is_share || series->best != NULL;
    if (how == NULL || !by_name) {
        g_autofree char *sentence =
            g_strdup_printf("no two cells of the table give %s: where does it come from?", printed);
        report(check, series, line, AUDIT_UNEXPLAINED, AUDIT_DOUBT, sentence);
        return;
    }
    if (how->place == AUDIT_WHOLE_ELSEWHERE) {
        report_whole(check, series, line, &pair);
        return;
    }
    g_autofree char *words = say_formula(formula, &pair.a, &pair.b);
    g_autofree char *value = say_computed(formula, &pair.a, &pair.b, percent->unit);
    bool sure = how == series->best && is_established(series);
    g_autofree char *nearly = say_nearly(series, line);
    g_autofree char *sentence =
        sure ? g_strdup_printf("%s is printed, and %s = %s, as the others here are counted",
                               printed, words, value)
             : g_strdup_printf(
                   "no two cells of the table give %s; %s = %s:%s where does it come from?",
                   printed, words, value, nearly);
    report(check, series, line, sure ? AUDIT_PERCENTAGE : AUDIT_UNEXPLAINED,
           sure ? AUDIT_ERROR : AUDIT_DOUBT, sentence);
}

static bool has_figures(const struct audit_series *series)
{
    return series->hows->len > 0;
}

static void look_closely(struct check *check, const struct audit_series *series, guint line)
{
    if (explained_nearby(series, line)) {
        check->counts->explained++;
        return;
    }
    if (check->closely++ >= CLOSELY_MOST || find_new_base(check, series, line) ||
        find_slip(check, series, line) || find_unlike(check, series, line))
        return;
    report_unexplained(check, series, line);
}

/* --- a series --- */

/* What hardly any rule explains: shares of something else altogether, such as what tests cover, or
 * changes from what is not in the table. */
static bool is_unrelated(const struct audit_series *series)
{
    guint fits = series->best == NULL ? 0 : series->best->fits;
    if (series->lines->len < 2 || series->is_share)
        return false;
    return series->is_change ? fits == 0 || FOREIGN_MOST * fits < series->sampled : fits == 0;
}

/* One question for all of them. */
static bool is_foreign(struct check *check, const struct audit_series *series)
{
    if (!is_unrelated(series))
        return false;
    guint line = g_array_index(series->lines, guint, 0);
    g_autofree char *printed = say_printed(audit_series_percent(series, line));
    g_autofree char *sentence = g_strdup_printf(
        "no cells of the table give the percentages of this %s, such as %s: they cannot be checked",
        series->view->across ? "row" : "column", printed);
    report(check, series, G_MAXUINT, AUDIT_UNEXPLAINED, AUDIT_NOTE, sentence);
    return true;
}

/* A whole of 100 % beside the total itself is no share of anything. */
static bool is_whole(const struct audit_series *series, guint line)
{
    const struct audit_number *percent = audit_series_percent(series, line);
    return series->view->total[line] && percent->low <= 100 && percent->high >= 100;
}

static void check_series(struct check *check, const struct audit_view *view, guint column,
                         bool aside, const GArray *lines)
{
    g_autofree char *name = audit_view_column_name(view, column);
    if (lines->len == 0 || audit_name_says(name, AUDIT_NAME_CUMULATIVE))
        return;
    g_autoptr(AuditSeries) series =
        audit_series_new(view, column, aside, (const guint *)(const void *)lines->data, lines->len);
    if (!has_figures(series))
        return;
    check->counts->percentages += lines->len;
    if (is_foreign(check, series))
        return;
    for (guint i = 0; i < lines->len; i++) {
        guint line = g_array_index(lines, guint, i);
        bool right = series->best != NULL && is_right(series->best) &&
                     audit_how_fits(series, series->best, line);
        if (right || is_whole(series, line))
            check->counts->explained++;
        else if (!audit_series_is_edge(series, line))
            look_closely(check, series, line);
    }
}

/* --- which percentages belong together --- */

static bool is_percent(const struct audit_cell *cell)
{
    return cell->value.kind == AUDIT_PERCENT && !cell->copied;
}

/* How many figures of each line, or column, are percentages: more than half makes it a series. */
static bool *mostly_percent(const struct audit_view *view)
{
    bool *mostly = g_new0(bool, view->columns);
    for (guint column = view->first_column; column < view->columns; column++) {
        guint percents = 0, numbers = 0;
        for (guint line = view->first_line; line < view->lines; line++) {
            const struct audit_cell *cell = audit_view_cell(view, line, column);
            percents += is_percent(cell);
            numbers += cell->value.kind == AUDIT_NUMBER;
        }
        mostly[column] = percents > 0 && percents >= numbers;
    }
    return mostly;
}

static void check_columns(struct check *check, const struct audit_view *view, const bool *by_column,
                          const bool *by_line)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint column = view->first_column; column < view->columns; column++) {
        g_array_set_size(lines, 0);
        for (guint line = view->first_line; line < view->lines; line++) {
            /* Down when the column is of percentages, or nothing is; across when the row is. */
            bool mine = by_column[column] && !(view->across && by_line[line]);
            bool nobody = !view->across && !by_column[column] && !by_line[line];
            if ((mine || nobody) && is_percent(audit_view_cell(view, line, column)))
                g_array_append_val(lines, line);
        }
        check_series(check, view, column, false, lines);
    }
}

static void check_asides(struct check *check, const struct audit_view *view)
{
    g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint column = view->first_column; column < view->columns; column++) {
        g_array_set_size(lines, 0);
        for (guint line = view->first_line; line < view->lines; line++) {
            const struct audit_cell *cell = audit_view_cell(view, line, column);
            if (cell->aside != NULL && cell->aside->kind == AUDIT_PERCENT && !cell->copied &&
                cell->value.kind == AUDIT_NUMBER)
                g_array_append_val(lines, line);
        }
        check_series(check, view, column, true, lines);
    }
}

void audit_percent_check(const struct audit_view *down, const struct audit_view *across,
                         struct audit_findings *findings, struct audit_counts *counts)
{
    struct check check = {findings, counts, 0};
    g_autofree bool *columns = mostly_percent(down);
    g_autofree bool *rows = mostly_percent(across);
    check_columns(&check, down, columns, rows);
    check_columns(&check, across, rows, columns);
    check_asides(&check, down);
}
