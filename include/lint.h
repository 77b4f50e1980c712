/* What is wrong, or probably wrong, with the text of an advisory and the files beside it. Pure.
 *
 * Each rule has an id, by which its findings can be set aside with a reason. Findings are for the
 * eyes of those who may read the text: they name files, headings and CVEs. Never put one into an
 * error or a log. docs/lint.md lists the rules. */
#ifndef LINT_H
#define LINT_H

#include "layout.h"
#include "text.h"

enum lint_severity { LINT_WARNING, LINT_ERROR };

enum lint_id {
    LINT_CONTROL,
    LINT_BIDI,
    LINT_ZERO_WIDTH,
    LINT_ENCODING,
    LINT_TRAILING_BLANK,
    LINT_LONG_LINE,
    LINT_PLACEHOLDER,
    LINT_CVE_MALFORMED,
    LINT_CVE_TWICE,
    LINT_TITLE,
    LINT_UPDATES,
    LINT_SECTION_MISSING,
    LINT_SECTION_TWICE,
    LINT_SECTION_ORDER,
    LINT_SECTION_UNKNOWN,
    LINT_UNDERLINE,
    LINT_PATCH_TABLE,
    LINT_FILE_SUMS,
    LINT_MITIGATION_FORBIDDEN,
    LINT_MAIL,
    LINT_PATCH_UNREADABLE,
    LINT_PATCH_UNTRIED,
    LINT_PATCH_APPLY,
    LINT_DATE_ZONE,
    LINT_DATE_PAST,
    LINT_DATE_AVOIDED,
    LINT_DATE_POLICY,
    LINT_RECORD,
    LINT_RULES
};

struct lint_rule {
    const char *id; /* NULL ends the table */
    enum lint_severity severity;
    const char *sentence; /* what the rule asks for */
};

/* By lint_id. */
extern const struct lint_rule lint_rules[];

/* NULL when there is none of that id. */
const struct lint_rule *lint_find_rule(const char *id);

struct lint_finding {
    const struct lint_rule *rule;
    unsigned line;  /* of the text, from 1; 0: of the text as a whole */
    char *sentence; /* what was found */
    char *file;     /* whose line it is; NULL: the text's */
    char *waived;   /* why it is set aside; NULL: it is not */
};

struct lint_case {
    const char *bytes; /* the text, trailing blanks and all, without armour */
    gsize length;
    enum text_form form; /* of a draft, what is generated is not asked for */
    const struct layout *layout;
    const GPtrArray *files; /* struct text_sum *: the patches as they are; NULL: not known */
    /* What was composed of the bytes, with their line numbers, and is looked at instead where it is
     * not about characters; NULL: the bytes are read. */
    const struct text *text;
};

/* By line, then by rule; struct lint_finding *, owned by the array. FAULT_DATA when the text cannot
 * be read. */
GPtrArray *lint_check(const struct lint_case *lint, GError **error);

/* No findings yet, for those who begin with rules of their own; owned by the caller. */
GPtrArray *lint_findings(void);
/* Adds one more. */
void lint_report(GPtrArray *findings, enum lint_id id, unsigned line, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* Those from `first` on are in that file. */
void lint_in_file(GPtrArray *findings, guint first, const char *file);
/* By file, the text first, then by line, then by rule. */
void lint_sort(GPtrArray *findings);
/* Sets the findings of a rule aside. */
void lint_waive(GPtrArray *findings, const struct lint_rule *rule, const char *reason);
/* How many there are of this severity that are not set aside. */
guint lint_count(const GPtrArray *findings, enum lint_severity severity);

/* Whether a row of the patch table names that file, by its name or a pattern. */
bool lint_row_names(const struct text_row *row, const char *name);

/* The part of lint_check that looks at characters and words, line by line. */
void lint_lines(GPtrArray *findings, const char *bytes, gsize length);

#endif
