#include "desk.h"

#include "desk_fixture.h"
#include "fault.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *path_of(const struct fixture *fixture, const char *name)
{
    return g_build_filename(fixture->home, "security", name, NULL);
}

static guint mode_of(const struct fixture *fixture, const char *name)
{
    g_autofree char *path = path_of(fixture, name);
    struct stat facts;
    g_assert_cmpint(lstat(path, &facts), ==, 0);
    return facts.st_mode & 0777;
}

static void put(const struct fixture *fixture, const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(desk_write(fixture->desk, path, text, strlen(text), false, &error));
    g_assert_no_error(error);
}

static void it_is_private(struct fixture *fixture, const void *data)
{
    struct rlimit cores;
    (void)data;
    put(fixture, "xsa501.patch", "diff\n");
    g_assert_true(desk_make_folder(fixture->desk, "xsa-501", NULL));
    g_assert_cmpuint(mode_of(fixture, "."), ==, 0700);
    g_assert_cmpuint(mode_of(fixture, "advisory.db"), ==, 0600);
    g_assert_cmpuint(mode_of(fixture, "lock"), ==, 0600);
    g_assert_cmpuint(mode_of(fixture, "xsa501.patch"), ==, 0600);
    g_assert_cmpuint(mode_of(fixture, "xsa-501"), ==, 0700);
    getrlimit(RLIMIT_CORE, &cores);
    g_assert_cmpuint(cores.rlim_cur, ==, 0);
    g_assert_cmpuint(cores.rlim_max, ==, 0);
}

static void the_journal_is_private(struct fixture *fixture, const void *data)
{
    struct store *store = desk_store(fixture->desk);
    (void)data;
    g_assert_true(store_begin(store, NULL));
    struct store_statement *add = store_statement(store, "ledger_add");
    for (int i = 1; i <= 11; i++)
        store_bind_text(add, i, i == 9 ? "permit" : "", 0);
    store_bind_int(add, 1, 1);
    store_bind_int(add, 2, 1);
    store_bind_int(add, 5, 1);
    store_bind_text(add, 9, "permit", -1);
    store_bind_blob(add, 7, "d", 1);
    store_bind_blob(add, 12, "01234567890123456789012345678901", 32);
    g_assert_true(store_run(add, NULL));
    g_assert_cmpuint(mode_of(fixture, "advisory.db-journal"), ==, 0600);
    store_rollback(store);
}

/* The desk is closed and changed behind its back; what does opening it say? */
static void assert_refused(struct fixture *fixture, enum fault kind, const char *says)
{
    for (enum desk_mode mode = DESK_READ; mode <= DESK_WRITE; mode++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(desk_open(fixture->home, mode, &error));
        g_assert_error(error, FAULT_DOMAIN, (int)kind);
        if (strstr(error->message, says) == NULL)
            g_error("\"%s\" does not say \"%s\"", error->message, says);
    }
}

static void others_may_not_read_it(struct fixture *fixture, const void *data)
{
    g_autofree char *folder = path_of(fixture, ".");
    g_autofree char *record = path_of(fixture, "advisory.db");
    (void)data;
    g_clear_pointer(&fixture->desk, desk_close);
    g_chmod(folder, 0750);
    assert_refused(fixture, FAULT_PERMISSION, "chmod 700");
    g_chmod(folder, 0700);
    g_chmod(record, 0640);
    assert_refused(fixture, FAULT_PERMISSION, "chmod 600");
    g_chmod(record, 0600);
    g_autoptr(Desk) again = desk_open(fixture->home, DESK_READ, NULL);
    g_assert_nonnull(again);
}

static void links_are_not_followed(struct fixture *fixture, const void *data)
{
    g_autofree char *record = path_of(fixture, "advisory.db");
    g_autofree char *elsewhere = path_of(fixture, "elsewhere.db");
    g_autofree char *moved = g_build_filename(fixture->home, "moved", NULL);
    g_autofree char *plain = g_build_filename(fixture->home, "security", NULL);
    (void)data;
    g_clear_pointer(&fixture->desk, desk_close);
    g_assert_cmpint(g_rename(record, elsewhere), ==, 0);
    g_assert_cmpint(symlink("elsewhere.db", record), ==, 0);
    assert_refused(fixture, FAULT_PERMISSION, "link");
    g_unlink(record);
    g_assert_cmpint(g_rename(elsewhere, record), ==, 0);
    g_assert_cmpint(g_rename(plain, moved), ==, 0);
    g_assert_cmpint(symlink("moved", plain), ==, 0);
    assert_refused(fixture, FAULT_PERMISSION, "link");
}

