/* How a change gets from one branch to another: origin lines lead on, reverts take back. */
#ifndef LINEAGE_H
#define LINEAGE_H

#include "book.h"

struct lineage;

/* Of a book's repository; the book must outlive it. FAULT_NOINPUT: it has no main branch (says what
 * to write in barograph.conf). */
struct lineage *lineage_load(struct book *book, GError **error);
void lineage_free(struct lineage *lineage);
typedef struct lineage Lineage;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lineage, lineage_free)

/* The ancestors of the main branch's tip, one byte a node; borrowed. */
const guint8 *lineage_main(const struct lineage *lineage);
guint lineage_main_tip(const struct lineage *lineage);

/* What leads to a commit, one byte a node. Caller frees. */
guint8 *lineage_ancestry(const struct lineage *lineage, guint node);

/* The commit of `set` that reverts this one, by git's subject (Revert "..."), and is not reverted
 * itself; -1: none does. Of two commits with one subject a Revert takes back those before it. */
gint lineage_revert(const struct lineage *lineage, guint node, const guint8 *set);

/* The first commit of `set` that names this one (40 digits) as its origin, itself or through
 * commits of other branches; -1: none does. One that was reverted is given only when there is no
 * other. */
bool lineage_carrier(struct lineage *lineage, const char *commit, const guint8 *set, gint *ret_node,
                     GError **error);

/* A commit's id, 40 digits. */
bool lineage_hex(const struct lineage *lineage, guint node, char ret_hex[41], GError **error);

/* The digits that the value of a Fixes: line begins with, 6 to 40 small letters; "commit" may stand
 * before them. NULL: there are none. Caller frees. Pure. */
char *lineage_target(const char *value);

/* The only commit whose id begins with these digits; *ret_node is -1 when there is none, or more.
 */
bool lineage_find(const struct lineage *lineage, const char *digits, gint *ret_node,
                  GError **error);

/* What the Fixes: lines of a commit (row id) name: nodes of commits (guint); *ret_unclear: how many
 * lines name nothing that is here. */
GArray *lineage_targets(const struct lineage *lineage, gint64 commit_id, guint *ret_unclear,
                        GError **error);

#endif
