#include "casefile.h"

#include "draft.h"
#include "patch_text.h"
#include "record_text.h"
#include "record_versions.h"
#include "unified.h"

#include <string.h>

void casefile_free(struct casefile *casefile)
{
    if (casefile == NULL)
        return;
    g_free(casefile->id);
    g_ptr_array_unref(casefile->patches);
    g_ptr_array_unref(casefile->pending);
    g_ptr_array_unref(casefile->commits);
    g_ptr_array_unref(casefile->labels);
    text_free(casefile->text);
    g_free(casefile);
}

/* --- patches --- */

static bool add_file(struct patch_face *face, const struct unified_file *file)
{
    const char *path = file->kind == UNIFIED_DELETED ? file->from : file->to;
    guint counts[2] = {0, 0};
    if (file->opaque || file->kind == UNIFIED_RENAME || file->kind == UNIFIED_COPY)
        return false;
    for (guint i = 0; i < file->hunks->len; i++) {
        const struct unified_hunk *hunk = file->hunks->pdata[i];
        for (guint j = 0; j < hunk->lines->len; j++) {
            const struct unified_line *line = &g_array_index(hunk->lines, struct unified_line, j);
            if (line->kind == ' ')
                continue;
            counts[line->kind == '-']++;
            patch_lines_add(&face->lines, path, line->kind, line->bytes, line->length);
        }
    }
    patch_face_add_file(face, path, counts[0], counts[1]);
    return true;
}

struct patch_face *casefile_face(GBytes *bytes)
{
    gsize length = 0;
    g_autoptr(Unified) unified = unified_parse(bytes, NULL);
    if (unified == NULL)
        return NULL;
    const char *data = g_bytes_get_data(bytes, &length);
    g_autofree char *identity = patch_text_id(data, length);
    g_autoptr(PatchFace) face = patch_face_new(identity);
    for (guint i = 0; i < unified->files->len; i++)
        if (!add_file(face, unified->files->pdata[i]))
            return NULL;
    return g_steal_pointer(&face);
}

static bool is_alike(const struct patch_face *one, const struct patch_face *other)
{
    return one == other || (one != NULL && other != NULL && one->lines.count > 0 &&
                            patch_lines_equal(&one->lines, &other->lines));
}

/* Versions have most of their patches from the one before. */
static bool is_known(const GPtrArray *patches, const char *name, const struct patch_face *face)
{
    for (guint i = 0; i < patches->len; i++) {
        const struct patch_named *known = patches->pdata[i];
        if (is_alike(known->face, face) && (face != NULL || g_str_equal(known->name, name)))
            return true;
    }
    return false;
}

/* What is attached besides patches is not looked for. */
static void add_patch(GPtrArray *patches, const char *name, GBytes *bytes)
{
    g_autoptr(PatchFace) face = casefile_face(bytes);
    bool patch =
        face != NULL || g_str_has_suffix(name, ".patch") || g_str_has_suffix(name, ".diff");
    if (!patch || is_known(patches, name, face))
        return;
    struct patch_named *named = g_new0(struct patch_named, 1);
    named->name = g_strdup(name);
    named->face = g_steal_pointer(&face);
    g_ptr_array_add(patches, named);
}

static bool add_version(GPtrArray *list, struct store *store, gint64 version, GError **error)
{
    g_autoptr(GPtrArray) patches = record_patches(store, version, error);
    for (guint i = 0; patches != NULL && i < patches->len; i++) {
        const struct record_patch *patch = patches->pdata[i];
        add_patch(list, patch->name, patch->bytes);
    }
    return patches != NULL;
}

/* Whatever state the draft is in: a file that cannot be read is passed over. */
static void add_draft(GPtrArray *list, const struct desk *desk, const struct layout *layout,
                      const char *number)
{
    g_autofree char *folder = draft_folder(layout, number);
    g_auto(GStrv) names = desk_list(desk, folder, NULL);
    for (char **name = names; name != NULL && *name != NULL; name++) {
        g_autofree char *path = g_strconcat(folder, "/", *name, NULL);
        g_autoptr(GBytes) bytes = desk_read(desk, path, UNIFIED_LENGTH_MAX, NULL);
        if (bytes != NULL)
            add_patch(list, *name, bytes);
    }
}

static bool add_everything(GPtrArray *list, const struct desk *desk, struct store *store,
                           const struct layout *layout, const struct record_advisory *advisory,
                           GError **error)
{
    g_autoptr(GPtrArray) versions = record_versions(store, advisory->id, error);
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        const struct record_version *version = versions->pdata[i];
        if (!add_version(list, store, version->id, error))
            return false;
    }
    add_draft(list, desk, layout, advisory->number);
    return versions != NULL;
}

/* --- what a public text says --- */

#define PUBLIC_RELEASE "public-release" /* the wording of the layout */
#define DIGITS_LEAST 12                 /* of an id: fewer may be a word or a number */

static void add_labels(struct casefile *casefile, const struct text_block *block)
{
    for (guint i = 0; block->rows != NULL && i < block->rows->len; i++) {
        const struct text_row *row = block->rows->pdata[i];
        if (*row->label != '\0' &&
            !g_ptr_array_find_with_equal_func(casefile->labels, row->label, g_str_equal, NULL))
            g_ptr_array_add(casefile->labels, g_utf8_make_valid(row->label, -1));
    }
}

/* Ids that stand alone: the ends of a range, or a link's last part, are no fix. */
static void add_commits(struct casefile *casefile, const char *words)
{
    g_auto(GStrv) parts = g_strsplit_set(words, " \t\n,;()", -1);
    for (char **part = parts; *part != NULL; part++) {
        gsize length = strlen(*part);
        if (length >= DIGITS_LEAST && length <= 40 && strspn(*part, "0123456789abcdef") == length)
            g_ptr_array_add(casefile->commits, g_strdup(*part));
    }
}

