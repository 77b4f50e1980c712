#include "pick.h"

#include "fault.h"

#include <git2.h>
#include <git2/sys/hashsig.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <string.h>

/* How many files that came and went are compared with each other; the most is git's own limit. */
enum { RENAMES_FEW = 50, RENAMES_MAX = 7000 };

/* The only place that objects are read from and written to while picks are tried. It stands before
 * the repository's own objects so that no write, and no look that would renew a file's time, can
 * reach them. */
struct memory {
    git_odb_backend backend;
    git_odb *real;       /* the repository's own; read only */
    GHashTable *objects; /* id -> struct kept */
};

struct kept {
    git_oid id;
    git_object_t kind;
    gsize length;
    char bytes[];
};

struct pick {
    struct repo *checked; /* keeps the library open; its door says who may read */
    git_repository *git;
    git_commit *top; /* what is picked so far, on the branch's tip */
    git_diff_similarity_metric metric;
    struct likeness {
        GHashTable *signatures; /* id of a blob -> struct signature; NULL: too small to have one */
        GHashTable *scores;     /* two numbers of signatures -> score + 1 */
    } likeness;
    char *name;
};

static guint hash_id(gconstpointer key)
{
    guint hash;
    memcpy(&hash, ((const git_oid *)key)->id, sizeof hash);
    return hash;
}

static gboolean equal_id(gconstpointer a, gconstpointer b)
{
    return git_oid_equal(a, b) != 0;
}

static struct memory *memory_of(git_odb_backend *backend)
{
    return (struct memory *)backend;
}

static int give(git_odb_backend *backend, void **ret_bytes, const void *bytes, size_t length)
{
    *ret_bytes = git_odb_backend_data_alloc(backend, MAX(length, 1));
    if (*ret_bytes == NULL)
        return GIT_ERROR;
    memcpy(*ret_bytes, bytes, length);
    return GIT_OK;
}

static int memory_read(void **ret_bytes, size_t *ret_length, git_object_t *ret_kind,
                       git_odb_backend *backend, const git_oid *id)
{
    const struct kept *kept = g_hash_table_lookup(memory_of(backend)->objects, id);
    if (kept != NULL) {
        *ret_length = kept->length;
        *ret_kind = kept->kind;
        return give(backend, ret_bytes, kept->bytes, kept->length);
    }
    git_odb_object *object = NULL;
    int answer = git_odb_read(&object, memory_of(backend)->real, id);
    if (answer < 0)
        return answer;
    *ret_length = git_odb_object_size(object);
    *ret_kind = git_odb_object_type(object);
    answer = give(backend, ret_bytes, git_odb_object_data(object), *ret_length);
    git_odb_object_free(object);
    return answer;
}

static int memory_read_header(size_t *ret_length, git_object_t *ret_kind, git_odb_backend *backend,
                              const git_oid *id)
{
    const struct kept *kept = g_hash_table_lookup(memory_of(backend)->objects, id);
    if (kept == NULL)
        return git_odb_read_header(ret_length, ret_kind, memory_of(backend)->real, id);
    *ret_length = kept->length;
    *ret_kind = kept->kind;
    return GIT_OK;
}

static int memory_exists(git_odb_backend *backend, const git_oid *id)
{
    return g_hash_table_contains(memory_of(backend)->objects, id) ||
           git_odb_exists(memory_of(backend)->real, id) != 0;
}

/* Told that an object is there, the library does not write it; the file's time stays as it is. */
static int memory_freshen(git_odb_backend *backend, const git_oid *id)
{
    return memory_exists(backend, id) ? GIT_OK : GIT_ENOTFOUND;
}

static int memory_write(git_odb_backend *backend, const git_oid *id, const void *bytes,
                        size_t length, git_object_t kind)
{
    struct kept *kept = g_malloc(sizeof *kept + length);
    kept->id = *id;
    kept->kind = kind;
    kept->length = length;
    memcpy(kept->bytes, bytes, length);
    g_hash_table_replace(memory_of(backend)->objects, &kept->id, kept);
    return GIT_OK;
}

