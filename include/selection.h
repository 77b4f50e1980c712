/* Which commits a set of readings means: each becomes a window over the temporary tables of
 * sql/history/query/selection.sql, so that figures.h counts all of them in a few statements. */
#ifndef SELECTION_H
#define SELECTION_H

#include "book.h"
#include "reading.h"

struct selection;

/* The book must outlive it. A store holds one filled selection at a time. */
struct selection *selection_new(struct book *book);
void selection_free(struct selection *selection);
typedef struct selection Selection;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selection, selection_free)

/* Resolves a copy of the reading and keeps it as the next window (0, 1, ...). Errors as of
 * range_resolve and book_find_employer. Windows that differ in their dates alone share their
 * commits. */
bool selection_add(struct selection *selection, const struct reading *reading, guint *ret_window,
                   GError **error);

/* Writes the temporary tables for all windows; nothing can be added afterwards. Of the first
 * `known` windows also who had committed before them, for newcomers. */
bool selection_fill(struct selection *selection, guint known, GError **error);

/* Also the persons and employers of those who give credit in these windows. */
bool selection_fill_credits(struct selection *selection, guint first, guint last, GError **error);

/* Which commits of these windows are monsters (monsters.h), where a reading leaves their lines out:
 * before lines are counted. */
bool selection_fill_monsters(struct selection *selection, guint first, guint last, GError **error);

/* Makes a filled window count the lines of its monsters, or not, whatever its reading says. */
bool selection_count_monsters(struct selection *selection, guint window, bool count,
                              GError **error);

guint selection_count(const struct selection *selection);
struct book *selection_book(const struct selection *selection);
/* Resolved. */
const struct reading *selection_reading(const struct selection *selection, guint window);
/* The part of `chosen` that holds the window's commits. */
guint selection_part(const struct selection *selection, guint window);

/* A person's number in `chosen` -> a name; by the window's people map. Borrowed. NULL and an error
 * only when the people cannot be read. */
const char *selection_person_name(struct selection *selection, guint window, gint64 person,
                                  GError **error);

#endif
