#include "releases.h"

#include "fault.h"
#include "sketch.h"

#include <string.h>

/* What a test asks about. */
struct scene {
    struct graph *graph;
    struct release_list *list;
};

static void scene_init(struct scene *scene, struct sketch *sketch, const char *pattern)
{
    static const char *const stable[] = {"stable-*", "REL_*_STABLE", NULL};
    g_autoptr(GError) error = NULL;
    g_autoptr(TagRules) rules = tag_rules_new(pattern, &error);
    sketch_finish(sketch, "main", NULL);
    scene->graph = graph_load(sketch->store, 1, &error);
    g_assert_no_error(error);
    scene->list = releases_load(sketch->store, 1, scene->graph, rules, stable, &error);
    if (scene->list != NULL)
        lines_count(scene->list, scene->graph);
    g_assert_no_error(error);
}

static void scene_clear(struct scene *scene)
{
    release_list_free(scene->list);
    graph_free(scene->graph);
}

/* "4.9.1 4.9 4.9.0 3+0": version, line, predecessor's version, commits and merges. */
static char *describe(const struct release_list *list, const struct release *release)
{
    const struct release *before =
        release->predecessor < 0 ? NULL : g_ptr_array_index(list->releases, release->predecessor);
    return g_strdup_printf("%s %s %s %u+%u", release->version, release->line,
                           before == NULL ? "-" : before->version, release->commits,
                           release->merges);
}

static void check_list(const struct release_list *list, const GPtrArray *releases,
                       const char *const *expected)
{
    for (guint i = 0; i < releases->len; i++) {
        g_autofree char *found = describe(list, g_ptr_array_index(releases, i));
        g_assert_cmpstr(found, ==, expected[i]);
    }
    g_assert_null(expected[releases->len]);
}

static const char *fork_name(const struct scene *scene, const struct sketch *sketch,
                             const char *version)
{
    const struct release *release = releases_find(scene->list, version, NULL);
    g_assert_nonnull(release);
    GHashTableIter iter;
    gpointer name = NULL, id = NULL;
    g_hash_table_iter_init(&iter, sketch->commits);
    while (g_hash_table_iter_next(&iter, &name, &id))
        if (release->fork >= 0 &&
            *(gint64 *)id == graph_commit_id(scene->graph, (guint)release->fork))
            return name;
    return NULL;
}

/* Two stable lines as Xen has them: releases off the main branch, numbers skipped, four parts. */
static struct sketch *two_lines(void)
{
    struct sketch *sketch = sketch_new("xen");
    sketch_chain(sketch, "", "m1 m2 m3 m4 m5 m6");
    sketch_chain(sketch, "m2", "a1 a2 a3 a4 a5");
    sketch_chain(sketch, "m5", "b1 b2");
    sketch_commit(sketch, "b3", "b2 m6");
    sketch_ref(sketch, "branch", "main", "m6", false);
    sketch_ref(sketch, "branch", "stable-4.8", "a5", false);
    sketch_ref(sketch, "branch", "stable-4.9", "b2", false);
    sketch_tags(sketch, "RELEASE-4.8.0=a1 RELEASE-4.8.1=a2 RELEASE-4.8.3=a3 RELEASE-4.8.3.1=a4 "
                        "4.9.0-rc1=m4 4.9-rc2=b1 RELEASE-4.9.0=b2 xen-RELEASE-4.8.0=a1 "
                        "4.9-dev=m2 split-1.0=m1 4.10-rc1=m6");
    return sketch;
}

static void lines_as_xen_has_them(void)
{
    static const char *const releases[] = {"4.8.0 4.8 - 3+0",     "4.8.1 4.8 4.8.0 1+0",
                                           "4.8.3 4.8 4.8.1 1+0", "4.8.3.1 4.8 4.8.3 1+0",
                                           "4.9.0 4.9 4.8.0 5+0", NULL};
    static const char *const candidates[] = {"4.9.0-rc1 4.9 4.8.0 2+0", "4.9.0-rc2 4.9 4.8.0 4+0",
                                             NULL};
    static const char *const upcoming[] = {"4.10.0-rc1 4.10 4.9.0 1+0", NULL};
    g_autoptr(Sketch) sketch = two_lines();
    struct scene scene;
    scene_init(&scene, sketch, NULL);
    check_list(scene.list, scene.list->releases, releases);
    const struct release *newest = releases_newest(scene.list);
    g_assert_cmpstr(newest->tag, ==, "RELEASE-4.9.0");
    check_list(scene.list, newest->candidates, candidates);
    check_list(scene.list, scene.list->upcoming, upcoming);
    g_assert_cmpstr(fork_name(&scene, sketch, "4.8.1"), ==, "m2");
    g_assert_cmpstr(fork_name(&scene, sketch, "4.9.0-rc1"), ==, "m5");
    g_assert_cmpstr(newest->fork_commit, ==, "0000000000000000000000000000000000000005");
    g_assert_cmpstr(newest->commit, ==, "000000000000000000000000000000000000000d");
    scene_clear(&scene);
}

