#include "claims.h"
#include "community.h"
#include "country.h"
#include "employers.h"
#include "fault.h"
#include "growth.h"
#include "range.h"

#include <string.h>

#define NOWHERE "(unknown)"

/* A country or a region while its commits are counted. */
struct place {
    const char *name, *region;
    guint commits, before;
    GHashTable *people; /* person + 1 */
};

struct atlas {
    const struct community_question *question;
    const struct employers *employers;
    const struct people *people;
    GHashTable *places; /* name -> struct place */
    GPtrArray *order;   /* the same */
    guint commits, before;
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

static bool wanted(const struct book *book, const struct reading *reading, guint node)
{
    gint64 time = book_time(book, node, reading->author_date);
    return (reading->merges || !book_is_merge(book, node)) && time >= reading->since &&
           time < reading->until;
}

/* `before`: of the window that growth compares with. */
static bool count_window(struct atlas *atlas, const struct reading *asked, bool before,
                         GError **error)
{
    struct book *book = atlas->question->book;
    g_autoptr(Reading) reading = reading_copy(asked);
    if (!range_resolve(book, reading, error))
        return false;
    g_autofree guint8 *set = range_set(book, reading, error);
    for (guint node = 0; set != NULL && node < graph_size(book_graph(book)); node++) {
        if (set[node] == 0 || !wanted(book, reading, node))
            continue;
        struct place *place = place_of(atlas, node);
        if (before) {
            place->before++;
            atlas->before++;
            continue;
        }
        guint person = people_person(atlas->people, book_author(book, node));
        g_hash_table_add(place->people, GUINT_TO_POINTER(person + 1));
        place->commits++;
        atlas->commits++;
    }
    return set != NULL;
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

static char *tell(const struct atlas *atlas, const struct reading *before)
{
    g_autoptr(Reading) reading = reading_copy(atlas->question->reading);
    if (!range_resolve(atlas->question->book, reading, NULL))
        return g_strdup("");
    g_autofree char *text = reading_describe(reading);
    g_autofree char *window = before == NULL ? NULL : reading_window_name(before);
    return g_strdup_printf("Counted: %s: %u commits.\n"
                           "Countries are those of people/employers.tsv, by the address and the "
                           "author date: of the row that decides, else of the employer.\n"
                           "%s%s.",
                           text, atlas->commits,
                           window == NULL ? "There is no window before to grow from"
                                          : "Growth is against ",
                           window == NULL ? "" : window);
}

static bool count(struct atlas *atlas, const struct reading *before,
                  struct community_answer *ret_answer, GError **error)
{
    const struct reading *reading = atlas->question->reading;
    if (!count_window(atlas, reading, false, error) ||
        (before != NULL && !count_window(atlas, before, true, error)))
        return false;
    g_autofree char *window = reading_window_name(reading);
    if (atlas->commits == 0)
        return fault_raise(error, FAULT_NOINPUT, "there is no commit in %s: choose another window",
                           window);
    *ret_answer = (struct community_answer){make_table(atlas, before != NULL), tell(atlas, before)};
    return true;
}

bool countries_tell(const struct community_question *question, struct community_answer *ret_answer,
                    GError **error)
{
    const struct employers *employers = book_employers(question->book);
    const struct people *people = book_people(question->book, PEOPLE_MAILMAP, error);
    if (people == NULL)
        return false;
    if (!employers_have_countries(employers))
        return fault_raise(error, FAULT_NOINPUT,
                           "%s names no country: its ninth column is for their two letters",
                           question->home->employers_path);
    g_autoptr(Reading) before = claims_before(question->book, question->reading, NULL);
    struct atlas atlas = {
        .question = question,
        .employers = employers,
        .people = people,
        .places = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, place_free),
        .order = g_ptr_array_new(),
    };
    bool done = count(&atlas, before, ret_answer, error);
    g_ptr_array_unref(atlas.order);
    g_hash_table_unref(atlas.places);
    return done;
}
