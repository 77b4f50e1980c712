/* product_tree: vendor, product, version; what is not the publisher's own has no vendor. */
#include "csaf.h"

#include <string.h>

static guint count_parts(const char *text)
{
    guint count = 1;
    for (const char *c = text; *c != '\0'; c++)
        count += *c == ':';
    return count;
}

/* "cpe:2.3:o:xen:xen" with a version: eleven parts after the prefix's two. */
static char *cpe_of(const char *base, const char *version)
{
    GString *cpe = g_string_new(base);
    if (!g_str_has_prefix(base, "cpe:2.3:") || count_parts(base) != 5)
        return g_string_free(cpe, TRUE);
    g_string_append_c(cpe, ':');
    for (const char *c = version; *c != '\0'; c++) {
        if (!g_ascii_isalnum(*c) && strchr(".-_", *c) == NULL)
            g_string_append_c(cpe, '\\');
        g_string_append_c(cpe, *c);
    }
    g_string_append(cpe, ":*:*:*:*:*:*:*");
    return g_string_free(cpe, FALSE);
}

/* "pkg:generic/xen@4.20.3"; what follows a question mark stays behind the version. */
static char *purl_of(const char *base, const char *version)
{
    gsize length = strcspn(base, "?#");
    g_autofree char *escaped = g_uri_escape_string(version, NULL, FALSE);
    return g_str_has_prefix(base, "pkg:")
               ? g_strdup_printf("%.*s@%s%s", (int)length, base, escaped, base + length)
               : NULL;
}

static void add_helper(json_t *full, const struct csaf_product *product)
{
    const struct home_repository *repository = product->family->repository;
    if (product->range || product->branch == NULL || repository == NULL)
        return;
    g_autofree char *cpe =
        repository->cpe == NULL ? NULL : cpe_of(repository->cpe, product->branch);
    g_autofree char *purl =
        repository->purl == NULL ? NULL : purl_of(repository->purl, product->branch);
    json_t *helper = json_object();
    csaf_set_text(helper, "cpe", cpe);
    csaf_set_text(helper, "purl", purl);
    if (json_object_size(helper) > 0)
        json_object_set_new(full, "product_identification_helper", helper);
    else
        json_decref(helper);
}

static json_t *full_name(const struct csaf_product *product)
{
    json_t *full = json_pack("{s:s, s:s}", "name", product->name, "product_id", product->id);
    add_helper(full, product);
    return full;
}

static json_t *family_branch(const struct csaf_stock *stock, const struct csaf_family *family)
{
    json_t *branch = json_pack("{s:s, s:s}", "category", "product_name", "name", family->product);
    json_t *versions = json_array();
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        if (product->family != family)
            continue;
        if (product->branch == NULL)
            json_object_set_new(branch, "product", full_name(product));
        else
            json_array_append_new(
                versions, json_pack("{s:s, s:s, s:o}", "category",
                                    product->range ? "product_version_range" : "product_version",
                                    "name", product->branch, "product", full_name(product)));
    }
    csaf_set_list(branch, "branches", versions);
    return branch;
}

static bool has_products(const struct csaf_stock *stock, const struct csaf_family *family)
{
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        if (product->family == family)
            return true;
    }
    return false;
}

json_t *csaf_tree(const struct csaf_stock *stock)
{
    json_t *own = json_array(), *branches = json_array();
    for (guint i = 0; i < stock->families->len; i++) {
        const struct csaf_family *family = stock->families->pdata[i];
        if (has_products(stock, family))
            json_array_append_new(family->repository != NULL ? own : branches,
                                  family_branch(stock, family));
    }
    if (json_array_size(own) > 0)
        json_array_insert_new(branches, 0,
                              json_pack("{s:s, s:s, s:o}", "category", "vendor", "name",
                                        stock->home->publish.vendor, "branches", own));
    else
        json_decref(own);
    return json_pack("{s:o}", "branches", branches);
}
