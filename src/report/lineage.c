#include "lineage.h"

#include "commit.h"
#include "fault.h"

#include <string.h>

#define FEWEST_DIGITS 6

struct origin_line {
    guint node;
    char hex[41];
};

struct lineage {
    struct book *book;
    guint main_tip;
    guint8 *main;
    GHashTable *origins; /* first six digits -> GArray of struct origin_line */
    GHashTable *reverts; /* node + 1 -> GArray of guint: the nodes that revert it */
};

static bool find_main(struct lineage *lineage, GError **error)
{
    const char *name = book_main_branch(lineage->book);
    const GArray *refs = book_refs(lineage->book);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (ref->tag || !g_str_equal(ref->name, name))
            continue;
        lineage->main_tip = ref->node;
        lineage->main = lineage_ancestry(lineage, ref->node);
        return true;
    }
    return fault_raise(error, FAULT_NOINPUT,
                       "%s has no main branch%s%s: say which it is with the key main-branch in "
                       "barograph.conf, and mine again",
                       book_repository(lineage->book)->name, *name == '\0' ? "" : " ", name);
}

static GArray *list_of(GHashTable *table, gpointer key, gsize size)
{
    GArray *list = g_hash_table_lookup(table, key);
    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, (guint)size);
        g_hash_table_insert(table, key, list);
    }
    return list;
}

/* The first six digits as a number above 0. */
static gpointer bucket(const char *hex)
{
    char digits[FEWEST_DIGITS + 1];
    g_strlcpy(digits, hex, sizeof digits);
    return GUINT_TO_POINTER((guint)g_ascii_strtoull(digits, NULL, 16) + 1);
}

static bool load_origins(struct lineage *lineage, GError **error)
{
    struct store_statement *query = store_statement(book_store(lineage->book), "lineage_origins");
    const struct graph *graph = book_graph(lineage->book);
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        struct origin_line line;
        if (!graph_node(graph, store_int(query, 0), &line.node))
            continue;
        g_strlcpy(line.hex, store_text(query, 1), sizeof line.hex);
        GArray *list = list_of(lineage->origins, bucket(line.hex), sizeof line);
        g_array_append_val(list, line);
    }
}

/* What a subject says it reverts, or NULL. Caller frees. */
static char *reverted_subject(const char *subject)
{
    static const char begin[] = "Revert \"";
    gsize length = strlen(subject);
    if (!g_str_has_prefix(subject, begin) || length <= sizeof begin || subject[length - 1] != '"')
        return NULL;
    return g_strndup(subject + strlen(begin), length - strlen(begin) - 1);
}

/* Commits come newest first: `waiting` holds the reverts met so far by what they revert. */
static void take_subject(struct lineage *lineage, GHashTable *waiting, guint node,
                         const char *subject)
{
    GArray *reverts = g_hash_table_lookup(waiting, subject);
    if (reverts != NULL)
        g_hash_table_insert(lineage->reverts, GUINT_TO_POINTER(node + 1), g_array_copy(reverts));
    char *reverted = reverted_subject(subject);
    if (reverted == NULL)
        return;
    GArray *list = g_hash_table_lookup(waiting, reverted);
    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, sizeof node);
        g_hash_table_insert(waiting, g_strdup(reverted), list);
    }
    g_array_append_val(list, node);
    g_free(reverted);
}

static bool load_reverts(struct lineage *lineage, GError **error)
{
    struct store_statement *query = store_statement(book_store(lineage->book), "lineage_subjects");
    g_autoptr(GHashTable) waiting =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    bool row = false;
    guint node = 0;
    store_bind_int(query, 1, book_repository_id(lineage->book));
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        if (graph_node(book_graph(lineage->book), store_int(query, 0), &node))
            take_subject(lineage, waiting, node, store_text(query, 1));
    }
}

struct lineage *lineage_load(struct book *book, GError **error)
{
    g_autoptr(Lineage) lineage = g_new0(struct lineage, 1);
    lineage->book = book;
    lineage->origins = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    lineage->reverts = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_array_unref);
    if (!find_main(lineage, error) || !load_origins(lineage, error) ||
        !load_reverts(lineage, error))
        return NULL;
    return g_steal_pointer(&lineage);
}

void lineage_free(struct lineage *lineage)
{
    if (lineage == NULL)
        return;
    g_free(lineage->main);
    g_hash_table_unref(lineage->origins);
    g_hash_table_unref(lineage->reverts);
    g_free(lineage);
}

const guint8 *lineage_main(const struct lineage *lineage)
{
    return lineage->main;
}

guint lineage_main_tip(const struct lineage *lineage)
{
    return lineage->main_tip;
}

guint8 *lineage_ancestry(const struct lineage *lineage, guint node)
{
    const struct graph *graph = book_graph(lineage->book);
    guint8 *set = graph_set_new(graph);
    graph_add_ancestors(graph, node, set);
    return set;
}

/* A Revert is newer than what it reverts, so this ends. */
gint lineage_revert(const struct lineage *lineage, guint node, const guint8 *set)
{
    const GArray *reverts = g_hash_table_lookup(lineage->reverts, GUINT_TO_POINTER(node + 1));
    for (guint i = 0; reverts != NULL && i < reverts->len; i++) {
        guint revert = g_array_index(reverts, guint, i);
        if (set[revert] != 0 && lineage_revert(lineage, revert, set) < 0)
            return (gint)revert;
    }
    return -1;
}

