/* The files of a mail against the sums of the text in it. */
#include "enclosures.h"

#include "fault.h"
#include "mime.h"

#include <string.h>

#define SIGNED "-----BEGIN PGP SIGNED MESSAGE-----\n"

static void free_part(gpointer pointer)
{
    struct mime_part *part = pointer;
    g_free(part->name);
    g_clear_pointer(&part->bytes, g_bytes_unref);
    g_free(part);
}

static void add(GPtrArray *parts, enum mime_kind kind, const char *name, const char *bytes)
{
    struct mime_part *part = g_new0(struct mime_part, 1);
    *part = (struct mime_part){kind, g_strdup(name),
                               bytes == NULL ? NULL : g_bytes_new(bytes, strlen(bytes))};
    g_ptr_array_add(parts, part);
}

static GPtrArray *new_parts(void)
{
    return g_ptr_array_new_with_free_func(free_part);
}

static struct text_block *new_sums(struct text *text)
{
    return text_add_block(text_add_section(text, TEXT_SECTION, "RESOLUTION"), TEXT_SUMS);
}

static void add_sum(struct text_block *sums, const char *name, const char *bytes)
{
    g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, bytes, -1);
    text_add_sum(sums, digest, name);
}

static void test_text(void)
{
    g_autoptr(GPtrArray) parts = new_parts();
    g_autoptr(GError) error = NULL;
    add(parts, MIME_TEXT, NULL, "a footer\n");
    g_assert_null(enclosures_text(parts, NULL));
    add(parts, MIME_MAIL, NULL, NULL);
    g_assert_null(enclosures_text(parts, &error));
    g_assert_nonnull(strstr(error->message, "within the mail"));
    add(parts, MIME_ATTACHMENT, "xsa1.patch", "diff\n" SIGNED);
    add(parts, MIME_OTHER, NULL, SIGNED);
    g_assert_null(enclosures_text(parts, NULL));
    add(parts, MIME_TEXT, NULL, "- " SIGNED "\n" SIGNED);
    GBytes *found = enclosures_text(parts, NULL);
    g_assert_true(found == ((struct mime_part *)parts->pdata[4])->bytes);
    add(parts, MIME_ATTACHMENT, "advisory-2.txt", SIGNED);
    g_clear_error(&error);
    g_assert_null(enclosures_text(parts, &error));
    g_assert_error(error, FAULT_DOMAIN, (int)FAULT_DATA);
    g_assert_nonnull(strstr(error->message, "more than one"));
}

static void test_match(void)
{
    g_autoptr(Text) text = text_new();
    g_autoptr(GPtrArray) parts = new_parts();
    g_autoptr(GError) error = NULL;
    g_autofree char *remarks = NULL;
    struct text_block *sums = new_sums(text);
    add_sum(sums, "xsa1.patch", "one");
    add_sum(sums, "xsa1/two.patch", "two");
    add_sum(sums, "xsa1-3.patch", "three");
    add(parts, MIME_ATTACHMENT, "two.patch", "two");
    add(parts, MIME_ATTACHMENT, "xsa1.patch", "one");
    add(parts, MIME_ATTACHMENT, "xsa1.patch", "one");
    add(parts, MIME_ATTACHMENT, "notes.txt", "frob");
    add(parts, MIME_ATTACHMENT, "../frob", "frob");
    g_autoptr(GPtrArray) found = enclosures_match(parts, text, &remarks, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(found->len, ==, 2);
    const struct enclosure *first = found->pdata[0], *second = found->pdata[1];
    g_assert_cmpstr(first->name, ==, "xsa1.patch");
    g_assert_cmpstr(second->name, ==, "xsa1/two.patch");
    g_assert_cmpuint(g_bytes_get_size(second->bytes), ==, 3);
    g_assert_cmpstr(remarks, ==,
                    "xsa1-3.patch is not attached; notes.txt is attached, and in no sum; a file "
                    "without a safe name is attached, and in no sum");
}

static void refused(const char *name, const char *summed, const char *attached, const char *says)
{
    g_autoptr(Text) text = text_new();
    g_autoptr(GPtrArray) parts = new_parts();
    g_autoptr(GError) error = NULL;
    g_autofree char *remarks = NULL;
    add_sum(new_sums(text), name, summed);
    add(parts, MIME_ATTACHMENT, name, attached);
    g_autoptr(GPtrArray) found = enclosures_match(parts, text, &remarks, &error);
    g_assert_null(found);
    g_assert_error(error, FAULT_DOMAIN, (int)FAULT_DATA);
    g_assert_nonnull(strstr(error->message, says));
}

static void test_refused(void)
{
    refused("xsa1.patch", "one", "two", "xsa1.patch is not the file");
    refused("../xsa1.patch", "one", "one", "a name that nothing is kept under");
    refused("xsa1\n.patch", "one", "one", "a name that nothing is kept under");
}

/* The same name with two sums: no file can be both. */
static void test_twice(void)
{
    g_autoptr(Text) text = text_new();
    g_autoptr(GPtrArray) parts = new_parts();
    g_autofree char *remarks = NULL;
    struct text_block *sums = new_sums(text);
    add(parts, MIME_ATTACHMENT, "xsa1.patch", "one");
    add_sum(sums, "xsa1.patch", "one");
    add_sum(sums, "xsa1.patch", "one");
    g_autoptr(GPtrArray) found = enclosures_match(parts, text, &remarks, NULL);
    g_assert_cmpuint(found->len, ==, 1);
    g_assert_null(remarks);
    add_sum(sums, "xsa1.patch", "two");
    g_assert_null(enclosures_match(parts, text, &remarks, NULL));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/enclosures/text", test_text);
    g_test_add_func("/enclosures/match", test_match);
    g_test_add_func("/enclosures/refused", test_refused);
    g_test_add_func("/enclosures/twice", test_twice);
    return g_test_run();
}
