/* Which part of the project a commit belongs to, and who looks after it: components.h, with the
 * project's MAINTAINERS file as one more source.
 *
 * Parts are what [components] of barograph.conf names; without those the sections of MAINTAINERS
 * (the one in which most of the lines lie that the commit changes); without that the subject's
 * first word. */
#ifndef AREAS_H
#define AREAS_H

#include "book.h"
#include "maintainers.h"
#include "source.h"

struct areas;

/* The MAINTAINERS file at the tip of the book's main branch; an empty list where there is none. */
struct maintainers *areas_maintainers(struct book *book, struct source *source, GError **error);

/* `maintainers` NULL: there is no such file. All are borrowed and must outlive it. */
struct areas *areas_new(struct store *history, const struct home *home,
                        const struct maintainers *maintainers);
void areas_free(struct areas *areas);
typedef struct areas Areas;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Areas, areas_free)

/* A commit by row id and subject: its part, and who answers for most of its lines (struct
 * maintainer *, borrowed; M: only, in the file's order; empty where nobody does). Strings live as
 * long as `areas`; the caller unrefs the array. `ret_people` NULL: not asked. */
bool areas_of(struct areas *areas, gint64 commit_id, const char *subject, const char **ret_area,
              GPtrArray **ret_people, GError **error);

/* How commits were grouped, in one clause. */
const char *areas_rule(const struct areas *areas);

#endif
