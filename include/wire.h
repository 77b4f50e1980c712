/* A line to a mail server, through libcurl: it connects, starts TLS and logs in; what is said after
 * that is the caller's. TLS is 1.2 at least and verified, or there is none, and then the server is
 * this very machine. */
#ifndef WIRE_H
#define WIRE_H

#include <glib.h>
#include <stdbool.h>

struct wire_options {
    const char *url;         /* smtp, smtps, imap, imaps; without a user in it */
    const char *protocols;   /* those that may be: "imap,imaps" */
    const char *user;        /* NULL: no login */
    const char *password;    /* NULL without a user */
    const char *authorities; /* a file of certificates to trust; NULL: the system's */
    bool plain_loopback;     /* no TLS, and then nothing but this very machine is spoken to */
    guint timeout;           /* seconds without an answer */
};

struct wire;

/* FAULT_USAGE: the URL; FAULT_REMOTE: nobody answers; FAULT_PERMISSION: no TLS, a certificate that
 * is not to be trusted, a login that is refused, or plain_loopback with another machine;
 * FAULT_CONFIG: the authorities. */
struct wire *wire_open(const struct wire_options *options, GError **error);
void wire_close(struct wire *wire);
typedef struct wire Wire;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wire, wire_close)

bool wire_is_alive(const struct wire *wire);

/* Whether all of it was given to the system; else the wire is dead. *ret_some (may be NULL):
 * whether any byte of it may have been. */
bool wire_put(struct wire *wire, const char *bytes, gsize length, bool *ret_some);
/* Without its line end; NULL: there is none to come, or it is longer than `most`, and the wire is
 * dead. Caller frees. */
char *wire_line(struct wire *wire, gsize most);
/* Appends exactly so many bytes. */
bool wire_take(struct wire *wire, gsize length, GString *into);

#endif
