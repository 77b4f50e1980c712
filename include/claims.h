/* What a report says in one number: a figure of figures.h, how it grew, a share, or a mean of
 * growths; counted for many readings at once. */
#ifndef CLAIMS_H
#define CLAIMS_H

#include "figures.h"

enum claim_kind {
    CLAIM_COUNT,   /* "commits": the figure itself */
    CLAIM_GROWTH,  /* "growth", "people-growth": against the window before, percent */
    CLAIM_SHARE,   /* "share": of the commits, that of the reading's employer, percent */
    CLAIM_TOP_SIX, /* "top-six": that of the six employers with most commits, percent */
    CLAIM_AVERAGE, /* "average-growth": mean growth of commits over three years, percent */
};

struct claim {
    enum claim_kind kind;
    enum figure figure; /* of a count or growth; else FIGURE_COMMITS */
};

/* FAULT_USAGE with the nearest names. Underscores count as hyphens. */
bool claim_parse(const char *name, struct claim *ret_claim, GError **error);
char *claim_name(struct claim claim);       /* caller frees */
const char *claim_rule(struct claim claim); /* one clause */
bool claim_is_percent(struct claim claim);
/* "1316", "24.4": digits only; caller frees. */
char *claim_text(struct claim claim, double value);
/* An integer or a real. */
json_t *claim_json(struct claim claim, double value);

/* What a person types to have them again: "barograph figure growth people --year 2017";
 * `repository` as it was asked for, NULL: the first. Caller frees. */
char *claims_command(const struct claim *claims, guint count, const char *repository,
                     const struct reading *reading);

struct claims;

/* The book must outlive them; its store holds one such set at a time. */
struct claims *claims_new(struct book *book);
void claims_free(struct claims *claims);
typedef struct claims Claims;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Claims, claims_free)

/* Gives the next number: 0, 1, ... Errors as of selection_add; FAULT_USAGE: a share without an
 * employer, a growth of what has nothing before it (a range, open days), an average of anything but
 * whole years; FAULT_NOINPUT: the growth of a first release. */
bool claims_add(struct claims *claims, struct claim claim, const struct reading *reading,
                guint *ret_number, GError **error);
/* Counts all of them; nothing can be added afterwards. */
bool claims_count(struct claims *claims, GError **error);

/* False and FAULT_NOINPUT, a sentence, when there is nothing to divide by. Percentages have one
 * digit. */
bool claims_value(struct claims *claims, guint number, double *ret_value, GError **error);
/* How many commits its window holds, whoever wrote them (of a share: of everybody). */
gint64 claims_commits(const struct claims *claims, guint number);
/* Resolved. */
const struct reading *claims_reading(const struct claims *claims, guint number);

/* The window that a growth compares with. Errors as of claims_add. */
struct reading *claims_before(struct book *book, const struct reading *reading, GError **error);

#endif
