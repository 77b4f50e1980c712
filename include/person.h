/* One of the people, as somebody would name them: by address, by name, or by a part of the name
 * that nobody else has. */
#ifndef PERSON_H
#define PERSON_H

#include "people.h"

/* "Ann Author", "ann@one.org", "Ann Author <ann@one.org>", "author". Names compare without accents,
 * case and order of words; an address must be whole. FAULT_NOINPUT: nobody is called that (with the
 * nearest names or addresses), or several are (with their addresses). */
bool person_find(const struct people *people, const char *text, guint *ret_person, GError **error);

#endif
