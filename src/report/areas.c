#include "areas.h"

#include "commit.h"
#include "components.h"

struct areas {
    struct store *history;
    const struct home *home;
    const struct maintainers *maintainers;
    GStringChunk *names;
};

static bool commit_hex(struct book *book, guint node, char ret_hex[41], GError **error)
{
    struct store_statement *query = store_statement(book_store(book), "book_commit_hash");
    bool row = false;
    gsize length = 0;
    store_bind_int(query, 1, graph_commit_id(book_graph(book), node));
    if (!store_step(query, &row, error))
        return false;
    const void *hash = row ? store_blob(query, 0, &length) : NULL;
    *ret_hex = '\0';
    if (length == 20)
        id_to_hex(hash, ret_hex);
    return store_run(query, error);
}

struct maintainers *areas_maintainers(struct book *book, struct source *source, GError **error)
{
    const GArray *refs = book_refs(book);
    g_autofree char *text = NULL;
    gsize length = 0;
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        char hex[41];
        if (ref->tag || !g_str_equal(ref->name, book_main_branch(book)))
            continue;
        if (!commit_hex(book, ref->node, hex, error) ||
            !source_read_any(source, hex, "MAINTAINERS", SOURCE_MOST, &text, &length, error))
            return NULL;
    }
    return maintainers_parse(text == NULL ? "" : text, length);
}

struct areas *areas_new(struct store *history, const struct home *home,
                        const struct maintainers *maintainers)
{
    struct areas *areas = g_new0(struct areas, 1);
    bool any = maintainers != NULL && maintainers_count(maintainers) > 0;
    *areas = (struct areas){history, home, any ? maintainers : NULL, g_string_chunk_new(1024)};
    return areas;
}

void areas_free(struct areas *areas)
{
    if (areas == NULL)
        return;
    g_string_chunk_free(areas->names);
    g_free(areas);
}

struct path {
    char *name;
    guint lines; /* changed in it; at least 1 */
};

static void path_clear(gpointer pointer)
{
    g_free(((struct path *)pointer)->name);
}

static GArray *read_paths(const struct areas *areas, gint64 commit_id, GError **error)
{
    struct store_statement *query = store_statement(areas->history, "areas_paths");
    g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(struct path));
    bool row = false;
    g_array_set_clear_func(paths, path_clear);
    store_bind_int(query, 1, commit_id);
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&paths);
        gint64 lines = CLAMP(store_int(query, 1), 1, 1 << 20);
        struct path path = {g_strdup(store_text(query, 0)), (guint)lines};
        g_array_append_val(paths, path);
    }
}

typedef const struct maintainers_section *(*choice)(const struct maintainers *maintainers,
                                                    const char *path);

/* The section that `choose` gives for most of the lines; of equals the first. */
static const struct maintainers_section *most(const struct areas *areas, const GArray *paths,
                                              choice choose)
{
    g_autoptr(GHashTable) lines = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) met = g_ptr_array_new();
    const struct maintainers_section *best = NULL;
    guint highest = 0;
    for (guint i = 0; i < paths->len; i++) {
        const struct path *path = &g_array_index(paths, struct path, i);
        gpointer section = (gpointer)(guintptr)choose(areas->maintainers, path->name);
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(lines, section));
        if (count == 0)
            g_ptr_array_add(met, section);
        g_hash_table_insert(lines, section, GUINT_TO_POINTER(count + path->lines));
    }
    for (guint i = 0; i < met->len; i++) {
        guint count = GPOINTER_TO_UINT(g_hash_table_lookup(lines, met->pdata[i]));
        if (met->pdata[i] != NULL && count > highest) {
            highest = count;
            best = met->pdata[i];
        }
    }
    return best;
}

static GPtrArray *people_of(const struct areas *areas, const GArray *paths)
{
    GPtrArray *people = g_ptr_array_new();
    const struct maintainers_section *section =
        areas->maintainers == NULL ? NULL : most(areas, paths, maintainers_responsible);
    for (guint i = 0; section != NULL && i < section->people->len; i++) {
        struct maintainer *maintainer = g_ptr_array_index(section->people, i);
        if (!maintainer->reviewer)
            g_ptr_array_add(people, maintainer);
    }
    return people;
}

static bool name_area(struct areas *areas, gint64 commit_id, const char *subject,
                      const GArray *paths, const char **ret_area, GError **error)
{
    g_autofree char *component = NULL;
    if (areas->maintainers != NULL && areas->home->components->len == 0) {
        const struct maintainers_section *section = most(areas, paths, maintainers_find);
        g_autofree char *name =
            g_utf8_make_valid(section == NULL ? COMPONENT_OTHER : section->name, -1);
        *ret_area = g_string_chunk_insert_const(areas->names, name);
        return true;
    }
    if (!component_of(areas->history, areas->home, commit_id, subject, &component, error))
        return false;
    *ret_area = g_string_chunk_insert_const(areas->names, component);
    return true;
}

bool areas_of(struct areas *areas, gint64 commit_id, const char *subject, const char **ret_area,
              GPtrArray **ret_people, GError **error)
{
    g_autoptr(GArray) paths = read_paths(areas, commit_id, error);
    if (paths == NULL || !name_area(areas, commit_id, subject, paths, ret_area, error))
        return false;
    if (ret_people != NULL)
        *ret_people = people_of(areas, paths);
    return true;
}

const char *areas_rule(const struct areas *areas)
{
    return areas->maintainers != NULL && areas->home->components->len == 0
               ? "by the section of MAINTAINERS that most of the changed lines lie in"
               : component_rule(areas->home);
}
