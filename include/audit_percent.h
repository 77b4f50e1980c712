/* Where the percentages of a table come from. Pure.
 *
 * The percentages of a column (or of a row, or those in brackets beside values) are a series. Rules
 * such as "change from the column before" or "share of the column's total" are tried on all of it;
 * the one that explains most is what its author did, and what does not follow it is looked at
 * closely. docs/auditing.md says in which order. */
#ifndef AUDIT_PERCENT_H
#define AUDIT_PERCENT_H

#include "audit_finding.h"

/* Counts into percentages and explained. */
void audit_percent_check(const struct audit_view *down, const struct audit_view *across,
                         struct audit_findings *findings, struct audit_counts *counts);

#endif
