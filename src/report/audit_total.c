#include "audit_total.h"

#include <math.h>
#include <string.h>

#define RUN_MOST 50     /* parts right beside a total */
#define TOTALS_MOST 200 /* of a table: each is held against all lines */
#define CELLS_LOOKED_AT 5000000
#define PARTS_SHOWN 6 /* written out in a sentence */
#define NEARLY 0.25   /* a sum so near to a total was probably meant to be it */

/* Which lines are the parts of a total. */
enum parts {
    PARTS_NAMED, /* those whose names begin as the total's: "4.11 core" of "4.11 total" */
    PARTS_ABOVE, /* since the total before */
    PARTS_ALL_ABOVE,
    PARTS_BELOW, /* down to the next total */
    PARTS_ALL_BELOW,
    PARTS_SUBTOTALS, /* the totals above */
    PARTS_KINDS,
};

struct total {
    const struct audit_view *view;
    guint line;
    const char *stem; /* the rest of its name */
    bool bare;        /* named as nothing but a total */
    bool rest;        /* others, unknown: no part can be missing */
    bool has_named;
    const bool *not_added; /* by column */
    const bool *named;     /* by line: named as the total is */
    enum parts parts;      /* how its parts are chosen */
    guint columns, fits;
};

struct sum {
    double value, low, high, negative; /* bracketed ones taken off twice */
    double most;                       /* the largest part */
    guint count;
    guint shown[PARTS_SHOWN]; /* lines */
};

static void add_part(const struct total *total, guint line, guint column, struct sum *sum)
{
    const struct audit_number *part = audit_view_number(total->view, line, column);
    if (part == NULL || audit_view_cell(total->view, line, column)->copied)
        return;
    if (sum->count < PARTS_SHOWN)
        sum->shown[sum->count] = line;
    sum->count++;
    sum->value += part->value;
    sum->low += part->low;
    sum->high += part->high;
    sum->negative += part->bracketed ? 2 * part->value : 0;
    sum->most = MAX(sum->most, part->high);
}

static bool is_plain(const struct audit_view *view, guint line)
{
    return !view->total[line] && !view->apart[line];
}

/* "4.11 core", where the total is "4.11 total". */
static bool *name_parts(const struct total *total)
{
    gsize length = strlen(total->stem);
    bool *named = g_new0(bool, total->view->lines);
    for (guint line = total->view->first_line; length > 0 && line < total->view->lines; line++) {
        g_autofree char *name = audit_view_line_name(total->view, line);
        named[line] = line != total->line && is_plain(total->view, line) &&
                      strncmp(name, total->stem, length) == 0 && name[length] == ' ';
    }
    return named;
}

static bool *name_not_added(const struct audit_view *view)
{
    bool *not_added = g_new0(bool, view->columns);
    for (guint column = view->first_column; column < view->columns; column++) {
        g_autofree char *name = audit_view_column_name(view, column);
        not_added[column] = audit_name_says(name, AUDIT_NAME_NOT_ADDED);
    }
    return not_added;
}

/* The lines [from, to) in which a kind of parts stands. */
static void bounds(const struct total *total, enum parts parts, guint *ret_from, guint *ret_to)
{
    const struct audit_view *view = total->view;
    guint from = total->line, to = total->line + 1;
    if (parts == PARTS_ABOVE)
        while (from > view->first_line && !view->total[from - 1])
            from--;
    else if (parts == PARTS_BELOW)
        while (to < view->lines && !view->total[to])
            to++;
    *ret_from = parts == PARTS_BELOW || parts == PARTS_ALL_BELOW ? total->line + 1
                : parts == PARTS_ABOVE                           ? from
                                                                 : view->first_line;
    *ret_to = parts == PARTS_BELOW                               ? to
              : parts == PARTS_ALL_BELOW || parts == PARTS_NAMED ? view->lines
                                                                 : total->line;
}

static struct sum add_parts(const struct total *total, enum parts parts, guint column)
{
    guint line, to;
    struct sum sum = {0};
    for (bounds(total, parts, &line, &to); line < to; line++) {
        bool mine = parts == PARTS_NAMED       ? total->named[line]
                    : parts == PARTS_SUBTOTALS ? total->view->total[line]
                                               : is_plain(total->view, line);
        if (mine)
            add_part(total, line, column, &sum);
    }
    return sum;
}

