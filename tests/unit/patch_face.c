/* What makes two changes the same by their lines alone, and what does not. */
#include "casefile.h"

#include <string.h>

#define GIT "diff --git a/d/f.c b/d/f.c\nindex 1..2 100644\n--- a/d/f.c\n+++ b/d/f.c\n"
#define HUNK "@@ -1,3 +1,4 @@\n one\n-two\n+2\n+22\n three\n"

static struct patch_face *face(const char *text)
{
    g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
    return casefile_face(bytes);
}

static void same_lines(void)
{
    static const char *const alike[] = {
        GIT "@@ -90,3 +70,4 @@ frob\n other\n-two\n+2\n+22\n context\n",
        GIT "@@ -1,3 +1,4 @@\n one\n+22\n-\ttwo \n+ 2\n three\n",
        "Index: d/f.c\n===\n--- x.orig/d/f.c\t2015-01-01\n+++ x/d/f.c\t2015-01-02\n" HUNK,
        GIT "@@ -1,3 +1,5 @@\n one\n-two\n+2\n+22\n+  \n three\n",
    };
    static const char *const others[] = {
        GIT "@@ -1,3 +1,4 @@\n one\n-two\n+2\n+23\n three\n",
        GIT "@@ -1,2 +1,4 @@\n one\n+2\n+22\n three\n",
        "--- a/d/g.c\n+++ b/d/g.c\n" HUNK,
        GIT "@@ -1,4 +1,3 @@\n one\n-2\n-22\n+two\n three\n",
    };
    g_autoptr(PatchFace) first = face(GIT HUNK);
    g_assert_nonnull(first);
    g_assert_cmpuint(first->lines.count, ==, 3);
    for (gsize i = 0; i < G_N_ELEMENTS(alike); i++) {
        g_autoptr(PatchFace) other = face(alike[i]);
        g_test_message("alike %" G_GSIZE_FORMAT, i);
        g_assert_true(patch_lines_equal(&first->lines, &other->lines));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(PatchFace) other = face(others[i]);
        g_test_message("other %" G_GSIZE_FORMAT, i);
        g_assert_false(patch_lines_equal(&first->lines, &other->lines));
    }
}

static void files(void)
{
    g_autoptr(PatchFace) one = face(GIT HUNK "@@ -9 +10 @@\n-x\n+y\n");
    g_assert_cmpuint(one->files->len, ==, 1);
    const struct patch_face_file *file = &g_array_index(one->files, struct patch_face_file, 0);
    g_assert_cmpstr(file->path, ==, "d/f.c");
    g_assert_cmpuint(file->added, ==, 3);
    g_assert_cmpuint(file->deleted, ==, 2);
    patch_face_add_file(one, "d/f.c", 1, 2);
    patch_face_add_file(one, "d/g.c", 0, 1);
    g_assert_cmpuint(one->files->len, ==, 2);
    g_assert_cmpuint(g_array_index(one->files, struct patch_face_file, 0).added, ==, 4);
}

static void no_face(void)
{
    static const char *const texts[] = {
        "",
        "prose\n",
        GIT "@@ -1,9 +1,9 @@\n one\n",
        "diff --git a/f b/f\nindex 1..2 100644\nBinary files a/f and b/f differ\n",
        "diff --git a/f b/g\nsimilarity index 90%\nrename from f\nrename to g\n",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("text %" G_GSIZE_FORMAT, i);
        g_assert_null(face(texts[i]));
    }
}

/* The sum does not depend on the order, and an empty sum is equal to nothing added. */
static void sums(void)
{
    struct patch_lines one = {0}, other = {0};
    patch_lines_add(&one, "f", '+', "a", 1);
    patch_lines_add(&one, "f", '-', "b", 1);
    patch_lines_add(&other, "f", '-', " b\r\n", 4);
    g_assert_false(patch_lines_equal(&one, &other));
    patch_lines_add(&other, "f", '+', "a\n", 2);
    g_assert_true(patch_lines_equal(&one, &other));
    patch_lines_add(&other, "f", '+', "\t\n", 2);
    g_assert_true(patch_lines_equal(&one, &other));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/patch_face/same", same_lines);
    g_test_add_func("/patch_face/files", files);
    g_test_add_func("/patch_face/none", no_face);
    g_test_add_func("/patch_face/sums", sums);
    return g_test_run();
}
