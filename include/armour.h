/* Cleartext signatures (RFC 9580, section 7): the signed text taken out of its armour, with dashes
 * unescaped and blanks at the ends of lines gone, which no such signature covers. Pure: whether the
 * signature is good is for pgp.h to say; this says only where it is. */
#ifndef ARMOUR_H
#define ARMOUR_H

#include <glib.h>
#include <stdbool.h>

struct armour {
    char *text; /* every line ends in a line feed */
    gsize length;
    GStrv hashes;      /* "SHA256", as the headers name them; empty: the header was left out */
    char *signature;   /* the armoured block, from its BEGIN to its END line */
    unsigned first;    /* the line of the file that the text begins in, from 1 */
    unsigned stranger; /* the first line with anything outside of the signed message, which nobody
                          signed: mail headers, a list's footer; 0: none */
};

/* FAULT_DATA, with the line and never its content: no signed message; a signature without its end;
 * two messages or two signatures; a header that is not Hash; a dash in the text that is not
 * escaped; a signature that is not base64; more than 2 MB; a NUL byte. */
struct armour *armour_read(const char *bytes, gsize length, GError **error);
void armour_free(struct armour *armour);
typedef struct armour Armour;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Armour, armour_free)

/* The file again, from a text, the names of the digests and an armoured signature. Caller frees. */
char *armour_write(const char *text, const char *const *hashes, const char *signature);

#endif
