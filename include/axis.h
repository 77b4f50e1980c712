/* The arithmetic of charts: round steps, numbers as people read them, how wide a text is, and which
 * labels there is room for. Pure, and independent of the locale. */
#ifndef AXIS_H
#define AXIS_H

#include <glib.h>
#include <stdbool.h>

/* Ticks at from, from + step, ... from + count * step; always with zero among them. */
struct axis {
    double from, to, step;
    guint count;
};

/* The shortest axis in steps of 1, 2 or 5 times a power of ten that covers low, high and zero with
 * at most `most` steps, or one more on each side of zero; `whole` when halves make no sense. */
struct axis axis_new(double low, double high, guint most, bool whole);

/* With commas between the thousands as in all our tables, a real minus; caller frees. */
char *axis_number(double value, int decimals);
char *axis_tick(const struct axis *axis, guint index);
/* As many decimals as it takes, up to four. */
char *axis_value(double value);

/* About how wide a sans-serif font of that size sets the text: rather too wide than too narrow. */
double axis_text_width(const char *text, double size);
/* The text, or as much of its start as fits, with an ellipsis; caller frees. */
char *axis_fit(const char *text, double size, double width);
/* The text in lines no wider than that, broken at spaces; free with g_strfreev. */
char **axis_wrap(const char *text, double size, double width);

/* Labels in a row, `step` apart, or, when all are whole numbers, `step` from one number to the
 * next: every how manyth (1, 2, 5, 10, ...) can be shown. */
struct axis_labels {
    const char *const *texts;
    guint count;
    bool numbers; /* set by axis_labels_init */
    guint every;
};
void axis_labels_init(struct axis_labels *labels, const char *const *texts, guint count);
void axis_labels_thin(struct axis_labels *labels, double size, double step);
/* Years: those that `every` divides; others: counted from the last. */
bool axis_labels_shown(const struct axis_labels *labels, guint index);
double axis_labels_width(const struct axis_labels *labels, double size); /* of the widest */
guint64 axis_labels_number(const struct axis_labels *labels, guint index);

/* Moves the middles of `count` labels, sorted from above, so that they are `gap` apart and within
 * [low, high], as little as may be. */
void axis_part(double *middles, guint count, double gap, double low, double high);

#endif
