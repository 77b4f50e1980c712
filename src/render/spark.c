#include "spark.h"

#include "pen.h"

#define WIDTH 120.0
#define HEIGHT 24.0
#define GAP 0.2 /* of a bar's place */

static gint64 highest(const gint64 *values, guint count)
{
    gint64 most = 0;
    for (guint i = 0; i < count; i++)
        most = MAX(most, values[i]);
    return most;
}

char *spark_bars(const char *label, const char *const *names, const gint64 *values, guint count)
{
    gint64 most = highest(values, count);
    if (count < 2 || most == 0)
        return NULL;
    double place = WIDTH / count;
    g_autoptr(Pen) pen = pen_new(WIDTH, HEIGHT, 10, label, NULL);
    pen_group_series(pen, "fill", 0);
    for (guint i = 0; i < count; i++) {
        double height = HEIGHT * (double)MAX(values[i], 0) / (double)most;
        g_autofree char *title = g_strdup_printf("%s: %" G_GINT64_FORMAT, names[i], values[i]);
        pen_group_mark(pen, title);
        pen_rect(pen, place * (i + GAP / 2), HEIGHT - height, place * (1 - GAP), height);
        pen_close(pen);
    }
    pen_close(pen);
    return pen_finish(pen);
}

char *spark_letters(const gint64 *values, guint count)
{
    static const char *const letters[] = {" ",      "\u2581", "\u2582", "\u2583", "\u2584",
                                          "\u2585", "\u2586", "\u2587", "\u2588"};
    gint64 most = highest(values, count), steps = G_N_ELEMENTS(letters) - 1;
    GString *text = g_string_new(NULL);
    if (count < 2 || most == 0)
        return g_string_free(text, TRUE);
    /* What is not nothing is seen. */
    for (guint i = 0; i < count; i++)
        g_string_append(text, letters[values[i] <= 0 ? 0 : (values[i] * steps + most - 1) / most]);
    return g_string_free(text, FALSE);
}
