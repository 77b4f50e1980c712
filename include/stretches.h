/* Which stretches of a history somebody may have counted: releases from tag to tag, to their last
 * candidate and from fork to fork; from any tag of a line to any later one of it or the next; all
 * that led to the first of a line; what a stable branch has had since it left, since its first and
 * since its newest release; calendar years, their halves, quarters and months, what of a year was
 * over, twelve months up to any month, the days between first releases of lines, all days; each on
 * the branches that come into question.
 */
#ifndef STRETCHES_H
#define STRETCHES_H

#include "visiting.h"

/* Tells all of them. The stretches (struct stretch) are the caller's. Errors as of range_resolve.
 */
GArray *stretches_visit(struct book *book, const struct stretch_limits *limits,
                        stretch_visitor visit, void *user, GError **error);

#endif
