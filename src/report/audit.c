#include "audit.h"

#include "audit_percent.h"
#include "audit_total.h"

#include <math.h>

#define SHARES_FEW 2
#define SHARES_NEARLY 10 /* percentage points that a sum of shares may be off by slip */
#define RANKS_FEW 3

/* --- shares that stand alone --- */

struct shares {
    guint count;
    double sum, slack;
    bool plain; /* unsigned, none above 100 */
    bool rest;  /* others, unknown */
    const struct audit_number *total;
};

static struct shares add_shares(const struct audit_view *view, guint column)
{
    struct shares shares = {.plain = true};
    for (guint line = view->first_line; line < view->lines; line++) {
        const struct audit_cell *cell = audit_view_cell(view, line, column);
        const struct audit_number *value = &cell->value;
        g_autofree char *name = audit_view_line_name(view, line);
        shares.rest = shares.rest || audit_name_says(name, AUDIT_NAME_OTHERS);
        if (value->kind == AUDIT_NUMBER)
            shares.plain = false;
        if (value->kind != AUDIT_PERCENT || cell->copied || view->apart[line])
            continue;
        shares.plain = shares.plain && !value->is_signed && value->high <= 101 && !value->rough;
        if (view->total[line]) {
            shares.total = value;
            continue;
        }
        shares.count++;
        shares.sum += value->value;
        shares.slack += value->unit / 2;
    }
    return shares;
}

static bool has_numbers(const struct audit_view *view)
{
    for (guint line = view->first_line; line < view->lines; line++)
        for (guint column = view->first_column; column < view->columns; column++)
            if (audit_view_number(view, line, column) != NULL)
                return true;
    return false;
}

static void report_shares(const struct audit_view *view, guint column, const struct shares *shares,
                          bool by_name, struct audit_findings *findings)
{
    double whole = shares->total == NULL ? 100 : shares->total->value;
    double off = shares->sum - whole;
    bool sure = shares->total != NULL || shares->rest || (off > 0 && by_name);
    g_autofree char *sum = audit_say_percent(shares->sum, 0.1);
    g_autofree char *said =
        audit_say_percent(whole, shares->total == NULL ? 1 : shares->total->unit);
    g_autofree char *slack = audit_say_number(shares->slack, 0.1);
    audit_finding_add(findings, view, G_MAXUINT, column, AUDIT_SHARES,
                      sure ? AUDIT_ERROR : AUDIT_DOUBT,
                      "the %u shares add up to %s, not to %s; rounding explains %s at most%s",
                      shares->count, sum, said, slack,
                      sure      ? ""
                      : off < 0 ? ": is one left out?"
                                : ": may one count in several?");
}

/* Where no values stand beside them, shares can only be held against 100. */
static void check_shares(const struct audit_view *view, struct audit_findings *findings,
                         struct audit_counts *counts)
{
    for (guint column = view->first_column; column < view->columns; column++) {
        g_autofree char *name = audit_view_column_name(view, column);
        struct shares shares = add_shares(view, column);
        if (!shares.plain || shares.count < SHARES_FEW ||
            audit_name_says(name, AUDIT_NAME_CHANGE) ||
            audit_name_says(name, AUDIT_NAME_NOT_ADDED) ||
            audit_name_says(name, AUDIT_NAME_CUMULATIVE))
            continue;
        double whole = shares.total == NULL ? 100 : shares.total->value;
        double off = fabs(shares.sum - whole);
        bool by_name = audit_name_says(name, AUDIT_NAME_SHARE);
        bool whole_said = shares.total != NULL || shares.rest || (by_name && shares.sum > whole);
        counts->percentages += shares.count;
        if (off <= shares.slack + 1e-9)
            counts->explained += shares.count;
        else if (off <= SHARES_NEARLY || whole_said)
            report_shares(view, column, &shares, by_name, findings);
    }
}

/* --- ranks --- */

static bool find_rank_column(const struct audit_view *view, guint *ret_column)
{
    for (guint column = 0; column < view->first_column; column++) {
        g_autofree char *name = audit_view_column_name(view, column);
        const struct audit_cell *first =
            view->first_line < view->lines ? audit_view_cell(view, view->first_line, column) : NULL;
        bool from_one = first != NULL && first->value.kind == AUDIT_NUMBER &&
                        fabs(first->value.value - 1) < 0.5 && first->value.unit >= 1;
        if (!from_one || !(audit_name_says(name, AUDIT_NAME_RANK) || column == 0))
            continue;
        *ret_column = column;
        return true;
    }
    return false;
}

