/* What is wrong, or probably wrong, with the text of an advisory and the files beside it. Pure.
 *
 * Each rule has an id, by which it can be switched off. Findings are for the eyes of those who may
 * read the text: they name files, headings and CVEs. Never put one into an error or a log. */
#ifndef LINT_H
#define LINT_H

#include "layout.h"
#include "text.h"

enum lint_severity { LINT_WARNING, LINT_ERROR };

struct lint_rule {
    const char *id; /* NULL ends the table */
    enum lint_severity severity;
    const char *sentence; /* what the rule asks for */
};

extern const struct lint_rule lint_rules[];

/* NULL when there is none of that id. */
const struct lint_rule *lint_find_rule(const char *id);

struct lint_finding {
    const struct lint_rule *rule;
    unsigned line;  /* of the text, from 1; 0: of the text as a whole */
    char *sentence; /* what was found */
};

struct lint_case {
    const char *bytes; /* the text, trailing blanks and all, without armour */
    gsize length;
    enum text_form form; /* of a draft, what is generated is not asked for */
    const struct layout *layout;
    const GPtrArray *files; /* struct text_sum *: the patches as they are; NULL: not known */
};

/* By line, then by rule; struct lint_finding *, owned by the array. FAULT_DATA when the text cannot
 * be read. */
GPtrArray *lint_check(const struct lint_case *lint, GError **error);

#endif
