/* What a weather report is asked for; for weather.h, and for the plan that it makes. */
#ifndef WEATHER_REQUEST_H
#define WEATHER_REQUEST_H

#include "reading.h"

/* What the report is about; with neither release nor year nor days: the newest release, or lacking
 * releases the last twelve months. */
struct weather_request {
    const char *repository; /* NULL: the first */
    const char *release;    /* a version or tag, or NULL */
    int year;               /* or 0 */
    bool dates;             /* from `since` on and before `until`, seconds UTC */
    gint64 since, until;
    gint64 now;                  /* nothing after it counts */
    const struct reading *rules; /* by which it is counted, its window aside; NULL: the usual */
    bool spans;                  /* also how far the headlines hang on them */
    bool makeup;                 /* also what years and releases are made of */
    bool components;             /* also a row for each component */
    const char *together;        /* employers, with commas between, whose share together is told;
                                    NULL: none */
};

#endif
