/* Mails, written whole as they go out (RFC 5322, 2045, 2183, 3156): CR LF line ends, 7-bit, no line
 * longer than 998. Pure: the same input gives the same bytes, boundaries included. Values that
 * could begin a header of their own are refused, never passed on. */
#ifndef MAIL_H
#define MAIL_H

#include <glib.h>
#include <stdbool.h>

struct mail_head {
    const char *from_name; /* UTF-8, encoded where needed (RFC 2047); NULL: none */
    const char *from, *to; /* plain addresses; `to` may be several, parted by commas */
    const char *subject;   /* UTF-8 */
    const char *id;        /* "local@domain", without the angle brackets */
    const char *answers;   /* the same of the mail that this one answers; NULL: none */
    gint64 date;           /* seconds UTC */
};

struct mail_file {
    const char *name; /* a good file name: ASCII; it may hold folders, not .. */
    GBytes *bytes;
};

/* What is in a mail: words of ours before it (may be NULL), the text inline, the files attached. */
struct mail_content {
    const char *words; /* UTF-8 */
    const char *text;  /* UTF-8: the clearsigned text, to the byte */
    const struct mail_file *files;
    guint count;
};

/* Whether a file of that name can be attached. */
bool mail_good_file_name(const char *name);

/* A whole mail. FAULT_DATA: a value with a control character or no address, or with a word too
 * long for a head; a text that is not UTF-8. No error quotes a value. Caller unrefs. */
GBytes *mail_write(const struct mail_head *head, const struct mail_content *content,
                   GError **error);

/* What is encrypted for one member: the content with the real head protected inside. */
GBytes *mail_write_inner(const struct mail_head *head, const struct mail_content *content,
                         GError **error);
/* The envelope around it: multipart/encrypted. `head` is what anybody may see. */
GBytes *mail_write_sealed(const struct mail_head *head, const char *armoured, gsize length,
                          GError **error);

#endif
