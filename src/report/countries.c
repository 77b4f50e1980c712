#include "claims.h"
#include "country.h"
#include "employers.h"
#include "fault.h"
#include "growth.h"
#include "journeys.h"
#include "selection.h"

#include <string.h>

#define NOWHERE "(unknown)"

/* A country or a region while its commits are counted. */
struct place {
    const char *name, *region;
    guint commits, before;
    GHashTable *people; /* person + 1 */
};

struct atlas {
    const struct journeys_question *question;
    const struct employers *employers;
    GHashTable *places; /* name -> struct place */
    GPtrArray *order;   /* the same */
    guint commits;
};

static void place_free(gpointer pointer)
{
    struct place *place = pointer;
    g_hash_table_unref(place->people);
    g_free(place);
}

static struct place *place_of(struct atlas *atlas, guint node)
{
    struct book *book = atlas->question->book;
    const char *address = book_address(book, book_author(book, node));
    const char *code = employers_country(atlas->employers, address, book_time(book, node, true));
    const char *region = code == NULL ? NULL : country_region(code);
    const char *name = atlas->question->regions ? region : code;
    if (name == NULL)
        name = NOWHERE;
    struct place *place = g_hash_table_lookup(atlas->places, name);
    if (place == NULL) {
        place = g_new0(struct place, 1);
        place->name = name;
        place->region = region;
        place->people = g_hash_table_new(NULL, NULL);
        g_hash_table_insert(atlas->places, (gpointer)(guintptr)name, place);
        g_ptr_array_add(atlas->order, place);
    }
    return place;
}

static void note_commit(struct atlas *atlas, guint node, bool before, gint64 person)
{
    struct place *place = place_of(atlas, node);
    if (before) {
        place->before++;
        return;
    }
    place->commits++;
    atlas->commits++;
    if (person >= 0)
        g_hash_table_add(place->people, GUINT_TO_POINTER((guint)person + 1));
}

/* Window 0 is what was asked for, window 1 what its growth is against. */
static bool count_commits(struct atlas *atlas, struct selection *selection, GError **error)
{
    struct book *book = atlas->question->book;
    struct store_statement *query = store_statement(book_store(book), "countries_commits");
    bool row = false;
    guint node = 0;
    store_bind_int(query, 1, 0);
    store_bind_int(query, 2, selection_count(selection) - 1);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (graph_node(book_graph(book), store_int(query, 1), &node))
            note_commit(atlas, node, store_int(query, 0) > 0,
                        store_column_is_null(query, 2) ? -1 : store_int(query, 2));
    }
}

static int compare_places(gconstpointer a, gconstpointer b)
{
    const struct place *left = *(struct place *const *)a, *right = *(struct place *const *)b;
    if (left->commits != right->commits)
        return left->commits > right->commits ? -1 : 1;
    return strcmp(left->name, right->name);
}

static void add_row(const struct atlas *atlas, struct table *table, const struct place *place,
                    bool compared)
{
    double growth = 0;
    table_string(table, place->name);
    if (!atlas->question->regions)
        table_string(table, place->region);
    table_int(table, g_hash_table_size(place->people));
    table_int(table, place->commits);
    table_real(table, share_percent(place->commits, atlas->commits));
    if (!compared) {
        table_none(table);
        table_none(table);
        return;
    }
    table_int(table, place->before);
    if (growth_percent(place->before, place->commits, &growth))
        table_real(table, growth);
    else
        table_none(table);
}

static struct table *make_table(const struct atlas *atlas, bool compared)
{
    static const struct table_column columns[] = {
        {"country", "Country", TABLE_KIND_STRING, 0},
        {"region", "Region", TABLE_KIND_STRING, 0},
        {"people", "People", TABLE_KIND_INT, 0},
        {"commits", "Commits", TABLE_KIND_INT, 0},
        {"share_percent", "Share, %", TABLE_KIND_REAL, 1},
        {"before", "Before", TABLE_KIND_INT, 0},
        {"growth_percent", "Growth, %", TABLE_KIND_REAL, 1},
    };
    guint skip = atlas->question->regions ? 1 : 0;
    struct table *table = table_new(columns + skip, G_N_ELEMENTS(columns) - skip);
    g_ptr_array_sort(atlas->order, compare_places);
    for (guint i = 0; i < atlas->order->len; i++)
        add_row(atlas, table, g_ptr_array_index(atlas->order, i), compared);
    return table;
}

static char *tell(const struct atlas *atlas, const struct selection *selection)
{
    g_autofree char *text = reading_describe(selection_reading(selection, 0));
    g_autofree char *window = selection_count(selection) < 2
                                  ? NULL
                                  : reading_window_name(selection_reading(selection, 1));
    return g_strdup_printf("Counted: %s: %u commits.\n"
                           "Countries are those of people/employers.tsv, by the address and the "
                           "author date: of the row that decides, else of the employer.\n"
                           "%s%s.",
                           text, atlas->commits,
                           window == NULL ? "There is no window before to grow from"
                                          : "Growth is against ",
                           window == NULL ? "" : window);
}

/* A window without one before it has no growth, which is no error. */
static bool fill(const struct journeys_question *question, struct selection *selection,
                 GError **error)
{
    guint window = 0;
    g_autoptr(Reading) before = claims_before(question->book, question->reading, NULL);
    return selection_add(selection, question->reading, &window, error) &&
           (before == NULL || selection_add(selection, before, &window, error)) &&
           selection_fill(selection, 0, error);
}

static bool count(struct atlas *atlas, struct selection *selection,
                  struct journeys_answer *ret_answer, GError **error)
{
    if (!fill(atlas->question, selection, error) || !count_commits(atlas, selection, error))
        return false;
    g_autofree char *window = reading_window_name(atlas->question->reading);
    if (atlas->commits == 0)
        return fault_raise(error, FAULT_NOINPUT, "there is no commit in %s: choose another window",
                           window);
    *ret_answer = (struct journeys_answer){make_table(atlas, selection_count(selection) > 1),
                                           tell(atlas, selection)};
    return true;
}

bool countries_tell(const struct journeys_question *question, struct journeys_answer *ret_answer,
                    GError **error)
{
    const struct employers *employers = book_employers(question->book);
    if (!employers_have_countries(employers))
        return fault_raise(error, FAULT_NOINPUT,
                           "%s names no country: its ninth column is for their two letters",
                           question->home->employers_path);
    struct atlas atlas = {
        .question = question,
        .employers = employers,
        .places = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, place_free),
        .order = g_ptr_array_new(),
    };
    g_autoptr(Selection) selection = selection_new(question->book);
    bool done = count(&atlas, selection, ret_answer, error);
    g_ptr_array_unref(atlas.order);
    g_hash_table_unref(atlas.places);
    return done;
}
