#include "as_of.h"
#include "check_parts.h"
#include "clock.h"
#include "resolve.h"
#include "resolve_parts.h"

#include <string.h>

/* A branch on which nothing was committed for so long is nobody's any more. */
#define DORMANT ((gint64)365 * 24 * 60 * 60)

static const char *const states[] = {
    [RESOLVE_FIXED] = "fixed",
    [RESOLVE_PARTLY] = "partly fixed",
    [RESOLVE_NOT_AFFECTED] = "not affected",
    [RESOLVE_OPEN] = "open",
    [RESOLVE_UNKNOWN] = "unknown",
    [RESOLVE_UNSUPPORTED] = "out of support",
};

const char *resolve_state_name(enum resolve_state state)
{
    return states[state];
}

bool resolve_is_told(const struct resolve_line *line)
{
    bool quiet = line->state == RESOLVE_NOT_AFFECTED || line->state == RESOLVE_UNSUPPORTED ||
                 line->state == RESOLVE_UNKNOWN;
    return line->main || (!line->inherited && !quiet);
}

struct judging {
    struct resolver *resolver;
    const struct resolve_question *question;
    struct resolve_place *place;
    const struct resolve_trunk *trunk;
    struct resolve_line *line;
    gint64 moment;     /* when support counts */
    const char *newer; /* a newer line whose support had ended by then, or NULL */
    gint64 newer_until;
    guint main_parts;         /* of the main branch that are not withdrawn */
    bool any_main;            /* it has one, perhaps withdrawn */
    struct resolve_span span; /* of the line, when it is affected or fixed */
};

static const struct release *release_of(const struct resolve_trunk *trunk, guint number)
{
    return number == 0 || number > trunk->releases->len
               ? NULL
               : g_ptr_array_index(trunk->releases, number - 1);
}

static char *version_of(const struct resolve_trunk *trunk, guint number)
{
    const struct release *release = release_of(trunk, number);
    return release == NULL ? NULL : g_strdup(release->version);
}

static bool is_reverted(const struct judging *judging, guint node)
{
    return lineage_revert(judging->resolver->lineage, node, judging->trunk->set) >= 0;
}

/* --- what is there --- */

static void settle(const struct judging *judging, struct resolve_fix *fix, guint node,
                   enum resolve_evidence evidence)
{
    fix->present = true;
    fix->node = node;
    fix->evidence = evidence;
    fix->inherited = !judging->trunk->main && lineage_main(judging->resolver->lineage)[node] != 0;
    g_free(fix->release);
    fix->release = version_of(judging->trunk, judging->trunk->set[node]);
}

/* The one that came first of those that were not reverted. */
static void look_among_matches(const struct judging *judging, struct resolve_fix *fix)
{
    const guint8 *set = judging->trunk->set;
    for (guint i = 0; i < judging->place->matches->len; i++) {
        const struct resolve_match *match = g_ptr_array_index(judging->place->matches, i);
        if (match->part != fix->part || set[match->node] == 0)
            continue;
        bool reverted = is_reverted(judging, match->node);
        fix->reverted |= reverted;
        if (reverted || (fix->present && set[fix->node] <= set[match->node]))
            continue;
        settle(judging, fix, match->node, match->evidence);
        memcpy(fix->commit, match->commit, sizeof fix->commit);
    }
}

/* A backport of several commits at once is a match of the first of them only. */
static bool look_for_carrier(const struct judging *judging, const struct resolve_part *part,
                             struct resolve_fix *fix, GError **error)
{
    struct lineage *lineage = judging->resolver->lineage;
    gint node = -1;
    if (fix->present || fix->reverted || part->commit[0] == '\0')
        return true;
    if (!lineage_carrier(lineage, part->commit, judging->trunk->set, &node, error))
        return false;
    if (node < 0 || is_reverted(judging, (guint)node))
        return true;
    settle(judging, fix, (guint)node, RESOLVE_ORIGIN);
    return lineage_hex(lineage, (guint)node, fix->commit, error);
}

/* --- what is needed --- */

/* The number of the first release with a commit of the main branch, itself or picked; 0: the line
 * does not have it. */
