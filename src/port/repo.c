#include "repo.h"

#include "fault.h"

#include <git2.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct repo {
    git_repository *git;
    char *objects_folder;
};

static const char *reason(void)
{
    const git_error *last = git_error_last();
    return last == NULL || last->message == NULL ? "no reason given" : last->message;
}

/* Extensions that change nothing about commits, trees and blobs. */
static void accept_extensions(void)
{
    const char *known[] = {"noop", "partialclone", "preciousobjects", "worktreeconfig"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, known, G_N_ELEMENTS(known));
}

static void forget_user_configuration(void)
{
    static const int levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                 GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};
    for (gsize i = 0; i < G_N_ELEMENTS(levels); i++)
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
}

static bool refuse_open(const char *name, const char *path, GError **error)
{
    g_autofree char *why = g_ascii_strdown(reason(), -1);
    if (strstr(why, "objectformat") != NULL)
        return fault_raise(
            error, FAULT_DATA,
            "%s: %s uses SHA-256 object ids, which barograph cannot read yet: mine a "
            "SHA-1 repository of the project",
            name, path);
    if (strstr(why, "unsupported extension") != NULL)
        return fault_raise(error, FAULT_DATA,
                           "%s: %s uses a repository format that barograph does not know (%s)",
                           name, path, reason());
    if (access(path, F_OK) != 0)
        return fault_raise(error, FAULT_NOINPUT,
                           "%s: %s is not there: correct the path in barograph.conf", name, path);
    if (g_file_test(path, G_FILE_TEST_IS_DIR) && access(path, R_OK | X_OK) != 0)
        return fault_raise(error, FAULT_PERMISSION,
                           "%s: you may not read %s: check its owner and mode", name, path);
    return fault_raise(error, FAULT_NOINPUT, "%s: %s is not a git repository (%s)", name, path,
                       reason());
}

/* Git's own rule: what another user put into a repository is not read unless one says so. */
static bool check_owner(const char *name, const char *path, git_repository *git, GError **error)
{
    struct stat info;
    if (stat(git_repository_commondir(git), &info) != 0 || info.st_uid == geteuid())
        return true;
    const char *sudo = g_getenv("SUDO_UID");
    if (geteuid() == 0 && sudo != NULL && g_ascii_strtoull(sudo, NULL, 10) == info.st_uid)
        return true;
    const struct passwd *owner = getpwuid(info.st_uid);
    g_autofree char *number = g_strdup_printf("user %u", (unsigned)info.st_uid);
    return fault_raise(error, FAULT_PERMISSION,
                       "%s: %s belongs to %s: if you trust it, write \"foreign = yes\" under "
                       "[repository %s] in barograph.conf",
                       name, path, owner != NULL ? owner->pw_name : number, name);
}

struct repo *repo_open(const char *name, const char *path, bool foreign, GError **error)
{
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    forget_user_configuration();
    accept_extensions();
    g_autoptr(Repo) repo = g_new0(struct repo, 1);
    if (git_repository_open_ext(&repo->git, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0) {
        refuse_open(name, path, error);
        return NULL;
    }
    if (!foreign && !check_owner(name, path, repo->git, error))
        return NULL;
    repo->objects_folder = g_build_filename(git_repository_commondir(repo->git), "objects", NULL);
    return g_steal_pointer(&repo);
}

void repo_close(struct repo *repo)
{
    if (repo == NULL)
        return;
    git_repository_free(repo->git);
    git_libgit2_shutdown();
    g_free(repo->objects_folder);
    g_free(repo);
}

git_repository *repo_git(struct repo *repo)
{
    return repo->git;
}

const char *repo_objects_folder(const struct repo *repo)
{
    return repo->objects_folder;
}

bool repo_is_shallow(struct repo *repo)
{
    /* libgit2 looks beside a linked work tree's HEAD, where the file is not. */
    g_autoptr(GByteArray) cuts = repo_shallow_ids(repo);
    return cuts->len > 0;
}

/* extensions.partialclone, or remote.<name>.promisor; names come in small letters. */
static int promises(const git_config_entry *entry, void *user)
{
    bool *found = user;
    bool named =
        g_str_equal(entry->name, "extensions.partialclone") ||
        (g_str_has_prefix(entry->name, "remote.") && g_str_has_suffix(entry->name, ".promisor"));
    if (named && g_strcmp0(entry->value, "false") != 0)
        *found = true;
    return 0;
}

bool repo_is_partial(struct repo *repo)
{
    git_config *config = NULL;
    bool found = false;
    if (git_repository_config_snapshot(&config, repo->git) < 0)
        return false;
    /* Not git_config_foreach_match: libgit2 1.5 loses memory with every pattern. */
    git_config_foreach(config, promises, &found);
    git_config_free(config);
    return found;
}

GByteArray *repo_shallow_ids(struct repo *repo)
{
    GByteArray *ids = g_byte_array_new();
    g_autofree char *path = g_build_filename(git_repository_commondir(repo->git), "shallow", NULL);
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return ids;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        git_oid id;
        if (git_oid_fromstrp(&id, g_strstrip(*line)) == 0)
            g_byte_array_append(ids, id.id, sizeof id.id);
    }
    return ids;
}