/* Both may have been rounded. */
static bool sum_fits(const struct audit_number *total, const struct sum *sum)
{
    double slack = 1e-9 * (1 + fabs(sum->value));
    for (guint minus = 0; minus < 2; minus++) {
        double off = minus == 1 ? sum->negative : 0;
        if (total->low <= sum->high - off + slack && total->high >= sum->low - off - slack)
            return true;
    }
    return false;
}

/* One line, or two that happen to be near, are no parts. */
static bool run_fits(const struct total *total, guint column, int direction)
{
    struct sum sum = {0};
    const struct audit_view *view = total->view;
    const struct audit_number *printed = audit_view_number(view, total->line, column);
    guint line = total->line;
    for (guint i = 0; i < RUN_MOST; i++) {
        line += (guint)direction;
        if (line < view->first_line || line >= view->lines || view->total[line])
            return false;
        add_part(total, line, column, &sum);
        if (sum.count > 1 && sum_fits(printed, &sum))
            return true;
    }
    return false;
}

static bool is_checked(const struct total *total, guint column)
{
    const struct audit_number *printed = audit_view_number(total->view, total->line, column);
    if (printed == NULL || printed->rough ||
        audit_view_cell(total->view, total->line, column)->copied)
        return false;
    return !total->not_added[column];
}

static guint count_fits(struct total *total, enum parts parts, guint *ret_columns)
{
    guint fits = 0;
    *ret_columns = 0;
    for (guint column = total->view->first_column; column < total->view->columns; column++) {
        if (!is_checked(total, column))
            continue;
        struct sum sum = add_parts(total, parts, column);
        *ret_columns += sum.count > 1;
        fits +=
            sum.count > 1 && sum_fits(audit_view_number(total->view, total->line, column), &sum);
    }
    return fits;
}

/* Parts by name go before all; else what fits the most columns. */
static void choose_parts(struct total *total)
{
    for (guint parts = PARTS_NAMED; parts < PARTS_KINDS; parts++) {
        guint columns, fits = count_fits(total, (enum parts)parts, &columns);
        if (columns == 0 || (total->columns > 0 && fits <= total->fits))
            continue;
        total->parts = (enum parts)parts;
        total->columns = columns;
        total->fits = fits;
        total->has_named = parts == PARTS_NAMED;
        if (total->has_named)
            return;
    }
}

static bool fits_otherwise(const struct total *total, guint column)
{
    const struct audit_number *printed = audit_view_number(total->view, total->line, column);
    for (guint parts = PARTS_ABOVE; parts < PARTS_KINDS; parts++) {
        struct sum sum = add_parts(total, (enum parts)parts, column);
        if (sum.count > 1 && sum_fits(printed, &sum))
            return true;
    }
    return run_fits(total, column, -1) || run_fits(total, column, 1);
}

/* One person may be counted in several parts. */
static bool may_overlap(const struct total *total, guint column, const struct sum *sum)
{
    const struct audit_number *printed = audit_view_number(total->view, total->line, column);
    g_autofree char *name = audit_view_column_name(total->view, column);
    g_autofree char *line = audit_view_line_name(total->view, total->line);
    bool distinct =
        audit_name_says(name, AUDIT_NAME_DISTINCT) || audit_name_says(line, AUDIT_NAME_DISTINCT);
    return distinct && printed->value < sum->value && printed->high >= sum->most;
}

/* How sure it is that the total was meant to be this sum; false: it was not. */
static bool weigh(const struct total *total, guint column, const struct sum *sum,
                  enum audit_severity *ret_severity)
{
    const struct audit_number *printed = audit_view_number(total->view, total->line, column);
    double off = fabs(printed->value - sum->value);
    bool nearly = off <= NEARLY * fabs(printed->value);
    bool usual = total->fits > 0 && 2 * total->fits >= total->columns;
    bool few = total->columns <= 2;
    bool less = printed->value < sum->value; /* nothing that is missing makes it less */
    *ret_severity = less || usual || total->rest ? AUDIT_ERROR : AUDIT_DOUBT;
    if (total->has_named || usual)
        return true;
    if (!total->bare)
        *ret_severity = AUDIT_DOUBT;
    return total->view->across ? few && nearly && total->bare
                               : (total->bare && (few || nearly)) || (few && nearly);
}

