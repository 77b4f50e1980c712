#include "book.h"

#include "fault.h"
#include "near.h"

#include <string.h>

struct authorship {
    gint64 author_time, committer_time;
    gint64 author;
    bool merge;
};

struct stamp {
    gint64 time;
    guint node;
};

struct book {
    struct store *history;
    const struct home *home;
    const struct home_repository *repository;
    bool reading; /* a transaction is open */
    gint64 id;
    char *main_branch;
    char *excluded;
    struct graph *graph;
    GArray *refs;
    struct authorship *commits; /* by node */
    guint *order[2];            /* nodes by committer and by author time, made when asked for */
    struct release_list *releases;
    bool releases_counted;
    struct tag_rules *tag_rules;
    struct people *people[2];
    struct employers *employers;
    GPtrArray *addresses;      /* by identity */
    GPtrArray *spans;          /* by identity: GArray of struct book_span, made when asked for */
    GPtrArray *employer_names; /* borrowed from the table: number n is at n - 1 or -n - 1 */
    GHashTable *employer_numbers;
};

/* As tips.c wrote it down: "branches=* tags=* exclude=A;B main=master". */
static char *excluded_of(const char *selection)
{
    const char *from = strstr(selection, " exclude=");
    const char *to = from == NULL ? NULL : strstr(from, " main=");
    if (to == NULL)
        return g_strdup("");
    from += strlen(" exclude=");
    g_autofree char *patterns = g_strndup(from, (gsize)(to - from));
    g_auto(GStrv) list = g_strsplit(patterns, ";", -1);
    return g_strjoinv(", ", list);
}

static bool load_repository(struct book *book, GError **error)
{
    struct store_statement *query = store_statement(book->history, "book_repository");
    bool row = false;
    store_bind_text(query, 1, book->repository->name, -1);
    if (!store_step(query, &row, error))
        return false;
    /* A first run that is under way, or was stopped, has commits that no ref reaches yet. */
    if (!row || store_int(query, 2) == 0)
        return fault_raise(error, FAULT_UNAVAILABLE, "%s is not mined %s: run barograph mine",
                           book->repository->name, row ? "to the end yet" : "yet");
    book->id = store_int(query, 0);
    book->main_branch = g_strdup(store_text(query, 1));
    book->excluded = excluded_of(store_text(query, 3));
    return store_run(query, error);
}

static void clear_ref(gpointer pointer)
{
    g_free(((struct book_ref *)pointer)->name);
}

static bool load_refs(struct book *book, GError **error)
{
    struct store_statement *query = store_statement(book->history, "book_refs");
    bool row = false;
    book->refs = g_array_new(FALSE, FALSE, sizeof(struct book_ref));
    g_array_set_clear_func(book->refs, clear_ref);
    store_bind_int(query, 1, book->id);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        struct book_ref ref = {.tag = g_str_equal(store_text(query, 0), "tag")};
        if (!graph_node(book->graph, store_int(query, 2), &ref.node))
            continue;
        ref.name = g_utf8_make_valid(store_text(query, 1), -1);
        g_array_append_val(book->refs, ref);
    }
}

static bool load_commits(struct book *book, GError **error)
{
    struct store_statement *query = store_statement(book->history, "book_commits");
    bool row = false;
    guint node = 0;
    book->commits = g_new0(struct authorship, graph_size(book->graph) + 1);
    store_bind_int(query, 1, book->id);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (graph_node(book->graph, store_int(query, 0), &node))
            book->commits[node] = (struct authorship){
                .author = store_int(query, 1),
                .author_time = store_int(query, 2),
                .committer_time = store_int(query, 3),
                .merge = store_int(query, 4) > 1,
            };
    }
}

static bool load_addresses(struct book *book, GError **error)
{
    struct store_statement *query = store_statement(book->history, "book_identities");
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        guint identity = (guint)store_int(query, 0);
        if (identity >= book->addresses->len)
            g_ptr_array_set_size(book->addresses, (gint)identity + 1);
        book->addresses->pdata[identity] = g_strdup(store_text(query, 1));
    }
    g_ptr_array_set_size(book->spans, (gint)book->addresses->len);
    return true;
}

