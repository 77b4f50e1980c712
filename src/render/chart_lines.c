#include "canvas.h"
#include "chart.h"

#include <math.h>

struct lines {
    const struct chart_series *series;
    guint count;
    GPtrArray *labels; /* const char *: each once, numbers in their order */
    GHashTable *order; /* label -> its index there */
    struct axis_labels axis;
    double step; /* between two labels, or from one number to the next */
    bool above;  /* the names stand above the field, from legend_top; else at the lines' ends */
    double legend_top;
};

enum { LEGEND_LINE = 20, NAME_GAP = 16 };

static gint by_number(gconstpointer a, gconstpointer b)
{
    guint64 left = g_ascii_strtoull(*(const char *const *)a, NULL, 10);
    guint64 right = g_ascii_strtoull(*(const char *const *)b, NULL, 10);
    return (left > right) - (left < right);
}

static void collect_labels(struct lines *lines)
{
    lines->labels = g_ptr_array_new();
    lines->order = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint s = 0; s < lines->count; s++)
        for (guint i = 0; i < lines->series[s].count; i++)
            if (g_hash_table_add(lines->order, (gpointer)(gsize)lines->series[s].points[i].label))
                g_ptr_array_add(lines->labels, (gpointer)(gsize)lines->series[s].points[i].label);
    axis_labels_init(&lines->axis, (const char *const *)lines->labels->pdata, lines->labels->len);
    if (lines->axis.numbers)
        g_ptr_array_sort(lines->labels, by_number);
    for (guint i = 0; i < lines->labels->len; i++)
        g_hash_table_insert(lines->order, lines->labels->pdata[i], GUINT_TO_POINTER(i));
}

static void lines_release(struct lines *lines)
{
    g_ptr_array_unref(lines->labels);
    g_hash_table_unref(lines->order);
}

/* Steps from the first label. */
static double label_steps(const struct lines *lines, guint index)
{
    if (!lines->axis.numbers)
        return index;
    return (double)(axis_labels_number(&lines->axis, index) - axis_labels_number(&lines->axis, 0));
}

static double line_x(const struct canvas *canvas, const struct lines *lines, guint index)
{
    double steps = label_steps(lines, lines->labels->len - 1);
    if (!(steps > 0))
        return (canvas->left + canvas->right) / 2;
    return canvas->left + 8 + label_steps(lines, index) * lines->step;
}

static double point_x(const struct canvas *canvas, const struct lines *lines,
                      const struct chart_point *point)
{
    return line_x(canvas, lines, GPOINTER_TO_UINT(g_hash_table_lookup(lines->order, point->label)));
}

static const struct chart_point *last_point(const struct chart_series *series)
{
    for (guint i = series->count; i-- > 0;)
        if (canvas_drawable(&series->points[i]))
            return &series->points[i];
    return NULL;
}

/* One line's end says its value, the ends of several say which they are. */
static char *end_text(const struct lines *lines, guint series)
{
    const struct chart_point *last = last_point(&lines->series[series]);
    if (last == NULL)
        return NULL;
    return lines->count > 1 ? g_strdup(lines->series[series].name) : axis_value(last->value);
}

static double end_width(const struct lines *lines)
{
    double widest = 0;
    for (guint s = 0; s < lines->count; s++) {
        g_autofree char *text = end_text(lines, s);
        if (text != NULL)
            widest = MAX(widest, axis_text_width(text, canvas_type) * 1.06);
    }
    return widest;
}

/* Goes through the names above the field as they are set; draws them when `pen` is given. Returns
 * the height. */
static double legend(const struct canvas *canvas, const struct lines *lines, struct pen *pen)
{
    double x = 0;
    double y = lines->legend_top;
    for (guint s = 0; s < lines->count; s++) {
        g_autofree char *name = axis_fit(lines->series[s].name, canvas_type, canvas->width - 26);
        double width = 26 + axis_text_width(name, canvas_type);
        if (x > 0 && x + width > canvas->width) {
            x = 0;
            y += LEGEND_LINE;
        }
        if (pen != NULL) {
            pen_group_series(pen, "fill", s);
            pen_rect(pen, x, y + 8, 18, 3);
            pen_close(pen);
            pen_text(pen, x + 24, y + 14, "start", name);
        }
        x += width + 14;
    }
    return y + LEGEND_LINE - lines->legend_top;
}

