/* Products of a CVE record that no mined repository has a fix of: as the text states them, else as
 * the patch table's labels name them, else the project. Pure. */
#ifndef CVE_STATED_H
#define CVE_STATED_H

#include "site.h"

/* A product without versions; the caller drops it. */
typedef json_t *(*cve_stated_make)(const struct site *site, const char *product);

/* Adds at least one to `list`. Of what is withdrawn no versions are told. */
void cve_stated_add(json_t *list, const struct site *site, const struct publication *publication,
                    cve_stated_make make);

#endif
