#include "near.h"
#include "resolve.h"
#include "resolve_parts.h"

#include <string.h>

/* Subjects are near when at most this share of the longer one differs. */
#define NEAR_SHARE 4

/* The match of the main branch that is most like this one by its subject: the only one there is,
 * or one that is near. */
static gint nearest(const struct hunt *hunt, guint match, guint parts)
{
    const struct resolve_match *one = g_ptr_array_index(hunt->matches, match);
    guint best = G_MAXUINT;
    gint found = -1;
    for (guint i = 0; i < hunt->matches->len; i++) {
        const struct resolve_match *other = g_ptr_array_index(hunt->matches, i);
        if (!resolve_on_main(hunt, i))
            continue;
        guint distance = near_distance(one->subject, other->subject);
        gsize longer = MAX(strlen(one->subject), strlen(other->subject));
        if (distance < best && (parts == 1 || (gsize)distance * NEAR_SHARE <= longer)) {
            best = distance;
            found = (gint)i;
        }
    }
    return found;
}

/* Whether two groups meet on a branch outside of the main one: then they are two changes. */
static bool groups_meet(const struct hunt *hunt, guint a, guint b)
{
    guint left = resolve_root(hunt, a), right = resolve_root(hunt, b);
    for (guint t = 0; t < hunt->resolver->trunks->len; t++) {
        const struct resolve_trunk *trunk = g_ptr_array_index(hunt->resolver->trunks, t);
        bool has_left = false, has_right = false;
        for (guint i = 0; i < hunt->matches->len; i++) {
            const struct resolve_match *match = g_ptr_array_index(hunt->matches, i);
            has_left |= trunk->set[match->node] != 0 && resolve_root(hunt, i) == left;
            has_right |= trunk->set[match->node] != 0 && resolve_root(hunt, i) == right;
        }
        if (has_left && has_right)
            return true;
    }
    return false;
}

static guint count_main(const struct hunt *hunt)
{
    guint count = 0;
    for (guint i = 0; i < hunt->matches->len; i++)
        count += resolve_root(hunt, i) == i && resolve_group_has_main(hunt, i);
    return count;
}

static void join_near(struct hunt *hunt)
{
    guint parts = count_main(hunt);
    for (guint i = 0; parts > 0 && i < hunt->matches->len; i++) {
        if (resolve_group_has_main(hunt, i))
            continue;
        gint near = nearest(hunt, i, parts);
        if (near < 0 || groups_meet(hunt, i, (guint)near))
            continue;
        guint root = resolve_root(hunt, i);
        for (guint j = 0; j < hunt->matches->len; j++) {
            struct resolve_match *match = g_ptr_array_index(hunt->matches, j);
            match->near = match->near || resolve_root(hunt, j) == root;
        }
        resolve_join(hunt, i, (guint)near);
    }
}

static bool set_reverted(struct hunt *hunt, struct resolve_match *match, GError **error)
{
    struct resolver *resolver = hunt->resolver;
    for (guint i = 0; i < resolver->trunks->len && match->reverted[0] == '\0'; i++) {
        const struct resolve_trunk *trunk = g_ptr_array_index(resolver->trunks, i);
        gint revert = trunk->set[match->node] == 0
                          ? -1
                          : lineage_revert(resolver->lineage, match->node, trunk->set);
        if (revert >= 0 && !lineage_hex(resolver->lineage, (guint)revert, match->reverted, error))
            return false;
    }
    return true;
}

/* What its Fixes: lines name; those of the main branch's commit before those of a backport. */
static bool set_introduced(struct hunt *hunt, struct resolve_part *part, guint node, GError **error)
{
    struct lineage *lineage = hunt->resolver->lineage;
    guint unclear = 0;
    g_autoptr(GArray) targets = lineage_targets(
        lineage, graph_commit_id(book_graph(hunt->resolver->book), node), &unclear, error);
    if (targets == NULL)
        return false;
    part->clear = targets->len > 0 && unclear == 0;
    g_array_append_vals(part->introduced_by, targets->data, targets->len);
    return targets->len == 0 ||
           lineage_hex(lineage, g_array_index(targets, guint, 0), part->introduced, error);
}

static bool is_better(const struct hunt *hunt, guint one, gint than)
{
    const guint8 *main = lineage_main(hunt->resolver->lineage);
    const struct resolve_match *match = g_ptr_array_index(hunt->matches, one);
    if (than < 0)
        return true;
    const struct resolve_match *other = g_ptr_array_index(hunt->matches, (guint)than);
    if ((main[match->node] != 0) != (main[other->node] != 0))
        return main[match->node] != 0;
    if ((match->reverted[0] == '\0') != (other->reverted[0] == '\0'))
        return match->reverted[0] == '\0';
    return match->node < other->node;
}

static bool add_part(struct hunt *hunt, struct resolve_place *place, guint root, GError **error)
{
    struct resolve_part *part = g_new0(struct resolve_part, 1);
    gint chief = -1;
    part->introduced_by = g_array_new(FALSE, FALSE, sizeof(guint));
    g_ptr_array_add(place->parts, part);
    for (guint i = 0; i < hunt->matches->len; i++) {
        struct resolve_match *match = g_ptr_array_index(hunt->matches, i);
        if (resolve_root(hunt, i) != root)
            continue;
        match->part = place->parts->len - 1;
        chief = is_better(hunt, i, chief) ? (gint)i : chief;
    }
    const struct resolve_match *match = g_ptr_array_index(hunt->matches, (guint)chief);
    bool main = resolve_on_main(hunt, (guint)chief);
    part->subject = g_strdup(match->subject);
    part->time = match->time;
    part->withdrawn = main && lineage_revert(hunt->resolver->lineage, match->node,
                                             lineage_main(hunt->resolver->lineage)) >= 0;
    if (main)
        memcpy(part->commit, match->commit, sizeof part->commit);
    return set_introduced(hunt, part, match->node, error);
}

bool resolve_make_parts(struct hunt *hunt, struct resolve_place *place, GError **error)
{
    join_near(hunt);
    for (guint i = 0; i < hunt->matches->len; i++)
        if (!set_reverted(hunt, g_ptr_array_index(hunt->matches, i), error))
            return false;
    for (guint i = 0; i < hunt->matches->len; i++)
        if (resolve_root(hunt, i) == i && !add_part(hunt, place, i, error))
            return false;
    return true;
}
