#include "pen.h"

#include "xml.h"

#include <string.h>

#define FAMILY "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"

/* Each has a contrast of 3 and more with white and with near black. */
static const char *const colours[PEN_SERIES] = {"#3a7cb8", "#cc6b1e", "#2e9163",
                                                "#8a67b5", "#c94f5c", "#7a7f35"};

struct pen {
    struct xml_writer *xml;
};

static char *length_text(double value)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(digits, sizeof digits, "%.1f", value);
    if (g_str_has_suffix(digits, ".0"))
        digits[strlen(digits) - 2] = '\0';
    return g_strdup(strcmp(digits, "-0") == 0 ? "0" : digits);
}

/* The same words give the same name; charts with the same words may share it. */
static char *description_id(const char *label, const char *description)
{
    g_autofree char *words = g_strconcat(label ? label : "", "\n", description, NULL);
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, words, -1);
    return g_strdup_printf("chart-%.12s", digest);
}

struct pen *pen_new(double width, double height, double type, const char *label,
                    const char *description)
{
    struct pen *pen = g_new0(struct pen, 1);
    pen->xml = xml_writer_new();
    g_autofree char *width_text = length_text(width);
    g_autofree char *height_text = length_text(height);
    g_autofree char *id = description ? description_id(label, description) : NULL;
    xml_open(pen->xml, "svg");
    xml_attribute(pen->xml, "xmlns", "http://www.w3.org/2000/svg");
    xml_attribute(pen->xml, "class", "chart");
    xml_attribute_format(pen->xml, "viewBox", "0 0 %s %s", width_text, height_text);
    xml_attribute(pen->xml, "role", "img");
    if (label != NULL || description != NULL)
        xml_attribute(pen->xml, "aria-label", label ? label : description);
    if (id != NULL)
        xml_attribute(pen->xml, "aria-describedby", id);
    pen_length(pen, "font-size", type);
    xml_attribute(pen->xml, "font-family", FAMILY);
    xml_attribute(pen->xml, "fill", "currentColor");
    xml_attribute(pen->xml, "style",
                  "font-family:var(--chart-font," FAMILY ");font-variant-numeric:tabular-nums;"
                  "fill:var(--chart-ink,currentColor)");
    if (id != NULL) {
        xml_open(pen->xml, "desc");
        xml_attribute(pen->xml, "id", id);
        xml_text(pen->xml, description);
        xml_close(pen->xml);
    }
    return pen;
}

void pen_free(struct pen *pen)
{
    if (pen == NULL)
        return;
    xml_writer_free(pen->xml);
    g_free(pen);
}

char *pen_finish(struct pen *pen)
{
    return xml_finish(pen->xml);
}

void pen_group(struct pen *pen)
{
    xml_open(pen->xml, "g");
}

/* The attribute is for viewers that do not know var(), the style for those that do. */
void pen_group_series(struct pen *pen, const char *property, guint series)
{
    guint index = series % PEN_SERIES;
    xml_open(pen->xml, "g");
    xml_attribute(pen->xml, property, colours[index]);
    xml_attribute_format(pen->xml, "style", "%s:var(--chart-%u,%s)", property, index + 1,
                         colours[index]);
}

void pen_group_ink(struct pen *pen, const char *property, const char *opacity)
{
    g_autofree char *name = g_strconcat(property, "-opacity", NULL);
    xml_open(pen->xml, "g");
    xml_attribute(pen->xml, property, "currentColor");
    xml_attribute_format(pen->xml, "style", "%s:var(--chart-ink,currentColor)", property);
    xml_attribute(pen->xml, name, opacity);
}

void pen_group_mark(struct pen *pen, const char *title)
{
    xml_open(pen->xml, "g");
    xml_leaf(pen->xml, "title", title);
}

void pen_attribute(struct pen *pen, const char *name, const char *value)
{
    xml_attribute(pen->xml, name, value);
}

void pen_length(struct pen *pen, const char *name, double value)
{
    g_autofree char *text = length_text(value);
    xml_attribute(pen->xml, name, text);
}

void pen_close(struct pen *pen)
{
    xml_close(pen->xml);
}

void pen_text(struct pen *pen, double x, double y, const char *anchor, const char *text)
{
    xml_open(pen->xml, "text");
    pen_length(pen, "x", x);
    pen_length(pen, "y", y);
    if (strcmp(anchor, "start") != 0)
        xml_attribute(pen->xml, "text-anchor", anchor);
    xml_text(pen->xml, text);
    xml_close(pen->xml);
}

void pen_text_turned(struct pen *pen, double x, double y, int degrees, const char *text)
{
    g_autofree char *x_text = length_text(x);
    g_autofree char *y_text = length_text(y);
    xml_open(pen->xml, "text");
    xml_attribute(pen->xml, "text-anchor", "end");
    xml_attribute_format(pen->xml, "transform", "translate(%s %s) rotate(%d)", x_text, y_text,
                         degrees);
    xml_text(pen->xml, text);
    xml_close(pen->xml);
}

/* An empty element with its lengths: "x1", 1.0, "y1", 2.0, ... in pairs. */
static void open_shape(struct pen *pen, const char *element, const char *const *names,
                       const double *lengths, gsize count)
{
    xml_open(pen->xml, element);
    for (gsize i = 0; i < count; i++)
        pen_length(pen, names[i], lengths[i]);
}

void pen_line(struct pen *pen, double x1, double y1, double x2, double y2)
{
    static const char *const names[] = {"x1", "y1", "x2", "y2"};
    open_shape(pen, "line", names, (const double[]){x1, y1, x2, y2}, 4);
    xml_close(pen->xml);
}

static const char *const rect_names[] = {"x", "y", "width", "height"};

void pen_rect(struct pen *pen, double x, double y, double width, double height)
{
    open_shape(pen, "rect", rect_names, (const double[]){x, y, width, height}, 4);
    xml_close(pen->xml);
}

void pen_circle(struct pen *pen, double x, double y, double radius)
{
    static const char *const names[] = {"cx", "cy", "r"};
    open_shape(pen, "circle", names, (const double[]){x, y, radius}, 3);
    xml_close(pen->xml);
}

void pen_path(struct pen *pen, const char *path)
{
    xml_open(pen->xml, "path");
    xml_attribute(pen->xml, "d", path);
    xml_close(pen->xml);
}

void pen_target(struct pen *pen, double x, double y, double width, double height)
{
    open_shape(pen, "rect", rect_names, (const double[]){x, y, width, height}, 4);
    xml_attribute(pen->xml, "fill", "none");
    xml_attribute(pen->xml, "stroke", "none");
    xml_attribute(pen->xml, "pointer-events", "all");
    xml_close(pen->xml);
}

void pen_step(GString *path, char command, double x, double y)
{
    g_autofree char *x_text = length_text(x);
    g_autofree char *y_text = length_text(y);
    g_string_append_printf(path, "%c%s %s", command, x_text, y_text);
}
