/* Freezing: a draft is rendered once, signed once, and its bytes are kept for ever. */
#ifndef FREEZE_H
#define FREEZE_H

#include "manuscript.h"
#include "pgp.h"
#include "record.h"

/* A version that is ready to be signed; nothing of it is in the record yet. */
struct freeze_case {
    struct record_advisory *advisory;
    struct manuscript *manuscript;
    struct text *text;
    char *plain;         /* the text, rendered */
    GPtrArray *findings; /* of the text's lint: struct lint_finding *; waived as record.conf says */
    const char *after;   /* the state that the advisory will be in */
};

/* Reads the draft, composes, renders and lints it. FAULT_DATA: its version is frozen already, or is
 * not the next one; and what manuscript_read and manuscript_compose raise. Caller frees. */
struct freeze_case *freeze_prepare(struct desk *desk, const struct layout *layout,
                                   const char *number, GError **error);
void freeze_case_free(struct freeze_case *freeze);
typedef struct freeze_case FreezeCase;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FreezeCase, freeze_case_free)

struct freeze_by {
    const char *fingerprint; /* of the signing key, in full */
    const char *who;         /* desk_user */
    gint64 now;
};

/* The signed bytes, verified; wiped and freed by freeze_seal_clear. */
struct freeze_seal {
    char *bytes;
    struct pgp_signature signature;
};
/* FAULT_DATA: there are errors among the findings that nobody set aside; and what pgp_clearsign
 * raises. */
bool freeze_sign(const struct freeze_case *freeze, struct pgp *pgp, const struct freeze_by *by,
                 struct freeze_seal *ret_seal, GError **error);
void freeze_seal_clear(struct freeze_seal *seal);

/* Text, files, signature, digests, state, dates, event and ledger, in one transaction: a program
 * that dies in it leaves no version, or a whole one. Read back before it is committed. */
bool freeze_keep(struct desk *desk, const struct layout *layout, const struct freeze_case *freeze,
                 const struct freeze_seal *seal, const struct freeze_by *by, GError **error);

#endif
