/* What the history found and what the text says, joined release by release. */
#include "stated.h"

#include <string.h>

#define DORMANT ((gint64)365 * 24 * 60 * 60)

struct settling {
    const GPtrArray *ranges;
    const char *product;
    const struct publication *publication;
    bool any; /* the text speaks of this product's versions */
};

static enum resolve_standing joined(const struct settling *settling,
                                    const struct resolve_line *line,
                                    const struct resolve_release *release)
{
    enum stated_word word = stated_about(settling->ranges, settling->product, release->version);
    bool assumed = line->introduced == NULL;
    bool later = settling->publication->public_by != POLICY_UNKNOWN &&
                 release->time > settling->publication->public_by;
    if (release->standing == RESOLVE_STANDING_FIXED)
        return RESOLVE_STANDING_FIXED;
    if (word == STATED_NOT_AFFECTED)
        return RESOLVE_STANDING_NOT_AFFECTED;
    if (word == STATED_AFFECTED && !later)
        return RESOLVE_STANDING_AFFECTED;
    if (release->standing == RESOLVE_STANDING_AFFECTED && assumed && word != STATED_AFFECTED &&
        (settling->any || word == STATED_NOT_INSPECTED))
        return RESOLVE_STANDING_UNKNOWN;
    return release->standing;
}

static guint count(const struct resolve_line *line, enum resolve_standing standing)
{
    guint found = 0;
    for (guint i = 0; i < line->releases->len; i++) {
        const struct resolve_release *release = line->releases->pdata[i];
        found += release->standing == standing;
    }
    return found;
}

static void set_range(struct resolve_line *line)
{
    g_clear_pointer(&line->affected_from, g_free);
    g_clear_pointer(&line->affected_to, g_free);
    for (guint i = 0; i < line->releases->len; i++) {
        const struct resolve_release *release = line->releases->pdata[i];
        if (release->standing != RESOLVE_STANDING_AFFECTED)
            continue;
        if (line->affected_from == NULL)
            line->affected_from = g_strdup(release->version);
        g_free(line->affected_to);
        line->affected_to = g_strdup(release->version);
    }
}

static void set_state(struct resolve_line *line, enum resolve_state state, const char *reason)
{
    line->state = state;
    g_free(line->reason);
    line->reason = g_strdup(reason);
}

/* Nothing was released there in the year before. */
static bool is_dormant(const struct settling *settling, const struct resolve_line *line)
{
    const struct resolve_release *last = line->releases->pdata[line->releases->len - 1];
    return settling->publication->public_by != POLICY_UNKNOWN &&
           last->time + DORMANT <= settling->publication->public_by;
}

static void settle_state(const struct settling *settling, struct resolve_line *line)
{
    bool affected = count(line, RESOLVE_STANDING_AFFECTED) > 0;
    bool silent = line->state == RESOLVE_NOT_AFFECTED || line->state == RESOLVE_UNKNOWN;
    if (count(line, RESOLVE_STANDING_NOT_AFFECTED) == line->releases->len)
        set_state(line, RESOLVE_NOT_AFFECTED, "the advisory says that it is not affected");
    else if (affected && silent)
        set_state(line, is_dormant(settling, line) ? RESOLVE_UNSUPPORTED : RESOLVE_OPEN,
                  "the advisory says that it is affected");
    else if (!affected && line->state == RESOLVE_OPEN)
        set_state(line, RESOLVE_UNKNOWN, "the advisory does not say that it is affected");
}

/* The line says the same as its releases. */
static void settle_line(const struct settling *settling, struct resolve_line *line)
{
    bool changed = false;
    for (guint i = 0; i < line->releases->len; i++) {
        struct resolve_release *release = line->releases->pdata[i];
        enum resolve_standing standing = joined(settling, line, release);
        changed = changed || standing != release->standing;
        release->standing = standing;
    }
    if (!changed)
        return;
    set_range(line);
    settle_state(settling, line);
}

static const char *product_of(const struct home *home, const char *repository)
{
    const struct home_repository *found = home_repository_find(home, repository, NULL);
    return found == NULL ? repository : found->product;
}

void stated_settle(struct publication *publication, const struct home *home)
{
    g_autoptr(GPtrArray) ranges = stated_of(publication);
    for (guint i = 0; i < publication->places->len; i++) {
        const struct resolve_place *place = publication->places->pdata[i];
        struct settling settling = {ranges, product_of(home, place->name), publication, false};
        settling.any = stated_any(ranges, settling.product);
        for (guint j = 0; j < place->lines->len; j++)
            settle_line(&settling, place->lines->pdata[j]);
    }
}
