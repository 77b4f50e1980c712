/* remediations: releases with the fix, patches, what to do meanwhile, and where nothing will come.
 */
#include "clock.h"
#include "csaf.h"
#include "labels.h"

#include <string.h>

#define MITIGATION "MITIGATION"
#define RESOLUTION "RESOLUTION"

struct remedies {
    const struct csaf_stock *stock;
    json_t *list;
    GHashTable *helped; /* ids of products that have a remedy */
};

static json_t *add(struct remedies *remedies, const char *category, const char *details,
                   json_t *ids)
{
    const char *id = NULL;
    json_t *one = NULL;
    size_t i = 0;
    if (json_array_size(ids) == 0) {
        json_decref(ids);
        return NULL;
    }
    for (i = 0; i < json_array_size(ids); i++) {
        id = json_string_value(json_array_get(ids, i));
        g_hash_table_add(remedies->helped, g_strdup(id));
    }
    /* The name of a branch may be any bytes. */
    g_autofree char *clean = g_utf8_make_valid(details, -1);
    one = json_pack("{s:s, s:s, s:o}", "category", category, "details", clean, "product_ids", ids);
    json_array_append_new(remedies->list, one);
    return one;
}

static bool wants(const struct csaf_product *product)
{
    return product->standing == RESOLVE_STANDING_AFFECTED ||
           product->standing == RESOLVE_STANDING_UNKNOWN;
}

static json_t *of_line(const struct csaf_stock *stock, const struct resolve_line *line)
{
    json_t *ids = json_array();
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        if (product->line == line && wants(product))
            json_array_append_new(ids, json_string(product->id));
    }
    return ids;
}

/* --- releases --- */

static const char *newest_fixed(const struct csaf_stock *stock, const struct csaf_family *family)
{
    const char *version = NULL;
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        if (product->family == family && product->first)
            version = product->branch;
    }
    return version;
}

static void add_release(struct remedies *remedies, const struct csaf_family *family,
                        const struct resolve_line *line)
{
    g_autofree char *details = g_strdup_printf("Update to %s %s, or a later release of %s.",
                                               family->product, line->first_release, line->line);
    g_autofree char *day = line->first_time == 0 ? NULL : clock_format_time(line->first_time);
    json_t *one = add(remedies, "vendor_fix", details, of_line(remedies->stock, line));
    if (one != NULL)
        csaf_set_text(one, "date", day);
}

static const struct resolve_fix *brings_last(const struct resolve_line *line)
{
    const struct resolve_fix *last = NULL;
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = line->fixes->pdata[i];
        if (fix->present && (last == NULL || fix->node > last->node))
            last = fix;
    }
    return last;
}

static void add_coming(struct remedies *remedies, const struct csaf_family *family,
                       const struct resolve_line *line)
{
    const struct resolve_fix *fix = brings_last(line);
    g_autofree char *details =
        line->branch == NULL || fix == NULL
            ? g_strdup_printf("The fix is in no release of %s %s.", family->product, line->line)
            : g_strdup_printf("The fix is on the branch %s (commit %.12s), and in no release of "
                              "%s %s.",
                              line->branch, fix->commit, family->product, line->line);
    add(remedies, "vendor_fix", details, of_line(remedies->stock, line));
}

/* Where nothing is to be had: said only for what no patch is for. */
static void add_nothing(struct remedies *remedies, const struct csaf_family *family,
                        const struct resolve_line *line)
{
    const char *newest = newest_fixed(remedies->stock, family);
    g_autoptr(GString) details = g_string_new(NULL);
    json_t *all = of_line(remedies->stock, line), *ids = json_array();
    for (size_t i = 0; i < json_array_size(all); i++)
        if (!g_hash_table_contains(remedies->helped, json_string_value(json_array_get(all, i))))
            json_array_append(ids, json_array_get(all, i));
    json_decref(all);
    bool over = line->state == RESOLVE_UNSUPPORTED;
    if (over)
        g_string_printf(details, "%s %s is out of support.", family->product, line->line);
    else if (line->state == RESOLVE_PARTLY)
        g_string_printf(details, "%u of %u parts of the fix are in %s %s.", line->present,
                        line->needed, family->product, line->line);
    else
        g_string_printf(details, "No release of %s %s has the fix.", family->product, line->line);
    if (newest != NULL)
        g_string_append_printf(details, " %s %s has %s.", family->product, newest,
                               over ? "the fix" : "it");
    add(remedies, over ? "no_fix_planned" : "none_available", details->str, ids);
}

