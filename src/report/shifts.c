#include "shifts.h"

#include "growth.h"

#include <math.h>
#include <string.h>

#define BEYOND_CHANCE 2.0
#define FEWEST 10 /* commits in both spans: of fewer a share says nothing */

double shifts_score(gint64 before, gint64 now)
{
    return before + now <= 0 ? 0 : (double)(now - before) / sqrt((double)(now + before));
}

/* A share moves by what it has more or less than its part of the growth. */
static double share_score(const struct shifts *shifts)
{
    if (shifts->employer == NULL || shifts->commits < FEWEST || shifts->commits_before < FEWEST)
        return 0;
    double now = (double)shifts->commits, before = (double)shifts->commits_before;
    double all = (double)(shifts->its + shifts->its_before) / (now + before);
    double spread = sqrt(all * (1 - all) * (1 / now + 1 / before));
    double moved = (double)shifts->its / now - (double)shifts->its_before / before;
    return spread == 0 ? 0 : moved / spread;
}

const char *shifts_figure(const struct shifts *shifts)
{
    const struct {
        const char *figure;
        double score;
    } all[] = {{"commits", shifts_score(shifts->commits_before, shifts->commits)},
               {"people", shifts_score(shifts->people_before, shifts->people)},
               {"share", share_score(shifts)}};
    const char *best = "steady";
    double most = BEYOND_CHANCE;
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
        if (fabs(all[i].score) >= most) {
            best = all[i].figure;
            most = fabs(all[i].score) + 1e-9;
        }
    return best;
}

static char *count_sentence(const char *what, gint64 before, gint64 now)
{
    double percent = 0;
    if (!growth_percent(before, now, &percent))
        return g_strdup_printf("%s came to be: %" G_GINT64_FORMAT ", none before.", what, now);
    return g_strdup_printf("%s %s from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " (%+.1f %%).",
                           what, now > before ? "rose" : "fell", before, now, percent);
}

static char *share_sentence(const struct shifts *shifts)
{
    return g_strdup_printf("%s wrote %.1f %% of the commits, %.1f %% before (%" G_GINT64_FORMAT
                           " of %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                           ").",
                           shifts->employer, share_percent(shifts->its, shifts->commits),
                           share_percent(shifts->its_before, shifts->commits_before), shifts->its,
                           shifts->commits, shifts->its_before, shifts->commits_before);
}

char *shifts_sentence(const struct shifts *shifts)
{
    const char *figure = shifts_figure(shifts);
    if (shifts->commits + shifts->commits_before == 0)
        return g_strdup("No commits, now or before.");
    if (g_str_equal(figure, "commits"))
        return count_sentence("Commits", shifts->commits_before, shifts->commits);
    if (g_str_equal(figure, "people"))
        return count_sentence("People", shifts->people_before, shifts->people);
    if (g_str_equal(figure, "share"))
        return share_sentence(shifts);
    return g_strdup_printf("Steady: %" G_GINT64_FORMAT " commit%s, %" G_GINT64_FORMAT " before.",
                           shifts->commits, shifts->commits == 1 ? "" : "s",
                           shifts->commits_before);
}