/* "Others" stand last, however many they are. */
static bool is_rest(const struct audit_view *view, guint line)
{
    g_autofree char *name = audit_view_line_name(view, line);
    return audit_name_says(name, AUDIT_NAME_OTHERS);
}

struct order {
    guint pairs, breaks, first_break, before; /* lines of the first break */
};

/* How often a figure is more than that of the better rank. */
static struct order look_at_order(const struct audit_view *view, guint rank, guint column,
                                  double way)
{
    struct order order = {0};
    const struct audit_number *before = NULL;
    double rank_before = 0;
    guint line_before = 0;
    for (guint line = view->first_line; line < view->lines; line++) {
        const struct audit_number *place = &audit_view_cell(view, line, rank)->value;
        const struct audit_number *value = audit_view_number(view, line, column);
        if (place->kind != AUDIT_NUMBER || value == NULL || view->total[line] ||
            is_rest(view, line))
            continue;
        if (before != NULL && place->value > rank_before) {
            order.pairs++;
            if (way * (value->value - before->value) > 0 && order.breaks++ == 0) {
                order.first_break = line;
                order.before = line_before;
            }
        }
        before = value;
        rank_before = place->value;
        line_before = line;
    }
    return order;
}

static void report_rank(const struct audit_view *view, guint rank, guint column, double way,
                        const struct order *order, struct audit_findings *findings)
{
    const struct audit_number *value = audit_view_number(view, order->first_break, column);
    const struct audit_number *before = audit_view_number(view, order->before, column);
    g_autofree char *more = audit_say_number(value->value, value->unit);
    g_autofree char *less = audit_say_number(before->value, before->unit);
    g_autofree char *name = audit_view_line_name(view, order->before);
    audit_finding_add(findings, view, order->first_break, column, AUDIT_RANK,
                      order->pairs > RANKS_FEW ? AUDIT_ERROR : AUDIT_DOUBT,
                      "rank %s has %s, %s than the %s of rank %s, %s",
                      audit_view_cell(view, order->first_break, rank)->text, more,
                      way > 0 ? "more" : "less", less,
                      audit_view_cell(view, order->before, rank)->text, name);
}

/* By which column the ranks were given: the one in best order. If none is nearly so, by nothing
 * that is in the table. */
static void check_ranks(const struct audit_view *view, struct audit_findings *findings,
                        struct audit_counts *counts)
{
    guint rank = 0, best_column = 0;
    double best_way = 1;
    struct order best = {.breaks = G_MAXUINT};
    if (!find_rank_column(view, &rank))
        return;
    for (guint column = view->first_column; column < view->columns; column++) {
        for (guint turn = 0; turn < 2; turn++) {
            struct order order = look_at_order(view, rank, column, turn == 0 ? 1 : -1);
            if (order.pairs + 1 < RANKS_FEW || order.breaks >= best.breaks)
                continue;
            best = order;
            best_column = column;
            best_way = turn == 0 ? 1 : -1;
        }
    }
    if (best.breaks == G_MAXUINT)
        return;
    counts->ranks++;
    if (best.breaks > 0 && best.breaks <= MAX(1, best.pairs / 5) && best.pairs >= RANKS_FEW)
        report_rank(view, rank, best_column, best_way, &best, findings);
}

/* --- differences --- */

/* What may be printed behind two figures: after less before, added less removed, or the sum where
 * the removed ones have a minus. */
static const double ways[][2] = {{-1, 1}, {1, -1}, {1, 1}};

#define SUM 2      /* the way of unsigned figures */
#define TELLING 10 /* smaller ones are sums by chance */

/* "+304" behind 1245 and 1549, or 1763 behind 951 and 812. */
static bool difference_at(const struct audit_view *view, guint line, guint column, guint way,
                          double *ret_value)
{
    const struct audit_number *printed = audit_view_number(view, line, column);
    const struct audit_number *values[2] = {NULL, NULL};
    guint found = 0;
    for (guint at = column; found < 2 && at-- > view->first_column;)
        if ((values[found] = audit_view_number(view, line, at)) != NULL)
            found++;
    if (printed == NULL || found < 2)
        return false;
    if (!printed->is_signed &&
        (way != SUM || printed->value < TELLING || values[0]->value <= 0 || values[1]->value <= 0))
        return false;
    *ret_value = ways[way][0] * values[1]->value + ways[way][1] * values[0]->value;
    return true;
}

