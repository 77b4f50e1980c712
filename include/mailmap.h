/* Git's mailmap: whose a name and an address really are.
 *
 * The answers are those of `git check-mailmap`. libgit2 has a mailmap too, but minds the case of
 * what is looked up, forgets what an earlier line said about the same address, takes no entry for
 * an empty address, and reads all certificates of the system before it begins. Canonical names and
 * addresses keep their case. Format: gitmailmap(5). */
#ifndef MAILMAP_H
#define MAILMAP_H

#include <glib.h>
#include <stdbool.h>

struct mailmap;

struct mailmap *mailmap_new(void);
void mailmap_free(struct mailmap *mailmap);
typedef struct mailmap Mailmap;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Mailmap, mailmap_free)

/* Adds the lines of a file; later ones win over earlier ones. `path` NULL: what git would pass over
 * is passed over. With a path a line that says nothing is an error: FAULT_CONFIG with path and
 * line. */
bool mailmap_add(struct mailmap *mailmap, const char *bytes, gsize length, const char *path,
                 GError **error);

/* What the mailmap puts in place of a name and an address: its own strings, which live as long as
 * it does and until the next mailmap_add, or the pointers that were given. False when neither was
 * replaced. */
bool mailmap_resolve(const struct mailmap *mailmap, const char *name, const char *address,
                     const char **ret_name, const char **ret_address);

#endif
