/* Components: the named parts of a project that lists and figures are grouped by. Pure.
 *
 * They are what barograph.conf says under [components]; lacking that the sections of the project's
 * MAINTAINERS file; lacking both what commit subjects begin with ("x86/mm: fix ..." is of x86). */
#ifndef COMPONENTS_H
#define COMPONENTS_H

#include "home.h"
#include "maintainers.h"

enum components_kind { COMPONENTS_CONFIGURED, COMPONENTS_SECTIONS, COMPONENTS_SUBJECTS };

#define COMPONENTS_OTHER "(other)"

struct components;

/* `configured`: struct home_component * (home->components; NULL or empty: none). `maintainers` is
 * borrowed, and NULL where there is no such file. `project` ("xen") is a word that says nothing at
 * the head of a subject: "xen/arm: ..." is of arm; may be NULL. */
struct components *components_new(const GPtrArray *configured,
                                  const struct maintainers *maintainers, const char *project);
void components_free(struct components *components);
typedef struct components Components;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Components, components_free)

enum components_kind components_kind(const struct components *components);
const char *components_source(enum components_kind kind); /* "barograph.conf", "MAINTAINERS", ... */

/* The component of a path: of the configured ones the first in the file that names it, of sections
 * the one that names it most closely; COMPONENTS_OTHER for none. NULL where components are made of
 * subjects. Strings live as long as `components`. */
const char *components_of_path(struct components *components, const char *path);

/* The component of a commit: that in which most of its paths lie, of equals the one that is met
 * first; or what its subject begins with, in small letters. Never NULL. */
const char *components_of_commit(struct components *components, const char *const *paths,
                                 guint count, const char *subject);

/* What a subject begins with, or NULL: "x86" of "x86/mm: ...", also after Revert and [tags]. The
 * caller frees. */
char *components_subject_prefix(const char *subject, const char *project);

#endif
