/* product_status, and why what is not affected is not. */
#include "csaf.h"

#include <string.h>

static const char *const lists[] = {
    [RESOLVE_STANDING_UNKNOWN] = "under_investigation",
    [RESOLVE_STANDING_NOT_AFFECTED] = "known_not_affected",
    [RESOLVE_STANDING_AFFECTED] = "known_affected",
    [RESOLVE_STANDING_FIXED] = "fixed",
};

static json_t *of_standing(const struct csaf_stock *stock, enum resolve_standing standing)
{
    json_t *list = json_array();
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        if (product->standing == standing)
            json_array_append_new(list, json_string(product->id));
    }
    return list;
}

static json_t *first_fixed(const struct csaf_stock *stock)
{
    json_t *list = json_array();
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        if (product->first)
            json_array_append_new(list, json_string(product->id));
    }
    return list;
}

/* Those that are not affected, by why. */
static void add_reasons(const struct csaf_stock *stock, json_t *threats)
{
    g_autoptr(GPtrArray) told = g_ptr_array_new();
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *one = stock->products->pdata[i];
        if (one->why == NULL || g_ptr_array_find_with_equal_func(told, one->why, g_str_equal, NULL))
            continue;
        json_t *ids = json_array();
        for (guint j = i; j < stock->products->len; j++) {
            const struct csaf_product *other = stock->products->pdata[j];
            if (g_strcmp0(one->why, other->why) == 0)
                json_array_append_new(ids, json_string(other->id));
        }
        g_ptr_array_add(told, (gpointer)(gsize)one->why);
        json_array_append_new(threats, json_pack("{s:s, s:s, s:o}", "category", "impact", "details",
                                                 one->why, "product_ids", ids));
    }
}

static json_t *absent(const struct csaf_stock *stock)
{
    json_t *ids = json_array();
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        if (product->absent)
            json_array_append_new(ids, json_string(product->id));
    }
    return ids;
}

void csaf_add_status(json_t *vulnerability, const struct csaf_stock *stock)
{
    json_t *status = json_object(), *threats = json_array(), *ids = absent(stock);
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
        csaf_set_list(status, lists[i], of_standing(stock, (enum resolve_standing)i));
    csaf_set_list(status, "first_fixed", first_fixed(stock));
    json_object_set_new(vulnerability, "product_status", status);
    add_reasons(stock, threats);
    csaf_set_list(vulnerability, "threats", threats);
    if (json_array_size(ids) > 0)
        json_object_set_new(
            vulnerability, "flags",
            json_pack("[{s:s, s:O}]", "label", "vulnerable_code_not_present", "product_ids", ids));
    json_decref(ids);
}
