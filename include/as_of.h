/* Where what is over time ends: one rule for all reports. */
#ifndef AS_OF_H
#define AS_OF_H

#include "book.h"

struct as_of {
    gint64 newest; /* time of the newest commit; 0: there is none */
    bool stale;    /* it is so old that the history was not mined lately, or the project sleeps */
    gint64 end;    /* midnight UTC: what is over time ends before it */
};

/* Today's midnight, or the end of the newest commit's day when that is over thirty days old. */
struct as_of as_of_find(const struct book *book, gint64 now);

/* The same moment so many months before; the last day of a shorter month. */
gint64 as_of_months_before(gint64 time, int months);

/* A release's day: when it was tagged, or of a light tag when its commit was made. */
gint64 as_of_release(const struct release *release);

#endif
