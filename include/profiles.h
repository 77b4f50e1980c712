/* What is known about each person that could show two of them to be one: names, mailboxes, mail
 * domains, employers, years. */
#ifndef PROFILES_H
#define PROFILES_H

#include "employers.h"
#include "people.h"

/* Strings are interned: equal ones have one address. They live as long as the profiles. */
struct profile {
    GPtrArray *names;     /* folded (names.h) */
    GPtrArray *mailboxes; /* what stands before the @, common ones left out */
    GPtrArray *domains;   /* what stands behind it */
    GPtrArray *employers; /* groups such as (unaffiliated) left out */
    guint commits;
    gint64 first, last; /* author times */
};

struct profiles;

/* `employers` may be NULL. The people must outlive the profiles. */
struct profiles *profiles_new(const struct people *people, const struct employers *employers);
void profiles_free(struct profiles *profiles);
typedef struct profiles Profiles;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profiles, profiles_free)

const struct profile *profiles_of(const struct profiles *profiles, guint person);

/* The first string of both, or NULL. */
const char *profile_shared(const GPtrArray *a, const GPtrArray *b);
/* Whether a name of one is like a name of the other: well, when two words or all of the shorter are
 * shared; else one word is enough, or that there is no name to compare. */
bool profile_similar_names(const struct profile *a, const struct profile *b, bool well);
bool profile_employers_differ(const struct profile *a, const struct profile *b);
/* Seconds between the years of both; below zero when they overlap, 0 when one has no commits. */
gint64 profile_gap(const struct profile *a, const struct profile *b);

#endif
