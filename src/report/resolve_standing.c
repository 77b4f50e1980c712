/* Release by release: what is known of those of a line. */
#include "as_of.h"
#include "resolve.h"
#include "resolve_parts.h"

#include <string.h>

static const char *const standings[] = {
    [RESOLVE_STANDING_UNKNOWN] = "unknown",
    [RESOLVE_STANDING_NOT_AFFECTED] = "not affected",
    [RESOLVE_STANDING_AFFECTED] = "affected",
    [RESOLVE_STANDING_FIXED] = "fixed",
};

const char *resolve_standing_name(enum resolve_standing standing)
{
    return standings[standing];
}

void resolve_release_free(gpointer pointer)
{
    struct resolve_release *release = pointer;
    g_free(release->version);
    g_free(release->tag);
    g_free(release);
}

static enum resolve_standing standing_of(const struct resolve_line *line,
                                         const struct resolve_span *span, guint number)
{
    bool fixed = span->fixed != RESOLVE_UNRELEASED && number >= span->fixed;
    if (line->state == RESOLVE_NOT_AFFECTED)
        return RESOLVE_STANDING_NOT_AFFECTED;
    if (line->state == RESOLVE_UNKNOWN || (line->state == RESOLVE_UNSUPPORTED && !span->known))
        return RESOLVE_STANDING_UNKNOWN;
    return fixed                 ? RESOLVE_STANDING_FIXED
           : number < span->from ? RESOLVE_STANDING_NOT_AFFECTED
                                 : RESOLVE_STANDING_AFFECTED;
}

void resolve_list_releases(const struct resolve_trunk *trunk, const struct resolve_span *span,
                           struct resolve_line *line)
{
    for (guint i = 0; i < trunk->releases->len; i++) {
        const struct release *found = trunk->releases->pdata[i];
        struct resolve_release *release = g_new0(struct resolve_release, 1);
        release->version = g_strdup(found->version);
        release->tag = g_strdup(found->tag);
        memcpy(release->commit, found->commit, sizeof release->commit);
        release->time = as_of_release(found);
        release->standing = standing_of(line, span, i + 1);
        g_ptr_array_add(line->releases, release);
    }
}
