#include "source.h"

#include "commit.h"
#include "fault.h"
#include "objects.h"
#include "repo.h"

#include <string.h>

#define SHORTEST_ID 7
#define DEEPEST_PATH 64

struct source {
    struct store *history;
    const struct home_repository *repository;
    struct repo *repo;
    struct objects *objects;
};

struct mined {
    gint64 id;
    char *source; /* where it was mined from */
};

static bool find_mined(struct store *history, const char *name, struct mined *ret_mined,
                       GError **error)
{
    struct store_statement *query = store_statement(history, "source_repository");
    bool row = false;
    store_bind_text(query, 1, name, -1);
    if (!store_step(query, &row, error))
        return false;
    if (!row || store_int(query, 2) == 0)
        return fault_raise(error, FAULT_UNAVAILABLE, "%s is not mined %s: run barograph mine", name,
                           row ? "to the end yet" : "yet");
    g_autofree char *source = g_strdup(store_text(query, 1));
    gint64 id = store_int(query, 0);
    if (!store_run(query, error))
        return false;
    *ret_mined = (struct mined){id, g_steal_pointer(&source)};
    return true;
}

static bool open_repository(struct source *source, const char *path, const char *mined_from,
                            GError **error)
{
    const struct home_repository *repository = source->repository;
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return fault_raise(error, FAULT_NOINPUT,
                           "%s: %s is not there any more (it was mined from %s): correct the path "
                           "in barograph.conf",
                           repository->name, path, mined_from);
    source->repo = repo_open(repository->name, path, repository->foreign, error);
    if (source->repo == NULL)
        return false;
    source->objects = objects_open(repo_objects_folder(source->repo), error);
    return source->objects != NULL;
}

struct source *source_open(struct store *history, const struct home *home, const char *name,
                           GError **error)
{
    const struct home_repository *repository = home_repository_find(home, name, error);
    struct mined mined = {0};
    if (repository == NULL || !find_mined(history, repository->name, &mined, error))
        return NULL;
    g_autofree char *mined_from = mined.source;
    g_autofree char *path = home_repository_path(home, repository);
    g_autoptr(Source) source = g_new0(struct source, 1);
    source->history = history;
    source->repository = repository;
    return open_repository(source, path, mined_from, error) ? g_steal_pointer(&source) : NULL;
}

void source_close(struct source *source)
{
    if (source == NULL)
        return;
    objects_close(source->objects);
    repo_close(source->repo);
    g_free(source);
}

static bool read_object(struct source *source, const guint8 id[20], enum object_kind kind,
                        const char *what, struct object *ret_object, GError **error)
{
    char hex[41];
    struct object object;
    enum object_state state = objects_read(source->objects, id, &object);
    if (state == OBJECT_READ && object.kind == kind) {
        *ret_object = object;
        return true;
    }
    if (state == OBJECT_READ)
        object_release(&object);
    id_to_hex(id, hex);
    return fault_raise(error, FAULT_DATA,
                       "%s: object %.12s (%s) %s: check the repository with git fsck",
                       source->repository->name, hex, what,
                       state == OBJECT_MISSING ? "is not in the repository" : "cannot be read");
}

static bool tree_of(struct source *source, const char *hex, guint8 ret_tree[20], GError **error)
{
    guint8 id[20];
    struct object object;
    struct commit commit;
    if (!id_from_hex(hex, id))
        return fault_raise(error, FAULT_DATA, "\"%s\" is not a commit id of 40 digits", hex);
    if (!read_object(source, id, OBJECT_COMMIT, "a commit", &object, error))
        return false;
    bool parsed = commit_parse(object.bytes, object.length, &commit, error);
    if (parsed)
        memcpy(ret_tree, commit.tree, 20);
    object_release(&object);
    return parsed;
}

/* A tree is "mode name\0" and 20 bytes, again and again. NULL when the name is not in it. */
static const guint8 *find_entry(const struct object *tree, const char *name, bool *ret_folder)
{
    const char *at = tree->bytes, *end = tree->bytes + tree->length;
    while (at < end) {
        const char *blank = memchr(at, ' ', (gsize)(end - at));
        const char *nul = blank == NULL ? NULL : memchr(blank, '\0', (gsize)(end - blank));
        if (nul == NULL || end - nul <= 20)
            return NULL;
        if (g_str_equal(blank + 1, name)) {
            *ret_folder = g_str_has_prefix(at, "4") || g_str_has_prefix(at, "04");
            return (const guint8 *)nul + 1;
        }
        at = nul + 21;
    }
    return NULL;
}

/* Steps from a tree to what `name` is there; *ret_found false when it is nothing. */
static bool step_down(struct source *source, const char *name, guint8 id[20], bool *ret_folder,
                      bool *ret_found, GError **error)
{
    struct object tree;
    if (!read_object(source, id, OBJECT_TREE, "a folder", &tree, error))
        return false;
    const guint8 *entry = find_entry(&tree, name, ret_folder);
    *ret_found = entry != NULL;
    if (entry != NULL)
        memmove(id, entry, 20);
    object_release(&tree);
    return true;
}

