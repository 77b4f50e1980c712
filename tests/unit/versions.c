#include "versions.h"

#include "fault.h"

#include <string.h>

/* "4.9.0|rc3|curl": text, candidate and project's word of a tag, or "! reason". */
static char *read_tag(const struct tag_rules *rules, const char *tag)
{
    struct version version;
    const char *reason = NULL;
    if (!tag_parse_version(rules, tag, &version, &reason))
        return g_strdup_printf("! %s", reason);
    return g_strdup_printf("%s|%s|%s", version.text, version.candidate, version.word);
}

static void check_tags(const char *pattern, const char *const (*tags)[2], gsize count)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(TagRules) rules = tag_rules_new(pattern, &error);
    g_assert_no_error(error);
    for (gsize i = 0; i < count; i++) {
        g_autofree char *read = read_tag(rules, tags[i][0]);
        if (strcmp(read, tags[i][1]) != 0)
            g_error("%s: read as %s, not as %s", tags[i][0], read, tags[i][1]);
    }
}

static void known_forms(void)
{
    static const char *const tags[][2] = {
        {"RELEASE-4.9.0", "4.9.0||"},
        {"4.9.0-rc3", "4.9.0|rc3|"},
        {"4.9.0-rc1.1", "4.9.0|rc1.1|"},
        {"4.12-rc2", "4.12|rc2|"},
        {"3.0.2-rc", "3.0.2|rc|"},
        {"RELEASE-4.1.6.1", "4.1.6.1||"},
        {"xen-4.3.0-rc2", "4.3.0|rc2|xen"},
        {"xen-RELEASE-4.14.5", "4.14.5||xen"},
        {"v2.41.0", "2.41.0||"},
        {"v2.41.0-rc0", "2.41.0|rc0|"},
        {"v1.5.3.8", "1.5.3.8||"},
        {"curl-8_9_1", "8.9.1||curl"},
        {"curl-7_10", "7.10||curl"},
        {"rc-8_13_0-2", "8.13.0|rc2|"},
        {"REL_15_2", "15.2||"},
        {"REL_15_BETA1", "15|beta1|"},
        {"REL_16_RC1", "16|rc1|"},
        {"REL9_6_1", "9.6.1||"},
        {"REL8_0_0BETA4", "8.0.0|beta4|"},
        {"openssl-3.0.1", "3.0.1||openssl"},
        {"openssl-3.0.0-alpha17", "3.0.0|alpha17|openssl"},
        {"OpenSSL_1_1_1w", "1.1.1w||openssl"},
        {"OpenSSL_1_0_2zg", "1.0.2zg||openssl"},
        {"OpenSSL_1_1_0-pre6", "1.1.0|pre6|openssl"},
        {"1.2.3", "1.2.3||"},
        {"v6.1-rc8", "6.1|rc8|"},
        {"v252", "252||"},
        {"v252.4", "252.4||"},
        {"v2023.04", "2023.04||"},
        {"v3.12.0b2", "3.12.0|b2|"},
        {"v3.12.0rc1", "3.12.0|rc1|"},
        {"libgit2-1.5.1", "1.5.1||libgit2"},
        {"go1.21.3", "1.21.3||go"},
        {"go1.4beta1", "1.4|beta1|go"},
        {"n6.1", "6.1||n"},
        {"less-590", "590||less"},
        {"llvmorg-17.0.6", "17.0.6||llvmorg"},
        {"releases/gcc-13.2.0", "13.2.0||gcc"},
        {"release/1.2", "1.2||"},
        {"version-3.40.1", "3.40.1||"},
        {"1.0-beta-2", "1.0|beta2|"},
        {"5.6.0.Final", "5.6.0||"},
        {"3.3a", "3.3a||"},
    };
    check_tags(NULL, tags, G_N_ELEMENTS(tags));
}

static void other_tags_have_reasons(void)
{
    static const char *const tags[][2] = {
        {"semistable", "! no version in its name"},
        {"", "! no version in its name"},
        {"beta1", "! no version in its name"},
        {"4.20-dev", "! it marks the start of development, not a release"},
        {"3.0.2-branched", "! it marks where a branch began"},
        {"4.8.3pre-shim-comet-2", "! more than a version in its name"},
        {"4.10.0-shim-comet-1.1", "! more than a version in its name"},
        {"v2.6.11-tree", "! more than a version in its name"},
        {"v2.41.0.windows.1", "! more than a version in its name"},
        {"v1.2.3-1", "! more than a version in its name"},
        {"Ubuntu-5.4.0-42.46", "! more than a version in its name"},
        {"2023-01-15", "! more than a version in its name"},
        {"OpenSSL-fips-2_0_16", "! more than a project's name before its version"},
        {"12", "! a number alone is no version"},
        {"1.2.3.4.5.6.7", "! no version in its name"},
        {"v99999999999.1", "! no version in its name"},
        {"v1..2", "! more than a version in its name"},
        {"v1.2-rc1-shim", "! more than a version in its name"},
        {"\xff\xfe-1.2", "! more than a project's name before its version"},
    };
    check_tags(NULL, tags, G_N_ELEMENTS(tags));
}

