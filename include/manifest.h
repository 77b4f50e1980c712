/* What the site's folder holds that is ours: the hidden list of it, and the journal of what is
 * being done to it. Pure: both are texts. */
#ifndef MANIFEST_H
#define MANIFEST_H

#include <glib.h>
#include <stdbool.h>

struct manifest_entry {
    char *path;
    char *sha256;
    char *before;   /* the sum it had under the same path before the last change; NULL */
    char *advisory; /* "480"; NULL: about all */
};

struct manifest {
    GPtrArray *entries; /* struct manifest_entry *, by path */
    GHashTable *by_path;
};

struct manifest *manifest_new(void);
void manifest_free(struct manifest *manifest);
typedef struct manifest Manifest;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Manifest, manifest_free)

/* `before` and `advisory` may be NULL. The path is not there yet. */
void manifest_add(struct manifest *manifest, const char *path, const char *sha256,
                  const char *before, const char *advisory);
/* NULL: it is not there. */
const struct manifest_entry *manifest_find(const struct manifest *manifest, const char *path);

/* Sorted by path; caller frees. */
char *manifest_write(struct manifest *manifest);
/* FAULT_DATA: that is no manifest. Paths are below_good_path. */
struct manifest *manifest_read(const char *text, GError **error);

/* A line of the journal, carried out in order; each may be done again. */
enum journal_verb {
    JOURNAL_NEW,  /* `staged` goes to `path`, where nothing is */
    JOURNAL_OVER, /* or in the place of what is there */
    JOURNAL_DROP, /* `path` goes */
    JOURNAL_SYNC, /* what was done until here is on the disk before anything else is done */
    JOURNAL_VERBS
};
struct journal_line {
    enum journal_verb verb;
    guint staged;
    char *path; /* "" with SYNC */
};
GPtrArray *journal_new(void); /* struct journal_line * */
void journal_add(GPtrArray *journal, enum journal_verb verb, guint staged, const char *path);
char *journal_write(const GPtrArray *journal);
GPtrArray *journal_read(const char *text, GError **error);

#endif