static char *say_parts(const struct total *total, guint column, const struct sum *sum)
{
    const struct audit_number *printed = audit_view_number(total->view, total->line, column);
    g_autofree char *value = audit_say_number(sum->value, printed->unit);
    GString *text = g_string_new(NULL);
    for (guint i = 0; sum->count <= PARTS_SHOWN && i < sum->count; i++) {
        const struct audit_number *part = audit_view_number(total->view, sum->shown[i], column);
        g_autofree char *number = audit_say_number(part->value, part->unit);
        g_string_append_printf(text, "%s%s", i > 0 ? " + " : "", number);
    }
    if (sum->count > PARTS_SHOWN)
        g_string_append_printf(text, "the %u parts add up to %s", sum->count, value);
    else
        g_string_append_printf(text, " = %s", value);
    return g_string_free(text, FALSE);
}

static void report(const struct total *total, guint column, const struct sum *sum,
                   enum audit_severity severity, struct audit_findings *findings)
{
    const struct audit_number *printed = audit_view_number(total->view, total->line, column);
    g_autofree char *parts = say_parts(total, column, sum);
    g_autofree char *said = audit_say_number(printed->value, printed->unit);
    g_autofree char *off = audit_say_number(fabs(printed->value - sum->value), printed->unit);
    bool less = printed->value < sum->value;
    audit_finding_add(findings, total->view, total->line, column, AUDIT_TOTAL, severity,
                      "%s, but the total printed is %s, %s %s than its parts%s", parts, said, off,
                      less ? "less" : "more",
                      severity == AUDIT_DOUBT && !less ? ": is a part not in the table?" : "");
}

static void check_column(const struct total *total, guint column, struct audit_findings *findings,
                         struct audit_counts *counts)
{
    enum audit_severity severity;
    const struct audit_number *printed = audit_view_number(total->view, total->line, column);
    struct sum sum = add_parts(total, total->parts, column);
    if (sum.count < 2)
        return;
    counts->totals++;
    if (!sum_fits(printed, &sum) && !may_overlap(total, column, &sum) &&
        (total->has_named || !fits_otherwise(total, column)) &&
        weigh(total, column, &sum, &severity))
        report(total, column, &sum, severity, findings);
}

/* What is left of a name but for a version or a year says nothing. */
static bool is_bare(const char *stem)
{
    return strcspn(stem, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(stem);
}

static bool names_rest(const struct audit_view *view)
{
    for (guint line = view->first_line; line < view->lines; line++) {
        g_autofree char *name = audit_view_line_name(view, line);
        if (audit_name_says(name, AUDIT_NAME_OTHERS))
            return true;
    }
    return false;
}

static guint totals_most(const struct audit_view *view)
{
    guint64 cells = (guint64)view->lines * view->columns;
    return (guint)CLAMP(CELLS_LOOKED_AT / MAX(cells, 1), 2, TOTALS_MOST);
}

static void check_total(struct total *total, struct audit_findings *findings,
                        struct audit_counts *counts)
{
    g_autofree char *name = audit_view_line_name(total->view, total->line);
    g_autofree char *stem = audit_name_stem(name);
    total->stem = stem;
    total->bare = is_bare(stem);
    g_autofree bool *named = name_parts(total);
    total->named = named;
    choose_parts(total);
    for (guint column = total->view->first_column;
         total->columns > 0 && column < total->view->columns; column++)
        if (is_checked(total, column))
            check_column(total, column, findings, counts);
}

void audit_total_check(const struct audit_view *view, struct audit_findings *findings,
                       struct audit_counts *counts)
{
    guint checked = 0;
    bool rest = names_rest(view);
    g_autofree bool *not_added = name_not_added(view);
    for (guint line = view->first_line; line < view->lines; line++) {
        struct total total = {.view = view, .line = line, .rest = rest, .not_added = not_added};
        if (view->total[line] && checked++ < totals_most(view))
            check_total(&total, findings, counts);
    }
}