static void memory_free(git_odb_backend *backend)
{
    struct memory *memory = memory_of(backend);
    g_hash_table_unref(memory->objects);
    git_odb_free(memory->real);
    g_free(memory);
}

static struct memory *memory_new(git_odb *real)
{
    struct memory *memory = g_new0(struct memory, 1);
    git_odb_init_backend(&memory->backend, GIT_ODB_BACKEND_VERSION);
    memory->backend.read = memory_read;
    memory->backend.read_header = memory_read_header;
    memory->backend.exists = memory_exists;
    memory->backend.freshen = memory_freshen;
    memory->backend.write = memory_write;
    memory->backend.free = memory_free;
    memory->objects = g_hash_table_new_full(hash_id, equal_id, NULL, g_free);
    memory->real = real;
    return memory;
}

struct signature {
    git_hashsig *lines;
    guint number; /* from 1 */
};

static void signature_free(gpointer pointer)
{
    struct signature *signature = pointer;
    if (signature != NULL)
        git_hashsig_free(signature->lines);
    g_free(signature);
}

/* Renamed files are looked for with every commit again, among files that are nearly the same each
 * time: what was made of a file's content, and how like two of them are, is kept. The rule is the
 * library's own. */
static int buffer_signature(void **ret_signature, const git_diff_file *file, const char *bytes,
                            size_t length, void *payload)
{
    GHashTable *signatures = ((struct likeness *)payload)->signatures;
    gpointer known = NULL;
    if (!g_hash_table_lookup_extended(signatures, &file->id, NULL, &known)) {
        git_hashsig *lines = NULL;
        int answer = git_hashsig_create(&lines, bytes, length, GIT_HASHSIG_SMART_WHITESPACE);
        if (answer < 0 && answer != GIT_EBUFS)
            return answer;
        struct signature *made = answer < 0 ? NULL : g_new0(struct signature, 1);
        if (made != NULL)
            *made = (struct signature){lines, g_hash_table_size(signatures) + 1};
        g_hash_table_insert(signatures, g_memdup2(&file->id, sizeof file->id), made);
        known = made;
    }
    *ret_signature = known;
    return known == NULL ? GIT_EBUFS : GIT_OK;
}

/* Contents come from the repository, never from a work tree. */
static int file_signature(void **ret_signature, const git_diff_file *file, const char *path,
                          void *payload)
{
    (void)ret_signature;
    (void)file;
    (void)path;
    (void)payload;
    return GIT_EBUFS;
}

static void keep_signature(void *signature, void *payload)
{
    (void)signature;
    (void)payload;
}

static int similarity(int *ret_score, void *a, void *b, void *payload)
{
    const guint numbers = 1 << 15;
    GHashTable *scores = ((struct likeness *)payload)->scores;
    const struct signature *left = a, *right = b;
    bool keep = left->number < numbers && right->number < numbers;
    gpointer key = GUINT_TO_POINTER(left->number * numbers + right->number);
    gpointer known = keep ? g_hash_table_lookup(scores, key) : NULL;
    int score =
        known != NULL ? GPOINTER_TO_INT(known) - 1 : git_hashsig_compare(left->lines, right->lines);
    if (score < 0)
        return score;
    if (keep && known == NULL)
        g_hash_table_insert(scores, key, GINT_TO_POINTER(score + 1));
    *ret_score = score;
    return GIT_OK;
}

static const char *reason(void)
{
    const git_error *last = git_error_last();
    return last == NULL || last->message == NULL ? "no reason given" : last->message;
}

const char *pick_result_name(enum pick_result result)
{
    static const char *const names[] = {
        [PICK_CLEAN] = "clean",
        [PICK_CONFLICT] = "conflict",
        [PICK_EMPTY] = "empty",
        [PICK_MERGE] = "merge",
    };
    return names[result];
}

