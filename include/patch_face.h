/* What a change looks like without its message and its place, so that it is known again: the lines
 * it adds and takes away in each file. Pure. */
#ifndef PATCH_FACE_H
#define PATCH_FACE_H

#include <glib.h>
#include <stdbool.h>

enum { PATCH_LINES = 20 }; /* bytes of a SHA-1 */

/* The added and deleted lines of a change: each with its path, blanks left out, lines of nothing
 * but blanks not counted. Neither context nor order matters, so that what was made by another diff
 * program, or picked to another branch, is the same. */
struct patch_lines {
    guint8 sum[PATCH_LINES];
    guint count;
};
/* `kind` is '+' or '-'. */
void patch_lines_add(struct patch_lines *lines, const char *path, char kind, const char *bytes,
                     gsize length);
bool patch_lines_equal(const struct patch_lines *a, const struct patch_lines *b);

struct patch_face_file {
    char *path;
    guint added, deleted; /* lines */
};

struct patch_face {
    char *identity;           /* patch_text.h: forty digits; NULL: it has none */
    struct patch_lines lines; /* a count of 0: nothing to tell it by */
    GArray *files;            /* struct patch_face_file */
};
struct patch_face *patch_face_new(const char *identity);
void patch_face_add_file(struct patch_face *face, const char *path, guint added, guint deleted);
void patch_face_free(struct patch_face *face);
typedef struct patch_face PatchFace;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PatchFace, patch_face_free)

/* A patch by its file's name. */
struct patch_named {
    char *name;              /* "xsa480.patch" */
    struct patch_face *face; /* NULL: nothing of it can be looked for */
};
void patch_named_free(gpointer pointer);

#endif
