/* What changed from one version of an advisory to another: the head, the sections in words, the
 * patch table, and the patches by what they change. Pure. */
#ifndef COMPARE_H
#define COMPARE_H

#include "layout.h"
#include "text.h"

#include <jansson.h>

struct compare_side {
    gint64 version;
    const struct text *text;
    const GPtrArray *patches; /* struct record_patch *, as far as the record has their bytes */
};

/* docs/json.md describes it. FAULT_CONFIG: the layout lacks a wording of a text. Caller drops. */
json_t *compare_versions(const char *id, const struct compare_side *old,
                         const struct compare_side *new, const struct layout *layout,
                         GError **error);

enum compare_style {
    COMPARE_PLAIN,  /* [-taken away-] and {+added+} */
    COMPARE_COLOUR, /* the same in red and green, for terminals */
    COMPARE_MARKDOWN,
};

/* The same for people. Caller frees. */
char *compare_page(json_t *comparison, enum compare_style style);

#endif
