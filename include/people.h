/* Who is who: identities as written -> persons.
 *
 * Two identities are one person when the mailmap says so or when their addresses are equal but for
 * case (placeholders such as none@none join nobody) -- never because their names are alike. Where a
 * mailmap parts the names of one address among several people, it stays parted. */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "store.h"

struct people;

enum people_map {
    PEOPLE_RAW,     /* each author name as written is somebody; where it is empty, each address */
    PEOPLE_MAILMAP, /* mailmap and equal addresses */
};

/* Reads `identities` and each repository's .mailmap from the history, and the home's mailmap file
 * (NULL or not there: none), whose lines win. Bad lines of a repository's .mailmap are passed over,
 * as git does; in the home's they are FAULT_CONFIG with file and line. */
struct people *people_load(struct store *history, const char *mailmap_path, enum people_map map,
                           GError **error);
void people_free(struct people *people);
typedef struct people People;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(People, people_free)

#define PEOPLE_NOBODY G_MAXUINT

guint people_count(const struct people *people);
/* The person of an identity (row id in `identities`): 0 to people_count-1; PEOPLE_NOBODY when there
 * is no such row. */
guint people_person(const struct people *people, gint64 identity);
/* UTF-8, for showing; never empty (an address where there is no name, "(nobody)" where there is
 * neither). What the mailmap says, else what stands on most commits. */
const char *people_name(const struct people *people, guint person);
/* Bytes as written or as the mailmap has them; "" when no identity has an address. */
const char *people_address(const struct people *people, guint person);

/* A row of `identities`, with what it did as an author anywhere in the history. */
struct people_identity {
    gint64 id;
    char *name;    /* as written */
    char *address; /* as written */
    char *folded;  /* the address, folded (address.h) */
    guint person;
    bool author;        /* wrote a commit, if only a merge */
    guint commits;      /* as author, without merges, on all branches */
    gint64 first, last; /* author times; 0 when it never was an author */
};
guint people_identity_count(const struct people *people);
/* In the order of their row ids. */
const struct people_identity *people_identity(const struct people *people, guint index);

#endif
