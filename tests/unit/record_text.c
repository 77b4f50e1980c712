#include "record_text.h"

#include "armour.h"
#include "built_in.h"
#include "desk_fixture.h"
#include "fault.h"
#include "record.h"
#include "record_versions.h"

static gint64 new_version(struct store *store, const struct text *text)
{
    g_autoptr(GError) error = NULL;
    struct record_version version = {.version = MAX(1, text->version), .public_text = true};
    gint64 id = 0;
    g_autoptr(RecordAdvisory) found = record_find(store, text->number, NULL);
    if (found != NULL)
        version.advisory = found->id;
    else
        record_make(store, text->number, 1, &version.advisory, &error);
    g_assert_no_error(error);
    g_assert_true(record_add_version(store, &version, &id, &error));
    g_assert_no_error(error);
    return id;
}

/* Through the rows and back; caller frees. */
static char *round_trip(struct store *store, const struct layout *layout, const char *bytes,
                        gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Text) text = text_parse(bytes, length, TEXT_WHOLE, layout, &error);
    g_assert_no_error(error);
    g_assert_true(store_begin(store, &error));
    gint64 id = new_version(store, text);
    g_assert_true(record_save_text(store, id, text, &error));
    g_assert_true(store_commit(store, &error));
    g_assert_no_error(error);
    g_autoptr(Text) again = record_load_text(store, id, &error);
    g_assert_no_error(error);
    char *written = text_render(again, layout, &error);
    g_assert_no_error(error);
    return written;
}

static const char sample[] = "  *** EMBARGOED ***\n"
                             "\n"
                             "            Xen Security Advisory CVE-2026-11111,CVE-2026-2222 / "
                             "XSA-901\n"
                             "                  version 7\n"
                             "\n"
                             "     by hand caf\xc3\xa9 \xff\n"
                             "       in two lines\n"
                             "\n"
                             "lead\n"
                             "\n"
                             "UPDATES IN VERSION 7\n"
                             "====================\n"
                             "\n"
                             "Public release.\n"
                             "\n"
                             "\n"
                             "RESOLUTION\n"
                             "========\n"
                             "words\n"
                             "\n"
                             "For xen.git:\n"
                             "\n"
                             "xsa901.patch         xen-unstable\n"
                             "xsa901-?.patch       Xen 4.21.x\n"
                             "                     and more\n"
                             "\n"
                             "$ sha256sum xsa901/*\n"
                             "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                             "  xsa901.patch\n"
                             "$\n"
                             "\n";

static void a_text_by_hand(struct fixture *fixture, const void *data)
{
    g_autoptr(Layout) layout = built_in_layout();
    (void)data;
    g_autofree char *written =
        round_trip(desk_store(fixture->desk), layout, sample, strlen(sample));
    g_assert_cmpstr(written, ==, sample);
}

static void real_advisories(struct fixture *fixture, const void *data)
{
    g_autoptr(Layout) layout = built_in_layout();
    g_autoptr(GPtrArray) paths = built_in_corpus();
    (void)data;
    for (guint i = 0; paths != NULL && i < paths->len; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *file = NULL;
        gsize length = 0;
        g_test_message("%s", (char *)paths->pdata[i]);
        g_assert_true(g_file_get_contents(paths->pdata[i], &file, &length, NULL));
        g_autoptr(Armour) armour = armour_read(file, length, &error);
        g_assert_no_error(error);
        g_autofree char *written =
            round_trip(desk_store(fixture->desk), layout, armour->text, armour->length);
        g_assert_cmpstr(written, ==, armour->text);
    }
}

static void what_is_not_there(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Text) draft = text_new();
    (void)data;
    g_assert_null(record_load_text(desk_store(fixture->desk), 7, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
    g_clear_error(&error);
    g_assert_false(record_save_text(desk_store(fixture->desk), 7, draft, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
}

static void a_sealed_version(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Layout) layout = built_in_layout();
    g_autoptr(GBytes) patch = g_bytes_new_static("--- a\n+++ b\n\0\xff", 14);
    struct store *store = desk_store(fixture->desk);
    (void)data;
    g_autofree char *written = round_trip(store, layout, sample, strlen(sample));
    g_assert_cmpstr(written, ==, sample);
    struct record_version seal = {.id = 1,
                                  .frozen_at = 5,
                                  .signed_bytes = g_bytes_new_static("signed", 6),
                                  .signer = (char *)(gsize) "ABCD",
                                  .digest = (char *)(gsize) "SHA256",
                                  .signature_at = 4};
    record_digest("signed", 6, seal.signed_sha256);
    g_assert_true(store_begin(store, &error));
    g_assert_true(record_add_patch(store, 1, 0, "xsa901.patch", patch, &error));
    g_assert_true(record_add_patch(store, 1, 1, "xsa901-4.patch", patch, &error));
    g_assert_true(record_seal_version(store, &seal, &error));
    g_assert_true(store_commit(store, &error));
    g_assert_no_error(error);
    g_autoptr(GPtrArray) versions = record_versions(store, 1, &error);
    g_assert_cmpuint(versions->len, ==, 1);
    const struct record_version *found = versions->pdata[0];
    g_assert_cmpint(found->frozen_at, ==, 5);
    g_assert_true(g_bytes_equal(found->signed_bytes, seal.signed_bytes));
    g_assert_true(memcmp(found->signed_sha256, seal.signed_sha256, RECORD_DIGEST) == 0);
    g_assert_cmpstr(found->signer, ==, "ABCD");
    g_assert_null(found->armour);
    g_autoptr(GPtrArray) patches = record_patches(store, 1, &error);
    g_assert_cmpuint(patches->len, ==, 2);
    const struct record_patch *second = patches->pdata[1];
    g_assert_cmpstr(second->name, ==, "xsa901-4.patch");
    g_assert_true(g_bytes_equal(second->bytes, patch));
    g_assert_true(store_begin(store, &error));
    g_assert_false(record_add_patch(store, 1, 2, "late.patch", patch, &error));
    store_rollback(store);
    g_bytes_unref(seal.signed_bytes);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/record-text/by-hand", struct fixture, NULL, set_up, a_text_by_hand, tear_down);
    g_test_add("/record-text/real", struct fixture, NULL, set_up, real_advisories, tear_down);
    g_test_add("/record-text/absent", struct fixture, NULL, set_up, what_is_not_there, tear_down);
    g_test_add("/record-text/sealed", struct fixture, NULL, set_up, a_sealed_version, tear_down);
    return g_test_run();
}
