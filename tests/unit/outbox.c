/* The outbox: what leads where, who is in it once, and what cannot be changed. */
#include "outbox.h"

#include "desk_fixture.h"
#include "fault.h"
#include "members.h"
#include "record.h"

#define KEY "0123456789ABCDEF0123456789ABCDEF01234567"

static void make_rows(struct fixture *fixture)
{
    static const struct members_act act = {1000, "tester", NULL};
    g_autoptr(GError) error = NULL;
    struct store *store = desk_store(fixture->desk);
    gint64 id = 0;
    g_assert_true(store_begin(store, &error) && record_make(store, "501", 1000, &id, &error) &&
                  store_commit(store, &error));
    for (guint i = 0; i < 3; i++) {
        g_autoptr(Member) member = member_new();
        g_free(member->name);
        member->name = g_strdup_printf("Member %u", i + 1);
        member->address = g_strdup_printf("psirt@m%u.example", i + 1);
        member->delivery = MEMBER_PGP;
        member->fingerprint = g_strdup(KEY);
        g_assert_true(members_add(store, member, MEMBER_ACTIVE, &act, &error));
    }
    g_assert_no_error(error);
}

static struct outbox_message *message_to(gint64 member)
{
    struct outbox_message *message = g_new0(struct outbox_message, 1);
    message->kind = g_strdup("predisclosure");
    message->advisory = message->version = 1;
    message->member = member;
    message->recipient = g_strdup_printf("psirt@m%d.example", (int)member);
    message->delivery = g_strdup("pgp");
    message->fingerprint = g_strdup(KEY);
    message->message_id = g_strdup_printf("%d@lantern.example", (int)member);
    message->bytes = g_bytes_new_static("mail\r\n", 6);
    message->queued_at = 2000;
    return message;
}

static bool add(struct fixture *fixture, gint64 member, bool *ret_there)
{
    g_autoptr(OutboxMessage) message = message_to(member);
    return outbox_add(desk_store(fixture->desk), message, ret_there, NULL);
}

static struct outbox_message *first(struct fixture *fixture)
{
    struct outbox_message *message = outbox_read(desk_store(fixture->desk), 1, NULL);
    g_assert_nonnull(message);
    return message;
}

static void nobody_is_in_it_twice(struct fixture *fixture, const void *data)
{
    bool there = true;
    (void)data;
    make_rows(fixture);
    g_assert_true(add(fixture, 1, &there) && !there);
    g_assert_true(add(fixture, 2, &there) && !there);
    g_autoptr(OutboxMessage) again = message_to(1);
    g_free(again->message_id);
    again->message_id = g_strdup("other@lantern.example");
    g_assert_true(outbox_add(desk_store(fixture->desk), again, &there, NULL) && there);
    again->version = 2;
    g_assert_true(outbox_add(desk_store(fixture->desk), again, &there, NULL) && !there);
    g_autoptr(GPtrArray) all = outbox_list(desk_store(fixture->desk), "501", NULL);
    g_assert_cmpuint(all->len, ==, 3);
    g_autoptr(GPtrArray) none = outbox_list(desk_store(fixture->desk), "502", NULL);
    g_assert_cmpuint(none->len, ==, 0);
}

static void what_is_written_is_read(struct fixture *fixture, const void *data)
{
    bool there = false;
    (void)data;
    make_rows(fixture);
    g_assert_true(add(fixture, 1, &there));
    g_autoptr(OutboxMessage) message = first(fixture);
    g_assert_cmpstr(message->number, ==, "501");
    g_assert_cmpstr(message->name, ==, "Member 1");
    g_assert_cmpstr(message->recipient, ==, "psirt@m1.example");
    g_assert_cmpstr(message->fingerprint, ==, KEY);
    g_assert_cmpint((int)message->state, ==, OUTBOX_QUEUED);
    g_assert_cmpint(message->next_at, ==, 0);
    g_assert_true(g_bytes_get_size(message->bytes) == 6);
    struct outbox_message *found = NULL;
    g_assert_true(outbox_find(desk_store(fixture->desk), "1@lantern.example", &found, NULL));
    g_assert_cmpint(found->id, ==, message->id);
    outbox_message_free(found);
    g_assert_true(outbox_find(desk_store(fixture->desk), "none@lantern.example", &found, NULL));
    g_assert_null(found);
}

static void settle(struct fixture *fixture, enum outbox_state state, gint64 next_at)
{
    const struct outbox_end end = {
        .state = state, .now = 3000, .next_at = next_at, .code = 250, .reply = "250 ok"};
    g_assert_true(outbox_settle(desk_store(fixture->desk), 1, &end, NULL));
}

/* Only what is queued is started; whatever became of it is kept. */
static void one_way_leads_out(struct fixture *fixture, const void *data)
{
    struct store *store = desk_store(fixture->desk);
    bool there = false;
    (void)data;
    make_rows(fixture);
    g_assert_true(add(fixture, 1, &there));
    for (guint state = 0; state < OUTBOX_STATES; state++) {
        g_autoptr(GError) error = NULL;
        settle(fixture, (enum outbox_state)state, 0);
        bool started = outbox_start(store, 1, 2500, &error);
        g_assert_true(started == (state == OUTBOX_QUEUED));
        g_assert_true(started || g_error_matches(error, FAULT_DOMAIN, FAULT_DATA));
    }
    settle(fixture, OUTBOX_QUEUED, 3300);
    g_autoptr(OutboxMessage) message = first(fixture);
    g_assert_cmpint(message->next_at, ==, 3300);
    g_assert_cmpint(message->tries, ==, 1);
    g_assert_cmpint(message->code, ==, 250);
    g_assert_cmpstr(message->reply, ==, "250 ok");
    g_assert_cmpint(message->settled_at, ==, 3000);
}

