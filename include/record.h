/* Writes commits, their messages' findings and their changes as rows; names and paths are interned.
 */
#ifndef RECORD_H
#define RECORD_H

#include "batch.h"
#include "commit.h"
#include "origins.h"
#include "store.h"

struct record;

/* Borrows all three until record_free. */
struct record *record_new(struct store *history, gint64 repository,
                          const struct mention_rules *rules);
void record_free(struct record *record);
typedef struct record Record;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Record, record_free)

/* Row id of a name and an address as written. `encoding` (may be empty) is the commit's own: text
 * that converts from it is kept as UTF-8. */
bool record_identity(struct record *record, const struct stamp *stamp, const struct slice *encoding,
                     gint64 *ret_id, GError **error);

/* One commit with all its message says. `parents`: row ids, 0 for one that is not there. */
bool record_commit(struct record *record, gint64 id, const guint8 hash[20],
                   const struct commit *commit, const gint64 *parents, GError **error);

/* Only what depends on the mention rules, for a commit that is there already. */
bool record_mentions(struct record *record, gint64 id, const struct commit *commit, GError **error);

/* The rows of a counted batch. `ids`: row id of each of its commits by number. */
bool record_batch(struct record *record, const struct batch *batch, const gint64 *ids,
                  GError **error);

/* kind: 'missing' 'corrupt' 'odd' 'boundary' 'worker'; `place` a path or ref, or ""; `commit`: row
 * id of the commit it was met at, 0 at a ref. */
bool record_problem(struct record *record, gint64 commit, const guint8 id[20], const char *place,
                    const char *kind, const char *detail, GError **error);
/* 'missing' or 'corrupt', for an object that could not be read. */
const char *record_lost_kind(enum object_state state);

#endif
