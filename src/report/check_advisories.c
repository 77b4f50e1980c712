#include "check_parts.h"
#include "clock.h"
#include "fault.h"

#include <string.h>

/* One repository in which the fixes are looked for, and the commit there. */
struct place {
    struct checking *checking;
    struct fixes *fixes;
    struct book *book;
    guint node;
    gint node_before; /* that of the predecessor, or -1 */
    const char *title;
};

static char *describe_part(const struct fixes_part *part)
{
    g_autofree char *day = clock_format_day(part->time);
    const char *found = part->found;
    switch (part->evidence) {
    case FIXES_NOT_AFFECTED:
        return g_strdup_printf("%.10s %s %s: not needed, %.10s, which it fixes, is not there",
                               part->commit, day, part->subject, found);
    case FIXES_REVERTED:
        return g_strdup_printf("%.10s %s %s: reverted by %.10s", part->commit, day, part->subject,
                               found);
    case FIXES_MISSING:
        return g_strdup_printf("%.10s %s %s: missing", part->commit, day, part->subject);
    default:
        return g_strdup_printf("%.10s %s %s: there as %.10s (%s)", part->commit, day, part->subject,
                               found, fixes_evidence_name(part->evidence));
    }
}

/* What is not there comes first. */
static void add_parts(struct check_finding *finding, const struct fixes_advisory *advisory)
{
    for (guint present = 0; present < 2; present++)
        for (guint i = 0; i < advisory->parts->len; i++) {
            const struct fixes_part *part = g_ptr_array_index(advisory->parts, i);
            g_autofree char *line = describe_part(part);
            if ((part->evidence > FIXES_REVERTED) == (present != 0))
                check_evidence(finding, "%s", line);
        }
}

/* Whether it was as incomplete when the predecessor was made. */
static bool was_open(const GPtrArray *before, const struct fixes_advisory *advisory)
{
    const struct fixes_advisory *then = before == NULL ? NULL : fixes_find(before, advisory->name);
    return then != NULL && then->missing == advisory->missing;
}

static void report(const struct place *place, struct check_result *result,
                   const struct fixes_advisory *advisory, const GPtrArray *before)
{
    const struct release *then = place->checking->before;
    bool waived = advisory->state == FIXES_WAIVED;
    bool old = !waived && was_open(before, advisory);
    struct check_finding *finding = check_find(
        result, waived ? CHECK_OK : CHECK_FAIL, "%s%s%s: %u of %u part%s%s%s%s%s", place->title,
        *place->title == '\0' ? "" : ": ", advisory->name, advisory->present, advisory->parts->len,
        advisory->parts->len == 1 ? "" : "s", waived ? ", waived: " : "",
        waived ? advisory->reason : "", old ? ", as in " : "", old ? then->version : "");
    add_parts(finding, advisory);
}

/* The advisories that are whole, in one sentence. */
static void report_whole(const struct place *place, struct check_result *result,
                         const GPtrArray *advisories)
{
    guint inherited = 0, carried = 0, needless = 0;
    for (guint i = 0; i < advisories->len; i++) {
        const struct fixes_advisory *advisory = g_ptr_array_index(advisories, i);
        inherited += advisory->inherited;
        needless += advisory->state == FIXES_NONE_NEEDED;
        carried +=
            advisory->missing == 0 && !advisory->inherited && advisory->state != FIXES_NONE_NEEDED;
    }
    check_find(
        result, CHECK_OK,
        "%s%swhole in this line: %u advisories; whole before it forked: %u; not affecting it: "
        "%u",
        place->title, *place->title == '\0' ? "" : ": ", carried, inherited, needless);
}

static GPtrArray *cover_before(const struct place *place, GError **error)
{
    const struct release *before = place->checking->before;
    gint64 then = before->tag_time > 0 ? before->tag_time : before->commit_time;
    return fixes_cover(place->fixes, (guint)place->node_before, then, error);
}