static void other_names_and_other_tags(void)
{
    g_autoptr(Sketch) sketch = two_lines();
    struct scene scene;
    sketch_ref(sketch, "tag", "4.7.0", NULL, false);
    sketch_tags(sketch, "v4.8.1=a3");
    scene_init(&scene, sketch, NULL);
    const struct release *first = g_ptr_array_index(scene.list->releases, 0);
    g_assert_cmpstr(first->aliases[0], ==, "xen-RELEASE-4.8.0");
    g_autoptr(GString) ignored = g_string_new(NULL);
    for (guint i = 0; i < scene.list->ignored->len; i++) {
        const struct ignored_tag *tag = g_ptr_array_index(scene.list->ignored, i);
        g_string_append_printf(ignored, "%s: %s\n", tag->name, tag->reason);
    }
    g_assert_cmpstr(ignored->str, ==,
                    "4.7.0: it leads to no commit\n"
                    "4.9-dev: it marks the start of development, not a release\n"
                    "RELEASE-4.8.1: another tag of the same version is on another commit\n"
                    "split-1.0: another name than the project's before its version\n");
    scene_clear(&scene);
}

static void annotated_tags_are_preferred(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    struct scene scene;
    sketch_chain(sketch, "", "m1 m2");
    sketch_ref(sketch, "branch", "main", "m2", false);
    sketch_ref(sketch, "tag", "1.0", "m1", false);
    sketch_ref(sketch, "tag", "release-1.0", "m2", true);
    scene_init(&scene, sketch, NULL);
    const struct release *newest = releases_newest(scene.list);
    g_assert_cmpstr(newest->tag, ==, "release-1.0");
    g_assert_true(newest->annotated);
    g_assert_cmpint(newest->tag_time, ==, 5000);
    scene_clear(&scene);
}

static void check_scene(struct sketch *sketch, const char *const *expected)
{
    struct scene scene;
    scene_init(&scene, sketch, NULL);
    check_list(scene.list, scene.list->releases, expected);
    scene_clear(&scene);
    sketch_free(sketch);
}

/* Tagged on the main branch, two parts: each is a line of its own. */
static void features_as_linux_has_them(void)
{
    static const char *const expected[] = {"5.18 5.18 - 1+0", "5.19 5.19 5.18 1+0",
                                           "6.0 6.0 5.19 1+0", "6.1 6.1 6.0 1+0", NULL};
    struct sketch *sketch = sketch_new("linux");
    sketch_chain(sketch, "", "a b c d");
    sketch_ref(sketch, "branch", "main", "d", false);
    sketch_tags(sketch, "v5.18=a v5.19=b v6.0=c v6.0-rc1=c v6.1=d");
    check_scene(sketch, expected);
}

/* Two parts again, but 15.1 and 15.2 follow each other off the main branch. */
static void series_as_postgresql_has_them(void)
{
    static const char *const expected[] = {"9.6.0 9.6 - 2+0",
                                           "9.6.1 9.6 9.6.0 1+0",
                                           "10.0 10 9.6.0 2+0",
                                           "10.1 10 10.0 1+0",
                                           "10.2 10 10.1 1+0",
                                           "11.0 11 10.0 2+0",
                                           NULL};
    struct sketch *sketch = sketch_new("postgresql");
    sketch_chain(sketch, "", "m1 m2 m3");
    sketch_chain(sketch, "m1", "a1 a2");
    sketch_chain(sketch, "m2", "b1 b2 b3");
    sketch_chain(sketch, "m3", "c1");
    sketch_ref(sketch, "branch", "main", "m3", false);
    sketch_tags(sketch, "REL9_6_0=a1 REL9_6_1=a2 REL_10_0=b1 REL_10_1=b2 REL_10_2=b3 "
                        "REL_10_BETA1=m2 REL_11_0=c1");
    check_scene(sketch, expected);
}

static void letters_as_openssl_has_them(void)
{
    static const char *const expected[] = {"1.1.0 1.1.0 - 1+0",
                                           "1.1.0a 1.1.0 1.1.0 1+0",
                                           "1.1.1 1.1.1 1.1.0 2+0",
                                           "1.1.1a 1.1.1 1.1.1 1+0",
                                           "3.0.0 3.0 1.1.1 2+0",
                                           "3.0.1 3.0 3.0.0 1+0",
                                           NULL};
    struct sketch *sketch = sketch_new("x");
    sketch_chain(sketch, "", "a b c d e f");
    sketch_ref(sketch, "branch", "main", "f", false);
    sketch_tags(sketch, "OpenSSL_1_1_0=a OpenSSL_1_1_0a=b OpenSSL_1_1_1=c OpenSSL_1_1_1a=d "
                        "openssl-3.0.0=e openssl-3.0.1=f OpenSSL-fips-2_0_1=a");
    check_scene(sketch, expected);
}

