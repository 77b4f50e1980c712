#include "changes.h"

#include <string.h>

#define MODE_KIND 0170000u
#define MODE_TREE 0040000u
#define MODE_FILE 0100000u

/* Trees are read again and again from one commit to the next; this many are kept. */
#define KEPT_TREES 1024u

/* Git's own limit on folders in folders (core.maxTreeDepth). */
#define DEEPEST 2048u

struct tree {
    guint8 id[20];
    char *bytes;
    gsize length;
};

struct changes {
    struct objects *objects;
    struct tree *kept[KEPT_TREES];
    GString *path;
};

struct entry {
    const char *name;
    gsize name_length;
    struct tree_side side;
};

/* A reading position in a tree; `present` is false at its end. */
struct cursor {
    const char *at;
    const char *end;
    struct entry entry;
    bool present;
};

struct visit {
    struct changes *changes;
    changes_visit visit;
    changes_broken broken;
    void *user;
    guint depth;
};

static void tree_free(struct tree *tree)
{
    if (tree == NULL)
        return;
    g_free(tree->bytes);
    g_free(tree);
}

struct changes *changes_new(struct objects *objects)
{
    struct changes *changes = g_new0(struct changes, 1);
    changes->objects = objects;
    changes->path = g_string_new(NULL);
    return changes;
}

void changes_free(struct changes *changes)
{
    if (changes == NULL)
        return;
    for (guint i = 0; i < KEPT_TREES; i++)
        tree_free(changes->kept[i]);
    g_string_free(changes->path, TRUE);
    g_free(changes);
}

static guint32 canonical_mode(guint32 mode)
{
    if ((mode & MODE_KIND) == MODE_FILE)
        return MODE_FILE | ((mode & 0100u) != 0 ? 0755u : 0644u);
    return mode & MODE_KIND;
}

/* "<octal mode> <name>\0<20 bytes>"; a broken rest of a tree counts as its end. */
static void advance(struct cursor *cursor)
{
    guint32 mode = 0;
    const char *at = cursor->at;
    cursor->present = false;
    while (at < cursor->end && *at >= '0' && *at <= '7')
        mode = mode * 8 + (guint32)(*at++ - '0');
    if (at >= cursor->end || *at != ' ')
        return;
    const char *name = at + 1;
    const char *nul = memchr(name, '\0', (gsize)(cursor->end - name));
    if (nul == NULL || cursor->end - nul < 21)
        return;
    cursor->entry.name = name;
    cursor->entry.name_length = (gsize)(nul - name);
    cursor->entry.side.mode = canonical_mode(mode);
    memcpy(cursor->entry.side.id, nul + 1, 20);
    cursor->at = nul + 21;
    cursor->present = true;
}

/* Moves both past entries that are the same to the byte: most of any two trees. */
static void skip_equal(struct cursor *left, struct cursor *right)
{
    const char *a = left->at, *b = right->at;
    while (a < left->end && b < right->end) {
        const char *nul = memchr(a, '\0', (gsize)(left->end - a));
        gsize length = nul == NULL ? G_MAXSIZE : (gsize)(nul - a) + 21;
        if (length > (gsize)(left->end - a) || length > (gsize)(right->end - b) ||
            memcmp(a, b, length) != 0)
            break;
        a += length;
        b += length;
    }
    left->at = a;
    right->at = b;
}

static bool is_tree(const struct tree_side *side)
{
    return side->mode == MODE_TREE;
}

/* Git's order of entries: as if a folder's name ended in a slash. */
static int compare_entries(const struct entry *a, const struct entry *b)
{
    gsize shorter = MIN(a->name_length, b->name_length);
    int order = memcmp(a->name, b->name, shorter);
    if (order != 0)
        return order;
    guchar left = (guchar)(a->name_length > shorter ? a->name[shorter]
                           : is_tree(&a->side)      ? '/'
                                                    : 0);
    guchar right = (guchar)(b->name_length > shorter ? b->name[shorter]
                            : is_tree(&b->side)      ? '/'
                                                     : 0);
    return (left > right) - (left < right);
}

static struct tree *read_tree(struct visit *visit, const guint8 *id)
{
    struct changes *changes = visit->changes;
    guint slot;
    memcpy(&slot, id, sizeof slot);
    struct tree **kept = &changes->kept[slot % KEPT_TREES];
    if (*kept != NULL && memcmp((*kept)->id, id, 20) == 0)
        return g_steal_pointer(kept);
    struct object object;
    enum object_state state = objects_read(changes->objects, id, &object);
    if (state == OBJECT_READ && object.kind != OBJECT_TREE) {
        object_release(&object);
        state = OBJECT_CORRUPT;
    }
    if (state != OBJECT_READ) {
        visit->broken(visit->user, id, changes->path->str, state);
        return NULL;
    }
    struct tree *tree = g_new(struct tree, 1);
    memcpy(tree->id, id, 20);
    tree->bytes = g_memdup2(object.bytes, object.length + 1);
    tree->length = object.length;
    object_release(&object);
    return tree;
}

