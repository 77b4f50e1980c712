#include "ledger.h"

#include "desk_fixture.h"
#include "fault.h"

#include <string.h>

static const guint8 digest[LEDGER_HASH] = {1, 2, 3};

static struct ledger_entry entry_at(gint64 at)
{
    return (struct ledger_entry){.at = at,
                                 .who = "ada",
                                 .advisory = "501",
                                 .version = 2,
                                 .name = "",
                                 .digest = digest,
                                 .audience = "public",
                                 .verdict = LEDGER_REFUSAL,
                                 .rule = "before publication",
                                 .reason = ""};
}

static void fill(struct fixture *fixture, const void *data)
{
    set_up(fixture, data);
    struct ledger_entry entries[] = {entry_at(100), entry_at(200), entry_at(300)};
    entries[1].verdict = LEDGER_PERMIT;
    g_assert_true(ledger_append(desk_store(fixture->desk), entries, 2, NULL));
    g_assert_true(ledger_append(desk_store(fixture->desk), entries + 2, 1, NULL));
}

static void a_chain_verifies(struct fixture *fixture, const void *data)
{
    struct ledger_state verified, stated;
    (void)data;
    g_assert_true(ledger_verify(desk_store(fixture->desk), &verified, NULL));
    g_assert_true(ledger_state(desk_store(fixture->desk), &stated, NULL));
    g_assert_cmpint(verified.rows, ==, 3);
    g_assert_cmpint(stated.rows, ==, 3);
    g_assert_cmpint(verified.newest, ==, 300);
    g_assert_cmpint(stated.newest, ==, 300);
    g_assert_cmpint(memcmp(verified.head, stated.head, LEDGER_HASH), ==, 0);
    /* The form of a row must never change, or old ledgers would seem forged. */
    g_autofree char *head = ledger_hex(verified.head);
    g_assert_cmpstr(head, ==, "c49b820828cef5fd06425164e504e0382c1d3b342286e9a75148d89840ca2b6b");
}

static void an_empty_one_verifies(struct fixture *fixture, const void *data)
{
    struct ledger_state state;
    static const guint8 zeros[LEDGER_HASH];
    (void)data;
    g_assert_true(ledger_verify(desk_store(fixture->desk), &state, NULL));
    g_assert_cmpint(state.rows, ==, 0);
    g_assert_true(state.newest == G_MININT64);
    g_assert_cmpint(memcmp(state.head, zeros, LEDGER_HASH), ==, 0);
}

static void assert_broken(struct fixture *fixture, const char *says)
{
    g_autoptr(GError) error = NULL;
    struct ledger_state state;
    g_assert_false(ledger_verify(desk_store(fixture->desk), &state, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    if (strstr(error->message, says) == NULL)
        g_error("\"%s\" does not say \"%s\"", error->message, says);
}

#define UNLOCK "DROP TRIGGER ledger_keeps_rows; DROP TRIGGER ledger_loses_none; "

static void the_database_defends_it(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_cmpint(execute(fixture, "UPDATE ledger SET rule = 'x'"), !=, SQLITE_OK);
    g_assert_cmpint(execute(fixture, "DELETE FROM ledger"), !=, SQLITE_OK);
}

static void changes_show(struct fixture *fixture, const void *data)
{
    static const char *const changes[] = {"at = 201",
                                          "who = 'eve'",
                                          "advisory = '502'",
                                          "version = 3",
                                          "name = 'x'",
                                          "digest = zeroblob(32)",
                                          "audience = 'members'",
                                          "verdict = 'override'",
                                          "rule = 'anything'",
                                          "reason = 'because'",
                                          "hash = zeroblob(32)",
                                          "digest = x'01'"};
    (void)data;
    g_assert_cmpint(execute(fixture, UNLOCK "CREATE TABLE kept AS SELECT * FROM ledger"), ==,
                    SQLITE_OK);
    for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
        g_autofree char *sql = g_strdup_printf("UPDATE ledger SET %s WHERE id = 2", changes[i]);
        g_assert_cmpint(execute(fixture, sql), ==, SQLITE_OK);
        assert_broken(fixture, "row 2 is not as it was written");
        g_assert_cmpint(execute(fixture, "REPLACE INTO ledger SELECT * FROM kept"), ==, SQLITE_OK);
    }
    struct ledger_state state;
    g_assert_true(ledger_verify(desk_store(fixture->desk), &state, NULL));
}

static void removals_show(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_cmpint(execute(fixture, UNLOCK "DELETE FROM ledger WHERE id = 2"), ==, SQLITE_OK);
    assert_broken(fixture, "row 2 is not there");
    g_assert_cmpint(execute(fixture, "UPDATE ledger SET id = 2 WHERE id = 3"), ==, SQLITE_OK);
    assert_broken(fixture, "row 2 is not as it was written");
}

static void a_cut_end_shows(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_cmpint(execute(fixture, UNLOCK "DELETE FROM ledger WHERE id = 3"), ==, SQLITE_OK);
    assert_broken(fixture, "there were 3 rows, and the last one there is has number 2");
}

static void moves_show(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_cmpint(execute(fixture, UNLOCK "UPDATE ledger SET id = 9 WHERE id = 2;"
                                            "UPDATE ledger SET id = 2 WHERE id = 3;"
                                            "UPDATE ledger SET id = 3 WHERE id = 9"),
                    ==, SQLITE_OK);
    assert_broken(fixture, "row 2 is not as it was written, or not where it was");
}

static void a_forged_addition_shows(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_cmpint(execute(fixture, "INSERT INTO ledger SELECT 4, at, who, advisory, version, "
                                     "name, digest, audience, 'permit', rule, reason, hash "
                                     "FROM ledger WHERE id = 3"),
                    ==, SQLITE_OK);
    assert_broken(fixture, "row 4");
}

static void count_entry(void *user, gint64 id, const struct ledger_entry *entry)
{
    (void)id;
    g_assert_cmpstr(entry->who, ==, "ada");
    *(guint *)user += 1;
}

static void rows_can_be_read(struct fixture *fixture, const void *data)
{
    guint all = 0, other = 0;
    (void)data;
    g_assert_true(ledger_each(desk_store(fixture->desk), "501", count_entry, &all, NULL));
    g_assert_true(ledger_each(desk_store(fixture->desk), "50", count_entry, &other, NULL));
    g_assert_cmpuint(all, ==, 3);
    g_assert_cmpuint(other, ==, 0);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct fixture *fixture, const void *data);
    } tests[] = {
        {"/ledger/verifies", a_chain_verifies},
        {"/ledger/defended", the_database_defends_it},
        {"/ledger/changed", changes_show},
        {"/ledger/removed", removals_show},
        {"/ledger/cut", a_cut_end_shows},
        {"/ledger/moved", moves_show},
        {"/ledger/forged", a_forged_addition_shows},
        {"/ledger/read", rows_can_be_read},
    };
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, NULL, fill, tests[i].test, tear_down);
    g_test_add("/ledger/empty", struct fixture, NULL, set_up, an_empty_one_verifies, tear_down);
    return g_test_run();
}