static bool find_arrival(const struct judging *judging, guint target, guint *ret_number,
                         GError **error)
{
    struct lineage *lineage = judging->resolver->lineage;
    const guint8 *set = judging->trunk->set;
    char hex[41];
    gint node = -1;
    *ret_number = set[target];
    if (set[target] != 0)
        return true;
    if (!lineage_hex(lineage, target, hex, error) ||
        !lineage_carrier(lineage, hex, set, &node, error))
        return false;
    *ret_number = node < 0 ? 0 : set[node];
    return true;
}

/* When the problem came to the line: 0: never; 1 when nobody knows. */
static bool find_introduction(const struct judging *judging, const struct resolve_part *part,
                              guint *ret_number, GError **error)
{
    guint first = part->clear ? 0 : 1;
    for (guint i = 0; part->clear && i < part->introduced_by->len; i++) {
        guint number = 0;
        if (!find_arrival(judging, g_array_index(part->introduced_by, guint, i), &number, error))
            return false;
        if (number != 0 && (first == 0 || number < first))
            first = number;
    }
    *ret_number = first;
    return true;
}

static gint64 commit_of_part(const struct judging *judging, guint part)
{
    const struct graph *graph = book_graph(judging->resolver->book);
    const struct resolve_part *asked = g_ptr_array_index(judging->place->parts, part);
    for (guint i = 0; i < judging->place->matches->len; i++) {
        const struct resolve_match *match = g_ptr_array_index(judging->place->matches, i);
        if (match->part == part &&
            (asked->commit[0] == '\0' || g_str_equal(asked->commit, match->commit)))
            return graph_commit_id(graph, match->node);
    }
    return 0;
}

static const char not_introduced[] = "what it repairs is not there";

/* Why a part that is not there need not be. */
static bool excuse(const struct judging *judging, const struct resolve_part *part,
                   struct resolve_fix *fix, guint introduced, GError **error)
{
    bool lacks = false;
    fix->needed = true;
    if (fix->present)
        return true;
    if (judging->main_parts > 0 && part->withdrawn)
        fix->why = "the main branch took it back";
    else if (fix->reverted)
        return true;
    else if (judging->main_parts > 0 && part->commit[0] == '\0')
        fix->why = "it is a part of the fix on other lines only";
    else if (introduced == 0)
        fix->why = not_introduced;
    else if (!resolve_lacks_files(judging->resolver, judging->trunk,
                                  commit_of_part(judging, fix->part), &lacks, error))
        return false;
    else if (lacks)
        fix->why = "none of the files it changes is there";
    fix->needed = fix->why == NULL;
    fix->absent = lacks || (fix->why != NULL && fix->why == not_introduced);
    return true;
}

/* --- support --- */

/* The day on which the line's own file says that it ends; 0: it does not say. */
static bool find_support(const struct judging *judging, gint64 *ret_until, GError **error)
{
    struct resolver *resolver = judging->resolver;
    const struct home_releases *words = &resolver->home->releases;
    g_autoptr(GError) reason = NULL;
    g_autofree char *text = NULL;
    char hex[41];
    *ret_until = 0;
    if (words->support_file == NULL)
        return true;
    if (!lineage_hex(resolver->lineage, judging->trunk->tip, hex, error))
        return false;
    g_autoptr(Source) source = source_open(resolver->history, resolver->home,
                                           book_repository(resolver->book)->name, &reason);
    if (source != NULL &&
        source_read_any(source, hex, words->support_file, SOURCE_MOST, &text, NULL, &reason) &&
        text != NULL)
        check_find_day(text, words->security_until, ret_until);
    return true;
}

static bool judge_support(struct judging *judging, GError **error)
{
    struct resolve_line *line = judging->line;
    gint64 until = 0;
    if (judging->trunk->main || line->state != RESOLVE_OPEN)
        return true;
    if (!find_support(judging, &until, error))
        return false;
    g_autofree char *day = until == 0 ? NULL : clock_format_day(until);
    g_autofree char *newer = judging->newer == NULL ? NULL : clock_format_day(judging->newer_until);
    g_autofree char *last = clock_format_day(judging->trunk->tip_time);
    char *reason = NULL;
    if (until != 0 && until <= judging->moment)
        reason = g_strdup_printf("its security support ended on %s", day);
    else if (until == 0 && judging->newer != NULL)
        reason = g_strdup_printf("it is older than %s, whose security support ended on %s",
                                 judging->newer, newer);
    else if (until == 0 && judging->trunk->tip_time + DORMANT <= judging->moment)
        reason = g_strdup_printf("nothing was committed there after %s", last);
    if (reason == NULL)
        return true;
    line->state = RESOLVE_UNSUPPORTED;
    g_free(line->reason);
    line->reason = reason;
    if (until != 0) {
        judging->newer = judging->trunk->name;
        judging->newer_until = until;
    }
    return true;
}

