#include "verbs.h"

#include "fault.h"
#include "near.h"

static char *name_of(const struct verbs *verbs, gsize row)
{
    return *(char *const *)((const char *)verbs->rows + row * verbs->size);
}

static bool refuse(const struct verbs *verbs, int argc, char **argv, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GString) all = g_string_new(NULL);
    for (gsize row = 0; row < verbs->count; row++) {
        g_ptr_array_add(names, name_of(verbs, row));
        g_string_append_printf(all, "%s%s", row == 0 ? "" : ", ", name_of(verbs, row));
    }
    if (argc < 2)
        return fault_raise(error, FAULT_USAGE, "%s what? one of %s", argv[0], all->str);
    g_autofree char *near = near_words(argv[1], names);
    return fault_raise(error, FAULT_USAGE, "%s what? \"%s\" is none of %s%s%s", argv[0], argv[1],
                       all->str, *near == '\0' ? "" : ": did you mean ", near);
}

bool verbs_find(const struct verbs *verbs, int argc, char **argv, gsize *ret_row, GError **error)
{
    for (gsize row = 0; argc > 1 && row < verbs->count; row++)
        if (g_str_equal(argv[1], name_of(verbs, row))) {
            *ret_row = row;
            return true;
        }
    return refuse(verbs, argc, argv, error);
}
