/* Any bytes as two lists of files: the pairs must be well formed, and no file read twice. */
#include "renames.h"

#include <stdlib.h>
#include <string.h>

enum { FILES_MOST = 12 };

struct input {
    const guint8 *bytes;
    gsize left;
};

struct list {
    struct rename_side sides[FILES_MOST];
    struct input contents[FILES_MOST];
    guint reads[FILES_MOST];
    guint n;
};

struct lists {
    struct list gone;
    struct list born;
};

int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size);

static guint8 take_byte(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->bytes++;
}

static struct input take(struct input *input, gsize wanted)
{
    struct input part = {input->bytes, MIN(wanted, input->left)};
    input->bytes += part.left;
    input->left -= part.left;
    return part;
}

static void make_list(struct list *list, struct input *input)
{
    static const char *const paths[] = {"a", "b", "a/x", "b/x", "c/x", "a/y", "b/", "/"};
    static const guint32 modes[] = {0100644, 0100644, 0100644, 0100755, 0120000, 0160000};
    list->n = take_byte(input) % (FILES_MOST + 1);
    for (guint i = 0; i < list->n; i++) {
        guint8 head = take_byte(input);
        list->sides[i].path = paths[head % G_N_ELEMENTS(paths)];
        list->sides[i].mode = modes[(head >> 3) % G_N_ELEMENTS(modes)];
        memset(list->sides[i].id, take_byte(input), sizeof list->sides[i].id);
        list->contents[i] = take(input, take_byte(input) * 4U);
    }
}

static const char *read_content(void *user, const struct rename_side *side, gsize *ret_length)
{
    struct lists *lists = user;
    const struct rename_side *born = lists->born.sides;
    struct list *list = side >= born && side < born + FILES_MOST ? &lists->born : &lists->gone;
    gsize index = (gsize)(side - list->sides);
    if (list->reads[index]++ > 0 || index >= list->n)
        abort();
    *ret_length = list->contents[index].left;
    return (const char *)list->contents[index].bytes;
}

static void check_pairs(const struct lists *lists, const GArray *pairs)
{
    bool used[FILES_MOST] = {false};
    for (guint i = 0; i < pairs->len; i++) {
        const struct rename_pair *pair = &g_array_index(pairs, struct rename_pair, i);
        if (pair->gone >= lists->gone.n || pair->born >= lists->born.n || used[pair->gone])
            abort();
        if (pair->similarity < 50 || pair->similarity > 100)
            abort();
        if (i > 0 && (pair - 1)->born >= pair->born)
            abort();
        used[pair->gone] = true;
    }
}

int LLVMFuzzerTestOneInput(const guint8 *bytes, gsize size)
{
    struct input input = {bytes, size};
    struct lists lists = {0};
    make_list(&lists.gone, &input);
    make_list(&lists.born, &input);
    g_autoptr(GArray) pairs = renames_find(lists.gone.sides, lists.gone.n, lists.born.sides,
                                           lists.born.n, read_content, &lists);
    check_pairs(&lists, pairs);
    return 0;
}
