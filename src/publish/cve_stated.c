#include "cve_stated.h"

#include "csaf.h"
#include "stated.h"

/* NULL where its ends cannot be written so, or it has none: all versions are those that there were.
 */
static json_t *stated_json(const struct stated_range *range)
{
    static const char *const words[] = {[STATED_AFFECTED] = "affected",
                                        [STATED_NOT_AFFECTED] = "unaffected",
                                        [STATED_NOT_INSPECTED] = "unknown"};
    g_autofree char *after = range->from == NULL ? NULL : stated_next_line(range->from);
    g_autofree char *end = range->to == NULL ? NULL : stated_next_line(range->to);
    const char *first = range->from == NULL ? "0" : range->after ? after : range->from;
    if (first == NULL || (range->from == NULL && range->to == NULL))
        return NULL;
    json_t *version = json_pack("{s:s, s:s}", "version", first, "status", words[range->word]);
    if (g_strcmp0(range->from, range->to) == 0 && end == NULL)
        return version;
    json_object_set_new(version, "versionType", json_string("custom"));
    if (range->to == NULL)
        json_object_set_new(version, "lessThan", json_string("*"));
    else if (range->before || end != NULL)
        json_object_set_new(version, "lessThan", json_string(range->before ? range->to : end));
    else
        json_object_set_new(version, "lessThanOrEqual", json_string(range->to));
    return version;
}

static json_t *find_named(json_t *list, const struct site *site, const char *name,
                          cve_stated_make make)
{
    size_t i = 0;
    json_t *product = NULL;
    json_array_foreach(list, i, product)
    {
        const char *known = json_string_value(json_object_get(product, "product"));
        if (g_ascii_strcasecmp(known == NULL ? "" : known, name) == 0)
            return product;
    }
    product = make(site, name);
    json_object_set_new(product, "defaultStatus", json_string("unknown"));
    json_array_append_new(list, product);
    return product;
}

static void add_stated(json_t *list, const struct site *site, const struct publication *publication,
                       cve_stated_make make)
{
    g_autoptr(GPtrArray) ranges = stated_of(publication);
    for (guint i = 0; i < ranges->len; i++) {
        const struct stated_range *range = ranges->pdata[i];
        if (range->product == NULL)
            continue;
        json_t *product = find_named(list, site, range->product, make),
               *version = stated_json(range);
        json_t *versions = json_object_get(product, "versions");
        if (version == NULL)
            continue;
        if (versions == NULL)
            json_object_set_new(product, "versions", json_pack("[o]", version));
        else
            json_array_append_new(versions, version);
    }
}

/* As the home calls it: "xen" of "xen-unstable" is Xen. */
static const char *product_called(const struct home *home, const char *name)
{
    for (guint i = 0; i < home->repositories->len; i++) {
        const struct home_repository *repository = home->repositories->pdata[i];
        if (g_ascii_strcasecmp(repository->name, name) == 0)
            return repository->product;
    }
    return name;
}

/* What the patch table's labels name, without a version. */
static void add_labelled(json_t *list, const struct site *site,
                         const struct publication *publication, cve_stated_make make)
{
    const struct publication_version *newest = publication_newest(publication);
    for (guint i = 0; i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        g_auto(GStrv) names = csaf_label_products(file->label);
        for (char **name = names; *name != NULL; name++)
            find_named(list, site, product_called(site->home, *name), make);
    }
}

void cve_stated_add(json_t *list, const struct site *site, const struct publication *publication,
                    cve_stated_make make)
{
    if (!publication->withdrawn)
        add_stated(list, site, publication, make);
    if (json_array_size(list) == 0)
        add_labelled(list, site, publication, make);
    if (json_array_size(list) == 0)
        find_named(list, site, site->home->project, make);
}
