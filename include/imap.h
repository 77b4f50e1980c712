/* The mails of a mailbox on an IMAP server (RFC 3501), read and nothing else: the mailbox is
 * examined, not selected, so that no mail is marked as seen. */
#ifndef IMAP_H
#define IMAP_H

#include <glib.h>
#include <stdbool.h>

struct imap_options {
    const char *url;         /* imaps://host[:port][/MAILBOX]; imap:// with STARTTLS; INBOX */
    const char *user;        /* to log in as */
    const char *password;    /**/
    const char *authorities; /* a file of certificates to trust; NULL: the system's */
    bool plain_loopback;     /* imap:// only: no TLS, and the server is this very machine */
    guint timeout;           /* seconds without an answer */
};

/* Whether a word is an address of this kind. */
bool imap_is_url(const char *word);

/* One mail; of a longer one its beginning. False stops the reading, with the error set. */
typedef bool (*imap_take)(void *user, const char *mail, gsize length, GError **error);

/* All of them in their order, of each at most `most` bytes. FAULT_USAGE: the URL, a login in it, a
 * mailbox whose name is not plain ASCII; FAULT_NOINPUT: there is no such mailbox; FAULT_REMOTE: the
 * server ended, or said what it should not; and what wire_open raises. Errors quote no server. */
bool imap_read(const struct imap_options *options, gsize most, imap_take take, void *user,
               GError **error);

#endif
