/* The desk's keyring, security/keyring: the keys of those who sign and of those who are written to.
 * Until it is made, gpg's own keyring serves. */
#ifndef KEYRING_H
#define KEYRING_H

#include "desk.h"
#include "pgp.h"

/* `make`: the desk's own is made when it is not there; the desk must be open for writing then. */
struct pgp *keyring_open(struct desk *desk, bool make, GError **error);

#endif
