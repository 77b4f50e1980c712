/* How an embargo ends before its time: it is vacated, or the advisory is withdrawn. Both say who
 * and why, in the events of the advisory and in the ledger, for ever. */
#ifndef ENDINGS_H
#define ENDINGS_H

#include "desk.h"
#include "layout.h"

struct ending {
    const char *number, *reason; /* the reason is kept: it must hold nothing embargoed */
    const char *who;
    gint64 now;
};

/* The public moment becomes now, in the record and then in the draft's record.conf. FAULT_DATA: it
 * has come already, or the state forbids it. FAULT_USAGE: no reason. When record.conf cannot be
 * changed the embargo has ended all the same; the error says what to write there. */
bool ending_vacate(struct desk *desk, const struct layout *layout, const struct ending *ending,
                   GError **error);

/* No version that there is leaves any more. A later one, which says that it is withdrawn, may.
 * FAULT_DATA: it is withdrawn already. FAULT_USAGE: no reason. */
bool ending_withdraw(struct desk *desk, const struct ending *ending, GError **error);

#endif
