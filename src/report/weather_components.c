#include "clock.h"
#include "growth.h"
#include "regions.h"
#include "shifts.h"
#include "weather_parts.h"

#include <string.h>

/* Who wrote a commit, and when it counts; -1: it is in no window. */
struct entry {
    gint16 year; /* place among the report's years */
    gint8 span;  /* 0 the subject, 1 what it is compared with */
    gint64 person, employer;
};

struct region_counts {
    gint64 commits[2];
    GHashTable *people[2];
    GHashTable *employers[2]; /* number -> commits */
    gint64 *years;
    gint64 last; /* the commit that was counted last */
};

struct counting {
    const struct weather_plan *plan;
    struct regions *regions;
    struct entry *entries; /* by node: the subject's windows */
    gint16 *years;         /* by node: place of its year, -1 */
    GArray **regions_of;   /* by path id: GArray of guint; NULL: none */
    guint paths;
    struct region_counts *counts;
};

static guint spans_of(const struct weather_plan *plan)
{
    return plan->against == WEATHER_NO_WINDOW ? 1 : 2;
}

/* Which commits lie in the windows `first` to `last`, told one by one. */
typedef void (*teller)(struct counting *counting, guint window, guint node,
                       struct store_statement *query);

static bool tell_commits(struct counting *counting, guint first, guint last, teller tell,
                         GError **error)
{
    struct book *book = counting->plan->book;
    struct store_statement *query = store_statement(book_store(book), "weather_commits");
    bool row = false;
    guint node = 0;
    store_bind_int(query, 1, first);
    store_bind_int(query, 2, last);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (graph_node(book_graph(book), store_int(query, 1), &node))
            tell(counting, (guint)store_int(query, 0), node, query);
    }
}

/* No commit lies both in the subject and in what it is compared with. */
static void take_entry(struct counting *counting, guint window, guint node,
                       struct store_statement *query)
{
    struct entry *entry = &counting->entries[node];
    entry->span = window == counting->plan->subject ? 0 : 1;
    entry->person = store_column_is_null(query, 2) ? -1 : store_int(query, 2);
    entry->employer = store_int(query, 3);
}

static void take_year(struct counting *counting, guint window, guint node,
                      struct store_statement *query)
{
    (void)query;
    counting->years[node] = (gint16)(window - counting->plan->first_year_window);
}

static bool read_windows(struct counting *counting, GError **error)
{
    const struct weather_plan *plan = counting->plan;
    guint size = graph_size(book_graph(plan->book));
    counting->entries = g_new0(struct entry, size + 1);
    counting->years = g_new(gint16, size + 1);
    for (guint node = 0; node < size; node++) {
        counting->entries[node].span = -1;
        counting->years[node] = -1;
    }
    return tell_commits(counting, plan->subject, plan->subject, take_entry, error) &&
           (spans_of(plan) == 1 ||
            tell_commits(counting, plan->against, plan->against, take_entry, error)) &&
           (plan->years == 0 ||
            tell_commits(counting, plan->first_year_window,
                         plan->first_year_window + plan->years - 1, take_year, error));
}

static GArray *regions_with(const struct regions *regions, const char *path)
{
    GArray *found = NULL;
    for (guint region = 0; region < regions_count(regions); region++) {
        if (!regions_hold(regions, region, path))
            continue;
        if (found == NULL)
            found = g_array_new(FALSE, FALSE, sizeof region);
        g_array_append_val(found, region);
    }
    return found;
}

static bool read_paths(struct counting *counting, GError **error)
{
    struct store_statement *query =
        store_statement(book_store(counting->plan->book), "selection_paths");
    g_autoptr(GPtrArray) found = g_ptr_array_new();
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            break;
        if (!row)
            break;
        guint id = (guint)store_int(query, 0);
        if (id >= found->len)
            g_ptr_array_set_size(found, (gint)id + 1);
        found->pdata[id] = regions_with(counting->regions, store_text(query, 1));
    }
    counting->paths = found->len;
    counting->regions_of = (GArray **)g_ptr_array_free(g_steal_pointer(&found), FALSE);
    return !row;
}

