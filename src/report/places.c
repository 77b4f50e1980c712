#include "places.h"

#include "shelf.h"

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

static bool keep_touching(struct store *store, guint part, gint64 first, struct shelf *chosen,
                          GError **error)
{
    struct store_statement *touching = store_statement(store, "selection_touching");
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
    bool row = false;
    store_bind_int(touching, 1, part);
    store_bind_int(touching, 2, first);
    while (true) {
        if (!store_step(touching, &row, error))
            return false;
        if (!row)
            break;
        gint64 number = store_int(touching, 0);
        g_array_append_val(numbers, number);
    }
    shelf_keep(chosen, first, numbers);
    return true;
}

bool places_keep(struct store *store, guint part, gint64 first, struct shelf *chosen,
                 const struct reading *reading, const struct regions *regions, GError **error)
{
    if (reading->path == NULL && reading->component == NULL)
        return true;
    if (reading->component != NULL
            ? !want_component(store, part, regions, reading->component, error)
            : !want_pattern(store, part, reading->path, error))
        return false;
    return keep_touching(store, part, first, chosen, error);
}
