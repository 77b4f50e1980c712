/* The signs of evidence.h, gathered from a mined history: Signed-off-by lines beside their authors,
 * addresses, and every change of the files MAINTAINERS and CREDITS. */
#ifndef SIGNS_H
#define SIGNS_H

#include "book.h"
#include "evidence.h"

struct signs;

/* Of everybody. Merges are left out. A Signed-off-by is the author's own when both are one person
 * or bear one name. The lists are read from the repository itself; where it is not there any more,
 * they are left out and signs_remark says so. The book must outlive them. */
struct signs *signs_gather(struct book *book, const struct home *home, GError **error);
void signs_free(struct signs *signs);
typedef struct signs Signs;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signs, signs_free)

/* A sentence, or NULL. */
const char *signs_remark(const struct signs *signs);

/* A person's signs and what they come to, sorted; by the book's mailmap. */
const GArray *signs_of(const struct signs *signs, guint person);      /* struct sign */
const GArray *signs_tenures(const struct signs *signs, guint person); /* struct tenure */

/* Who wrote a commit; NULL: nobody known. */
const struct people_identity *signs_author(const struct signs *signs, guint node);

/* What the commit's own address and lines say: the first of its signs. */
const struct sign *signs_own(const struct signs *signs, guint node);

/* Why a tenure is believed, in one clause; caller frees. */
char *signs_reason(const struct signs *signs, guint person, const struct tenure *tenure,
                   GError **error);

/* A commit's id, 40 digits. */
bool signs_commit(const struct signs *signs, guint node, char ret_hex[41], GError **error);

#endif
