#include "changes.h"

#include <git2.h>
#include <glib/gstdio.h>
#include <string.h>

static char *folder;
static git_odb *odb;
static struct objects *objects;

struct id {
    guint8 bytes[20];
};

static struct id write_object(const void *bytes, gsize length, git_object_t type)
{
    git_oid oid;
    struct id id;
    g_assert_cmpint(git_odb_write(&oid, odb, bytes, length, type), ==, 0);
    memcpy(id.bytes, oid.id, sizeof id.bytes);
    return id;
}

static struct id blob(const char *text)
{
    return write_object(text, strlen(text), GIT_OBJECT_BLOB);
}

struct item {
    const char *mode;
    const char *name;
    struct id id;
};

/* As given: no order is made. */
static struct id tree(gsize count, const struct item *items)
{
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (gsize i = 0; i < count; i++) {
        g_autofree char *head = g_strdup_printf("%s %s", items[i].mode, items[i].name);
        g_byte_array_append(bytes, (const guint8 *)head, (guint)strlen(head) + 1);
        g_byte_array_append(bytes, items[i].id.bytes, 20);
    }
    return write_object(bytes->data, bytes->len, GIT_OBJECT_TREE);
}

#define TREE(...)                                                                                  \
    tree(sizeof((struct item[]){__VA_ARGS__}) / sizeof(struct item), (struct item[]){__VA_ARGS__})

/* "100644>100755 path" a line. */
static void see(void *user, const char *path, gsize length, const struct tree_side *old,
                const struct tree_side *new)
{
    g_assert_cmpuint(strlen(path), ==, length);
    g_string_append_printf(user, "%o>%o %s\n", old->mode, new->mode, path);
}

static void see_broken(void *user, const guint8 id[20], const char *path, enum object_state state)
{
    (void)id;
    g_string_append_printf(user, "%s %s\n", state == OBJECT_MISSING ? "missing" : "corrupt", path);
}

static void check(const struct id *old, const struct id *new, const char *expected)
{
    g_autoptr(Changes) changes = changes_new(objects);
    for (int i = 0; i < 2; i++) { /* the second time from what is kept */
        GString *text = g_string_new(NULL);
        changes_between(changes, old == NULL ? NULL : old->bytes, new->bytes, see, see_broken,
                        text);
        g_assert_cmpstr(text->str, ==, expected);
        g_string_free(text, TRUE);
    }
}

static void files(void)
{
    struct id one = blob("1"), two = blob("2");
    struct id old = TREE({"100644", "a", one}, {"100644", "b", one}, {"100644", "c", one});
    struct id new = TREE({"100644", "a", two}, {"100755", "b", one}, {"100644", "d", one});
    check(NULL, &old, "0>100644 a\n0>100644 b\n0>100644 c\n");
    check(&old, &old, "");
    check(&old, &new, "100644>100644 a\n100644>100755 b\n100644>0 c\n0>100644 d\n");
}

static void odd_modes(void)
{
    struct id one = blob("1");
    struct id old = TREE({"100644", "a", one}, {"100664", "b", one}, {"100775", "c", one});
    struct id new = TREE({"120000", "a", one}, {"100644", "b", one}, {"160000", "c", one});
    check(&old, &new, "100644>120000 a\n100755>160000 c\n");
}

/* A folder sorts as if its name ended in a slash: a-b, a.c, a/x, a0. */
static void folders(void)
{
    struct id one = blob("1"), two = blob("2");
    struct id inner = TREE({"100644", "x", one}), other = TREE({"100644", "x", two});
    struct id file = TREE({"100644", "a", one}, {"100644", "a-b", one}, {"100644", "a0", one});
    struct id old = TREE({"100644", "a-b", one}, {"100644", "a.c", one}, {"40000", "a", inner},
                         {"100644", "a0", one});
    struct id new = TREE({"100644", "a-b", one}, {"100644", "a.c", two}, {"40000", "a", other},
                         {"100644", "a0", two});
    check(&old, &new, "100644>100644 a.c\n100644>100644 a/x\n100644>100644 a0\n");
    check(&file, &old, "100644>0 a\n0>100644 a.c\n0>100644 a/x\n");
    check(&old, &file, "0>100644 a\n100644>0 a.c\n100644>0 a/x\n");
}

static void broken_trees(void)
{
    struct id one = blob("1"), gone = {{1, 2, 3}};
    struct id inner = TREE({"100644", "x", one});
    struct id old = TREE({"100644", "a", one}, {"40000", "d", inner});
    struct id lost = TREE({"100644", "b", one}, {"40000", "d", gone});
    struct id wrong = TREE({"100644", "b", one}, {"40000", "d", one});
    check(&old, &lost, "100644>0 a\n0>100644 b\nmissing d/\n");
    check(&old, &wrong, "100644>0 a\n0>100644 b\ncorrupt d/\n");
    check(&old, &gone, "missing \n");
    check(&gone, &old, "missing \n");
    check(NULL, &one, "corrupt \n");
}

/* Whatever the bytes are, reading ends within them. */
static void cut_trees(void)
{
    static const char bytes[] = "100644 a\0"
                                "12345678901234567890"
                                "100644 b\0"
                                "1234567890123456789";
    static const char *const expected[] = {"", "0>100644 a\n"};
    for (gsize length = 0; length < sizeof bytes; length++) {
        struct id id = write_object(bytes, length, GIT_OBJECT_TREE);
        check(NULL, &id, expected[length >= 29]);
    }
}

static void one_entry(void)
{
    struct id one = blob("1"), two = blob("2");
    struct id root = TREE({"100644", ".mailmap", one}, {"100644", ".mailmap2", two});
    struct tree_side side = {.mode = 0};
    g_assert_true(changes_find(objects, root.bytes, ".mailmap2", &side));
    g_assert_cmpint(memcmp(side.id, two.bytes, 20), ==, 0);
    g_assert_true(changes_find(objects, root.bytes, ".mailmap", &side));
    g_assert_cmpint(memcmp(side.id, one.bytes, 20), ==, 0);
    g_assert_false(changes_find(objects, root.bytes, ".mail", &side));
    g_assert_false(changes_find(objects, one.bytes, ".mailmap", &side));
}

static int remove_all(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name = g_dir_read_name(dir); name != NULL; name = g_dir_read_name(dir)) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        if (g_file_test(child, G_FILE_TEST_IS_DIR))
            remove_all(child);
        else
            g_unlink(child);
    }
    return g_rmdir(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("changes-XXXXXX", NULL);
    git_libgit2_init();
    g_assert_cmpint(git_odb_open(&odb, folder), ==, 0);
    objects = objects_open(folder, NULL);
    g_assert_nonnull(objects);
    g_test_add_func("/changes/files", files);
    g_test_add_func("/changes/odd-modes", odd_modes);
    g_test_add_func("/changes/folders", folders);
    g_test_add_func("/changes/broken-trees", broken_trees);
    g_test_add_func("/changes/cut-trees", cut_trees);
    g_test_add_func("/changes/one-entry", one_entry);
    int result = g_test_run();
    objects_close(objects);
    git_odb_free(odb);
    git_libgit2_shutdown();
    remove_all(folder);
    g_free(folder);
    return result;
}
