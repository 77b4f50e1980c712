/* The text of an advisory as its page shows it: prose that flows, lists, lines that must stay as
 * they were set, the patch table and the sums with links to the files. */
#ifndef PASSAGES_H
#define PASSAGES_H

#include "site.h"

/* The sections of the newest text: [ { "heading": "IMPACT" or null, "anchor": "impact", "blocks":
 * [ ... ] } ]. A block has one of "paragraph" (with "kept": its lines end where they end),
 * "list", "verbatim", "table" and "sums"; the others are null. */
json_t *passages_of(const struct site *site, const struct publication *publication);

/* Prose that stands by itself, as blocks. */
json_t *passages_prose(const struct site *site, const struct publication *publication,
                       const char *words);

#endif
