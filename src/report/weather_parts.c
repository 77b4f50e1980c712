#include "weather_parts.h"

#include "growth.h"

#include <string.h>

#define TOP_SIX 6

struct weather_notes {
    GHashTable *numbers; /* sentence -> number */
    json_t *readings;
};

struct weather_notes *weather_notes_new(void)
{
    struct weather_notes *notes = g_new0(struct weather_notes, 1);
    notes->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    notes->readings = json_array();
    return notes;
}

void weather_notes_free(struct weather_notes *notes)
{
    if (notes == NULL)
        return;
    g_hash_table_unref(notes->numbers);
    json_decref(notes->readings);
    g_free(notes);
}

static json_t *note(struct weather_notes *notes, const struct reading *reading, const char *series)
{
    g_autofree char *text = reading_describe_series(reading, series);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(notes->numbers, text));
    if (number == 0) {
        json_t *object = reading_json(reading);
        number = (guint)json_array_size(notes->readings) + 1;
        json_object_set_new(object, "number", json_integer(number));
        if (series != NULL) {
            json_object_set_new(object, "text", json_string(text));
            json_object_set_new(object, "window",
                                json_pack("{s:s, s:s}", "kind", "series", "name", series));
        }
        json_array_append_new(notes->readings, object);
        g_hash_table_insert(notes->numbers, g_steal_pointer(&text), GUINT_TO_POINTER(number));
    }
    return json_integer(number);
}

json_t *weather_notes_json(const struct weather_notes *notes)
{
    return json_incref(notes->readings);
}

json_t *weather_reading(struct weather_making *making, guint window)
{
    if (window == WEATHER_NO_WINDOW)
        return json_null();
    return note(making->notes, selection_reading(making->plan->selection, window), NULL);
}

json_t *weather_reading_series(struct weather_making *making, guint first, const char *series)
{
    return note(making->notes, selection_reading(making->plan->selection, first), series);
}

static GHashTable *commits_by_who(const GArray *contributors)
{
    GHashTable *commits = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < contributors->len; i++) {
        const struct contributor *one = &g_array_index(contributors, struct contributor, i);
        g_hash_table_insert(commits, GINT_TO_POINTER((gint)one->who),
                            GINT_TO_POINTER((gint)one->value[FIGURE_COMMITS]));
    }
    return commits;
}

bool weather_rank(struct weather_making *making, guint window, guint against, enum figures_by by,
                  guint mask, struct weather_ranking *ret_ranking, GError **error)
{
    struct selection *selection = making->plan->selection;
    struct weather_ranking ranking = {0};
    ranking.now = figures_contributors(selection, window, by, mask, error);
    if (ranking.now == NULL)
        return false;
    for (guint i = 0; i < ranking.now->len; i++)
        ranking.whole += g_array_index(ranking.now, struct contributor, i).value[FIGURE_COMMITS];
    if (against != WEATHER_NO_WINDOW) {
        g_autoptr(GArray) then =
            figures_contributors(selection, against, by, FIGURE_BIT(FIGURE_COMMITS), error);
        if (then == NULL) {
            weather_ranking_clear(&ranking);
            return false;
        }
        ranking.then = commits_by_who(then);
    }
    *ret_ranking = ranking;
    return true;
}

void weather_ranking_clear(struct weather_ranking *ranking)
{
    g_clear_pointer(&ranking->now, g_array_unref);
    g_clear_pointer(&ranking->then, g_hash_table_unref);
}

/* Sets `before` and `growth_percent`, or leaves both null when there is nothing to compare with. */
static void set_growth(json_t *row, const struct weather_ranking *ranking,
                       const struct contributor *one)
{
    gint64 before = 0;
    if (ranking->then != NULL)
        before =
            GPOINTER_TO_INT(g_hash_table_lookup(ranking->then, GINT_TO_POINTER((gint)one->who)));
    json_object_set_new(row, "before", ranking->then ? json_integer(before) : json_null());
    json_object_set_new(row, "growth_percent",
                        ranking->then ? growth_json(before, one->value[FIGURE_COMMITS])
                                      : json_null());
}

static json_t *commits_row(const struct weather_ranking *ranking, const struct contributor *one)
{
    gint64 commits = one->value[FIGURE_COMMITS];
    json_t *row = json_pack("{s:s, s:I, s:f}", "name", one->name, "commits", (json_int_t)commits,
                            "share_percent", share_percent(commits, ranking->whole));
    set_growth(row, ranking, one);
    return row;
}

