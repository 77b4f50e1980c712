#include "regions.h"

#include "areas.h"
#include "components.h"
#include "fault.h"
#include "near.h"

struct regions {
    const GPtrArray *components; /* struct home_component *, or empty */
    struct maintainers *maintainers;
    GPtrArray *names; /* char * */
};

static bool load_maintainers(struct regions *regions, struct book *book, GError **error)
{
    const struct home_repository *repository = book_repository(book);
    g_autoptr(Source) source =
        source_open(book_store(book), book_home(book), repository->name, error);
    regions->maintainers = source == NULL ? NULL : areas_maintainers(book, source, error);
    if (regions->maintainers == NULL)
        return false;
    for (guint i = 0; i < maintainers_count(regions->maintainers); i++)
        g_ptr_array_add(regions->names,
                        g_utf8_make_valid(maintainers_section(regions->maintainers, i)->name, -1));
    if (regions->names->len > 0)
        return true;
    return fault_raise(error, FAULT_NOINPUT,
                       "%s has no components: name them in [components] of barograph.conf, or keep "
                       "a MAINTAINERS file in it",
                       repository->name);
}

struct regions *regions_load(struct book *book, GError **error)
{
    g_autoptr(Regions) regions = g_new0(struct regions, 1);
    regions->components = book_home(book)->components;
    regions->names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < regions->components->len; i++) {
        const struct home_component *component = g_ptr_array_index(regions->components, i);
        g_ptr_array_add(regions->names, g_utf8_make_valid(component->name, -1));
    }
    if (regions->names->len == 0 && !load_maintainers(regions, book, error))
        return NULL;
    return g_steal_pointer(&regions);
}

void regions_free(struct regions *regions)
{
    if (regions == NULL)
        return;
    maintainers_free(regions->maintainers);
    g_ptr_array_unref(regions->names);
    g_free(regions);
}

guint regions_count(const struct regions *regions)
{
    return regions->names->len;
}

const char *regions_name(const struct regions *regions, guint region)
{
    return g_ptr_array_index(regions->names, region);
}

bool regions_find(const struct regions *regions, const char *name, guint *ret_region,
                  GError **error)
{
    g_autofree char *folded = g_utf8_casefold(name, -1);
    for (guint pass = 0; pass < 2; pass++)
        for (guint i = 0; i < regions->names->len; i++) {
            g_autofree char *other = g_utf8_casefold(regions_name(regions, i), -1);
            bool same = pass == 0 ? g_str_equal(regions_name(regions, i), name)
                                  : g_str_equal(other, folded);
            if (!same)
                continue;
            *ret_region = i;
            return true;
        }
    g_autofree char *near = near_words(name, regions->names);
    return fault_raise(error, FAULT_NOINPUT, "there is no component \"%s\"%s%s", name,
                       *near == '\0' ? ": barograph growth components lists them" : ": is it ",
                       near);
}

static bool component_has(const struct home_component *component, const char *path)
{
    for (char **pattern = component->paths; *pattern != NULL; pattern++)
        if (component_holds(*pattern, path))
            return true;
    return false;
}

bool regions_hold(const struct regions *regions, guint region, const char *path)
{
    if (regions->maintainers == NULL)
        return component_has(g_ptr_array_index(regions->components, region), path);
    const struct maintainers_section *section = maintainers_section(regions->maintainers, region);
    return section->rest ? maintainers_find(regions->maintainers, path) == section
                         : maintainers_matches(section, path) > 0;
}

const char *regions_rule(const struct regions *regions)
{
    return regions->maintainers == NULL ? "as barograph.conf names their paths"
                                        : "as MAINTAINERS names their paths today";
}