static void long_names_are_survived(void)
{
    g_autoptr(TagRules) rules = tag_rules_new(NULL, NULL);
    for (gsize length = 1; length < 300; length += 7) {
        g_autofree char *digits = g_strnfill(length, '1');
        g_autofree char *letters = g_strnfill(length, 'x');
        g_autofree char *one = g_strdup_printf("v1.%s", digits);
        g_autofree char *two = g_strdup_printf("%s-1.2", letters);
        g_autofree char *three = g_strdup_printf("v1.2-rc%s", digits);
        g_free(read_tag(rules, one));
        g_free(read_tag(rules, two));
        g_free(read_tag(rules, three));
    }
}

static void one_expression_reads_the_rest(void)
{
    static const char *const by_version[][2] = {
        {"frob@1.2", "1.2||"},
        {"frob@1.2-rc1", "1.2|rc1|"},
        {"frob@x", "! no version in its name"},
        {"v1.2", "1.2||"},
        {"old-frob@1.2", "! more than a project's name before its version"},
    };
    check_tags("frob@(?<version>[0-9][-0-9.rc]*)", by_version, G_N_ELEMENTS(by_version));
    static const char *const by_parts[][2] = {
        {"R5B2", "5.2||"},
        {"R5B2P7", "5.2.7||"},
        {"R5B2-C3", "5.2|c3|"},
    };
    check_tags("R(?<major>\\d+)B(?<minor>\\d+)(?:P(?<patch>\\d+))?(?:-(?<candidate>.+))?", by_parts,
               G_N_ELEMENTS(by_parts));
}

static void bad_expressions_are_refused(void)
{
    static const char *const bad[] = {"(", "v([0-9]+)", "(?<minor>[0-9]+)"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(tag_rules_new(bad[i], &error));
        g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    }
}

static void order_is_by_version(void)
{
    static const char *const ascending[] = {
        "0.9.8",       "0.9.8a",    "0.9.8z",     "0.9.8za",       "1.0",           "4.9.0-alpha1",
        "4.9.0-a2",    "4.9.0-b1",  "4.9.0-pre1", "4.9.0-rc",      "4.9.0-rc1",     "4.9.0-rc1.1",
        "4.9.0-rc1.2", "4.9.0-rc2", "4.9.0-rc10", "RELEASE-4.9.0", "RELEASE-4.9.1", "4.10-rc1",
        "v4.10",       "4.10.0.1",  "v2023.04",
    };
    g_autoptr(TagRules) rules = tag_rules_new(NULL, NULL);
    struct version before = {.count = 0}, version = {.count = 0};
    const char *reason = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(ascending); i++) {
        g_assert_true(tag_parse_version(rules, ascending[i], &version, &reason));
        if (i > 0 &&
            (version_compare(&before, &version) >= 0 || version_compare(&version, &before) <= 0))
            g_error("%s is not before %s", ascending[i - 1], ascending[i]);
        before = version;
    }
}

static void missing_parts_are_zero(void)
{
    g_autoptr(TagRules) rules = tag_rules_new(NULL, NULL);
    struct version a, b;
    const char *reason = NULL;
    g_assert_true(tag_parse_version(rules, "4.12-rc2", &a, &reason));
    g_assert_true(tag_parse_version(rules, "xen-4.12.0-rc2", &b, &reason));
    g_assert_cmpint(version_compare(&a, &b), ==, 0);
}

static void branches_name_lines(void)
{
    static const char *const branches[][2] = {
        {"stable-4.9", "4.9"},
        {"REL_15_STABLE", "15"},
        {"REL9_6_STABLE", "9.6"},
        {"release/1.2.x", "1.2"},
        {"OpenSSL_1_1_1-stable", "1.1.1"},
        {"openssl-3.0", "3.0"},
        {"maint-2.40", "2.40"},
        {"v5.x", "5"},
        {"4.10.0-shim-comet", NULL},
        {"master", NULL},
        {".5", "5"},
        {"", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(branches); i++) {
        struct version version = {.count = 0};
        bool found = branch_parse_version(branches[i][0], &version);
        g_assert_cmpstr(found ? version.text : NULL, ==, branches[i][1]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/versions/known", known_forms);
    g_test_add_func("/versions/others", other_tags_have_reasons);
    g_test_add_func("/versions/long", long_names_are_survived);
    g_test_add_func("/versions/pattern", one_expression_reads_the_rest);
    g_test_add_func("/versions/bad-pattern", bad_expressions_are_refused);
    g_test_add_func("/versions/order", order_is_by_version);
    g_test_add_func("/versions/equal", missing_parts_are_zero);
    g_test_add_func("/versions/branches", branches_name_lines);
    return g_test_run();
}
