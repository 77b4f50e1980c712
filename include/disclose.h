/* Disclosing: a frozen version is written into a folder, for members or for the public, with a
 * permit of the gate or not at all. */
#ifndef DISCLOSE_H
#define DISCLOSE_H

#include "desk.h"
#include "embargo.h"

struct disclose_given {
    const char *number;
    gint64 version; /* 0: the newest that is meant for the audience */
    enum embargo_audience audience;
    const char *folder; /* to be made; an empty one may be there */
    const char *who;    /* desk_user */
    gint64 now;
    gint64 newest_commit; /* as in embargo.h, which also has the two that follow */
    bool clock_confirmed;
    const char *override;
};

struct disclosure {
    gint64 version;
    guint files;
};

/* The clearsigned text as advisory-N.txt and its files beside it, 0600 in a folder 0700: whole, or
 * not there. State and event follow. What embargo_ask raises; FAULT_DATA: the state forbids it, or
 * no version is meant for that audience; FAULT_CANTCREATE: the folder is there already. */
bool disclose(struct desk *desk, const struct disclose_given *given,
              struct disclosure *ret_disclosure, GError **error);

#endif
