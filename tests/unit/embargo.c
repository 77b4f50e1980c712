#include "embargo.h"

#include "clock.h"
#include "desk_fixture.h"
#include "fault.h"
#include "ledger.h"

#include <string.h>

#define TEXT "signed text\n"
#define PATCH "a patch\n"

/* The record of an advisory: version 1 for members, 2 for the public, both frozen; 3 a draft. */
static void write_record(struct fixture *fixture, const void *dates)
{
    set_up(fixture, NULL);
    g_autofree char *text = g_compute_checksum_for_string(G_CHECKSUM_SHA256, TEXT, -1);
    g_autofree char *patch = g_compute_checksum_for_string(G_CHECKSUM_SHA256, PATCH, -1);
    g_autofree char *sql = g_strdup_printf(
        "INSERT INTO advisories (id, number, made_at) VALUES (1, '501', 0);"
        "INSERT INTO dates VALUES %s;"
        "INSERT INTO contents VALUES (1, x'%s', x'00');"
        "INSERT INTO versions (id, advisory, version, audience, origin, made_at) VALUES"
        " (11, 1, 1, 'members', 'here', 0), (12, 1, 2, 'public', 'here', 0),"
        " (13, 1, 3, 'public', 'here', 0);"
        "INSERT INTO patches VALUES (11, 0, 'xsa501.patch', 1), (12, 0, 'xsa501.patch', 1);"
        "UPDATE versions SET frozen_at = 1780000000, signed = x'00', signed_sha256 = x'%s',"
        " plain_sha256 = zeroblob(32) WHERE id < 13",
        (const char *)dates, patch, text);
    g_assert_cmpint(execute(fixture, sql), ==, SQLITE_OK);
}

#define PREDISCLOSED "(1, 'predisclosure', 1780401600)"       /* 2026-06-02T12:00:00Z */
#define BOTH_DATES PREDISCLOSED ", (1, 'public', 1781611200)" /* 2026-06-16T12:00:00Z */

static gint64 when(const char *text)
{
    gint64 time = 0;
    g_assert_true(clock_parse_time(text, &time, NULL));
    return time;
}

struct question {
    struct embargo_file files[2];
    struct embargo_question asked;
};

static struct question *question_new(gint64 version, enum embargo_audience audience,
                                     const char *now)
{
    struct question *question = g_new0(struct question, 1);
    question->files[0] = embargo_file("", TEXT, strlen(TEXT));
    question->files[1] = embargo_file("xsa501.patch", PATCH, strlen(PATCH));
    question->asked = (struct embargo_question){.advisory = "501",
                                                .version = version,
                                                .audience = audience,
                                                .files = question->files,
                                                .count = 2,
                                                .who = "ada",
                                                .now = when(now),
                                                .newest_commit = G_MININT64};
    return question;
}

static void assert_permit(struct fixture *fixture, const struct embargo_question *asked)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Permit) permit = embargo_ask(desk_store(fixture->desk), asked, &error);
    g_assert_no_error(error);
    g_assert_nonnull(permit);
}

static void assert_refusal(struct fixture *fixture, const struct embargo_question *asked,
                           const char *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Permit) permit = embargo_ask(desk_store(fixture->desk), asked, &error);
    g_assert_null(permit);
    g_assert_error(error, FAULT_DOMAIN, FAULT_PERMISSION);
    if (strstr(error->message, says) == NULL)
        g_error("\"%s\" does not say \"%s\"", error->message, says);
}

static void one_second_decides(struct fixture *fixture, const void *data)
{
    g_autofree struct question *before = question_new(2, EMBARGO_PUBLIC, "2026-06-16T11:59:59Z");
    g_autofree struct question *at = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    (void)data;
    assert_refusal(fixture, &before->asked,
                   "advisory 501 version 2 may not go to the public: publication is not before Tue "
                   "2026-06-16 12:00 UTC, in 0 days 00:00:01");
    assert_permit(fixture, &at->asked);
}

