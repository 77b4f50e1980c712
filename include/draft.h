/* Drafts: the folder security/PREFIX-N/ of an advisory that is being written, with advisory.txt
 * (the prose), record.conf (what is known of it), and its patches. */
#ifndef DRAFT_H
#define DRAFT_H

#include "desk.h"
#include "layout.h"

struct draft_given {
    const char *number;          /* NULL: the next free one */
    const char *title;           /* one line */
    const char *const *cves;     /* NULL: none */
    const char *const *policies; /* that bind it; NULL: none */
    bool public_text;            /* its first version is meant for everybody */
    gint64 now;
};

/* Makes the folder with its two files, and the advisory in the record. FAULT_USAGE: a bad number,
 * title or CVE, none of which is quoted but the number; FAULT_CANTCREATE: the number is taken, or
 * its folder is there. Caller frees *ret_number. */
bool draft_make(struct desk *desk, const struct layout *layout, const struct draft_given *given,
                char **ret_number, GError **error);

/* "xsa-501": the folder, below security/. Caller frees. */
char *draft_folder(const struct layout *layout, const char *number);

/* The title that record.conf gives. FAULT_CONFIG: it gives none; and what desk_read raises. */
char *draft_title(const struct desk *desk, const struct layout *layout, const char *number,
                  GError **error);

#endif
