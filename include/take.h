/* What record.conf says, taken into the record: dates, policies, CVEs, credits, companions,
 * waivers. The gate reads the record alone, so a date counts from here on, and never because a file
 * changed. */
#ifndef TAKE_H
#define TAKE_H

#include "record.h"
#include "record_conf.h"

/* In the transaction that the caller holds. A changed date of what is not a mere draft is an event,
 * and *ret_changes counts those that changed. FAULT_DATA: it would move a moment that has come and
 * gone. */
bool take_conf(struct store *desk, const struct record_advisory *advisory,
               const struct record_conf *conf, const char *who, gint64 now, guint *ret_changes,
               GError **error);

/* For those who only look: dates and policies of a mere draft as its record.conf has them. */
void take_look(struct record_advisory *advisory, const struct record_conf *conf);

#endif
