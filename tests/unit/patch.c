#include "patch.h"

#include "commit.h"
#include "fault.h"

#include <glib/gstdio.h>
#include <string.h>

static char *folder;
static struct repo *repo;

/* What a shell command prints in the repository, without its last line feed. */
static char *shell(const char *command)
{
    const char *argv[] = {"sh", "-ec", command, NULL};
    g_auto(GStrv) environment = g_get_environ();
    static const char *const names[][2] = {
        {"GIT_CONFIG_GLOBAL", "/dev/null"},
        {"GIT_CONFIG_SYSTEM", "/dev/null"},
        {"GIT_AUTHOR_NAME", "Ann"},
        {"GIT_AUTHOR_EMAIL", "ann@one.example"},
        {"GIT_COMMITTER_NAME", "Ann"},
        {"GIT_COMMITTER_EMAIL", "ann@one.example"},
        {"GIT_AUTHOR_DATE", "2010-01-01T00:00:00Z"},
        {"GIT_COMMITTER_DATE", "2010-01-01T00:00:00Z"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        environment = g_environ_setenv(environment, names[i][0], names[i][1], TRUE);
    char *out = NULL;
    int status = 0;
    g_autoptr(GError) error = NULL;
    g_spawn_sync(folder, (char **)(guintptr)argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL,
                 &out, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_true(g_spawn_check_wait_status(status, NULL));
    return g_strchomp(out);
}

/* Commits of many kinds, each on the one before; the last two on branches of their own. */
static const char script[] =
    "git init -q -b main .\n"
    "c() { git add -A; git commit -q --allow-empty -m \"$1\"; git tag \"$1\"; }\n"
    "seq 1 40 > a; seq 100 120 > b; c root\n"
    "sed -i 's/^7$/seven/; s/^30$/thirty/' a; c changed\n"
    "printf 'new\\nfile\\n' > c; c added\n"
    "printf 'no end' > d; c endless\n"
    "rm b; c deleted\n"
    "git mv c e; c moved\n"
    "chmod +x a; c mode\n"
    "c empty\n"
    "printf '#include <a.h>\\n\\nint one(void)\\n{\\n    return 1;\\n}\\n' > f.c; c function\n"
    "printf '#include <a.h>\\n\\nint zero(void)\\n{\\n    return 0;\\n}\\n\\nint one(void)\\n{\\n"
    "    return 1;\\n}\\n' > f.c; c before\n"
    "git checkout -q -b line added; sed -i 's/^1$/1\\n1.5/' a; c moved-down\n"
    "sed -i 's/^20$/twenty/' a; c backport\n"
    "git checkout -q main; sed -i 's/^20$/twenty/' a; c original\n"
    "sed -i 's/^20$/ twenty/; s/^twenty$/twenty /' a; c blanks\n";

static void identity_of(const char *name, char ret_hex[41])
{
    g_autoptr(GError) error = NULL;
    guint8 id[20], identity[20];
    g_autofree char *command = g_strdup_printf("git rev-parse %s^{commit}", name);
    g_autofree char *hex = shell(command);
    g_assert_true(id_from_hex(hex, id));
    g_assert_true(patch_identity(repo, id, identity, &error));
    g_assert_no_error(error);
    id_to_hex(identity, ret_hex);
}

static void it_is_gits(void)
{
    static const char *const names[] = {"root",    "changed",  "added",    "endless",
                                        "deleted", "moved",    "mode",     "function",
                                        "before",  "backport", "original", "moved-down"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        char own[41];
        identity_of(names[i], own);
        g_autofree char *command = g_strdup_printf(
            "git diff-tree -p --root --no-renames %s | git patch-id --stable | cut -d' ' -f1",
            names[i]);
        g_autofree char *expected = shell(command);
        g_test_message("%s", names[i]);
        g_assert_cmpstr(own, ==, expected);
    }
}

static void the_place_does_not_count(void)
{
    char original[41], backport[41], other[41];
    identity_of("original", original);
    identity_of("backport", backport);
    identity_of("changed", other);
    g_assert_cmpstr(original, ==, backport);
    g_assert_cmpstr(original, !=, other);
}

static void nothing_has_one(void)
{
    char empty[41];
    identity_of("empty", empty);
    g_assert_cmpstr(empty, ==, "da39a3ee5e6b4b0d3255bfef95601890afd80709"); /* SHA-1 of nothing */
}

static void a_lost_commit(void)
{
    g_autoptr(GError) error = NULL;
    guint8 id[20] = {0xab, 0xcd, 0xef}, identity[20];
    g_assert_false(patch_identity(repo, id, identity, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_assert_nonnull(strstr(error->message, "abcdef000000"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("patch-XXXXXX", NULL);
    g_free(shell(script));
    repo = repo_open("test", folder, false, NULL);
    g_assert_nonnull(repo);
    g_test_add_func("/patch/it-is-gits", it_is_gits);
    g_test_add_func("/patch/the-place-does-not-count", the_place_does_not_count);
    g_test_add_func("/patch/nothing-has-one", nothing_has_one);
    g_test_add_func("/patch/a-lost-commit", a_lost_commit);
    int result = g_test_run();
    repo_close(repo);
    const char *argv_remove[] = {"rm", "-rf", folder, NULL};
    g_spawn_sync(NULL, (char **)(guintptr)argv_remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                 NULL, NULL, NULL);
    g_free(folder);
    return result;
}