static void ref_free(gpointer pointer)
{
    struct repo_ref *ref = pointer;
    g_free(ref->name);
    g_free(ref);
}

/* Where a kind of ref stands, and how much of its name is dropped. */
static const struct {
    const char *prefix;
    bool branch;
    bool remote; /* a component with the remote's name follows */
} places[] = {
    {"refs/heads/", true, false},
    {"refs/tags/", false, false},
    {"refs/remotes/", true, true},
};

static bool place_ref(const char *full, const char **ret_name, bool *ret_branch, bool *ret_remote)
{
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if (!g_str_has_prefix(full, places[i].prefix))
            continue;
        *ret_name = full + strlen(places[i].prefix);
        *ret_branch = places[i].branch;
        *ret_remote = places[i].remote;
        if (places[i].remote) {
            const char *slash = strchr(*ret_name, '/');
            if (slash == NULL || g_str_equal(slash, "/HEAD"))
                return false;
            *ret_name = slash + 1;
        }
        return true;
    }
    return false;
}

static gint compare_refs(gconstpointer a, gconstpointer b)
{
    const struct repo_ref *left = *(struct repo_ref *const *)a,
                          *right = *(struct repo_ref *const *)b;
    return left->branch != right->branch ? (left->branch ? -1 : 1)
                                         : strcmp(left->name, right->name);
}

struct gathering {
    GPtrArray *refs;
    GHashTable *local; /* names of local branches */
    bool remotes;      /* the second pass */
};

static int gather(git_reference *reference, void *user)
{
    struct gathering *gathering = user;
    const char *name = NULL;
    bool branch = false, remote = false;
    git_reference *direct = NULL;
    bool wanted = place_ref(git_reference_name(reference), &name, &branch, &remote) &&
                  remote == gathering->remotes &&
                  !(remote && g_hash_table_contains(gathering->local, name));
    if (wanted && git_reference_resolve(&direct, reference) == 0) {
        struct repo_ref *ref = g_new0(struct repo_ref, 1);
        ref->name = g_strdup(name);
        ref->branch = branch;
        memcpy(ref->target, git_reference_target(direct)->id, sizeof ref->target);
        g_ptr_array_add(gathering->refs, ref);
        if (branch)
            g_hash_table_add(gathering->local, ref->name);
    }
    git_reference_free(direct);
    git_reference_free(reference);
    return 0;
}

GPtrArray *repo_refs(struct repo *repo, GError **error)
{
    g_autoptr(GHashTable) local = g_hash_table_new(g_str_hash, g_str_equal);
    struct gathering gathering = {g_ptr_array_new_with_free_func(ref_free), local, false};
    int answer = git_reference_foreach(repo->git, gather, &gathering);
    gathering.remotes = true;
    if (answer == 0)
        answer = git_reference_foreach(repo->git, gather, &gathering);
    if (answer == 0) {
        g_ptr_array_sort(gathering.refs, compare_refs);
        return gathering.refs;
    }
    g_ptr_array_unref(gathering.refs);
    fault_raise(error, FAULT_DATA, "%s: its refs cannot be read (%s)",
                git_repository_path(repo->git), reason());
    return NULL;
}

