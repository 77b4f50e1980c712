#include "record.h"

#include "desk_fixture.h"
#include "fault.h"

static gint64 make(struct fixture *fixture, const char *number)
{
    g_autoptr(GError) error = NULL;
    struct store *store = desk_store(fixture->desk);
    gint64 id = 0;
    g_assert_true(store_begin(store, &error));
    g_assert_true(record_make(store, number, 1000, &id, &error));
    g_assert_true(record_set_date(store, id, POLICY_REPORTED, 2000, &error));
    g_assert_true(record_set_date(store, id, POLICY_REPORTED, 3000, &error));
    g_assert_true(record_set_date(store, id, POLICY_LEAKED, 4000, &error));
    g_assert_true(record_set_date(store, id, POLICY_LEAKED, POLICY_UNKNOWN, &error));
    g_assert_true(record_bind(store, id, "xen", &error));
    g_assert_true(record_bind(store, id, "curl", &error));
    g_assert_true(record_bind(store, id, "xen", &error));
    g_assert_true(store_commit(store, &error));
    g_assert_no_error(error);
    return id;
}

static void what_is_written_is_read(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    (void)data;
    gint64 id = make(fixture, "501");
    make(fixture, "2026-01");
    g_autoptr(RecordAdvisory) found = record_find(desk_store(fixture->desk), "501", &error);
    g_assert_no_error(error);
    g_assert_cmpint(found->id, ==, id);
    g_assert_cmpstr(found->state, ==, "draft");
    g_assert_cmpint(found->at[POLICY_REPORTED], ==, 3000);
    g_assert_true(found->at[POLICY_LEAKED] == POLICY_UNKNOWN);
    g_assert_cmpuint(found->policies->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(found->policies, 0), ==, "curl");
    g_autoptr(GPtrArray) all = record_advisories(desk_store(fixture->desk), &error);
    g_assert_cmpuint(all->len, ==, 2);
    const struct record_advisory *second = g_ptr_array_index(all, 1);
    g_assert_cmpstr(second->number, ==, "2026-01");
    g_assert_cmpuint(second->policies->len, ==, 2);
}

static void a_number_is_taken_once(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    gint64 id = 0;
    (void)data;
    make(fixture, "501");
    g_assert_false(record_make(desk_store(fixture->desk), "501", 1000, &id, &error));
    g_assert_nonnull(error);
}

static void strangers_are_not_there(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    (void)data;
    g_assert_null(record_find(desk_store(fixture->desk), "501", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
}

static void every_event_has_a_place(struct fixture *fixture, const void *data)
{
    gint64 id = make(fixture, "501");
    (void)data;
    for (guint event = 0; event < POLICY_EVENTS; event++)
        g_assert_true(
            record_set_date(desk_store(fixture->desk), id, (enum policy_event)event, 1, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/record/reads", struct fixture, NULL, set_up, what_is_written_is_read, tear_down);
    g_test_add("/record/once", struct fixture, NULL, set_up, a_number_is_taken_once, tear_down);
    g_test_add("/record/strangers", struct fixture, NULL, set_up, strangers_are_not_there,
               tear_down);
    g_test_add("/record/events", struct fixture, NULL, set_up, every_event_has_a_place, tear_down);
    return g_test_run();
}
