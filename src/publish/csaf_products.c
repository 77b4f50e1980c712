/* Which releases and ranges a document speaks of, and what is known of each. */
#include "csaf.h"

#include <string.h>

#define GENERIC "vers:generic/"
#define ALL GENERIC "*"

static void product_free(gpointer pointer)
{
    struct csaf_product *product = pointer;
    g_free(product->id);
    g_free(product->name);
    g_free(product->branch);
    g_free(product);
}

void csaf_stock_free(struct csaf_stock *stock)
{
    if (stock == NULL)
        return;
    g_ptr_array_unref(stock->stated);
    g_ptr_array_unref(stock->families);
    g_ptr_array_unref(stock->products);
    g_string_chunk_free(stock->words);
    g_free(stock);
}

bool csaf_family_is(const struct csaf_family *family, const char *product)
{
    return g_ascii_strcasecmp(family->product, product) == 0 ||
           (family->repository != NULL &&
            g_ascii_strcasecmp(family->repository->name, product) == 0);
}

static struct csaf_family *find_family(const struct csaf_stock *stock, const char *product)
{
    for (guint i = 0; i < stock->families->len; i++)
        if (csaf_family_is(stock->families->pdata[i], product))
            return stock->families->pdata[i];
    return NULL;
}

static const struct home_repository *find_repository(const struct home *home, const char *product)
{
    for (guint i = 0; i < home->repositories->len; i++) {
        const struct home_repository *repository = home->repositories->pdata[i];
        if (g_ascii_strcasecmp(repository->name, product) == 0 ||
            g_ascii_strcasecmp(repository->product, product) == 0)
            return repository;
    }
    return NULL;
}

static struct csaf_family *add_family(struct csaf_stock *stock, const char *product,
                                      const struct resolve_place *place)
{
    struct csaf_family *family = g_new0(struct csaf_family, 1);
    family->repository = find_repository(stock->home, product);
    family->product = g_string_chunk_insert(
        stock->words, family->repository == NULL ? product : family->repository->product);
    family->place = place;
    g_ptr_array_add(stock->families, family);
    return family;
}

/* --- releases --- */

/* Whether the history tells that the code is not in a release. */
static bool is_absent(const struct resolve_line *line, const struct resolve_release *release)
{
    bool absent = line->fixes->len > 0;
    for (guint i = 0; i < line->fixes->len; i++) {
        const struct resolve_fix *fix = line->fixes->pdata[i];
        absent = absent && !fix->needed && fix->absent;
    }
    return absent ||
           (line->introduced != NULL && stated_compare(release->version, line->introduced) < 0);
}

static void add_release(struct csaf_stock *stock, const struct csaf_family *family,
                        const struct resolve_line *line, const struct resolve_release *release)
{
    struct csaf_product *product = g_new0(struct csaf_product, 1);
    product->family = family;
    product->id = g_strdup_printf("%s:%s", family->place->name, release->version);
    product->name = g_strdup_printf("%s %s", family->product, release->version);
    product->branch = g_strdup(release->version);
    product->standing = release->standing;
    product->line = line;
    product->first = release->standing == RESOLVE_STANDING_FIXED &&
                     g_strcmp0(release->version, line->first_release) == 0;
    if (release->standing == RESOLVE_STANDING_NOT_AFFECTED) {
        product->absent = is_absent(line, release);
        product->why = product->absent ? "The vulnerable code is not in it."
                                       : "The advisory says that it is not affected.";
        if (!product->absent && line->state == RESOLVE_NOT_AFFECTED && line->fixes->len > 0) {
            const struct resolve_fix *fix = line->fixes->pdata[0];
            if (fix->why != NULL && stated_about(stock->stated, family->product,
                                                 release->version) != STATED_NOT_AFFECTED)
                product->why = "Nothing of the fix is needed there.";
        }
    }
    g_ptr_array_add(stock->products, product);
}