static void names_as_curl_has_them(void)
{
    static const char *const expected[] = {"8.7.0 8.7 - 1+0", "8.7.1 8.7 8.7.0 1+0",
                                           "8.9.0 8.9 8.7.0 2+0", "8.9.1 8.9 8.9.0 1+0", NULL};
    struct sketch *sketch = sketch_new("mirror");
    sketch_chain(sketch, "", "a b c d");
    sketch_ref(sketch, "branch", "main", "d", false);
    sketch_tags(sketch, "curl-8_7_0=a curl-8_7_1=b curl-8_9_0=c rc-8_9_0-1=c curl-8_9_1=d");
    check_scene(sketch, expected);
}

/* No .0 in the line before: from its newest release on. Merges are counted beside. */
static void lines_without_a_start(void)
{
    static const char *const expected[] = {"3.4.2 3.4 - 1+0", "3.4.3 3.4 3.4.2 1+0",
                                           "4.0.0 4.0 3.4.3 2+1", NULL};
    struct sketch *sketch = sketch_new("x");
    sketch_chain(sketch, "", "a b c");
    sketch_chain(sketch, "b", "d");
    sketch_commit(sketch, "e", "c d");
    sketch_ref(sketch, "branch", "main", "e", false);
    sketch_tags(sketch, "3.4.2=a 3.4.3=b 4.0.0=e");
    check_scene(sketch, expected);
}

static void a_line_on_main_begins_with_its_first_release(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    struct scene scene;
    sketch_chain(sketch, "", "a b c");
    sketch_ref(sketch, "branch", "main", "c", false);
    sketch_tags(sketch, "2.0.0=a 2.0.1=b");
    scene_init(&scene, sketch, NULL);
    g_assert_cmpstr(fork_name(&scene, sketch, "2.0.1"), ==, "a");
    scene_clear(&scene);
}

/* Where the line was merged into, first parents alone would miss the merge base. */
static void a_fork_is_the_merge_base(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    struct scene scene;
    sketch_chain(sketch, "", "m1 m2 m3 m4");
    sketch_chain(sketch, "m1", "a1");
    sketch_commit(sketch, "a2", "a1 m3");
    sketch_ref(sketch, "branch", "main", "m4", false);
    sketch_tags(sketch, "2.0.0=a2");
    scene_init(&scene, sketch, NULL);
    g_assert_cmpstr(fork_name(&scene, sketch, "2.0.0"), ==, "m3");
    scene_clear(&scene);
}

static void an_expression_reads_other_tags(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    struct scene scene;
    sketch_chain(sketch, "", "a b");
    sketch_tags(sketch, "R1B0=a R1B1=b");
    scene_init(&scene, sketch, "R(?<major>\\d+)B(?<minor>\\d+)");
    g_assert_cmpuint(scene.list->releases->len, ==, 2);
    g_assert_cmpint(scene.list->main_tip, ==, -1);
    scene_clear(&scene);
}

static void names_are_found(void)
{
    static const char *const names[][2] = {
        {"RELEASE-4.9.0", "RELEASE-4.9.0"},
        {"4.9.0", "RELEASE-4.9.0"},
        {"4.9", "RELEASE-4.9.0"},
        {"v4.9", "RELEASE-4.9.0"},
        {"xen-RELEASE-4.8.0", "RELEASE-4.8.0"},
        {"4.9.0-rc2", "4.9-rc2"},
        {"4.9-rc2", "4.9-rc2"},
        {"4.10-rc1", "4.10-rc1"},
    };
    g_autoptr(Sketch) sketch = two_lines();
    struct scene scene;
    scene_init(&scene, sketch, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_assert_cmpstr(releases_find(scene.list, names[i][0], NULL)->tag, ==, names[i][1]);
    g_autoptr(GError) error = NULL;
    g_assert_null(releases_find(scene.list, "4.8.2", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
    g_assert_nonnull(strstr(error->message, "4.8.3, 4.8.1"));
    scene_clear(&scene);
}

static void no_releases_at_all(void)
{
    g_autoptr(Sketch) sketch = sketch_new("x");
    struct scene scene;
    g_autoptr(GError) error = NULL;
    scene_init(&scene, sketch, NULL);
    g_assert_null(releases_newest(scene.list));
    g_assert_null(releases_find(scene.list, "1.0", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
    scene_clear(&scene);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/releases/xen", lines_as_xen_has_them);
    g_test_add_func("/releases/names", other_names_and_other_tags);
    g_test_add_func("/releases/annotated", annotated_tags_are_preferred);
    g_test_add_func("/releases/linux", features_as_linux_has_them);
    g_test_add_func("/releases/postgresql", series_as_postgresql_has_them);
    g_test_add_func("/releases/openssl", letters_as_openssl_has_them);
    g_test_add_func("/releases/curl", names_as_curl_has_them);
    g_test_add_func("/releases/no-start", lines_without_a_start);
    g_test_add_func("/releases/on-main", a_line_on_main_begins_with_its_first_release);
    g_test_add_func("/releases/merge-base", a_fork_is_the_merge_base);
    g_test_add_func("/releases/pattern", an_expression_reads_other_tags);
    g_test_add_func("/releases/find", names_are_found);
    g_test_add_func("/releases/none", no_releases_at_all);
    return g_test_run();
}
