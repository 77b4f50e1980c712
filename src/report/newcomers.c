#include "as_of.h"
#include "deeds.h"
#include "fault.h"
#include "figures.h"
#include "growth.h"
#include "journeys.h"
#include "maintainers.h"
#include "reviewers.h"

#include <string.h>

#define MOST_NAMES 3

/* A release that opens a line, and who wrote their first commit in it. */
struct arrival {
    const struct release *release;
    GArray *all;           /* struct contributor: who wrote in it */
    GArray *new;           /* those who came */
    GHashTable *authors;   /* person + 1 of `all` with a commit */
    GHashTable *came;      /* person + 1 -> GHashTable of reviewers: person + 1 -> times + 0 */
    GHashTable *reviewers; /* person + 1 -> times: of all newcomers */
};

struct welcome {
    const struct journeys_question *question;
    struct selection *selection;
    struct reviewers *reviewers;
    const struct people *people;
    GPtrArray *arrivals; /* struct arrival *, in the order of versions */
};

static gpointer key_of(gint64 person)
{
    return GUINT_TO_POINTER((guint)person + 1);
}

static void unref_table(gpointer table)
{
    g_hash_table_unref(table);
}

static void arrival_free(gpointer pointer)
{
    struct arrival *arrival = pointer;
    if (arrival->all != NULL)
        g_array_unref(arrival->all);
    if (arrival->new != NULL)
        g_array_unref(arrival->new);
    g_hash_table_unref(arrival->authors);
    g_hash_table_unref(arrival->came);
    g_hash_table_unref(arrival->reviewers);
    g_free(arrival);
}

static struct arrival *arrival_at(const struct welcome *welcome, guint i)
{
    return g_ptr_array_index(welcome->arrivals, i);
}

static bool opens_line(const struct release_list *list, const struct release *release)
{
    if (release->predecessor < 0)
        return true;
    const struct release *before = g_ptr_array_index(list->releases, (guint)release->predecessor);
    return !g_str_equal(before->line, release->line);
}

static bool add_arrival(struct welcome *welcome, const struct release *release, GError **error)
{
    g_autoptr(Reading) reading = reading_new();
    guint window = 0;
    reading->window = READING_RELEASE;
    reading->branches = READING_ANY;
    reading->release = g_strdup(release->version);
    struct arrival *arrival = g_new0(struct arrival, 1);
    arrival->release = release;
    arrival->authors = g_hash_table_new(NULL, NULL);
    arrival->came = g_hash_table_new_full(NULL, NULL, NULL, unref_table);
    arrival->reviewers = g_hash_table_new(NULL, NULL);
    g_ptr_array_add(welcome->arrivals, arrival);
    return selection_add(welcome->selection, reading, &window, error);
}

static bool choose(struct welcome *welcome, GError **error)
{
    const struct release_list *list = book_releases(welcome->question->book, error);
    const char *name = welcome->question->release;
    const struct release *asked =
        list == NULL || name == NULL ? NULL : releases_find(list, name, error);
    if (list == NULL || (name != NULL && asked == NULL))
        return false;
    bool there = asked == NULL;
    for (guint i = 0; i < list->releases->len; i++) {
        const struct release *release = g_ptr_array_index(list->releases, i);
        there |= release == asked;
        if ((release == asked || opens_line(list, release)) &&
            !add_arrival(welcome, release, error))
            return false;
    }
    if (!there)
        return fault_raise(error, FAULT_NOINPUT,
                           "%s is no release: barograph releases lists those there are", name);
    return welcome->arrivals->len > 0 ||
           fault_raise(error, FAULT_NOINPUT,
                       "no tag is a release: barograph releases --ignored says why");
}

static bool count_arrival(struct welcome *welcome, guint i, GError **error)
{
    struct arrival *arrival = arrival_at(welcome, i);
    arrival->all = figures_contributors(welcome->selection, i, FIGURES_BY_PERSON,
                                        FIGURE_BIT(FIGURE_COMMITS), error);
    arrival->new = arrival->all == NULL
                       ? NULL
                       : figures_first_seen(welcome->selection, i, FIGURES_BY_PERSON, error);
    if (arrival->new == NULL)
        return false;
    for (guint j = 0; j < arrival->all->len; j++)
        g_hash_table_add(arrival->authors,
                         key_of(g_array_index(arrival->all, struct contributor, j).who));
    for (guint j = 0; j < arrival->new->len; j++)
        g_hash_table_insert(arrival->came,
                            key_of(g_array_index(arrival->new, struct contributor, j).who),
                            g_hash_table_new(NULL, NULL));
    return true;
}

