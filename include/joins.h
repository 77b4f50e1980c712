/* Employers that count as another, as a reading's `joins` say: "Linaro=Arm". Each is applied in the
 * order it was given, so "A=B" and then "B=C" counts A as C. The other name may be a new one. */
#ifndef JOINS_H
#define JOINS_H

#include "book.h"

struct joins;

/* NULL joins: none. FAULT_NOINPUT with the nearest names when nobody works for the first. */
struct joins *joins_new(struct book *book, const char *const *joins, GError **error);
void joins_free(struct joins *joins);
typedef struct joins Joins;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Joins, joins_free)

/* An employer's number -> the one it counts as. */
gint64 joins_apply(const struct joins *joins, gint64 employer);

#endif
