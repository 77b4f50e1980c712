#include "resolve.h"
#include "resolve_parts.h"

#include <string.h>

guint resolve_root(const struct hunt *hunt, guint match)
{
    while (g_array_index(hunt->group, guint, match) != match)
        match = g_array_index(hunt->group, guint, match);
    return match;
}

void resolve_join(struct hunt *hunt, guint a, guint b)
{
    guint left = resolve_root(hunt, a), right = resolve_root(hunt, b);
    g_array_index(hunt->group, guint, MAX(left, right)) = MIN(left, right);
}

bool resolve_on_main(const struct hunt *hunt, guint match)
{
    const struct resolve_match *one = g_ptr_array_index(hunt->matches, match);
    return lineage_main(hunt->resolver->lineage)[one->node] != 0;
}

bool resolve_group_has_main(const struct hunt *hunt, guint match)
{
    guint root = resolve_root(hunt, match);
    for (guint i = 0; i < hunt->matches->len; i++)
        if (resolve_root(hunt, i) == root && resolve_on_main(hunt, i))
            return true;
    return false;
}

static gint find_match(const struct hunt *hunt, guint node)
{
    for (guint i = 0; i < hunt->matches->len; i++) {
        const struct resolve_match *match = g_ptr_array_index(hunt->matches, i);
        if (match->node == node)
            return (gint)i;
    }
    return -1;
}

struct clue {
    guint node;
    enum resolve_evidence evidence;
    gint patch;   /* or -1 */
    gint through; /* a match, or -1 */
};

/* What comes first is the better evidence. Merges bring what others changed. */
static bool take(struct hunt *hunt, const struct clue *clue, GError **error)
{
    struct resolver *resolver = hunt->resolver;
    gint known = find_match(hunt, clue->node);
    guint index = hunt->matches->len;
    if (resolver->reachable[clue->node] == 0 || book_is_merge(resolver->book, clue->node))
        return true;
    if (known < 0) {
        struct resolve_match *match = resolve_match_new(resolver, clue->node, error);
        if (match == NULL)
            return false;
        match->evidence = clue->evidence;
        match->patch = clue->patch;
        if (clue->through >= 0) {
            const struct resolve_match *through =
                g_ptr_array_index(hunt->matches, (guint)clue->through);
            memcpy(match->through, through->commit, sizeof match->through);
        }
        g_ptr_array_add(hunt->matches, match);
        g_array_append_val(hunt->group, index);
        known = (gint)index;
    }
    /* A backport of two commits does not make one of them. */
    if (clue->through >= 0 && !(resolve_group_has_main(hunt, (guint)clue->through) &&
                                resolve_group_has_main(hunt, (guint)known)))
        resolve_join(hunt, (guint)clue->through, (guint)known);
    return true;
}

static bool add_patch(struct hunt *hunt, guint patch, GError **error)
{
    const struct patch_named *asked = g_ptr_array_index(hunt->question->patches, patch);
    if (asked->face == NULL || hunt->resolver->shapes == NULL)
        return true;
    g_autoptr(GArray) found = shapes_find(hunt->resolver->shapes, asked->face, error);
    gint first = -1;
    for (guint i = 0; found != NULL && i < found->len; i++) {
        const struct shapes_match *match = &g_array_index(found, struct shapes_match, i);
        const struct clue clue = {match->node, match->identical ? RESOLVE_IDENTITY : RESOLVE_LINES,
                                  (gint)patch, -1};
        if (!take(hunt, &clue, error))
            return false;
        gint index = find_match(hunt, match->node);
        if (first >= 0 && index >= 0)
            resolve_join(hunt, (guint)first, (guint)index);
        first = first < 0 ? index : first;
    }
    return found != NULL;
}

static GArray *find_mentions(struct resolver *resolver, const char *advisory, bool claims,
                             GError **error)
{
    struct store_statement *query = store_statement(resolver->history, "resolve_mentions");
    g_autoptr(GArray) nodes = g_array_new(FALSE, FALSE, sizeof(guint));
    bool row = false;
    guint node = 0;
    store_bind_text(query, 1, advisory, -1);
    while (true) {
        if (!store_step(query, &row, error))
            return NULL;
        if (!row)
            return g_steal_pointer(&nodes);
        bool claimed = !g_str_equal(store_text(query, 1), "mention");
        if ((claimed || !claims) &&
            graph_node(book_graph(resolver->book), store_int(query, 0), &node))
            g_array_append_val(nodes, node);
    }
}

bool resolve_hunt_mentions(struct hunt *hunt, bool claims, GError **error)
{
    g_autoptr(GArray) nodes =
        find_mentions(hunt->resolver, hunt->question->advisory, claims, error);
    for (guint i = 0; nodes != NULL && i < nodes->len; i++) {
        const struct clue clue = {g_array_index(nodes, guint, i), RESOLVE_DECLARED, -1, -1};
        if (!take(hunt, &clue, error))
            return false;
    }
    return nodes != NULL;
}

