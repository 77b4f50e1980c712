/* CSAF 2.0 documents (https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html): what the
 * units that make one share. A product is one release, or a range of versions that the text names.
 */
#ifndef CSAF_H
#define CSAF_H

#include "site.h"
#include "stated.h"

/* All releases, or ranges, of one product. */
struct csaf_family {
    const char *product;                      /* "Xen"; borrowed from the stock */
    const struct home_repository *repository; /* NULL: none of this home */
    const struct resolve_place *place;        /* NULL: nothing of the fix was found there */
};

struct csaf_product {
    const struct csaf_family *family;
    char *id;     /* "xen:4.20.3" */
    char *name;   /* "Xen 4.20.3" */
    char *branch; /* "4.20.3", "vers:generic/>=4.6"; NULL: no version is known at all */
    bool range;
    enum resolve_standing standing;
    const struct resolve_line *line; /* NULL: of the text alone, as what follows */
    bool first;                      /* the line's first with the fix */
    bool absent;                     /* not affected because the code is not there */
    const char *why;                 /* not affected: a clause; NULL */
};

/* What a document speaks of. */
struct csaf_stock {
    const struct publication *publication;
    const struct home *home;
    GPtrArray *stated;   /* of stated.h */
    GPtrArray *families; /* struct csaf_family * */
    GPtrArray *products; /* struct csaf_product *: those of a family together */
    GStringChunk *words;
};
struct csaf_stock *csaf_stock_new(const struct publication *publication, const struct home *home);
void csaf_stock_free(struct csaf_stock *stock);
typedef struct csaf_stock CsafStock;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CsafStock, csaf_stock_free)

/* The products that a label of the patch table speaks of: "Linux 4.7 ... 4.17" -> Linux. Pure. */
GStrv csaf_label_products(const char *label);
bool csaf_family_is(const struct csaf_family *family, const char *product);

json_t *csaf_tree(const struct csaf_stock *stock);

/* Of a vulnerability: sets product_status, flags, threats, remediations. */
void csaf_add_status(json_t *vulnerability, const struct csaf_stock *stock);
void csaf_add_remedies(json_t *vulnerability, const struct csaf_stock *stock);

/* document.tracking. `document` is all else; `previous` what was published last, or NULL. */
json_t *csaf_tracking(const struct publication *publication, const json_t *document,
                      const json_t *previous, gint64 now);

/* "xsa-480.json": section 5.1. "csaf/white/2026/xsa-480.json". Callers free. */
char *csaf_file_name(const char *id);
char *csaf_path(const struct publication *publication);

/* Below [publish] url, what is no part of a path escaped. Caller frees. */
char *csaf_url(const struct home *home, const char *path);
/* Sets it when there is something to set. */
void csaf_set_text(json_t *object, const char *key, const char *text);
void csaf_set_list(json_t *object, const char *key, json_t *list);
/* With the keys of all objects sorted (6.2.13); takes the value. */
json_t *csaf_sorted(json_t *value);

#endif
