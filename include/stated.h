/* What an advisory's own text says of versions: "Xen 4.17 and onwards are vulnerable.  Xen 4.16 and
 * older are not vulnerable." Only sentences that are understood to the last word count; the others,
 * and all that name a condition, say nothing here. */
#ifndef STATED_H
#define STATED_H

#include "home.h"
#include "publication.h"

enum stated_word {
    STATED_NOTHING,
    STATED_AFFECTED,
    STATED_NOT_AFFECTED,
    STATED_NOT_INSPECTED, /* "Older versions have not been inspected." */
};

/* Versions of a product. A limit with few parts stands for all versions that begin with it: 4.16.7
 * is not above 4.16. */
struct stated_range {
    enum stated_word word;
    char *product;   /* as it is written: "Xen"; NULL: the sentence names none */
    char *from, *to; /* NULL: no limit */
    bool after;      /* `from` itself is not in it */
    bool before;     /* `to` itself is not in it */
};

/* Of the prose under VULNERABLE SYSTEMS: struct stated_range *, in the order of the text. Pure. */
GPtrArray *stated_read(const char *prose);
GPtrArray *stated_of(const struct publication *publication);

bool stated_holds(const struct stated_range *range, const char *version);
/* What is said of a version of a product (letters in either case). "Not affected" outweighs. */
enum stated_word stated_about(const GPtrArray *ranges, const char *product, const char *version);
/* Whether anything is said to be affected of it. */
bool stated_any(const GPtrArray *ranges, const char *product);

/* -1, 0, 1 by number, part by part; what has fewer parts comes first. */
int stated_compare(const char *left, const char *right);

/* Where the line of versions ends: "4.16" -> "4.17". NULL: it is one release, no line. Caller
 * frees.
 */
char *stated_next_line(const char *version);

/* Joins what the history found with what the text says, release by release. Fixed stays fixed. What
 * the text calls not affected is so, whatever the history assumes; what it calls affected is so,
 * unless the release came after the text; what it does not speak of, although it speaks of others,
 * and the history only assumes, is not known. */
void stated_settle(struct publication *publication, const struct home *home);

#endif
