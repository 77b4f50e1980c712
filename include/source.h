/* The files of a commit of a mined repository, and what such a file pins of another one.
 *
 * Read from the repository itself, where barograph.conf says it is: the history holds no contents.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "home.h"
#include "store.h"

struct source;

/* `name` NULL: the first of barograph.conf. FAULT_NOINPUT: there is no such repository in
 * barograph.conf, or its folder moved away (says where it was mined from); FAULT_UNAVAILABLE: it is
 * not mined; and the errors of repo_open. The store and the home must outlive it. */
struct source *source_open(struct store *history, const struct home *home, const char *name,
                           GError **error);
void source_close(struct source *source);
typedef struct source Source;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_close)

#define SOURCE_MOST ((gsize)4 << 20) /* bytes: enough for any text that people write */

/* The bytes of a file at a commit (40 hex digits), with a NUL behind that *ret_length (may be NULL)
 * does not count; the caller frees them. FAULT_NOINPUT: the commit has no such file; FAULT_DATA: it
 * is larger than `most` bytes, a folder, or cannot be read. */
bool source_read(struct source *source, const char *commit, const char *path, gsize most,
                 char **ret_bytes, gsize *ret_length, GError **error);

/* The same, but a commit without such a file gives NULL and no error. */
bool source_read_any(struct source *source, const char *commit, const char *path, gsize most,
                     char **ret_bytes, gsize *ret_length, GError **error);

/* Tells every file of a commit by its path, folders in the order of git; submodules are none, links
 * are. */
typedef void (*source_visit)(const char *path, void *user);
bool source_list(struct source *source, const char *commit, source_visit visit, void *user,
                 GError **error);

/* What a release needs of another repository. */
struct pin {
    char *variable;   /* that named it: "QEMU_UPSTREAM_REVISION" */
    char *written;    /* "qemu-xen-4.10.2"; NULL: the file or the variable is not there */
    gint64 commit_id; /* its row in the history; 0 when nothing is written */
    char commit[41];  /* 40 hex digits; "" likewise */
};
void pin_clear(struct pin *pin);

/* What the file `companion->pin_file` at a commit of `source` pins of the companion: the first of
 * companion->pin_variables that has a value without $, as make, shells and INI files write it
 * ("NAME = v", "NAME ?= v", "NAME := v", "NAME='v'"; comments are cut). A tag, a branch, or an id
 * of at least 7 digits. FAULT_UNAVAILABLE: the companion is not mined; FAULT_NOINPUT: it has no
 * such tag, branch or commit: both name it and say what to do. */
bool source_pin(struct source *source, const char *commit, const struct home_repository *companion,
                struct pin *ret_pin, GError **error);

/* The value of a variable in the text of such a file, or NULL; the caller frees it. Pure. */
char *source_variable(const char *text, const char *variable);

#endif
