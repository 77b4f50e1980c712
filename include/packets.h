/* OpenPGP packets (RFC 9580, sections 4 and 5.1), as far as one must see whom a message is
 * encrypted to. Pure; bytes may be anybody's. */
#ifndef PACKETS_H
#define PACKETS_H

#include <glib.h>
#include <stdbool.h>

/* The key ids that an encrypted message names, in its order; 0 is a recipient that hides.
 * FAULT_DATA: no encrypted message, or one cut off before its content. */
GArray *packets_recipients(const guint8 *bytes, gsize length, GError **error);

/* Takes the armour (section 6.2) off: the bytes of its one block. FAULT_DATA: no such armour. */
GBytes *packets_unarmour(const char *text, gsize length, GError **error);

#endif
