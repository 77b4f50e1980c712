/* A new text: the prose that somebody wrote, with all around it that is generated. Pure.
 *
 * Generated are the heading, the version line, the title's place, the updates' heading, how the
 * resolution begins when the draft does not say it, its notes, the patch table, the sums, and the
 * deployment clause with its notes. */
#ifndef COMPOSE_H
#define COMPOSE_H

#include "layout.h"
#include "text.h"

struct compose_given {
    const char *number;
    unsigned version;       /* 0: no version line, as in a first version that is public at once */
    const char *title;      /* one line */
    const GPtrArray *cves;  /* char *, in the order of the heading */
    const char *updates;    /* prose; NULL: no such section */
    const GPtrArray *rows;  /* struct text_row *: the patch table, laid out by rule; empty: none */
    const GPtrArray *files; /* struct text_sum *, in any order: the sums; empty: none */
    bool deployment;        /* whether there is a clause, made of what follows */
    enum text_grant patch, mitigation;
    const char *variant; /* of its wording; NULL: the usual one */
    const char *reason;  /* prose, wrapped anew; NULL where everything is permitted */
};

/* The draft keeps its sections in their order; one that is missing and generated comes to its place
 * in the layout's. Caller frees. FAULT_DATA: a bad number or title; a section, table or sums in the
 * draft that is generated (with the line); a clause without its reason, or with one too many.
 * FAULT_CONFIG: the layout lacks a wording. */
struct text *compose_text(const struct text *draft, const struct compose_given *given,
                          const struct layout *layout, GError **error);

#endif
