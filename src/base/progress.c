#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR_WIDTH 24
#define REDRAW_MICROSECONDS 100000

struct progress {
    char *what;
    char *unit;
    guint64 total;
    gint64 started; /* monotonic, microseconds */
    gint64 drawn;
    bool terminal;
    int verbosity;
};

struct progress *progress_start(int verbosity, const char *what, const char *unit, guint64 total)
{
    struct progress *progress = g_new0(struct progress, 1);
    progress->what = g_strdup(what);
    progress->unit = g_strdup(unit);
    progress->total = total;
    progress->started = g_get_monotonic_time();
    progress->terminal = isatty(STDERR_FILENO) == 1;
    progress->verbosity = verbosity;
    if (verbosity >= 0 && !progress->terminal && total > 0)
        fprintf(stderr, "%s: %" G_GUINT64_FORMAT " %s\n", what, total, unit);
    else if (verbosity >= 0 && !progress->terminal)
        fprintf(stderr, "%s\n", what);
    return progress;
}

static void draw(const struct progress *progress, guint64 done, double seconds)
{
    char bar[BAR_WIDTH + 1];
    double share = progress->total > 0 ? (double)done / (double)progress->total : 0;
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = (i + 1) <= share * BAR_WIDTH ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%s ", progress->what);
    if (progress->total > 0)
        fprintf(stderr, "[%s] %3.0f %% ", bar, share * 100);
    fprintf(stderr, "%" G_GUINT64_FORMAT " %s, %.0f/s", done, progress->unit,
            (double)done / seconds);
    if (share > 0.02)
        fprintf(stderr, ", %.0f s left", seconds / share - seconds);
    fflush(stderr);
}

void progress_step(struct progress *progress, guint64 done)
{
    if (progress == NULL || !progress->terminal || progress->verbosity < 0)
        return;
    gint64 now = g_get_monotonic_time();
    if (now - progress->drawn < REDRAW_MICROSECONDS)
        return;
    progress->drawn = now;
    draw(progress, done, (double)(now - progress->started + 1) / G_USEC_PER_SEC);
}

void progress_end(struct progress *progress, guint64 done)
{
    if (progress == NULL)
        return;
    double seconds = (double)(g_get_monotonic_time() - progress->started) / G_USEC_PER_SEC;
    if (progress->terminal && progress->verbosity >= 0)
        fputs("\r\033[K", stderr);
    if (progress->verbosity >= 0)
        fprintf(stderr, "%s: %" G_GUINT64_FORMAT " %s in %.1f s\n", progress->what, done,
                progress->unit, seconds);
    g_free(progress->what);
    g_free(progress->unit);
    g_free(progress);
}
