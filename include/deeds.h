/* What people did: commits they wrote and approvals they gave, in the order of time. For questions
 * about paths: who came, who went, who is still there. */
#ifndef DEEDS_H
#define DEEDS_H

#include "reading.h"
#include "reviewers.h"

enum deed_kind { DEED_COMMIT, DEED_REVIEW, DEED_ACK };

struct deed {
    gint64 time;        /* the committer's */
    gint64 author_time; /* what an employer is decided by */
    guint person;       /* by the mailmap */
    gint64 identity;    /* as written */
    guint node;
    enum deed_kind kind;
};

/* Of all commits that are no merges and reachable from those branches. An approval
 * of one's own commit is none. The array (struct deed) is the caller's. */
GArray *deeds_read(struct book *book, struct reviewers *reviewers, enum reading_branches branches,
                   GError **error);

#endif