static void note_review(GHashTable *times, guint person)
{
    guint count = GPOINTER_TO_UINT(g_hash_table_lookup(times, key_of(person)));
    g_hash_table_insert(times, key_of(person), GUINT_TO_POINTER(count + 1));
}

static bool note_reviews(struct welcome *welcome, GError **error)
{
    struct store_statement *query =
        store_statement(book_store(welcome->question->book), "newcomers_lines");
    bool row = false;
    store_bind_int(query, 1, 0);
    store_bind_int(query, 2, selection_count(welcome->selection) - 1);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        struct arrival *arrival = arrival_at(welcome, (guint)store_int(query, 0));
        gint64 author = store_int(query, 1);
        GHashTable *times = g_hash_table_lookup(arrival->came, key_of(author));
        guint person =
            reviewers_find(welcome->reviewers, store_int(query, 3), store_int(query, 2)).person;
        if (times == NULL || person == author)
            continue;
        note_review(times, person);
        note_review(arrival->reviewers, person);
    }
}

struct named_times {
    const char *name;
    guint times;
};

static int compare_times(gconstpointer a, gconstpointer b)
{
    const struct named_times *left = a, *right = b;
    if (left->times != right->times)
        return left->times > right->times ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* The first names with how often, and how many more: "Jan Beulich 12, Wei Liu 3, and 4 more". */
static char *name_most(const struct welcome *welcome, GHashTable *times)
{
    g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct named_times));
    GString *text = g_string_new(NULL);
    GHashTableIter iter;
    gpointer person = NULL, count = NULL;
    g_hash_table_iter_init(&iter, times);
    while (g_hash_table_iter_next(&iter, &person, &count)) {
        struct named_times one = {people_name(welcome->people, GPOINTER_TO_UINT(person) - 1),
                                  GPOINTER_TO_UINT(count)};
        g_array_append_val(list, one);
    }
    g_array_sort(list, compare_times);
    for (guint i = 0; i < MIN(list->len, MOST_NAMES); i++) {
        const struct named_times *one = &g_array_index(list, struct named_times, i);
        g_string_append_printf(text, "%s%s %u", i > 0 ? ", " : "", one->name, one->times);
    }
    if (list->len > MOST_NAMES)
        g_string_append_printf(text, ", and %u more", list->len - MOST_NAMES);
    return g_string_free(text, FALSE);
}

/* The next release that opens a line, which a release of its own is not followed by at once. */
static const struct arrival *next_of(const struct welcome *welcome, guint i)
{
    const struct arrival *here = arrival_at(welcome, i);
    const struct release_list *list = book_releases(welcome->question->book, NULL);
    for (guint j = i + 1; list != NULL && j < welcome->arrivals->len; j++) {
        const struct arrival *next = arrival_at(welcome, j);
        if (opens_line(list, next->release) &&
            !g_str_equal(next->release->line, here->release->line))
            return next;
    }
    return NULL;
}

static guint count_back(const struct arrival *arrival, const struct arrival *next)
{
    guint back = 0;
    for (guint i = 0; i < arrival->new->len; i++) {
        const struct contributor *one = &g_array_index(arrival->new, struct contributor, i);
        if (g_hash_table_contains(next->authors, key_of(one->who)))
            back++;
    }
    return back;
}

static void add_percent(struct table *table, guint part, guint whole)
{
    if (whole == 0)
        table_none(table);
    else
        table_real(table, share_percent(part, whole));
}

static void add_row(const struct welcome *welcome, struct table *table, guint i)
{
    const struct arrival *arrival = arrival_at(welcome, i), *next = next_of(welcome, i);
    guint came = arrival->new->len;
    guint back = next == NULL ? 0 : count_back(arrival, next);
    g_autofree char *names = name_most(welcome, arrival->reviewers);
    table_string(table, arrival->release->version);
    journeys_add_day(table, as_of_release(arrival->release));
    table_int(table, arrival->all->len);
    table_int(table, came);
    add_percent(table, came, arrival->all->len);
    table_string(table, next == NULL ? NULL : next->release->version);
    if (next == NULL) {
        table_none(table);
        table_none(table);
    } else {
        table_int(table, back);
        add_percent(table, back, came);
    }
    table_int(table, g_hash_table_size(arrival->reviewers));
    table_string(table, names);
}

