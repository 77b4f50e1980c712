/* Totals beside their parts: rows named so (or columns, seen across). Pure. */
#ifndef AUDIT_TOTAL_H
#define AUDIT_TOTAL_H

#include "audit_finding.h"

/* Counts into totals. A total that is more than its parts is an error only where the others of it
 * are the sum of theirs, or the rest is named in the table; one of people may be less. */
void audit_total_check(const struct audit_view *view, struct audit_findings *findings,
                       struct audit_counts *counts);

#endif
