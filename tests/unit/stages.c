#include "stages.h"

#include "fault.h"

#include <string.h>

static void assert_after(const char *state, enum stage_step step, const char *after)
{
    g_autoptr(GError) error = NULL;
    g_assert_cmpstr(stage_after("501", state, step, &error), ==, after);
    if (after == NULL)
        g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    else
        g_assert_no_error(error);
}

/* The way of an embargoed advisory, from its first draft to an update. */
static void a_whole_life(void)
{
    assert_after("draft", STAGE_FREEZE, "frozen");
    assert_after("frozen", STAGE_MEMBERS, "predisclosed");
    assert_after("predisclosed", STAGE_FREEZE, "frozen");
    assert_after("frozen", STAGE_PUBLIC, "public");
    assert_after("public", STAGE_FREEZE, "public");
    assert_after("public", STAGE_UPDATE, "updated");
    assert_after("updated", STAGE_WITHDRAW, "withdrawn");
}

static void what_is_not_frozen_goes_nowhere(void)
{
    assert_after("draft", STAGE_MEMBERS, NULL);
    assert_after("draft", STAGE_PUBLIC, NULL);
    assert_after("draft", STAGE_UPDATE, NULL);
}

static void what_is_public_has_no_embargo(void)
{
    assert_after("public", STAGE_VACATE, NULL);
    assert_after("updated", STAGE_VACATE, NULL);
    assert_after("withdrawn", STAGE_VACATE, NULL);
    assert_after("predisclosed", STAGE_VACATE, "predisclosed");
}

static void members_hear_again_of_what_is_public(void)
{
    assert_after("public", STAGE_MEMBERS, "public");
    assert_after("updated", STAGE_PUBLIC, "updated");
}

static void a_withdrawn_one_stays_so(void)
{
    assert_after("withdrawn", STAGE_WITHDRAW, NULL);
    assert_after("withdrawn", STAGE_FREEZE, "withdrawn");
    assert_after("withdrawn", STAGE_PUBLIC, "withdrawn");
}

static void a_refusal_lists_what_is_legal(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(stage_after("501", "draft", STAGE_PUBLIC, &error));
    g_assert_cmpstr(error->message, ==,
                    "advisory 501 is a draft and cannot be disclosed to the public; what it can be "
                    "is: frozen, vacated, withdrawn");
}

static void an_unknown_state_is_our_mistake(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(stage_after("501", "lost", STAGE_FREEZE, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_INTERNAL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stages/a-whole-life", a_whole_life);
    g_test_add_func("/stages/unfrozen", what_is_not_frozen_goes_nowhere);
    g_test_add_func("/stages/no-embargo", what_is_public_has_no_embargo);
    g_test_add_func("/stages/members-again", members_hear_again_of_what_is_public);
    g_test_add_func("/stages/withdrawn", a_withdrawn_one_stays_so);
    g_test_add_func("/stages/refusal", a_refusal_lists_what_is_legal);
    g_test_add_func("/stages/unknown", an_unknown_state_is_our_mistake);
    return g_test_run();
}
