/* Release notes: one JSON value (docs/json.md) of what came with some releases, and the documents
 * that templates make of it. */
#ifndef NOTES_H
#define NOTES_H

#include "home.h"
#include "store.h"

#include <jansson.h>

struct notes_request {
    const char *repository;      /* NULL: the first of barograph.conf */
    const char *const *versions; /* versions or tags, NULL-ended, at least one */
    bool by_component;           /* changes in groups */
    gint64 now;
};

/* FAULT_NOINPUT: no such version (with the nearest), a branch, a companion that lacks what is
 * pinned; FAULT_UNAVAILABLE: not mined; and the errors of source_open and selection_add. */
json_t *notes_build(struct store *history, const struct home *home,
                    const struct notes_request *request, GError **error);

enum notes_format { NOTES_TEXT, NOTES_MARKDOWN, NOTES_HTML, NOTES_JSON };

/* FAULT_USAGE. */
bool notes_format_parse(const char *name, enum notes_format *ret_format, GError **error);

/* By the home's templates/notes.* or the built-in ones; as JSON the value itself. With
 * `announcements` only those: by announcement.*. FAULT_CONFIG with file and line when a template of
 * the home cannot be read. Caller frees. */
char *notes_render(json_t *notes, const struct home *home, enum notes_format format,
                   bool announcements, GError **error);

/* Why the cells of an advisory's row say what they say, as text. FAULT_NOINPUT with the nearest
 * names when no release of the notes fixes it. Caller frees. */
char *notes_explain(json_t *notes, const struct home *home, const char *advisory, GError **error);

#endif
