#include "places.h"

#include <string.h>

/* The paths that a pattern names. */
static bool want_pattern(struct store *store, guint part, const char *pattern, GError **error)
{
    g_autofree char *path = g_strdup(pattern);
    for (gsize length = strlen(path); length > 0 && path[length - 1] == '/'; length--)
        path[length - 1] = '\0';
    struct store_statement *wanted = store_statement(store, "selection_add_wanted");
    store_bind_int(wanted, 1, part);
    store_bind_text(wanted, 2, path, -1);
    store_bind_int(wanted, 3, strpbrk(path, "*?[") != NULL);
    return store_run(wanted, error);
}

/* The paths that lie in a component. */
static bool want_component(struct store *store, guint part, const struct regions *regions,
                           const char *name, GError **error)
{
    struct store_statement *paths = store_statement(store, "selection_paths");
    struct store_statement *add = store_statement(store, "selection_add_wanted_path");
    bool row = false;
    guint region = 0;
    if (!regions_find(regions, name, &region, error))
        return false;
    while (true) {
        if (!store_step(paths, &row, error))
            return false;
        if (!row)
            return true;
        if (!regions_hold(regions, region, store_text(paths, 1)))
            continue;
        store_bind_int(add, 1, part);
        store_bind_int(add, 2, store_int(paths, 0));
        if (!store_run(add, error))
            return false;
    }
}

bool places_keep(struct store *store, guint part, gint64 first, const struct reading *reading,
                 const struct regions *regions, GError **error)
{
    if (reading->path == NULL && reading->component == NULL)
        return true;
    if (reading->component != NULL
            ? !want_component(store, part, regions, reading->component, error)
            : !want_pattern(store, part, reading->path, error))
        return false;
    struct store_statement *keep = store_statement(store, "selection_keep_touching");
    store_bind_int(keep, 1, part);
    store_bind_int(keep, 2, first);
    return store_run(keep, error);
}
