/* A version's text as rows of the record: the model of text.h, no copy of the text as a whole. */
#ifndef RECORD_TEXT_H
#define RECORD_TEXT_H

#include "store.h"
#include "text.h"

/* Adds the rows of a version that has none yet; the caller holds the transaction. FAULT_DATA: the
 * text is a draft without a head. */
bool record_save_text(struct store *desk, gint64 version, const struct text *text, GError **error);

/* Reads them again; line numbers are not kept. FAULT_NOINPUT: there is no such version. Caller
 * frees. */
struct text *record_load_text(struct store *desk, gint64 version, GError **error);

#endif