static struct table *releases_table(const struct welcome *welcome)
{
    static const struct table_column columns[] = {
        {"release", "Release", TABLE_KIND_STRING, 0},
        {"date", "Date", TABLE_KIND_STRING, 0},
        {"people", "People", TABLE_KIND_INT, 0},
        {"newcomers", "Newcomers", TABLE_KIND_INT, 0},
        {"newcomers_percent", "%", TABLE_KIND_REAL, 1},
        {"next", "Next", TABLE_KIND_STRING, 0},
        {"came_back", "Came back", TABLE_KIND_INT, 0},
        {"came_back_percent", "%", TABLE_KIND_REAL, 1},
        {"reviewers", "Reviewers", TABLE_KIND_INT, 0},
        {"reviewed_by", "Who reviewed them", TABLE_KIND_STRING, 0},
    };
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    for (guint i = 0; i < welcome->arrivals->len; i++)
        add_row(welcome, table, i);
    return table;
}

/* What came later of one who came. */
struct path {
    gint64 first_commit, first_review; /* 0: never */
    const struct release *kept_in;     /* the first release whose MAINTAINERS names them */
    char *section;
};

static void path_clear(gpointer pointer)
{
    g_free(((struct path *)pointer)->section);
}

static bool walk_deeds(const struct welcome *welcome, GArray *paths, GError **error)
{
    g_autoptr(GArray) deeds =
        deeds_read(welcome->question->book, welcome->reviewers, READING_ALL, error);
    for (guint i = 0; deeds != NULL && i < deeds->len; i++) {
        const struct deed *deed = &g_array_index(deeds, struct deed, i);
        struct path *path = &g_array_index(paths, struct path, deed->person);
        gint64 *first = deed->kind == DEED_COMMIT ? &path->first_commit : &path->first_review;
        if (*first == 0)
            *first = deed->time;
    }
    return deeds != NULL;
}

static void note_keepers(const struct welcome *welcome, const struct maintainers *file,
                         const struct release *release, GArray *paths)
{
    for (guint i = 0; i < maintainers_count(file); i++) {
        const struct maintainers_section *section = maintainers_section(file, i);
        for (guint j = 0; j < section->people->len; j++) {
            const struct maintainer *one = g_ptr_array_index(section->people, j);
            guint person = reviewers_person(welcome->reviewers, one->name, one->address);
            struct path *path = person == PEOPLE_NOBODY || one->reviewer
                                    ? NULL
                                    : &g_array_index(paths, struct path, person);
            if (path == NULL || path->kept_in != NULL)
                continue;
            path->kept_in = release;
            path->section = g_utf8_make_valid(section->name, -1);
        }
    }
}

static bool walk_maintainers(const struct welcome *welcome, GArray *paths, GError **error)
{
    const struct journeys_question *question = welcome->question;
    g_autoptr(Source) source = source_open(book_store(question->book), question->home,
                                           book_repository(question->book)->name, error);
    if (source == NULL)
        return false;
    for (guint i = 0; i < welcome->arrivals->len; i++) {
        const struct release *release = arrival_at(welcome, i)->release;
        g_autofree char *text = NULL;
        gsize length = 0;
        if (!source_read_any(source, release->commit, "MAINTAINERS", SOURCE_MOST, &text, &length,
                             error))
            return false;
        g_autoptr(Maintainers) file = maintainers_parse(text == NULL ? "" : text, length);
        note_keepers(welcome, file, release, paths);
    }
    return true;
}

