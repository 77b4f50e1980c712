#include "members.h"

#include "desk_fixture.h"
#include "doctor.h"
#include "fault.h"

#define KEY "0123456789ABCDEF0123456789ABCDEF01234567"

static const struct members_act act = {1000, "tester", "because"};

static struct member *make(const char *name, const char *address)
{
    struct member *member = member_new();
    g_free(member->name);
    member->name = g_strdup(name);
    member->address = g_strdup(address);
    member->delivery = address == NULL ? MEMBER_UNDECIDED : MEMBER_TLS;
    return member;
}

static bool add(struct fixture *fixture, const char *name, const char *address, GError **error)
{
    g_autoptr(Member) member = make(name, address);
    return members_add(desk_store(fixture->desk), member,
                       address == NULL ? MEMBER_LISTED : MEMBER_ACTIVE, &act, error);
}

static void names_and_addresses_are_taken_once(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_true(add(fixture, "Example", "security@example.com", NULL));
    g_assert_false(add(fixture, "EXAMPLE", "other@example.com", NULL));
    g_autoptr(GError) error = NULL;
    g_assert_false(add(fixture, "Other", "Security@Example.COM", &error));
    g_assert_null(strstr(error->message, "xample.com"));
    g_assert_true(add(fixture, "Nobody yet", NULL, NULL));
    g_autoptr(GPtrArray) all = members_all(desk_store(fixture->desk), NULL);
    g_assert_cmpuint(all->len, ==, 2);
}

static bool step(struct fixture *fixture, const char *name, enum members_step which,
                 const char *reason, GError **error)
{
    const struct members_act why = {2000, "tester", reason};
    g_autoptr(Member) member = members_find(desk_store(fixture->desk), name, error);
    return member != NULL &&
           members_take_step(desk_store(fixture->desk), member, which, &why, error);
}

static void steps_are_those_there_are(struct fixture *fixture, const void *data)
{
    (void)data;
    g_autoptr(GError) error = NULL, unreachable = NULL;
    g_assert_true(add(fixture, "Example", "security@example.com", NULL));
    g_assert_true(add(fixture, "Listed", NULL, NULL));
    g_assert_false(step(fixture, "example", MEMBERS_SUSPEND, NULL, NULL));
    g_assert_true(step(fixture, "example", MEMBERS_SUSPEND, "bounces", NULL));
    g_assert_false(step(fixture, "example", MEMBERS_ACCEPT, "again", &error));
    g_assert_nonnull(strstr(error->message, "resume, remove"));
    g_assert_true(step(fixture, "example", MEMBERS_RESUME, NULL, NULL));
    g_assert_true(step(fixture, "example", MEMBERS_REMOVE, "left", NULL));
    g_assert_false(step(fixture, "Listed", MEMBERS_ACCEPT, NULL, &unreachable));
    g_assert_nonnull(strstr(unreachable->message, "needs an address"));
    g_autoptr(GPtrArray) history = members_history(desk_store(fixture->desk), 0, NULL);
    g_assert_cmpuint(history->len, ==, 5);
    guint published = 0;
    for (guint i = 0; i < history->len; i++)
        published += members_is_public(history->pdata[i]);
    g_assert_cmpuint(published, ==, 2);
}

static void history_is_for_ever(struct fixture *fixture, const void *data)
{
    (void)data;
    g_assert_true(add(fixture, "Example", "security@example.com", NULL));
    g_assert_cmpint(execute(fixture, "DELETE FROM member_events"), !=, 0);
    g_assert_cmpint(execute(fixture, "UPDATE member_events SET what = 'x'"), !=, 0);
    g_assert_cmpint(execute(fixture, "UPDATE members SET address = NULL"), !=, 0);
}

/* --- the doctor --- */

static struct pgp_key *key_of(gint64 expires, gint64 subkey_expires, bool weak)
{
    struct pgp_key *key = g_new0(struct pgp_key, 1);
    struct pgp_subkey subkey = {.id = 1, .created = 10, .expires = subkey_expires, .weak = weak};
    key->fingerprint = g_strdup(KEY);
    key->user = g_strdup("");
    key->expires = expires;
    key->encrypting = g_array_new(FALSE, FALSE, sizeof(struct pgp_subkey));
    if (subkey_expires >= 0)
        g_array_append_val(key->encrypting, subkey);
    return key;
}

/* Days after 0; `rule` NULL: nothing to say. */
static void the_doctor_sees(struct fixture *fixture, const void *data)
{
    static const struct {
        gint64 expires, subkey, on;
        bool weak, revoked;
        const char *rule;
        bool grave;
    } cases[] = {
        {0, 0, 100, false, false, NULL, false},
        {0, 200, 100, false, false, NULL, false},
        {0, 130, 100, false, false, "key-ends", false},
        {0, 131, 100, false, false, NULL, false},
        {130, 0, 100, false, false, "key-ends", false},
        {0, 100, 100, false, false, "key-cannot-encrypt", true},
        {100, 0, 100, false, false, "key-expired", true},
        {0, -1, 100, false, false, "key-cannot-encrypt", true},
        {0, 0, 100, true, false, "key-weak", true},
        {0, 0, 100, false, true, "key-revoked", true},
    };
    (void)fixture;
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Member) member = make("Example", "security@example.com");
        g_autoptr(PgpKey) key =
            key_of(cases[i].expires * 86400, cases[i].subkey * 86400, cases[i].weak);
        g_autoptr(GPtrArray) findings = doctor_findings_new();
        member->state = MEMBER_ACTIVE;
        member->delivery = MEMBER_PGP;
        key->revoked = cases[i].revoked;
        doctor_look(member, key, cases[i].on * 86400, findings);
        if (cases[i].rule == NULL) {
            g_assert_cmpuint(findings->len, ==, 0);
            continue;
        }
        const struct doctor_finding *finding = findings->pdata[0];
        g_assert_cmpstr(finding->rule, ==, cases[i].rule);
        g_assert_true(finding->grave == cases[i].grave);
    }
}

static void the_doctor_leaves_the_others_alone(struct fixture *fixture, const void *data)
{
    (void)fixture;
    (void)data;
    g_autoptr(GPtrArray) findings = doctor_findings_new();
    g_autoptr(Member) member = make("Example", "jane.doe@example.com");
    for (guint state = 0; state < MEMBER_STATES; state++) {
        member->state = (enum member_state)state;
        doctor_look(member, NULL, 0, findings);
    }
    g_assert_cmpuint(findings->len, ==, 1);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(struct fixture *fixture, const void *data);
    } tests[] = {
        {"/members/names_and_addresses_are_taken_once", names_and_addresses_are_taken_once},
        {"/members/steps_are_those_there_are", steps_are_those_there_are},
        {"/members/history_is_for_ever", history_is_for_ever},
        {"/members/the_doctor_sees", the_doctor_sees},
        {"/members/the_doctor_leaves_the_others_alone", the_doctor_leaves_the_others_alone},
    };
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct fixture, NULL, set_up, tests[i].run, tear_down);
    return g_test_run();
}
