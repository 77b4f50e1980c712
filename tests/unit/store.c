#include "store.h"

#include "fault.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

static char *folder, *path;

static struct store *open_store(enum store_mode mode)
{
    g_autoptr(GError) error = NULL;
    struct store *store = store_open(path, "history", mode, &error);
    g_assert_no_error(error);
    return store;
}

static void refuses(enum store_mode mode, enum fault kind)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(store_open(path, "history", mode, &error));
    g_assert_error(error, FAULT_DOMAIN, (int)kind);
    g_assert_nonnull(strstr(error->message, path));
}

static void clear(void)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_autofree char *file = g_strconcat(path, tails[i], NULL);
        g_unlink(file);
    }
}

/* Behind the store's back. */
static void tamper(const char *sql)
{
    sqlite3 *db = NULL;
    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
    sqlite3_close(db);
}

/* How many of the names that the tests give are there. */
static gint64 count_repositories(struct store *store)
{
    static const char *const names[] = {"one", "two"};
    gint64 count = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;
        gint64 id = 0;
        bool row = false;
        struct store_statement *find = store_statement(store, "mine_repository");
        store_bind_text(find, 1, names[i], -1);
        g_assert_true(store_single(find, &row, &id, &error));
        count += row;
    }
    return count;
}

static void add_repository(struct store *store, const char *name)
{
    g_autoptr(GError) error = NULL;
    struct store_statement *add = store_statement(store, "mine_add_repository");
    store_bind_text(add, 1, name, -1);
    store_bind_text(add, 2, "nowhere", -1);
    g_assert_true(store_run(add, &error));
    g_assert_no_error(error);
}

static void absent(void)
{
    clear();
    refuses(STORE_READ, FAULT_UNAVAILABLE);
    g_assert_true(g_file_set_contents(path, "", 0, NULL));
    refuses(STORE_READ, FAULT_UNAVAILABLE);
    g_autoptr(Store) store = open_store(STORE_WRITE);
    g_assert_cmpint(count_repositories(store), ==, 0);
}

/* As a run leaves it that was killed before its first transaction was through. */
static void begun_only(void)
{
    clear();
    tamper("PRAGMA journal_mode = WAL");
    refuses(STORE_READ, FAULT_UNAVAILABLE);
    g_autoptr(Store) store = open_store(STORE_WRITE);
    g_assert_cmpint(count_repositories(store), ==, 0);
}

static void schema_once(void)
{
    clear();
    store_close(open_store(STORE_WRITE));
    store_close(open_store(STORE_WRITE));
    store_close(open_store(STORE_READ));
}

static void of_others(void)
{
    clear();
    tamper("CREATE TABLE own (x)");
    refuses(STORE_WRITE, FAULT_DATA);
    refuses(STORE_READ, FAULT_DATA);
    g_assert_true(
        g_file_set_contents(path, "garbage, and enough of it to be read as a head", -1, NULL));
    refuses(STORE_WRITE, FAULT_DATA);
    refuses(STORE_READ, FAULT_DATA);
}

static void newer_and_older(void)
{
    clear();
    store_close(open_store(STORE_WRITE));
    tamper("PRAGMA user_version = 99");
    refuses(STORE_WRITE, FAULT_DATA);
    refuses(STORE_READ, FAULT_DATA);
    tamper("PRAGMA user_version = 0");
    refuses(STORE_READ, FAULT_UNAVAILABLE);
}

static void transactions(void)
{
    g_autoptr(GError) error = NULL;
    clear();
    g_autoptr(Store) store = open_store(STORE_WRITE);
    g_autoptr(Store) reader = open_store(STORE_READ);
    store_rollback(store); /* none is open */
    g_assert_true(store_begin(store, &error));
    add_repository(store, "one");
    g_assert_cmpint(store_last_id(store), ==, 1);
    g_assert_cmpint(store_changed(store), ==, 1);
    g_assert_cmpint(count_repositories(reader), ==, 0);
    store_rollback(store);
    g_assert_cmpint(count_repositories(store), ==, 0);
    g_assert_true(store_begin(store, &error));
    add_repository(store, "two");
    g_assert_true(store_commit(store, &error));
    g_assert_cmpint(count_repositories(reader), ==, 1);
    g_assert_no_error(error);
}

