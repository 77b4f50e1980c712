/* What the files of `barograph resolve` and `embargo watch` share: the repositories that are
 * looked in, and what was found of an advisory in each. */
#ifndef RESOLVE_ROOM_H
#define RESOLVE_ROOM_H

#include "casefile.h"
#include "command.h"
#include "resolve.h"
#include "table.h"

/* What was found of one advisory. */
struct resolve_entry {
    struct casefile *casefile;
    GPtrArray *places;  /* struct resolve_place *: the repositories with a commit of it */
    GPtrArray *remarks; /* char * */
    char *why;          /* it could not be resolved: a sentence; NULL */
};
void resolve_entry_free(gpointer pointer);

/* Every mined repository of the home: struct resolver *, owned by the array. The first must be
 * there; why another cannot be looked in becomes a remark (char *). */
GPtrArray *resolve_open_all(struct context *context, GPtrArray *remarks, GError **error);
/* Takes the casefile. `newest`: the time of the newest commit, for saying why nothing was found. */
struct resolve_entry *resolve_one(const GPtrArray *resolvers, struct casefile *casefile,
                                  gint64 newest, GError **error);

/* Joins what the public text states of versions with what was found (stated.h), so that it is what
 * publish says. */
void resolve_settle(struct resolve_entry *entry, const struct layout *layout,
                    const struct home *home);

/* One row an advisory, repository and line: the data set. `told`: only the lines that people want
 * to see. */
struct table *resolve_lines_table(const GPtrArray *entries, bool told);
/* One row a commit. */
struct table *resolve_matches_table(const struct resolve_entry *entry);
/* One row an advisory. */
struct table *resolve_summary_table(const GPtrArray *entries);
/* One row a kind of evidence: how many commits were found by it, and how many advisories have one.
 */
struct table *resolve_evidence_table(const GPtrArray *entries);
/* One row an advisory that could not be resolved, and why. */
struct table *resolve_unresolved_table(const GPtrArray *entries);
/* docs/json.md has its shape. */
json_t *resolve_entry_json(const struct resolve_entry *entry);
json_t *resolve_entries_json(const GPtrArray *entries);

/* The tables of the security page; one without a key ends them. */
struct resolve_report_table {
    const char *key, *title;
    struct table *(*make)(const GPtrArray *entries);
};
extern const struct resolve_report_table resolve_report_tables[];
/* All of them, by their keys. */
json_t *resolve_report_json(const GPtrArray *entries);

/* The verb `embargo watch`. Opens the history itself. `notice`: draft the notice too. Sets the
 * context's status to 1 when something was found. */
bool embargo_watch(struct context *context, const struct layout *layout, bool notice,
                   const char *format, GError **error);

#endif
