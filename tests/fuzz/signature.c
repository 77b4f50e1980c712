/* Any bytes as armour, and any bytes within good armour. */
#include "signature.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void within(const char *what, const guint8 *data, gsize size)
{
    struct signature signature;
    g_autofree char *text = g_base64_encode(data, size);
    g_autofree char *armour =
        g_strdup_printf("-----BEGIN %s SIGNATURE-----\n\n%s\n-----END", what, text);
    signature_parse(armour, strlen(armour), &signature);
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
    struct signature signature;
    signature_parse((const char *)data, size, &signature);
    within("PGP", data, size);
    within("SSH", data, size);
    return 0;
}
