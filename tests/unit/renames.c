#include "renames.h"

#include <string.h>

/* The id is made of the content, so that equal contents are one blob. */
struct sample {
    const char *path;
    const char *content; /* NULL: cannot be read */
    guint32 mode;        /* 0: a regular file */
};

struct trees {
    const struct sample *samples[2];
    struct rename_side sides[2][8];
    guint n[2];
    guint reads[2][8];
};

static const char *read_sample(void *user, const struct rename_side *side, gsize *ret_length)
{
    struct trees *trees = user;
    gsize which = side >= trees->sides[1] && side < trees->sides[1] + 8;
    gsize index = (gsize)(side - trees->sides[which]);
    trees->reads[which][index]++;
    const char *content = trees->samples[which][index].content;
    *ret_length = content == NULL ? 0 : strlen(content);
    return content;
}

static void set_side(struct trees *trees, gsize which, const struct sample *samples)
{
    trees->samples[which] = samples;
    for (guint i = 0; samples[i].path != NULL; i++) {
        const struct sample *sample = &samples[i];
        struct rename_side *side = &trees->sides[which][trees->n[which]++];
        side->path = sample->path;
        side->mode = sample->mode == 0 ? 0100644 : sample->mode;
        const char *text = sample->content == NULL ? sample->path : sample->content;
        g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
        g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
        gsize length = sizeof side->id;
        g_checksum_get_digest(sum, side->id, &length);
    }
}

/* "similarity gone>born" for each pair, with a space between. */
static char *find(const struct sample *gone, const struct sample *born)
{
    struct trees trees = {0};
    set_side(&trees, 0, gone);
    set_side(&trees, 1, born);
    g_autoptr(GArray) pairs =
        renames_find(trees.sides[0], trees.n[0], trees.sides[1], trees.n[1], read_sample, &trees);
    GString *shown = g_string_new(NULL);
    for (guint i = 0; i < pairs->len; i++) {
        const struct rename_pair *pair = &g_array_index(pairs, struct rename_pair, i);
        g_string_append_printf(shown, "%s%u %s>%s", i == 0 ? "" : " ", pair->similarity,
                               gone[pair->gone].path, born[pair->born].path);
    }
    for (guint i = 0; i < 8; i++)
        g_assert_cmpuint(MAX(trees.reads[0][i], trees.reads[1][i]), <=, 1);
    return g_string_free(shown, FALSE);
}

static void check(const struct sample *gone, const struct sample *born, const char *expected)
{
    g_autofree char *shown = find(gone, born);
    g_assert_cmpstr(shown, ==, expected);
}

#define TEN "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"

static void nothing_on_one_side(void)
{
    static const struct sample none[] = {{.path = NULL}}, some[] = {{"a", TEN, 0}, {.path = NULL}};
    check(none, some, "");
    check(some, none, "");
    g_autoptr(GArray) pairs = renames_find(NULL, 0, NULL, 0, read_sample, NULL);
    g_assert_cmpuint(pairs->len, ==, 0);
}

static void same_blob_prefers_the_name(void)
{
    static const struct sample gone[] = {{"a/x", TEN, 0}, {"b/y", TEN, 0}, {.path = NULL}};
    static const struct sample born[] = {{"c/y", TEN, 0}, {"c/z", TEN, 0}, {.path = NULL}};
    check(gone, born, "100 b/y>c/y 100 a/x>c/z");
}

static void same_blob_must_be_of_one_kind(void)
{
    static const struct sample gone[] = {{"link", "x", 0120000}, {"plain", "y", 0}, {.path = NULL}};
    static const struct sample born[] = {
        {"file", "x", 0}, {"link2", "y", 0120000}, {"run", "y", 0100755}, {.path = NULL}};
    check(gone, born, "100 plain>run");
}

static void empty_files_are_renamed(void)
{
    static const struct sample gone[] = {{"a", "", 0}, {.path = NULL}},
                               born[] = {{"b", "", 0}, {.path = NULL}};
    check(gone, born, "100 a>b");
}