static void add_places(struct csaf_stock *stock)
{
    for (guint i = 0; i < stock->publication->places->len; i++) {
        const struct resolve_place *place = stock->publication->places->pdata[i];
        const struct csaf_family *family = add_family(stock, place->name, place);
        for (guint j = 0; j < place->lines->len; j++) {
            const struct resolve_line *line = place->lines->pdata[j];
            for (guint k = 0; k < line->releases->len; k++)
                add_release(stock, family, line, line->releases->pdata[k]);
        }
    }
}

/* --- what the text says --- */

/* https://github.com/package-url/vers-spec: "vers:generic/>=4.6|<4.18". */
static char *vers_of(const struct stated_range *range)
{
    GString *text = g_string_new(GENERIC);
    g_autofree char *from_next = range->from == NULL ? NULL : stated_next_line(range->from);
    g_autofree char *to_next = range->to == NULL ? NULL : stated_next_line(range->to);
    if (range->from == NULL && range->to == NULL)
        g_string_append(text, "*");
    else if (g_strcmp0(range->from, range->to) == 0 && to_next == NULL)
        g_string_append(text, range->from);
    else {
        if (range->from != NULL && range->after && from_next == NULL)
            g_string_append_printf(text, ">%s", range->from);
        else if (range->from != NULL)
            g_string_append_printf(text, ">=%s", range->after ? from_next : range->from);
        if (range->from != NULL && range->to != NULL)
            g_string_append_c(text, '|');
        if (range->to != NULL && !range->before && to_next == NULL)
            g_string_append_printf(text, "<=%s", range->to);
        else if (range->to != NULL)
            g_string_append_printf(text, "<%s", range->before ? range->to : to_next);
    }
    return g_string_free(text, FALSE);
}

static char *words_of(const char *product, const struct stated_range *range)
{
    if (range->from == NULL && range->to == NULL)
        return g_strdup_printf("%s, all versions when the advisory was published", product);
    if (g_strcmp0(range->from, range->to) == 0)
        return g_strdup_printf("%s %s", product, range->from);
    if (range->to == NULL)
        return g_strdup_printf(range->after ? "%s after %s" : "%s %s and later", product,
                               range->from);
    if (range->from == NULL)
        return g_strdup_printf(range->before ? "%s before %s" : "%s %s and earlier", product,
                               range->to);
    return g_strdup_printf("%s from %s to %s", product, range->from, range->to);
}

static struct csaf_product *find_product(const struct csaf_stock *stock, const char *id)
{
    for (guint i = 0; i < stock->products->len; i++) {
        struct csaf_product *product = stock->products->pdata[i];
        if (g_str_equal(product->id, id))
            return product;
    }
    return NULL;
}

static void add_range(struct csaf_stock *stock, const struct csaf_family *family,
                      const struct stated_range *range)
{
    static const enum resolve_standing standings[] = {
        [STATED_AFFECTED] = RESOLVE_STANDING_AFFECTED,
        [STATED_NOT_AFFECTED] = RESOLVE_STANDING_NOT_AFFECTED,
        [STATED_NOT_INSPECTED] = RESOLVE_STANDING_UNKNOWN,
    };
    g_autofree char *vers = vers_of(range), *small = g_ascii_strdown(family->product, -1);
    g_autofree char *id = g_strdup_printf("%s:%s", small, strchr(vers, '/') + 1);
    if (find_product(stock, id) != NULL)
        return;
    struct csaf_product *product = g_new0(struct csaf_product, 1);
    product->family = family;
    product->id = g_steal_pointer(&id);
    product->name = words_of(family->product, range);
    product->branch = g_steal_pointer(&vers);
    product->range = true;
    product->standing = standings[range->word];
    if (range->word == STATED_NOT_AFFECTED)
        product->why = "The advisory says that it is not affected.";
    g_ptr_array_add(stock->products, product);
}

static void add_unversioned(struct csaf_stock *stock, const struct csaf_family *family)
{
    struct csaf_product *product = g_new0(struct csaf_product, 1);
    product->family = family;
    product->id = g_ascii_strdown(family->product, -1);
    product->name = g_strdup(family->product);
    product->standing = RESOLVE_STANDING_UNKNOWN;
    g_ptr_array_add(stock->products, product);
}