static void members_hear_earlier(struct fixture *fixture, const void *data)
{
    g_autofree struct question *before = question_new(1, EMBARGO_MEMBERS, "2026-06-02T11:59:59Z");
    g_autofree struct question *at = question_new(1, EMBARGO_MEMBERS, "2026-06-02T12:00:00Z");
    g_autofree struct question *public = question_new(2, EMBARGO_PUBLIC, "2026-06-02T12:00:00Z");
    (void)data;
    assert_refusal(fixture, &before->asked, "may not go to members: predisclosure is not before");
    assert_permit(fixture, &at->asked);
    assert_refusal(fixture, &public->asked, "publication is not before");
}

static void a_members_text_never_gets_public(struct fixture *fixture, const void *data)
{
    g_autofree struct question *late = question_new(1, EMBARGO_PUBLIC, "2026-07-01T12:00:00Z");
    (void)data;
    late->asked.override = "the mail said so";
    assert_refusal(fixture, &late->asked, "its text is meant for members");
}

static void what_nobody_decided_has_not_come(struct fixture *fixture, const void *data)
{
    g_autofree struct question *public = question_new(2, EMBARGO_PUBLIC, "2036-06-16T12:00:00Z");
    (void)data;
    assert_refusal(fixture, &public->asked, "nobody has decided the moment of publication yet");
}

