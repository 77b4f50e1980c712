/* Mail domains that no row names, and that one answer does for: two people and more write from
 * them, and none of those is known to be somebody else's. */
#ifndef OPEN_DOMAINS_H
#define OPEN_DOMAINS_H

#include "signs.h"

/* A set of folded domains, which belong to the people; caller unrefs. A domain is left out where an
 * address of it has a row of its own, or signs off under an employer's: a forwarder such as
 * kernel.org is no employer's. */
GHashTable *open_domains(const struct book *book, const struct signs *signs,
                         const struct people *people);

#endif
