/* What the labels of a patch table mean: "xen-unstable - Xen 4.17.x" is the development branch and
 * every stable branch down to 4.17's. Pure. docs/advisories.md has the rules in words. */
#ifndef LABELS_H
#define LABELS_H

#include <glib.h>
#include <stdbool.h>

/* A repository that labels may mean. */
struct labels_place {
    const char *name;          /* "xen" */
    const char *main_branch;   /* NULL: none is known */
    const char *const *stable; /* patterns of stable branches: "stable-*" */
    const char *const *labels; /* "Xen *.x:stable-*": what a label means; NULL: by the name */
    const GPtrArray *branches; /* char *: those there are */
};

/* A rule "LABEL:BRANCH" has a colon, and at most one * on either side, on the right only with one
 * on the left. */
bool labels_good_rule(const char *rule);

struct labels_target {
    guint place;        /* index into the places */
    const char *branch; /* borrowed from its branches */
};

/* The branches, each once, as struct labels_target, in the order of the label; a range goes from
 * its newest branch to its oldest. *ret_unknown is the first part of the label that means no branch
 * there is, else NULL; the caller frees both. */
GArray *labels_find(const char *label, const struct labels_place *places, guint count,
                    char **ret_unknown);

#endif
