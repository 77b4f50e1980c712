/* A finding of an audit, and how figures are written in its sentence. Pure. */
#ifndef AUDIT_FINDING_H
#define AUDIT_FINDING_H

#include "audit_view.h"

#define AUDIT_FINDINGS_MOST 1000

enum audit_severity {
    AUDIT_NOTE,  /* worth knowing */
    AUDIT_DOUBT, /* a question to the author */
    AUDIT_ERROR, /* the table contradicts itself */
};

enum audit_rule {
    AUDIT_NEW_BASE,    /* a change divided by the new value */
    AUDIT_UNLIKE,      /* cells compared that are of different things */
    AUDIT_SIGN,        /* up printed as down */
    AUDIT_PERCENTAGE,  /* not what the cells give from which its neighbours are counted */
    AUDIT_ROUNDING,    /* right but for the last digit */
    AUDIT_UNEXPLAINED, /* no cells give it */
    AUDIT_WHOLE,       /* a share of another whole than the others */
    AUDIT_TOTAL,       /* not its parts */
    AUDIT_SHARES,      /* do not add up to 100 */
    AUDIT_RANK,        /* the order is not that of the values */
    AUDIT_DIFFERENCE,  /* a printed difference is not that of its cells */
    AUDIT_RAGGED,      /* rows of different lengths */
    AUDIT_RULES
};

const char *audit_rule_name(enum audit_rule rule);
const char *audit_severity_name(enum audit_severity severity);

struct audit_finding {
    enum audit_rule rule;
    enum audit_severity severity;
    guint table, row, column; /* from 1; row and column 0: not of one */
    char *table_name;         /* NULL: it has none */
    char *row_name, *column_name;
    char *sentence;
};

/* What was looked at, so that "nothing found" can say of how much. */
struct audit_counts {
    guint tables, percentages, totals, ranks;
    guint explained; /* of the percentages */
};

/* What the checks of one table write to. */
struct audit_findings {
    guint table; /* from 1 */
    GPtrArray *list;
};

void audit_finding_free(struct audit_finding *finding);
void audit_finding_add(struct audit_findings *findings, const struct audit_view *view, guint line,
                       guint column, enum audit_rule rule, enum audit_severity severity,
                       const char *format, ...) G_GNUC_PRINTF(7, 8);

/* "1549", "−0.5": as many digits behind the point as `unit` (0.1) has. Caller frees. */
char *audit_say_number(double value, double unit);
/* The same with " %". */
char *audit_say_percent(double value, double unit);

#endif
