#include "moves.h"

#include "growth.h"

#include <math.h>
#include <string.h>

#define BEYOND_CHANCE 2.0
#define FEWEST 10 /* commits in both spans: of fewer a share says nothing */

double moves_score(gint64 before, gint64 now)
{
    return before + now <= 0 ? 0 : (double)(now - before) / sqrt((double)(now + before));
}

/* A share moves by what it has more or less than its part of the growth. */
static double share_score(const struct moves *moves)
{
    if (moves->employer == NULL || moves->commits < FEWEST ||
        moves->commits_before < FEWEST)
        return 0;
    double now = (double)moves->commits, before = (double)moves->commits_before;
    double all = (double)(moves->its + moves->its_before) / (now + before);
    double spread = sqrt(all * (1 - all) * (1 / now + 1 / before));
    double moved = (double)moves->its / now - (double)moves->its_before / before;
    return spread == 0 ? 0 : moved / spread;
}

const char *moves_figure(const struct moves *moves)
{
    const struct {
        const char *figure;
        double score;
    } all[] = {{"commits", moves_score(moves->commits_before, moves->commits)},
               {"people", moves_score(moves->people_before, moves->people)},
               {"share", share_score(moves)}};
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

static char *share_sentence(const struct moves *moves)
{
    return g_strdup_printf("%s wrote %.1f %% of the commits, %.1f %% before (%" G_GINT64_FORMAT
                           " of %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                           ").",
                           moves->employer, share_percent(moves->its, moves->commits),
                           share_percent(moves->its_before, moves->commits_before), moves->its,
                           moves->commits, moves->its_before, moves->commits_before);
}

char *moves_sentence(const struct moves *moves)
{
    const char *figure = moves_figure(moves);
    if (moves->commits + moves->commits_before == 0)
        return g_strdup("No commits, now or before.");
    if (g_str_equal(figure, "commits"))
        return count_sentence("Commits", moves->commits_before, moves->commits);
    if (g_str_equal(figure, "people"))
        return count_sentence("People", moves->people_before, moves->people);
    if (g_str_equal(figure, "share"))
        return share_sentence(moves);
    return g_strdup_printf("Steady: %" G_GINT64_FORMAT " commit%s, %" G_GINT64_FORMAT " before.",
                           moves->commits, moves->commits == 1 ? "" : "s", moves->commits_before);
}