static guint count_of(const struct csaf_stock *stock, const struct csaf_family *family)
{
    guint count = 0;
    for (guint i = 0; i < stock->products->len; i++) {
        const struct csaf_product *product = stock->products->pdata[i];
        count += product->family == family;
    }
    return count;
}

/* "All versions" are those that there were: a range without ends would hold what is fixed since. */
static void close_all(struct csaf_stock *stock)
{
    for (guint i = 0; i < stock->products->len; i++) {
        struct csaf_product *product = stock->products->pdata[i];
        if (g_strcmp0(product->branch, ALL) != 0 || count_of(stock, product->family) > 1)
            continue;
        g_clear_pointer(&product->branch, g_free);
        g_free(product->id);
        product->id = g_ascii_strdown(product->family->product, -1);
        product->range = false;
    }
}

static void add_stated(struct csaf_stock *stock)
{
    for (guint i = 0; i < stock->stated->len; i++) {
        const struct stated_range *range = stock->stated->pdata[i];
        if (range->product == NULL)
            continue;
        const struct csaf_family *family = find_family(stock, range->product);
        if (family == NULL)
            family = add_family(stock, range->product, NULL);
        if (family->place == NULL)
            add_range(stock, family, range);
    }
    close_all(stock);
}

/* --- what the patch table says --- */

static bool is_branch_word(const char *word)
{
    static const char *const words[] = {"master", "main", "staging", "unstable", "trunk", "..."};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        if (g_ascii_strcasecmp(word, words[i]) == 0)
            return true;
    return g_ascii_isdigit(*word);
}

/* "xen-unstable" -> "xen", "Linux 4.7" -> "Linux"; "" for "4.17". */
static char *product_in(const char *piece)
{
    g_auto(GStrv) words = g_strsplit(piece, " ", -1);
    GString *product = g_string_new(NULL);
    for (char **word = words; *word != NULL && !is_branch_word(*word); word++) {
        const char *dash = strrchr(*word, '-');
        gsize length =
            dash != NULL && is_branch_word(dash + 1) ? (gsize)(dash - *word) : strlen(*word);
        if (length > 0 && product->len > 0)
            g_string_append_c(product, ' ');
        g_string_append_len(product, *word, (gssize)length);
    }
    return g_string_free(product, FALSE);
}

GStrv csaf_label_products(const char *label)
{
    g_autoptr(GStrvBuilder) products = g_strv_builder_new();
    g_autoptr(GRegex) between = g_regex_new(",| - | \\.\\.\\. ", 0, 0, NULL);
    g_auto(GStrv) pieces = g_regex_split(between, label, 0);
    for (char **piece = pieces; *piece != NULL; piece++) {
        g_autofree char *product = product_in(g_strstrip(*piece));
        if (*product != '\0')
            g_strv_builder_add(products, product);
    }
    return g_strv_builder_end(products);
}

static void add_labels(struct csaf_stock *stock)
{
    const struct publication_version *newest = publication_newest(stock->publication);
    for (guint i = 0; i < newest->files->len; i++) {
        const struct publication_file *file = newest->files->pdata[i];
        g_auto(GStrv) products = csaf_label_products(file->label);
        for (char **product = products; *product != NULL; product++)
            if (find_family(stock, *product) == NULL)
                add_unversioned(stock, add_family(stock, *product, NULL));
    }
}

struct csaf_stock *csaf_stock_new(const struct publication *publication, const struct home *home)
{
    struct csaf_stock *stock = g_new0(struct csaf_stock, 1);
    const struct home_repository *main = home->repositories->pdata[0];
    stock->publication = publication;
    stock->home = home;
    stock->words = g_string_chunk_new(256);
    stock->families = g_ptr_array_new_with_free_func(g_free);
    stock->products = g_ptr_array_new_with_free_func(product_free);
    stock->stated = stated_of(publication);
    add_places(stock);
    add_stated(stock);
    add_labels(stock);
    if (stock->products->len == 0)
        add_unversioned(stock, add_family(stock, main->product, NULL));
    return stock;
}