static void add_person(const struct welcome *welcome, struct table *table,
                       const struct arrival *arrival, const struct arrival *next,
                       const struct contributor *one, const struct path *path)
{
    struct book *book = welcome->question->book;
    g_autofree char *names =
        name_most(welcome, g_hash_table_lookup(arrival->came, key_of(one->who)));
    g_autofree char *kept = path->kept_in == NULL
                                ? NULL
                                : g_strdup_printf("%s: %s", path->kept_in->version, path->section);
    const char *employer = NULL;
    for (guint i = 0; i < arrival->all->len; i++) {
        const struct contributor *same = &g_array_index(arrival->all, struct contributor, i);
        if (same->who == one->who && same->employer != 0)
            employer = book_employer_name(book, same->employer);
    }
    table_string(table, one->name);
    table_string(table, employer);
    journeys_add_day(table, path->first_commit);
    table_int(table, one->value[FIGURE_COMMITS]);
    if (next == NULL)
        table_none(table);
    else
        table_bool(table, g_hash_table_contains(next->authors, key_of(one->who)));
    journeys_add_day(table, path->first_review);
    table_string(table, kept);
    table_string(table, names);
}

static struct table *people_table(const struct welcome *welcome, GError **error)
{
    static const struct table_column columns[] = {
        {"person", "Person", TABLE_KIND_STRING, 0},
        {"employer", "Employer", TABLE_KIND_STRING, 0},
        {"first_patch", "First patch", TABLE_KIND_STRING, 0},
        {"commits", "Commits", TABLE_KIND_INT, 0},
        {"came_back", "Came back", TABLE_KIND_BOOL, 0},
        {"first_review", "First review", TABLE_KIND_STRING, 0},
        {"first_maintained", "First maintained", TABLE_KIND_STRING, 0},
        {"reviewed_by", "Who reviewed them", TABLE_KIND_STRING, 0},
    };
    g_autoptr(GArray) paths = g_array_new(FALSE, TRUE, sizeof(struct path));
    g_array_set_clear_func(paths, path_clear);
    g_array_set_size(paths, people_count(welcome->people));
    if (!walk_deeds(welcome, paths, error) || !walk_maintainers(welcome, paths, error))
        return NULL;
    struct table *table = table_new(columns, G_N_ELEMENTS(columns));
    const struct release_list *list = book_releases(welcome->question->book, error);
    const struct release *asked =
        list == NULL ? NULL : releases_find(list, welcome->question->release, error);
    for (guint i = 0; i < welcome->arrivals->len; i++) {
        const struct arrival *arrival = arrival_at(welcome, i);
        for (guint j = 0; arrival->release == asked && j < arrival->new->len; j++) {
            const struct contributor *one = &g_array_index(arrival->new, struct contributor, j);
            add_person(welcome, table, arrival, next_of(welcome, i), one,
                       &g_array_index(paths, struct path, one->who));
        }
    }
    return table;
}

static char *tell(const struct welcome *welcome)
{
    const struct reading *reading = selection_reading(welcome->selection, 0);
    g_autofree char *text = reading_describe_series(
        reading, welcome->question->release == NULL ? "each release that opens a line, since its "
                                                      "predecessor"
                                                    : welcome->question->release);
    return g_strdup_printf(
        "Counted: %s.\n"
        "Newcomers wrote their first commit there: none in what led to the predecessor. They came "
        "back when they wrote a commit in the next release that opens a line.\n"
        "First patch, review (Reviewed-by or Acked-by of another's commit) and file (M: in "
        "MAINTAINERS at a release that opens a line) are those of the whole history, all branches.",
        text);
}

static bool count(struct welcome *welcome, GError **error)
{
    if (!choose(welcome, error) ||
        !selection_fill(welcome->selection, welcome->arrivals->len, error))
        return false;
    for (guint i = 0; i < welcome->arrivals->len; i++)
        if (!count_arrival(welcome, i, error))
            return false;
    return note_reviews(welcome, error);
}

bool newcomers_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                    GError **error)
{
    struct welcome welcome = {
        .question = question,
        .selection = selection_new(question->book),
        .people = book_people(question->book, PEOPLE_MAILMAP, error),
        .arrivals = g_ptr_array_new_with_free_func(arrival_free),
    };
    if (welcome.people != NULL)
        welcome.reviewers = reviewers_new(question->book, PEOPLE_MAILMAP, NULL, error);
    struct table *table = NULL;
    if (welcome.reviewers != NULL && count(&welcome, error))
        table =
            question->release == NULL ? releases_table(&welcome) : people_table(&welcome, error);
    if (table != NULL)
        *ret_answer = (struct journeys_answer){table, tell(&welcome)};
    reviewers_free(welcome.reviewers);
    selection_free(welcome.selection);
    g_ptr_array_unref(welcome.arrivals);
    return table != NULL;
}