static void add_one(GHashTable *counts, gint64 who)
{
    gpointer key = GINT_TO_POINTER((gint)who);
    gint so_far = GPOINTER_TO_INT(g_hash_table_lookup(counts, key));
    g_hash_table_insert(counts, key, GINT_TO_POINTER(so_far + 1));
}

static void count_in(struct counting *counting, guint region, guint node)
{
    struct region_counts *counts = &counting->counts[region];
    const struct entry *entry = &counting->entries[node];
    if (counts->last == (gint64)node)
        return;
    counts->last = (gint64)node;
    if (counting->years[node] >= 0)
        counts->years[counting->years[node]]++;
    if (entry->span < 0)
        return;
    counts->commits[entry->span]++;
    if (entry->person >= 0)
        add_one(counts->people[entry->span], entry->person);
    add_one(counts->employers[entry->span], entry->employer);
}

/* All changes in order of their commits: one pass, where a window for each component would be many.
 */
static bool count_changes(struct counting *counting, GError **error)
{
    struct book *book = counting->plan->book;
    struct store_statement *query = store_statement(book_store(book), "weather_touches");
    bool row = false;
    gint64 last = -1;
    guint node = 0;
    bool known = false;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        gint64 commit_id = store_int(query, 0);
        if (commit_id != last)
            known = graph_node(book_graph(book), commit_id, &node);
        last = commit_id;
        guint path = (guint)store_int(query, 1);
        const GArray *regions = known && path < counting->paths ? counting->regions_of[path] : NULL;
        for (guint i = 0; regions != NULL && i < regions->len; i++)
            count_in(counting, g_array_index(regions, guint, i), node);
    }
}

static void counts_init(struct counting *counting)
{
    guint count = regions_count(counting->regions);
    counting->counts = g_new0(struct region_counts, count);
    for (guint i = 0; i < count; i++) {
        struct region_counts *counts = &counting->counts[i];
        counts->years = g_new0(gint64, counting->plan->years + 1);
        counts->last = -1;
        for (guint span = 0; span < 2; span++) {
            counts->people[span] = g_hash_table_new(NULL, NULL);
            counts->employers[span] = g_hash_table_new(NULL, NULL);
        }
    }
}

static void counting_clear(struct counting *counting)
{
    guint count = counting->regions == NULL ? 0 : regions_count(counting->regions);
    for (guint i = 0; counting->counts != NULL && i < count; i++) {
        g_free(counting->counts[i].years);
        for (guint span = 0; span < 2; span++) {
            g_hash_table_unref(counting->counts[i].people[span]);
            g_hash_table_unref(counting->counts[i].employers[span]);
        }
    }
    for (guint i = 0; i < counting->paths; i++)
        if (counting->regions_of[i] != NULL)
            g_array_unref(counting->regions_of[i]);
    g_free(counting->regions_of);
    g_free(counting->counts);
    g_free(counting->entries);
    g_free(counting->years);
    regions_free(counting->regions);
}

/* The employer with the most commits now; of equals the first by name. */
static gint64 leading(const struct weather_plan *plan, const struct region_counts *counts)
{
    GHashTableIter iter;
    gpointer who = NULL, commits = NULL;
    gint64 best = 0, most = 0;
    g_hash_table_iter_init(&iter, counts->employers[0]);
    while (g_hash_table_iter_next(&iter, &who, &commits)) {
        gint64 employer = GPOINTER_TO_INT(who), has = GPOINTER_TO_INT(commits);
        if (employer <= 0 || has < most)
            continue;
        if (has == most && strcmp(book_employer_name(plan->book, employer),
                                  book_employer_name(plan->book, best)) > 0)
            continue;
        best = employer;
        most = has;
    }
    return best;
}