static void add_lines(struct remedies *remedies, bool fixes)
{
    for (guint i = 0; i < remedies->stock->families->len; i++) {
        const struct csaf_family *family = remedies->stock->families->pdata[i];
        for (guint j = 0; family->place != NULL && j < family->place->lines->len; j++) {
            const struct resolve_line *line = family->place->lines->pdata[j];
            bool fixed = line->state == RESOLVE_FIXED && line->fixes->len > 0;
            if (fixes && fixed && line->first_release != NULL)
                add_release(remedies, family, line);
            else if (fixes && fixed)
                add_coming(remedies, family, line);
            else if (!fixes)
                add_nothing(remedies, family, line);
        }
    }
}

/* --- patches --- */

static GPtrArray *branches_of(const struct resolve_place *place, const char **ret_main)
{
    GPtrArray *branches = g_ptr_array_new();
    *ret_main = NULL;
    for (guint i = 0; i < place->lines->len; i++) {
        const struct resolve_line *line = place->lines->pdata[i];
        if (line->branch != NULL)
            g_ptr_array_add(branches, line->branch);
        if (line->main)
            *ret_main = line->branch;
    }
    return branches;
}

/* The lines that a label means, as their branches: char *, borrowed. */
static GPtrArray *meant(const struct csaf_family *family, const char *label)
{
    const char *main = NULL;
    g_autoptr(GPtrArray) branches = branches_of(family->place, &main);
    const struct labels_place place = {.name = family->place->name,
                                       .main_branch = main,
                                       .stable = (const char *const *)family->repository->stable,
                                       .labels = (const char *const *)family->repository->labels,
                                       .branches = branches};
    g_autofree char *unknown = NULL;
    g_autoptr(GArray) targets = labels_find(label, &place, 1, &unknown);
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < targets->len; i++)
        g_ptr_array_add(found,
                        (gpointer)(gsize)g_array_index(targets, struct labels_target, i).branch);
    return found;
}

static bool names_family(const struct csaf_family *family, const char *label)
{
    g_auto(GStrv) products = csaf_label_products(label);
    bool named = *products == NULL;
    for (char **product = products; *product != NULL; product++)
        named = named || csaf_family_is(family, *product);
    return named;
}

static bool is_meant(const struct csaf_product *product, const GPtrArray *branches)
{
    for (guint i = 0; i < branches->len; i++)
        if (product->line != NULL && g_strcmp0(product->line->branch, branches->pdata[i]) == 0)
            return true;
    return false;
}

/* What a patch of this label is for, of what needs one. */
static json_t *patched(const struct csaf_stock *stock, const char *label)
{
    json_t *ids = json_array();
    for (guint i = 0; i < stock->families->len; i++) {
        const struct csaf_family *family = stock->families->pdata[i];
        bool placed = family->place != NULL && family->repository != NULL;
        g_autoptr(GPtrArray) branches = placed ? meant(family, label) : g_ptr_array_new();
        bool named = names_family(family, label);
        for (guint j = 0; j < stock->products->len; j++) {
            const struct csaf_product *product = stock->products->pdata[j];
            if (product->family == family && wants(product) &&
                (placed ? is_meant(product, branches) : named))
                json_array_append_new(ids, json_string(product->id));
        }
    }
    return ids;
}

