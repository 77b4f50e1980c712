/* The ledger: what the gate let through, what it refused and what it was told, one row each, for
 * ever. Each row holds a hash of itself and of the hash before it, so that a row that was changed,
 * removed or moved shows. Whoever can write the database can forge a whole new chain: note the head
 * somewhere else
 * (`barograph ledger verify` prints it), and compare. */
#ifndef LEDGER_H
#define LEDGER_H

#include "store.h"

enum { LEDGER_HASH = 32 }; /* bytes of a SHA-256 */

enum ledger_verdict {
    LEDGER_PERMIT,
    LEDGER_REFUSAL,
    LEDGER_OVERRIDE,
    LEDGER_NOTE, /* nothing left: a version was frozen, an embargo fell */
};
const char *ledger_verdict_name(enum ledger_verdict verdict);

struct ledger_entry {
    gint64 at;            /* seconds UTC */
    const char *who;      /* the system's user */
    const char *advisory; /* its number, "501" */
    gint64 version;
    const char *name;     /* the file; "": the advisory's text */
    const guint8 *digest; /* SHA-256 of the bytes, LEDGER_HASH of them */
    const char *audience; /* "members", "public" */
    enum ledger_verdict verdict;
    const char *rule;   /* why: one clause, without embargoed text */
    const char *reason; /* of an override or a note, else "" */
};

/* Appends the entries together, committed when it returns: in a transaction of its own. */
bool ledger_append(struct store *desk, const struct ledger_entry *entries, guint count,
                   GError **error);
/* The same, in the transaction that the caller holds. */
bool ledger_append_within(struct store *desk, const struct ledger_entry *entries, guint count,
                          GError **error);

struct ledger_state {
    gint64 rows;
    gint64 newest;            /* the latest time in it; G_MININT64 when it is empty */
    guint8 head[LEDGER_HASH]; /* the last row's hash; zeros when it is empty */
};
bool ledger_state(struct store *desk, struct ledger_state *ret_state, GError **error);

/* Reads all of it. FAULT_DATA names the first row that is not what it was. A clock that ran
 * backwards between two rows is no fault: it was asked about then. */
bool ledger_verify(struct store *desk, struct ledger_state *ret_state, GError **error);

/* Rows in order, of one advisory or (NULL) all; the entry lives until `visit` returns. */
typedef void (*ledger_visit)(void *user, gint64 id, const struct ledger_entry *entry);
bool ledger_each(struct store *desk, const char *advisory, ledger_visit visit, void *user,
                 GError **error);

/* Lower-case hexadecimal digits; caller frees. */
char *ledger_hex(const guint8 *hash);

#endif
