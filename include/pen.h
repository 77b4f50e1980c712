/* Draws SVG: the marks, texts and colours that charts are made of. Lengths are in units of the
 * viewBox and written with one decimal, whatever the locale. Pure. */
#ifndef PEN_H
#define PEN_H

#include <glib.h>

enum { PEN_SERIES = 6 }; /* colours; then they begin again */

struct pen;

/* Starts the <svg>. `label` and `description` are for screen readers; either may be NULL. */
struct pen *pen_new(double width, double height, double type, const char *label,
                    const char *description);
void pen_free(struct pen *pen);
typedef struct pen Pen;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pen, pen_free)
char *pen_finish(struct pen *pen); /* the markup; the pen is spent */

/* Groups: what follows is in them until pen_close. Attributes come right after the opening. The
 * property is "fill" or "stroke"; the colours are custom properties, see chart.h. */
void pen_group(struct pen *pen);
void pen_group_series(struct pen *pen, const char *property, guint series);
void pen_group_ink(struct pen *pen, const char *property, const char *opacity);
void pen_group_mark(struct pen *pen, const char *title); /* with a text for pointing at it */
void pen_attribute(struct pen *pen, const char *name, const char *value);
void pen_length(struct pen *pen, const char *name, double value);
void pen_close(struct pen *pen);

/* The anchor is "start", "middle" or "end" of the text. */
void pen_text(struct pen *pen, double x, double y, const char *anchor, const char *text);
void pen_text_turned(struct pen *pen, double x, double y, int degrees, const char *text);
void pen_line(struct pen *pen, double x1, double y1, double x2, double y2);
void pen_rect(struct pen *pen, double x, double y, double width, double height);
void pen_circle(struct pen *pen, double x, double y, double radius);
void pen_path(struct pen *pen, const char *path);
/* Invisible, but can be pointed at: marks are often smaller than a finger. */
void pen_target(struct pen *pen, double x, double y, double width, double height);

/* "M12 3.5": appends a step to a path. */
void pen_step(GString *path, char command, double x, double y);

#endif
