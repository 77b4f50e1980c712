#include "chart.h"

#include "canvas.h"

#include <math.h>

/* Bars. */

struct bars {
    const struct chart_series *series;
    double band, thickness;
};

static double bar_middle(const struct canvas *canvas, const struct bars *bars, guint index)
{
    return canvas->left + bars->band * (index + 0.5);
}

static void draw_bar(const struct canvas *canvas, const struct bars *bars, guint index)
{
    const struct chart_point *point = &bars->series->points[index];
    double middle = bar_middle(canvas, bars, index);
    double base = canvas_y(canvas, 0);
    double end = canvas_y(canvas, point->value);
    canvas_mark(canvas, NULL, point);
    pen_target(canvas->pen, middle - bars->band / 2, canvas->top, bars->band,
               canvas->bottom - canvas->top);
    pen_group(canvas->pen);
    if (point->partial)
        pen_attribute(canvas->pen, "fill-opacity", canvas_unfinished);
    pen_rect(canvas->pen, middle - bars->thickness / 2, MIN(base, end), bars->thickness,
             fabs(base - end));
    pen_close(canvas->pen);
    pen_close(canvas->pen);
}

/* All values if they fit; else the highest, and the last if its neighbours leave room. */
static bool value_shown(const struct bars *bars, guint index, double widest)
{
    const struct chart_point *points = bars->series->points;
    guint count = bars->series->count;
    if (widest + 4 <= bars->band)
        return true;
    guint highest = 0;
    for (guint i = 0; i < count; i++)
        if (canvas_drawable(&points[i]) &&
            (!canvas_drawable(&points[highest]) || points[i].value > points[highest].value))
            highest = i;
    if (index == highest)
        return true;
    guint reach = (guint)ceil(widest / bars->band);
    for (guint i = count - 1 - MIN(reach, count - 1); i + 1 < count; i++)
        if (i == highest ||
            (canvas_drawable(&points[i]) && points[i].value > points[count - 1].value))
            return false;
    return index == count - 1;
}

static void draw_values(const struct canvas *canvas, const struct bars *bars)
{
    double widest = 0;
    for (guint i = 0; i < bars->series->count; i++) {
        g_autofree char *text = axis_value(bars->series->points[i].value);
        if (canvas_drawable(&bars->series->points[i]))
            widest = MAX(widest, axis_text_width(text, canvas_type));
    }
    for (guint i = 0; i < bars->series->count; i++) {
        const struct chart_point *point = &bars->series->points[i];
        if (!canvas_drawable(point) || !value_shown(bars, i, widest))
            continue;
        g_autofree char *text = axis_value(point->value);
        double half = axis_text_width(text, canvas_type) / 2;
        double x = CLAMP(bar_middle(canvas, bars, i), canvas->left + half, canvas->right - half);
        double y = canvas_y(canvas, point->value);
        pen_text(canvas->pen, x, point->value < 0 ? y + 14 : y - 5, "middle", text);
    }
}

static const char **labels_of(const struct chart_series *series)
{
    const char **labels = g_new0(const char *, series->count + 1);
    for (guint i = 0; i < series->count; i++)
        labels[i] = series->points[i].label;
    return labels;
}

char *chart_bars(const struct chart_spec *spec, const struct chart_series *series)
{
    struct canvas_extent extent = canvas_measure(series, 1);
    if (extent.drawable == 0)
        return canvas_nothing(spec);
    struct canvas canvas;
    canvas_init(&canvas, spec);
    g_autofree const char **labels = labels_of(series);
    /* The left edge needs the height, which needs the labels: a guess of 44 is good enough. */
    struct canvas_feet feet =
        canvas_feet(labels, series->count, (canvas.width - 44) / series->count);
    feet.drop = extent.low < 0 ? 16 : 0; /* values stand under the bars */
    canvas_lay_out(&canvas, &extent, feet.height + feet.drop + (extent.partial ? CANVAS_NOTE : 0));
    struct bars bars = {series, (canvas.right - canvas.left) / series->count, 0};
    bars.thickness = MIN(bars.band * 0.74, 44);
    canvas_start(&canvas);
    canvas_axis(&canvas);
    pen_group_series(canvas.pen, "fill", 0);
    for (guint i = 0; i < series->count; i++)
        if (canvas_drawable(&series->points[i]))
            draw_bar(&canvas, &bars, i);
    pen_close(canvas.pen);
    canvas_base(&canvas);
    draw_values(&canvas, &bars);
    pen_group(canvas.pen);
    pen_length(canvas.pen, "font-size", feet.size);
    for (guint i = 0; i < series->count; i++)
        canvas_foot(&canvas, &feet, i, bar_middle(&canvas, &bars, i));
    pen_close(canvas.pen);
    if (extent.partial)
        canvas_note(&canvas, "not over yet", false);
    return canvas_finish(&canvas);
}

