#include "explain.h"

#include "fault.h"
#include "neighbours.h"

static guint rules_of(struct claim claim, const struct reading *reading)
{
    static const guint figures[FIGURE_COUNT] = {
        [FIGURE_COMMITS] = NEIGHBOUR_MERGES,
        [FIGURE_PEOPLE] = NEIGHBOUR_MERGES | NEIGHBOUR_PEOPLE,
        [FIGURE_EMPLOYERS] = NEIGHBOUR_MERGES | NEIGHBOUR_EMPLOYERS,
        [FIGURE_NEWCOMERS] = NEIGHBOUR_MERGES | NEIGHBOUR_PEOPLE,
        [FIGURE_LINES_ADDED] = NEIGHBOUR_RENAMES | NEIGHBOUR_MONSTERS,
        [FIGURE_LINES_REMOVED] = NEIGHBOUR_RENAMES | NEIGHBOUR_MONSTERS,
        [FIGURE_REVIEWS] = NEIGHBOUR_MERGES,
        [FIGURE_ACKS] = NEIGHBOUR_MERGES,
        [FIGURE_TESTS] = NEIGHBOUR_MERGES,
        [FIGURE_REPORTS] = NEIGHBOUR_MERGES,
    };
    bool employers = claim.kind == CLAIM_TOP_SIX || claim.kind == CLAIM_SHARE ||
                     reading->employer != NULL || reading->people == READING_EMPLOYER;
    return figures[claim.figure] | (employers ? NEIGHBOUR_EMPLOYERS : 0);
}

static void free_explained(gpointer pointer)
{
    struct explained *explained = pointer;
    reading_free(explained->reading);
    g_free(explained->what);
    g_free(explained->reason);
    g_free(explained);
}

void explanation_free(struct explanation *explanation)
{
    if (explanation == NULL)
        return;
    g_ptr_array_unref(explanation->readings);
    g_free(explanation);
}

static struct explained *add(struct explanation *explanation, const struct reading *reading,
                             const char *what)
{
    struct explained *explained = g_new0(struct explained, 1);
    explained->reading = reading_copy(reading);
    explained->what = g_strdup(what);
    g_ptr_array_add(explanation->readings, explained);
    return explained;
}

static const struct release *last_candidate(const struct release *release)
{
    const GPtrArray *candidates = release->candidates;
    return candidates == NULL || candidates->len == 0
               ? NULL
               : g_ptr_array_index(candidates, candidates->len - 1);
}

/* Which ends of a release the tags at a range's ends are; false: none. */
static bool ends_of(const struct release_list *list, const struct release *release,
                    const struct release *from, const struct release *to,
                    enum reading_ends *ret_ends)
{
    if (release->predecessor < 0 ||
        g_ptr_array_index(list->releases, (guint)release->predecessor) != from)
        return false;
    *ret_ends = to == release ? READING_TAGS : READING_CANDIDATES;
    return to == release || to == last_candidate(release);
}

/* A range that is a release since its predecessor has the neighbours of one. */
static struct reading *as_release(struct book *book, const struct reading *reading)
{
    struct reading *same = reading_copy(reading);
    const struct release_list *list = book_releases(book, NULL);
    if (reading->window != READING_RANGE || reading->from == NULL || list == NULL)
        return same;
    const struct release *from = releases_find(list, reading->from, NULL);
    const struct release *to = releases_find(list, reading->to, NULL);
    for (guint i = 0; from != NULL && to != NULL && i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        if (!ends_of(list, release, from, to, &same->ends))
            continue;
        same->window = READING_RELEASE;
        same->release = g_strdup(release->version);
        g_clear_pointer(&same->from, g_free);
        g_clear_pointer(&same->to, g_free);
        break;
    }
    return same;
}