static json_t *add_patch(struct remedies *remedies, const GPtrArray *files, const char *label)
{
    const struct publication *publication = remedies->stock->publication;
    const struct publication_file *first = files->pdata[0];
    g_autofree char *text = g_strdup_printf("advisory-%s.txt", publication->number);
    bool alone = files->len == 1 && first->bytes != NULL;
    g_autofree char *url = csaf_url(remedies->stock->home, alone ? first->name : text);
    g_autoptr(GString) details =
        g_string_new(files->len == 1 ? "Apply the patch " : "Apply the patches ");
    for (guint i = 0; i < files->len; i++) {
        const struct publication_file *file = files->pdata[i];
        g_string_append_printf(details, "%s%s", i == 0 ? "" : ", ", file->name);
    }
    if (*label != '\0')
        g_string_append_printf(details, " (%s)", label);
    g_string_append(details, ", and build again.");
    json_t *one = add(remedies, "vendor_fix", details->str, patched(remedies->stock, label));
    if (one != NULL)
        csaf_set_text(one, "url", url);
    return one;
}

/* One for each label. */
static void add_patches(struct remedies *remedies)
{
    const struct publication_version *newest = publication_newest(remedies->stock->publication);
    g_autoptr(GPtrArray) done = g_ptr_array_new();
    for (guint i = 0; i < newest->files->len; i++) {
        const struct publication_file *one = newest->files->pdata[i];
        if (!one->patch || g_ptr_array_find_with_equal_func(done, one->label, g_str_equal, NULL))
            continue;
        g_autoptr(GPtrArray) files = g_ptr_array_new();
        for (guint j = i; j < newest->files->len; j++) {
            const struct publication_file *other = newest->files->pdata[j];
            if (other->patch && g_str_equal(one->label, other->label))
                g_ptr_array_add(files, newest->files->pdata[j]);
        }
        g_ptr_array_add(done, one->label);
        add_patch(remedies, files, one->label);
    }
}

/* --- prose --- */

static json_t *of_standing(const struct remedies *remedies, bool unknown, bool helpless)
{
    json_t *ids = json_array();
    for (guint i = 0; i < remedies->stock->products->len; i++) {
        const struct csaf_product *product = remedies->stock->products->pdata[i];
        if ((product->standing == RESOLVE_STANDING_AFFECTED ||
             (unknown && product->standing == RESOLVE_STANDING_UNKNOWN)) &&
            !(helpless && g_hash_table_contains(remedies->helped, product->id)))
            json_array_append_new(ids, json_string(product->id));
    }
    return ids;
}

/* "There is no known mitigation." */
static bool says_none(const char *prose)
{
    static const char *const words[] = {"there is no", "there are no", "there is none", "no ",
                                        "none"};
    g_autofree char *small = g_ascii_strdown(prose, -1);
    g_strdelimit(small, "\n", ' ');
    const char *end = strchr(small, '.');
    bool single = end == NULL || end[1] == '\0';
    for (gsize i = 0; single && i < G_N_ELEMENTS(words); i++)
        if (g_str_has_prefix(small, words[i]))
            return true;
    return single && strstr(small, "there is no mitigation") != NULL;
}

static void add_workaround(struct remedies *remedies)
{
    g_autofree char *prose = publication_prose(remedies->stock->publication, MITIGATION);
    if (*prose != '\0' && !says_none(prose))
        add(remedies, "workaround", prose, of_standing(remedies, true, false));
}

/* Where the history has nothing and no patch is named, the text tells how it is resolved. */
static void add_resolution(struct remedies *remedies)
{
    g_autofree char *prose = publication_prose(remedies->stock->publication, RESOLUTION);
    bool documents = remedies->stock->publication->documents;
    if (*prose != '\0')
        add(remedies, documents ? "none_available" : "vendor_fix", prose,
            of_standing(remedies, true, true));
    add(remedies, "none_available", "No fix of it is known.", of_standing(remedies, true, true));
}

void csaf_add_remedies(json_t *vulnerability, const struct csaf_stock *stock)
{
    g_autoptr(GHashTable) helped = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    struct remedies remedies = {stock, json_array(), helped};
    add_lines(&remedies, true);
    if (!stock->publication->documents)
        add_patches(&remedies);
    add_lines(&remedies, false);
    add_resolution(&remedies);
    add_workaround(&remedies);
    csaf_set_list(vulnerability, "remediations", remedies.list);
}
