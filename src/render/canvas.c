#include "canvas.h"

#include <math.h>

const double canvas_type = 13;
const char canvas_quiet[] = "0.66";
const char canvas_unfinished[] = "0.42";

static const double caption_type = 16;
static const double largest = 1e15; /* beyond, ones are lost and axes make no sense */
static const char faint[] = "0.15";

bool canvas_drawable(const struct chart_point *point)
{
    return isfinite(point->value) && fabs(point->value) <= largest;
}

struct canvas_extent canvas_measure(const struct chart_series *series, guint count)
{
    struct canvas_extent extent = {.whole = true};
    for (guint s = 0; s < count; s++) {
        for (guint i = 0; i < series[s].count; i++) {
            const struct chart_point *point = &series[s].points[i];
            if (!canvas_drawable(point))
                continue;
            extent.low = MIN(extent.low, point->value);
            extent.high = MAX(extent.high, point->value);
            extent.sum += MAX(point->value, 0);
            extent.whole &= !(fabs(point->value - round(point->value)) > 0);
            extent.partial |= point->partial;
            extent.drawable++;
        }
    }
    return extent;
}

/* The frame: everything around the data. */

static const char *unit_of(const struct chart_spec *spec)
{
    return spec->unit != NULL ? spec->unit : "";
}

void canvas_init(struct canvas *canvas, const struct chart_spec *spec)
{
    *canvas = (struct canvas){.spec = spec, .width = spec->width == 0 ? 440 : spec->width};
    canvas->width = MAX(canvas->width, 280);
    canvas->right = canvas->width;
    canvas->caption = axis_wrap(spec->title ? spec->title : "", caption_type * 1.06, canvas->width);
    canvas->top = g_strv_length(canvas->caption) * 20 + (*unit_of(spec) != '\0' ? 18 : 0);
}

char *canvas_finish(struct canvas *canvas)
{
    char *svg = pen_finish(canvas->pen);
    pen_free(canvas->pen);
    g_strfreev(canvas->caption);
    return svg;
}

/* The size is known: begins to draw. */
void canvas_start(struct canvas *canvas)
{
    double y = 0;
    canvas->pen = pen_new(canvas->width, ceil(canvas->height), canvas_type, canvas->spec->title,
                          canvas->spec->description);
    pen_group(canvas->pen);
    pen_length(canvas->pen, "font-size", caption_type);
    pen_attribute(canvas->pen, "font-weight", "600");
    for (char **line = canvas->caption; *line != NULL; line++, y += 20)
        pen_text(canvas->pen, 0, y + 15, "start", *line);
    pen_close(canvas->pen);
    if (*unit_of(canvas->spec) == '\0')
        return;
    pen_group_ink(canvas->pen, "fill", canvas_quiet);
    pen_text(canvas->pen, 0, y + 13, "start", canvas->spec->unit);
    pen_close(canvas->pen);
}

char *canvas_nothing(const struct chart_spec *spec)
{
    struct canvas canvas;
    canvas_init(&canvas, spec);
    canvas.height = canvas.top + 34;
    canvas_start(&canvas);
    pen_group_ink(canvas.pen, "fill", canvas_quiet);
    pen_text(canvas.pen, 0, canvas.height - 12, "start", "nothing to draw in this window");
    pen_close(canvas.pen);
    return canvas_finish(&canvas);
}

double canvas_y(const struct canvas *canvas, double value)
{
    double part = (value - canvas->axis.from) / (canvas->axis.to - canvas->axis.from);
    return canvas->bottom - part * (canvas->bottom - canvas->top);
}

/* `below` is the room for labels and notes under the field. */
void canvas_lay_out(struct canvas *canvas, const struct canvas_extent *extent, double below)
{
    canvas->top += 12;
    double field = canvas->spec->height == 0 ? canvas->width * 0.42
                                             : canvas->spec->height - canvas->top - below;
    canvas->height = canvas->top + MAX(field, 96) + below;
    canvas->bottom = canvas->height - below;
    guint steps = (guint)CLAMP((canvas->bottom - canvas->top) / 36, 2, 6);
    canvas->axis = axis_new(extent->low, extent->high, steps, extent->whole);
    double widest = 0;
    for (guint i = 0; i <= canvas->axis.count; i++) {
        g_autofree char *tick = axis_tick(&canvas->axis, i);
        widest = MAX(widest, axis_text_width(tick, canvas_type));
    }
    canvas->left = ceil(widest + 8);
}