static void step_to(const struct canvas *canvas, const struct lines *lines, GString *path,
                    char command, const struct chart_point *point)
{
    pen_step(path, command, point_x(canvas, lines, point), canvas_y(canvas, point->value));
}

static void draw_stretch(struct pen *pen, const char *path, bool dashed)
{
    if (*path == '\0')
        return;
    pen_group(pen);
    if (dashed) {
        pen_attribute(pen, "stroke-dasharray", "3 3");
        pen_attribute(pen, "stroke-opacity", "0.8");
    }
    pen_path(pen, path);
    pen_close(pen);
}

/* What leads to a point that is not over is dashed; a gap in the data is a gap in the line. */
static void draw_line(const struct canvas *canvas, const struct lines *lines, guint index)
{
    const struct chart_series *series = &lines->series[index];
    const struct chart_point *tips[2] = {NULL, NULL}; /* solid, dashed: where the path ends */
    g_autoptr(GString) solid = g_string_new(NULL);
    g_autoptr(GString) dashed = g_string_new(NULL);
    for (guint i = 1; i < series->count; i++) {
        const struct chart_point *from = &series->points[i - 1];
        const struct chart_point *point = &series->points[i];
        GString *path = point->partial ? dashed : solid;
        if (!canvas_drawable(from) || !canvas_drawable(point))
            continue;
        if (tips[point->partial] != from)
            step_to(canvas, lines, path, 'M', from);
        step_to(canvas, lines, path, 'L', point);
        tips[point->partial] = point;
    }
    pen_group_series(canvas->pen, "stroke", index);
    pen_attribute(canvas->pen, "fill", "none");
    pen_attribute(canvas->pen, "stroke-width", "2");
    pen_attribute(canvas->pen, "stroke-linejoin", "round");
    draw_stretch(canvas->pen, solid->str, false);
    draw_stretch(canvas->pen, dashed->str, true);
    pen_close(canvas->pen);
}

static bool lonely(const struct chart_series *series, guint index)
{
    bool before = index > 0 && canvas_drawable(&series->points[index - 1]);
    bool after = index + 1 < series->count && canvas_drawable(&series->points[index + 1]);
    return !before && !after;
}

/* Every point can be pointed at; those that end a line or stand alone are seen. */
static void draw_points(const struct canvas *canvas, const struct lines *lines, guint index)
{
    const struct chart_series *series = &lines->series[index];
    const struct chart_point *last = last_point(series);
    pen_group_series(canvas->pen, "fill", index);
    for (guint i = 0; i < series->count; i++) {
        const struct chart_point *point = &series->points[i];
        if (!canvas_drawable(point))
            continue;
        double x = point_x(canvas, lines, point);
        double y = canvas_y(canvas, point->value);
        canvas_mark(canvas, lines->count > 1 ? series->name : NULL, point);
        pen_target(canvas->pen, x - 8, y - 8, 16, 16);
        if (point == last || lonely(series, i))
            pen_circle(canvas->pen, x, y, 3.2);
        pen_close(canvas->pen);
    }
    pen_close(canvas->pen);
}

struct end {
    double y;
    guint series;
};

static gint by_height(gconstpointer a, gconstpointer b)
{
    double left = ((const struct end *)a)->y;
    double right = ((const struct end *)b)->y;
    return (left > right) - (left < right);
}

