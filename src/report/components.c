#include "components.h"

#include <string.h>

/* A prefix longer than this is a sentence with a colon in it. */
#define LONGEST_PREFIX 60

bool component_holds(const char *pattern, const char *path)
{
    gsize length = strlen(pattern);
    while (length > 0 && pattern[length - 1] == '/')
        length--;
    if (strpbrk(pattern, "*?") != NULL)
        return g_pattern_match_simple(pattern, path);
    return length > 0 && strncmp(path, pattern, length) == 0 &&
           (path[length] == '\0' || path[length] == '/');
}

static const struct home_component *component_of_path(const struct home *home, const char *path,
                                                      guint before)
{
    for (guint i = 0; i < home->components->len && i < before; i++) {
        const struct home_component *component = g_ptr_array_index(home->components, i);
        for (char **pattern = component->paths; *pattern != NULL; pattern++)
            if (component_holds(*pattern, path))
                return component;
    }
    return NULL;
}

static guint index_of(const struct home *home, const struct home_component *component)
{
    guint index = home->components->len;
    g_ptr_array_find(home->components, component, &index);
    return index;
}

static bool component_by_paths(struct store *history, const struct home *home, gint64 commit_id,
                               char **ret_component, GError **error)
{
    struct store_statement *query = store_statement(history, "components_paths");
    const struct home_component *best = NULL;
    guint before = home->components->len;
    bool row = true;
    store_bind_int(query, 1, commit_id);
    while (true) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            break;
        const struct home_component *found = component_of_path(home, store_text(query, 0), before);
        if (found != NULL) {
            best = found;
            before = index_of(home, found);
        }
    }
    *ret_component = g_strdup(best == NULL ? COMPONENT_OTHER : best->name);
    return true;
}

/* The next word of a prefix that ends at `end`; NULL when there is none. */
static char *next_word(const char **at, const char *end)
{
    static const char parting[] = " \t/,()[]|\"'&+";
    const char *begin = *at;
    while (begin < end && strchr(parting, *begin) != NULL)
        begin++;
    const char *stop = begin;
    while (stop < end && strchr(parting, *stop) == NULL)
        stop++;
    *at = stop;
    return stop == begin ? NULL : g_utf8_strdown(begin, stop - begin);
}

char *component_of_subject(const char *subject, const char *product)
{
    static const char revert[] = "Revert \"";
    g_autofree char *valid = g_utf8_make_valid(subject, -1);
    const char *at = valid;
    while (g_str_has_prefix(at, revert))
        at += strlen(revert);
    const char *end = strchr(at, ':');
    if (end == NULL || end - at > LONGEST_PREFIX)
        return g_strdup(COMPONENT_OTHER);
    g_autofree char *first = next_word(&at, end);
    g_autofree char *second = next_word(&at, end);
    if (first == NULL)
        return g_strdup(COMPONENT_OTHER);
    bool itself = product != NULL && g_ascii_strcasecmp(first, product) == 0;
    return itself && second != NULL ? g_steal_pointer(&second) : g_steal_pointer(&first);
}

bool component_of(struct store *history, const struct home *home, gint64 commit_id,
                  const char *subject, char **ret_component, GError **error)
{
    if (home->components->len > 0)
        return component_by_paths(history, home, commit_id, ret_component, error);
    *ret_component = component_of_subject(subject, home->releases.product);
    return true;
}

const char *component_rule(const struct home *home)
{
    return home->components->len > 0
               ? "by the first component of barograph.conf that holds one of the files changed"
               : "by the first word before the colon of the subject";
}
