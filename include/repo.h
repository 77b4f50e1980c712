/* A git repository: what it is, its refs, its mirror. Objects are read through objects.h.
 *
 * The user's and the system's git configuration are not read: the same repository gives the same
 * answers to everybody. */
#ifndef REPO_H
#define REPO_H

#include <glib.h>
#include <stdbool.h>

struct repo;

struct repo_ref {
    char *name;        /* without refs/heads/, refs/remotes/<remote>/ or refs/tags/ */
    bool branch;       /* else a tag */
    guint8 target[20]; /* a commit, or an annotated tag */
};

/* `foreign` reads a repository that belongs to another user. FAULT_NOINPUT: not there, not a
 * repository; FAULT_PERMISSION: somebody else's (says how to allow it); FAULT_DATA: SHA-256 ids, or
 * an extension that this program does not know. `name` is for the sentences. */
struct repo *repo_open(const char *name, const char *path, bool foreign, GError **error);
void repo_close(struct repo *repo);
typedef struct repo Repo;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Repo, repo_close)

/* For the other files of port/: libgit2's handle, borrowed. */
struct git_repository;
struct git_repository *repo_git(struct repo *repo);

/* The folder for objects_open. */
const char *repo_objects_folder(const struct repo *repo);
/* History is cut at some commits, or blobs are left on the server. */
bool repo_is_shallow(struct repo *repo);
bool repo_is_partial(struct repo *repo);
/* The commits at which a shallow history is cut: 20-byte ids one after another. */
GByteArray *repo_shallow_ids(struct repo *repo);

/* Branches and tags, ordered by kind and name, as struct repo_ref *. A remote-tracking branch
 * counts under its own name where no local branch has that name. Other refs (pull requests, notes)
 * are left out. */
GPtrArray *repo_refs(struct repo *repo, GError **error);
/* The branch that HEAD names, or NULL. */
char *repo_head_branch(struct repo *repo);

/* Makes `path` (a bare repository, created when needed) an exact copy of the branches and tags at
 * `url`. What it did not make itself it does not touch: FAULT_CONFIG. FAULT_REMOTE. `progress` (may
 * be NULL) is told objects received and objects in all; false ends it: FAULT_INTERRUPTED. */
typedef bool (*repo_progress)(void *user, guint64 received, guint64 total);
bool repo_mirror(const char *url, const char *path, repo_progress progress, void *user,
                 GError **error);

#endif
