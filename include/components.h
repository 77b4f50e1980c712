/* Which part of the project a commit belongs to: as [components] of barograph.conf names paths, or
 * by the first word of its subject. */
#ifndef COMPONENTS_H
#define COMPONENTS_H

#include "home.h"
#include "store.h"

#define COMPONENT_OTHER "other"

/* By row id in `commits` and subject. With components in barograph.conf the first one that holds a
 * file the commit changes, else COMPONENT_OTHER; without any component_of_subject. Caller frees. */
bool component_of(struct store *history, const struct home *home, gint64 commit_id,
                  const char *subject, char **ret_component, GError **error);

/* The first word before a colon, in small letters: "x86/hvm: ..." is x86. A first word that is the
 * product's or repository's name ("xen/arm: ...", `product` "Xen") gives way to the second;
 * "Revert" and its quotes are looked past. COMPONENT_OTHER when there is none. Pure; caller frees.
 */
char *component_of_subject(const char *subject, const char *product);

/* How counts were grouped, in one clause. */
const char *component_rule(const struct home *home);

/* Whether a path is, or lies in, what a pattern names: a path, a folder, or a glob, in which *
 * matches / too. Pure. */
bool component_holds(const char *pattern, const char *path);

#endif
