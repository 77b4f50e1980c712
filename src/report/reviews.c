#include "reviews.h"

#include "clock.h"
#include "employers.h"
#include "fault.h"
#include "imports.h"
#include "reviewers.h"
#include "selection.h"
#include "series.h"

#include <math.h>
#include <string.h>

#define DAY 86400

/* A row while it is counted. */
struct tally {
    gint64 key;
    struct reviews_row row;
    GHashTable *reviewers; /* person + 1 */
    GArray *seconds;       /* from author to committer */
};

struct counting {
    struct book *book;
    const struct reviews_question *question;
    struct selection *selection;
    struct reviewers *reviewers;
    struct imports *imports;
    GPtrArray *tallies;      /* struct tally *, in the order they were met */
    GHashTable *places;      /* key -> struct tally */
    struct tally *total;     /* one of all */
    GPtrArray *window_names; /* char *, of years and releases */
    GHashTable *left_out;    /* years whose commits have no days */
    GArray *lines;           /* struct line, in the order of the commits */
    gint64 unknown;          /* the number of (unknown) */
};

struct line {
    guint window;
    gint64 commit_id, identity;
};

struct written {
    guint window;
    gint64 commit_id, person, employer, author_time, commit_time;
};

static void tally_free(gpointer pointer)
{
    struct tally *tally = pointer;
    g_free(tally->row.name);
    g_hash_table_unref(tally->reviewers);
    g_array_unref(tally->seconds);
    g_free(tally);
}

static struct tally *tally_new(gint64 key)
{
    struct tally *tally = g_new0(struct tally, 1);
    tally->key = key;
    tally->reviewers = g_hash_table_new(NULL, NULL);
    tally->seconds = g_array_new(FALSE, FALSE, sizeof(gint64));
    return tally;
}

static struct tally *tally_of(struct counting *counting, gint64 key)
{
    struct tally *tally = g_hash_table_lookup(counting->places, &key);
    if (tally != NULL)
        return tally;
    tally = tally_new(key);
    g_ptr_array_add(counting->tallies, tally);
    g_hash_table_insert(counting->places, &tally->key, tally);
    return tally;
}

double reviews_rank_days(const gint64 *sorted, guint count, double part)
{
    if (count == 0)
        return NAN;
    guint rank = (guint)ceil(part * count);
    double days = (double)sorted[CLAMP(rank, 1, count) - 1] / DAY;
    return round(days * 10) / 10;
}

static int compare_seconds(gconstpointer a, gconstpointer b)
{
    gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;
    return (left > right) - (left < right);
}

static void finish(struct tally *tally)
{
    GArray *seconds = tally->seconds;
    g_array_sort(seconds, compare_seconds);
    const gint64 *sorted = (const gint64 *)(const void *)seconds->data;
    tally->row.reviewers = g_hash_table_size(tally->reviewers);
    tally->row.timed = seconds->len;
    tally->row.median_days = reviews_rank_days(sorted, seconds->len, 0.5);
    tally->row.p90_days = reviews_rank_days(sorted, seconds->len, 0.9);
}

/* What others said about one commit. */
struct verdict {
    GArray *approvers; /* struct reviewer, each person once */
    bool independent, certain;
};

static bool has_approved(const GArray *approvers, guint person)
{
    for (guint i = 0; i < approvers->len; i++)
        if (g_array_index(approvers, struct reviewer, i).person == person)
            return true;
    return false;
}

/* Takes the lines of this commit, which come in the order of the commits, from *at on. */
static struct verdict judge(struct counting *counting, const struct written *commit, guint *at)
{
    struct verdict verdict = {.approvers = g_array_new(FALSE, FALSE, sizeof(struct reviewer))};
    for (; *at < counting->lines->len; ++*at) {
        const struct line *line = &g_array_index(counting->lines, struct line, *at);
        if (line->window != commit->window || line->commit_id != commit->commit_id)
            break;
        struct reviewer one =
            reviewers_find(counting->reviewers, line->identity, commit->author_time);
        if (one.person == commit->person)
            continue;
        bool differ = one.employer != commit->employer;
        verdict.independent |= differ;
        verdict.certain |=
            differ && one.employer != counting->unknown && commit->employer != counting->unknown;
        if (!has_approved(verdict.approvers, one.person))
            g_array_append_val(verdict.approvers, one);
    }
    return verdict;
}

