/* The next version of an advisory begins: its draft's folder, made ready from the version before.
 */
#ifndef REVISE_H
#define REVISE_H

#include "desk.h"
#include "layout.h"

struct revise_given {
    const char *number;
    bool public_text; /* meant for everybody, else for members */
};

struct revision {
    gint64 version;  /* that was begun */
    GPtrArray *kept; /* char *: files that are not as they were frozen, and were left alone */
};
void revision_clear(struct revision *revision);

/* What is missing of the frozen version's prose, files and record.conf is written again from the
 * record; updates.txt is made, and record.conf says the new version and its audience. Nothing else
 * that is there is changed. FAULT_DATA: there is no frozen version yet, or the draft of the next
 * one is begun already. */
bool revise_begin(struct desk *desk, const struct layout *layout, const struct revise_given *given,
                  struct revision *ret_revision, GError **error);

#endif
