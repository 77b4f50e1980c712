#include "shelf.h"

#include <sqlite3.h>

static sqlite3 *db;
static struct shelf *shelf;

/* Rows 1, 2, 4, 5: 10 times the number, and NULL in the row of 4. */
static void fill(void)
{
    static const gint64 rows[][2] = {{1, 10}, {2, 20}, {4, SHELF_NULL}, {5, 50}};
    g_assert_cmpint(sqlite3_open(":memory:", &db), ==, SQLITE_OK);
    shelf = shelf_new(db, "kept", "CREATE TABLE kept (id INTEGER PRIMARY KEY, value INTEGER)", 2);
    g_assert_nonnull(shelf);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        shelf_add(shelf, rows[i]);
}

static void clear(void)
{
    g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
    shelf_free(shelf);
}

/* All columns of all rows, "." for NULL, as "1 10; 2 20". */
static void gives(const char *sql, const char *expected)
{
    g_autoptr(GString) found = g_string_new(NULL);
    sqlite3_stmt *stmt = NULL;
    g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        g_string_append(found, found->len > 0 ? "; " : "");
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const unsigned char *text = sqlite3_column_text(stmt, i);
            g_string_append_printf(found, "%s%s", i > 0 ? " " : "",
                                   text == NULL ? "." : (const char *)text);
        }
    }
    g_assert_cmpint(sqlite3_finalize(stmt), ==, SQLITE_OK);
    g_assert_cmpstr(found->str, ==, expected);
}

static void statements_read_it(void)
{
    fill();
    gives("SELECT * FROM kept", "1 10; 2 20; 4 .; 5 50");
    gives("SELECT count(*), count(value), sum(value) FROM kept", "4 3 80");
    gives("SELECT id FROM kept ORDER BY id DESC", "5; 4; 2; 1");
    gives("SELECT rowid FROM kept WHERE value = 20", "2");
    clear();
}

static void stretches_are_half_open(void)
{
    fill();
    gives("SELECT id FROM kept WHERE id >= 2 AND id < 5 ORDER BY id", "2; 4");
    gives("SELECT id FROM kept WHERE id >= 3", "4; 5");
    gives("SELECT id FROM kept WHERE id < 1", "");
    gives("SELECT id FROM kept WHERE id >= 6", "");
    gives("SELECT id FROM kept WHERE id >= 4 AND id < 2", "");
    /* What it does not know SQLite asks of every row. */
    gives("SELECT id FROM kept WHERE id > 2 AND id <= 4", "4");
    gives("SELECT id FROM kept WHERE id = 4", "4");
    gives("SELECT id FROM kept WHERE id >= 2 AND id >= 4", "4; 5");
    gives("SELECT id FROM kept WHERE id >= 1.5 AND id < 4.5", "2; 4");
    gives("SELECT id FROM kept WHERE id >= -1e300 AND id < 1e300", "1; 2; 4; 5");
    gives("SELECT id FROM kept WHERE id >= NULL", "");
    gives("SELECT id FROM kept WHERE id < NULL", "");
    gives("SELECT id FROM kept WHERE id >= x'00'", "");
    gives("SELECT id FROM kept WHERE id < x'00'", "1; 2; 4; 5");
    clear();
}

static void a_stretch_may_be_asked_for_by_another_table(void)
{
    fill();
    gives("WITH w (name, first, after) AS (VALUES ('a', 1, 3), ('b', 2, 6)) "
          "SELECT w.name, k.id FROM w CROSS JOIN kept AS k ON k.id >= w.first AND k.id < w.after "
          "ORDER BY w.name, k.id",
          "a 1; a 2; b 2; b 4; b 5");
    gives("SELECT a.id, b.id FROM kept AS a JOIN kept AS b ON b.id >= a.id AND b.value = 50",
          "1 5; 2 5; 4 5; 5 5");
    clear();
}

static void rows_may_go(void)
{
    static const gint64 numbers[] = {2, 5};
    g_autoptr(GArray) kept = g_array_new(FALSE, FALSE, sizeof(gint64));
    fill();
    g_array_append_vals(kept, numbers, 2);
    shelf_keep(shelf, 2, kept);
    gives("SELECT * FROM kept", "1 10; 2 20; 5 50");
    g_array_set_size(kept, 0);
    shelf_keep(shelf, 2, kept);
    gives("SELECT * FROM kept", "1 10");
    shelf_clear(shelf);
    gives("SELECT * FROM kept", "");
    clear();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shelf/read", statements_read_it);
    g_test_add_func("/shelf/stretches", stretches_are_half_open);
    g_test_add_func("/shelf/joined", a_stretch_may_be_asked_for_by_another_table);
    g_test_add_func("/shelf/keep", rows_may_go);
    return g_test_run();
}
