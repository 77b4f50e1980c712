/* The silence meter of a stable line: by component, how much was taken and when the last time, and
 * how many of the commits named what they fix. */
#ifndef SILENCE_H
#define SILENCE_H

#include "areas.h"
#include "lineage.h"

/* The silence of a component: how long nothing of it was taken. */
struct backport_silence {
    const char *area;
    guint since; /* commits since the line's last release, or since its fork */
    guint all;   /* since the fork */
    gint64 last; /* committer's time of the newest */
};

struct silence_line {
    struct book *book;
    struct lineage *lineage;
    struct areas *areas;
    const guint8 *there; /* what leads to the tip */
    guint tip;
    const char *name; /* "4.20", or "" */
};

struct silence {
    char *release;           /* the newest of the line, or NULL */
    GArray *rows;            /* struct backport_silence, most commits since first */
    guint taken, with_fixes; /* commits since the fork; those with a Fixes: line */
    guint since;             /* since the release, or since the fork */
};

/* The caller frees the release and the rows. */
bool silence_measure(const struct silence_line *line, struct silence *ret_silence, GError **error);

#endif
