/* The states of an advisory, and which step leads from where to where: one table. Pure.
 *
 *   draft -> frozen -> predisclosed -> frozen (the public version) -> public -> updated | withdrawn
 *
 * A state says how far the advisory has come, not how far its newest version has: what is frozen
 * for the public after publication changes it only when it is disclosed. */
#ifndef STAGES_H
#define STAGES_H

#include <glib.h>
#include <stdbool.h>

enum stage_step {
    STAGE_FREEZE,   /* a version is frozen */
    STAGE_MEMBERS,  /* a version is disclosed to members */
    STAGE_PUBLIC,   /* the first version is disclosed to the public, or the same again */
    STAGE_UPDATE,   /* a later one is */
    STAGE_VACATE,   /* the embargo falls early */
    STAGE_WITHDRAW, /* it was no issue after all */
    STAGE_STEPS
};

/* The state it is in afterwards; static text. NULL with FAULT_DATA: the step is not legal there;
 * the sentence lists those that are. */
const char *stage_after(const char *number, const char *state, enum stage_step step,
                        GError **error);

#endif
