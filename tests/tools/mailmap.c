/* Like `git check-mailmap --stdin`: tool-mailmap FILE... reads "NAME<TAB>ADDRESS" lines from
 * standard input and prints what the mailmap files make of them. */
#include "mailmap.h"

#include <stdio.h>
#include <string.h>

static bool add_files(struct mailmap *mailmap, char **paths, GError **error)
{
    for (; *paths != NULL; paths++) {
        g_autofree char *bytes = NULL;
        gsize length = 0;
        if (!g_file_get_contents(*paths, &bytes, &length, error) ||
            !mailmap_add(mailmap, bytes, length, NULL, error))
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Mailmap) mailmap = mailmap_new();
    if (argc < 2 || !add_files(mailmap, argv + 1, &error)) {
        fprintf(stderr, "tool-mailmap: %s\n", error == NULL ? "no file" : error->message);
        return 1;
    }
    char line[4096];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *tab = strrchr(line, '\t');
        if (tab == NULL)
            continue;
        *tab = '\0';
        tab[1 + strcspn(tab + 1, "\n")] = '\0';
        const char *name = NULL, *address = NULL;
        mailmap_resolve(mailmap, line, tab + 1, &name, &address);
        printf("%s\t%s\n", name, address);
    }
    return 0;
}
