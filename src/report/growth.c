#include "growth.h"

#include <math.h>

static double one_digit(double value)
{
    /* + 0.0 makes a negative zero a plain one. */
    return round(value * 10) / 10 + 0.0;
}

bool growth_percent(gint64 before, gint64 now, double *ret_percent)
{
    if (before == 0)
        return false;
    *ret_percent = one_digit(100.0 * (double)(now - before) / (double)before);
    return true;
}

double share_percent(gint64 part, gint64 whole)
{
    return whole == 0 ? 0 : one_digit(100.0 * (double)part / (double)whole);
}

bool growth_mean(const double *percents, guint count, double *ret_mean)
{
    double sum = 0;
    if (count == 0)
        return false;
    for (guint i = 0; i < count; i++)
        sum += percents[i];
    *ret_mean = one_digit(sum / count);
    return true;
}

json_t *growth_json(gint64 before, gint64 now)
{
    double percent = 0;
    return growth_percent(before, now, &percent) ? json_real(percent) : json_null();
}