/* What speaks of some of the patches ("the first patch", "patches 1 and 2") says nothing of all. */
#define DOCUMENTS                                                                                  \
    "\\bapplying\\s+the\\s+(appropriate\\s+)?(attached\\s+)?patch(es)?\\s+((only|merely)\\s+)?"    \
    "documents?\\s+(this|the|these)\\s+(issue|situation|problem)s?\\b"                             \
    "|\\bthe\\s+(attached\\s+)?patch(es)?\\s+do(es)?\\s+not\\s+fix\\s+any\\s+security\\s+issues?"  \
    "\\b"

bool casefile_documents(const char *words)
{
    return g_regex_match_simple(DOCUMENTS, words, G_REGEX_CASELESS | G_REGEX_RAW, 0);
}

/* A standard wording is in the layout. Caller frees. */
static char *words_of(const struct text_block *block, const struct layout *layout)
{
    const struct layout_wording *wording =
        block->kind == TEXT_STANDARD ? layout_paragraph(layout, block->wording) : NULL;
    if (wording != NULL)
        return g_strjoinv("\n", wording->lines);
    return g_strdup(block->kind == TEXT_PARAGRAPH ? block->words : NULL);
}

static void read_section(struct casefile *casefile, const struct text_section *section,
                         const struct layout *layout)
{
    bool resolution = section->heading != NULL && g_str_equal(section->heading, "RESOLUTION");
    for (guint i = 0; i < section->blocks->len; i++) {
        const struct text_block *block = section->blocks->pdata[i];
        g_autofree char *words = resolution ? words_of(block, layout) : NULL;
        add_labels(casefile, block);
        if (words == NULL)
            continue;
        add_commits(casefile, words);
        casefile->documents = casefile->documents || casefile_documents(words);
    }
}

static bool read_text(struct casefile *casefile, struct store *store, const struct layout *layout,
                      gint64 version, GError **error)
{
    g_autoptr(Text) text = record_load_text(store, version, error);
    for (guint i = 0; text != NULL && i < text->sections->len; i++)
        read_section(casefile, text->sections->pdata[i], layout);
    casefile->text = g_steal_pointer(&text);
    return casefile->text != NULL;
}

bool casefile_is_release(const struct text *text)
{
    if (text->version <= 1)
        return true;
    for (guint i = 0; i < text->sections->len; i++) {
        const struct text_section *section = text->sections->pdata[i];
        for (guint j = 0; section->kind == TEXT_UPDATES && j < section->blocks->len; j++) {
            const struct text_block *block = section->blocks->pdata[j];
            g_autofree char *small =
                block->words == NULL ? NULL : g_ascii_strdown(block->words, -1);
            if ((block->kind == TEXT_STANDARD && g_str_equal(block->wording, PUBLIC_RELEASE)) ||
                (small != NULL && strstr(small, "public release") != NULL))
                return true;
        }
    }
    return false;
}

/* Of an imported advisory: when the text was signed that made it public. */
static bool find_release(struct casefile *casefile, struct store *store, gint64 advisory,
                         GError **error)
{
    g_autoptr(GPtrArray) versions = record_versions(store, advisory, error);
    for (guint i = 0; versions != NULL && i < versions->len; i++) {
        const struct record_version *version = versions->pdata[i];
        if (!version->imported || casefile->public_at != POLICY_UNKNOWN)
            continue;
        g_autoptr(Text) text = record_load_text(store, version->id, error);
        if (text == NULL)
            return false;
        if (casefile_is_release(text))
            casefile->public_at = casefile->public_by = version->signature_at;
    }
    return versions != NULL;
}

/* What is not in `patches` yet. */
static bool add_pending(struct casefile *casefile, const struct desk *desk, struct store *store,
                        const struct layout *layout, const struct record_advisory *advisory,
                        GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(patch_named_free);
    if (!add_everything(all, desk, store, layout, advisory, error))
        return false;
    while (all->len > 0) {
        struct patch_named *named = g_ptr_array_steal_index(all, 0);
        if (named->face == NULL || is_known(casefile->patches, named->name, named->face))
            patch_named_free(named);
        else
            g_ptr_array_add(casefile->pending, named);
    }
    return true;
}

struct casefile *casefile_open(const struct desk *desk, struct store *store,
                               const struct layout *layout, const struct record_advisory *advisory,
                               GError **error)
{
    struct prove_public public = {0};
    g_autoptr(Casefile) casefile = g_new0(struct casefile, 1);
    casefile->patches = g_ptr_array_new_with_free_func(patch_named_free);
    casefile->pending = g_ptr_array_new_with_free_func(patch_named_free);
    casefile->commits = g_ptr_array_new_with_free_func(g_free);
    casefile->labels = g_ptr_array_new_with_free_func(g_free);
    casefile->id = layout_id(layout, advisory->number);
    casefile->withdrawn = g_str_equal(advisory->state, "withdrawn");
    if (!prove_public(store, advisory, &public, error))
        return NULL;
    casefile->embargoed = public.version == 0;
    casefile->public_at = casefile->embargoed ? POLICY_UNKNOWN : public.at;
    casefile->public_by = casefile->embargoed ? POLICY_UNKNOWN : public.by;
    casefile->reported_at = public.reported_at;
    bool done = casefile->embargoed
                    ? add_everything(casefile->patches, desk, store, layout, advisory, error)
                    : add_version(casefile->patches, store, public.version, error) &&
                          add_pending(casefile, desk, store, layout, advisory, error) &&
                          read_text(casefile, store, layout, public.version, error) &&
                          find_release(casefile, store, advisory->id, error);
    return done ? g_steal_pointer(&casefile) : NULL;
}