static void add_written(struct counting *counting, struct tally *tally,
                        const struct written *commit, const struct verdict *verdict)
{
    tally->row.commits++;
    tally->row.approved += verdict->approvers->len > 0;
    tally->row.independent += verdict->independent;
    tally->row.certain += verdict->certain;
    int year = clock_year(commit->commit_time);
    if (imports_has(counting->imports, year)) {
        g_hash_table_add(counting->left_out, GINT_TO_POINTER(year));
        return;
    }
    gint64 seconds = MAX(commit->commit_time - commit->author_time, 0);
    g_array_append_val(tally->seconds, seconds);
}

static void add_given(struct tally *tally, struct reviewer reviewer)
{
    tally->row.approvals++;
    g_hash_table_add(tally->reviewers, GUINT_TO_POINTER(reviewer.person + 1));
}

/* The row that a commit is written in, and the one an approval of it is given in. */
static gint64 key_of(const struct counting *counting, const struct written *commit,
                     const char *area, const struct reviewer *giver)
{
    switch (counting->question->by) {
    case REVIEWS_BY_EMPLOYER:
        return giver == NULL ? commit->employer : giver->employer;
    case REVIEWS_BY_PERSON:
        return giver == NULL ? commit->person : giver->person;
    case REVIEWS_BY_COMPONENT:
        return g_quark_from_string(area);
    default:
        return commit->window;
    }
}

static void add_commit(struct counting *counting, const struct written *commit, const char *area,
                       const struct verdict *verdict)
{
    gint64 key = key_of(counting, commit, area, NULL);
    add_written(counting, tally_of(counting, key), commit, verdict);
    add_written(counting, counting->total, commit, verdict);
    for (guint i = 0; i < verdict->approvers->len; i++) {
        struct reviewer one = g_array_index(verdict->approvers, struct reviewer, i);
        add_given(tally_of(counting, key_of(counting, commit, area, &one)), one);
        add_given(counting->total, one);
    }
}

static bool read_lines(struct counting *counting, GError **error)
{
    struct store_statement *query = store_statement(book_store(counting->book), "reviews_lines");
    bool row = false;
    store_bind_int(query, 1, 0);
    store_bind_int(query, 2, selection_count(counting->selection) - 1);
    store_bind_int(query, 3, counting->question->any_spelling);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        struct line line = {(guint)store_int(query, 0), store_int(query, 1), store_int(query, 2)};
        g_array_append_val(counting->lines, line);
    }
}

static bool count_commit(struct counting *counting, struct store_statement *query, guint *at,
                         GError **error)
{
    struct written commit = {(guint)store_int(query, 0), store_int(query, 1), store_int(query, 2),
                             store_int(query, 3),        store_int(query, 4), store_int(query, 5)};
    const char *area = NULL;
    if (counting->question->by == REVIEWS_BY_COMPONENT &&
        !areas_of(counting->question->areas, commit.commit_id, store_text(query, 6), &area, NULL,
                  error))
        return false;
    struct verdict verdict = judge(counting, &commit, at);
    add_commit(counting, &commit, area, &verdict);
    g_array_unref(verdict.approvers);
    return true;
}

static bool count_commits(struct counting *counting, GError **error)
{
    struct store_statement *query = store_statement(book_store(counting->book), "reviews_commits");
    bool row = false;
    guint at = 0;
    store_bind_int(query, 1, 0);
    store_bind_int(query, 2, selection_count(counting->selection) - 1);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (!count_commit(counting, query, &at, error))
            return false;
    }
}