/* What cannot be counted says why; what can is numbered in `numbers` by its place. */
static void ask_neighbours(struct explanation *explanation, struct book *book,
                           struct claims *claims, const struct reading *reading, GArray *numbers)
{
    g_autoptr(Reading) base = as_release(book, reading);
    g_autoptr(GPtrArray) neighbours = neighbours_of(base, rules_of(explanation->claim, base));
    for (guint i = 0; i < neighbours->len; i++) {
        const struct neighbour *neighbour = g_ptr_array_index(neighbours, i);
        struct explained *explained = add(explanation, neighbour->reading, neighbour->what);
        g_autoptr(GError) reason = NULL;
        guint number = 0;
        if (!claims_add(claims, explanation->claim, neighbour->reading, &number, &reason))
            explained->reason = g_strdup(reason->message);
        g_array_append_val(numbers, number);
    }
}

static void take_value(struct claims *claims, struct explained *explained, guint number)
{
    g_autoptr(GError) reason = NULL;
    if (explained->reason != NULL)
        return;
    reading_free(explained->reading);
    explained->reading = reading_copy(claims_reading(claims, number));
    if (claims_commits(claims, number) == 0)
        explained->reason = g_strdup("no commits");
    else if (!claims_value(claims, number, &explained->value, &reason))
        explained->reason = g_strdup(reason->message);
}

/* The one that was asked for must have a value. */
static bool check_first(struct claims *claims, guint number, GError **error)
{
    double value = 0;
    if (claims_commits(claims, number) > 0)
        return claims_value(claims, number, &value, error);
    g_autofree char *text = reading_describe(claims_reading(claims, number));
    return fault_raise(error, FAULT_NOINPUT, "there are no commits to explain: %s", text);
}

static void measure(struct explanation *explanation)
{
    const struct explained *first = g_ptr_array_index(explanation->readings, 0);
    explanation->lowest = explanation->highest = first->value;
    for (guint i = 1; i < explanation->readings->len; i++) {
        const struct explained *one = g_ptr_array_index(explanation->readings, i);
        /* Employers are no people, so that row is no other count of the same. */
        if (one->reason != NULL || (one->reading->people == READING_EMPLOYER) !=
                                       (first->reading->people == READING_EMPLOYER))
            continue;
        explanation->lowest = MIN(explanation->lowest, one->value);
        explanation->highest = MAX(explanation->highest, one->value);
    }
    explanation->flips = explanation->lowest < 0 && explanation->highest > 0;
}

struct explanation *explain(struct book *book, struct claim claim, const struct reading *reading,
                            GError **error)
{
    g_autoptr(Explanation) explanation = g_new0(struct explanation, 1);
    explanation->claim = claim;
    explanation->readings = g_ptr_array_new_with_free_func(free_explained);
    g_autoptr(Claims) claims = claims_new(book);
    g_autoptr(GArray) numbers = g_array_new(FALSE, TRUE, sizeof(guint));
    guint number = 0;
    add(explanation, reading, NULL);
    if (!claims_add(claims, claim, reading, &number, error))
        return NULL;
    g_array_append_val(numbers, number);
    ask_neighbours(explanation, book, claims, reading, numbers);
    if (!claims_count(claims, error) || !check_first(claims, number, error))
        return NULL;
    for (guint i = 0; i < numbers->len; i++)
        take_value(claims, g_ptr_array_index(explanation->readings, i),
                   g_array_index(numbers, guint, i));
    measure(explanation);
    return g_steal_pointer(&explanation);
}

char *explanation_span(const struct explanation *explanation)
{
    const char *percent = claim_is_percent(explanation->claim) ? " %" : "";
    g_autofree char *low = claim_text(explanation->claim, explanation->lowest);
    g_autofree char *high = claim_text(explanation->claim, explanation->highest);
    if (g_str_equal(low, high))
        return g_strdup_printf("%s%s however you count", low, percent);
    return g_strdup_printf("between %s and %s%s, depending on how you count%s", low, high, percent,
                           explanation->flips ? ": some readings grow, others fall" : "");
}