/* What a match says it comes from. */
static bool add_origins(struct hunt *hunt, guint match, GError **error)
{
    struct resolver *resolver = hunt->resolver;
    const struct resolve_match *from = g_ptr_array_index(hunt->matches, match);
    struct store_statement *query = store_statement(resolver->history, "resolve_origins");
    g_autoptr(GPtrArray) digits = g_ptr_array_new_with_free_func(g_free);
    bool row = true;
    store_bind_int(query, 1, graph_commit_id(book_graph(resolver->book), from->node));
    while (row) {
        if (!store_step(query, &row, error))
            return false;
        if (row)
            g_ptr_array_add(digits, g_strdup(store_text(query, 0)));
    }
    for (guint i = 0; i < digits->len; i++) {
        gint node = -1;
        if (!lineage_find(resolver->lineage, g_ptr_array_index(digits, i), &node, error))
            return false;
        const struct clue clue = {(guint)MAX(node, 0), RESOLVE_ORIGIN, -1, (gint)match};
        if (node >= 0 && !take(hunt, &clue, error))
            return false;
    }
    return true;
}

/* What names a match as its origin, on any branch. */
static bool add_carriers(struct hunt *hunt, guint match, GError **error)
{
    struct resolver *resolver = hunt->resolver;
    const struct resolve_match *from = g_ptr_array_index(hunt->matches, match);
    for (guint i = 0; i < resolver->trunks->len; i++) {
        const struct resolve_trunk *trunk = g_ptr_array_index(resolver->trunks, i);
        gint node = -1;
        if (trunk->set[from->node] != 0)
            continue;
        if (!lineage_carrier(resolver->lineage, from->commit, trunk->set, &node, error))
            return false;
        const struct clue clue = {(guint)MAX(node, 0), RESOLVE_ORIGIN, -1, (gint)match};
        if (node >= 0 && !take(hunt, &clue, error))
            return false;
    }
    return true;
}

static bool add_alike(struct hunt *hunt, guint match, GError **error)
{
    struct resolver *resolver = hunt->resolver;
    const struct resolve_match *from = g_ptr_array_index(hunt->matches, match);
    if (resolver->shapes == NULL || lineage_main(resolver->lineage)[from->node] == 0)
        return true;
    g_autoptr(GArray) found = shapes_alike(resolver->shapes, from->node, error);
    for (guint i = 0; found != NULL && i < found->len; i++) {
        const struct shapes_match *alike = &g_array_index(found, struct shapes_match, i);
        const struct clue clue = {alike->node, RESOLVE_TWIN, -1, (gint)match};
        if (!take(hunt, &clue, error))
            return false;
    }
    return found != NULL;
}

/* Matches that are found on the way are looked at too. */
static bool spread(struct hunt *hunt, bool (*step)(struct hunt *hunt, guint match, GError **error),
                   GError **error)
{
    for (guint i = 0; i < hunt->matches->len; i++)
        if (!step(hunt, i, error))
            return false;
    return true;
}

static void join_subjects(struct hunt *hunt)
{
    for (guint i = 0; i < hunt->matches->len; i++)
        for (guint j = 0; j < i; j++) {
            const struct resolve_match *one = g_ptr_array_index(hunt->matches, i);
            const struct resolve_match *other = g_ptr_array_index(hunt->matches, j);
            if (g_str_equal(one->subject, other->subject)) {
                resolve_join(hunt, i, j);
                break;
            }
        }
}

bool resolve_hunt_patches(struct hunt *hunt, GError **error)
{
    for (guint i = 0; i < hunt->question->patches->len; i++)
        if (!add_patch(hunt, i, error))
            return false;
    return true;
}

static bool add_named(struct hunt *hunt, GError **error)
{
    for (guint i = 0; i < hunt->question->commits->len; i++) {
        gint node = -1;
        if (!lineage_find(hunt->resolver->lineage, hunt->question->commits->pdata[i], &node, error))
            return false;
        const struct clue clue = {(guint)MAX(node, 0), RESOLVE_NAMED, -1, -1};
        if (node >= 0 && !take(hunt, &clue, error))
            return false;
    }
    return true;
}

bool resolve_hunt(struct hunt *hunt, GError **error)
{
    if (!resolve_hunt_patches(hunt, error) || !resolve_hunt_mentions(hunt, true, error) ||
        !add_named(hunt, error) || !spread(hunt, add_origins, error) ||
        !spread(hunt, add_alike, error) || !spread(hunt, add_carriers, error))
        return false;
    join_subjects(hunt);
    return true;
}
