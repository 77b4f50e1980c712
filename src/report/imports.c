#include "imports.h"

#include "clock.h"
#include "range.h"

struct imports {
    GHashTable *years;
};

struct year {
    guint commits, own;
};

static struct year *year_of(GHashTable *years, gint64 time)
{
    gpointer key = GINT_TO_POINTER(clock_year(time));
    struct year *year = g_hash_table_lookup(years, key);
    if (year == NULL) {
        year = g_new0(struct year, 1);
        g_hash_table_insert(years, key, year);
    }
    return year;
}

static bool count_years(struct book *book, const guint8 *set, GHashTable *years, GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "reviews_committers");
    bool row = false;
    guint node = 0;
    store_bind_int(query, 1, book_repository_id(book));
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (!graph_node(book_graph(book), store_int(query, 0), &node) || set[node] == 0)
            continue;
        struct year *year = year_of(years, store_int(query, 2));
        year->commits++;
        year->own += store_int(query, 1) != 0;
    }
}

struct imports *imports_find(struct book *book, GError **error)
{
    g_autoptr(Reading) all = reading_new();
    g_autoptr(GHashTable) years = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    all->branches = READING_ALL;
    if (!range_resolve(book, all, error))
        return NULL;
    g_autofree guint8 *set = range_set(book, all, error);
    if (set == NULL || !count_years(book, set, years, error))
        return NULL;
    struct imports *imports = g_new0(struct imports, 1);
    imports->years = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    g_hash_table_iter_init(&iter, years);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const struct year *year = value;
        if ((guint64)year->own * 1000 >= (guint64)year->commits * 995)
            g_hash_table_add(imports->years, key);
    }
    return imports;
}

void imports_free(struct imports *imports)
{
    if (imports == NULL)
        return;
    g_hash_table_unref(imports->years);
    g_free(imports);
}

bool imports_has(const struct imports *imports, int year)
{
    return g_hash_table_contains(imports->years, GINT_TO_POINTER(year));
}

static int compare_years(gconstpointer a, gconstpointer b)
{
    return GPOINTER_TO_INT(a) - GPOINTER_TO_INT(b);
}

/* "1970, 2002 to 2012" */
static void add_spans(GList *years, GString *text)
{
    for (GList *at = years; at != NULL; at = at->next) {
        int first = GPOINTER_TO_INT(at->data), last = first;
        while (at->next != NULL && GPOINTER_TO_INT(at->next->data) == last + 1) {
            at = at->next;
            last++;
        }
        g_string_append_printf(text, "%s%d", text->len > 0 ? ", " : "", first);
        if (last > first)
            g_string_append_printf(text, "%s%d", last == first + 1 ? " and " : " to ", last);
    }
}

char *imports_sentence(GHashTable *years)
{
    if (g_hash_table_size(years) == 0)
        return NULL;
    g_autoptr(GList) list = g_list_sort(g_hash_table_get_keys(years), compare_years);
    g_autoptr(GString) spans = g_string_new(NULL);
    add_spans(list, spans);
    return g_strdup_printf("In %s the committer is the author of every commit, as after the import "
                           "of another system's history: the days of those years are left out.",
                           spans->str);
}
