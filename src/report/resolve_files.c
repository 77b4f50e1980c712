#include "resolve.h"
#include "resolve_parts.h"

/* Names that one file may have had; with more of them nobody can say which is which. */
enum { NAMES_MOST = 64 };

struct event {
    guint node;
    bool added;
};

struct resolve_files {
    GHashTable *events;  /* path -> GArray of struct event, parents before children */
    GHashTable *renamed; /* path -> GArray of gint64: names it had or got */
};

static GArray *list_of(GHashTable *table, gint64 key, guint size)
{
    GArray *list = g_hash_table_lookup(table, &key);
    if (list == NULL) {
        list = g_array_new(FALSE, FALSE, size);
        g_hash_table_insert(table, g_memdup2(&key, sizeof key), list);
    }
    return list;
}

static bool load_events(struct resolver *resolver, struct resolve_files *files, GError **error)
{
    struct store_statement *query = store_statement(resolver->history, "resolve_files");
    struct event event;
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        event.added = store_int(query, 2) != 0;
        if (graph_node(book_graph(resolver->book), store_int(query, 0), &event.node))
            g_array_append_val(list_of(files->events, store_int(query, 1), sizeof event), event);
    }
}

static bool load_renames(struct resolver *resolver, struct resolve_files *files, GError **error)
{
    struct store_statement *query = store_statement(resolver->history, "resolve_renames");
    bool row = false;
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        gint64 path = store_int(query, 0), old = store_int(query, 1);
        g_array_append_val(list_of(files->renamed, path, sizeof old), old);
        g_array_append_val(list_of(files->renamed, old, sizeof path), path);
    }
}

static GHashTable *new_table(void)
{
    return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                 (GDestroyNotify)g_array_unref);
}

static bool load(struct resolver *resolver, GError **error)
{
    if (resolver->files != NULL)
        return true;
    struct resolve_files *files = g_new0(struct resolve_files, 1);
    files->events = new_table();
    files->renamed = new_table();
    resolver->files = files;
    return load_events(resolver, files, error) && load_renames(resolver, files, error);
}

void resolve_files_free(struct resolve_files *files)
{
    if (files == NULL)
        return;
    g_hash_table_unref(files->events);
    g_hash_table_unref(files->renamed);
    g_free(files);
}

/* The path under all names it had or got, itself first. */
static GArray *names_of(const struct resolve_files *files, gint64 path)
{
    GArray *names = g_array_new(FALSE, FALSE, sizeof path);
    g_array_append_val(names, path);
    for (guint i = 0; i < names->len && names->len <= NAMES_MOST; i++) {
        gint64 name = g_array_index(names, gint64, i);
        const GArray *others = g_hash_table_lookup(files->renamed, &name);
        for (guint j = 0; others != NULL && j < others->len; j++) {
            gint64 other = g_array_index(others, gint64, j);
            bool known = false;
            for (guint k = 0; k < names->len && !known; k++)
                known = g_array_index(names, gint64, k) == other;
            if (!known)
                g_array_append_val(names, other);
        }
    }
    return names;
}

/* Whether the last thing that happened to the name on this trunk is that it came. */
static bool is_there(const struct resolve_files *files, const guint8 *set, gint64 name,
                     bool *ret_known)
{
    const GArray *events = g_hash_table_lookup(files->events, &name);
    *ret_known |= events != NULL;
    for (guint i = events == NULL ? 0 : events->len; i > 0; i--) {
        const struct event *event = &g_array_index(events, struct event, i - 1);
        if (set[event->node] != 0)
            return event->added;
    }
    return false;
}

static bool lacks(const struct resolve_files *files, const guint8 *set, gint64 path)
{
    g_autoptr(GArray) names = names_of(files, path);
    bool known = false;
    if (names->len > NAMES_MOST)
        return false;
    for (guint i = 0; i < names->len; i++)
        if (is_there(files, set, g_array_index(names, gint64, i), &known))
            return false;
    return known; /* a file that never came was always there */
}

bool resolve_lacks_files(struct resolver *resolver, const struct resolve_trunk *trunk,
                         gint64 commit_id, bool *ret_lacks, GError **error)
{
    if (!load(resolver, error))
        return false;
    struct store_statement *query = store_statement(resolver->history, "resolve_paths");
    bool row = false, any = false, all = true;
    store_bind_int(query, 1, commit_id);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        any = true;
        all = all && lacks(resolver->files, trunk->set, store_int(query, 0));
    }
    *ret_lacks = any && all;
    return true;
}

static void add_node(GArray *nodes, guint node)
{
    for (guint i = 0; i < nodes->len; i++)
        if (g_array_index(nodes, guint, i) == node)
            return;
    g_array_append_val(nodes, node);
}

/* Whether the file came at all. */
static bool add_arrivals(const struct resolve_files *files, gint64 path, GArray *nodes)
{
    g_autoptr(GArray) names = names_of(files, path);
    bool known = false;
    for (guint i = 0; names->len <= NAMES_MOST && i < names->len; i++) {
        gint64 name = g_array_index(names, gint64, i);
        const GArray *events = g_hash_table_lookup(files->events, &name);
        for (guint j = 0; events != NULL && j < events->len; j++) {
            const struct event *event = &g_array_index(events, struct event, j);
            if (event->added)
                add_node(nodes, event->node);
            known = known || event->added;
        }
    }
    return known;
}

bool resolve_find_arrivals(struct resolver *resolver, gint64 commit_id, GArray *nodes,
                           bool *ret_known, GError **error)
{
    if (!load(resolver, error))
        return false;
    struct store_statement *query = store_statement(resolver->history, "resolve_paths");
    bool row = false, any = false, known = true;
    store_bind_int(query, 1, commit_id);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        any = true;
        known = add_arrivals(resolver->files, store_int(query, 0), nodes) && known;
    }
    *ret_known = any && known;
    return true;
}
