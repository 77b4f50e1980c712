/* Advisories that were signed elsewhere, or before there was this desk: verified, read, and kept as
 * rows, from which they are written again byte for byte. What is taken in counts as public. */
#ifndef INTAKE_H
#define INTAKE_H

#include "desk.h"
#include "layout.h"
#include "pgp.h"

struct intake {
    char *number;
    gint64 version; /* 1 where the text has no version line */
    bool known;     /* its very bytes were in the record already */
    guint files;    /* that the record has of it */
    guint added;    /* known: files that it did not have before */
    char *remarks;  /* on files that are missing or too many, one sentence; NULL: none */
    struct pgp_signature signature;
};
void intake_clear(struct intake *intake);

/* The bytes of a file, as given by the user. FAULT_NOINPUT: not there; FAULT_DATA: no regular file,
 * or longer than any advisory. Caller unrefs. */
GBytes *intake_read(const char *path, GError **error);

/* One clearsigned text, in a transaction of its own. Taken in are good signatures, also those of a
 * key that has expired since and those with a weak digest; `ret_intake` says so. FAULT_DATA: a bad
 * signature, an unknown or revoked key, a text that cannot be read, another text of the same
 * version, a mark of an embargo before the heading. No error quotes the text. */
bool intake_text(struct desk *desk, struct pgp *pgp, const struct layout *layout, GBytes *bytes,
                 gint64 now, struct intake *ret_intake, GError **error);

/* The same with the whole mail (mime.h): the files that the text has sums of are kept too. One that
 * is missing, or in no sum, is a remark. FAULT_DATA also: a file that is not what its sum says, a
 * mail that is cut off, without a clearsigned text or with two of them. Files of a text that is in
 * the record join it, when they are what its signed sums say. */
bool intake_mail(struct desk *desk, struct pgp *pgp, const struct layout *layout, GBytes *bytes,
                 gint64 now, struct intake *ret_intake, GError **error);

#endif
