/* What is wrong, or probably wrong, with the figures of published tables. Pure.
 *
 * Every sum and percentage that can be recognised is computed again from the other cells. A printed
 * figure stands for all values that may have been rounded to it, ties either way. The rules are in
 * docs/auditing.md. */
#ifndef AUDIT_H
#define AUDIT_H

#include "audit_finding.h"

/* Of all tables (struct audit_table *): struct audit_finding *, owned by the array; by table, row,
 * column. At most AUDIT_FINDINGS_MOST are kept. */
GPtrArray *audit_check(const GPtrArray *tables, struct audit_counts *ret_counts);

#endif
