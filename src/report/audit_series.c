#include "audit_series.h"

#include <math.h>
#include <string.h>

#define NEAREST_COLUMNS 10
#define WHOLE_STEPS 200
#define STEPS_MOST 3 /* lines between a figure and the one before it */
#define FEW 3        /* a series so short explains itself by accident */
#define FAR_FETCHED 3.5
#define NEW_BASE_COST 1.25
#define NEARLY_UNIT 0.1 /* percentages without a digit behind the point are met by chance */
#define COARSE 2        /* units of a percentage: what was rounded so much explains by chance */
#define FOLLOWED 2      /* changes from line to line that make it the rule */

/* --- arithmetic --- */

bool audit_compute(enum audit_formula formula, const struct audit_number *a,
                   const struct audit_number *b, double *ret_value, double *ret_low,
                   double *ret_high)
{
    const struct audit_number *top = formula == AUDIT_CHANGE_NEW_BASE ? b : a;
    const struct audit_number *base = formula == AUDIT_CHANGE_NEW_BASE ? a : b;
    if (a->low >= 0 && a->high <= 0 && b->low >= 0 && b->high <= 0) { /* nothing of nothing */
        *ret_value = *ret_low = *ret_high = 0;
        return true;
    }
    if (base->low <= 0)
        return false;
    double low = 100 * top->low / (top->low < 0 ? base->low : base->high);
    double high = 100 * top->high / (top->high < 0 ? base->high : base->low);
    double value = 100 * top->value / base->value;
    bool turned = formula == AUDIT_CHANGE_NEW_BASE;
    double less = formula == AUDIT_SHARE ? 0 : 100;
    *ret_value = turned ? 100 - value : value - less;
    *ret_low = turned ? 100 - high : low - less;
    *ret_high = turned ? 100 - low : high - less;
    return true;
}

bool audit_fits(const struct audit_number *percent, double low, double high)
{
    double slack = 1e-9 * (1 + fabs(percent->value));
    bool fits = percent->low - slack <= high && percent->high + slack >= low;
    return fits ||
           (percent->bracketed && -percent->high - slack <= high && -percent->low + slack >= low);
}

const struct audit_number *audit_series_percent(const struct audit_series *series, guint line)
{
    const struct audit_cell *cell = audit_view_cell(series->view, line, series->column);
    return series->aside ? cell->aside : &cell->value;
}

/* --- the figures of a rule --- */

static bool step(const struct audit_view *view, guint line, guint column, int direction,
                 struct audit_pair *ret_pair)
{
    for (guint steps = 0; steps < STEPS_MOST; steps++) {
        line += (guint)direction;
        if (line < view->first_line || line >= view->lines)
            return false;
        const struct audit_number *found = audit_view_number(view, line, column);
        if (found == NULL || view->total[line])
            continue;
        ret_pair->b = *found;
        ret_pair->b_line = line;
        return true;
    }
    return false;
}

/* Nearest total below, else above; not for ever. */
static bool printed_whole(const struct audit_view *view, guint line, guint column,
                          struct audit_pair *ret_pair)
{
    for (guint tried = 0; tried < 2 * WHOLE_STEPS; tried++) {
        guint away = tried % WHOLE_STEPS;
        guint at = tried < WHOLE_STEPS ? line + away : line - away; /* wraps beyond the first */
        const struct audit_number *found =
            at < view->lines && view->total[at] ? audit_view_number(view, at, column) : NULL;
        if (found == NULL)
            continue;
        ret_pair->b = *found;
        ret_pair->b_line = at;
        return true;
    }
    return false;
}

static bool whole(const struct audit_how *how, struct audit_pair *ret_pair)
{
    ret_pair->b = (struct audit_number){.kind = AUDIT_NUMBER,
                                        .value = (how->low + how->high) / 2,
                                        .low = how->low,
                                        .high = how->high,
                                        .unit = 1};
    ret_pair->b_line = G_MAXUINT;
    return how->high > 0;
}

bool audit_series_pair(const struct audit_series *series, const struct audit_how *how, guint line,
                       struct audit_pair *ret_pair)
{
    const struct audit_number *beside;
    const struct audit_number *a = audit_view_number(series->view, line, how->a);
    if (a == NULL)
        return false;
    ret_pair->a = *a;
    switch (how->place) {
    case AUDIT_BESIDE:
        beside = audit_view_number(series->view, line, how->b);
        if (beside != NULL)
            ret_pair->b = *beside;
        ret_pair->b_line = line;
        return beside != NULL;
    case AUDIT_BEFORE:
        return step(series->view, line, how->a, -1, ret_pair);
    case AUDIT_BEHIND:
        return step(series->view, line, how->a, 1, ret_pair);
    case AUDIT_WHOLE_PRINTED:
        return how->high > 0 ? whole(how, ret_pair)
                             : printed_whole(series->view, line, how->a, ret_pair);
    case AUDIT_WHOLE_ADDED:
    case AUDIT_WHOLE_ELSEWHERE:
        return whole(how, ret_pair);
    }
    return false;
}