static bool add_windows(struct counting *counting, GError **error)
{
    const struct reviews_question *question = counting->question;
    guint window = 0;
    switch (question->by) {
    case REVIEWS_BY_YEAR:
        return series_years(counting->selection, question->reading, counting->window_names, error);
    case REVIEWS_BY_RELEASE:
        return series_releases(counting->selection, question->reading, question->ends,
                               counting->window_names, error);
    default:
        return selection_add(counting->selection, question->reading, &window, error);
    }
}

static bool fill(struct counting *counting, GError **error)
{
    const struct reading *reading = counting->question->reading;
    enum people_map map = reading->people == READING_RAW ? PEOPLE_RAW : PEOPLE_MAILMAP;
    if (!add_windows(counting, error) || !selection_fill(counting->selection, 0, error))
        return false;
    counting->unknown = book_employer_number(counting->book, EMPLOYER_UNKNOWN);
    counting->imports = imports_find(counting->book, error);
    counting->reviewers =
        counting->imports == NULL
            ? NULL
            : reviewers_new(counting->book, map, (const char *const *)reading->joins, error);
    return counting->reviewers != NULL && read_lines(counting, error) &&
           count_commits(counting, error);
}

static bool name_row(struct counting *counting, struct tally *tally, GError **error)
{
    struct book *book = counting->book;
    const char *name = NULL;
    if (counting->question->by == REVIEWS_BY_COMPONENT)
        name = g_quark_to_string((GQuark)tally->key);
    else if (counting->question->by == REVIEWS_BY_EMPLOYER)
        name = book_employer_name(book, tally->key);
    else if (counting->question->by == REVIEWS_BY_PERSON)
        name = selection_person_name(counting->selection, 0, tally->key, error);
    else
        name = g_ptr_array_index(counting->window_names, (guint)tally->key);
    tally->row.group = counting->question->by == REVIEWS_BY_EMPLOYER && tally->key < 0;
    tally->row.name = name == NULL ? NULL : g_utf8_make_valid(name, -1);
    return name != NULL;
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
    const struct reviews_row *left = a, *right = b;
    if (left->commits != right->commits)
        return left->commits > right->commits ? -1 : 1;
    if (left->approvals != right->approvals)
        return left->approvals > right->approvals ? -1 : 1;
    return strcmp(left->name, right->name);
}

static void clear_row(gpointer pointer)
{
    g_free(((struct reviews_row *)pointer)->name);
}

static bool in_windows(const struct counting *counting)
{
    return counting->question->by == REVIEWS_BY_YEAR ||
           counting->question->by == REVIEWS_BY_RELEASE;
}

static bool take_rows(struct counting *counting, struct reviews *reviews, GError **error)
{
    for (guint i = 0; in_windows(counting) && i < counting->window_names->len; i++)
        tally_of(counting, i);
    for (guint i = 0; i < counting->tallies->len; i++) {
        struct tally *tally = g_ptr_array_index(counting->tallies, i);
        finish(tally);
        if (!name_row(counting, tally, error))
            return false;
    }
    for (guint i = 0; i < counting->tallies->len; i++) {
        gint64 key = i;
        struct tally *tally = in_windows(counting) ? tally_of(counting, key)
                                                   : g_ptr_array_index(counting->tallies, i);
        /* The years between a root dated 1970 and the rest are none of the project's. */
        if (tally->row.commits == 0 && counting->question->by == REVIEWS_BY_YEAR)
            continue;
        g_array_append_val(reviews->rows, tally->row);
        tally->row.name = NULL;
    }
    if (!in_windows(counting))
        g_array_sort(reviews->rows, compare_rows);
    finish(counting->total);
    reviews->total = counting->total->row;
    return true;
}