/* --- the verdict --- */

static void judge_state(struct judging *judging)
{
    struct resolve_line *line = judging->line;
    const char *why = NULL;
    bool reverted = false;
    line->inherited = true;
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = g_ptr_array_index(line->fixes, i);
        line->needed += fix->needed;
        line->present += fix->present;
        line->inherited = line->inherited && (fix->inherited || !fix->needed);
        reverted |= fix->reverted && !fix->present && fix->needed;
        why = why == NULL ? fix->why : why;
    }
    line->inherited = line->inherited && line->present > 0;
    line->state = line->needed == 0               ? RESOLVE_NOT_AFFECTED
                  : line->present == line->needed ? RESOLVE_FIXED
                  : line->present > 0             ? RESOLVE_PARTLY
                                                  : RESOLVE_OPEN;
    if (line->state == RESOLVE_OPEN && !reverted && !judging->any_main) {
        line->state = RESOLVE_UNKNOWN;
        line->reason = g_strdup("only other lines have a fix, and the main branch has none");
    }
    if (line->state == RESOLVE_NOT_AFFECTED)
        line->reason = g_strdup(why);
    else if (reverted)
        line->reason = g_strdup("it was there, and was reverted");
}

/* Releases are numbered from 1; `introduced` is 0 when none of what is needed has a beginning. */
static void judge_releases(struct judging *judging, guint introduced, bool clear)
{
    const struct resolve_trunk *trunk = judging->trunk;
    struct resolve_line *line = judging->line;
    guint count = trunk->releases->len, fixed = 0;
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = g_ptr_array_index(line->fixes, i);
        if (fix->present)
            fixed = MAX(fixed, trunk->set[fix->node]);
    }
    if (line->state == RESOLVE_NOT_AFFECTED || line->state == RESOLVE_UNKNOWN)
        return;
    if (line->state != RESOLVE_FIXED)
        fixed = RESOLVE_UNRELEASED;
    const struct release *first = release_of(trunk, fixed);
    if (first != NULL) {
        line->first_release = g_strdup(first->version);
        line->first_tag = g_strdup(first->tag);
        line->first_time = as_of_release(first);
    }
    guint from = MAX(introduced, 1), to = MIN(fixed - 1, count);
    line->introduced = clear ? version_of(trunk, introduced) : NULL;
    judging->span = (struct resolve_span){from, fixed, clear};
    if (from > to)
        return;
    line->affected_from = version_of(trunk, from);
    line->affected_to = version_of(trunk, to);
}

/* Nobody looked: as of its releases (resolve_standing.c), it is not known whether it is affected.
 */
static void forget_unsupported(struct judging *judging)
{
    struct resolve_line *line = judging->line;
    if (line->state != RESOLVE_UNSUPPORTED || judging->span.known)
        return;
    g_clear_pointer(&line->affected_from, g_free);
    g_clear_pointer(&line->affected_to, g_free);
}

static bool judge_part(struct judging *judging, guint index, guint *introduced, bool *clear,
                       GError **error)
{
    const struct resolve_part *part = g_ptr_array_index(judging->place->parts, index);
    struct resolve_fix *fix = g_new0(struct resolve_fix, 1);
    guint number = 0;
    fix->part = index;
    g_ptr_array_add(judging->line->fixes, fix);
    look_among_matches(judging, fix);
    if (!look_for_carrier(judging, part, fix, error) ||
        !find_introduction(judging, part, &number, error) ||
        !excuse(judging, part, fix, number, error))
        return false;
    if (!fix->needed)
        return true;
    *clear = *clear && part->clear;
    number = MAX(number, 1);
    *introduced = *introduced == 0 ? number : MIN(*introduced, number);
    return true;
}

