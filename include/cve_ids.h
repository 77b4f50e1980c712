/* CVE ids as the record keeps them: for which advisory each was reserved, and what was sent of it.
 * An id that was reserved is kept, whatever happens after that. */
#ifndef CVE_IDS_H
#define CVE_IDS_H

#include "store.h"

enum { CVE_IDS_DIGEST = 32 }; /* bytes of a SHA-256 */

struct cve_id {
    char *cve;
    char *advisory;              /* its number; NULL: it was reserved for none here */
    char *state;                 /* "reserved", "published", "rejected" */
    gint64 reserved_at, sent_at; /* seconds UTC; G_MININT64: not known, not sent */
    guint8 sent[CVE_IDS_DIGEST]; /* of the record that was sent last, as it was published */
};

/* By id: struct cve_id *, owned by the array. */
GPtrArray *cve_ids_all(struct store *desk, GError **error);
/* Borrowed from the array, or NULL. */
const struct cve_id *cve_ids_find(const GPtrArray *ids, const char *cve);

/* Changes; the caller holds the transaction. `advisory`: its row; 0: none. FAULT_INTERNAL: it is
 * kept already. */
bool cve_ids_keep(struct store *desk, const char *cve, gint64 advisory, gint64 now, GError **error);
bool cve_ids_sent(struct store *desk, const struct cve_id *id, gint64 advisory, GError **error);

/* What is asked of the server, committed before it is asked. `kind`: "reserve", "publish",
 * "reject". */
struct cve_request {
    gint64 advisory; /* 0: none */
    const char *kind;
    gint64 at;
    const char *who;
};
bool cve_ids_ask(struct store *desk, const struct cve_request *request, gint64 *ret_id,
                 GError **error);
/* `outcome`: "done", "refused", "lost". */
bool cve_ids_settle(struct store *desk, gint64 request, const char *outcome, GError **error);
/* *ret_at: when ids were asked for and no answer came; G_MININT64: never. */
bool cve_ids_lost(struct store *desk, gint64 advisory, gint64 *ret_at, GError **error);
/* Somebody looked: none of them is open any more. In the caller's transaction. */
bool cve_ids_forgive(struct store *desk, gint64 advisory, GError **error);

#endif
