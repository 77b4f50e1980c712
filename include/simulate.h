/* What policies would have made of past advisories: how long members and everybody would have
 * waited. Each policy alone, from what was known: the report, and where somebody recorded them the
 * discovery, the confirmation, the fix and the moment the discoverer wished for. A confirmation and
 * a fix that nobody recorded are taken to have come with the report, so that these are the shortest
 * waits a policy leads to. Pure. */
#ifndef SIMULATE_H
#define SIMULATE_H

#include "plan.h"
#include "table.h"

struct simulate_past {
    char *name;               /* "XSA-501" */
    gint64 at[POLICY_EVENTS]; /* the report is always known; without a publication nothing happened
                                 yet in fact */
};
/* Nothing is known of it yet but its name, which it copies and whoever holds it frees. */
struct simulate_past simulate_past(const char *name);
GArray *simulate_pasts(void); /* empty, of struct simulate_past, which it clears */

/* One advisory a line, parted by tabs: its name, when it was reported, when it was public and, if
 * it was, predisclosed (RFC 3339); blank lines and those that begin with # are left out. FAULT_DATA
 * names file and line, or says that there is none. struct simulate_past. */
GArray *simulate_read(const char *text, const char *file, GError **error);

struct simulate_replay {
    gint64 predisclosure, publication; /* POLICY_UNKNOWN: it has none */
    gint64 members, everybody;         /* seconds from the report until each knows */
    gint64 head_start;                 /* seconds that members know before everybody */
};
/* `policy` NULL: what happened in fact. */
struct simulate_replay simulate_replay(const struct policy *policy,
                                       const struct simulate_past *past,
                                       const struct workdays *workdays);

/* A row for what happened in fact, then one for each policy (struct policy *), in days: the median
 * and the most; with `each` a row for each of them and each advisory. */
struct table *simulate_table(const GPtrArray *policies, const GArray *past,
                             const struct workdays *workdays, bool each);

#endif
