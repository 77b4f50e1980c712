/* What all charts have in common: caption, field, axis, labels below, notes. Pure. */
#ifndef CANVAS_H
#define CANVAS_H

#include "axis.h"
#include "chart_data.h"
#include "pen.h"

extern const double canvas_type;       /* the size of type */
extern const char canvas_quiet[];      /* the opacity of what stays in the background */
extern const char canvas_unfinished[]; /* and of what is not over yet */

struct canvas {
    struct pen *pen; /* from canvas_start on */
    const struct chart_spec *spec;
    double width, height;
    double left, right, top, bottom; /* of the field where the data is drawn */
    struct axis axis;
    char **caption; /* lines */
};

/* What is known of the data before anything is drawn; zero is always within. */
struct canvas_extent {
    double low, high, sum; /* the sum of what is positive */
    guint drawable;
    bool whole, partial;
};
bool canvas_drawable(const struct chart_point *point);
struct canvas_extent canvas_measure(const struct chart_series *series, guint count);

/* In this order: init, the layout (setting height and the field), start, drawing, finish. */
void canvas_init(struct canvas *canvas, const struct chart_spec *spec);
/* The height, the field and its axis; `below` is the room for labels and notes under the field. */
void canvas_lay_out(struct canvas *canvas, const struct canvas_extent *extent, double below);
void canvas_start(struct canvas *canvas);
char *canvas_finish(struct canvas *canvas);
/* A whole chart of nothing. */
char *canvas_nothing(const struct chart_spec *spec);

double canvas_y(const struct canvas *canvas, double value);
void canvas_axis(const struct canvas *canvas);
void canvas_base(const struct canvas *canvas); /* the zero line: over the data */
/* Opens the group of a mark; `series` is NULL when there is only one. */
void canvas_mark(const struct canvas *canvas, const char *series, const struct chart_point *point);
/* What the lighter or dashed marks mean, at the foot. */
enum { CANVAS_NOTE = 24 };
void canvas_note(const struct canvas *canvas, const char *text, bool dashed);

/* The labels under the field: as they are, turned, or thinned out. */
struct canvas_feet {
    struct axis_labels labels;
    double step; /* between two labels, or from one number to the next */
    int turn;    /* degrees */
    double size, height;
    double drop; /* kept free between the field and the labels */
};
struct canvas_feet canvas_feet(const char *const *texts, guint count, double step);
void canvas_foot(const struct canvas *canvas, const struct canvas_feet *feet, guint index,
                 double x);

#endif
