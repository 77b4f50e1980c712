/* Lint of a draft as it lies in its folder: prose, record.conf, updates and patches together. */
#ifndef LINT_DRAFT_H
#define LINT_DRAFT_H

#include "lint_dates.h"
#include "lint_patches.h"
#include "manuscript.h"

struct lint_draft {
    const struct desk *desk;
    const struct layout *layout;
    const char *number;
    const char *state;         /* of the advisory */
    bool vacated;              /* its embargo was ended early */
    const GPtrArray *policies; /* struct policy *: all there are */
    const struct workdays *workdays;
    gint64 now;
    const struct lint_trial *trial; /* NULL: patches are not tried */
};

/* Sorted, with the waivers of record.conf put to them; lines are those of advisory.txt, and of the
 * file that a finding names. Owned by the caller. FAULT_NOINPUT: there is no such draft; and what
 * desk_read raises. What is wrong with the files themselves is a finding. */
GPtrArray *lint_draft(const struct lint_draft *draft, GError **error);

/* The patches of a manuscript or of a version: struct record_patch * to struct lint_patch. */
GArray *lint_draft_patches(const GPtrArray *files);

#endif
