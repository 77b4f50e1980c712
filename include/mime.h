/* The one door to MIME (RFC 2045, 2047, 2183, 2231): a mail taken apart, through GMime.
 *
 * Contents are the bytes behind the transfer encoding and nothing else: a charset is never
 * converted, so that what was signed stays what was signed, whatever a mail says of itself ("7bit"
 * around UTF-8 is common). Errors never quote a mail. */
#ifndef MIME_H
#define MIME_H

#include <glib.h>
#include <stdbool.h>

enum {
    MIME_MOST = 10 * 1024 * 1024, /* bytes of a mail */
    MIME_LINES_MOST = 300000,     /* its lines, each of which could be a header */
    MIME_DASHES_MOST = 10000,     /* its lines that begin with --, each of which could be a part */
    MIME_DEPTH_MOST = 16,         /* parts within parts */
};

enum mime_kind {
    MIME_TEXT,       /* text/plain that is shown, not saved */
    MIME_ATTACHMENT, /* has a file name, or asks to be saved */
    MIME_MAIL,       /* a mail within the mail; it is not taken apart */
    MIME_OTHER,      /* all the rest: a signature, the same text as HTML */
};

struct mime_part {
    enum mime_kind kind;
    char *name;    /* its file name as sent, which may be anything; UTF-8; NULL: none */
    GBytes *bytes; /* not of MIME_MAIL: NULL there */
};

/* Whether these bytes begin as a mail does: with a header field, or the "From " line of a mailbox.
 */
bool mime_is_mail(const char *bytes, gsize length);

/* The parts in their order, of the one mail that there is; struct mime_part *, owned by the array.
 * FAULT_DATA: over one of the limits above, cut off before its last part ends, a second mail behind
 * it, a multipart without a boundary. */
GPtrArray *mime_read(const char *bytes, gsize length, GError **error);

/* --- mails that come in: anybody's, cut off or not --- */

struct mime_piece {
    char *type;    /* "text/plain", in small letters */
    char *charset; /* as it says; NULL: it does not */
    GBytes *bytes; /* behind the transfer encoding; of a mail within the mail, its header fields */
};

struct mime_letter {
    char *id;          /* Message-ID, without angle brackets; NULL: none */
    char *from;        /* the first address of From, in small letters; NULL: none */
    char *subject;     /* decoded, "" none */
    GStrv answers;     /* what In-Reply-To and References name, in this order, without brackets */
    bool automatic;    /* a machine wrote it (RFC 3834, and older marks) */
    GPtrArray *pieces; /* struct mime_piece *; what is in a mail within it is left out */
};
void mime_letter_free(struct mime_letter *letter);
typedef struct mime_letter MimeLetter;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MimeLetter, mime_letter_free)

/* What there is of it is read: reports quote mails, and cut them. FAULT_DATA: over one of the
 * limits above, or no mail at all. */
struct mime_letter *mime_letter_read(const char *bytes, gsize length, GError **error);

/* As UTF-8, by its charset where that can be believed; NULs and broken bytes become U+FFFD. Caller
 * frees. */
char *mime_piece_text(const struct mime_piece *piece);

#endif