bool audit_how_fits(const struct audit_series *series, const struct audit_how *how, guint line)
{
    struct audit_pair pair;
    double value, low, high;
    return audit_series_pair(series, how, line, &pair) &&
           audit_compute(how->formula, &pair.a, &pair.b, &value, &low, &high) &&
           audit_fits(audit_series_percent(series, line), low, high);
}

bool audit_how_is_fine(const struct audit_series *series, const struct audit_how *how, guint line)
{
    struct audit_pair pair;
    double value, low, high;
    const struct audit_how *best = series->best;
    if (best == NULL || (how->place == best->place && how->a == best->a && how->b == best->b))
        return true;
    return audit_series_pair(series, how, line, &pair) &&
           audit_compute(how->formula, &pair.a, &pair.b, &value, &low, &high) &&
           high - low <= COARSE * audit_series_percent(series, line)->unit;
}

/* What stands above a total, up to the one before it. */
static struct audit_number add_parts(const struct audit_view *view, guint total, guint column)
{
    struct audit_number sum = {.kind = AUDIT_NUMBER, .unit = 1};
    for (guint line = total; line-- > view->first_line && !view->total[line];) {
        const struct audit_number *part = audit_view_number(view, line, column);
        if (part == NULL || view->apart[line] || audit_view_cell(view, line, column)->copied)
            continue;
        sum.value += part->value;
        sum.low += part->low;
        sum.high += part->high;
    }
    return sum;
}

bool audit_series_by_parts(const struct audit_series *series, guint line)
{
    struct audit_pair pair;
    double value, low, high;
    const struct audit_how *best = series->best;
    if (best == NULL || best->place != AUDIT_WHOLE_PRINTED ||
        !audit_series_pair(series, best, line, &pair) || pair.b_line == G_MAXUINT)
        return false;
    struct audit_number sum = add_parts(series->view, pair.b_line, best->a);
    return audit_compute(AUDIT_SHARE, &pair.a, &sum, &value, &low, &high) &&
           audit_fits(audit_series_percent(series, line), low, high);
}

static void move_by(struct audit_number *number, double by)
{
    number->value += by;
    number->low += by;
    number->high += by;
}

static bool is_count(const struct audit_number *number)
{
    return number->low >= number->high && fabs(number->value - round(number->value)) <= 0;
}

bool audit_series_nearly(const struct audit_series *series, guint line, struct audit_pair *ret_pair,
                         bool *ret_is_a)
{
    const struct audit_how *best = series->best;
    const struct audit_number *percent = audit_series_percent(series, line);
    if (best == NULL || best->fits < AUDIT_ESTABLISHED || percent->unit > NEARLY_UNIT)
        return false;
    for (guint tried = 0; tried < 4; tried++) {
        struct audit_pair pair;
        double value, low, high;
        if (!audit_series_pair(series, best, line, &pair) || !is_count(&pair.a) ||
            !is_count(&pair.b))
            return false;
        move_by(tried < 2 ? &pair.a : &pair.b, tried % 2 == 0 ? 1 : -1);
        if (!audit_compute(best->formula, &pair.a, &pair.b, &value, &low, &high) ||
            !audit_fits(percent, low, high))
            continue;
        *ret_pair = pair;
        *ret_is_a = tried < 2;
        return true;
    }
    return false;
}

bool audit_series_is_edge(const struct audit_series *series, guint line)
{
    struct audit_pair pair;
    const struct audit_how *best = series->best;
    return best != NULL && best->fits >= FOLLOWED &&
           (best->place == AUDIT_BEFORE || best->place == AUDIT_BEHIND) &&
           audit_view_number(series->view, line, best->a) != NULL &&
           !audit_series_pair(series, best, line, &pair);
}

/* --- which rules there are --- */

struct near_column {
    guint column;
    double rank; /* 0: the nearest at the left; those at the right come behind */
};

static bool has_numbers(const struct audit_series *series, guint column)
{
    for (guint i = 0; i < MIN(series->lines->len, AUDIT_SAMPLE); i++)
        if (audit_view_number(series->view, g_array_index(series->lines, guint, i), column) != NULL)
            return true;
    return false;
}

