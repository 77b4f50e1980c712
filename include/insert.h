/* Writes commits, their messages' findings and their changes as rows; names and paths are interned.
 */
#ifndef INSERT_H
#define INSERT_H

#include "batch.h"
#include "commit.h"
#include "origins.h"
#include "store.h"

struct insert;

/* Borrows all three until insert_free. */
struct insert *insert_new(struct store *history, gint64 repository,
                          const struct mention_rules *rules);
void insert_free(struct insert *insert);
typedef struct insert Insert;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Insert, insert_free)

/* Row id of a name and an address as written. `encoding` (may be empty) is the commit's own: text
 * that converts from it is kept as UTF-8. */
bool insert_identity(struct insert *insert, const struct stamp *stamp, const struct slice *encoding,
                     gint64 *ret_id, GError **error);

/* One commit with all its message says. `parents`: row ids, 0 for one that is not there. */
bool insert_commit(struct insert *insert, gint64 id, const guint8 hash[20],
                   const struct commit *commit, const gint64 *parents, GError **error);

/* Only what depends on the mention rules, for a commit that is there already. */
bool insert_mentions(struct insert *insert, gint64 id, const struct commit *commit, GError **error);

/* The rows of a counted batch. `ids`: row id of each of its commits by number. */
bool insert_batch(struct insert *insert, const struct batch *batch, const gint64 *ids,
                  GError **error);

/* kind: 'missing' 'corrupt' 'odd' 'boundary' 'worker'; `place` a path or ref, or ""; `commit`: row
 * id of the commit it was met at, 0 at a ref. */
bool insert_problem(struct insert *insert, gint64 commit, const guint8 id[20], const char *place,
                    const char *kind, const char *detail, GError **error);
/* 'missing' or 'corrupt', for an object that could not be read. */
const char *insert_lost_kind(enum object_state state);

#endif