static void what_was_on_its_way_becomes_unknown(struct fixture *fixture, const void *data)
{
    struct store *store = desk_store(fixture->desk);
    guint lost = 9;
    bool there = false;
    (void)data;
    make_rows(fixture);
    g_assert_true(add(fixture, 1, &there) && add(fixture, 2, &there) && add(fixture, 3, &there));
    g_assert_true(outbox_recover(store, 4000, &lost, NULL) && lost == 0);
    g_assert_true(outbox_start(store, 1, 2500, NULL));
    settle(fixture, OUTBOX_SENT, 0);
    g_assert_true(outbox_start(store, 2, 2600, NULL));
    g_assert_true(outbox_recover(store, 4000, &lost, NULL) && lost == 1);
    g_assert_true(outbox_recover(store, 5000, &lost, NULL) && lost == 0);
    g_autoptr(GPtrArray) all = outbox_list(store, NULL, NULL);
    static const enum outbox_state states[] = {OUTBOX_SENT, OUTBOX_UNKNOWN, OUTBOX_QUEUED};
    for (guint i = 0; i < 3; i++) {
        const struct outbox_message *message = all->pdata[i];
        g_assert_cmpint((int)message->state, ==, (int)states[i]);
    }
}

static void what_was_queued_stays(struct fixture *fixture, const void *data)
{
    static const char *const attempts[] = {
        "UPDATE outbox SET recipient = 'x@y.example'",
        "UPDATE outbox SET bytes = x'00'",
        "UPDATE outbox SET digest = zeroblob(32)",
        "UPDATE outbox SET fingerprint = NULL",
        "UPDATE outbox SET message_id = 'x'",
        "UPDATE outbox SET version = 2",
        "UPDATE outbox SET kind = 'public'",
        "UPDATE outbox SET delivery = 'tls'",
        "UPDATE outbox SET queued_at = 1",
        "DELETE FROM outbox",
        "UPDATE outbox SET state = 'lost'",
        ("INSERT INTO outbox (kind, advisory, version, recipient, delivery, message_id, digest, "
         "bytes, queued_at) VALUES ('predisclosure', 1, 1, 'x', 'tls', 'x', zeroblob(32), x'00', "
         "1)"),
    };
    bool there = false;
    (void)data;
    make_rows(fixture);
    g_assert_true(add(fixture, 1, &there));
    /* What was never tried may be written anew; from the first try on it stays. */
    g_assert_true(outbox_start(desk_store(fixture->desk), 1, 2500, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++)
        g_assert_cmpint(execute(fixture, attempts[i]), !=, SQLITE_OK);
    g_autoptr(OutboxMessage) message = first(fixture);
    g_assert_cmpstr(message->recipient, ==, "psirt@m1.example");
}

static void changed_bytes_are_not_read(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    bool there = false;
    (void)data;
    make_rows(fixture);
    g_assert_true(add(fixture, 1, &there));
    g_assert_cmpint(execute(fixture, "DROP TRIGGER outbox_message_stays; UPDATE outbox SET bytes = "
                                     "CAST('mail!' AS BLOB)"),
                    ==, SQLITE_OK);
    g_assert_null(outbox_read(desk_store(fixture->desk), 1, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    g_autoptr(GError) missing = NULL;
    g_assert_null(outbox_read(desk_store(fixture->desk), 2, &missing));
    g_assert_error(missing, FAULT_DOMAIN, FAULT_NOINPUT);
}

/* 5, 10, 20, 40, 80, 160 minutes, then every 4 hours; 20 tries are enough. */
static void the_next_try_comes_later_and_later(void)
{
    static const gint64 waits[] = {300, 600, 1200, 2400, 4800, 9600, 14400, 14400};
    for (gsize i = 0; i < G_N_ELEMENTS(waits); i++)
        g_assert_cmpint(outbox_next_try((gint64)i + 1, 1000), ==, 1000 + waits[i]);
    g_assert_cmpint(outbox_next_try(19, 1000), ==, 15400);
    g_assert_cmpint(outbox_next_try(20, 1000), ==, -1);
    g_assert_cmpint(outbox_next_try(G_MAXINT64, 1000), ==, -1);
}

static void names_are_read(void)
{
    enum outbox_state state = OUTBOX_STATES;
    for (guint i = 0; i < OUTBOX_STATES; i++) {
        g_assert_true(outbox_state_parse(outbox_state_name((enum outbox_state)i), &state));
        g_assert_cmpint((int)state, ==, (int)i);
    }
    g_assert_false(outbox_state_parse("lost", &state));
}

#define TEST(name) g_test_add("/outbox/" #name, struct fixture, NULL, set_up, name, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST(nobody_is_in_it_twice);
    TEST(what_is_written_is_read);
    TEST(one_way_leads_out);
    TEST(what_was_on_its_way_becomes_unknown);
    TEST(what_was_queued_stays);
    TEST(changed_bytes_are_not_read);
    g_test_add_func("/outbox/the_next_try_comes_later_and_later",
                    the_next_try_comes_later_and_later);
    g_test_add_func("/outbox/names_are_read", names_are_read);
    return g_test_run();
}
