#include "selection.h"

#include "fault.h"
#include "monsters.h"
#include "places.h"
#include "range.h"
#include "selection_parts.h"
#include "shelf.h"

#define CHOSEN_COLUMNS 6 /* of the table `chosen` */

static void clear_part(gpointer pointer)
{
    g_free(((struct selection_part *)pointer)->key);
}

static void clear_window(gpointer pointer)
{
    struct selection_window *window = pointer;
    reading_free(window->reading);
    joins_free(window->joins);
}

struct selection *selection_new(struct book *book)
{
    struct selection *selection = g_new0(struct selection, 1);
    selection->book = book;
    selection->parts = g_array_new(FALSE, FALSE, sizeof(struct selection_part));
    selection->windows = g_array_new(FALSE, FALSE, sizeof(struct selection_window));
    g_array_set_clear_func(selection->parts, clear_part);
    g_array_set_clear_func(selection->windows, clear_window);
    return selection;
}

void selection_free(struct selection *selection)
{
    if (selection == NULL)
        return;
    g_array_unref(selection->parts);
    g_array_unref(selection->windows);
    regions_free(selection->regions);
    g_free(selection);
}

guint selection_count(const struct selection *selection)
{
    return selection->windows->len;
}

struct book *selection_book(const struct selection *selection)
{
    return selection->book;
}

struct selection_window *selection_window_at(const struct selection *selection, guint window)
{
    return &g_array_index(selection->windows, struct selection_window, window);
}

struct selection_part *selection_part_at(const struct selection *selection, guint part)
{
    return &g_array_index(selection->parts, struct selection_part, part);
}

const struct reading *selection_reading(const struct selection *selection, guint window)
{
    return selection_window_at(selection, window)->reading;
}

guint selection_part(const struct selection *selection, guint window)
{
    return selection_window_at(selection, window)->part;
}

/* Everything but the dates, the employer and the renames, which belong to a window. */
static char *part_key(const struct reading *reading)
{
    const char *from = reading->from_id != NULL ? reading->from_id : "";
    const char *to = reading->to_id != NULL ? reading->to_id : "";
    g_autofree char *joins =
        reading->joins == NULL ? g_strdup("") : g_strjoinv("\t", reading->joins);
    return g_strdup_printf("%d %d %d %d %d %s..%s %s\t%s\t%s", reading->window == READING_DATES,
                           reading->branches, reading->merges, reading->author_date,
                           reading->people, from, to, reading->path != NULL ? reading->path : "",
                           reading->component != NULL ? reading->component : "", joins);
}

static guint find_part(struct selection *selection, const struct selection_window *window)
{
    const struct reading *reading = window->reading;
    g_autofree char *key = part_key(reading);
    for (guint i = 0; i < selection->parts->len; i++) {
        struct selection_part *part = selection_part_at(selection, i);
        if (!g_str_equal(part->key, key))
            continue;
        part->since = MIN(part->since, reading->since);
        part->until = MAX(part->until, reading->until);
        return i;
    }
    struct selection_part part = {g_steal_pointer(&key), reading, window->joins, reading->since,
                                  reading->until};
    g_array_append_val(selection->parts, part);
    return selection->parts->len - 1;
}

/* A component by its name as the regions write it. */
static bool resolve_component(struct selection *selection, struct reading *reading, GError **error)
{
    guint region = 0;
    if (reading->component == NULL)
        return true;
    if (selection->regions == NULL)
        selection->regions = regions_load(selection->book, error);
    if (selection->regions == NULL ||
        !regions_find(selection->regions, reading->component, &region, error))
        return false;
    g_free(reading->component);
    reading->component = g_strdup(regions_name(selection->regions, region));
    return true;
}

