#include "sealing.h"

#include <string.h>

/* What coreutils print for "abc\n"; written down by hand. */
#define SHA256 "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb"

static void sums_are_as_coreutils_write_them(void)
{
    g_autoptr(GBytes) bytes = g_bytes_new_static("abc\n", 4);
    g_autofree char *sum = sealing_sum(bytes, G_CHECKSUM_SHA256, "csaf/white/2026/xsa-480.json");
    g_assert_cmpstr(sum, ==, SHA256 "  xsa-480.json\n");
    g_autofree char *other = sealing_sum(bytes, G_CHECKSUM_SHA512, "one.json");
    g_assert_cmpuint(strlen(other), ==, 128 + strlen("  one.json\n"));
}

static struct site new_site(void)
{
    return (struct site){.documents = g_ptr_array_new_with_free_func(site_document_free)};
}

static bool has(const struct site *site, const char *path, const char *advisory)
{
    for (guint i = 0; i < site->documents->len; i++) {
        const struct site_document *document = site->documents->pdata[i];
        if (g_str_equal(document->path, path))
            return g_strcmp0(document->advisory, advisory) == 0;
    }
    return false;
}

static void only_what_asks_for_it_is_sealed(void)
{
    g_autoptr(GError) error = NULL;
    struct site site = new_site();
    struct sealing sealing = {0};
    site_add_json(&site, "a/one.json", json_object(), "1", true);
    site_add_json(&site, "a/two.json", json_object(), NULL, true);
    site_add_json(&site, "three.json", json_object(), "1", false);
    g_assert_true(sealing_add(&sealing, &site, 1, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(site.documents->len, ==, 5); /* the first came before */
    g_assert_true(has(&site, "a/two.json.sha256", NULL));
    g_assert_true(has(&site, "a/two.json.sha512", NULL));
    g_assert_true(sealing_add(&sealing, &site, 0, &error));
    g_assert_true(has(&site, "a/one.json.sha256", "1"));
    g_ptr_array_unref(site.documents);
}

static void names_are_checked(void)
{
    g_autoptr(GError) error = NULL;
    struct site site = new_site();
    site_add(&site, "one.txt", g_bytes_new_static("a", 1), "1");
    site_add(&site, "one.txt", g_bytes_new_static("a", 1), "2");
    g_assert_true(site_check(&site, 0, &error));
    g_assert_cmpuint(site.documents->len, ==, 1);
    site_add(&site, "one.txt", g_bytes_new_static("b", 1), "2");
    g_assert_false(site_check(&site, 1, &error));
    g_assert_nonnull(strstr(error->message, "another document is called one.txt"));
    g_clear_error(&error);
    g_ptr_array_set_size(site.documents, 1);
    site_add(&site, "../two.txt", g_bytes_new_static("b", 1), "2");
    g_assert_false(site_check(&site, 1, &error));
    g_assert_nonnull(strstr(error->message, "no safe name"));
    g_ptr_array_unref(site.documents);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sealing/sums", sums_are_as_coreutils_write_them);
    g_test_add_func("/sealing/only_what_asks", only_what_asks_for_it_is_sealed);
    g_test_add_func("/sealing/names", names_are_checked);
    return g_test_run();
}
