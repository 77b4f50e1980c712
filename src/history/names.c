#include "names.h"

#include <string.h>

/* One small letter without its accent; words are parted by the rest. */
static void append_folded(GString *words, gunichar c)
{
    if (g_unichar_ismark(c))
        return;
    if (!g_unichar_isalnum(c)) {
        g_string_append_c(words, ' ');
        return;
    }
    char utf8[7] = {0};
    g_unichar_to_utf8(g_unichar_tolower(c), utf8);
    g_autofree char *ascii = c < 128 ? NULL : g_str_to_ascii(utf8, "C");
    g_string_append(words, ascii == NULL || strchr(ascii, '?') != NULL ? utf8 : ascii);
}

static int compare_words(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *name_fold(const char *name)
{
    if (strchr(name, '@') != NULL)
        return NULL;
    g_autofree char *valid = g_utf8_make_valid(name, -1);
    g_autofree char *parted = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL);
    g_autoptr(GString) folded = g_string_new(NULL);
    for (const char *at = parted; *at != '\0'; at = g_utf8_find_next_char(at, NULL))
        append_folded(folded, g_utf8_get_char(at));
    g_auto(GStrv) words = g_strsplit(folded->str, " ", -1);
    g_autoptr(GPtrArray) kept = g_ptr_array_new();
    for (char **word = words; *word != NULL; word++)
        if (g_utf8_strlen(*word, -1) > 1)
            g_ptr_array_add(kept, *word);
    if (kept->len < 2)
        return NULL;
    g_ptr_array_sort(kept, compare_words);
    g_ptr_array_add(kept, NULL);
    return g_strjoinv(" ", (char **)kept->pdata);
}

guint name_shared_words(const char *a, const char *b, bool *ret_all)
{
    g_auto(GStrv) left = g_strsplit(a, " ", -1);
    g_auto(GStrv) right = g_strsplit(b, " ", -1);
    guint shared = 0;
    for (char **word = left; *word != NULL; word++)
        shared += g_strv_contains((const char *const *)right, *word) && strlen(*word) > 2;
    *ret_all = shared == MIN(g_strv_length(left), g_strv_length(right));
    return shared;
}

bool name_lacks_mailbox(const char *name, const char *mailbox)
{
    g_autofree char *spaced = g_strdelimit(g_strdup(mailbox), "._-+0123456789", ' ');
    g_auto(GStrv) parts = g_strsplit(spaced, " ", -1);
    g_auto(GStrv) words = g_strsplit(name, " ", -1);
    for (char **part = parts; *part != NULL; part++)
        if (strlen(*part) > 1 && !g_strv_contains((const char *const *)words, *part))
            return true;
    return false;
}
