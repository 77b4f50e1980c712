/* A desk in a throwaway home, and the one way past the store: what somebody with sqlite3 could do.
 */
#ifndef DESK_FIXTURE_H
#define DESK_FIXTURE_H

#include "desk.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdio.h>

struct fixture {
    char *home;
    struct desk *desk;
};

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    (void)facts;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void set_up(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    (void)data;
    fixture->home = g_dir_make_tmp("desk-XXXXXX", NULL);
    fixture->desk = desk_open(fixture->home, DESK_WRITE, &error);
    g_assert_no_error(error);
}

static inline void tear_down(struct fixture *fixture, const void *data)
{
    (void)data;
    desk_close(fixture->desk);
    nftw(fixture->home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    g_free(fixture->home);
}

/* SQLite's answer; the desk's own connection may stay open. */
static inline int execute(const struct fixture *fixture, const char *sql)
{
    sqlite3 *db = NULL;
    g_autofree char *path = g_build_filename(fixture->home, "security", "advisory.db", NULL);
    g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
    sqlite3_exec(db, "PRAGMA foreign_keys = ON", NULL, NULL, NULL);
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    if (code != SQLITE_OK)
        g_test_message("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    return code;
}

#endif
