/* Green or red before the tag: what a release lacks, or what a branch would if it were tagged now.
 * Each check is one row of a table in checks.c. */
#ifndef CHECKS_H
#define CHECKS_H

#include "check_parts.h"
#include "table.h"

/* `name`: a branch of the repository, or a release by tag or version. `repository` NULL: the first
 * of barograph.conf. FAULT_NOINPUT: there is neither (with the nearest names), or the branch has no
 * release to go on from; FAULT_UNAVAILABLE: it is not mined. The store and the home must outlive
 * it. */
struct checking *checks_open(struct store *history, const struct home *home, const char *repository,
                             const char *name, gint64 now, GError **error);
void checks_close(struct checking *checking);
typedef struct checking Checking;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Checking, checks_close)

/* All checks that apply, as struct check_result *; the caller unrefs. Errors of the repository and
 * of the configuration. */
GPtrArray *checks_run(struct checking *checking, GError **error);

/* The worst of them. */
enum check_level checks_level(const GPtrArray *results);

/* For people, at most `lines` lines of evidence a finding (0: all); caller frees. */
char *checks_text(const struct checking *checking, const GPtrArray *results, guint lines);
/* One row a finding. */
struct table *checks_table(const GPtrArray *results);
json_t *checks_json(const struct checking *checking, const GPtrArray *results);

/* The signature of every tag of a repository, a row each; the caller frees. Errors as of
 * seals_open.
 */
struct table *checks_tags(struct store *history, const struct home *home, const char *repository,
                          GError **error);

#endif
