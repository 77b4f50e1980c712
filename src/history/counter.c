#include "counter.h"

#include "commit.h"
#include "linecount.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#define MODE_LINK 0160000u /* a submodule: a commit of another repository */

#define KEPT_VERSIONS 6u

struct version_kept {
    struct object object;
    guint8 id[20];
    bool held;
};

struct counter {
    struct objects *objects;
    struct linecount *lines;
    struct version_kept kept[KEPT_VERSIONS];
    guint oldest;
    GArray *lent; /* struct object */
};

/* One side of a change, ready to be compared. */
struct content {
    const char *bytes;
    gsize length;
    char text[64]; /* of a submodule */
};

/* Versions of a file are taken and given back by the thousand: without this each of the larger ones
 * is mapped and unmapped, and every page of it touched anew. */
static void keep_memory(void)
{
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 128 << 20);
}

struct counter *counter_new(const char *objects_folder, GError **error)
{
    keep_memory();
    struct objects *objects = objects_open(objects_folder, error);
    if (objects == NULL)
        return NULL;
    struct counter *counter = g_new0(struct counter, 1);
    counter->objects = objects;
    counter->lines = linecount_new();
    counter->lent = g_array_new(FALSE, FALSE, sizeof(struct object));
    return counter;
}

void counter_free(struct counter *counter)
{
    if (counter == NULL)
        return;
    counter_forget(counter);
    counter_take_back(counter);
    g_array_unref(counter->lent);
    linecount_free(counter->lines);
    objects_close(counter->objects);
    g_free(counter);
}

void counter_forget(struct counter *counter)
{
    for (guint i = 0; i < KEPT_VERSIONS; i++)
        if (counter->kept[i].held)
            object_release(&counter->kept[i].object);
    memset(counter->kept, 0, sizeof counter->kept);
}

static enum object_state read_version(struct counter *counter, const guint8 id[20],
                                      const struct object **ret_object)
{
    for (guint i = 0; i < KEPT_VERSIONS; i++) {
        if (!counter->kept[i].held || memcmp(counter->kept[i].id, id, 20) != 0)
            continue;
        /* The other side must not push out the one just handed out. */
        if (i == counter->oldest % KEPT_VERSIONS)
            counter->oldest++;
        *ret_object = &counter->kept[i].object;
        return OBJECT_READ;
    }
    struct object object;
    enum object_state state = objects_read(counter->objects, id, &object);
    if (state != OBJECT_READ)
        return state;
    struct version_kept *slot = &counter->kept[counter->oldest++ % KEPT_VERSIONS];
    if (slot->held)
        object_release(&slot->object);
    slot->object = object;
    slot->held = true;
    memcpy(slot->id, id, 20);
    *ret_object = &slot->object;
    return OBJECT_READ;
}

static void describe_link(const guint8 id[20], struct content *ret_content)
{
    char hex[41];
    id_to_hex(id, hex);
    ret_content->length =
        (gsize)snprintf(ret_content->text, sizeof ret_content->text, "Subproject commit %s\n", hex);
    ret_content->bytes = ret_content->text;
}

static enum object_state read_content(struct counter *counter, const struct tree_side *side,
                                      struct content *ret_content)
{
    const struct object *object = NULL;
    ret_content->bytes = NULL;
    ret_content->length = 0;
    if (side->mode == 0)
        return OBJECT_READ;
    if (side->mode == MODE_LINK) {
        describe_link(side->id, ret_content);
        return OBJECT_READ;
    }
    enum object_state state = read_version(counter, side->id, &object);
    if (state != OBJECT_READ)
        return state;
    if (object->kind != OBJECT_BLOB)
        return OBJECT_CORRUPT;
    ret_content->bytes = object->bytes;
    ret_content->length = object->length;
    return OBJECT_READ;
}

/* When both sides are lost the new one is named: the old one was new before. */
struct counted counter_compare(struct counter *counter, const struct tree_side *old,
                               const struct tree_side *new)
{
    struct content before, after;
    enum object_state old_state = read_content(counter, old, &before);
    enum object_state new_state = read_content(counter, new, &after);
    if (new_state != OBJECT_READ)
        return (struct counted){.content = COUNT_MISSING, .lost = new_state, .lost_new = true};
    if (old_state != OBJECT_READ)
        return (struct counted){.content = COUNT_MISSING, .lost = old_state};
    struct line_delta delta =
        linecount_compare(counter->lines, before.bytes, before.length, after.bytes, after.length);
    return (struct counted){.added = delta.added,
                            .deleted = delta.deleted,
                            .content = delta.binary ? COUNT_BINARY : COUNT_TEXT};
}

const char *counter_lend(struct counter *counter, const guint8 id[20], gsize *ret_length)
{
    struct object object;
    if (objects_read(counter->objects, id, &object) != OBJECT_READ)
        return NULL;
    g_array_append_val(counter->lent, object);
    *ret_length = object.length;
    return object.bytes;
}

void counter_take_back(struct counter *counter)
{
    for (guint i = 0; i < counter->lent->len; i++)
        object_release(&g_array_index(counter->lent, struct object, i));
    g_array_set_size(counter->lent, 0);
}