static void free_spans(gpointer spans)
{
    if (spans != NULL)
        g_array_unref(spans);
}

struct book *book_open(struct store *history, const struct home *home, const char *repository,
                       GError **error)
{
    return book_open_as_of(history, home, repository, EMPLOYERS_TODAY, error);
}

struct book *book_open_as_of(struct store *history, const struct home *home, const char *repository,
                             gint64 as_of, GError **error)
{
    const struct home_repository *found = home_repository_find(home, repository, error);
    if (found == NULL)
        return NULL;
    g_autoptr(Book) book = g_new0(struct book, 1);
    book->history = history;
    book->home = home;
    book->repository = found;
    book->addresses = g_ptr_array_new_with_free_func(g_free);
    book->spans = g_ptr_array_new_with_free_func(free_spans);
    book->employer_names = g_ptr_array_new();
    book->employer_numbers = g_hash_table_new(g_str_hash, g_str_equal);
    /* A mine may end while a report is made: all of it is read from one state. */
    book->reading = store_begin(history, error);
    if (!book->reading || !load_repository(book, error))
        return NULL;
    book->graph = graph_load(history, book->id, error);
    book->employers = employers_load_as_of(home->employers_path, as_of, error);
    if (book->graph == NULL || book->employers == NULL || !load_refs(book, error) ||
        !load_commits(book, error) || !load_addresses(book, error))
        return NULL;
    return g_steal_pointer(&book);
}

void book_free(struct book *book)
{
    if (book == NULL)
        return;
    if (book->reading)
        store_rollback(book->history);
    g_free(book->main_branch);
    g_free(book->excluded);
    graph_free(book->graph);
    if (book->refs != NULL)
        g_array_unref(book->refs);
    g_free(book->commits);
    g_free(book->order[false]);
    g_free(book->order[true]);
    release_list_free(book->releases);
    tag_rules_free(book->tag_rules);
    people_free(book->people[PEOPLE_RAW]);
    people_free(book->people[PEOPLE_MAILMAP]);
    g_ptr_array_unref(book->spans);
    g_ptr_array_unref(book->addresses);
    g_ptr_array_unref(book->employer_names);
    g_hash_table_unref(book->employer_numbers);
    employers_free(book->employers);
    g_free(book);
}

struct store *book_store(const struct book *book)
{
    return book->history;
}

const struct home *book_home(const struct book *book)
{
    return book->home;
}

const struct home_repository *book_repository(const struct book *book)
{
    return book->repository;
}

gint64 book_repository_id(const struct book *book)
{
    return book->id;
}

const char *book_excluded(const struct book *book)
{
    return book->excluded;
}

const char *book_main_branch(const struct book *book)
{
    return book->main_branch;
}

const struct graph *book_graph(const struct book *book)
{
    return book->graph;
}

const GArray *book_refs(const struct book *book)
{
    return book->refs;
}

bool book_is_stable(const struct book *book, const struct book_ref *ref)
{
    for (char **pattern = book->repository->stable; *pattern != NULL; pattern++)
        if (!ref->tag && g_pattern_match_simple(*pattern, ref->name))
            return true;
    return false;
}

const struct release_list *book_releases(struct book *book, GError **error)
{
    if (book->tag_rules == NULL)
        book->tag_rules = tag_rules_new(book->repository->tag_pattern, error);
    if (book->tag_rules != NULL && book->releases == NULL)
        book->releases = releases_load(book->history, book->id, book->graph, book->tag_rules,
                                       (const char *const *)book->repository->stable, error);
    return book->releases;
}

const struct release_list *book_releases_counted(struct book *book, GError **error)
{
    if (book_releases(book, error) != NULL && !book->releases_counted)
        lines_count(book->releases, book->graph);
    book->releases_counted = book->releases != NULL;
    return book->releases;
}

const struct employers *book_employers(const struct book *book)
{
    return book->employers;
}