bool selection_add(struct selection *selection, const struct reading *reading, guint *ret_window,
                   GError **error)
{
    g_autoptr(Reading) resolved = reading_copy(reading);
    struct selection_window window = {0};
    if (!range_resolve(selection->book, resolved, error) ||
        !resolve_component(selection, resolved, error))
        return false;
    g_autoptr(Joins) joins =
        joins_new(selection->book, (const char *const *)resolved->joins, error);
    if (joins == NULL ||
        (resolved->employer != NULL &&
         !book_find_employer(selection->book, resolved->employer, &window.employer, error)))
        return false;
    window.employer = joins_apply(joins, window.employer);
    window.joins = g_steal_pointer(&joins);
    window.reading = g_steal_pointer(&resolved);
    window.part = find_part(selection, &window);
    g_array_append_val(selection->windows, window);
    *ret_window = selection->windows->len - 1;
    return true;
}

static enum people_map map_of(const struct reading *reading)
{
    return reading->people == READING_RAW ? PEOPLE_RAW : PEOPLE_MAILMAP;
}

gint64 selection_employer_of(struct book *book, const struct joins *joins, guint node)
{
    return joins_apply(joins,
                       book_employer(book, book_author(book, node), book_time(book, node, true)));
}

gint64 selection_who(struct book *book, const struct people *people, const struct joins *joins,
                     guint node)
{
    if (people != NULL)
        return people_person(people, book_author(book, node));
    gint64 employer = selection_employer_of(book, joins, node);
    return employer > 0 ? employer : SELECTION_NOBODY;
}

bool selection_people(struct book *book, const struct reading *reading,
                      const struct people **ret_people, GError **error)
{
    *ret_people =
        reading->people == READING_EMPLOYER ? NULL : book_people(book, map_of(reading), error);
    return *ret_people != NULL || reading->people == READING_EMPLOYER;
}

static bool create_tables(struct store *store, GError **error)
{
    static const char *const statements[] = {
        "selection_create_windows",         "selection_create_known",
        "selection_create_known_employers", "selection_create_wanted",
        "selection_create_persons",         "selection_create_spans",
        "selection_create_monstrous",       "selection_create_selected",
        "selection_create_authored",        "selection_create_touched",
        "selection_clear_windows",          "selection_clear_known",
        "selection_clear_known_employers",  "selection_clear_wanted",
        "selection_clear_persons",          "selection_clear_spans",
        "selection_clear_monstrous",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++)
        if (!store_run(store_statement(store, statements[i]), error))
            return false;
    return true;
}

guint selection_joins(const struct selection *selection, const struct selection_window *window)
{
    static const char *const none[] = {NULL};
    for (guint i = 0;; i++) {
        const struct selection_window *other = selection_window_at(selection, i);
        char **joins = other->reading->joins;
        const char *const *left = joins == NULL ? none : (const char *const *)joins;
        const char *const *right =
            window->reading->joins == NULL ? none : (const char *const *)window->reading->joins;
        if (other == window || g_strv_equal(left, right))
            return i;
    }
}

/* The part's commits in order of their time; nodes of the graph. */
static GArray *choose(struct book *book, const struct selection_part *part, const guint8 *set)
{
    const struct reading *reading = part->reading;
    const guint *order = book_order(book, reading->author_date);
    GArray *chosen = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; i < graph_size(book_graph(book)); i++) {
        guint node = order[i];
        gint64 time = book_time(book, node, reading->author_date);
        if (set[node] != 0 && (reading->merges || !book_is_merge(book, node)) &&
            time >= part->since && time < part->until)
            g_array_append_val(chosen, node);
    }
    return chosen;
}

static void shelve(struct selection *selection, const struct selection_part *part,
                   const GArray *chosen, const struct people *people)
{
    const struct book *book = selection->book;
    for (guint i = 0; i < chosen->len; i++) {
        guint node = g_array_index(chosen, guint, i);
        gint64 who = selection_who(selection->book, people, part->joins, node);
        const gint64 row[CHOSEN_COLUMNS] = {
            ++selection->filled,
            book_time(book, node, part->reading->author_date),
            graph_commit_id(book_graph(book), node),
            book_time(book, node, true),
            who == SELECTION_NOBODY ? SHELF_NULL : who,
            selection_employer_of(selection->book, part->joins, node),
        };
        shelf_add(selection->chosen, row);
    }
}

