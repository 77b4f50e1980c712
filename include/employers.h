/* For whom a contribution counts: people/employers.tsv, read, checked and applied.
 *
 * Columns: kind (domain or email), pattern, employer, from, to, confidence, evidence; days are
 * inclusive, UTC; lines starting with # are comments. Address beats domain, dated beats undated,
 * the longest domain wins. Decided by the address as written on that commit and its AUTHOR date. */
#ifndef EMPLOYERS_H
#define EMPLOYERS_H

#include <glib.h>
#include <stdbool.h>

struct employers;

#define EMPLOYER_UNKNOWN "(unknown)"

/* A file that is not there gives an empty table. FAULT_CONFIG with file and line: a bad row, two
 * rows for one pattern whose dates overlap. */
struct employers *employers_load(const char *path, GError **error);
void employers_free(struct employers *employers);
typedef struct employers Employers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Employers, employers_free)

/* The employer's name for an address on a day; EMPLOYER_UNKNOWN when no row fits. Owned by the
 * table. */
const char *employers_find(const struct employers *employers, const char *address,
                           gint64 author_time);

/* The same as spans, for joining in SQL: every span of author times (half-open, seconds UTC) in
 * which the address has one employer, in order, without gaps, from G_MININT64 to G_MAXINT64. */
struct employer_span {
    gint64 from;
    gint64 to;
    const char *employer; /* owned by the table */
    char confidence;      /* 'A' to 'D', 0 when unknown */
};
GArray *employers_spans(const struct employers *employers, const char *address);

#endif
