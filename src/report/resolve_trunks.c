#include "as_of.h"
#include "check_parts.h"
#include "resolve.h"
#include "resolve_parts.h"

#include <string.h>

void resolve_trunk_free(gpointer pointer)
{
    struct resolve_trunk *trunk = pointer;
    g_free(trunk->name);
    g_free(trunk->branch);
    g_free(trunk->set);
    g_ptr_array_unref(trunk->releases);
    g_free(trunk);
}

static struct resolve_trunk *add_trunk(GPtrArray *trunks, const char *name)
{
    struct resolve_trunk *trunk = g_new0(struct resolve_trunk, 1);
    trunk->name = g_strdup(name);
    trunk->releases = g_ptr_array_new();
    g_ptr_array_add(trunks, trunk);
    return trunk;
}

static struct resolve_trunk *find_line(GPtrArray *trunks, const char *name)
{
    for (guint i = 0; i < trunks->len; i++) {
        struct resolve_trunk *trunk = g_ptr_array_index(trunks, i);
        if (trunk->name != NULL && g_str_equal(trunk->name, name))
            return trunk;
    }
    return NULL;
}

/* Releases come by version, so their lines do. */
static bool load_lines(struct resolver *resolver, GError **error)
{
    const struct release_list *list = book_releases(resolver->book, error);
    for (guint i = 0; list != NULL && i < list->releases->len; i++) {
        struct release *release = g_ptr_array_index(list->releases, i);
        struct resolve_trunk *trunk = find_line(resolver->trunks, release->line);
        if (trunk == NULL)
            trunk = add_trunk(resolver->trunks, release->line);
        g_ptr_array_add(trunk->releases, release);
        trunk->tip = release->node;
    }
    return list != NULL;
}

/* The line that a stable branch is named after. */
static struct resolve_trunk *line_of(const struct resolver *resolver, const struct book_ref *ref)
{
    struct version version;
    if (!book_is_stable(resolver->book, ref) || !branch_parse_version(ref->name, &version))
        return NULL;
    for (guint i = 0; i < resolver->trunks->len; i++) {
        struct resolve_trunk *trunk = g_ptr_array_index(resolver->trunks, i);
        if (trunk->releases->len == 0)
            continue;
        const struct release *release = g_ptr_array_index(trunk->releases, 0);
        if (release->line_parts == version.count &&
            version_compare_parts(&release->parsed, &version, version.count) == 0)
            return trunk;
    }
    return NULL;
}

static bool is_tip(const struct resolver *resolver, guint node)
{
    for (guint i = 0; i < resolver->trunks->len; i++) {
        const struct resolve_trunk *trunk = g_ptr_array_index(resolver->trunks, i);
        if (trunk->branch != NULL && trunk->tip == node)
            return true;
    }
    return false;
}

static void load_branches(struct resolver *resolver)
{
    const GArray *refs = book_refs(resolver->book);
    const char *main = book_main_branch(resolver->book);
    struct resolve_trunk *trunk = add_trunk(resolver->trunks, main);
    trunk->branch = g_strdup(main);
    trunk->main = true;
    trunk->tip = lineage_main_tip(resolver->lineage);
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        trunk = ref->tag ? NULL : line_of(resolver, ref);
        if (trunk == NULL || trunk->branch != NULL)
            continue;
        trunk->branch = g_strdup(ref->name);
        trunk->tip = ref->node;
    }
    for (guint i = 0; i < refs->len; i++) {
        const struct book_ref *ref = &g_array_index(refs, struct book_ref, i);
        if (ref->tag || is_tip(resolver, ref->node))
            continue;
        trunk = add_trunk(resolver->trunks, NULL);
        trunk->branch = g_strdup(ref->name);
        trunk->tip = ref->node;
    }
}

static void mark(const struct graph *graph, guint node, guint8 *all, guint8 *set, guint8 value)
{
    graph_add_ancestors(graph, node, all);
    for (guint i = 0; i < graph_size(graph); i++)
        if (all[i] != 0 && set[i] == 0)
            set[i] = value;
}

/* Which release brought each commit. */
static void fill(struct resolver *resolver, struct resolve_trunk *trunk)
{
    const struct graph *graph = book_graph(resolver->book);
    g_autofree guint8 *all = graph_set_new(graph);
    trunk->set = graph_set_new(graph);
    for (guint i = 0; i < trunk->releases->len && i < RESOLVE_RELEASES_MOST; i++) {
        const struct release *release = g_ptr_array_index(trunk->releases, i);
        mark(graph, release->node, all, trunk->set, (guint8)(i + 1));
    }
    mark(graph, trunk->tip, all, trunk->set, RESOLVE_UNRELEASED);
    trunk->tip_time = book_time(resolver->book, trunk->tip, false);
}

bool resolve_load_trunks(struct resolver *resolver, GError **error)
{
    const struct graph *graph = book_graph(resolver->book);
    const GArray *refs = book_refs(resolver->book);
    if (!load_lines(resolver, error))
        return false;
    load_branches(resolver);
    for (guint i = 0; i < resolver->trunks->len; i++)
        fill(resolver, g_ptr_array_index(resolver->trunks, i));
    resolver->reachable = graph_set_new(graph);
    for (guint i = 0; i < refs->len; i++)
        graph_add_ancestors(graph, g_array_index(refs, struct book_ref, i).node,
                            resolver->reachable);
    return true;
}