static bool cover_place(const struct place *place, struct check_result *result, GError **error)
{
    struct checking *checking = place->checking;
    const char *const where[] = {checking->line, checking->version,
                                 checking->branch != NULL ? checking->branch : checking->line,
                                 NULL};
    g_autoptr(GPtrArray) advisories =
        fixes_cover(place->fixes, place->node, checking->until, error);
    g_autoptr(GPtrArray) before = NULL;
    if (advisories != NULL && place->node_before >= 0)
        before = cover_before(place, error);
    if (advisories == NULL || (place->node_before >= 0 && before == NULL))
        return false;
    fixes_waive(advisories, checking->home, where);
    for (guint i = 0; i < advisories->len; i++) {
        const struct fixes_advisory *advisory = g_ptr_array_index(advisories, i);
        if (advisory->missing > 0)
            report(place, result, advisory, before);
    }
    report_whole(place, result, advisories);
    return true;
}

/* What the notes will have a row for. */
static void report_claims(struct checking *checking, struct check_result *result)
{
    gint from = checking->before != NULL ? (gint)checking->before->node : -1;
    g_autoptr(GPtrArray) names = fixes_claimed(checking->fixes, from, checking->node);
    struct check_finding *finding =
        check_find(result, CHECK_OK, "named as fixed since %s: %u advisories",
                   checking->before != NULL ? checking->before->version : "the start", names->len);
    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv(" ", (char **)names->pdata);
    if (*list != '\0')
        check_evidence(finding, "%s", list);
}

bool check_advisories(struct checking *checking, struct check_result *result, GError **error)
{
    const struct place place = {
        .checking = checking,
        .fixes = checking->fixes,
        .book = checking->book,
        .node = checking->node,
        .node_before = checking->before != NULL ? (gint)checking->before->node : -1,
        .title = "",
    };
    if (checking->no_twins != NULL)
        check_find(result, CHECK_WARN, "equal changes were not looked for: %s", checking->no_twins);
    if (!cover_place(&place, result, error))
        return false;
    report_claims(checking, result);
    return true;
}

/* A companion as of the commit that is pinned here. */
static bool cover_companion(struct checking *checking, const struct home_repository *companion,
                            const struct pin *pin, struct check_result *result, GError **error)
{
    g_autoptr(Book) book = book_open(checking->history, checking->home, companion->name, error);
    if (book == NULL)
        return false;
    g_autoptr(Twins) twins = twins_open(checking->history, checking->home, companion, NULL);
    g_autoptr(Fixes) fixes = fixes_open(book, twins, error);
    struct place place = {checking, fixes, book, 0, -1, companion->title};
    if (fixes == NULL)
        return false;
    if (!graph_node(book_graph(book), pin->commit_id, &place.node))
        return fault_raise(error, FAULT_NOINPUT, "%s lacks the commit %.12s", companion->name,
                           pin->commit);
    struct check_finding *finding =
        check_find(result, CHECK_OK, "%s is pinned at %s", companion->title, pin->written);
    check_evidence(finding, "%.10s in %s (%s)", pin->commit, companion->pin_file, pin->variable);
    return cover_place(&place, result, error);
}

static bool check_companion(struct checking *checking, const struct home_repository *companion,
                            struct check_result *result, GError **error)
{
    struct pin pin = {0};
    struct source *source = check_source(checking, error);
    if (source == NULL || !source_pin(source, checking->commit, companion, &pin, error))
        return false;
    bool done = true;
    if (pin.written == NULL)
        check_find(result, CHECK_WARN, "%s is not pinned: no %s in %s", companion->title,
                   companion->pin_variables[0], companion->pin_file);
    else
        done = cover_companion(checking, companion, &pin, result, error);
    pin_clear(&pin);
    return done;
}

/* What is not mined, or lacks a commit, is a finding: the other checks go on. */
bool check_companions(struct checking *checking, struct check_result *result, GError **error)
{
    for (guint i = 0; i < checking->home->repositories->len; i++) {
        const struct home_repository *companion =
            g_ptr_array_index(checking->home->repositories, i);
        g_autoptr(GError) reason = NULL;
        if (companion->pin_file != NULL && !check_companion(checking, companion, result, &reason) &&
            !check_forgive(result, CHECK_FAIL, &reason, error))
            return false;
    }
    return true;
}
