/* What two patches must share to be the same change. Equality with git is in tests/cli. */
#include "patch_text.h"

#include <string.h>

#define HUNK "@@ -1,3 +1,3 @@ frob\n one\n-two\n+2\n three\n"
#define NAMES "--- a/dir/f.c\n+++ b/dir/f.c\n"
#define GIT "diff --git a/dir/f.c b/dir/f.c\nindex 1..2 100644\n" NAMES
#define OTHER "diff --git a/g.c b/g.c\n--- a/g.c\n+++ b/g.c\n@@ -9 +9 @@\n-a\n+b\n"

static char *id(const char *patch)
{
    /* Without the NUL behind: reading one byte too many is then caught. */
    g_autofree char *exact = g_memdup2(patch, strlen(patch));
    return patch_text_id(exact, strlen(patch));
}

static void test_same(void)
{
    static const char *const patches[] = {
        GIT HUNK,
        "From 1 Mon\nSubject: x\n\nSome words\n---\n f.c | 2 +-\n\n" GIT HUNK "-- \n2.39.5\n",
        GIT "@@ -70,3 +90,3 @@\n one\n-two\n+2\n three\n",
        GIT "@@ -1,3 +1,3 @@\n \tone\n-t w o\n+2\n three  \n",
        "diff --git a/dir/f.c b/dir/f.c\r\n--- a/dir/f.c\r\n+++ b/dir/f.c\r\n@@ -1,3 +1,3 @@\r\n "
        "one\r\n"
        "-two\r\n+2\r\n three\r\n",
        "Index: dir/f.c\n=====\n--- xen.orig/dir/f.c\t2015-01-01\n+++ "
        "xen/dir/f.c\t2015-01-02\n" HUNK,
        "diff -r 0123 dir/f.c\n--- a/dir/f.c\n+++ b/dir/f.c\n" HUNK "\n",
        GIT "@@ -1,3 +1,3 @@\n one\n-two\n\\ No newline at end of file\n+2\n three\n",
    };
    g_autofree char *first = id(patches[0]);
    g_assert_nonnull(first);
    for (gsize i = 1; i < G_N_ELEMENTS(patches); i++) {
        g_autofree char *other = id(patches[i]);
        g_test_message("patch %" G_GSIZE_FORMAT, i);
        g_assert_cmpstr(other, ==, first);
    }
}

static void test_different(void)
{
    static const char *const patches[] = {
        GIT HUNK,
        GIT "@@ -1,3 +1,3 @@\n one\n-two\n+3\n three\n",
        "diff --git a/dir/e.c b/dir/e.c\n--- a/dir/e.c\n+++ b/dir/e.c\n" HUNK,
        "--- a/dir/e.c.orig\n+++ b/dir/h.c\n" HUNK,
        GIT HUNK "@@ -9 +9 @@\n-a\n+b\n",
        GIT HUNK OTHER,
        "diff --git a/dir/f.c b/dir/f.c\nold mode 100644\nnew mode 100755\n" NAMES HUNK,
    };
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(patches); i++) {
        char *one = id(patches[i]);
        g_assert_nonnull(one);
        g_assert_true(g_hash_table_add(seen, one));
    }
}

static void test_order(void)
{
    g_autofree char *one = id(GIT HUNK OTHER), *two = id(OTHER GIT HUNK);
    g_assert_cmpstr(one, ==, two);
}

/* A context line whose only blank was lost on the way. */
static void test_lost_blank(void)
{
    g_autofree char *kept = id(GIT "@@ -1,2 +1,3 @@\n one\n \n+2\n"),
                    *lost = id(GIT "@@ -1,2 +1,3 @@\n one\n\n+2\n");
    g_assert_nonnull(kept);
    g_assert_cmpstr(kept, ==, lost);
}

/* Where a change could hide behind the same identity there is none. */
static void test_none(void)
{
    static const char *const patches[] = {
        "",
        "words\n",
        "\n",
        GIT,
        GIT "@@ -1,3 +1,3 @@\n one\n-two\n",
        GIT "@@ -1,3 +1,3 @@\n one\nfrob\n",
        GIT "@@ -1,3 +1,999999999999999999999 @@\n one\n",
        GIT "@@ -1 +x @@\n-a\n+b\n",
        GIT "@@ -1 @@\n-a\n+b\n",
        GIT HUNK "words\n@@ -9 +9 @@\n-a\n+b\n",
        "--- a/g.c\n+++ b/g.c\n@@ -9 +9 @@\n-a\n+b\n" GIT HUNK,
        NAMES HUNK "words\n@@ -9 +9 @@\n-a\n+b\n",
        "--- /dev/null\n+++ /dev/null\n" HUNK,
        "diff --git a/p b/p\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZ\n",
        "diff --git a/p b/p\nBinary files a/p and b/p differ\n",
        GIT HUNK "diff --git a/p b/p\nBinary files a/p and b/p differ\n",
        "--- a/dir/f.c\n",
        "--- a/dir/f.c\n+++ b/dir/f.c\n",
        "--- a/dir/f.c\n+++ b/dir/f.c\n@@ -",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(patches); i++) {
        g_autofree char *none = id(patches[i]);
        /* Headers without hunks change nothing, and git has an identity for them. */
        if (strcmp(patches[i], GIT) != 0)
            g_assert_null(none);
    }
}

static void test_huge(void)
{
    g_autoptr(GString) patch = g_string_new(GIT "@@ -0,0 +1,3000000 @@\n");
    for (int i = 0; i < 3000000; i++)
        g_string_append(patch, "+\n");
    g_autofree char *whole = patch_text_id(patch->str, patch->len);
    g_assert_nonnull(whole);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/patch_text/same", test_same);
    g_test_add_func("/patch_text/different", test_different);
    g_test_add_func("/patch_text/order", test_order);
    g_test_add_func("/patch_text/lost-blank", test_lost_blank);
    g_test_add_func("/patch_text/none", test_none);
    g_test_add_func("/patch_text/huge", test_huge);
    return g_test_run();
}