static struct shifts shifts_of(const struct weather_plan *plan, const struct region_counts *counts)
{
    gint64 employer = leading(plan, counts);
    gpointer key = GINT_TO_POINTER((gint)employer);
    return (struct shifts){
        .commits = counts->commits[0],
        .commits_before = counts->commits[1],
        .people = g_hash_table_size(counts->people[0]),
        .people_before = g_hash_table_size(counts->people[1]),
        .employer = employer == 0 ? NULL : book_employer_name(plan->book, employer),
        .its = GPOINTER_TO_INT(g_hash_table_lookup(counts->employers[0], key)),
        .its_before = GPOINTER_TO_INT(g_hash_table_lookup(counts->employers[1], key)),
    };
}

/* Such a year would look like a fall. */
static bool is_partial(const struct weather_plan *plan, guint year)
{
    const struct reading *reading =
        selection_reading(plan->selection, plan->first_year_window + year);
    return reading->until < clock_day(plan->first_year + (int)year + 1, 1, 1);
}

static json_t *years_json(const struct weather_plan *plan, const struct region_counts *counts)
{
    json_t *years = json_array();
    for (guint i = 0; i < plan->years; i++)
        if (!is_partial(plan, i))
            json_array_append_new(years, json_pack("{s:i, s:I}", "year", plan->first_year + (int)i,
                                                   "commits", (json_int_t)counts->years[i]));
    return years;
}

static bool has_commits(const struct region_counts *counts)
{
    return counts->commits[0] + counts->commits[1] > 0;
}

static json_t *component_row(const struct counting *counting, guint region)
{
    const struct weather_plan *plan = counting->plan;
    const struct region_counts *counts = &counting->counts[region];
    struct shifts shifts = shifts_of(plan, counts);
    bool pair = spans_of(plan) == 2;
    g_autofree char *sentence =
        pair ? shifts_sentence(&shifts)
             : g_strdup_printf("%" G_GINT64_FORMAT " commits.", shifts.commits);
    json_t *row =
        json_pack("{s:s, s:I, s:I, s:s?, s:I}", "name", regions_name(counting->regions, region),
                  "commits", (json_int_t)shifts.commits, "people", (json_int_t)shifts.people,
                  "employer", shifts.employer, "employer_commits", (json_int_t)shifts.its);
    json_object_set_new(row, "before", pair ? json_integer(shifts.commits_before) : json_null());
    json_object_set_new(row, "growth_percent",
                        pair ? growth_json(shifts.commits_before, shifts.commits) : json_null());
    json_object_set_new(row, "people_before",
                        pair ? json_integer(shifts.people_before) : json_null());
    json_object_set_new(row, "employer_commits_before",
                        pair ? json_integer(shifts.its_before) : json_null());
    json_object_set_new(row, "changed", pair ? json_string(shifts_figure(&shifts)) : json_null());
    json_object_set_new(row, "sentence", json_string(sentence));
    json_object_set_new(row, "years", years_json(plan, counts));
    return row;
}

static bool count_all(struct counting *counting, GError **error)
{
    counting->regions = regions_load(counting->plan->book, error);
    if (counting->regions == NULL)
        return false;
    counts_init(counting);
    return read_windows(counting, error) && read_paths(counting, error) &&
           count_changes(counting, error);
}

bool weather_add_components(struct weather_making *making, json_t *report, GError **error)
{
    const struct weather_plan *plan = making->plan;
    struct counting counting = {.plan = plan};
    bool done = count_all(&counting, error);
    json_t *rows = json_array(), *quiet = json_array();
    for (guint i = 0; done && i < regions_count(counting.regions); i++)
        if (has_commits(&counting.counts[i]))
            json_array_append_new(rows, component_row(&counting, i));
        else
            json_array_append_new(quiet, json_string(regions_name(counting.regions, i)));
    if (done)
        json_object_set_new(
            report, "components",
            json_pack("{s:s, s:o, s:o, s:O, s:O}", "counts", regions_rule(counting.regions),
                      "reading", weather_reading(making, plan->subject), "before_reading",
                      weather_reading(making, plan->against), "rows", rows, "quiet", quiet));
    json_decref(rows);
    json_decref(quiet);
    counting_clear(&counting);
    return done;
}
