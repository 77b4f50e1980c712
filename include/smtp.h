/* Handing mail to a server (RFC 5321), one recipient a message, with every reply seen: libcurl
 * connects, starts TLS and logs in; the rest is spoken here, because what happened to a message
 * must be known exactly. Errors and replies may hold addresses: they are for the record, not for
 * terminals. */
#ifndef SMTP_H
#define SMTP_H

#include <glib.h>
#include <stdbool.h>

struct smtp_options {
    const char *url;         /* smtp://host:port, TLS by STARTTLS; smtps://host:port */
    const char *user;        /* NULL: no login */
    const char *password;    /* NULL without a user */
    const char *authorities; /* a file of certificates to trust; NULL: the system's */
    bool plain_loopback;     /* no TLS, and then nothing but this very machine is spoken to */
    guint timeout;           /* seconds without an answer; 0: 300, as RFC 5321 4.5.3.2 */
};

struct smtp;

/* One connection, for many messages. FAULT_USAGE: the URL; FAULT_REMOTE: nobody answers;
 * FAULT_PERMISSION: no TLS, a certificate that is not to be trusted, a login that is refused, or
 * plain_loopback with another machine. Nothing was sent in any of these cases. */
struct smtp *smtp_open(const struct smtp_options *options, GError **error);
void smtp_close(struct smtp *smtp); /* QUIT, without waiting */
typedef struct smtp Smtp;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Smtp, smtp_close)

bool smtp_is_private(const struct smtp *smtp); /* verified TLS is between us and the server */
bool smtp_is_alive(const struct smtp *smtp);   /* another message can be sent */

enum smtp_outcome {
    SMTP_SENT,    /* the server took it over */
    SMTP_REFUSED, /* for good (5yz), because of the recipient or the message */
    SMTP_LATER,   /* not now (4yz), not from this sender (5yz), or the connection ended before the
                     message did: not sent */
    SMTP_UNKNOWN, /* the whole message went out, and the answer was lost */
};
const char *smtp_outcome_name(enum smtp_outcome outcome); /* "sent", "failed", ... */

struct smtp_letter {
    const char *from, *to;   /* plain addresses */
    const char *envelope_id; /* for delivery reports (RFC 3461), printable ASCII */
    const char *bytes;       /* lines end in CR LF, none longer than 998 */
    gsize length;
    bool only_private; /* RFC 8689: further hops too, where the server offers that */
};

struct smtp_reply {
    enum smtp_outcome outcome;
    int code;   /* 0: no answer came */
    char *text; /* the reply's lines, joined by line feeds; never NULL; caller frees */
};

/* Always has an answer. A message that is no mail (bare CR or LF, NUL, a longer line, an address
 * that is none) is SMTP_REFUSED with code 0, and nothing of it went out. */
void smtp_send(struct smtp *smtp, const struct smtp_letter *letter, struct smtp_reply *ret_reply);

#endif