/* How many of the chosen come before that time. */
static guint count_before(const struct book *book, const struct reading *reading,
                          const GArray *chosen, gint64 time)
{
    guint low = 0, high = chosen->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        guint node = g_array_index(chosen, guint, middle);
        if (book_time(book, node, reading->author_date) < time)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* `first` is the row of `chosen` that the part begins with. */
static bool fill_window(struct selection *selection, guint number, const GArray *chosen,
                        gint64 first, GError **error)
{
    const struct book *book = selection->book;
    struct store_statement *add = store_statement(book_store(book), "selection_add_window");
    const struct selection_window *window = selection_window_at(selection, number);
    const struct reading *reading = window->reading;
    store_bind_int(add, 1, number);
    store_bind_int(add, 2, window->part);
    store_bind_int(add, 3, first + count_before(book, reading, chosen, reading->since));
    store_bind_int(add, 4, first + count_before(book, reading, chosen, reading->until));
    store_bind_int(add, 5, reading->people);
    if (window->employer != 0)
        store_bind_int(add, 6, window->employer);
    store_bind_int(add, 7, reading->renames);
    store_bind_int(add, 8, reading->path != NULL || reading->component != NULL);
    store_bind_int(add, 9, selection_joins(selection, window));
    store_bind_int(add, 10, reading->monsters);
    return store_run(add, error);
}

static bool fill_windows(struct selection *selection, guint part, const GArray *chosen,
                         gint64 first, GError **error)
{
    for (guint i = 0; i < selection->windows->len; i++)
        if (selection_window_at(selection, i)->part == part &&
            !fill_window(selection, i, chosen, first, error))
            return false;
    return true;
}

static bool fill_part(struct selection *selection, guint number, GError **error)
{
    const struct selection_part *part = selection_part_at(selection, number);
    const struct people *people = NULL;
    if (!selection_people(selection->book, part->reading, &people, error))
        return false;
    g_autofree guint8 *set = range_set(selection->book, part->reading, error);
    if (set == NULL)
        return false;
    g_autoptr(GArray) chosen = choose(selection->book, part, set);
    gint64 first = selection->filled + 1;
    shelve(selection, part, chosen, people);
    return fill_windows(selection, number, chosen, first, error) &&
           places_keep(book_store(selection->book), number, first, selection->chosen, part->reading,
                       selection->regions, error);
}

bool selection_fill(struct selection *selection, guint known, GError **error)
{
    struct store *store = book_store(selection->book);
    selection->chosen = store_shelf(store, "chosen", "selection_create_chosen", CHOSEN_COLUMNS);
    selection->filled = 0;
    shelf_clear(selection->chosen);
    if (!create_tables(store, error))
        return false;
    for (guint i = 0; i < selection->parts->len; i++)
        if (!fill_part(selection, i, error) || !selection_fill_known(selection, i, known, error))
            return false;
    return true;
}

bool selection_fill_monsters(struct selection *selection, guint first, guint last, GError **error)
{
    struct store *store = book_store(selection->book);
    bool wanted = false;
    for (guint i = first; i <= last; i++)
        wanted = wanted || !selection_reading(selection, i)->monsters;
    if (!wanted)
        return true;
    g_autoptr(GArray) monsters = monsters_of_windows(selection->book, first, last, error);
    for (guint i = 0; monsters != NULL && i < monsters->len; i++) {
        struct store_statement *add = store_statement(store, "selection_add_monster");
        store_bind_int(add, 1, g_array_index(monsters, struct monster, i).commit_id);
        if (!store_run(add, error))
            return false;
    }
    return monsters != NULL;
}

bool selection_count_monsters(struct selection *selection, guint window, bool count, GError **error)
{
    struct store_statement *set =
        store_statement(book_store(selection->book), "selection_set_monsters");
    store_bind_int(set, 1, window);
    store_bind_int(set, 2, count);
    return store_run(set, error);
}

const char *selection_person_name(struct selection *selection, guint window, gint64 person,
                                  GError **error)
{
    const struct reading *reading = selection_reading(selection, window);
    if (reading->people == READING_EMPLOYER)
        return book_employer_name(selection->book, person);
    const struct people *people = book_people(selection->book, map_of(reading), error);
    return people == NULL ? NULL : people_name(people, (guint)person);
}
