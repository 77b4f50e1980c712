#include "visiting.h"

static gint place_of(const struct visiting *visiting, const char *key)
{
    return GPOINTER_TO_INT(g_hash_table_lookup(visiting->places, key)) - 1;
}

bool visiting_tell(struct visiting *visiting, struct reading *reading, guint cost, const char *key,
                   const char *key_before, const struct stretch_commits *commits, GError **error)
{
    struct stretch stretch = {reading, cost, -1, visiting->beside};
    if (key_before != NULL)
        stretch.before = place_of(visiting, key_before);
    g_array_append_val(visiting->stretches, stretch);
    if (key != NULL)
        g_hash_table_insert(visiting->places, g_strdup(key),
                            GINT_TO_POINTER((gint)visiting->stretches->len));
    return visiting->visit(&stretch, commits, visiting->user, error);
}

bool visiting_wants(const struct visiting *visiting, enum reading_branches branches)
{
    return !visiting->limits->branches || visiting->limits->asked->branches == branches;
}

const struct release *visiting_predecessor(const struct release_list *list,
                                           const struct release *release)
{
    return release->predecessor < 0
               ? NULL
               : g_ptr_array_index(list->releases, (guint)release->predecessor);
}
