/* Any bytes as a message that names origins and advisories. */
#include "origins.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    static struct mention_rules *rules = NULL;
    if (rules == NULL)
        rules = mention_rules_new("XSA", NULL, NULL, NULL, NULL);
    g_autoptr(GArray) origins = origins_find((const char *)data, size);
    g_autoptr(GPtrArray) mentions = mentions_find(rules, (const char *)data, size);
    for (guint i = 0; i < origins->len; i++)
        g_assert_true(strlen(g_array_index(origins, struct origin, i).hex) >= 6);
    for (guint i = 0; i < mentions->len; i++)
        g_assert_true(g_str_has_prefix(((struct mention *)mentions->pdata[i])->advisory, "XSA-"));
    return 0;
}