/* From here on the repository's objects can be read through the memory only. */
static int put_memory_before(git_repository *git)
{
    git_odb *real = NULL, *odb = NULL;
    int answer = git_repository_odb(&real, git);
    if (answer == 0)
        answer = git_odb_new(&odb);
    if (answer == 0) {
        struct memory *memory = memory_new(real);
        real = NULL;
        answer = git_odb_add_backend(odb, &memory->backend, 1);
        if (answer < 0)
            memory_free(&memory->backend);
    }
    if (answer == 0)
        answer = git_repository_set_odb(git, odb);
    git_odb_free(odb);
    git_odb_free(real);
    return answer;
}

/* The same trees and files are looked at with every commit, and the library keeps neither large
 * trees nor any file unless it is told to. */
static void keep_objects(void)
{
    const gsize kib = 1024;
    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, 1024 * kib);
    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_BLOB, 256 * kib);
    git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (gssize)(128 * 1024 * kib));
}

static bool find_commit(struct pick *pick, const guint8 id[20], git_commit **ret_commit,
                        GError **error)
{
    git_oid oid;
    git_oid_fromraw(&oid, id);
    if (git_commit_lookup(ret_commit, pick->git, &oid) == 0)
        return true;
    char hex[13];
    git_oid_tostr(hex, sizeof hex, &oid);
    return fault_raise(error, FAULT_DATA,
                       "%s: commit %s cannot be read from the repository (%s): is it still the one "
                       "that was mined? Mine it again",
                       pick->name, hex, reason());
}

struct pick *pick_open(const char *name, const char *path, bool foreign, const guint8 tip[20],
                       GError **error)
{
    g_autoptr(Pick) pick = g_new0(struct pick, 1);
    pick->name = g_strdup(name);
    pick->likeness.signatures = g_hash_table_new_full(hash_id, equal_id, g_free, signature_free);
    pick->likeness.scores = g_hash_table_new(NULL, NULL);
    pick->metric = (git_diff_similarity_metric){file_signature, buffer_signature, keep_signature,
                                                similarity, &pick->likeness};
    pick->checked = repo_open(name, path, foreign, error);
    if (pick->checked == NULL)
        return NULL;
    keep_objects();
    if (git_repository_open_ext(&pick->git, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0 ||
        put_memory_before(pick->git) < 0) {
        fault_raise(error, FAULT_DATA, "%s: %s cannot be opened (%s)", name, path, reason());
        return NULL;
    }
    return find_commit(pick, tip, &pick->top, error) ? g_steal_pointer(&pick) : NULL;
}

void pick_close(struct pick *pick)
{
    if (pick == NULL)
        return;
    git_commit_free(pick->top);
    git_repository_free(pick->git);
    g_hash_table_unref(pick->likeness.signatures);
    g_hash_table_unref(pick->likeness.scores);
    repo_close(pick->checked);
    g_free(pick->name);
    g_free(pick);
}

void pick_tree(const struct pick *pick, guint8 ret_tree[20])
{
    memcpy(ret_tree, git_commit_tree_id(pick->top)->id, 20);
}

static void add_path(GPtrArray *paths, const git_index_entry *entry)
{
    if (entry != NULL && !g_ptr_array_find_with_equal_func(paths, entry->path, g_str_equal, NULL))
        g_ptr_array_add(paths, g_strdup(entry->path));
}

static GPtrArray *list_conflicts(git_index *index)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    git_index_conflict_iterator *conflicts = NULL;
    const git_index_entry *base, *ours, *theirs;
    if (git_index_conflict_iterator_new(&conflicts, index) < 0)
        return paths;
    while (git_index_conflict_next(&base, &ours, &theirs, conflicts) == 0) {
        add_path(paths, ours);
        add_path(paths, theirs);
        if (ours == NULL && theirs == NULL)
            add_path(paths, base);
    }
    git_index_conflict_iterator_free(conflicts);
    return paths;
}