static void take_reading(const struct counting *counting, struct reviews *reviews)
{
    const struct reading *reading = selection_reading(counting->selection, 0);
    const char *series = counting->question->by == REVIEWS_BY_YEAR ? "each calendar year"
                         : in_windows(counting) ? "each release since its predecessor"
                                                : NULL;
    reviews->text = reading_describe_series(reading, series);
    reviews->reading = reading_json(reading);
    json_object_set_new(reviews->reading, "text", json_string(reviews->text));
    if (series != NULL)
        json_object_set_new(reviews->reading, "window",
                            json_pack("{s:s, s:s}", "kind", "series", "name", series));
    reviews->imported = imports_sentence(counting->left_out);
    if (counting->question->by == REVIEWS_BY_COMPONENT)
        reviews->grouping =
            g_strdup_printf("Components: %s.", areas_rule(counting->question->areas));
}

static void counting_clear(struct counting *counting)
{
    selection_free(counting->selection);
    reviewers_free(counting->reviewers);
    imports_free(counting->imports);
    g_hash_table_unref(counting->places);
    g_ptr_array_unref(counting->tallies);
    tally_free(counting->total);
    g_ptr_array_unref(counting->window_names);
    g_hash_table_unref(counting->left_out);
    g_array_unref(counting->lines);
}

static bool refuse_empty(const struct counting *counting, GError **error)
{
    if (counting->total->row.commits > 0)
        return true;
    bool releases = counting->question->by == REVIEWS_BY_RELEASE;
    g_autofree char *window = reading_window_name(counting->question->reading);
    return fault_raise(error, FAULT_NOINPUT,
                       "by this reading there is no commit (%s): choose another window, or look at "
                       "--employer and --path",
                       releases ? "in any release" : window);
}

struct reviews *reviews_count(struct book *book, const struct reviews_question *question,
                              GError **error)
{
    if (question->reading->people == READING_EMPLOYER) {
        fault_raise(error, FAULT_USAGE,
                    "reviews tells people apart: --people is raw or mailmap here");
        return NULL;
    }
    struct counting counting = {
        .book = book,
        .question = question,
        .selection = selection_new(book),
        .tallies = g_ptr_array_new_with_free_func(tally_free),
        .places = g_hash_table_new(g_int64_hash, g_int64_equal),
        .total = tally_new(0),
        .window_names = g_ptr_array_new_with_free_func(g_free),
        .left_out = g_hash_table_new(NULL, NULL),
        .lines = g_array_new(FALSE, FALSE, sizeof(struct line)),
    };
    g_autoptr(Reviews) reviews = g_new0(struct reviews, 1);
    reviews->rows = g_array_new(FALSE, FALSE, sizeof(struct reviews_row));
    g_array_set_clear_func(reviews->rows, clear_row);
    bool done = fill(&counting, error) && refuse_empty(&counting, error) &&
                take_rows(&counting, reviews, error);
    if (done)
        take_reading(&counting, reviews);
    counting_clear(&counting);
    return done ? g_steal_pointer(&reviews) : NULL;
}

void reviews_free(struct reviews *reviews)
{
    if (reviews == NULL)
        return;
    g_array_unref(reviews->rows);
    json_decref(reviews->reading);
    g_free(reviews->text);
    g_free(reviews->grouping);
    g_free(reviews->imported);
    g_free(reviews);
}

static const char approval_exact[] =
    "Approved: a Reviewed-by or Acked-by line, spelt so, by somebody who did not write the commit.";
static const char approval_any[] =
    "Approved: a Reviewed-by or Acked-by line, or one taken for it (Reviwed-by, Acked by, "
    "Tentatively-Acked-by), by somebody who did not write the commit.";
static const char independent[] =
    "Independent: one of those worked for another employer on the author date; (unknown) differs "
    "from an employer, not from (unknown). Certain: neither side is (unknown).";
static const char days[] =
    "Days: from the author's date to the committer's, median and nine of ten, by nearest rank; a "
    "weak stand-in for the time that review took.";

const char *const *reviews_rules(bool any_spelling)
{
    static const char *const rules[2][4] = {{approval_exact, independent, days, NULL},
                                            {approval_any, independent, days, NULL}};
    return rules[any_spelling];
}
