#include "resolve.h"
#include "resolve_parts.h"

#include <string.h>

#define RELEASES 4

static void expect(enum resolve_state state, const struct resolve_span *span,
                   const char *const expected[RELEASES])
{
    static struct release found[RELEASES];
    static char versions[RELEASES][8] = {"4.20.0", "4.20.1", "4.20.2", "4.20.3"};
    static char tags[RELEASES][16] = {"RELEASE-4.20.0", "RELEASE-4.20.1", "RELEASE-4.20.2",
                                      "RELEASE-4.20.3"};
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    const struct resolve_trunk trunk = {.name = tags[0], .releases = list};
    struct resolve_line line = {.state = state};
    line.releases = g_ptr_array_new_with_free_func(resolve_release_free);
    for (guint i = 0; i < RELEASES; i++) {
        found[i] = (struct release){.version = versions[i], .tag = tags[i]};
        memset(found[i].commit, 'a' + (int)i, 40);
        g_ptr_array_add(list, &found[i]);
    }
    resolve_list_releases(&trunk, span, &line);
    g_assert_cmpuint(line.releases->len, ==, RELEASES);
    for (guint i = 0; i < RELEASES; i++) {
        const struct resolve_release *release = line.releases->pdata[i];
        g_assert_cmpstr(release->version, ==, versions[i]);
        g_assert_cmpstr(release->tag, ==, tags[i]);
        g_assert_cmpstr(release->commit, ==, found[i].commit);
        g_assert_cmpstr(resolve_standing_name(release->standing), ==, expected[i]);
    }
    g_ptr_array_unref(line.releases);
}

static void a_fix_parts_the_releases(void)
{
    expect(RESOLVE_FIXED, &(struct resolve_span){1, 4, false},
           (const char *[]){"affected", "affected", "affected", "fixed"});
    expect(RESOLVE_FIXED, &(struct resolve_span){2, 3, true},
           (const char *[]){"not affected", "affected", "fixed", "fixed"});
    /* It forked off with both the problem and the fix. */
    expect(RESOLVE_FIXED, &(struct resolve_span){1, 1, true},
           (const char *[]){"fixed", "fixed", "fixed", "fixed"});
    /* The branch has it, no release does. */
    expect(RESOLVE_FIXED, &(struct resolve_span){3, RESOLVE_UNRELEASED, true},
           (const char *[]){"not affected", "not affected", "affected", "affected"});
}

static void what_is_not_fixed_stays_affected(void)
{
    const struct resolve_span span = {2, RESOLVE_UNRELEASED, true};
    const char *const expected[] = {"not affected", "affected", "affected", "affected"};
    expect(RESOLVE_OPEN, &span, expected);
    expect(RESOLVE_PARTLY, &span, expected);
    expect(RESOLVE_UNSUPPORTED, &span, expected);
}

static void what_nobody_looked_at_is_not_known(void)
{
    const char *const unknown[] = {"unknown", "unknown", "unknown", "unknown"};
    expect(RESOLVE_UNSUPPORTED, &(struct resolve_span){1, RESOLVE_UNRELEASED, false}, unknown);
    expect(RESOLVE_UNKNOWN, &(struct resolve_span){0, 0, false}, unknown);
    expect(RESOLVE_OPEN, &(struct resolve_span){1, RESOLVE_UNRELEASED, false},
           (const char *[]){"affected", "affected", "affected", "affected"});
}

static void what_lacks_the_problem_is_not_affected(void)
{
    expect(RESOLVE_NOT_AFFECTED, &(struct resolve_span){0, 0, false},
           (const char *[]){"not affected", "not affected", "not affected", "not affected"});
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/resolve_standing/fixed", a_fix_parts_the_releases);
    g_test_add_func("/resolve_standing/open", what_is_not_fixed_stays_affected);
    g_test_add_func("/resolve_standing/unknown", what_nobody_looked_at_is_not_known);
    g_test_add_func("/resolve_standing/not-affected", what_lacks_the_problem_is_not_affected);
    return g_test_run();
}