/* A commit in memory alone; whose it is does not matter. */
static int stand_on(struct pick *pick, const git_oid *tree_id)
{
    const git_commit *parents[] = {pick->top};
    git_signature *nobody = NULL;
    git_tree *tree = NULL;
    git_commit *next = NULL;
    git_oid id;
    int answer = git_signature_new(&nobody, "barograph", "barograph", 0, 0);
    if (answer == 0)
        answer = git_tree_lookup(&tree, pick->git, tree_id);
    if (answer == 0)
        answer = git_commit_create(&id, pick->git, NULL, nobody, nobody, NULL, "a try", tree, 1,
                                   parents);
    if (answer == 0)
        answer = git_commit_lookup(&next, pick->git, &id);
    if (answer == 0) {
        git_commit_free(pick->top);
        pick->top = next;
    }
    git_tree_free(tree);
    git_signature_free(nobody);
    return answer;
}

/* What came of it; an index without conflicts becomes the new top. */
static int settle(struct pick *pick, git_index *index, enum pick_result *ret_result,
                  GPtrArray **ret_conflicts)
{
    git_oid tree;
    *ret_conflicts = list_conflicts(index);
    if (git_index_has_conflicts(index)) {
        *ret_result = PICK_CONFLICT;
        return 0;
    }
    int answer = git_index_write_tree_to(&tree, index, pick->git);
    if (answer < 0)
        return answer;
    bool empty = git_oid_equal(&tree, git_commit_tree_id(pick->top)) != 0;
    *ret_result = empty ? PICK_EMPTY : PICK_CLEAN;
    return empty ? 0 : stand_on(pick, &tree);
}

/* Whether one side lacks a file that the other changed: it may have another name there. */
static bool lacks_a_side(git_index *index)
{
    git_index_conflict_iterator *conflicts = NULL;
    const git_index_entry *base, *ours, *theirs;
    bool lacks = false;
    if (git_index_conflict_iterator_new(&conflicts, index) < 0)
        return true;
    while (git_index_conflict_next(&base, &ours, &theirs, conflicts) == 0)
        lacks = lacks || ours == NULL || theirs == NULL;
    git_index_conflict_iterator_free(conflicts);
    return lacks;
}

/* Looking for renamed files is what takes long, and most commits apply without: only where a file
 * is missing they are tried again with as many files looked at as git does. */
static int merge(struct pick *pick, git_commit *picked, git_index **ret_index)
{
    static const guint limits[] = {RENAMES_FEW, RENAMES_MAX};
    git_merge_options options;
    git_merge_options_init(&options, GIT_MERGE_OPTIONS_VERSION);
    options.metric = &pick->metric;
    for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
        git_index_free(*ret_index);
        *ret_index = NULL;
        options.target_limit = limits[i];
        int answer = git_cherrypick_commit(ret_index, pick->git, picked, pick->top, 0, &options);
        if (answer < 0 || !lacks_a_side(*ret_index))
            return answer;
    }
    return 0;
}

bool pick_try(struct pick *pick, const guint8 commit[20], enum pick_result *ret_result,
              GPtrArray **ret_conflicts, GError **error)
{
    git_commit *picked = NULL;
    if (!find_commit(pick, commit, &picked, error))
        return false;
    if (git_commit_parentcount(picked) > 1) {
        git_commit_free(picked);
        *ret_result = PICK_MERGE;
        *ret_conflicts = g_ptr_array_new_with_free_func(g_free);
        return true;
    }
    g_autoptr(GPtrArray) conflicts = NULL;
    git_index *index = NULL;
    int answer = merge(pick, picked, &index);
    git_commit_free(picked);
    if (answer == 0)
        answer = settle(pick, index, ret_result, &conflicts);
    git_index_free(index);
    if (answer < 0)
        return fault_raise(error, FAULT_DATA, "%s: a commit cannot be tried on the branch (%s)",
                           pick->name, reason());
    *ret_conflicts = g_steal_pointer(&conflicts);
    return true;
}
