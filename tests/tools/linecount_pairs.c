/* Counts many pairs of texts in one run, for the comparison with git. Standard input holds, for
 * each pair, a line "OLD-LENGTH NEW-LENGTH" and then both texts; the answer is a line as numstat's.
 */
#include "linecount.h"

#include <stdio.h>

static char *read_text(gsize length)
{
    char *text = g_malloc(length + 1);
    if (fread(text, 1, length, stdin) == length)
        return text;
    g_free(text);
    return NULL;
}

int main(void)
{
    g_autoptr(Linecount) counter = linecount_new();
    gsize old_length, new_length;
    while (scanf("%zu %zu", &old_length, &new_length) == 2 && getchar() == '\n') {
        g_autofree char *old = read_text(old_length);
        g_autofree char *new = read_text(new_length);
        if (old == NULL || new == NULL)
            return 1;
        struct line_delta delta = linecount_compare(counter, old, old_length, new, new_length);
        if (delta.binary)
            puts("-\t-");
        else
            printf("%u\t%u\n", delta.added, delta.deleted);
    }
    return feof(stdin) ? 0 : 1;
}