/* Shares. */

struct shares {
    const struct chart_series *series;
    double total, highest;
    double names, values; /* widths of the columns left and right of the bars */
    double row;
};

static char *percent_text(double value, double total)
{
    double percent = total > 0 ? value / total * 100 : 0;
    if (percent > 0 && percent < 0.05)
        return g_strdup("<0.1%");
    g_autofree char *number = axis_number(percent, 1);
    return g_strconcat(number, "%", NULL);
}

static void measure_rows(const struct canvas *canvas, struct shares *shares)
{
    for (guint i = 0; i < shares->series->count; i++) {
        const struct chart_point *point = &shares->series->points[i];
        g_autofree char *value = axis_value(canvas_drawable(point) ? point->value : 0);
        double width = axis_text_width(value, canvas_type) * 1.08 +
                       axis_text_width("100.0%", canvas_type) + 16;
        shares->values = MAX(shares->values, width);
        shares->names = MAX(shares->names, axis_text_width(point->label, canvas_type));
    }
    shares->names = MIN(shares->names, canvas->width * 0.4);
}

static void draw_share_values(const struct canvas *canvas, const struct shares *shares,
                              const struct chart_point *point, double x, double y)
{
    g_autofree char *value = axis_value(point->value);
    g_autofree char *percent = percent_text(point->value, shares->total);
    pen_group(canvas->pen);
    pen_attribute(canvas->pen, "font-weight", "600");
    pen_text(canvas->pen, x, y, "start", value);
    pen_close(canvas->pen);
    pen_group_ink(canvas->pen, "fill", canvas_quiet);
    pen_text(canvas->pen, x + axis_text_width(value, canvas_type) * 1.08 + 6, y, "start", percent);
    pen_close(canvas->pen);
}

static void draw_share(const struct canvas *canvas, const struct shares *shares, guint index)
{
    const struct chart_point *point = &shares->series->points[index];
    struct pen *pen = canvas->pen;
    double top = canvas->top + index * shares->row;
    double text = top + shares->row / 2 + 4.5;
    g_autofree char *name = axis_fit(point->label, canvas_type, shares->names);
    canvas_mark(canvas, NULL, point);
    pen_target(pen, 0, top, canvas->width, shares->row);
    pen_text(pen, 0, text, "start", name);
    if (!canvas_drawable(point)) {
        pen_text(pen, canvas->left + 6, text, "start", "\xe2\x80\x93"); /* en dash */
        pen_close(pen);
        return;
    }
    double length = MAX(point->value, 0) / shares->highest * (canvas->right - canvas->left);
    length = point->value > 0 ? MAX(length, 1) : 0;
    pen_group_series(pen, "fill", 0);
    if (point->partial)
        pen_attribute(pen, "fill-opacity", canvas_unfinished);
    pen_rect(pen, canvas->left, top + shares->row * 0.2, length, shares->row * 0.6);
    pen_close(pen);
    draw_share_values(canvas, shares, point, canvas->left + length + 6, text);
    pen_close(pen);
}

char *chart_shares(const struct chart_spec *spec, const struct chart_series *series)
{
    struct canvas_extent extent = canvas_measure(series, 1);
    if (extent.drawable == 0)
        return canvas_nothing(spec);
    struct canvas canvas;
    canvas_init(&canvas, spec);
    canvas.top += 8;
    struct shares shares = {.series = series,
                            .total = spec->total > 0 ? spec->total : extent.sum,
                            .highest = extent.high > 0 ? extent.high : 1};
    measure_rows(&canvas, &shares);
    double room = ((double)spec->height - canvas.top) / series->count;
    shares.row = spec->height == 0 ? 26 : CLAMP(room, 20, 34);
    canvas.left = shares.names + 10;
    canvas.right = canvas.width - shares.values;
    canvas.height = canvas.top + shares.row * series->count + 2;
    canvas_start(&canvas);
    for (guint i = 0; i < series->count; i++)
        draw_share(&canvas, &shares, i);
    pen_group_ink(canvas.pen, "stroke", "0.7");
    pen_line(canvas.pen, canvas.left, canvas.top, canvas.left, canvas.height - 2);
    pen_close(canvas.pen);
    return canvas_finish(&canvas);
}
