/* Runs a fuzzer's target without a fuzzer, in any build: replay FOLDER [FOLDER...]. Each file is
 * given whole, cut short, and with single bytes changed, always the same way. The first folder must
 * hold files; the others may be absent. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

enum { VARIANTS = 24 };

/* A copy that ends where the memory does, so that reading on is seen. */
static void give(const char *bytes, gsize length)
{
    g_autofree guint8 *exact = g_malloc(MAX(length, 1));
    memcpy(exact, bytes, length);
    LLVMFuzzerTestOneInput(exact, length);
}

static void give_variants(const char *bytes, gsize length)
{
    g_autofree char *copy = g_memdup2(bytes, length);
    give(bytes, length);
    for (gsize i = 1; i < VARIANTS && length > 0; i++) {
        gsize at = length * i / VARIANTS;
        char kept = copy[at];
        give(bytes, at);
        copy[at] = (char)(kept ^ (1 << i % 8));
        give(copy, length);
        copy[at] = kept;
    }
}

static guint replay(const char *folder)
{
    guint count = 0;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name = NULL;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        gsize length = 0;
        g_autofree char *bytes = NULL;
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (!g_file_get_contents(path, &bytes, &length, NULL))
            return 0;
        give_variants(bytes, length);
        count++;
    }
    printf("%s: %u files\n", folder, count);
    return count;
}

int main(int argc, char **argv)
{
    guint first = argc > 1 ? replay(argv[1]) : 0;
    for (int i = 2; i < argc; i++)
        replay(argv[i]);
    return first > 0 ? 0 : 1;
}
