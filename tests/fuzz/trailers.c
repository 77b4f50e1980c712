/* Any bytes as a message that gives credit. */
#include "trailers.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    g_autoptr(GPtrArray) found = trailers_find((const char *)data, size);
    for (guint i = 0; i < found->len; i++) {
        const struct trailer *trailer = found->pdata[i];
        g_assert_true(trailer->name != NULL && trailer->address != NULL && trailer->value != NULL);
    }
    return 0;
}
