#include "axis.h"

#include <math.h>
#include <string.h>

static const char minus[] = "\xe2\x88\x92";    /* U+2212 */
static const char ellipsis[] = "\xe2\x80\xa6"; /* U+2026 */

struct axis axis_new(double low, double high, guint most, bool whole)
{
    static const double steps[] = {1, 2, 5, 10};
    low = MIN(low, 0);
    high = low < 0 ? MAX(high, 0) : high > 0 ? high : 1;
    double rough = MAX((high - low) / most, 1e-9);
    double power = pow(10, floor(log10(rough)));
    gsize i = 0;
    while (i + 1 < G_N_ELEMENTS(steps) && steps[i] * power < rough * (1 - 1e-9))
        i++;
    double step = steps[i] * power;
    if (whole)
        step = MAX(step, 1);
    double below = ceil(-low / step - 1e-9);
    double above = ceil(high / step - 1e-9);
    return (struct axis){-below * step, above * step, step, (guint)(below + above)};
}

char *axis_number(double value, int decimals)
{
    char format[16];
    char digits[G_ASCII_DTOSTR_BUF_SIZE * 16];
    g_snprintf(format, sizeof format, "%%.%df", decimals);
    g_ascii_formatd(digits, sizeof digits, format, fabs(value));
    bool nothing = strspn(digits, "0.") == strlen(digits);
    gsize whole = strcspn(digits, ".");
    GString *out = g_string_new(value < 0 && !nothing ? minus : NULL);
    for (gsize i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    g_string_append(out, digits + whole);
    return g_string_free(out, FALSE);
}

char *axis_tick(const struct axis *axis, guint index)
{
    int decimals = axis->step < 1 ? (int)ceil(-log10(axis->step) - 1e-9) : 0;
    return axis_number(axis->from + index * axis->step, decimals);
}

char *axis_value(double value)
{
    int decimals = 0;
    while (decimals < 4 &&
           fabs(value * pow(10, decimals) - round(value * pow(10, decimals))) > 1e-6)
        decimals++;
    return axis_number(value, decimals);
}

/* Thousandths of the size, after the common grotesques, and something for the broader ones. */
static double letter_width(gunichar c)
{
    if (g_unichar_iszerowidth(c))
        return 0;
    if (g_unichar_iswide(c))
        return 1.05;
    if (c < 128 && strchr("il.,:;'|!jIft()[]-/ ", (int)c) != NULL)
        return 0.35;
    if (c < 128 && strchr("mwMW@%", (int)c) != NULL)
        return 0.95;
    return g_unichar_isupper(c) ? 0.74 : 0.62;
}

double axis_text_width(const char *text, double size)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    double width = 0;
    for (const char *at = valid; *at != '\0'; at = g_utf8_find_next_char(at, NULL))
        width += letter_width(g_utf8_get_char(at));
    return width * size;
}

char *axis_fit(const char *text, double size, double width)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    if (axis_text_width(valid, size) <= width)
        return g_steal_pointer(&valid);
    double room = width - axis_text_width(ellipsis, size);
    const char *at = valid;
    for (; *at != '\0'; at = g_utf8_find_next_char(at, NULL)) {
        room -= letter_width(g_utf8_get_char(at)) * size;
        if (room < 0)
            break;
    }
    g_autofree char *start = g_strndup(valid, (gsize)(at - valid));
    return g_strconcat(g_strchomp(start), ellipsis, NULL);
}

char **axis_wrap(const char *text, double size, double width)
{
    g_autoptr(GStrvBuilder) lines = g_strv_builder_new();
    g_autoptr(GString) line = g_string_new(NULL);
    g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);
    for (char **word = words; *word != NULL; word++) {
        g_autofree char *longer = g_strconcat(line->str, line->len > 0 ? " " : "", *word, NULL);
        if (line->len > 0 && axis_text_width(longer, size) > width) {
            g_strv_builder_add(lines, line->str);
            g_string_assign(line, *word);
        } else {
            g_string_assign(line, longer);
        }
    }
    if (line->len > 0)
        g_strv_builder_add(lines, line->str);
    return g_strv_builder_end(lines);
}

static bool whole_number(const char *text)
{
    gsize digits = strspn(text, "0123456789");
    return digits > 0 && digits < 10 && text[digits] == '\0';
}

void axis_labels_init(struct axis_labels *labels, const char *const *texts, guint count)
{
    *labels = (struct axis_labels){texts, count, count > 0, 1};
    for (guint i = 0; i < count; i++)
        labels->numbers &= whole_number(texts[i]);
}

double axis_labels_width(const struct axis_labels *labels, double size)
{
    double widest = 0;
    for (guint i = 0; i < labels->count; i++)
        widest = MAX(widest, axis_text_width(labels->texts[i], size));
    return widest;
}

void axis_labels_thin(struct axis_labels *labels, double size, double step)
{
    static const guint steps[] = {1, 2, 5};
    double need = axis_labels_width(labels, size) + size * 0.6;
    guint power = 1;
    for (guint i = 0; power <= 100000000; i++) {
        labels->every = steps[i % 3] * power;
        if (labels->every * step >= need)
            break;
        if (i % 3 == 2)
            power *= 10;
    }
}

guint64 axis_labels_number(const struct axis_labels *labels, guint index)
{
    return g_ascii_strtoull(labels->texts[index], NULL, 10);
}

bool axis_labels_shown(const struct axis_labels *labels, guint index)
{
    if (labels->numbers && labels->count > 1)
        return axis_labels_number(labels, index) % labels->every == 0;
    return (labels->count - 1 - index) % labels->every == 0;
}

void axis_part(double *middles, guint count, double gap, double low, double high)
{
    for (guint i = 0; i < count; i++) {
        double least = i == 0 ? low : middles[i - 1] + gap;
        middles[i] = MAX(middles[i], least);
    }
    for (guint i = count; i-- > 0;) {
        double most = i + 1 == count ? high : middles[i + 1] - gap;
        middles[i] = MIN(middles[i], most);
    }
}
