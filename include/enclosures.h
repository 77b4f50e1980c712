/* What the mail of an advisory holds: its clearsigned text, and the files that the sums in the text
 * name. Pure. */
#ifndef ENCLOSURES_H
#define ENCLOSURES_H

#include "text.h"

/* The one clearsigned text among the parts (struct mime_part *); borrowed. FAULT_DATA: none, or
 * more than one. */
GBytes *enclosures_text(const GPtrArray *parts, GError **error);

struct enclosure {
    const char *name; /* as in the sums; the text's */
    GBytes *bytes;    /* the part's */
};

/* The attached files that the text has sums of, in the order of the sums: struct enclosure *, owned
 * by the array. *ret_remarks (caller frees) says which of them are missing and what else is
 * attached, in one sentence; NULL: nothing is. FAULT_DATA: a file is not what its sum says, or has
 * a name that nothing should be kept under. */
GPtrArray *enclosures_match(const GPtrArray *parts, const struct text *text, char **ret_remarks,
                            GError **error);

#endif