static void changed_files_are_found(void)
{
    static const struct sample gone[] = {
        {"a", TEN, 0}, {"other", "nothing\nlike it\n", 0}, {.path = NULL}};
    static const struct sample born[] = {{"b", TEN "eleven\n", 0}, {.path = NULL}};
    check(gone, born, "87 a>b");
}

static void half_is_enough_and_less_is_not(void)
{
    static const struct sample gone[] = {{"a", "1234\n5678\n", 0}, {.path = NULL}};
    static const struct sample half[] = {{"b", "1234\nabcd\n", 0}, {.path = NULL}};
    static const struct sample less[] = {{"b", "1234\nabcde\n", 0}, {.path = NULL}};
    check(gone, half, "50 a>b");
    check(gone, less, "");
}

#define NAME "aaa\nbbb\nccc\nddd\neee\n"
#define CHANGED_NAME "aaa\nbbb\nccc\nddd\nEEE\n"

static void same_name_goes_first(void)
{
    static const struct sample gone[] = {
        {"old/name", NAME, 0}, {"old/other", CHANGED_NAME "f\n", 0}, {.path = NULL}};
    static const struct sample near[] = {{"new/name", CHANGED_NAME, 0}, {.path = NULL}};
    static const struct sample far[] = {{"new/name", CHANGED_NAME "ggg\n", 0}, {.path = NULL}};
    check(gone, near, "80 old/name>new/name");
    check(gone, far, "83 old/other>new/name");
}

static void several_of_one_name_have_no_privilege(void)
{
    static const struct sample gone[] = {{"a/name", NAME, 0},
                                         {"b/name", "xxx\n", 0},
                                         {"b/other", CHANGED_NAME "f\n", 0},
                                         {.path = NULL}};
    static const struct sample born[] = {{"new/name", CHANGED_NAME, 0}, {.path = NULL}};
    check(gone, born, "90 b/other>new/name");
}

static void best_pair_first_ordered_by_born(void)
{
    static const struct sample gone[] = {{"g1", TEN, 0}, {"g2", TEN "eleven\n", 0}, {.path = NULL}};
    static const struct sample born[] = {
        {"b1", TEN "eleven\ntwelve\nmore\n", 0}, {"b2", TEN "eleven\ntwelve\n", 0}, {.path = NULL}};
    check(gone, born, "72 g1>b1 88 g2>b2");
}

static void only_regular_files_change(void)
{
    static const struct sample gone[] = {{"a", TEN, 0120000}, {"m", NULL, 0160000}, {.path = NULL}};
    static const struct sample born[] = {
        {"b", TEN "x\n", 0120000}, {"n", NULL, 0160000}, {.path = NULL}};
    check(gone, born, "");
}

static void unreadable_is_left_out(void)
{
    static const struct sample gone[] = {{"a", NULL, 0}, {"c", TEN, 0}, {.path = NULL}};
    static const struct sample born[] = {{"b", TEN "x\n", 0}, {"d", NULL, 0}, {.path = NULL}};
    check(gone, born, "96 c>b");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/renames/nothing", nothing_on_one_side);
    g_test_add_func("/renames/same-blob", same_blob_prefers_the_name);
    g_test_add_func("/renames/kinds", same_blob_must_be_of_one_kind);
    g_test_add_func("/renames/empty", empty_files_are_renamed);
    g_test_add_func("/renames/changed", changed_files_are_found);
    g_test_add_func("/renames/half", half_is_enough_and_less_is_not);
    g_test_add_func("/renames/same-name", same_name_goes_first);
    g_test_add_func("/renames/several", several_of_one_name_have_no_privilege);
    g_test_add_func("/renames/best-first", best_pair_first_ordered_by_born);
    g_test_add_func("/renames/regular", only_regular_files_change);
    g_test_add_func("/renames/unreadable", unreadable_is_left_out);
    return g_test_run();
}