static json_t *employer_of(const struct weather_making *making, const struct contributor *one)
{
    return one->employer == 0 ? json_null()
                              : json_string(book_employer_name(making->plan->book, one->employer));
}

json_t *weather_people(struct weather_making *making, const struct weather_ranking *ranking,
                       guint window)
{
    json_t *rows = json_array();
    guint total = 0;
    for (guint i = 0; i < ranking->now->len; i++) {
        const struct contributor *one = &g_array_index(ranking->now, struct contributor, i);
        if (one->value[FIGURE_COMMITS] == 0)
            break;
        if (total++ >= WEATHER_TOP)
            continue;
        json_t *row = commits_row(ranking, one);
        json_object_set_new(row, "employer", employer_of(making, one));
        json_array_append_new(rows, row);
    }
    return json_pack("{s:i, s:I, s:o, s:o}", "total", (int)total, "commits",
                     (json_int_t)ranking->whole, "rows", rows, "reading",
                     weather_reading(making, window));
}

/* How few employers, the largest first, make half of all commits; null when all of them together
 * do not. */
static json_t *concentration(const struct weather_ranking *ranking)
{
    json_t *names = json_array();
    gint64 sum = 0;
    for (guint i = 0; i < ranking->now->len && sum * 2 < ranking->whole; i++) {
        const struct contributor *one = &g_array_index(ranking->now, struct contributor, i);
        if (one->who < 0)
            continue;
        sum += one->value[FIGURE_COMMITS];
        json_array_append_new(names, json_string(one->name));
    }
    if (ranking->whole > 0 && sum * 2 >= ranking->whole)
        return json_pack("{s:i, s:o, s:f}", "employers", (int)json_array_size(names), "names",
                         names, "share_percent", share_percent(sum, ranking->whole));
    json_decref(names);
    return json_null();
}

static json_t *top_six(const struct weather_ranking *ranking)
{
    json_t *names = json_array();
    gint64 sum = 0;
    for (guint i = 0; i < ranking->now->len && json_array_size(names) < TOP_SIX; i++) {
        const struct contributor *one = &g_array_index(ranking->now, struct contributor, i);
        if (one->who < 0 || one->value[FIGURE_COMMITS] == 0)
            continue;
        sum += one->value[FIGURE_COMMITS];
        json_array_append_new(names, json_string(one->name));
    }
    return json_pack("{s:i, s:o, s:I, s:f}", "employers", (int)json_array_size(names), "names",
                     names, "commits", (json_int_t)sum, "share_percent",
                     share_percent(sum, ranking->whole));
}

/* Of employers that were named: their share together; null where nobody asked. */
static json_t *together(const struct weather_plan *plan, const struct weather_ranking *ranking)
{
    json_t *names = json_array();
    gint64 sum = 0;
    for (guint i = 0; i < plan->together->len; i++) {
        gint64 who = g_array_index(plan->together, gint64, i);
        json_array_append_new(names, json_string(book_employer_name(plan->book, who)));
        for (guint at = 0; at < ranking->now->len; at++) {
            const struct contributor *one = &g_array_index(ranking->now, struct contributor, at);
            sum += one->who == who ? one->value[FIGURE_COMMITS] : 0;
        }
    }
    if (plan->together->len > 0 && ranking->whole > 0)
        return json_pack("{s:i, s:o, s:I, s:f}", "employers", (int)plan->together->len, "names",
                         names, "commits", (json_int_t)sum, "share_percent",
                         share_percent(sum, ranking->whole));
    json_decref(names);
    return json_null();
}

json_t *weather_employers(struct weather_making *making, const struct weather_ranking *ranking,
                          guint window)
{
    json_t *rows = json_array(), *groups = json_array();
    guint total = 0;
    for (guint i = 0; i < ranking->now->len; i++) {
        const struct contributor *one = &g_array_index(ranking->now, struct contributor, i);
        if (one->value[FIGURE_COMMITS] == 0 || (one->who > 0 && total++ >= WEATHER_TOP))
            continue;
        json_t *row = commits_row(ranking, one);
        json_object_set_new(row, "people", json_integer(one->value[FIGURE_PEOPLE]));
        json_array_append_new(one->who > 0 ? rows : groups, row);
    }
    return json_pack("{s:i, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "total", (int)total, "commits",
                     (json_int_t)ranking->whole, "rows", rows, "groups", groups, "half",
                     concentration(ranking), "top_six", top_six(ranking), "together",
                     together(making->plan, ranking), "reading", weather_reading(making, window));
}

