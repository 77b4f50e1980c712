/* The site as a folder: documents are written under temporary names and renamed together, so that
 * a reader never sees half of them, and what is not ours is left alone.
 *
 * In the hidden folder .barograph (0700) are a list of what is ours, with the sums; while a site is
 * written, the new documents; and from the moment when all of those are on the disk, a journal of
 * the renames to come. Killed before that, the next one throws the new documents away; after it,
 * the next one goes on with the journal. Documents about one advisory are moved in first, then
 * their pages, then what lists them, and what is no longer made goes last. */
#ifndef FOLDER_H
#define FOLDER_H

#include "below.h"
#include "manifest.h"
#include "site.h"

struct folder;

enum folder_mode {
    FOLDER_LOOK,  /* nothing is changed, and nobody kept out; one that is not there is empty */
    FOLDER_WRITE, /* made when it is not there; one at a time: FAULT_BUSY */
};

/* With FOLDER_WRITE, what was interrupted is done first. FAULT_CANTCREATE, FAULT_PERMISSION: it is
 * somebody else's, or something is in the way; FAULT_IO; FAULT_DATA: its list is damaged. */
struct folder *folder_open(const char *path, enum folder_mode mode, GError **error);
void folder_close(struct folder *folder);
typedef struct folder Folder;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Folder, folder_close)

/* NULL: it is not there. */
const struct below *folder_below(const struct folder *folder);
/* What was published last. */
const struct manifest *folder_manifest(const struct folder *folder);
bool folder_was_interrupted(const struct folder *folder); /* before it was opened */

/* Whether documents about that advisory, or (NULL) about all, were published last. */
bool folder_has(const struct folder *folder, const char *advisory);
/* Adds them to `documents` as they are; those that somebody changed meanwhile are left out. */
bool folder_keep(const struct folder *folder, const char *advisory, GPtrArray *documents,
                 GError **error);
/* What is there under that name now, ours or not; NULL: nothing that can be read. */
GBytes *folder_read(const struct folder *folder, const char *path);

enum folder_verb { FOLDER_NEW, FOLDER_CHANGED, FOLDER_RESTORED, FOLDER_REMOVED, FOLDER_VERBS };
const char *folder_verb_name(enum folder_verb verb); /* "new", "changed", ... */

struct folder_change {
    enum folder_verb verb;
    const struct site_document *document; /* NULL: it goes */
    const char *path;
    const char *advisory; /* NULL: it is about all */
    bool edited;          /* by somebody else, since it was published: its changes get lost */
    guint rank;           /* those of a higher one come when the others are on the disk */
};

/* What would be done: struct folder_change *, in the order of the doing; they borrow from the
 * folder and the documents. FAULT_CANTCREATE: something that is not ours is where a document is to
 * be. FAULT_PERMISSION: a document of ours was edited by somebody, and `force` is not set. */
GPtrArray *folder_plan(const struct folder *folder, const GPtrArray *documents, bool force,
                       GError **error);

struct folder_tally {
    guint written, kept, removed;
};

/* On an error nothing was changed; but when the disk fails in the middle of the renames, the error
 * says so, and the next folder_open goes on. */
bool folder_write(struct folder *folder, const GPtrArray *documents, const GPtrArray *plan,
                  struct folder_tally *ret_tally, GError **error);

#endif