static bool difference_fits(const struct audit_view *view, guint line, guint column, double right)
{
    const struct audit_number *printed = audit_view_number(view, line, column);
    return fabs(printed->value - right) <= printed->unit / 2 * 1.001;
}

static void report_difference(const struct audit_view *view, guint line, guint column, double right,
                              struct audit_findings *findings)
{
    const struct audit_number *printed = audit_view_number(view, line, column);
    g_autofree char *said = audit_say_number(printed->value, printed->unit);
    g_autofree char *value = audit_say_number(right, printed->unit);
    audit_finding_add(findings, view, line, column, AUDIT_DIFFERENCE, AUDIT_ERROR,
                      "%s is printed; the two figures before it make %s, as the others here are "
                      "counted",
                      said, value);
}

/* Sums without a name must be sums nearly always; totals are looked at elsewhere. */
static bool is_counted_so(const struct audit_view *view, guint column, guint fits, guint all)
{
    bool is_signed = false;
    g_autofree char *name = audit_view_column_name(view, column);
    for (guint line = view->first_line; line < view->lines; line++) {
        const struct audit_number *printed = audit_view_number(view, line, column);
        is_signed = is_signed || (printed != NULL && printed->is_signed);
    }
    if (is_signed)
        return fits >= 2 && 2 * fits >= all;
    return fits >= 2 && 3 * fits >= 2 * all && !audit_name_says(name, AUDIT_NAME_TOTAL);
}

static guint count_differences(const struct audit_view *view, guint column, guint way,
                               guint *ret_all)
{
    guint fits = 0;
    double right;
    *ret_all = 0;
    for (guint line = view->first_line; line < view->lines; line++) {
        if (view->total[line] || !difference_at(view, line, column, way, &right))
            continue;
        ++*ret_all;
        fits += difference_fits(view, line, column, right);
    }
    return fits;
}

static void check_differences(const struct audit_view *view, guint column,
                              struct audit_findings *findings)
{
    guint most = 0, best = 0, all = 0;
    for (guint way = 0; way < G_N_ELEMENTS(ways); way++) {
        guint found = 0, fits = count_differences(view, column, way, &found);
        if (fits > most) {
            most = fits;
            best = way;
            all = found;
        }
    }
    if (!is_counted_so(view, column, most, all))
        return;
    for (guint line = view->first_line; line < view->lines; line++) {
        double right;
        if (difference_at(view, line, column, best, &right) &&
            !difference_fits(view, line, column, right))
            report_difference(view, line, column, right, findings);
    }
}

/* --- all of it --- */

static void check_rows(const struct audit_view *view, struct audit_findings *findings)
{
    const struct audit_table *table = view->table;
    if (table->even)
        return;
    audit_finding_add(findings, view, table->odd_row, G_MAXUINT, AUDIT_RAGGED, AUDIT_DOUBT,
                      "%u row%s not as many cells as the first; row %u has %u: are its figures in "
                      "the right columns?",
                      table->odd_rows, table->odd_rows == 1 ? " has" : "s have", table->odd_row + 1,
                      table->odd_cells);
}

static void check_table(const struct audit_table *table, struct audit_findings *findings,
                        struct audit_counts *counts)
{
    g_autoptr(AuditView) down = audit_view_new(table, false);
    g_autoptr(AuditView) across = audit_view_new(table, true);
    counts->tables++;
    check_rows(down, findings);
    audit_percent_check(down, across, findings, counts);
    audit_total_check(down, findings, counts);
    audit_total_check(across, findings, counts);
    if (!has_numbers(down))
        check_shares(down, findings, counts);
    check_ranks(down, findings, counts);
    for (guint column = down->first_column; column < down->columns; column++)
        check_differences(down, column, findings);
}

static int compare(gconstpointer a, gconstpointer b)
{
    const struct audit_finding *left = *(struct audit_finding *const *)a;
    const struct audit_finding *right = *(struct audit_finding *const *)b;
    const guint keys[][2] = {{left->table, right->table},
                             {left->row, right->row},
                             {left->column, right->column},
                             {left->rule, right->rule}};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

GPtrArray *audit_check(const GPtrArray *tables, struct audit_counts *ret_counts)
{
    struct audit_counts counts = {0};
    struct audit_findings findings = {
        .list = g_ptr_array_new_with_free_func((GDestroyNotify)audit_finding_free)};
    for (guint i = 0; i < tables->len; i++) {
        findings.table = i + 1;
        check_table(tables->pdata[i], &findings, &counts);
    }
    g_ptr_array_sort(findings.list, compare);
    *ret_counts = counts;
    return findings.list;
}
