#include "walk.h"

#include "commit.h"

#include <string.h>

/* How many bytes of commit objects are kept between walking and writing. */
#define RAW_LIMIT ((gsize)48 << 20)

struct walk {
    struct objects *objects;
    walk_lookup lookup;
    void *user;
    GHashTable *nodes; /* id -> struct walk_node, owned */
    GHashTable *cuts;  /* ids of commits without their parents */
    GPtrArray *order;
    gsize raw_bytes;
};

struct step {
    struct walk_node *node;
    guint next; /* parent to look at next */
};

static guint hash_id(gconstpointer key)
{
    guint hash;
    memcpy(&hash, key, sizeof hash);
    return hash;
}

static gboolean equal_ids(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, 20) == 0;
}

static void node_free(gpointer pointer)
{
    struct walk_node *node = pointer;
    g_free(node->parents);
    g_free(node->raw);
    g_free(node);
}

struct walk *walk_new(struct objects *objects, walk_lookup lookup, void *user)
{
    struct walk *walk = g_new0(struct walk, 1);
    walk->objects = objects;
    walk->lookup = lookup;
    walk->user = user;
    walk->nodes = g_hash_table_new_full(hash_id, equal_ids, NULL, node_free);
    walk->cuts = g_hash_table_new_full(hash_id, equal_ids, g_free, NULL);
    walk->order = g_ptr_array_new();
    return walk;
}

void walk_free(struct walk *walk)
{
    if (walk == NULL)
        return;
    g_ptr_array_unref(walk->order);
    g_hash_table_unref(walk->nodes);
    g_hash_table_unref(walk->cuts);
    g_free(walk);
}

void walk_cut_at(struct walk *walk, const guint8 id[20])
{
    g_hash_table_add(walk->cuts, g_memdup2(id, 20));
}

bool walk_is_cut(const struct walk *walk, const guint8 id[20])
{
    return g_hash_table_contains(walk->cuts, id);
}

static struct walk_node *find_or_make(struct walk *walk, const guint8 id[20], bool *ret_fresh)
{
    struct walk_node *node = g_hash_table_lookup(walk->nodes, id);
    *ret_fresh = node == NULL;
    if (node != NULL)
        return node;
    node = g_new0(struct walk_node, 1);
    memcpy(node->id, id, 20);
    g_hash_table_insert(walk->nodes, node->id, node);
    node->row = walk->lookup(walk->user, id);
    node->state = node->row != 0 ? WALK_KNOWN : WALK_NEW;
    return node;
}

static bool take_parents(struct walk *walk, struct walk_node *node, const struct commit *commit)
{
    node->parent_count = commit->parent_count;
    node->parents = g_new0(struct walk_node *, commit->parent_count);
    /* A cut stays one though another branch may hold the parent. */
    node->cut = commit->parent_count > 0 && walk_is_cut(walk, node->id);
    for (guint i = 0; !node->cut && i < commit->parent_count; i++) {
        guint8 id[20];
        bool fresh = false;
        if (!commit_parent(commit, i, id))
            return false;
        node->parents[i] = find_or_make(walk, id, &fresh);
    }
    return true;
}

static void keep_raw(struct walk *walk, struct walk_node *node, const struct object *object)
{
    if (walk->raw_bytes + object->length > RAW_LIMIT)
        return;
    node->raw = g_memdup2(object->bytes, object->length + 1);
    node->raw_length = object->length;
    walk->raw_bytes += object->length;
}

/* Reads a new node's object; false when nothing can be made of it. */
static bool read_node(struct walk *walk, struct walk_node *node)
{
    struct object object;
    struct commit commit;
    enum object_state state = objects_read(walk->objects, node->id, &object);
    if (state != OBJECT_READ) {
        node->state = state == OBJECT_MISSING ? WALK_MISSING : WALK_CORRUPT;
        return false;
    }
    bool good = object.kind == OBJECT_COMMIT &&
                commit_parse(object.bytes, object.length, &commit, NULL) &&
                take_parents(walk, node, &commit);
    if (good) {
        memcpy(node->tree, commit.tree, sizeof node->tree);
        keep_raw(walk, node, &object);
    } else {
        node->state = WALK_CORRUPT;
        node->parent_count = 0;
    }
    object_release(&object);
    return good;
}

static void open_node(struct walk *walk, GArray *stack, struct walk_node *node)
{
    node->seen = true;
    if (!read_node(walk, node))
        return;
    struct step step = {node, node->cut ? node->parent_count : 0};
    g_array_append_val(stack, step);
}

/* Depth first, a node after its parents: the first parents of a line end up side by side. */
struct walk_node *walk_add(struct walk *walk, const guint8 id[20], const volatile int *stop)
{
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(struct step));
    bool fresh = false;
    struct walk_node *tip = find_or_make(walk, id, &fresh);
    if (fresh && tip->state == WALK_NEW)
        open_node(walk, stack, tip);
    while (stack->len > 0) {
        if (stop != NULL && *stop != 0)
            return NULL;
        struct step *top = &g_array_index(stack, struct step, stack->len - 1);
        struct walk_node *node = top->node;
        if (top->next == node->parent_count) {
            g_ptr_array_add(walk->order, node);
            g_array_set_size(stack, stack->len - 1);
            continue;
        }
        struct walk_node *parent = node->parents[top->next++];
        if (parent->state == WALK_NEW && !parent->seen)
            open_node(walk, stack, parent);
    }
    return tip;
}

bool walk_met(const struct walk *walk, const guint8 id[20])
{
    const struct walk_node *node = g_hash_table_lookup(walk->nodes, id);
    return node != NULL && node->state == WALK_KNOWN;
}

GPtrArray *walk_order(struct walk *walk)
{
    return walk->order;
}

bool walk_raw(struct walk *walk, const struct walk_node *node, struct object *ret_object)
{
    if (node->raw == NULL)
        return objects_read(walk->objects, node->id, ret_object) == OBJECT_READ;
    *ret_object = (struct object){OBJECT_COMMIT, node->raw, node->raw_length, NULL};
    return true;
}

void walk_drop_raw(struct walk *walk, struct walk_node *node)
{
    if (node->raw == NULL)
        return;
    walk->raw_bytes -= node->raw_length;
    g_clear_pointer(&node->raw, g_free);
}
