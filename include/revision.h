/* When a record was changed last, without a clock: as long as a document says the same, it keeps
 * its date. Times are RFC 3339, UTC. */
#ifndef REVISION_H
#define REVISION_H

#include "site.h"

/* Sets the key of a `document` that is complete but for it, and has it as null where it belongs:
 * what was published under `path` says when it says all the same; else the newest version's time,
 * when that is newer; else site->now: then the history knows more, and the text is as it was.
 * `group`: the object of the document that has the key; NULL: the document itself. */
void revision_date(const struct site *site, const struct publication *publication, const char *path,
                   json_t *document, const char *group, const char *key);

/* A time as json_string; the caller owns it. */
json_t *revision_time(gint64 time);

#endif
