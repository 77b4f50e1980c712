#include "fault.h"
#include "unified.h"

#include <string.h>

/* Comparisons and moves of lines that one file may cost: hostile patches could ask for any. */
#define WORK_MAX ((guint64)200 << 20)

struct line {
    const char *bytes;
    gsize length;
    bool patched; /* no later hunk may touch it */
};

/* A file while its hunks are applied: struct line. */
struct image {
    GArray *lines;
    guint64 work;
};

/* What a hunk looks for, and what it puts there. */
struct change {
    GArray *before, *after; /* struct line */
    bool at_beginning, at_end;
};

static GArray *split(GBytes *bytes)
{
    gsize length = 0;
    const char *at = g_bytes_get_data(bytes, &length), *end = at == NULL ? NULL : at + length;
    GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));
    while (at < end) {
        const char *feed = memchr(at, '\n', (gsize)(end - at));
        struct line line = {at, feed == NULL ? (gsize)(end - at) : (gsize)(feed - at) + 1, false};
        g_array_append_val(lines, line);
        at += line.length;
    }
    return lines;
}

/* Git's rule: a hunk of the first line belongs at the beginning, one without context behind it at
 * the end; a hunk without any context is where it is. */
static struct change change_of(const struct unified_hunk *hunk)
{
    struct change change = {.before = g_array_new(FALSE, FALSE, sizeof(struct line)),
                            .after = g_array_new(FALSE, FALSE, sizeof(struct line))};
    bool context_behind = false;
    for (guint i = 0; i < hunk->lines->len; i++) {
        const struct unified_line *line = &g_array_index(hunk->lines, struct unified_line, i);
        struct line before = {line->bytes, line->length, false};
        struct line after = {line->bytes, line->length, true};
        context_behind = line->kind == ' ';
        if (line->kind != '+')
            g_array_append_val(change.before, before);
        if (line->kind != '-')
            g_array_append_val(change.after, after);
    }
    change.at_beginning = hunk->old_start <= 1;
    change.at_end = !context_behind;
    return change;
}

static void change_clear(struct change *change)
{
    g_array_unref(change->before);
    g_array_unref(change->after);
}

static bool matches(struct image *image, const struct change *change, guint at)
{
    guint count = change->before->len;
    if ((change->at_beginning && at != 0) || (change->at_end && at + count != image->lines->len) ||
        at + count > image->lines->len)
        return false;
    for (guint i = 0; i < count; i++) {
        const struct line *there = &g_array_index(image->lines, struct line, at + i);
        const struct line *wanted = &g_array_index(change->before, struct line, i);
        image->work++;
        if (there->patched || there->length != wanted->length ||
            memcmp(there->bytes, wanted->bytes, wanted->length) != 0)
            return false;
    }
    return true;
}

/* The nearest place, first where it should be, then by turns below and above. */
static bool find(struct image *image, const struct change *change, guint wanted, guint *ret_at)
{
    guint count = image->lines->len;
    guint first = change->at_beginning ? 0
                  : change->at_end     ? count - MIN(count, change->before->len)
                                       : MIN(wanted, count);
    for (guint away = 0; away <= count && image->work <= WORK_MAX; away++) {
        image->work++;
        if (first + away <= count && matches(image, change, first + away)) {
            *ret_at = first + away;
            return true;
        }
        if (away > 0 && away <= first && matches(image, change, first - away)) {
            *ret_at = first - away;
            return true;
        }
    }
    return false;
}

/* Only what is longer or shorter moves the lines behind it. */
static void put(struct image *image, const struct change *change, guint at)
{
    guint before = change->before->len, after = change->after->len;
    guint same = MIN(before, after);
    if (same > 0)
        memcpy(&g_array_index(image->lines, struct line, at), change->after->data,
               same * sizeof(struct line));
    if (before > same)
        g_array_remove_range(image->lines, at + same, before - same);
    if (after > same)
        g_array_insert_vals(image->lines, at + same,
                            &g_array_index(change->after, struct line, same), after - same);
    image->work += before == after ? before : image->lines->len / 2;
}

static bool apply_hunk(struct image *image, const struct unified_hunk *hunk, guint number,
                       GError **error)
{
    struct change change = change_of(hunk);
    guint at = 0;
    bool found = find(image, &change, hunk->new_start > 0 ? hunk->new_start - 1 : 0, &at);
    if (found)
        put(image, &change, at);
    change_clear(&change);
    if (image->work > WORK_MAX)
        return fault_raise(error, FAULT_DATA, "it takes too long to try");
    return found || fault_raise(error, FAULT_DATA,
                                "hunk %u, line %u of the patch, finds no place for itself", number,
                                hunk->line);
}

static GBytes *join(const GArray *lines)
{
    GByteArray *bytes = g_byte_array_new();
    for (guint i = 0; i < lines->len; i++) {
        const struct line *line = &g_array_index(lines, struct line, i);
        g_byte_array_append(bytes, (const guint8 *)line->bytes, (guint)line->length);
    }
    return g_byte_array_free_to_bytes(bytes);
}

GBytes *unified_apply(const struct unified_file *file, GBytes *before, GError **error)
{
    if (file->opaque || g_bytes_get_size(before) > UNIFIED_LENGTH_MAX) {
        fault_raise(error, FAULT_DATA,
                    file->opaque ? "a binary patch or a submodule cannot be tried"
                                 : "the file is too long to try a patch on");
        return NULL;
    }
    struct image image = {split(before), 0};
    GBytes *after = NULL;
    guint done = 0;
    while (done < file->hunks->len && apply_hunk(&image, file->hunks->pdata[done], done + 1, error))
        done++;
    if (done == file->hunks->len)
        after = join(image.lines);
    g_array_unref(image.lines);
    if (after != NULL && file->kind == UNIFIED_DELETED && g_bytes_get_size(after) > 0) {
        g_clear_pointer(&after, g_bytes_unref);
        fault_raise(error, FAULT_DATA, "it removes the file, but not all of its lines");
    }
    return after;
}