static void draw_ends(const struct canvas *canvas, const struct lines *lines)
{
    g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(struct end));
    for (guint s = 0; s < lines->count; s++) {
        const struct chart_point *last = last_point(&lines->series[s]);
        struct end end = {last != NULL ? canvas_y(canvas, last->value) : 0, s};
        if (last != NULL)
            g_array_append_val(ends, end);
    }
    g_array_sort(ends, by_height);
    g_autofree double *middles = g_new(double, ends->len);
    for (guint i = 0; i < ends->len; i++)
        middles[i] = g_array_index(ends, struct end, i).y;
    axis_part(middles, ends->len, NAME_GAP, canvas->top, canvas->bottom);
    for (guint i = 0; i < ends->len; i++) {
        guint series = g_array_index(ends, struct end, i).series;
        g_autofree char *text = end_text(lines, series);
        pen_group_series(canvas->pen, "fill", series);
        pen_attribute(canvas->pen, "font-weight", "600");
        pen_text(canvas->pen, canvas->right + 2, middles[i] + 4.5, "start", text);
        pen_close(canvas->pen);
    }
}

/* A single line also says how high it went. */
static void draw_peak(const struct canvas *canvas, const struct lines *lines)
{
    const struct chart_series *series = &lines->series[0];
    const struct chart_point *peak = NULL;
    for (guint i = 0; i < series->count; i++) {
        const struct chart_point *point = &series->points[i];
        if (canvas_drawable(point) && (peak == NULL || point->value > peak->value))
            peak = point;
    }
    if (peak == NULL || peak == last_point(series))
        return;
    g_autofree char *text = axis_value(peak->value);
    double half = axis_text_width(text, canvas_type) / 2;
    double x = CLAMP(point_x(canvas, lines, peak), canvas->left + half, canvas->right - half);
    pen_text(canvas->pen, x, canvas_y(canvas, peak->value) - 6, "middle", text);
}

/* Names at the ends of the lines need a margin; when that is more than a third, they stand above.
 */
static void lay_out_lines(struct canvas *canvas, struct lines *lines,
                          const struct canvas_extent *extent)
{
    double margin = end_width(lines) + 6;
    lines->legend_top = canvas->top;
    lines->above = lines->count > 1 && margin > canvas->width * 0.32;
    if (lines->above) {
        canvas->top += legend(canvas, lines, NULL);
        margin = 8;
    }
    canvas_lay_out(canvas, extent, 22 + (extent->partial ? CANVAS_NOTE : 0));
    canvas->right = canvas->width - margin;
    double steps = label_steps(lines, lines->labels->len - 1);
    lines->step = (canvas->right - canvas->left - 16) / MAX(steps, 1);
}

static void draw_years(const struct canvas *canvas, const struct lines *lines)
{
    struct canvas_feet feet = {.labels = lines->axis, .step = lines->step, .size = canvas_type};
    axis_labels_thin(&feet.labels, canvas_type, lines->step);
    pen_group(canvas->pen);
    for (guint i = 0; i < lines->labels->len; i++)
        canvas_foot(canvas, &feet, i, line_x(canvas, lines, i));
    pen_close(canvas->pen);
}

char *chart_lines(const struct chart_spec *spec, const struct chart_series *series, guint count)
{
    struct canvas_extent extent = canvas_measure(series, count);
    if (extent.drawable == 0)
        return canvas_nothing(spec);
    struct canvas canvas;
    canvas_init(&canvas, spec);
    struct lines lines = {.series = series, .count = count};
    collect_labels(&lines);
    lay_out_lines(&canvas, &lines, &extent);
    canvas_start(&canvas);
    if (lines.above)
        legend(&canvas, &lines, canvas.pen);
    canvas_axis(&canvas);
    canvas_base(&canvas);
    for (guint s = 0; s < count; s++)
        draw_line(&canvas, &lines, s);
    for (guint s = 0; s < count; s++)
        draw_points(&canvas, &lines, s);
    if (!lines.above)
        draw_ends(&canvas, &lines);
    if (count == 1)
        draw_peak(&canvas, &lines);
    draw_years(&canvas, &lines);
    if (extent.partial)
        canvas_note(&canvas, "not over yet", true);
    lines_release(&lines);
    return canvas_finish(&canvas);
}
