#include "unknown.h"

#include "address.h"
#include "as_of.h"
#include "clock.h"

#include <string.h>

/* A row while it is counted. */
struct tally {
    struct unknown_row row;
    GHashTable *persons; /* person -> its commits */
};

struct windows {
    guint8 *release, *before; /* ancestors of the newest release and of its predecessor */
    guint8 *main;
    gint64 since, until; /* half-open */
    const char *newest;  /* release, or NULL */
};

static void tally_free(gpointer pointer)
{
    struct tally *tally = pointer;
    g_hash_table_unref(tally->persons);
    g_free(tally);
}

static void row_free(gpointer pointer)
{
    struct unknown_row *row = pointer;
    g_free(row->pattern);
    g_free(row->name);
    g_free(row);
}

static gint find_main(const struct book *book)
{
    const GArray *refs = book_refs(book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (!ref->tag && g_str_equal(ref->name, book_main_branch(book)))
            return (gint)ref->node;
    }
    return -1;
}

static bool windows_init(struct windows *windows, struct book *book, gint64 now, GError **error)
{
    const struct graph *graph = book_graph(book);
    const struct release_list *list = book_releases(book, error);
    if (list == NULL)
        return false;
    const struct release *newest = releases_newest(list);
    gint tip = find_main(book);
    windows->release = graph_set_new(graph);
    windows->before = graph_set_new(graph);
    windows->main = graph_set_new(graph);
    windows->until = as_of_find(book, now).end;
    windows->since = as_of_months_before(windows->until, 12);
    if (tip >= 0)
        graph_add_ancestors(graph, (guint)tip, windows->main);
    if (newest == NULL)
        return true;
    windows->newest = newest->version;
    graph_add_ancestors(graph, newest->node, windows->release);
    if (newest->predecessor >= 0) {
        const struct release *before = g_ptr_array_index(list->releases, newest->predecessor);
        graph_add_ancestors(graph, before->node, windows->before);
    }
    return true;
}

static void windows_clear(struct windows *windows)
{
    g_free(windows->release);
    g_free(windows->before);
    g_free(windows->main);
}

/* A domain's key begins with a line feed, so that no address is ever equal to it. */
static struct tally *find_tally(GHashTable *tallies, const char *pattern, bool domain)
{
    struct tally *tally = g_hash_table_lookup(tallies, pattern);
    if (tally != NULL)
        return tally;
    tally = g_new0(struct tally, 1);
    tally->row.domain = domain;
    tally->persons = g_hash_table_new(NULL, NULL);
    g_hash_table_insert(tallies, g_strdup(pattern), tally);
    return tally;
}

static void count(struct tally *tally, const struct windows *windows, const struct book *book,
                  guint node, guint person)
{
    gint64 time = book_time(book, node, false);
    gpointer key = GUINT_TO_POINTER(person);
    guint commits = GPOINTER_TO_UINT(g_hash_table_lookup(tally->persons, key));
    g_hash_table_insert(tally->persons, key, GUINT_TO_POINTER(commits + 1));
    tally->row.commits++;
    tally->row.in_release += windows->release[node] != 0 && windows->before[node] == 0;
    tally->row.in_year +=
        windows->main[node] != 0 && windows->since <= time && time < windows->until;
}

static void count_commit(GHashTable *tallies, const struct windows *windows,
                         const struct book *book, const struct people_identity *author, guint node)
{
    const char *domain = address_domain(author->folded);
    count(find_tally(tallies, author->folded, false), windows, book, node, author->person);
    if (domain == NULL || address_is_placeholder(author->folded))
        return;
    g_autofree char *key = g_strconcat("\n", domain, NULL);
    count(find_tally(tallies, key, true), windows, book, node, author->person);
}

/* Identities by their row id. */
static GHashTable *index_identities(const struct people *people)
{
    GHashTable *index = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < people_identity_count(people); i++) {
        const struct people_identity *identity = people_identity(people, i);
        g_hash_table_insert(index, (gpointer)(guintptr)&identity->id, (gpointer)(guintptr)identity);
    }
    return index;
}

static void count_all(GHashTable *tallies, const struct windows *windows, const struct book *book,
                      const struct people *people, const struct employers *employers)
{
    g_autoptr(GHashTable) identities = index_identities(people);
    for (guint node = 0; node < graph_size(book_graph(book)); node++) {
        gint64 id = book_author(book, node);
        const struct people_identity *author = g_hash_table_lookup(identities, &id);
        if (author == NULL || book_is_merge(book, node))
            continue;
        gint64 time = book_time(book, node, true);
        if (g_str_equal(employers_find(employers, author->address, time), EMPLOYER_UNKNOWN))
            count_commit(tallies, windows, book, author, node);
    }
}

static const char *busiest(const struct tally *tally, const struct people *people)
{
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    guint best = PEOPLE_NOBODY, most = 0;
    g_hash_table_iter_init(&iter, tally->persons);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        guint person = GPOINTER_TO_UINT(key), commits = GPOINTER_TO_UINT(value);
        if (commits > most || (commits == most && person < best)) {
            best = person;
            most = commits;
        }
    }
    return best == PEOPLE_NOBODY ? "" : people_name(people, best);
}

static int compare_rows(gconstpointer a, gconstpointer b)
{
    const struct unknown_row *left = *(struct unknown_row *const *)a;
    const struct unknown_row *right = *(struct unknown_row *const *)b;
    guint more = left->in_release + left->in_year, less = right->in_release + right->in_year;
    if (more != less)
        return more > less ? -1 : 1;
    if (left->commits != right->commits)
        return left->commits > right->commits ? -1 : 1;
    if (left->domain != right->domain)
        return left->domain ? -1 : 1;
    return strcmp(left->pattern, right->pattern);
}

static GPtrArray *collect(GHashTable *tallies, const struct people *people)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);
    GHashTableIter iter;
    gpointer key = NULL, value = NULL;
    g_hash_table_iter_init(&iter, tallies);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        const struct tally *tally = value;
        const char *pattern = (const char *)key + (tally->row.domain ? 1 : 0);
        if (tally->row.in_release + tally->row.in_year == 0)
            continue;
        struct unknown_row *row = g_new(struct unknown_row, 1);
        *row = tally->row;
        row->pattern = g_utf8_make_valid(pattern, -1);
        row->name = g_strdup(busiest(tally, people));
        g_ptr_array_add(rows, row);
    }
    g_ptr_array_sort(rows, compare_rows);
    return rows;
}

static char *describe(const struct windows *windows)
{
    g_autofree char *since = clock_format_day(windows->since);
    g_autofree char *until = clock_format_day(windows->until);
    return g_strdup_printf("last release: %s; 12 months: from %s to before %s by committer date "
                           "(UTC), on main",
                           windows->newest != NULL ? windows->newest : "none", since, until);
}

GPtrArray *unknown_find(struct book *book, const struct people *people,
                        const struct employers *employers, gint64 now, char **ret_windows,
                        GError **error)
{
    struct windows windows = {.since = 0};
    if (!windows_init(&windows, book, now, error))
        return NULL;
    g_autoptr(GHashTable) tallies =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, tally_free);
    count_all(tallies, &windows, book, people, employers);
    GPtrArray *rows = collect(tallies, people);
    *ret_windows = describe(&windows);
    windows_clear(&windows);
    return rows;
}
