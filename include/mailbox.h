/* The mails of a mailbox on this machine: a Maildir, an mbox, or one mail in a file. They are read
 * one after another, however many there are; nothing in the mailbox is changed. */
#ifndef MAILBOX_H
#define MAILBOX_H

#include <glib.h>
#include <stdbool.h>

/* What is kept of one mail: what reports say stands in front. */
enum { MAILBOX_MOST = 1024 * 1024 };

/* One mail, of which at most MAILBOX_MOST bytes are given; false stops the reading, with the error
 * set. */
typedef bool (*mailbox_take)(void *user, const char *mail, gsize length, GError **error);

/* Of a Maildir `new` and `cur` in the order of their names, no links followed. FAULT_NOINPUT: not
 * there; FAULT_DATA: no mailbox; FAULT_IO. */
bool mailbox_read(const char *path, mailbox_take take, void *user, GError **error);

#endif
