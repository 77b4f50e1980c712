/* Lint of patches against the repositories they are for: each is tried in memory on the tip of
 * every branch that its label in the patch table names, in the order of the table. */
#ifndef LINT_PATCHES_H
#define LINT_PATCHES_H

#include "labels.h"
#include "lint.h"
#include "tryout.h"

struct lint_patch {
    char *name;
    GBytes *bytes;
};
/* struct lint_patch, owned by the array. */
GArray *lint_patches_new(void);
void lint_patches_add(GArray *patches, const char *name, GBytes *bytes); /* keeps a reference */

/* The patch table of an advisory, and the files it is about. */
struct lint_series {
    const GPtrArray *rows; /* struct text_row * */
    const GArray *patches; /* struct lint_patch */
};

struct lint_trial {
    const struct labels_place *places;
    struct tryout *const *tryouts; /* one for each place */
    guint count;
    /* Advisories that go out before this one: where a patch does not apply alone, it is tried on
     * top of theirs. */
    const struct lint_series *before;
    guint before_count;
};

/* Adds findings, in no order; lint_sort them. Without a repository nothing is known of patches. */
void lint_patches(GPtrArray *findings, const struct lint_series *series,
                  const struct lint_trial *trial);

#endif