/* The columns with figures beside the percentages, nearest first. */
static guint near_columns(const struct audit_series *series, struct near_column *near)
{
    guint count = 0, left = 0;
    for (guint column = series->column; column-- > series->view->first_column;)
        if (count < NEAREST_COLUMNS && has_numbers(series, column))
            near[count++] = (struct near_column){column, left++};
    guint right = MAX(left, 1);
    for (guint column = series->column + 1; column < series->view->columns; column++)
        if (count < 2 * NEAREST_COLUMNS && has_numbers(series, column))
            near[count++] = (struct near_column){column, right++};
    return count;
}

static void add(struct audit_series *series, enum audit_formula formula, enum audit_place place,
                guint a, guint b, double cost)
{
    struct audit_how how = {.formula = formula, .place = place, .a = a, .b = b, .cost = cost};
    g_array_append_val(series->hows, how);
}

static void add_change(struct audit_series *series, enum audit_place place, guint a, guint b,
                       double cost)
{
    if (series->is_share && !series->is_change)
        return;
    add(series, AUDIT_CHANGE, place, a, b, cost);
    add(series, AUDIT_CHANGE_NEW_BASE, place, a, b, cost + NEW_BASE_COST);
}

static void add_pairs(struct audit_series *series, const struct near_column *near, guint count)
{
    for (guint i = 0; i < count; i++) {
        for (guint j = 0; j < count; j++) {
            double far = fabs(near[i].rank) + fabs(near[j].rank - 1);
            bool own = near[i].column == series->column;
            if (i == j || (series->aside && !own && !series->beside_change))
                continue;
            add_change(series, AUDIT_BESIDE, near[i].column, near[j].column, far);
            if (!series->is_change)
                add(series, AUDIT_SHARE, AUDIT_BESIDE, near[i].column, near[j].column, 1 + far);
        }
    }
}

static void add_along(struct audit_series *series, guint column, double rank)
{
    add_change(series, AUDIT_BEFORE, column, column, 0.5 + rank);
    add_change(series, AUDIT_BEHIND, column, column, 1.5 + rank);
}

/* The sum of a column, totals and what stands apart left out. */
static bool add_up(const struct audit_view *view, guint column, double *ret_low, double *ret_high)
{
    guint count = 0;
    double low = 0, high = 0;
    for (guint line = view->first_line; line < view->lines; line++) {
        const struct audit_number *number = audit_view_number(view, line, column);
        if (number == NULL || view->total[line] || view->apart[line] ||
            audit_view_cell(view, line, column)->copied)
            continue;
        low += number->low;
        high += number->high;
        count++;
    }
    *ret_low = low;
    *ret_high = high;
    return count > 1 && low > 0;
}

/* A total that is the only one is looked up once. */
static void find_only_total(const struct audit_view *view, struct audit_how *how)
{
    guint count = 0;
    for (guint line = view->first_line; line < view->lines; line++) {
        const struct audit_number *number =
            view->total[line] ? audit_view_number(view, line, how->a) : NULL;
        if (number == NULL)
            continue;
        count++;
        how->low = number->low;
        how->high = number->high;
    }
    if (count != 1)
        how->low = how->high = 0;
    how->b = count > 0; /* is there any? */
}

static void add_shares(struct audit_series *series, guint column, double rank)
{
    struct audit_how how = {
        .formula = AUDIT_SHARE, .place = AUDIT_WHOLE_PRINTED, .a = column, .cost = 0.25 + rank};
    if (series->is_change)
        return;
    find_only_total(series->view, &how);
    if (how.b)
        g_array_append_val(series->hows, how);
    how = (struct audit_how){
        .formula = AUDIT_SHARE, .place = AUDIT_WHOLE_ADDED, .a = column, .cost = 0.5 + rank};
    if (add_up(series->view, column, &how.low, &how.high))
        g_array_append_val(series->hows, how);
}

/* --- a whole that is not in the table --- */

struct edge {
    double at;
    int step; /* +1: an interval begins */
};

static int compare_edges(gconstpointer a, gconstpointer b)
{
    const struct edge *left = a, *right = b;
    if (left->at < right->at || left->at > right->at)
        return left->at < right->at ? -1 : 1;
    return right->step - left->step;
}

/* Each share says within which bounds its whole lies: the bounds in which most of them agree. */
static guint agree(const GArray *edges, double *ret_low, double *ret_high)
{
    int depth = 0, deepest = 0;
    for (guint i = 0; i < edges->len; i++) {
        const struct edge *edge = &g_array_index(edges, struct edge, i);
        depth += edge->step;
        if (depth > deepest) {
            deepest = depth;
            *ret_low = edge->at;
            *ret_high = i + 1 < edges->len ? g_array_index(edges, struct edge, i + 1).at : edge->at;
        }
    }
    return (guint)deepest;
}