static bool judge_trunk(struct judging *judging, GError **error)
{
    guint introduced = 0;
    bool clear = true;
    judging->span = (struct resolve_span){0};
    for (guint i = 0; i < judging->place->parts->len; i++)
        if (!judge_part(judging, i, &introduced, &clear, error))
            return false;
    judge_state(judging);
    judge_releases(judging, introduced, clear);
    if (!judge_support(judging, error))
        return false;
    forget_unsupported(judging);
    resolve_list_releases(judging->trunk, &judging->span, judging->line);
    return true;
}

/* The first release by version that has what the main branch has. */
static void judge_main(const struct resolve_place *place, struct resolve_line *main)
{
    for (guint i = 0; main->state == RESOLVE_FIXED && i < place->lines->len; i++) {
        const struct resolve_line *line = g_ptr_array_index(place->lines, i);
        if (line->main || !line->inherited || line->state != RESOLVE_FIXED ||
            line->first_release == NULL)
            continue;
        main->first_release = g_strdup(line->first_release);
        main->first_tag = g_strdup(line->first_tag);
        main->first_time = line->first_time;
        return;
    }
}

static void fix_free(gpointer pointer)
{
    struct resolve_fix *fix = pointer;
    g_free(fix->release);
    g_free(fix);
}

static struct resolve_line *line_new(const struct resolve_trunk *trunk)
{
    struct resolve_line *line = g_new0(struct resolve_line, 1);
    line->line = g_strdup(trunk->name);
    line->branch = g_strdup(trunk->branch);
    line->main = trunk->main;
    line->fixes = g_ptr_array_new_with_free_func(fix_free);
    line->begins = g_ptr_array_new_with_free_func(g_free);
    line->releases = g_ptr_array_new_with_free_func(resolve_release_free);
    return line;
}

static void start(struct judging *judging)
{
    judging->moment = judging->question->public_by;
    gint64 first = G_MAXINT64;
    for (guint i = 0; i < judging->place->parts->len; i++) {
        const struct resolve_part *part = g_ptr_array_index(judging->place->parts, i);
        first = MIN(first, part->time);
        judging->any_main = judging->any_main || part->commit[0] != '\0';
        judging->main_parts += part->commit[0] != '\0' && !part->withdrawn;
    }
    if (judging->moment == G_MININT64)
        judging->moment = first;
}

static void add_remarks(const struct judging *judging)
{
    struct resolve_place *place = judging->place;
    if (judging->resolver->no_shapes != NULL)
        g_ptr_array_add(place->remarks, g_strdup_printf("patches were not looked for in %s: %s",
                                                        place->name, judging->resolver->no_shapes));
    for (guint i = 0; i < place->matches->len; i++) {
        const struct resolve_match *match = g_ptr_array_index(place->matches, i);
        if (match->reverted[0] != '\0')
            g_ptr_array_add(place->remarks, g_strdup_printf("%.12s was reverted by %.12s",
                                                            match->commit, match->reverted));
        for (guint j = 0; j < i && match->patch >= 0; j++) {
            const struct resolve_match *other = g_ptr_array_index(place->matches, j);
            const struct patch_named *patch =
                g_ptr_array_index(judging->question->patches, (guint)match->patch);
            if (other->patch == match->patch && match->branches->len > 0 &&
                other->branches->len > 0 &&
                g_str_equal(match->branches->pdata[0], other->branches->pdata[0]))
                g_ptr_array_add(place->remarks,
                                g_strdup_printf("%s is the change of two commits of %s: %.12s and "
                                                "%.12s",
                                                patch->name, (char *)match->branches->pdata[0],
                                                other->commit, match->commit));
        }
    }
}

bool resolve_judge(struct resolver *resolver, const struct resolve_question *question,
                   struct resolve_place *place, GError **error)
{
    struct judging judging = {.resolver = resolver, .question = question, .place = place};
    struct resolve_line *main = NULL;
    start(&judging);
    /* From the newest line down: what is older than one out of support is so too. */
    for (guint i = resolver->trunks->len; place->parts->len > 0 && i > 0; i--) {
        judging.trunk = g_ptr_array_index(resolver->trunks, i - 1);
        if (judging.trunk->name == NULL)
            continue;
        judging.line = line_new(judging.trunk);
        main = judging.trunk->main ? judging.line : main;
        g_ptr_array_insert(place->lines, 0, judging.line);
        if (!judge_trunk(&judging, error))
            return false;
    }
    if (main != NULL)
        judge_main(place, main);
    add_remarks(&judging);
    return resolve_find_begins(resolver, place, error);
}
