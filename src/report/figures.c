#include "figures.h"

#include "fault.h"
#include "near.h"

#include <string.h>

static const struct {
    const char *name, *label, *rule;
} catalogue[FIGURE_COUNT] = {
    [FIGURE_COMMITS] = {"commits", "Commits",
                        "commits in the window; merges when the reading counts them"},
    [FIGURE_PEOPLE] = {"people", "People", "persons who wrote a commit"},
    [FIGURE_EMPLOYERS] = {"employers", "Employers",
                          "employers for whom a commit was written, by address and author date; "
                          "groups in parentheses, such as (unknown), are none"},
    [FIGURE_NEWCOMERS] = {"newcomers", "Newcomers",
                          "persons who wrote a commit here and none before: not in what led to "
                          "the start of a range, not earlier on the same branches for days"},
    [FIGURE_LINES_ADDED] = {"lines-added", "Lines added",
                            "lines added by commits that are no merges"},
    [FIGURE_LINES_REMOVED] = {"lines-removed", "Lines removed",
                              "lines removed by commits that are no merges"},
    [FIGURE_REVIEWS] = {"reviews", "Reviews", "Reviewed-by lines in messages, wherever they stand"},
    [FIGURE_ACKS] = {"acks", "Acks", "Acked-by lines in messages, wherever they stand"},
    [FIGURE_TESTS] = {"tests", "Tests", "Tested-by lines in messages, wherever they stand"},
    [FIGURE_REPORTS] = {"reports", "Reports", "Reported-by lines in messages, wherever they stand"},
};

const char *figure_name(enum figure figure)
{
    return catalogue[figure].name;
}

const char *figure_label(enum figure figure)
{
    return catalogue[figure].label;
}

const char *figure_rule(enum figure figure)
{
    return catalogue[figure].rule;
}

bool figure_parse(const char *name, enum figure *ret_figure, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint figure = 0; figure < FIGURE_COUNT; figure++) {
        if (g_str_equal(catalogue[figure].name, name)) {
            *ret_figure = (enum figure)figure;
            return true;
        }
        g_ptr_array_add(names, (gpointer)(guintptr)catalogue[figure].name);
    }
    g_autofree char *near = near_words(name, names);
    return fault_raise(error, FAULT_USAGE, "there is no figure \"%s\"%s%s", name,
                       *near == '\0' ? ": barograph figure --help lists them" : ": is it ", near);
}

/* A statement that counts, and what its columns after the first are added to. */
struct count {
    const char *statement;
    guint columns;
    enum figure figures[4];
};

static const struct count window_counts[] = {
    {"figures_newcomers", 1, {FIGURE_NEWCOMERS}},
    {"figures_lines", 2, {FIGURE_LINES_ADDED, FIGURE_LINES_REMOVED}},
    {"figures_credits", 4, {FIGURE_REVIEWS, FIGURE_ACKS, FIGURE_TESTS, FIGURE_REPORTS}},
};

static const struct count contributor_counts[] = {
    {"contributors_lines", 2, {FIGURE_LINES_ADDED, FIGURE_LINES_REMOVED}},
    {"contributors_credits", 4, {FIGURE_REVIEWS, FIGURE_ACKS, FIGURE_TESTS, FIGURE_REPORTS}},
};

static bool wanted(const struct count *count, guint mask)
{
    for (guint i = 0; i < count->columns; i++)
        if ((mask & FIGURE_BIT(count->figures[i])) != 0)
            return true;
    return false;
}

static void add_columns(struct store_statement *query, const struct count *count, gint64 *value)
{
    for (guint i = 0; i < count->columns; i++)
        value[count->figures[i]] += store_int(query, (int)i + 1);
}

static bool count_windows(struct selection *selection, const struct count *count, guint first,
                          guint last, GArray *figures, GError **error)
{
    struct store_statement *query =
        store_statement(book_store(selection_book(selection)), count->statement);
    bool row = false;
    store_bind_int(query, 1, first);
    store_bind_int(query, 2, last);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        guint window = (guint)store_int(query, 0);
        add_columns(query, count, g_array_index(figures, struct figures, window - first).value);
    }
}

/* Whoever was not there yet. NULL was nobody. */
static bool is_new(GHashTable *seen, struct store_statement *row, int column)
{
    return !store_column_is_null(row, column) &&
           g_hash_table_add(seen, GINT_TO_POINTER((gint)store_int(row, column)));
}