static void views_are_shared(void)
{
    clear();
    g_autoptr(Store) store = open_store(STORE_WRITE);
    g_autoptr(Store) reader = open_store(STORE_READ);
    g_assert_true(store_begin(reader, NULL));
    g_assert_true(store_begin(reader, NULL));
    g_assert_cmpint(count_repositories(reader), ==, 0);
    add_repository(store, "one");
    store_rollback(reader);
    g_assert_cmpint(count_repositories(reader), ==, 0);
    store_rollback(reader);
    g_assert_cmpint(count_repositories(reader), ==, 1);
}

static void a_store_closed_in_a_transaction(void)
{
    clear();
    struct store *store = open_store(STORE_WRITE);
    g_assert_true(store_begin(store, NULL));
    add_repository(store, "one");
    store_close(store);
    g_autoptr(Store) reader = open_store(STORE_READ);
    g_assert_cmpint(count_repositories(reader), ==, 0);
}

static void readers_cannot_write(void)
{
    g_autoptr(GError) error = NULL;
    clear();
    store_close(open_store(STORE_WRITE));
    g_autoptr(Store) reader = open_store(STORE_READ);
    struct store_statement *add = store_statement(reader, "mine_add_repository");
    store_bind_text(add, 1, "one", -1);
    store_bind_text(add, 2, "nowhere", -1);
    g_assert_false(store_run(add, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_PERMISSION);
}

static void values(void)
{
    g_autoptr(GError) error = NULL;
    bool row = false;
    gint64 id = 0;
    clear();
    g_autoptr(Store) store = open_store(STORE_WRITE);
    add_repository(store, "\xff not UTF-8");
    struct store_statement *find = store_statement(store, "mine_repository");
    g_assert_cmpint(store_columns(find), ==, 2);
    g_assert_cmpstr(store_column_name(find, 0), ==, "id");
    store_bind_text(find, 1, "\xff not UTF-8 and more", 11);
    g_assert_true(store_single(find, &row, &id, &error));
    g_assert_true(row);
    g_assert_cmpint(id, ==, 1);
    store_bind_text(store_statement(store, "mine_repository"), 1, "other", -1);
    g_assert_true(store_single(find, &row, &id, &error));
    g_assert_false(row);
    g_assert_cmpint(id, ==, 1);
    /* Bindings do not outlive the naming of a statement. */
    g_assert_true(store_step(store_statement(store, "mine_facts"), &row, &error));
    g_assert_false(row);
    g_assert_no_error(error);
}

static void a_statement_nobody_wrote(void)
{
    if (g_test_subprocess()) {
        clear();
        store_statement(open_store(STORE_WRITE), "no_such_statement");
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*no_such_statement*");
}

static void a_table_that_is_gone(void)
{
    g_autoptr(GError) error = NULL;
    bool row = false;
    clear();
    store_close(open_store(STORE_WRITE));
    tamper("DROP TABLE paths");
    g_autoptr(Store) store = open_store(STORE_WRITE);
    for (int i = 0; i < 2; i++) {
        g_autoptr(GError) again = NULL;
        struct store_statement *find = store_statement(store, "mine_find_path");
        store_bind_text(find, 1, "x", -1);
        g_assert_false(store_step(find, &row, &again));
        g_assert_error(again, FAULT_DOMAIN, FAULT_DATA);
    }
    g_assert_no_error(error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("store-XXXXXX", NULL);
    path = g_build_filename(folder, "history.db", NULL);
    g_test_add_func("/store/absent", absent);
    g_test_add_func("/store/begun-only", begun_only);
    g_test_add_func("/store/schema-once", schema_once);
    g_test_add_func("/store/of-others", of_others);
    g_test_add_func("/store/newer-and-older", newer_and_older);
    g_test_add_func("/store/transactions", transactions);
    g_test_add_func("/store/views-are-shared", views_are_shared);
    g_test_add_func("/store/closed-in-a-transaction", a_store_closed_in_a_transaction);
    g_test_add_func("/store/readers-cannot-write", readers_cannot_write);
    g_test_add_func("/store/values", values);
    g_test_add_func("/store/a-statement-nobody-wrote", a_statement_nobody_wrote);
    g_test_add_func("/store/a-table-that-is-gone", a_table_that_is_gone);
    int result = g_test_run();
    clear();
    g_rmdir(folder);
    g_free(path);
    g_free(folder);
    return result;
}
