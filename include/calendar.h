/* Stretches of days: calendar years, twelve months up to any month, from release to release. */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "visiting.h"

/* Tells all of them, or those that were asked for with what a growth compares them with. Errors as
 * of range_resolve and book_releases. */
bool calendar_visit(struct visiting *visiting, GError **error);

#endif