/* 100 % beside a total that is printed: that is the whole, and no other. */
static bool has_whole(const struct audit_series *series, guint column)
{
    for (guint i = 0; i < series->lines->len; i++) {
        guint line = g_array_index(series->lines, guint, i);
        const struct audit_number *percent = audit_series_percent(series, line);
        if (series->view->total[line] && percent->low <= 100 && percent->high >= 100 &&
            audit_view_number(series->view, line, column) != NULL)
            return true;
    }
    return false;
}

static void add_elsewhere(struct audit_series *series, guint column, double rank)
{
    if (has_whole(series, column))
        return;
    g_autoptr(GArray) edges = g_array_new(FALSE, FALSE, sizeof(struct edge));
    for (guint i = 0; i < MIN(series->lines->len, AUDIT_SAMPLE); i++) {
        guint line = g_array_index(series->lines, guint, i);
        const struct audit_number *part = audit_view_number(series->view, line, column);
        const struct audit_number *percent = audit_series_percent(series, line);
        if (part == NULL || part->low <= 0 || percent->low <= 0)
            continue;
        struct edge first = {100 * part->low / percent->high, 1};
        struct edge last = {100 * part->high / percent->low, -1};
        g_array_append_val(edges, first);
        g_array_append_val(edges, last);
    }
    g_array_sort(edges, compare_edges);
    struct audit_how how = {
        .formula = AUDIT_SHARE, .place = AUDIT_WHOLE_ELSEWHERE, .a = column, .cost = 2.5 + rank};
    guint most = agree(edges, &how.low, &how.high);
    if (!series->is_change && most >= FEW && 4 * most >= 3 * (edges->len / 2))
        g_array_append_val(series->hows, how);
}

/* --- which explains most --- */

static int by_cost(gconstpointer a, gconstpointer b)
{
    double left = ((const struct audit_how *)a)->cost, right = ((const struct audit_how *)b)->cost;
    return left < right ? -1 : left > right;
}

static void choose(struct audit_series *series)
{
    series->sampled = MIN(series->lines->len, AUDIT_SAMPLE);
    for (guint i = 0; i < series->hows->len; i++) {
        struct audit_how *how = &g_array_index(series->hows, struct audit_how, i);
        for (guint at = 0; at < series->sampled; at++)
            how->fits += audit_how_fits(series, how, g_array_index(series->lines, guint, at));
        bool far = how->cost > FAR_FETCHED && series->sampled < FEW;
        if (how->fits > (series->best == NULL ? 0 : series->best->fits) && !far)
            series->best = how;
    }
}

/* Signs are for changes; else names say it, of the series or of what it stands in. */
static void classify(struct audit_series *series)
{
    guint is_signed = 0;
    for (guint i = 0; i < series->lines->len; i++)
        is_signed +=
            audit_series_percent(series, g_array_index(series->lines, guint, i))->is_signed;
    g_autofree char *name = audit_view_column_name(series->view, series->column);
    for (guint i = 0; series->aside && i < series->lines->len; i++) {
        guint line = g_array_index(series->lines, guint, i);
        series->beside_change |=
            audit_view_cell(series->view, line, series->column)->value.is_signed;
    }
    series->is_change = is_signed > 0 || audit_name_says(name, AUDIT_NAME_CHANGE);
    series->is_share = !series->is_change && audit_name_says(name, AUDIT_NAME_SHARE);
}

struct audit_series *audit_series_new(const struct audit_view *view, guint column, bool aside,
                                      const guint *lines, guint count)
{
    struct near_column near[2 * NEAREST_COLUMNS + 1];
    struct audit_series *series = g_new0(struct audit_series, 1);
    series->view = view;
    series->column = column;
    series->aside = aside;
    series->lines = g_array_new(FALSE, FALSE, sizeof(guint));
    series->hows = g_array_new(FALSE, FALSE, sizeof(struct audit_how));
    g_array_append_vals(series->lines, lines, count);
    classify(series);
    guint found = near_columns(series, near);
    if (aside) /* the value that it stands beside goes before all others */
        near[found++] = (struct near_column){column, 0};
    for (guint i = 0; aside && i + 1 < found; i++)
        near[i].rank += 1;
    add_pairs(series, near, found);
    for (guint i = 0; i < found; i++) {
        if (aside && near[i].column != column)
            continue;
        add_along(series, near[i].column, near[i].rank);
        add_shares(series, near[i].column, near[i].rank);
        add_elsewhere(series, near[i].column, near[i].rank);
    }
    g_array_sort(series->hows, by_cost);
    choose(series);
    return series;
}

void audit_series_free(struct audit_series *series)
{
    if (series == NULL)
        return;
    g_array_unref(series->lines);
    g_array_unref(series->hows);
    g_free(series);
}