static void drafts_are_read_without_links(struct fixture *fixture, const void *data)
{
    g_autofree char *link = path_of(fixture, "link.patch");
    g_autofree char *folder_link = path_of(fixture, "folder");
    g_autofree char *pipe = path_of(fixture, "pipe.patch");
    (void)data;
    g_assert_true(desk_make_folder(fixture->desk, "xsa-501", NULL));
    put(fixture, "xsa-501/advisory.txt", "text\n");
    g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
    g_assert_cmpint(symlink("xsa-501", folder_link), ==, 0);
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    static const struct {
        const char *path;
        enum fault kind;
    } wrong[] = {{"link.patch", FAULT_PERMISSION},       {"folder/advisory.txt", FAULT_PERMISSION},
                 {"pipe.patch", FAULT_PERMISSION},       {"xsa-501", FAULT_PERMISSION},
                 {"xsa-501/nothing.txt", FAULT_NOINPUT}, {"../barograph.conf", FAULT_PERMISSION},
                 {"/etc/passwd", FAULT_PERMISSION},      {"", FAULT_PERMISSION}};
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(desk_read(fixture->desk, wrong[i].path, 100, &error));
        g_assert_error(error, FAULT_DOMAIN, (int)wrong[i].kind);
    }
    g_autoptr(GBytes) text = desk_read(fixture->desk, "xsa-501/advisory.txt", 5, NULL);
    g_assert_cmpuint(g_bytes_get_size(text), ==, 5);
    g_assert_cmpint(memcmp(g_bytes_get_data(text, NULL), "text\n", 5), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_null(desk_read(fixture->desk, "xsa-501/advisory.txt", 4, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_assert_null(strstr(error->message, "text\n"));
}

static void nothing_is_overwritten(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    (void)data;
    put(fixture, "a.txt", "one");
    g_assert_false(desk_write(fixture->desk, "a.txt", "two", 3, false, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CANTCREATE);
    g_assert_true(desk_write(fixture->desk, "a.txt", "three", 5, true, NULL));
    g_autoptr(GBytes) text = desk_read(fixture->desk, "a.txt", 100, NULL);
    g_assert_cmpuint(g_bytes_get_size(text), ==, 5);
    g_assert_false(desk_make_folder(fixture->desk, "a.txt", NULL));
}

static void a_folder_lists_good_names(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_true(desk_make_folder(fixture->desk, "xsa-501", NULL));
    g_assert_true(desk_make_folder(fixture->desk, "xsa-501/old", NULL));
    put(fixture, "xsa-501/b.patch", "");
    put(fixture, "xsa-501/a.patch", "");
    g_autofree char *hidden = path_of(fixture, "xsa-501/.swp");
    g_autofree char *odd = path_of(fixture, "xsa-501/a b");
    g_autofree char *link = path_of(fixture, "xsa-501/c.patch");
    g_file_set_contents(hidden, "", 0, NULL);
    g_file_set_contents(odd, "", 0, NULL);
    g_assert_cmpint(symlink("a.patch", link), ==, 0);
    g_auto(GStrv) names = desk_list(fixture->desk, "xsa-501", NULL);
    g_autofree char *joined = g_strjoinv(" ", names);
    g_assert_cmpstr(joined, ==, "a.patch b.patch");
    g_autoptr(GError) error = NULL;
    g_assert_null(desk_list(fixture->desk, "xsa-999", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
}

static void names_are_checked(void)
{
    static const char *const good[] = {"a", "xsa501-4.17.patch", "0001-x_y+z.patch", "Record.conf"};
    static const char *const bad[] = {"",    ".",    "..",  ".hidden",  "-x", "a/b", "a..b",
                                      "a b", "a\nb", "a;b", "\xc3\xa4", "~a", "a*"};
    for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(desk_good_name(good[i]));
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(desk_good_name(bad[i]));
    g_autofree char *longest = g_strnfill(128, 'a');
    g_autofree char *longer = g_strnfill(129, 'a');
    g_assert_true(desk_good_name(longest));
    g_assert_false(desk_good_name(longer));
    g_assert_true(desk_good_path("xsa-501/sub/a.patch"));
    g_assert_false(desk_good_path("xsa-501//a.patch"));
    g_assert_false(desk_good_path("xsa-501/"));
    g_assert_false(desk_good_path("/a"));
}

/* The lock is a process's own, so that it takes another one to see it. */
static void one_at_a_time(struct fixture *fixture, const void *data)
{
    (void)data;
    pid_t child = fork();
    if (child == 0) {
        GError *error = NULL;
        struct desk *second = desk_open(fixture->home, DESK_WRITE, &error);
        bool busy = second == NULL && g_error_matches(error, FAULT_DOMAIN, FAULT_BUSY);
        struct desk *reader = desk_open(fixture->home, DESK_READ, NULL);
        _exit(busy && reader != NULL ? 0 : 1);
    }
    int status = 1;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_cmpint(status, ==, 0);
}

static void a_reader_makes_nothing(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *home = g_dir_make_tmp("desk-XXXXXX", NULL);
    g_assert_null(desk_open(home, DESK_READ, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_UNAVAILABLE);
    g_assert_cmpint(g_rmdir(home), ==, 0);
}

static void the_record_says_how_it_can_be_saved(struct fixture *fixture, const void *data)
{
    g_autofree char *record = path_of(fixture, "advisory.db");
    (void)data;
    g_clear_pointer(&fixture->desk, desk_close);
    g_file_set_contents(record, "This is no database, but long enough to be one.", -1, NULL);
    g_chmod(record, 0600);
    assert_refused(fixture, FAULT_DATA, "backup");
}

static void a_newer_record_is_refused(struct fixture *fixture, const void *data)
{
    (void)data;
    g_clear_pointer(&fixture->desk, desk_close);
    g_assert_cmpint(execute(fixture, "PRAGMA user_version = 99"), ==, SQLITE_OK);
    assert_refused(fixture, FAULT_DATA, "a newer barograph wrote it");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct fixture *fixture, const void *data);
    } tests[] = {
        {"/desk/private", it_is_private},
        {"/desk/journal", the_journal_is_private},
        {"/desk/others", others_may_not_read_it},
        {"/desk/links", links_are_not_followed},
        {"/desk/drafts", drafts_are_read_without_links},
        {"/desk/overwrite", nothing_is_overwritten},
        {"/desk/list", a_folder_lists_good_names},
        {"/desk/lock", one_at_a_time},
        {"/desk/backup", the_record_says_how_it_can_be_saved},
        {"/desk/newer", a_newer_record_is_refused},
    };
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, set_up, tests[i].test, tear_down);
    g_test_add_func("/desk/names", names_are_checked);
    g_test_add_func("/desk/reader", a_reader_makes_nothing);
    return g_test_run();
}
