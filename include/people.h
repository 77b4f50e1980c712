/* Who is who: identities as written -> persons.
 *
 * Two identities are one person when the mailmap says so or when their addresses are equal but for
 * case (placeholders such as none@none join nobody) -- never because their names are alike. */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "store.h"

struct people;

enum people_map {
    PEOPLE_RAW,     /* each author name as written is somebody */
    PEOPLE_MAILMAP, /* mailmap and equal addresses */
};

/* Reads `identities` and each repository's .mailmap from the history, and the home's mailmap file
 * (NULL or not there: none). FAULT_CONFIG with file and line when a line cannot be read. */
struct people *people_load(struct store *history, const char *mailmap_path, enum people_map map,
                           GError **error);
void people_free(struct people *people);
typedef struct people People;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(People, people_free)

guint people_count(const struct people *people);
/* The person of an identity (row id in `identities`): 0 to people_count-1. */
guint people_person(const struct people *people, gint64 identity);
/* UTF-8, for showing; never empty (an address where there is no name). */
const char *people_name(const struct people *people, guint person);
const char *people_address(const struct people *people, guint person);

/* Two persons who are probably one, with the evidence; for `people suggest`. */
struct people_pair {
    guint a, b;         /* a has more commits: its name and address stay */
    char *evidence;     /* one sentence */
    char *mailmap_line; /* what would join them */
};
/* Best first, as struct people_pair *. */
GPtrArray *people_suggest(struct people *people, struct store *history, GError **error);

#endif