static gint64 credits_given(const struct contributor *one)
{
    return one->value[FIGURE_REVIEWS] + one->value[FIGURE_ACKS];
}

static int compare_reviewers(const void *a, const void *b)
{
    const struct contributor *left = *(const struct contributor *const *)a;
    const struct contributor *right = *(const struct contributor *const *)b;
    gint64 order = credits_given(right) - credits_given(left);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return strcmp(left->name, right->name);
}

static json_t *reviewer_row(const struct weather_making *making, const struct contributor *one)
{
    return json_pack("{s:s, s:o, s:I, s:I, s:I, s:I, s:I}", "name", one->name, "employer",
                     employer_of(making, one), "reviews", (json_int_t)one->value[FIGURE_REVIEWS],
                     "acks", (json_int_t)one->value[FIGURE_ACKS], "tests",
                     (json_int_t)one->value[FIGURE_TESTS], "reports",
                     (json_int_t)one->value[FIGURE_REPORTS], "commits",
                     (json_int_t)one->value[FIGURE_COMMITS]);
}

json_t *weather_reviewers(struct weather_making *making, const struct weather_ranking *ranking,
                          guint window)
{
    g_autoptr(GPtrArray) reviewers = g_ptr_array_new();
    json_t *rows = json_array();
    for (guint i = 0; i < ranking->now->len; i++) {
        struct contributor *one = &g_array_index(ranking->now, struct contributor, i);
        if (credits_given(one) > 0)
            g_ptr_array_add(reviewers, one);
    }
    g_ptr_array_sort(reviewers, compare_reviewers);
    for (guint i = 0; i < reviewers->len && i < WEATHER_TOP; i++)
        json_array_append_new(rows, reviewer_row(making, g_ptr_array_index(reviewers, i)));
    return json_pack("{s:i, s:o, s:o}", "total", (int)reviewers->len, "rows", rows, "reading",
                     weather_reading(making, window));
}

static json_t *first_seen_list(struct weather_making *making, guint window, enum figures_by by,
                               GError **error)
{
    g_autoptr(GArray) seen = figures_first_seen(making->plan->selection, window, by, error);
    if (seen == NULL)
        return NULL;
    json_t *rows = json_array();
    for (guint i = 0; i < seen->len && i < WEATHER_TOP; i++) {
        const struct contributor *one = &g_array_index(seen, struct contributor, i);
        json_array_append_new(rows, json_pack("{s:s, s:I}", "name", one->name, "commits",
                                              (json_int_t)one->value[FIGURE_COMMITS]));
    }
    return json_pack("{s:i, s:o}", "total", (int)seen->len, "rows", rows);
}

json_t *weather_first_seen(struct weather_making *making, guint window, GError **error)
{
    json_t *employers = first_seen_list(making, window, FIGURES_BY_EMPLOYER, error);
    json_t *people =
        employers == NULL ? NULL : first_seen_list(making, window, FIGURES_BY_PERSON, error);
    if (people == NULL) {
        json_decref(employers);
        return NULL;
    }
    return json_pack("{s:o, s:o, s:o}", "employers", employers, "people", people, "reading",
                     weather_reading(making, window));
}

json_t *weather_figure(struct weather_making *making, enum figure figure, guint window,
                       const struct figures *now, guint against, const struct figures *then)
{
    gint64 value = now->value[figure], before = then == NULL ? 0 : then->value[figure];
    /* Readings are numbered as they come, and arguments come in no order. */
    json_t *reading = weather_reading(making, window);
    json_t *before_reading = weather_reading(making, against);
    return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o}", "figure", figure_name(figure),
                     "label", figure_label(figure), "counts", figure_rule(figure), "value",
                     (json_int_t)value, "before", then ? json_integer(before) : json_null(),
                     "growth_percent", then ? growth_json(before, value) : json_null(), "reading",
                     reading, "before_reading", before_reading);
}
