#include "layouts.h"

#include "embedded.h"
#include "fault.h"

#include <string.h>

#define SHIPPED "templates/advisory/"

static bool add_shipped(struct layout *layout, GError **error)
{
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        if (g_str_has_prefix(file->path, SHIPPED) &&
            !layout_add(layout, file->path + strlen(SHIPPED), file->bytes, error))
            return false;
    return true;
}

static bool add_file(struct layout *layout, const char *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_autofree char *bytes = NULL;
    g_autoptr(GError) reason = NULL;
    if (g_file_get_contents(path, &bytes, NULL, &reason))
        return layout_add(layout, name, bytes, error);
    return g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
           fault_raise(error, FAULT_CONFIG, "%s", reason->message);
}

static bool add_folder(struct layout *layout, const char *folder, const char *inner, GError **error)
{
    g_autofree char *path = g_build_filename(folder, inner, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    bool good = true;
    const char *name = NULL;
    while (good && dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *file = g_build_filename(inner, name, NULL);
        good = !g_str_has_suffix(name, ".txt") || add_file(layout, folder, file, error);
    }
    return good;
}

struct layout *layouts_load(const char *templates, const char *prefix, GError **error)
{
    g_autoptr(Layout) layout = layout_new();
    g_autofree char *folder = g_build_filename(templates, "advisory", NULL);
    if (!add_shipped(layout, error))
        return NULL;
    if (g_strcmp0(prefix, layout->prefix) != 0)
        layout_set_prefix(layout, prefix);
    if (!add_file(layout, folder, "layout.conf", error) ||
        !add_folder(layout, folder, "paragraph", error) ||
        !add_folder(layout, folder, "deployment", error) || !layout_check(layout, error))
        return NULL;
    return g_steal_pointer(&layout);
}
