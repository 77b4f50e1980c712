/* The layout of a home's advisories: the shipped one, with what the home's templates/advisory/
 * changes or adds. */
#ifndef LAYOUTS_H
#define LAYOUTS_H

#include "layout.h"

/* `templates` is the home's templates/, which need not be there; `prefix` is barograph.conf's.
 * FAULT_CONFIG names the file and what is wrong with it. Caller frees. */
struct layout *layouts_load(const char *templates, const char *prefix, GError **error);

#endif
