#include "below.h"
#include "fault.h"
#include "folder.h"

#include <string.h>

static const char *const verb_names[] = {
    [FOLDER_NEW] = "new",
    [FOLDER_CHANGED] = "changed",
    [FOLDER_RESTORED] = "restored",
    [FOLDER_REMOVED] = "removed",
};

const char *folder_verb_name(enum folder_verb verb)
{
    return verb_names[verb];
}

struct planning {
    const struct folder *folder;
    bool force;
    GPtrArray *changes;
    GString *edited; /* paths, for the refusal */
    guint edits;
};

static struct below_sight look(const struct folder *folder, const char *path)
{
    struct below_sight nothing = {.kind = BELOW_NOTHING};
    const struct below *below = folder_below(folder);
    return below == NULL ? nothing : below_look(below, path);
}

/* What a reader comes to by a name must be there before the name. */
enum rank { PLAIN, SHOWN_WITH, PAGE, LIST, ENTRANCE, GOES };

static bool ends_in(const char *path, const char *const *suffixes, gsize count)
{
    for (gsize i = 0; i < count; i++)
        if (g_str_has_suffix(path, suffixes[i]))
            return true;
    return false;
}

static enum rank rank_of(const struct site_document *document)
{
    static const char *const shown_with[] = {".css", ".js", ".svg", ".png", ".asc"};
    if (document == NULL)
        return GOES;
    if (document->advisory != NULL)
        return g_str_has_suffix(document->path, ".html") ? PAGE : PLAIN;
    if (ends_in(document->path, shown_with, G_N_ELEMENTS(shown_with)))
        return SHOWN_WITH;
    return g_str_equal(document->path, "index.html") ? ENTRANCE : LIST;
}

static void add_change(struct planning *planning, enum folder_verb verb,
                       const struct site_document *document, const struct manifest_entry *entry,
                       bool edited)
{
    enum { NAMED_MOST = 5 };
    struct folder_change *change = g_new0(struct folder_change, 1);
    change->verb = verb;
    change->document = document;
    change->path = document == NULL ? entry->path : document->path;
    change->advisory = document == NULL ? entry->advisory : document->advisory;
    change->edited = edited;
    change->rank = rank_of(document);
    g_ptr_array_add(planning->changes, change);
    if (edited && planning->edits++ < NAMED_MOST)
        g_string_append_printf(planning->edited, "%s%s", planning->edits > 1 ? ", " : "",
                               change->path);
}

static bool refuse_foreign(const struct folder *folder, const char *path, GError **error)
{
    return fault_raise(error, FAULT_CANTCREATE,
                       "%s/%s is not ours, and a document is to be there: move it away and publish "
                       "again; nothing was changed",
                       below_folder(folder_below(folder)), path);
}

static bool plan_document(struct planning *planning, const struct site_document *document,
                          GError **error)
{
    const struct manifest_entry *entry =
        manifest_find(folder_manifest(planning->folder), document->path);
    struct below_sight sight = look(planning->folder, document->path);
    g_autofree char *wanted = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, document->bytes);
    bool same = sight.kind == BELOW_FILE && g_str_equal(sight.sha256, wanted);
    if (sight.kind == BELOW_BLOCKED || (entry == NULL && sight.kind == BELOW_OTHER) ||
        (entry == NULL && sight.kind == BELOW_FILE && !same))
        return refuse_foreign(planning->folder, document->path, error);
    if (sight.kind == BELOW_NOTHING)
        add_change(planning, entry == NULL ? FOLDER_NEW : FOLDER_RESTORED, document, entry, false);
    else if (!same)
        add_change(planning, FOLDER_CHANGED, document, entry,
                   !g_str_equal(sight.sha256, entry->sha256));
    return true;
}

static int by_rank(gconstpointer a, gconstpointer b)
{
    const struct folder_change *left = *(struct folder_change *const *)a;
    const struct folder_change *right = *(struct folder_change *const *)b;
    return left->rank != right->rank ? (left->rank > right->rank) - (left->rank < right->rank)
                                     : strcmp(left->path, right->path);
}

/* No document lies where another one needs a folder. */
static bool check_paths(const GPtrArray *documents, GHashTable *paths, GError **error)
{
    for (guint i = 0; i < documents->len; i++) {
        const struct site_document *document = documents->pdata[i];
        if (!below_good_path(document->path))
            return fault_raise(error, FAULT_DATA, "\"%s\" is no safe name for a document",
                               document->path);
        if (!g_hash_table_add(paths, document->path))
            return fault_raise(error, FAULT_DATA, "%s would be published twice", document->path);
    }
    for (guint i = 0; i < documents->len; i++) {
        const struct site_document *document = documents->pdata[i];
        for (const char *at = strchr(document->path, '/'); at != NULL; at = strchr(at + 1, '/')) {
            g_autofree char *folder = g_strndup(document->path, (gsize)(at - document->path));
            if (g_hash_table_contains(paths, folder))
                return fault_raise(error, FAULT_DATA,
                                   "%s would be published as a document and as a folder", folder);
        }
    }
    return true;
}

static void plan_removals(struct planning *planning, GHashTable *paths)
{
    const GPtrArray *entries = folder_manifest(planning->folder)->entries;
    for (guint i = 0; i < entries->len; i++) {
        const struct manifest_entry *entry = entries->pdata[i];
        if (g_hash_table_contains(paths, entry->path))
            continue;
        struct below_sight sight = look(planning->folder, entry->path);
        if (sight.kind == BELOW_FILE || sight.kind == BELOW_OTHER)
            add_change(planning, FOLDER_REMOVED, NULL, entry,
                       !g_str_equal(sight.sha256, entry->sha256));
    }
}

GPtrArray *folder_plan(const struct folder *folder, const GPtrArray *documents, bool force,
                       GError **error)
{
    g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) paths = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) edited = g_string_new(NULL);
    struct planning planning = {folder, force, changes, edited, 0};
    if (!check_paths(documents, paths, error))
        return NULL;
    for (guint i = 0; i < documents->len; i++)
        if (!plan_document(&planning, documents->pdata[i], error))
            return NULL;
    plan_removals(&planning, paths);
    if (planning.edits > 0 && !force) {
        fault_raise(error, FAULT_PERMISSION,
                    "somebody edited what was published (%s%s): find out who and why, then publish "
                    "again with --force, which writes over it; nothing was changed",
                    edited->str, planning.edits > 5 ? ", and more" : "");
        return NULL;
    }
    g_ptr_array_sort(changes, by_rank);
    return g_steal_pointer(&changes);
}