bool lineage_hex(const struct lineage *lineage, guint node, char ret_hex[41], GError **error)
{
    struct store_statement *query = store_statement(book_store(lineage->book), "lineage_hash");
    bool row = false;
    store_bind_int(query, 1, graph_commit_id(book_graph(lineage->book), node));
    if (!store_step(query, &row, error))
        return false;
    g_strlcpy(ret_hex, row ? store_text(query, 0) : "", 41);
    return store_run(query, error);
}

/* A search outwards from one commit: those that name it, those that name these, and so on. */
struct search {
    struct lineage *lineage;
    const guint8 *set;
    GHashTable *seen; /* node + 1 */
    GArray *next;     /* nodes outside of the set, whose carriers may be in it */
    gint found, reverted;
};

static void look_at(struct search *search, guint node)
{
    if (!g_hash_table_add(search->seen, GUINT_TO_POINTER(node + 1)))
        return;
    if (search->set[node] == 0)
        g_array_append_val(search->next, node);
    else if (lineage_revert(search->lineage, node, search->set) >= 0)
        search->reverted = search->reverted < 0 ? (gint)node : search->reverted;
    else
        search->found = search->found < 0 ? (gint)node : search->found;
}

static void look_for(struct search *search, const char *commit)
{
    const GArray *lines = g_hash_table_lookup(search->lineage->origins, bucket(commit));
    for (guint i = 0; lines != NULL && i < lines->len; i++) {
        const struct origin_line *line = &g_array_index(lines, struct origin_line, i);
        if (g_str_has_prefix(commit, line->hex))
            look_at(search, line->node);
    }
}

bool lineage_carrier(struct lineage *lineage, const char *commit, const guint8 *set, gint *ret_node,
                     GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    g_autoptr(GArray) next = g_array_new(FALSE, FALSE, sizeof(guint));
    struct search search = {lineage, set, seen, next, -1, -1};
    look_for(&search, commit);
    for (guint i = 0; search.found < 0 && i < next->len; i++) {
        char hex[41];
        if (!lineage_hex(lineage, g_array_index(next, guint, i), hex, error))
            return false;
        look_for(&search, hex);
    }
    *ret_node = search.found >= 0 ? search.found : search.reverted;
    return true;
}

char *lineage_target(const char *value)
{
    if (g_ascii_strncasecmp(value, "commit ", 7) == 0)
        value += 7;
    value += strspn(value, " \t");
    gsize length = strspn(value, "0123456789abcdefABCDEF");
    bool ended = value[length] == '\0' || strchr(" \t,;:.(\"'", value[length]) != NULL;
    return length < FEWEST_DIGITS || length > 40 || !ended ? NULL
                                                           : g_ascii_strdown(value, (gssize)length);
}

/* The lowest or the highest id that begins with these digits. */
static bool bound(const char *digits, char filler, guint8 ret_id[20])
{
    char hex[41];
    gsize length = strlen(digits);
    for (gsize i = 0; i < 40; i++)
        hex[i] = i < length ? digits[i] : filler;
    hex[40] = '\0';
    return id_from_hex(hex, ret_id);
}

bool lineage_find(const struct lineage *lineage, const char *digits, gint *ret_node, GError **error)
{
    struct store_statement *query = store_statement(book_store(lineage->book), "book_hash");
    guint8 first[20], last[20];
    guint node = 0, count = 0;
    bool row = false;
    *ret_node = -1;
    if (!bound(digits, '0', first) || !bound(digits, 'f', last))
        return true;
    store_bind_int(query, 1, book_repository_id(lineage->book));
    store_bind_blob(query, 2, first, sizeof first);
    store_bind_blob(query, 3, last, sizeof last);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        count += graph_node(book_graph(lineage->book), store_int(query, 0), &node);
    }
    *ret_node = count == 1 ? (gint)node : -1;
    return true;
}

static GPtrArray *target_values(const struct lineage *lineage, gint64 commit_id, GError **error)
{
    struct store_statement *query = store_statement(book_store(lineage->book), "lineage_targets");
    g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
    bool row = false;
    store_bind_int(query, 1, commit_id);
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&values);
        g_ptr_array_add(values, g_strdup(store_text(query, 0)));
    }
}

GArray *lineage_targets(const struct lineage *lineage, gint64 commit_id, guint *ret_unclear,
                        GError **error)
{
    g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(guint));
    g_autoptr(GPtrArray) values = target_values(lineage, commit_id, error);
    if (values == NULL)
        return NULL;
    *ret_unclear = 0;
    for (guint i = 0; i < values->len; i++) {
        g_autofree char *digits = lineage_target(g_ptr_array_index(values, i));
        gint node = -1;
        if (digits != NULL && !lineage_find(lineage, digits, &node, error))
            return NULL;
        guint target = (guint)node;
        if (node < 0)
            (*ret_unclear)++;
        else
            g_array_append_val(targets, target);
    }
    return g_steal_pointer(&targets);
}
