/* Lint of the dates of a draft against the clock and the policies that bind it. Pure. */
#ifndef LINT_DATES_H
#define LINT_DATES_H

#include "lint.h"
#include "plan.h"
#include "record_conf.h"

struct lint_dates {
    const struct record_conf *conf;
    bool told;                            /* members know of it already */
    bool vacated;                         /* its embargo was ended early: nothing is planned */
    const struct policy *const *policies; /* that bind it */
    guint count;
    const struct workdays *workdays; /* NULL: no holidays are known */
    gint64 now;
};

/* Adds findings without a line. */
void lint_dates(GPtrArray *findings, const struct lint_dates *dates);

#endif