static void count_head(struct store_statement *row, GHashTable *people, GHashTable *employers,
                       gint64 *value)
{
    value[FIGURE_COMMITS]++;
    value[FIGURE_PEOPLE] += is_new(people, row, 1);
    if (store_int(row, 2) > 0)
        value[FIGURE_EMPLOYERS] += is_new(employers, row, 2);
}

/* Commits, and how many people and employers they are of. */
static bool count_heads(struct selection *selection, guint first, guint last, GArray *figures,
                        GError **error)
{
    struct store_statement *query =
        store_statement(book_store(selection_book(selection)), "figures_heads");
    g_autoptr(GHashTable) people = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) employers = g_hash_table_new(NULL, NULL);
    guint current = first;
    bool row = false;
    store_bind_int(query, 1, first);
    store_bind_int(query, 2, last);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        guint window = (guint)store_int(query, 0);
        if (window != current) {
            g_hash_table_remove_all(people);
            g_hash_table_remove_all(employers);
            current = window;
        }
        count_head(query, people, employers,
                   g_array_index(figures, struct figures, window - first).value);
    }
}

/* Credit lines name people who may have written nothing: only an employer's need them known. */
static bool employer_asked(const struct selection *selection, guint first, guint last)
{
    for (guint window = first; window <= last; window++)
        if (selection_reading(selection, window)->employer != NULL)
            return true;
    return false;
}

GArray *figures_count(struct selection *selection, guint first, guint last, guint mask,
                      GError **error)
{
    g_autoptr(GArray) figures = g_array_new(FALSE, TRUE, sizeof(struct figures));
    g_array_set_size(figures, last - first + 1);
    if ((mask & FIGURE_CREDITS) != 0 && employer_asked(selection, first, last) &&
        !selection_fill_credits(selection, first, last, error))
        return NULL;
    if ((mask & FIGURE_LINES) != 0 && !selection_fill_monsters(selection, first, last, error))
        return NULL;
    if ((mask & FIGURE_HEADS) != 0 && !count_heads(selection, first, last, figures, error))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(window_counts); i++)
        if (wanted(&window_counts[i], mask) &&
            !count_windows(selection, &window_counts[i], first, last, figures, error))
            return NULL;
    return g_steal_pointer(&figures);
}

/* The contributors of one window while they are gathered. */
struct gathering {
    struct selection *selection;
    guint window;
    enum figures_by by;
    GArray *contributors;
    GHashTable *places; /* who -> place in contributors, + 1 */
    GPtrArray *people;  /* by place: GHashTable of those who wrote for them */
};

static void clear_contributor(gpointer pointer)
{
    g_free(((struct contributor *)pointer)->name);
}

static struct contributor *contributor_at(struct gathering *gathering, gint64 who)
{
    gpointer key = GINT_TO_POINTER((gint)who);
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(gathering->places, key));
    if (place == 0) {
        struct contributor contributor = {.who = who};
        g_array_append_val(gathering->contributors, contributor);
        place = gathering->contributors->len;
        g_hash_table_insert(gathering->places, key, GUINT_TO_POINTER(place));
        g_ptr_array_add(gathering->people, g_hash_table_new(NULL, NULL));
    }
    return &g_array_index(gathering->contributors, struct contributor, place - 1);
}

static struct store_statement *ask(struct gathering *gathering, const char *statement)
{
    struct store_statement *query =
        store_statement(book_store(selection_book(gathering->selection)), statement);
    store_bind_int(query, 1, gathering->window);
    return query;
}

static bool gather(struct gathering *gathering, const struct count *count, GError **error)
{
    struct store_statement *query = ask(gathering, count->statement);
    bool row = false;
    store_bind_int(query, 2, gathering->by);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (store_column_is_null(query, 0))
            continue;
        add_columns(query, count, contributor_at(gathering, store_int(query, 0))->value);
    }
}

static void gather_head(struct gathering *gathering, struct store_statement *row)
{
    struct contributor *one = contributor_at(gathering, store_int(row, 0));
    guint place = (guint)(one - (struct contributor *)(void *)gathering->contributors->data);
    gint64 time = store_int(row, 2);
    bool first = one->value[FIGURE_COMMITS]++ == 0;
    one->value[FIGURE_PEOPLE] += is_new(g_ptr_array_index(gathering->people, place), row, 1);
    one->first = first ? time : MIN(one->first, time);
    one->last = first ? time : MAX(one->last, time);
}

static bool gather_heads(struct gathering *gathering, GError **error)
{
    struct store_statement *query = ask(gathering, "contributors_heads");
    bool row = false;
    store_bind_int(query, 2, gathering->by);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (!store_column_is_null(query, 0))
            gather_head(gathering, query);
    }
}

