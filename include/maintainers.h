/* A MAINTAINERS file, as Linux and Xen write it: sections of paths with the people who look after
 * them. Pure, and total: any bytes make a list, if only an empty one.
 *
 * A section is a title line followed by lines of one capital, a colon and a value. Read are M: and
 * R: (people; P: names that stand before a bare M: address), L: (lists), S: (status), F: and X:
 * (paths, and paths left out). N: and K:, which are expressions over names and contents, are left
 * out, and so is all that stands above a line "Maintainers List". Values are the bytes of the file.
 *
 * Paths: a pattern with a slash at its end names all below that folder; * and ? are wildcards that
 * never reach into another folder ("drivers/net/" then "*" names the files in it but not below);
 * without wildcards a pattern names a file, or a folder with all below. "*" and "*" + "/" together
 * name everything: the section called THE REST. */
#ifndef MAINTAINERS_H
#define MAINTAINERS_H

#include <glib.h>
#include <stdbool.h>

struct maintainer {
    char *name;    /* "" when only an address is given */
    char *address; /* as written; "" when only a name is given */
    bool reviewer; /* R:, who asked to be told and decides nothing */
};

struct maintainers_section {
    char *name;          /* "X86 ARCHITECTURE" */
    guint line;          /* of its title, from 1 */
    char *status;        /* "Supported", "Orphan"; "" when nothing is said */
    GPtrArray *people;   /* struct maintainer *, in the file's order */
    GPtrArray *lists;    /* char *: addresses of mailing lists */
    GPtrArray *files;    /* char *: F: patterns */
    GPtrArray *excluded; /* char *: X: patterns */
    bool rest;           /* it names everything, and speaks where nobody else does */
};

struct maintainers;

struct maintainers *maintainers_parse(const char *text, gsize length);
void maintainers_free(struct maintainers *maintainers);
typedef struct maintainers Maintainers;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Maintainers, maintainers_free)

/* Sections in the order of the file. */
guint maintainers_count(const struct maintainers *maintainers);
const struct maintainers_section *maintainers_section(const struct maintainers *maintainers,
                                                      guint index);

/* How closely a section names a path: 0 not at all (or it is excluded), 1 as the rest does, else
 * the higher the deeper its pattern reaches. */
guint maintainers_matches(const struct maintainers_section *section, const char *path);

/* The section that names a path most closely; of equals the first. NULL: none does. */
const struct maintainers_section *maintainers_find(const struct maintainers *maintainers,
                                                   const char *path);

/* All that name it, as const struct maintainers_section *, the closest first. Caller unrefs. */
GPtrArray *maintainers_find_all(const struct maintainers *maintainers, const char *path);

/* The closest section with a maintainer (M:) of its own: who has to be asked about a path. NULL:
 * nobody. */
const struct maintainers_section *maintainers_responsible(const struct maintainers *maintainers,
                                                          const char *path);

#endif
