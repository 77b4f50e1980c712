/* For tests of advisories: the layout that the program carries with it, and real ones to read. */
#ifndef BUILT_IN_H
#define BUILT_IN_H

#include "embedded.h"
#include "layout.h"

#include <string.h>

static inline struct layout *built_in_layout(void)
{
    static const char folder[] = "templates/advisory/";
    struct layout *layout = layout_new();
    GError *error = NULL;
    for (const struct embedded_file *file = embedded_files; file->path != NULL; file++)
        if (g_str_has_prefix(file->path, folder))
            layout_add(layout, file->path + strlen(folder), file->bytes, error ? NULL : &error);
    g_assert_no_error(error);
    layout_check(layout, &error);
    g_assert_no_error(error);
    return layout;
}

static inline int built_in_by_path(gconstpointer left, gconstpointer right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* The paths of the real advisories, sorted; NULL, and the test skipped, when they are not there. */
static inline GPtrArray *built_in_corpus(void)
{
    static const char folder[] = "../shared/data/xsa/corpus";
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    if (dir == NULL) {
        g_test_skip("no real advisories in ../shared/data/xsa/corpus");
        return NULL;
    }
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir))
        g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(paths, built_in_by_path);
    return paths;
}

#endif
