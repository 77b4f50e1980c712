/* For whom a contribution counts: people/employers.tsv, read, checked and applied.
 *
 * Columns, parted by tabs: kind (domain, or address; "email" means the same), pattern, employer,
 * from, to, confidence (A stated, B strong sign, C company domain, D guess), evidence, learned,
 * country. The last six may be empty or left out; days (2018-06-01) are inclusive, UTC; lines
 * starting with # are comments.
 *
 * `learned` is the day the row came in: the table as it was known on a day is its rows learned by
 * then, and those without such a day. A correction is a new row beside the old one: of two for one
 * pattern and the same days, that learned last counts.
 *
 * `country` is the two letters of ISO 3166. On a domain it is the employer's, and the first one
 * that an employer's domains have is that of all its people whose own row, or whose domain's, has
 * none.
 *
 * Which row decides, in this order: an address beats a domain, a dated row (with a from or a to)
 * beats an undated one, the longest domain wins. A domain stands for itself and all below it
 * (citrix.com for eu.citrix.com, not for notcitrix.com). Case never counts. A committer's login
 * after the address, as BitKeeper left it ("kaf24@cl.cam.ac.uk[iap10]"), is looked past.
 * Decided by the address as written on that commit and its AUTHOR date. */
#ifndef EMPLOYERS_H
#define EMPLOYERS_H

#include <glib.h>
#include <stdbool.h>

struct employers;

#define EMPLOYER_UNKNOWN "(unknown)"
#define EMPLOYER_OPEN "?" /* stands in a row that is not answered yet, and is refused */
#define EMPLOYERS_TODAY G_MAXINT64

/* A file that is not there gives an empty table. FAULT_CONFIG with file and line: a bad row, two
 * rows for one pattern learned on one day whose dates overlap, or that are undated both.
 * FAULT_NOINPUT: the file cannot be read. */
struct employers *employers_load(const char *path, GError **error);
/* As it was known on that day: rows learned later are checked and left out. */
struct employers *employers_load_as_of(const char *path, gint64 as_of, GError **error);
void employers_free(struct employers *employers);
typedef struct employers Employers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Employers, employers_free)

/* How many rows it holds. */
guint employers_count(const struct employers *employers);

/* The employer's name for an address on a day; EMPLOYER_UNKNOWN when no row fits. Owned by the
 * table. */
const char *employers_find(const struct employers *employers, const char *address,
                           gint64 author_time);

/* The same as spans, for joining in SQL: every span of author times (half-open, seconds UTC) in
 * which the address has one employer, in order, without gaps, from G_MININT64 to G_MAXINT64. Two
 * neighbours differ in employer or confidence. */
struct employer_span {
    gint64 from;
    gint64 to;
    const char *employer; /* owned by the table */
    char confidence;      /* 'A' to 'D', 0 when unknown */
};
GArray *employers_spans(const struct employers *employers, const char *address);

/* What decides about an address on a day, and what its domain alone would say. */
struct employer_answer {
    const char *employer; /* as of employers_find */
    const char *domain;   /* by the rows for domains alone, or NULL */
    char confidence;      /* as the row has it, or 0 */
    bool address;         /* a row for the address decides, not one for a domain */
    guint line;           /* of that row in the file */
    gint64 from, to;      /* the row's days: half-open, the whole of time when undated */
};
/* False when no row fits. */
bool employers_ask(const struct employers *employers, const char *address, gint64 author_time,
                   struct employer_answer *ret_answer);

/* Two letters, or NULL: that of the row that decides about the address on that day, else that of
 * its employer. Owned by the table. */
const char *employers_country(const struct employers *employers, const char *address,
                              gint64 author_time);
bool employers_have_countries(const struct employers *employers);

/* Whether any row names this address or a domain above it, whatever the date. */
bool employers_knows(const struct employers *employers, const char *address);

#endif
