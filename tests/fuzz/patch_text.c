/* Any bytes as a patch: how its lines end, and what follows it, do not change what it is. */
#include "patch_text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void same(const char *id, const GString *other)
{
    g_autofree char *exact = g_memdup2(other->str, other->len);
    g_autofree char *again = patch_text_id(exact, other->len);
    if (g_strcmp0(id, again) != 0)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autofree char *exact = g_memdup2(data, size);
    g_autofree char *id = patch_text_id(exact, size);
    g_autoptr(GString) other = g_string_new(NULL);
    if (id != NULL && strlen(id) != 40)
        __builtin_trap();
    for (gsize i = 0; i < size; i++) {
        if (data[i] == '\n')
            g_string_append_c(other, '\r');
        g_string_append_c(other, (char)data[i]);
    }
    same(id, other);
    if (id == NULL)
        return 0;
    g_string_append(other, "\n-- \n2.39.5\n");
    same(id, other);
    return 0;
}
