#include "lock.h"

#include "fault.h"

#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

static char *folder;

static char *new_path(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

/* What another process gets: 0 the lock, else the kind of error. */
static int ask_in_a_child(const char *path)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0) {
        GError *error = NULL;
        int lock = -1;
        _exit(lock_take(path, "mine", &lock, &error) ? 0 : fault_exit_status(error));
    }
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    return WEXITSTATUS(status);
}

static void one_at_a_time(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = new_path("one");
    int lock = -1;
    g_assert_true(lock_take(path, "mine", &lock, &error));
    g_assert_no_error(error);
    g_assert_cmpint(ask_in_a_child(path), ==, fault_status(FAULT_BUSY));
    lock_give(lock);
    g_assert_cmpint(ask_in_a_child(path), ==, 0);
}

/* A child of a killed process, not yet gone, does not hold it. */
static void not_inherited(void)
{
    g_autofree char *path = new_path("inherited");
    int ready[2];
    char byte = 0;
    g_assert_cmpint(pipe(ready), ==, 0);
    pid_t holder = fork();
    if (holder == 0) {
        int lock = -1;
        if (!lock_take(path, "mine", &lock, NULL))
            _exit(1);
        if (fork() == 0) {
            g_assert_cmpint(write(ready[1], "x", 1), ==, 1);
            g_usleep(2 * G_USEC_PER_SEC);
            _exit(0);
        }
        g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
        _exit(0);
    }
    g_assert_cmpint(waitpid(holder, NULL, 0), ==, holder);
    g_assert_cmpint(ask_in_a_child(path), ==, 0);
    close(ready[0]);
    close(ready[1]);
}

static void where_none_can_be_made(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = new_path("no/such/folder");
    int lock = -1;
    g_assert_false(lock_take(path, "mine", &lock, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CANTCREATE);
    lock_give(lock);
}

static void not_through_a_link(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = new_path("link");
    g_autofree char *target = new_path("target");
    int lock = -1;
    g_assert_cmpint(symlink(target, path), ==, 0);
    g_assert_false(lock_take(path, "mine", &lock, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CANTCREATE);
    g_assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
    g_unlink(path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("lock-XXXXXX", NULL);
    g_test_add_func("/lock/one-at-a-time", one_at_a_time);
    g_test_add_func("/lock/not-inherited", not_inherited);
    g_test_add_func("/lock/where-none-can-be-made", where_none_can_be_made);
    g_test_add_func("/lock/not-through-a-link", not_through_a_link);
    int result = g_test_run();
    static const char *const names[] = {"one", "inherited"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = new_path(names[i]);
        g_unlink(path);
    }
    g_rmdir(folder);
    g_free(folder);
    return result;
}
