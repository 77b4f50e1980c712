#include "patch.h"

#include "fault.h"

#include <git2.h>
#include <string.h>

/* The two trees of a commit, and what lies between them. */
struct change {
    git_commit *commit, *parent;
    git_tree *before, *after;
    git_diff *diff;
};

static int find_trees(struct change *change, git_repository *git, const guint8 id[20])
{
    git_oid oid;
    git_oid_fromraw(&oid, id);
    int answer = git_commit_lookup(&change->commit, git, &oid);
    if (answer == 0)
        answer = git_commit_tree(&change->after, change->commit);
    if (answer < 0 || git_commit_parentcount(change->commit) == 0)
        return answer;
    answer = git_commit_parent(&change->parent, change->commit, 0);
    return answer < 0 ? answer : git_commit_tree(&change->before, change->parent);
}

static int compare(struct change *change, git_repository *git)
{
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags |= GIT_DIFF_INDENT_HEURISTIC; /* as git does */
    return git_diff_tree_to_tree(&change->diff, git, change->before, change->after, &options);
}

static int take_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                     const git_diff_line *line, void *user)
{
    const char *path = delta->new_file.path != NULL ? delta->new_file.path : delta->old_file.path;
    (void)hunk;
    if (line->origin == GIT_DIFF_LINE_ADDITION || line->origin == GIT_DIFF_LINE_DELETION)
        patch_lines_add(user, path, line->origin, line->content, line->content_len);
    return 0;
}

static void change_clear(struct change *change)
{
    git_diff_free(change->diff);
    git_tree_free(change->before);
    git_tree_free(change->after);
    git_commit_free(change->parent);
    git_commit_free(change->commit);
}

static bool refuse(git_repository *git, const guint8 commit[20], GError **error)
{
    git_oid id;
    const git_error *last = git_error_last();
    char hex[GIT_OID_HEXSZ + 1];
    git_oid_fromraw(&id, commit);
    git_oid_tostr(hex, sizeof hex, &id);
    return fault_raise(error, FAULT_DATA,
                       "%s: commit %.12s cannot be compared with its parent (%s): check the "
                       "repository with git fsck",
                       git_repository_path(git), hex,
                       last == NULL || last->message == NULL ? "no reason given" : last->message);
}

bool patch_identity(struct repo *repo, const guint8 commit[20], guint8 ret_identity[20],
                    GError **error)
{
    struct change change = {0};
    git_oid identity;
    git_repository *git = repo_git(repo);
    int answer = find_trees(&change, git, commit);
    if (answer == 0)
        answer = compare(&change, git);
    if (answer == 0)
        answer = git_diff_patchid(&identity, change.diff, NULL);
    change_clear(&change);
    if (answer < 0)
        return refuse(git, commit, error);
    memcpy(ret_identity, identity.id, sizeof identity.id);
    return true;
}

bool patch_read_lines(struct repo *repo, const guint8 commit[20], struct patch_lines *ret_lines,
                      GError **error)
{
    struct change change = {0};
    struct patch_lines lines = {0};
    git_repository *git = repo_git(repo);
    int answer = find_trees(&change, git, commit);
    if (answer == 0)
        answer = compare(&change, git);
    if (answer == 0)
        answer = git_diff_foreach(change.diff, NULL, NULL, NULL, take_line, &lines);
    change_clear(&change);
    if (answer < 0)
        return refuse(git, commit, error);
    *ret_lines = lines;
    return true;
}
