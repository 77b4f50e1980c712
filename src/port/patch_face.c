#include "patch_face.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Sums of lines are added as one long number each, so that their order does not matter. */
void patch_lines_add(struct patch_lines *lines, const char *path, char kind, const char *bytes,
                     gsize length)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
    guint8 digest[PATCH_LINES];
    gsize size = sizeof digest;
    guint carry = 0;
    bool any = false;
    g_checksum_update(sum, (const guchar *)path, (gssize)strlen(path) + 1);
    g_checksum_update(sum, (const guchar *)&kind, 1);
    for (gsize i = 0; i < length; i++)
        if (!is_blank(bytes[i])) {
            g_checksum_update(sum, (const guchar *)bytes + i, 1);
            any = true;
        }
    if (!any)
        return;
    g_checksum_get_digest(sum, digest, &size);
    for (guint i = 0; i < PATCH_LINES; i++) {
        carry += (guint)lines->sum[i] + digest[i];
        lines->sum[i] = (guint8)carry;
        carry >>= 8;
    }
    lines->count++;
}

bool patch_lines_equal(const struct patch_lines *a, const struct patch_lines *b)
{
    return a->count == b->count && memcmp(a->sum, b->sum, sizeof a->sum) == 0;
}

static void file_clear(gpointer pointer)
{
    struct patch_face_file *file = pointer;
    g_free(file->path);
}

struct patch_face *patch_face_new(const char *identity)
{
    struct patch_face *face = g_new0(struct patch_face, 1);
    face->identity = g_strdup(identity);
    face->files = g_array_new(FALSE, FALSE, sizeof(struct patch_face_file));
    g_array_set_clear_func(face->files, file_clear);
    return face;
}

/* A file that two diffs of one patch change is one file. */
void patch_face_add_file(struct patch_face *face, const char *path, guint added, guint deleted)
{
    for (guint i = 0; i < face->files->len; i++) {
        struct patch_face_file *known = &g_array_index(face->files, struct patch_face_file, i);
        if (!g_str_equal(known->path, path))
            continue;
        known->added += added;
        known->deleted += deleted;
        return;
    }
    const struct patch_face_file file = {g_strdup(path), added, deleted};
    g_array_append_val(face->files, file);
}

void patch_face_free(struct patch_face *face)
{
    if (face == NULL)
        return;
    g_free(face->identity);
    g_array_unref(face->files);
    g_free(face);
}

void patch_named_free(gpointer pointer)
{
    struct patch_named *named = pointer;
    g_free(named->name);
    patch_face_free(named->face);
    g_free(named);
}