char *repo_head_branch(struct repo *repo)
{
    git_reference *head = NULL;
    char *name = NULL;
    if (git_reference_lookup(&head, repo->git, "HEAD") == 0 &&
        git_reference_type(head) == GIT_REFERENCE_SYMBOLIC &&
        g_str_has_prefix(git_reference_symbolic_target(head), "refs/heads/"))
        name = g_strdup(git_reference_symbolic_target(head) + strlen("refs/heads/"));
    git_reference_free(head);
    return name;
}

struct transfer {
    repo_progress progress;
    void *user;
    bool stopped;
};

static int report_transfer(const git_indexer_progress *stats, void *payload)
{
    struct transfer *transfer = payload;
    transfer->stopped =
        transfer->progress != NULL &&
        !transfer->progress(transfer->user, stats->received_objects, stats->total_objects);
    return transfer->stopped ? GIT_EUSER : 0;
}

/* HEAD follows the other side's default branch, so that "main" means the same. */
static void follow_head(git_repository *git, git_remote *remote)
{
    git_buf name = GIT_BUF_INIT;
    git_reference *head = NULL;
    if (git_remote_default_branch(&name, remote) == 0)
        git_reference_symbolic_create(&head, git, "HEAD", name.ptr, 1, NULL);
    git_reference_free(head);
    git_buf_dispose(&name);
}

static int fetch_everything(git_repository *git, const char *url, struct transfer *transfer)
{
    char heads[] = "+refs/heads/*:refs/heads/*", tags[] = "+refs/tags/*:refs/tags/*";
    char *specs[] = {heads, tags};
    const git_strarray both = {specs, G_N_ELEMENTS(specs)};
    git_fetch_options options;
    git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
    options.prune = GIT_FETCH_PRUNE;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.callbacks.transfer_progress = report_transfer;
    options.callbacks.payload = transfer;
    git_remote *remote = NULL;
    int answer = git_remote_create_anonymous(&remote, git, url);
    if (answer == 0)
        answer = git_remote_connect(remote, GIT_DIRECTION_FETCH, &options.callbacks, NULL, NULL);
    if (answer == 0)
        answer = git_remote_download(remote, &both, &options);
    if (answer == 0)
        answer = git_remote_update_tips(remote, &options.callbacks, 0,
                                        GIT_REMOTE_DOWNLOAD_TAGS_NONE, "barograph");
    if (answer == 0)
        answer = git_remote_prune(remote, &options.callbacks);
    if (answer == 0)
        follow_head(git, remote);
    git_remote_free(remote);
    return answer;
}

/* What a fetch does to branches would be the end of somebody's own work: only what was made here is
 * written to, and it carries a mark. */
static bool open_mirror(const char *path, git_repository **ret_git, GError **error)
{
    static const char mark[] = "barograph.mirror";
    git_config *config = NULL;
    int marked = 0;
    bool there = g_file_test(path, G_FILE_TEST_EXISTS);
    int answer =
        there ? git_repository_open_bare(ret_git, path) : git_repository_init(ret_git, path, 1);
    if (answer == 0)
        answer = git_repository_config(&config, *ret_git);
    if (answer == 0 && there && git_config_get_bool(&marked, config, mark) < 0)
        marked = 0;
    if (answer == 0 && !there)
        answer = git_config_set_bool(config, mark, marked = 1);
    git_config_free(config);
    if (there && marked == 0)
        return fault_raise(error, FAULT_CONFIG,
                           "%s was not made by barograph mine --fetch, which would overwrite its "
                           "branches: remove url in barograph.conf, or let path name a new folder",
                           path);
    return answer == 0 ||
           fault_raise(error, FAULT_CANTCREATE, "%s cannot be made: %s", path, reason());
}

bool repo_mirror(const char *url, const char *path, repo_progress progress, void *user,
                 GError **error)
{
    struct transfer transfer = {progress, user, false};
    git_repository *git = NULL;
    git_libgit2_init();
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    forget_user_configuration();
    bool done = open_mirror(path, &git, error);
    if (done && fetch_everything(git, url, &transfer) < 0)
        done = transfer.stopped
                   ? fault_raise(error, FAULT_INTERRUPTED,
                                 "stopped; barograph mine --fetch starts that copy again")
                   : fault_raise(error, FAULT_REMOTE, "%s could not be fetched: %s", url, reason());
    git_repository_free(git);
    git_libgit2_shutdown();
    return done;
}
