#include "keyring.h"

#define FOLDER "keyring"

struct pgp *keyring_open(struct desk *desk, bool make, GError **error)
{
    g_autofree char *folder = g_build_filename(desk_folder(desk), FOLDER, NULL);
    bool own = g_file_test(folder, G_FILE_TEST_IS_DIR);
    if (!own && make && !desk_make_folder(desk, FOLDER, error))
        return NULL;
    return pgp_open(own || make ? folder : NULL, error);
}