static void only_frozen_bytes_leave(struct fixture *fixture, const void *data)
{
    g_autofree struct question *draft = question_new(3, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    g_autofree struct question *other = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    g_autofree struct question *stranger = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    g_autofree struct question *nothing = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    (void)data;
    draft->asked.override = "we must";
    assert_refusal(fixture, &draft->asked, "it is not frozen");
    other->files[0] = embargo_file("", TEXT "!", strlen(TEXT) + 1);
    other->asked.override = "we must";
    assert_refusal(fixture, &other->asked, "the text is not what was frozen");
    stranger->files[1].name = "xsa502.patch";
    assert_refusal(fixture, &stranger->asked, "xsa502.patch is not what was frozen");
    nothing->asked.count = 0;
    assert_refusal(fixture, &nothing->asked, "nothing to send");
}

static void a_clock_set_back_is_noticed(struct fixture *fixture, const void *data)
{
    g_autofree struct question *now = question_new(2, EMBARGO_PUBLIC, "2026-06-17T12:00:00Z");
    g_autofree struct question *back = question_new(2, EMBARGO_PUBLIC, "2026-06-16T13:00:00Z");
    (void)data;
    assert_permit(fixture, &now->asked);
    assert_refusal(fixture, &back->asked, "before the newest row of the ledger");
    back->asked.override = "an override is no confirmation";
    assert_refusal(fixture, &back->asked, "--confirm-clock");
    back->asked.override = NULL;
    back->asked.clock_confirmed = true;
    assert_permit(fixture, &back->asked);
    /* Confirmed or not: before the moment nothing leaves. */
    back->asked.now = when("2026-06-16T11:59:59Z");
    assert_refusal(fixture, &back->asked, "publication is not before");
}

static void a_clock_behind_the_world_is_noticed(struct fixture *fixture, const void *data)
{
    g_autofree struct question *at = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    (void)data;
    at->asked.newest_commit = when("2026-06-16T12:00:01Z");
    assert_refusal(fixture, &at->asked, "before the newest commit known");
    at->asked.newest_commit = when("2026-06-16T12:00:00Z");
    assert_permit(fixture, &at->asked);
    at->asked.now = when("2026-05-01T12:00:00Z");
    assert_refusal(fixture, &at->asked, "before the newest row of the ledger");
}

static void freezing_comes_before_leaving(struct fixture *fixture, const void *data)
{
    g_autofree struct question *early = question_new(2, EMBARGO_PUBLIC, "2026-05-01T12:00:00Z");
    (void)data;
    assert_refusal(fixture, &early->asked, "before the freeze of this version");
}

static void an_override_needs_a_reason_and_is_kept(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autofree struct question *early = question_new(2, EMBARGO_PUBLIC, "2026-06-10T12:00:00Z");
    struct ledger_state state;
    (void)data;
    early->asked.override = "  ";
    g_assert_null(embargo_ask(desk_store(fixture->desk), &early->asked, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_USAGE);
    early->asked.override = "it was on a public list this morning";
    assert_permit(fixture, &early->asked);
    g_assert_true(ledger_verify(desk_store(fixture->desk), &state, NULL));
    g_assert_cmpint(state.rows, ==, 2);
    g_assert_cmpint(execute(fixture, "CREATE TABLE found AS SELECT 1 / count(*) AS x FROM ledger "
                                     "WHERE verdict = 'override' AND reason LIKE '%this morning' "
                                     "AND rule = 'before publication'"),
                    ==, SQLITE_OK);
}

static void count_verdicts(void *user, gint64 id, const struct ledger_entry *entry)
{
    guint *counts = user;
    (void)id;
    counts[entry->verdict]++;
}

static void every_answer_is_in_the_ledger(struct fixture *fixture, const void *data)
{
    guint counts[4] = {0};
    g_autofree struct question *before = question_new(2, EMBARGO_PUBLIC, "2026-06-16T11:59:59Z");
    g_autofree struct question *at = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    (void)data;
    assert_refusal(fixture, &before->asked, "");
    assert_permit(fixture, &at->asked);
    g_assert_true(ledger_each(desk_store(fixture->desk), NULL, count_verdicts, counts, NULL));
    g_assert_cmpuint(counts[LEDGER_REFUSAL], ==, 2);
    g_assert_cmpuint(counts[LEDGER_PERMIT], ==, 2);
    g_assert_cmpuint(counts[LEDGER_OVERRIDE], ==, 0);
}

static void what_cannot_be_recorded_is_not_permitted(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autofree struct question *at = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    (void)data;
    g_assert_cmpint(execute(fixture, "CREATE TRIGGER full BEFORE INSERT ON ledger "
                                     "BEGIN SELECT RAISE(ABORT, 'no'); END"),
                    ==, SQLITE_OK);
    g_assert_null(embargo_ask(desk_store(fixture->desk), &at->asked, &error));
    g_assert_nonnull(error);
}

static void a_permit_covers_its_bytes_alone(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autofree struct question *at = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    (void)data;
    at->asked.count = 1;
    g_autoptr(Permit) permit = embargo_ask(desk_store(fixture->desk), &at->asked, NULL);
    g_assert_true(permit_check(permit, EMBARGO_PUBLIC, "", TEXT, strlen(TEXT), NULL));
    g_assert_false(permit_check(permit, EMBARGO_MEMBERS, "", TEXT, strlen(TEXT), NULL));
    g_assert_false(permit_check(permit, EMBARGO_PUBLIC, "", TEXT, strlen(TEXT) - 1, NULL));
    g_assert_false(
        permit_check(permit, EMBARGO_PUBLIC, "xsa501.patch", PATCH, strlen(PATCH), &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_INTERNAL);
    g_assert_cmpstr(permit_advisory(permit), ==, "501");
    g_assert_cmpint(permit_version(permit), ==, 2);
}

static void what_was_withdrawn_goes_nowhere(struct fixture *fixture, const void *data)
{
    g_autofree struct question *late = question_new(2, EMBARGO_PUBLIC, "2026-07-01T12:00:00Z");
    (void)data;
    g_assert_cmpint(execute(fixture, "UPDATE advisories SET withdrawn_version = 1"), ==, SQLITE_OK);
    assert_permit(fixture, &late->asked);
    g_assert_cmpint(execute(fixture, "UPDATE advisories SET withdrawn_version = 2"), ==, SQLITE_OK);
    late->asked.override = "we must";
    assert_refusal(fixture, &late->asked, "it was withdrawn");
    late->asked.audience = EMBARGO_MEMBERS;
    late->asked.clock_confirmed = true;
    assert_refusal(fixture, &late->asked, "it was withdrawn");
}

static guint count_notes(struct fixture *fixture)
{
    guint counts[4] = {0};
    struct ledger_state state;
    g_assert_true(ledger_verify(desk_store(fixture->desk), &state, NULL));
    g_assert_true(ledger_each(desk_store(fixture->desk), "501", count_verdicts, counts, NULL));
    return counts[LEDGER_NOTE];
}

static void a_note_lives_and_dies_with_its_transaction(struct fixture *fixture, const void *data)
{
    struct store *store = desk_store(fixture->desk);
    const struct embargo_file files[] = {embargo_file("", TEXT, strlen(TEXT)),
                                         embargo_file("xsa501.patch", PATCH, strlen(PATCH))};
    const struct embargo_notice frozen = {.advisory = "501",
                                          .version = 1,
                                          .audience = "members",
                                          .files = files,
                                          .count = 2,
                                          .who = "ada",
                                          .now = when("2026-06-01T12:00:00Z"),
                                          .what = "frozen",
                                          .reason = ""};
    struct embargo_notice vacated = frozen;
    (void)data;
    g_assert_true(store_begin(store, NULL));
    g_assert_true(embargo_note(store, &frozen, NULL));
    store_rollback(store);
    g_assert_cmpuint(count_notes(fixture), ==, 0);
    vacated.count = 0;
    vacated.what = "vacated";
    vacated.reason = "posted by accident";
    g_assert_true(store_begin(store, NULL));
    g_assert_true(embargo_note(store, &frozen, NULL));
    g_assert_true(embargo_note(store, &vacated, NULL));
    g_assert_true(store_commit(store, NULL));
    g_assert_cmpuint(count_notes(fixture), ==, 3);
}

static void strangers_are_not_there(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autofree struct question *at = question_new(9, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    (void)data;
    g_assert_null(embargo_ask(desk_store(fixture->desk), &at->asked, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
}

static void what_is_frozen_stays(struct fixture *fixture, const void *data)
{
    static const char *const attempts[] = {
        "UPDATE versions SET signed = x'01' WHERE id = 11",
        "UPDATE versions SET frozen_at = NULL WHERE id = 11",
        "DELETE FROM versions WHERE id = 11",
        "DELETE FROM patches WHERE version = 11",
        "INSERT INTO patches VALUES (11, 1, 'more.patch', 1)",
        "UPDATE contents SET bytes = x'02'",
        "DELETE FROM contents",
        "INSERT INTO sections (version, position, kind) VALUES (11, 0, 'lead')",
        "INSERT INTO title_lines VALUES (12, 0, NULL, x'41')",
        "INSERT INTO version_cves VALUES (12, 0, 'CVE-2026-1')",
        "UPDATE versions SET frozen_at = 1 WHERE id = 13",
    };
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++)
        if (execute(fixture, attempts[i]) == SQLITE_OK)
            g_error("this was possible: %s", attempts[i]);
    g_assert_cmpint(execute(fixture, "INSERT INTO sections (id, version, position, kind) VALUES "
                                     "(1, 13, 0, 'lead'); INSERT INTO blocks (section, position, "
                                     "kind) VALUES (1, 0, 'paragraph'); DELETE FROM blocks;"
                                     "DELETE FROM sections; DELETE FROM versions WHERE id = 13"),
                    ==, SQLITE_OK);
}

static bool is_remembered(struct fixture *fixture, const struct embargo_question *asked)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Permit) permit = NULL;
    struct ledger_state before, after;
    g_assert_true(ledger_state(desk_store(fixture->desk), &before, NULL));
    g_assert_true(embargo_remember(desk_store(fixture->desk), asked, &permit, &error));
    g_assert_no_error(error);
    g_assert_true(ledger_state(desk_store(fixture->desk), &after, NULL));
    g_assert_cmpint(before.rows, ==, after.rows);
    return permit != NULL;
}

static void what_went_out_goes_again(struct fixture *fixture, const void *data)
{
    g_autofree struct question *at = question_new(2, EMBARGO_PUBLIC, "2026-06-16T12:00:00Z");
    g_autofree struct question *early = question_new(2, EMBARGO_PUBLIC, "2026-06-10T12:00:00Z");
    g_autofree struct question *members = question_new(1, EMBARGO_MEMBERS, "2026-06-16T12:00:00Z");
    (void)data;
    g_assert_false(is_remembered(fixture, &at->asked));
    assert_refusal(fixture, &early->asked, "publication is not before");
    g_assert_false(is_remembered(fixture, &at->asked));
    at->asked.count = 1;
    assert_permit(fixture, &at->asked);
    g_assert_true(is_remembered(fixture, &at->asked));
    at->asked.count = 2; /* of the two, the text alone went out */
    g_assert_false(is_remembered(fixture, &at->asked));
    assert_permit(fixture, &at->asked);
    g_assert_true(is_remembered(fixture, &at->asked));
    at->files[0] = embargo_file("", TEXT "!", strlen(TEXT) + 1);
    g_assert_false(is_remembered(fixture, &at->asked));
    at->files[0] = embargo_file("", TEXT, strlen(TEXT));
    at->asked.audience = EMBARGO_MEMBERS; /* what is shown again is for everybody */
    g_assert_false(is_remembered(fixture, &at->asked));
    at->asked.audience = EMBARGO_PUBLIC;
    g_assert_cmpint(execute(fixture, "UPDATE advisories SET withdrawn_version = 2"), ==, SQLITE_OK);
    g_assert_true(is_remembered(fixture, &at->asked)); /* everybody has it */
    members->asked.clock_confirmed = true;
    g_assert_cmpint(execute(fixture, "UPDATE advisories SET withdrawn_version = NULL"), ==,
                    SQLITE_OK);
    assert_permit(fixture, &members->asked);
    members->asked.audience = EMBARGO_PUBLIC;
    g_assert_false(is_remembered(fixture, &members->asked));
}

static void what_was_imported_was_public(struct fixture *fixture, const void *data)
{
    g_autofree struct question *at = question_new(4, EMBARGO_PUBLIC, "2026-05-01T12:00:00Z");
    g_autofree char *text = g_compute_checksum_for_string(G_CHECKSUM_SHA256, TEXT, -1);
    g_autofree char *sql = g_strdup_printf(
        "INSERT INTO versions (id, advisory, version, audience, origin, made_at, frozen_at, "
        "armour, "
        "signed_sha256, plain_sha256) VALUES (14, 1, 4, 'public', 'imported', 0, 1780000000, "
        "x'00', x'%s', zeroblob(32))",
        text);
    (void)data;
    g_assert_cmpint(execute(fixture, sql), ==, SQLITE_OK);
    g_assert_false(is_remembered(fixture, &at->asked)); /* the patch is none of its files */
    at->asked.count = 1;
    g_assert_true(is_remembered(fixture, &at->asked));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path, *dates;
        void (*test)(struct fixture *fixture, const void *data);
    } tests[] = {
        {"/embargo/second", BOTH_DATES, one_second_decides},
        {"/embargo/members", BOTH_DATES, members_hear_earlier},
        {"/embargo/text", BOTH_DATES, a_members_text_never_gets_public},
        {"/embargo/undecided", PREDISCLOSED, what_nobody_decided_has_not_come},
        {"/embargo/frozen", BOTH_DATES, only_frozen_bytes_leave},
        {"/embargo/back", BOTH_DATES, a_clock_set_back_is_noticed},
        {"/embargo/world", BOTH_DATES, a_clock_behind_the_world_is_noticed},
        {"/embargo/freeze", BOTH_DATES, freezing_comes_before_leaving},
        {"/embargo/override", BOTH_DATES, an_override_needs_a_reason_and_is_kept},
        {"/embargo/ledger", BOTH_DATES, every_answer_is_in_the_ledger},
        {"/embargo/unrecorded", BOTH_DATES, what_cannot_be_recorded_is_not_permitted},
        {"/embargo/permit", BOTH_DATES, a_permit_covers_its_bytes_alone},
        {"/embargo/withdrawn", BOTH_DATES, what_was_withdrawn_goes_nowhere},
        {"/embargo/notes", BOTH_DATES, a_note_lives_and_dies_with_its_transaction},
        {"/embargo/strangers", BOTH_DATES, strangers_are_not_there},
        {"/embargo/stays", BOTH_DATES, what_is_frozen_stays},
        {"/embargo/again", BOTH_DATES, what_went_out_goes_again},
        {"/embargo/imported", BOTH_DATES, what_was_imported_was_public},
    };
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct fixture, tests[i].dates, write_record, tests[i].test,
                   tear_down);
    return g_test_run();
}