/* A tree in use belongs to its reader; given back, it takes its slot again. */
static void give_back(struct changes *changes, struct tree *tree)
{
    if (tree == NULL)
        return;
    guint slot;
    memcpy(&slot, tree->id, sizeof slot);
    struct tree **kept = &changes->kept[slot % KEPT_TREES];
    tree_free(*kept);
    *kept = tree;
}

static void merge_trees(struct visit *visit, const guint8 *old, const guint8 *new);

static void descend(struct visit *visit, const struct entry *entry, const guint8 *old,
                    const guint8 *new)
{
    GString *path = visit->changes->path;
    gsize length = path->len;
    g_string_append_len(path, entry->name, (gssize)entry->name_length);
    g_string_append_c(path, '/');
    visit->depth++;
    if (visit->depth > DEEPEST)
        visit->broken(visit->user, entry->side.id, path->str, OBJECT_CORRUPT);
    else
        merge_trees(visit, old, new);
    visit->depth--;
    g_string_truncate(path, length);
}

static void report(struct visit *visit, const struct entry *entry, const struct tree_side *old,
                   const struct tree_side *new)
{
    GString *path = visit->changes->path;
    gsize length = path->len;
    g_string_append_len(path, entry->name, (gssize)entry->name_length);
    visit->visit(visit->user, path->str, path->len, old, new);
    g_string_truncate(path, length);
}

/* An entry that only one side has. */
static void one_side(struct visit *visit, const struct entry *entry, bool is_new)
{
    static const struct tree_side absent = {.mode = 0};
    const struct tree_side *side = &entry->side;
    if (is_tree(side))
        descend(visit, entry, is_new ? NULL : side->id, is_new ? side->id : NULL);
    else
        report(visit, entry, is_new ? &absent : side, is_new ? side : &absent);
}

static void both_sides(struct visit *visit, const struct entry *old, const struct entry *new)
{
    bool same_id = memcmp(old->side.id, new->side.id, 20) == 0;
    if (same_id && old->side.mode == new->side.mode)
        return;
    if (is_tree(&new->side))
        descend(visit, new, old->side.id, new->side.id);
    else
        report(visit, new, &old->side, &new->side);
}

static struct cursor start(const struct tree *tree)
{
    struct cursor cursor = {.present = false};
    if (tree != NULL) {
        cursor.at = tree->bytes;
        cursor.end = tree->bytes + tree->length;
    }
    return cursor;
}

static void merge_trees(struct visit *visit, const guint8 *old, const guint8 *new)
{
    struct tree *old_tree = old == NULL ? NULL : read_tree(visit, old);
    struct tree *new_tree = new == NULL ? NULL : read_tree(visit, new);
    bool whole = (old == NULL || old_tree != NULL) && (new == NULL || new_tree != NULL);
    struct cursor left = start(whole ? old_tree : NULL);
    struct cursor right = start(whole ? new_tree : NULL);
    skip_equal(&left, &right);
    advance(&left);
    advance(&right);
    while (left.present || right.present) {
        int order = !left.present    ? 1
                    : !right.present ? -1
                                     : compare_entries(&left.entry, &right.entry);
        if (order < 0)
            one_side(visit, &left.entry, false);
        else if (order > 0)
            one_side(visit, &right.entry, true);
        else
            both_sides(visit, &left.entry, &right.entry);
        if (order == 0)
            skip_equal(&left, &right);
        if (order <= 0)
            advance(&left);
        if (order >= 0)
            advance(&right);
    }
    give_back(visit->changes, old_tree);
    give_back(visit->changes, new_tree);
}

void changes_between(struct changes *changes, const guint8 *old, const guint8 *new,
                     changes_visit visit, changes_broken broken, void *user)
{
    struct visit one = {changes, visit, broken, user, 0};
    g_string_truncate(changes->path, 0);
    if (old == NULL || memcmp(old, new, 20) != 0)
        merge_trees(&one, old, new);
}

bool changes_find(struct objects *objects, const guint8 tree[20], const char *name,
                  struct tree_side *ret_side)
{
    struct object object;
    struct cursor cursor = {.present = false};
    if (objects_read(objects, tree, &object) != OBJECT_READ)
        return false;
    cursor.at = object.bytes;
    cursor.end = object.bytes + object.length;
    if (object.kind == OBJECT_TREE)
        advance(&cursor);
    while (cursor.present && (cursor.entry.name_length != strlen(name) ||
                              memcmp(cursor.entry.name, name, strlen(name)) != 0))
        advance(&cursor);
    bool found = cursor.present;
    if (found)
        *ret_side = cursor.entry.side;
    object_release(&object);
    return found;
}
