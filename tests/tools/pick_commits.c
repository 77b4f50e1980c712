/* Tries commits on top of another one, and says what came of each; the last line is the tree.
 * pick_commits REPOSITORY TIP COMMIT... */
#include "commit.h"
#include "pick.h"

#include <stdio.h>

static int fail(const GError *error)
{
    fprintf(stderr, "%s\n", error->message);
    return 1;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    guint8 id[20];
    char hex[41];
    if (argc < 3 || !id_from_hex(argv[2], id))
        return 2;
    g_autoptr(Pick) pick = pick_open("test", argv[1], true, id, &error);
    if (pick == NULL)
        return fail(error);
    for (int i = 3; i < argc; i++) {
        g_autoptr(GPtrArray) conflicts = NULL;
        enum pick_result result;
        if (!id_from_hex(argv[i], id))
            return 2;
        if (!pick_try(pick, id, &result, &conflicts, &error))
            return fail(error);
        printf("%s %s", argv[i], pick_result_name(result));
        for (guint j = 0; j < conflicts->len; j++)
            printf(" %s", (const char *)g_ptr_array_index(conflicts, j));
        printf("\n");
    }
    pick_tree(pick, id);
    id_to_hex(id, hex);
    printf("%s\n", hex);
    return 0;
}
