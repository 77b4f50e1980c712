/* How much of one blob is found again in another: the estimate git pairs renamed files by.
 *
 * A blob is cut into chunks after each line feed and after 64 bytes, whichever is first; each chunk
 * is known by a number below 107927 only, so different chunks may count as equal. This is
 * git 2.39's rule to the byte (newer git, from 2.44, counts the rest after the last chunk too). In
 * text (no NUL among the first 8000 bytes) the CR of a CRLF is not there. Pure. */
#ifndef SIMILARITY_H
#define SIMILARITY_H

#include <glib.h>

/* Working memory (about 1 MB), and the print that others are compared with. */
struct similarity;
struct similarity *similarity_new(void);
void similarity_free(struct similarity *similarity);
typedef struct similarity Similarity;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Similarity, similarity_free)

/* What is kept of a blob: how many bytes of which chunks. Must be freed before its `similarity`;
 * the bytes are not needed any more. Blobs from 4 GiB on are not meant. */
struct similarity_print;
struct similarity_print *similarity_print_new(struct similarity *similarity, const char *bytes,
                                              gsize size);
void similarity_print_free(struct similarity *similarity, struct similarity_print *print);

/* How many bytes of `from` are in `into`, each counted once. Fast as long as `into` stays the same
 * from call to call. */
guint64 similarity_copied(struct similarity *similarity, const struct similarity_print *from,
                          const struct similarity_print *into);

#endif
