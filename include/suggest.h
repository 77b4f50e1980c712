/* Who may be one person though the mailmap does not say so: pairs with their evidence, for a human
 * to decide. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include "employers.h"
#include "people.h"

/* How strong the evidence is, best first. */
enum suggest_class {
    SUGGEST_SIGNED,  /* one name, and own commits signed off with the other's address */
    SUGGEST_NEAR,    /* one name, and a mailbox name, mail domain or employer in common */
    SUGGEST_NAME,    /* one name, nothing against it */
    SUGGEST_MAILBOX, /* one mailbox name, similar names */
    SUGGEST_DOUBT,   /* one name, but employers differ or years lie between: perhaps two people */
    SUGGEST_CLASSES,
};

/* "signed", "near", "name", "mailbox", "doubt". */
const char *suggest_class_name(enum suggest_class strength);

struct people_pair {
    guint a, b; /* a has more commits: its name and address stay */
    enum suggest_class strength;
    char *evidence;     /* one sentence */
    char *mailmap_line; /* what would join them; several lines when b has several addresses */
};

/* Best first, as struct people_pair *; the array owns them. `employers` may be NULL. Names are
 * compared without accents, case, order of words and initials. */
GPtrArray *people_suggest(const struct people *people, struct store *history,
                          const struct employers *employers, GError **error);

#endif