/* The blob that a path names. */
static bool find_file(struct source *source, const char *commit, const char *path,
                      guint8 ret_id[20], bool *ret_found, GError **error)
{
    g_auto(GStrv) names = g_strsplit(path, "/", DEEPEST_PATH);
    bool folder = true;
    *ret_found = tree_of(source, commit, ret_id, error);
    if (!*ret_found)
        return false;
    for (char **name = names; *name != NULL && *ret_found; name++) {
        *ret_found = folder;
        if (folder && !step_down(source, *name, ret_id, &folder, ret_found, error))
            return false;
    }
    if (*ret_found && folder)
        return fault_raise(error, FAULT_DATA, "%s: %s is a folder at commit %.12s, not a file",
                           source->repository->name, path, commit);
    return true;
}

static bool read_blob(struct source *source, const guint8 id[20], const char *path, gsize most,
                      char **ret_bytes, gsize *ret_length, GError **error)
{
    struct object object;
    gsize length = 0;
    if (objects_length(source->objects, id, &length) && length > most)
        return fault_raise(error, FAULT_DATA,
                           "%s: %s has %" G_GSIZE_FORMAT " bytes: more than %" G_GSIZE_FORMAT
                           " are not read",
                           source->repository->name, path, length, most);
    if (!read_object(source, id, OBJECT_BLOB, path, &object, error))
        return false;
    *ret_bytes = g_malloc(object.length + 1);
    memcpy(*ret_bytes, object.bytes, object.length);
    (*ret_bytes)[object.length] = '\0';
    if (ret_length != NULL)
        *ret_length = object.length;
    object_release(&object);
    return true;
}

bool source_read_any(struct source *source, const char *commit, const char *path, gsize most,
                     char **ret_bytes, gsize *ret_length, GError **error)
{
    guint8 id[20];
    bool found = false;
    if (!find_file(source, commit, path, id, &found, error))
        return false;
    if (found)
        return read_blob(source, id, path, most, ret_bytes, ret_length, error);
    *ret_bytes = NULL;
    if (ret_length != NULL)
        *ret_length = 0;
    return true;
}

bool source_read(struct source *source, const char *commit, const char *path, gsize most,
                 char **ret_bytes, gsize *ret_length, GError **error)
{
    char *bytes = NULL;
    if (!source_read_any(source, commit, path, most, &bytes, ret_length, error))
        return false;
    if (bytes == NULL)
        return fault_raise(error, FAULT_NOINPUT, "%s: commit %.12s has no file %s",
                           source->repository->name, commit, path);
    *ret_bytes = bytes;
    return true;
}

/* A listing under way: the path so far, with a slash at its end. */
struct listing {
    struct source *source;
    GString *path;
    source_visit visit;
    void *user;
};

static bool list_tree(struct listing *listing, const guint8 id[20], guint depth, GError **error);

static bool list_entry(struct listing *listing, const char *mode, const char *name,
                       const guint8 *id, guint depth, GError **error)
{
    gsize length = listing->path->len;
    bool folder = g_str_has_prefix(mode, "4") || g_str_has_prefix(mode, "04");
    bool done = true;
    g_string_append(listing->path, name);
    if (folder) {
        g_string_append_c(listing->path, '/');
        done = list_tree(listing, id, depth + 1, error);
    } else if (!g_str_has_prefix(mode, "16")) {
        listing->visit(listing->path->str, listing->user);
    }
    g_string_truncate(listing->path, length);
    return done;
}

static bool list_tree(struct listing *listing, const guint8 id[20], guint depth, GError **error)
{
    struct object tree;
    if (depth > DEEPEST_PATH)
        return fault_raise(error, FAULT_DATA, "%s: folders more than %d deep are not read",
                           listing->source->repository->name, DEEPEST_PATH);
    if (!read_object(listing->source, id, OBJECT_TREE, "a folder", &tree, error))
        return false;
    const char *at = tree.bytes, *end = tree.bytes + tree.length;
    bool done = true;
    while (done && at < end) {
        const char *blank = memchr(at, ' ', (gsize)(end - at));
        const char *nul = blank == NULL ? NULL : memchr(blank, '\0', (gsize)(end - blank));
        if (nul == NULL || end - nul <= 20)
            break;
        done = list_entry(listing, at, blank + 1, (const guint8 *)nul + 1, depth, error);
        at = nul + 21;
    }
    object_release(&tree);
    return done;
}

bool source_list(struct source *source, const char *commit, source_visit visit, void *user,
                 GError **error)
{
    guint8 id[20];
    if (!tree_of(source, commit, id, error))
        return false;
    struct listing listing = {source, g_string_new(NULL), visit, user};
    bool done = list_tree(&listing, id, 0, error);
    g_string_free(listing.path, TRUE);
    return done;
}

/* What stands behind "NAME", blanks and one of = := ::= ?= :, or NULL. */
static const char *after_assignment(const char *line, const char *variable)
{
    static const char *const signs[] = {"::=", ":=", "?=", "=", ":"};
    line += strspn(line, " \t");
    if (g_str_has_prefix(line, "export "))
        line += strlen("export ") + strspn(line + strlen("export "), " \t");
    if (!g_str_has_prefix(line, variable))
        return NULL;
    line += strlen(variable);
    line += strspn(line, " \t");
    for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
        if (g_str_has_prefix(line, signs[i]))
            return line + strlen(signs[i]);
    return NULL;
}

