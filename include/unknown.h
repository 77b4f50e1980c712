/* Whose employer nobody has named: addresses and domains without one, by what they carry. */
#ifndef UNKNOWN_H
#define UNKNOWN_H

#include "book.h"
#include "employers.h"

struct unknown_row {
    bool domain;      /* else an address */
    char *pattern;    /* UTF-8, folded: ready for employers.tsv */
    char *name;       /* of an address: the person's; of a domain: the person with most commits */
    guint in_release; /* commits from the newest release's predecessor to it */
    guint in_year;    /* commits of the 12 months up to as_of.h's end, on main, by committer date */
    guint commits;    /* all commits, on all branches */
};

/* Merges are left out everywhere. Rows without commits in either window are, too. As struct
 * unknown_row *, those with most commits in both windows first; the array owns them. *ret_windows
 * is a sentence that names both windows; caller frees. */
GPtrArray *unknown_find(struct book *book, const struct people *people,
                        const struct employers *employers, gint64 now, char **ret_windows,
                        GError **error);

#endif
