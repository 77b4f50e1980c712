/* Any bytes as a patch, and as the file it is for: it ends, and what it makes is what it says. */
#include "unified.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gint64 balance_of(const struct unified_file *file)
{
    gint64 balance = 0;
    for (guint i = 0; i < file->hunks->len; i++) {
        const struct unified_hunk *hunk = file->hunks->pdata[i];
        for (guint n = 0; n < hunk->lines->len; n++) {
            const struct unified_line *line = &g_array_index(hunk->lines, struct unified_line, n);
            balance += line->kind == '+' ? (gint64)line->length : 0;
            balance -= line->kind == '-' ? (gint64)line->length : 0;
        }
    }
    return balance;
}

static void apply(const struct unified_file *file, GBytes *before)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GBytes) after = unified_apply(file, before, &error);
    if ((after == NULL) != (error != NULL))
        __builtin_trap();
    if (after != NULL &&
        (gint64)g_bytes_get_size(after) != (gint64)g_bytes_get_size(before) + balance_of(file))
        __builtin_trap();
}

static void check_path(const char *path)
{
    if (path == NULL || *path == '/' || *path == '\0')
        __builtin_trap();
    g_auto(GStrv) parts = g_strsplit(path, "/", -1);
    if (g_strv_contains((const char *const *)parts, ".."))
        __builtin_trap();
}

/* The file comes first, up to a line of its own that is "==". */
int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static const char mark[] = "\n==\n";
    g_autoptr(GError) error = NULL;
    const guint8 *cut = size == 0 ? NULL : memmem(data, size, mark, strlen(mark));
    gsize length = cut == NULL ? 0 : (gsize)(cut - data) + 1;
    const guint8 *patch = cut == NULL ? data : cut + strlen(mark);
    g_autoptr(GBytes) before = g_bytes_new(data, length);
    g_autoptr(GBytes) bytes = g_bytes_new(patch, size - (gsize)(patch - data));
    g_autoptr(Unified) unified = unified_parse(bytes, &error);
    if ((unified == NULL) != (error != NULL))
        __builtin_trap();
    for (guint i = 0; unified != NULL && i < unified->files->len; i++) {
        const struct unified_file *file = unified->files->pdata[i];
        check_path(file->from);
        check_path(file->to);
        apply(file, before);
    }
    return 0;
}
