/* Like `git patch-id --stable`, for files: tool-patch_text FILE... prints the identity of each, "-"
 * where there is none. */
#include "patch_text.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        g_autofree char *bytes = NULL;
        gsize length = 0;
        if (!g_file_get_contents(argv[i], &bytes, &length, NULL))
            return 1;
        g_autofree char *id = patch_text_id(bytes, length);
        puts(id == NULL ? "-" : id);
    }
    return 0;
}
