/* Components as sets of paths: what [components] of barograph.conf names; without those the
 * sections of MAINTAINERS at the tip of the main branch. A path may lie in several of them. */
#ifndef REGIONS_H
#define REGIONS_H

#include "book.h"

struct regions;

/* The book must outlive them. The repository itself is read when barograph.conf names no
 * components; errors as of source_open. FAULT_NOINPUT: there are no components at all (says what to
 * write in barograph.conf). */
struct regions *regions_load(struct book *book, GError **error);
void regions_free(struct regions *regions);
typedef struct regions Regions;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Regions, regions_free)

guint regions_count(const struct regions *regions);
/* UTF-8, in the order of the file; borrowed. */
const char *regions_name(const struct regions *regions, guint region);
/* By name, letters compared without case where no name is the same. FAULT_NOINPUT with the nearest
 * names. */
bool regions_find(const struct regions *regions, const char *name, guint *ret_region,
                  GError **error);
/* Whether a path lies in it. In the section that names everything (THE REST) lies what no other
 * names. */
bool regions_hold(const struct regions *regions, guint region, const char *path);
/* Where they come from, in one clause. */
const char *regions_rule(const struct regions *regions);

#endif