const struct people *book_people(struct book *book, enum people_map map, GError **error)
{
    if (book->people[map] == NULL)
        book->people[map] = people_load(book->history, book->home->mailmap_path, map, error);
    return book->people[map];
}

gint64 book_time(const struct book *book, guint node, bool author)
{
    return author ? book->commits[node].author_time : book->commits[node].committer_time;
}

static int compare_stamps(const void *a, const void *b)
{
    const struct stamp *left = a, *right = b;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return (left->node > right->node) - (left->node < right->node);
}

const guint *book_order(struct book *book, bool author)
{
    guint size = graph_size(book->graph);
    if (book->order[author] != NULL)
        return book->order[author];
    g_autofree struct stamp *stamps = g_new(struct stamp, size + 1);
    for (guint node = 0; node < size; node++)
        stamps[node] = (struct stamp){book_time(book, node, author), node};
    qsort(stamps, size, sizeof(struct stamp), compare_stamps);
    book->order[author] = g_new(guint, size + 1);
    for (guint i = 0; i < size; i++)
        book->order[author][i] = stamps[i].node;
    return book->order[author];
}

gint64 book_author(const struct book *book, guint node)
{
    return book->commits[node].author;
}

const char *book_address(const struct book *book, gint64 identity)
{
    const char *address =
        (guint64)identity < book->addresses->len ? book->addresses->pdata[identity] : NULL;
    return address == NULL ? "" : address;
}

bool book_is_merge(const struct book *book, guint node)
{
    return book->commits[node].merge;
}

static gint64 employer_number(struct book *book, const char *name)
{
    gpointer known = g_hash_table_lookup(book->employer_numbers, name);
    if (known != NULL)
        return GPOINTER_TO_INT(known);
    g_ptr_array_add(book->employer_names, (gpointer)(guintptr)name);
    gint number = (gint)book->employer_names->len;
    if (name[0] == '(')
        number = -number;
    g_hash_table_insert(book->employer_numbers, (gpointer)(guintptr)name, GINT_TO_POINTER(number));
    return number;
}

const GArray *book_spans(struct book *book, gint64 identity)
{
    g_return_val_if_fail(identity >= 0 && identity < book->spans->len, NULL);
    GArray *spans = book->spans->pdata[identity];
    if (spans != NULL)
        return spans;
    const char *address = book->addresses->pdata[identity];
    g_autoptr(GArray) found = employers_spans(book->employers, address ? address : "");
    spans = g_array_sized_new(FALSE, FALSE, sizeof(struct book_span), found->len);
    for (guint i = 0; i < found->len; i++) {
        const struct employer_span *span = &g_array_index(found, struct employer_span, i);
        struct book_span numbered = {span->from, span->to, employer_number(book, span->employer)};
        g_array_append_val(spans, numbered);
    }
    book->spans->pdata[identity] = spans;
    return spans;
}

gint64 book_employer(struct book *book, gint64 identity, gint64 author_time)
{
    const GArray *spans = book_spans(book, identity);
    guint i = 0;
    while (i + 1 < spans->len && g_array_index(spans, struct book_span, i).until <= author_time)
        i++;
    return g_array_index(spans, struct book_span, i).employer;
}

const char *book_employer_name(const struct book *book, gint64 employer)
{
    return g_ptr_array_index(book->employer_names, (employer < 0 ? -employer : employer) - 1);
}

gint64 book_employer_number(struct book *book, const char *name)
{
    return employer_number(book, g_intern_string(name));
}

bool book_find_employer(struct book *book, const char *name, gint64 *ret_employer, GError **error)
{
    for (guint identity = 0; identity < book->addresses->len; identity++)
        if (book->addresses->pdata[identity] != NULL)
            book_spans(book, identity);
    gpointer number = g_hash_table_lookup(book->employer_numbers, name);
    if (number != NULL) {
        *ret_employer = GPOINTER_TO_INT(number);
        return true;
    }
    g_autofree char *near = near_words(name, book->employer_names);
    return fault_raise(error, FAULT_NOINPUT, "nobody here works for \"%s\"%s%s", name,
                       *near == '\0' ? "" : ": is it ", near);
}