void canvas_axis(const struct canvas *canvas)
{
    struct pen *pen = canvas->pen;
    pen_group_ink(pen, "stroke", faint);
    for (guint i = 0; i <= canvas->axis.count; i++) {
        double y = canvas_y(canvas, canvas->axis.from + i * canvas->axis.step);
        pen_line(pen, canvas->left, y, canvas->right, y);
    }
    pen_close(pen);
    pen_group_ink(pen, "fill", canvas_quiet);
    for (guint i = 0; i <= canvas->axis.count; i++) {
        g_autofree char *tick = axis_tick(&canvas->axis, i);
        double y = canvas_y(canvas, canvas->axis.from + i * canvas->axis.step);
        pen_text(pen, canvas->left - 8, y + 4.5, "end", tick);
    }
    pen_close(pen);
}

/* Over the data, so that bars stand on it. */
void canvas_base(const struct canvas *canvas)
{
    double y = canvas_y(canvas, 0);
    pen_group_ink(canvas->pen, "stroke", "0.7");
    pen_line(canvas->pen, canvas->left, y, canvas->right, y);
    pen_close(canvas->pen);
}

static char *hover_text(const struct chart_spec *spec, const char *series,
                        const struct chart_point *point)
{
    if (point->hover != NULL)
        return g_strdup(point->hover);
    if (!canvas_drawable(point))
        return g_strdup_printf("%s: not known", point->label);
    g_autofree char *value = axis_value(point->value);
    const char *unit = unit_of(spec);
    return g_strdup_printf("%s%s%s: %s%s%s%s", series ? series : "", series ? ", " : "",
                           point->label, value, *unit != '\0' ? " " : "", unit,
                           point->partial ? " so far" : "");
}

void canvas_mark(const struct canvas *canvas, const char *series, const struct chart_point *point)
{
    g_autofree char *hover = hover_text(canvas->spec, series, point);
    pen_group_mark(canvas->pen, hover);
}

/* Labels under the field: as they are, turned, or thinned out. */

enum { LONGEST_LABEL = 110 };

struct canvas_feet canvas_feet(const char *const *texts, guint count, double step)
{
    struct canvas_feet feet = {.step = step, .size = canvas_type, .height = 22};
    axis_labels_init(&feet.labels, texts, count);
    double widest = axis_labels_width(&feet.labels, canvas_type);
    if (feet.labels.numbers || widest + canvas_type * 0.6 <= step) {
        axis_labels_thin(&feet.labels, canvas_type, step);
        return feet;
    }
    feet.size = 12;
    double length = MIN(axis_labels_width(&feet.labels, feet.size), LONGEST_LABEL);
    feet.turn = step >= 17.5 ? -45 : -90;
    feet.height = feet.turn == -45 ? length * 0.71 + 20 : length + 14;
    while (feet.labels.every * step < 13)
        feet.labels.every++;
    return feet;
}

void canvas_foot(const struct canvas *canvas, const struct canvas_feet *feet, guint index, double x)
{
    double y = canvas->bottom + feet->drop;
    if (!axis_labels_shown(&feet->labels, index))
        return;
    const char *text = feet->labels.texts[index];
    double width = axis_text_width(text, feet->size);
    if (feet->turn == 0 && width <= feet->labels.every * feet->step) {
        double middle = CLAMP(x, width / 2, MAX(canvas->width - width / 2, width / 2));
        pen_text(canvas->pen, middle, y + 17, "middle", text);
        return;
    }
    g_autofree char *fitting = axis_fit(text, feet->size, LONGEST_LABEL);
    if (feet->turn == 0)
        pen_text(canvas->pen, x, y + 17, "middle", fitting);
    else
        pen_text_turned(canvas->pen, x + 4, y + (feet->turn == -45 ? 13 : 8), feet->turn, fitting);
}

/* "lighter: not over yet", with a sample of it. */
void canvas_note(const struct canvas *canvas, const char *text, bool dashed)
{
    struct pen *pen = canvas->pen;
    double y = canvas->height - 5;
    pen_group_series(pen, dashed ? "stroke" : "fill", 0);
    if (dashed) {
        pen_attribute(pen, "stroke-width", "2");
        pen_attribute(pen, "stroke-dasharray", "3 3");
        pen_line(pen, canvas->left, y - 4, canvas->left + 18, y - 4);
    } else {
        pen_attribute(pen, "fill-opacity", canvas_unfinished);
        pen_rect(pen, canvas->left, y - 10, 12, 12);
    }
    pen_close(pen);
    pen_group_ink(pen, "fill", canvas_quiet);
    pen_text(pen, canvas->left + (dashed ? 25 : 19), y, "start", text);
    pen_close(pen);
}
