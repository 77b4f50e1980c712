/* tool-tryout REPOSITORY BRANCH PATCH...: says of each whether it applies on top of those before.
 */
#include "tryout.h"

#include <stdio.h>

static bool try_one(struct tryout *tryout, const char *path, GError **error)
{
    char *data = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &data, &length, error))
        return false;
    g_autoptr(GBytes) bytes = g_bytes_new_take(data, length);
    g_autoptr(Unified) patch = unified_parse(bytes, error);
    return patch != NULL && tryout_apply(tryout, patch, error);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Tryout) tryout = argc < 3 ? NULL : tryout_open("it", argv[1], true, &error);
    if (tryout == NULL || !tryout_begin(tryout, argv[2], &error)) {
        fprintf(stderr, "%s\n", error == NULL ? "tool-tryout what?" : error->message);
        return 2;
    }
    for (int i = 3; i < argc; i++)
        if (!try_one(tryout, argv[i], &error)) {
            fprintf(stderr, "%s: %s\n", argv[i], error->message);
            return 1;
        }
    return 0;
}
