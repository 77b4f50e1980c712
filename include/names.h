/* Names of people, compared as a human would: without accents, case, order of words and initials.
 * Never a reason to join two identities; only to ask about them. Pure. */
#ifndef NAMES_H
#define NAMES_H

#include <glib.h>
#include <stdbool.h>

/* "Monné, Roger P." -> "monne roger". NULL for addresses and names of fewer than two words. The
 * caller frees. */
char *name_fold(const char *name);

/* How many words of three letters and more two folded names share; *ret_all: all words of the
 * shorter one. */
guint name_shared_words(const char *a, const char *b, bool *ret_all);

/* Whether a mailbox says more than the folded name does: "wei.wang2" of "wang wei" does not. */
bool name_lacks_mailbox(const char *name, const char *mailbox);

#endif