/* The first row of each person is the one that counts most. */
static bool gather_employers(struct gathering *gathering, const char *statement, GError **error)
{
    struct store_statement *query = ask(gathering, statement);
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        struct contributor *contributor = contributor_at(gathering, store_int(query, 0));
        if (contributor->employer == 0)
            contributor->employer = store_int(query, 1);
    }
}

static bool name_contributors(struct gathering *gathering, GError **error)
{
    for (guint i = 0; i < gathering->contributors->len; i++) {
        struct contributor *one = &g_array_index(gathering->contributors, struct contributor, i);
        const char *name =
            gathering->by == FIGURES_BY_EMPLOYER
                ? book_employer_name(selection_book(gathering->selection), one->who)
                : selection_person_name(gathering->selection, gathering->window, one->who, error);
        if (name == NULL)
            return false;
        one->name = g_utf8_make_valid(name, -1);
    }
    return true;
}

static gint64 credits_of(const struct contributor *contributor)
{
    gint64 credits = 0;
    for (guint figure = FIGURE_REVIEWS; figure <= FIGURE_REPORTS; figure++)
        credits += contributor->value[figure];
    return credits;
}

static int compare_contributors(const void *a, const void *b)
{
    const struct contributor *left = a, *right = b;
    gint64 order = right->value[FIGURE_COMMITS] - left->value[FIGURE_COMMITS];
    if (order == 0)
        order = credits_of(right) - credits_of(left);
    if (order != 0)
        return order < 0 ? -1 : 1;
    int by_name = strcmp(left->name, right->name);
    return by_name != 0 ? by_name : (left->who > right->who) - (left->who < right->who);
}

static bool gather_all(struct gathering *gathering, guint mask, GError **error)
{
    bool credits = (mask & FIGURE_CREDITS) != 0;
    if (credits &&
        !selection_fill_credits(gathering->selection, gathering->window, gathering->window, error))
        return false;
    if ((mask & FIGURE_LINES) != 0 &&
        !selection_fill_monsters(gathering->selection, gathering->window, gathering->window, error))
        return false;
    if ((mask & FIGURE_HEADS) != 0 && !gather_heads(gathering, error))
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(contributor_counts); i++)
        if (wanted(&contributor_counts[i], mask) &&
            !gather(gathering, &contributor_counts[i], error))
            return false;
    if (gathering->by == FIGURES_BY_EMPLOYER)
        return true;
    return gather_employers(gathering, "contributors_employers", error) &&
           (!credits || gather_employers(gathering, "contributors_credit_employers", error));
}

static void gathering_init(struct gathering *gathering, struct selection *selection, guint window,
                           enum figures_by by)
{
    bool employers = selection_reading(selection, window)->people == READING_EMPLOYER;
    *gathering = (struct gathering){
        .selection = selection,
        .window = window,
        .by = employers ? FIGURES_BY_EMPLOYER : by,
        .contributors = g_array_new(FALSE, TRUE, sizeof(struct contributor)),
        .places = g_hash_table_new(NULL, NULL),
        .people = g_ptr_array_new_with_free_func((GDestroyNotify)g_hash_table_unref),
    };
    g_array_set_clear_func(gathering->contributors, clear_contributor);
}

/* Frees all but the contributors, and those too when something went wrong. */
static GArray *gathering_end(struct gathering *gathering, bool done)
{
    g_hash_table_unref(gathering->places);
    g_ptr_array_unref(gathering->people);
    if (done) {
        g_array_sort(gathering->contributors, compare_contributors);
        return gathering->contributors;
    }
    g_array_unref(gathering->contributors);
    return NULL;
}

GArray *figures_contributors(struct selection *selection, guint window, enum figures_by by,
                             guint mask, GError **error)
{
    struct gathering gathering;
    gathering_init(&gathering, selection, window, by);
    bool done = gather_all(&gathering, mask, error) && name_contributors(&gathering, error);
    return gathering_end(&gathering, done);
}

GArray *figures_first_seen(struct selection *selection, guint window, enum figures_by by,
                           GError **error)
{
    struct gathering gathering;
    gathering_init(&gathering, selection, window, by);
    struct count count = {gathering.by == FIGURES_BY_EMPLOYER ? "contributors_new_employers"
                                                              : "contributors_new_people",
                          1,
                          {FIGURE_COMMITS}};
    bool done = gather(&gathering, &count, error) && name_contributors(&gathering, error);
    return gathering_end(&gathering, done);
}