/* Without comment, blanks and quotes around it; NULL when nothing is left, or it is no plain word.
 */
static char *plain_value(const char *written)
{
    g_autofree char *value = g_strndup(written, strcspn(written, "#"));
    g_strstrip(value);
    gsize length = strlen(value);
    if (length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value) {
        value[length - 1] = '\0';
        memmove(value, value + 1, length - 1);
    }
    bool plain = *value != '\0' && strpbrk(value, "$ \t\"'`") == NULL;
    return plain ? g_steal_pointer(&value) : NULL;
}

char *source_variable(const char *text, const char *variable)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        const char *written = after_assignment(*line, variable);
        char *value = written == NULL ? NULL : plain_value(written);
        if (value != NULL)
            return value;
    }
    return NULL;
}

void pin_clear(struct pin *pin)
{
    g_free(pin->variable);
    g_free(pin->written);
    *pin = (struct pin){0};
}

/* The only row of a statement that gives id and hash; *ret_count: 0, 1, or 2 for more. */
static bool only_commit(struct store_statement *query, struct pin *pin, guint *ret_count,
                        GError **error)
{
    bool row = true;
    *ret_count = 0;
    while (*ret_count < 2) {
        if (!store_step(query, &row, error))
            return false;
        if (!row)
            return true;
        gsize length = 0;
        const guint8 *hash = store_blob(query, 1, &length);
        pin->commit_id = store_int(query, 0);
        if (length == 20)
            id_to_hex(hash, pin->commit);
        (*ret_count)++;
    }
    return store_run(query, error);
}

/* An id cut short stands for all ids between its digits and 0s, and its digits and fs. */
static bool find_by_id(struct store *history, gint64 repository, struct pin *pin, guint *ret_count,
                       GError **error)
{
    gsize length = strlen(pin->written);
    char low[41], high[41];
    guint8 first[20], last[20];
    *ret_count = 0;
    if (length < SHORTEST_ID || length > 40 ||
        strspn(pin->written, "0123456789abcdefABCDEF") != length)
        return true;
    memset(low, '0', 40);
    memset(high, 'f', 40);
    low[40] = high[40] = '\0';
    memcpy(low, pin->written, length);
    memcpy(high, pin->written, length);
    if (!id_from_hex(low, first) || !id_from_hex(high, last))
        return true;
    struct store_statement *query = store_statement(history, "source_hash");
    store_bind_int(query, 1, repository);
    store_bind_blob(query, 2, first, sizeof first);
    store_bind_blob(query, 3, last, sizeof last);
    return only_commit(query, pin, ret_count, error);
}

static bool find_by_name(struct store *history, gint64 repository, struct pin *pin,
                         guint *ret_count, GError **error)
{
    struct store_statement *query = store_statement(history, "source_ref");
    store_bind_int(query, 1, repository);
    store_bind_text(query, 2, pin->written, -1);
    return only_commit(query, pin, ret_count, error);
}

static bool resolve_pin(struct source *source, const struct home_repository *companion,
                        const char *commit, struct pin *pin, GError **error)
{
    struct mined mined = {0};
    guint count = 0;
    g_autoptr(GError) reason = NULL;
    if (!find_mined(source->history, companion->name, &mined, &reason)) {
        g_propagate_prefixed_error(error, g_steal_pointer(&reason), "%s %.12s pins %s at %s, but ",
                                   source->repository->name, commit, companion->name, pin->written);
        return false;
    }
    g_free(mined.source);
    if (!find_by_name(source->history, mined.id, pin, &count, error) ||
        (count == 0 && !find_by_id(source->history, mined.id, pin, &count, error)))
        return false;
    if (count == 1)
        return true;
    return fault_raise(error, FAULT_NOINPUT,
                       "%s %.12s pins %s at %s (%s in %s), %s: fetch it and run barograph mine",
                       source->repository->name, commit, companion->name, pin->written,
                       pin->variable, companion->pin_file,
                       count > 1 ? "which more than one of its commits begin with"
                                 : "but its history as it was mined has no such tag, branch or "
                                   "commit");
}

bool source_pin(struct source *source, const char *commit, const struct home_repository *companion,
                struct pin *ret_pin, GError **error)
{
    g_autofree char *text = NULL;
    struct pin pin = {0};
    if (companion->pin_file != NULL &&
        !source_read_any(source, commit, companion->pin_file, SOURCE_MOST, &text, NULL, error))
        return false;
    char **variables = companion->pin_variables;
    for (char **name = variables; text != NULL && name != NULL && *name != NULL; name++) {
        pin.written = source_variable(text, *name);
        pin.variable = pin.written == NULL ? NULL : g_strdup(*name);
        if (pin.written != NULL)
            break;
    }
    if (pin.written != NULL && !resolve_pin(source, companion, commit, &pin, error)) {
        pin_clear(&pin);
        return false;
    }
    *ret_pin = pin;
    return true;
}
