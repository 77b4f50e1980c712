/* What a mail that came in says of one that went out: a delivery report (RFC 3464), or an answer.
 * Pure, but for the door to MIME. Errors quote no mail. */
#ifndef REPORTS_H
#define REPORTS_H

#include <glib.h>
#include <stdbool.h>

enum report_kind {
    REPORT_NONE,      /* says nothing of any message: ordinary mail */
    REPORT_FAILED,    /* it is not delivered, and will not be */
    REPORT_DELAYED,   /* not yet */
    REPORT_DELIVERED, /* to the mailbox */
    REPORT_RELAYED,   /* to a server that makes no reports */
    REPORT_EXPANDED,  /* to all of a list */
    REPORT_AUTOMATIC, /* a machine's answer */
    REPORT_REPLY,     /* a person's */
    REPORT_KINDS
};
const char *report_kind_name(enum report_kind kind); /* "failed", ...; "none" */

struct report {
    enum report_kind kind;
    char *status;     /* RFC 3463: "5.1.1"; "" none */
    gint64 code;      /* the server's reply: 550; 0 none */
    char *diagnostic; /* its words; they may hold addresses; "" none */
    GStrv ids;        /* Message-IDs of what it may be about, likeliest first; without brackets */
    char *source;     /* what tells this report from others: its own Message-ID, or a digest */
    char *from;       /* whose answer: an address; NULL: not known */
};
void report_free(struct report *report);
typedef struct report Report;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

/* One mail. Of several recipients in a report the worst counts. FAULT_DATA: no mail. */
struct report *reports_read(const char *mail, gsize length, GError **error);

/* The fields of a message/delivery-status, for `report`: kind, status, code, diagnostic. Returns
 * its Original-Envelope-Id, or NULL; caller frees. */
char *reports_read_status(const char *text, gsize length, struct report *report);

#endif
