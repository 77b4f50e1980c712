/* A message that is not encrypted is held against what was frozen: any changed byte is seen. */
#include "content.h"

#include "fault.h"
#include "mail.h"

#include <string.h>

#define TEXT "-----BEGIN PGP SIGNED MESSAGE-----\n\ncaf\303\251 frobs\n- -- \n"
#define WORDS "some words\n"

static void free_patch(gpointer pointer)
{
    struct record_patch *patch = pointer;
    g_free(patch->name);
    g_bytes_unref(patch->bytes);
    g_free(patch);
}

static void add_patch(struct parcel *parcel, const char *name, const char *bytes)
{
    struct record_patch *patch = g_new0(struct record_patch, 1);
    patch->name = g_strdup(name);
    patch->bytes = g_bytes_new(bytes, strlen(bytes));
    g_ptr_array_add(parcel->patches, patch);
}

static struct parcel *make_parcel(void)
{
    struct parcel *parcel = g_new0(struct parcel, 1);
    struct record_version *version = g_new0(struct record_version, 1);
    version->signed_bytes = g_bytes_new_static(TEXT, sizeof TEXT - 1);
    parcel->version = version;
    parcel->patches = g_ptr_array_new_with_free_func(free_patch);
    add_patch(parcel, "a.patch", "+one\n");
    add_patch(parcel, "b.patch", "+two\n");
    return parcel;
}

static void drop_parcel(struct parcel *parcel)
{
    record_version_free((struct record_version *)(guintptr)parcel->version);
    parcel_free(parcel);
}

/* What a mail of these says of itself. */
static bool holds(const char *words, const char *text, const char *const (*files)[2], guint count)
{
    static const struct mail_head head = {.from = "security@lantern.example",
                                          .to = "psirt@m.example",
                                          .subject = "frobs",
                                          .id = "1@lantern.example",
                                          .date = 1780000000};
    g_autoptr(GError) error = NULL;
    g_autofree struct mail_file *listed = g_new0(struct mail_file, count + 1);
    for (guint i = 0; i < count; i++)
        listed[i] = (struct mail_file){files[i][0], g_bytes_new(files[i][1], strlen(files[i][1]))};
    const struct mail_content content = {words, text, listed, count};
    g_autoptr(GBytes) mail = mail_write(&head, &content, &error);
    g_assert_no_error(error);
    for (guint i = 0; i < count; i++)
        g_bytes_unref(listed[i].bytes);
    struct parcel *parcel = make_parcel();
    gsize length = 0;
    const char *bytes = g_bytes_get_data(mail, &length);
    bool good = content_is_frozen(parcel, bytes, length, &error);
    g_assert_true(good || g_error_matches(error, FAULT_DOMAIN, FAULT_INTERNAL));
    drop_parcel(parcel);
    return good;
}

static void what_was_frozen_is_known(void)
{
    static const char *const files[][2] = {{"a.patch", "+one\n"}, {"b.patch", "+two\n"}};
    g_assert_true(holds(NULL, TEXT, files, 2));
    g_assert_true(holds(WORDS, TEXT, files, 2));
}

static void a_changed_text_is_seen(void)
{
    static const char *const files[][2] = {{"a.patch", "+one\n"}, {"b.patch", "+two\n"}};
    for (gsize i = 0; i < sizeof TEXT - 1; i++) {
        g_autofree char *changed = g_strdup(TEXT);
        if ((guchar)changed[i] >= 0x80)
            continue;
        changed[i] = changed[i] == 'x' ? 'y' : 'x';
        g_assert_false(holds(WORDS, changed, files, 2));
    }
    g_assert_false(holds(WORDS, TEXT "\n", files, 2));
    g_assert_false(holds(WORDS, "", files, 2));
    g_assert_false(holds(TEXT, WORDS, files, 2));
}

static void changed_files_are_seen(void)
{
    static const char *const cases[][3][2] = {
        {{"a.patch", "+one!\n"}, {"b.patch", "+two\n"}},
        {{"a.patch", "+one\n"}, {"b.patch", "+two"}},
        {{"b.patch", "+two\n"}, {"a.patch", "+one\n"}},
        {{"a.patch", "+two\n"}, {"b.patch", "+one\n"}},
        {{"A.patch", "+one\n"}, {"b.patch", "+two\n"}},
        {{"a.patch", "+one\r\n"}, {"b.patch", "+two\n"}},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_false(holds(WORDS, TEXT, cases[i], 2));
    static const char *const more[][2] = {
        {"a.patch", "+one\n"}, {"b.patch", "+two\n"}, {"c.patch", "+three\n"}};
    for (guint count = 0; count <= 3; count++)
        g_assert_true(holds(WORDS, TEXT, more, count) == (count == 2));
}

static void junk_is_no_mail(void)
{
    static const char *const mails[] = {"", "x", ("From: a@b.example\r\n\r\n" TEXT)};
    struct parcel *parcel = make_parcel();
    for (gsize i = 0; i < G_N_ELEMENTS(mails); i++)
        g_assert_false(content_is_frozen(parcel, mails[i], strlen(mails[i]), NULL));
    drop_parcel(parcel);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/content/what_was_frozen_is_known", what_was_frozen_is_known);
    g_test_add_func("/content/a_changed_text_is_seen", a_changed_text_is_seen);
    g_test_add_func("/content/changed_files_are_seen", changed_files_are_seen);
    g_test_add_func("/content/junk_is_no_mail", junk_is_no_mail);
    return g_test_run();
}
