#include "word_diff.h"

#include <stdbool.h>
#include <string.h>

#define CELLS_MOST 4000000 /* of the table below: 16 MB, some ten milliseconds */

/* A word with the blanks before it. */
struct word {
    const char *from;
    gsize length; /* with the blanks */
    guint id;     /* the same for the same letters */
};

struct sides {
    const struct word *old, *new;
    guint old_count, new_count;
};

static void free_run(gpointer pointer)
{
    struct word_run *run = pointer;
    g_free(run->text);
    g_free(run);
}

static GArray *split(const char *text, GHashTable *ids)
{
    /* Room for one at least, so that there is a place to point at. */
    GArray *words = g_array_sized_new(FALSE, FALSE, sizeof(struct word), 16);
    for (const char *at = text; *at != '\0';) {
        struct word word = {.from = at};
        at += strspn(at, " \t\r\n");
        gsize letters = strcspn(at, " \t\r\n");
        if (letters == 0)
            break;
        char *key = g_strndup(at, letters);
        gpointer known = g_hash_table_lookup(ids, key);
        word.id = known == NULL ? g_hash_table_size(ids) + 1 : GPOINTER_TO_UINT(known);
        g_hash_table_replace(ids, key, GUINT_TO_POINTER(word.id));
        at += letters;
        word.length = (gsize)(at - word.from);
        g_array_append_val(words, word);
    }
    return words;
}

static void add(GPtrArray *runs, enum word_kind kind, const struct word *words, guint count)
{
    if (count == 0)
        return;
    const struct word *last = words + count - 1;
    struct word_run *run = g_new0(struct word_run, 1);
    run->kind = kind;
    run->text = g_strndup(words->from, (gsize)(last->from + last->length - words->from));
    g_ptr_array_add(runs, run);
}

/* table[i * width + j]: how many words the old from i on and the new from j on share, in order. */
static guint32 *count_shared(const struct sides *sides)
{
    gsize width = (gsize)sides->new_count + 1;
    guint32 *table = g_new0(guint32, (sides->old_count + 1) * width);
    for (guint i = sides->old_count; i-- > 0;)
        for (guint j = sides->new_count; j-- > 0;) {
            guint32 *cell = table + i * width + j;
            bool same = sides->old[i].id == sides->new[j].id;
            *cell = same ? cell[width + 1] + 1 : MAX(cell[width], cell[1]);
        }
    return table;
}

/* `kept[i]`: the position in the new of the old's word i, or -1. */
static void follow(const struct sides *sides, const guint32 *table, gint64 *kept)
{
    gsize width = (gsize)sides->new_count + 1;
    guint i = 0, j = 0;
    while (i < sides->old_count && j < sides->new_count) {
        const guint32 *cell = table + i * width + j;
        if (sides->old[i].id == sides->new[j].id)
            kept[i++] = j++;
        else if (cell[width] >= cell[1])
            i++;
        else
            j++;
    }
}

/* A single word kept, between others that were replaced, only makes them hard to read. */
static void drop_islands(const struct sides *sides, gint64 *kept)
{
    gint64 before = -1; /* where the word kept before is in the new */
    for (guint i = 0; i < sides->old_count; i++) {
        if (kept[i] < 0)
            continue;
        bool alone = i > 0 && kept[i - 1] < 0 && i + 1 < sides->old_count && kept[i + 1] < 0;
        bool replaced = kept[i] > before + 1;
        before = kept[i];
        if (alone && replaced)
            kept[i] = -1;
    }
}

static void add_runs(GPtrArray *runs, const struct sides *sides, const gint64 *kept)
{
    guint i = 0, j = 0;
    while (i < sides->old_count || j < sides->new_count) {
        guint from_old = i, from_new = j;
        while (i < sides->old_count && kept[i] < 0)
            i++;
        add(runs, WORD_REMOVED, sides->old + from_old, i - from_old);
        j = i < sides->old_count ? (guint)kept[i] : sides->new_count;
        add(runs, WORD_ADDED, sides->new + from_new, j - from_new);
        from_new = j;
        for (; i < sides->old_count && kept[i] == (gint64)j; i++)
            j++;
        add(runs, WORD_SAME, sides->new + from_new, j - from_new);
    }
}

static void compare(GPtrArray *runs, const struct sides *sides)
{
    g_autofree gint64 *kept = g_new(gint64, sides->old_count + 1);
    for (guint i = 0; i < sides->old_count; i++)
        kept[i] = -1;
    if (((gsize)sides->old_count + 1) * ((gsize)sides->new_count + 1) <= CELLS_MOST) {
        g_autofree guint32 *table = count_shared(sides);
        follow(sides, table, kept);
        drop_islands(sides, kept);
    }
    add_runs(runs, sides, kept);
}

GPtrArray *word_diff(const char *old, const char *new)
{
    g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GArray) left = split(old, ids), right = split(new, ids);
    struct sides sides = {(void *)left->data, (void *)right->data, left->len, right->len};
    GPtrArray *runs = g_ptr_array_new_with_free_func(free_run);
    guint head = 0, tail = 0, least = MIN(left->len, right->len);
    while (head < least && sides.old[head].id == sides.new[head].id)
        head++;
    while (tail < least - head &&
           sides.old[left->len - 1 - tail].id == sides.new[right->len - 1 - tail].id)
        tail++;
    struct sides middle = {sides.old + head, sides.new + head, left->len - head - tail,
                           right->len - head - tail};
    add(runs, WORD_SAME, sides.new, head);
    compare(runs, &middle);
    add(runs, WORD_SAME, sides.new + right->len - tail, tail);
    return runs;
}
