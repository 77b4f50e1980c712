/* Since which commits a line can have the problem. */
#include "resolve.h"
#include "resolve_parts.h"

struct beginning {
    struct resolver *resolver;
    GArray *nodes; /* guint: candidates, also such as only lead to others */
    bool clear;    /* they are all named, and none is only where a file came from */
    bool known;    /* nothing began before all of them */
};

/* The commit that a part is judged by: the main branch's, else the first. */
static gint64 commit_of(const struct beginning *beginning, const struct resolve_place *place,
                        guint part)
{
    const struct resolve_part *asked = g_ptr_array_index(place->parts, part);
    for (guint i = 0; i < place->matches->len; i++) {
        const struct resolve_match *match = g_ptr_array_index(place->matches, i);
        if (match->part == part &&
            (asked->commit[0] == '\0' || g_str_equal(asked->commit, match->commit)))
            return graph_commit_id(book_graph(beginning->resolver->book), match->node);
    }
    return 0;
}

static bool add_part(struct beginning *beginning, const struct resolve_place *place, guint index,
                     GError **error)
{
    const struct resolve_part *part = g_ptr_array_index(place->parts, index);
    bool known = true;
    if (part->clear)
        g_array_append_vals(beginning->nodes, part->introduced_by->data, part->introduced_by->len);
    else if (!resolve_find_arrivals(beginning->resolver, commit_of(beginning, place, index),
                                    beginning->nodes, &known, error))
        return false;
    beginning->known = beginning->known && known;
    beginning->clear = beginning->clear && part->clear;
    return true;
}

static int by_node(gconstpointer a, gconstpointer b)
{
    guint left = *(const guint *)a, right = *(const guint *)b;
    return (left > right) - (left < right);
}

/* Leaves out those that come after another: what they lead to, it leads to. Those that are named
 * stay, for each may have been carried to a line alone. */
static void keep_earliest(struct beginning *beginning)
{
    const struct lineage *lineage = beginning->resolver->lineage;
    GArray *kept = g_array_new(FALSE, FALSE, sizeof(guint));
    g_array_sort(beginning->nodes, by_node);
    for (guint i = 0; i < beginning->nodes->len; i++) {
        guint node = g_array_index(beginning->nodes, guint, i);
        g_autofree guint8 *set = kept->len == 0 ? NULL : lineage_ancestry(lineage, node);
        bool later = false;
        for (guint j = 0; j < kept->len && !later; j++)
            later = set[g_array_index(kept, guint, j)] != 0;
        if (!later)
            g_array_append_val(kept, node);
    }
    g_array_unref(beginning->nodes);
    beginning->nodes = kept;
}

static bool add_hex(const struct beginning *beginning, struct resolve_line *line, guint node,
                    GError **error)
{
    char hex[41];
    if (!lineage_hex(beginning->resolver->lineage, node, hex, error))
        return false;
    if (!g_ptr_array_find_with_equal_func(line->begins, hex, g_str_equal, NULL))
        g_ptr_array_add(line->begins, g_strdup(hex));
    return true;
}

/* Those that lead to the line, or what carried them there. */
static bool fill_line(const struct beginning *beginning, const struct resolve_trunk *trunk,
                      struct resolve_line *line, GError **error)
{
    struct lineage *lineage = beginning->resolver->lineage;
    for (guint i = 0; i < beginning->nodes->len; i++) {
        guint node = g_array_index(beginning->nodes, guint, i);
        gint carrier = (gint)node;
        char hex[41];
        if (trunk->set[node] == 0 && (!lineage_hex(lineage, node, hex, error) ||
                                      !lineage_carrier(lineage, hex, trunk->set, &carrier, error)))
            return false;
        if (carrier >= 0 && !add_hex(beginning, line, (guint)carrier, error))
            return false;
    }
    return true;
}

/* Down the main branch as long as the line lacks what is there. */
static bool set_after(const struct resolver *resolver, const struct resolve_trunk *trunk,
                      struct resolve_line *line, GError **error)
{
    const struct graph *graph = book_graph(resolver->book);
    gint after = -1;
    for (gint node = (gint)lineage_main_tip(resolver->lineage); node >= 0 && trunk->set[node] == 0;
         node = graph_first_parent(graph, (guint)node))
        after = node;
    return after < 0 || lineage_hex(resolver->lineage, (guint)after, line->after, error);
}

static bool fill(const struct beginning *beginning, struct resolve_place *place, GError **error)
{
    const GPtrArray *trunks = beginning->resolver->trunks;
    guint next = 0;
    for (guint i = 0; i < trunks->len && next < place->lines->len; i++) {
        const struct resolve_trunk *trunk = g_ptr_array_index(trunks, i);
        if (trunk->name == NULL)
            continue;
        struct resolve_line *line = g_ptr_array_index(place->lines, next++);
        bool has = line->state != RESOLVE_NOT_AFFECTED && line->state != RESOLVE_UNKNOWN;
        if (!set_after(beginning->resolver, trunk, line, error) ||
            (has && beginning->known && !fill_line(beginning, trunk, line, error)))
            return false;
    }
    return true;
}

bool resolve_find_begins(struct resolver *resolver, struct resolve_place *place, GError **error)
{
    struct beginning beginning = {resolver, g_array_new(FALSE, FALSE, sizeof(guint)), true, true};
    bool done = true;
    for (guint i = 0; i < place->parts->len && done; i++)
        done = add_part(&beginning, place, i, error);
    if (done && !beginning.clear)
        keep_earliest(&beginning);
    done = done && fill(&beginning, place, error);
    g_array_unref(beginning.nodes);
    return done;
}
