/* Disclosing: a frozen version is written into a folder, for members or for the public, with a
 * permit of the gate or not at all. */
#ifndef DISCLOSE_H
#define DISCLOSE_H

#include "desk.h"
#include "parcel.h"

struct disclose_given {
    struct parcel_given what;
    const char *folder; /* to be made; an empty one may be there */
};

struct disclosure {
    gint64 version;
    guint files;
};

/* The clearsigned text as advisory-N.txt and its files beside it, 0600 in a folder 0700: whole, or
 * not there. State and event follow. What parcel_pack and
 * parcel_ask raise; FAULT_CANTCREATE: the folder is there already. */
bool disclose(struct desk *desk, const struct disclose_given *given,
              struct disclosure *ret_disclosure, GError **error);

/* A disclosure that was killed leaves the folder that it was writing, whose name begins with a dot,
 * and a mark in the desk that says where: both are removed. *ret_removed, caller frees: the folder;
 * NULL: there was none. FAULT_IO: it cannot be removed. */
bool disclose_sweep(struct desk *desk, char **ret_removed, GError **error);

#endif
