/* Turns files into one C table: embed ROOT FILE... writes embedded.c to standard output. */
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>

static bool embed_bytes(const char *root, const char *name, unsigned index)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = NULL;
    gsize length = 0;
    if (!g_file_get_contents(path, &bytes, &length, &error)) {
        fprintf(stderr, "embed: %s\n", error->message);
        return false;
    }
    printf("static const char file_%u[] = {", index);
    for (gsize i = 0; i < length; i++)
        printf("%s%d,", i % 24 == 0 ? "\n    " : "", bytes[i]);
    printf("\n    0};\n");
    return true;
}

int main(int argc, char **argv)
{
    printf("#include \"embedded.h\"\n#include <stddef.h>\n");
    for (int i = 2; i < argc; i++)
        if (!embed_bytes(argv[1], argv[i], (unsigned)i))
            return 1;
    printf("const struct embedded_file embedded_files[] = {\n");
    for (int i = 2; i < argc; i++)
        printf("    {\"%s\", file_%d, sizeof file_%d - 1},\n", argv[i], i, i);
    printf("    {NULL, NULL, 0}};\n");
    return fflush(stdout) == 0 ? 0 : 1;
}
