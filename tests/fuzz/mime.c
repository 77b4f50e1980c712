/* Any bytes as a mail: it is refused with a sentence, or all of its parts can be read. */
#include "mime.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) parts = mime_read((const char *)data, size, &error);
    if ((parts == NULL) != (error != NULL))
        __builtin_trap();
    for (guint i = 0; parts != NULL && i < parts->len; i++) {
        const struct mime_part *part = parts->pdata[i];
        if ((part->bytes == NULL) != (part->kind == MIME_MAIL) ||
            (part->name != NULL && !g_utf8_validate(part->name, -1, NULL)))
            __builtin_trap();
    }
    mime_is_mail((const char *)data, size);
    return 0;
}
