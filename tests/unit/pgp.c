#include "pgp.h"

#include "fault.h"
#include "pgp_keys.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* One keyring for all tests, with throwaway keys: making them takes most of the time. */
static char *folder;
static char *plain_key, *locked_key, *expired_key;

static void run_gpg(const char *input, const char *const *arguments, char **ret_output)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) line = g_ptr_array_new();
    for (const char *const *head =
             (const char *const[]){"gpg", "--homedir", folder, "--batch", "--quiet", "--yes", NULL};
         *head != NULL; head++)
        g_ptr_array_add(line, (gpointer)(gsize)*head);
    for (; *arguments != NULL; arguments++)
        g_ptr_array_add(line, (gpointer)(gsize)*arguments);
    g_ptr_array_add(line, NULL);
    g_autofree char *path = g_build_filename(folder, "input", NULL);
    g_autofree char *errors = NULL;
    int status = 0;
    g_file_set_contents(path, input, -1, NULL);
    g_spawn_sync(NULL, (char **)line->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, ret_output,
                 &errors, &status, &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("gpg: %s", errors);
}

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    (void)facts;
    (void)kind;
    (void)walk;
    remove(path);
    return 0;
}

/* What is secret here is worth nothing: the agent shall not spend a second to unlock it. */
static void make_agent_quick(void)
{
    g_autofree char *path = g_build_filename(folder, "gpg-agent.conf", NULL);
    g_assert_true(g_file_set_contents(path, "s2k-count 65536\n", -1, NULL));
}

/* Everything but `name` and `expiry` is the same; the fingerprint is read from the listing. */
static char *make_key(const char *name, const char *passphrase, const char *fake_time,
                      const char *expiry)
{
    g_autofree char *listing = NULL;
    const char *make[] = {"--faked-system-time",
                          fake_time,
                          "--pinentry-mode",
                          "loopback",
                          "--passphrase",
                          passphrase,
                          "--quick-generate-key",
                          name,
                          "ed25519",
                          "sign",
                          expiry,
                          NULL};
    run_gpg("", make, NULL);
    run_gpg("", (const char *const[]){"--with-colons", "--list-keys", name, NULL}, &listing);
    const char *at = strstr(listing, "\nfpr:::::::::");
    g_assert_nonnull(at);
    return g_strndup(at + strlen("\nfpr:::::::::"), 40);
}

static char *sign_with(const char *key, const char *text, const char *option, const char *value)
{
    char *output = NULL;
    g_autofree char *path = g_build_filename(folder, "input", NULL);
    run_gpg(text,
            (const char *const[]){"-u", key, option, value, "--clearsign", "-o", "-", path, NULL},
            &output);
    return output;
}

static struct pgp *open_pgp(void)
{
    g_autoptr(GError) error = NULL;
    struct pgp *pgp = pgp_open(folder, &error);
    g_assert_no_error(error);
    return pgp;
}

#define TEXT "            Advisory\n\nISSUE\n=====\n\n- a dash\n-- two\nFrom here\n\xc3\xa4\n"

static enum pgp_verdict verdict_on(const char *bytes, struct pgp_signature *signature,
                                   char **ret_text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Pgp) pgp = open_pgp();
    g_assert_true(pgp_verify(pgp, bytes, strlen(bytes), signature, ret_text, &error));
    g_assert_no_error(error);
    return signature->verdict;
}

static void what_is_signed_verifies(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Pgp) pgp = open_pgp();
    g_autofree char *bytes = NULL, *text = NULL;
    struct pgp_signature made = {0}, read = {0};
    g_assert_true(pgp_clearsign(pgp, plain_key, TEXT, &bytes, &made, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(made.primary, ==, plain_key);
    g_assert_false(made.weak);
    g_assert_true(g_str_has_prefix(made.digest, "SHA"));
    g_assert_nonnull(strstr(bytes, "\n- - a dash\n- -- two\n"));
    g_assert_cmpint(verdict_on(bytes, &read, &text), ==, PGP_GOOD);
    g_assert_cmpint(strncmp(text, TEXT, strlen(TEXT) - 1), ==, 0);
    g_assert_cmpint(read.time, ==, made.time);
    g_assert_cmpstr(read.user, ==, "plain@tests.example");
    pgp_signature_clear(&made);
    pgp_signature_clear(&read);
}

static void a_changed_text_is_bad(void)
{
    g_autofree char *bytes = sign_with(plain_key, TEXT, "--digest-algo", "SHA256");
    g_autofree char *text = NULL;
    struct pgp_signature signature = {0};
    *strstr(bytes, "ISSUE") = 'X';
    g_assert_cmpint(verdict_on(bytes, &signature, &text), ==, PGP_BAD);
    pgp_signature_clear(&signature);
}

static void a_weak_digest_is_told(void)
{
    g_autofree char *bytes = sign_with(plain_key, TEXT, "--digest-algo", "SHA1");
    g_autofree char *text = NULL;
    struct pgp_signature signature = {0};
    g_assert_cmpint(verdict_on(bytes, &signature, &text), ==, PGP_GOOD);
    g_assert_true(signature.weak);
    g_assert_cmpstr(signature.digest, ==, "SHA1");
    pgp_signature_clear(&signature);
}

static void an_expired_key_is_told(void)
{
    g_autofree char *bytes =
        sign_with(expired_key, TEXT, "--faked-system-time", "20200102T000000!");
    g_autofree char *text = NULL;
    struct pgp_signature signature = {0};
    g_assert_cmpint(verdict_on(bytes, &signature, &text), ==, PGP_KEY_EXPIRED);
    pgp_signature_clear(&signature);
}

static void an_expired_signature_is_told(void)
{
    g_autofree char *path = g_build_filename(folder, "input", NULL);
    g_autofree char *bytes = NULL, *text = NULL;
    struct pgp_signature signature = {0};
    run_gpg(TEXT,
            (const char *const[]){"-u", plain_key, "--faked-system-time", "20240301T000000!",
                                  "--default-sig-expire", "1d", "--clearsign", "-o", "-", path,
                                  NULL},
            &bytes);
    g_assert_cmpint(verdict_on(bytes, &signature, &text), ==, PGP_EXPIRED);
    pgp_signature_clear(&signature);
}

static void an_unknown_key_is_told(void)
{
    g_autofree char *other = g_dir_make_tmp("k-XXXXXX", NULL);
    g_autofree char *bytes = sign_with(plain_key, TEXT, "--digest-algo", "SHA256");
    g_autofree char *text = NULL, *keys = NULL;
    struct pgp_signature signature = {0};
    guint count = 0;
    g_chmod(other, 0700);
    g_autoptr(Pgp) pgp = pgp_open(other, NULL);
    g_assert_true(pgp_verify(pgp, bytes, strlen(bytes), &signature, &text, NULL));
    g_assert_cmpint(signature.verdict, ==, PGP_UNKNOWN_KEY);
    g_assert_null(signature.primary);
    pgp_signature_clear(&signature);
    g_clear_pointer(&text, g_free);
    run_gpg("", (const char *const[]){"--armor", "--export", plain_key, NULL}, &keys);
    g_assert_true(pgp_import(pgp, keys, strlen(keys), &count, NULL));
    g_assert_cmpuint(count, ==, 1);
    g_assert_true(pgp_verify(pgp, bytes, strlen(bytes), &signature, &text, NULL));
    g_assert_cmpint(signature.verdict, ==, PGP_GOOD);
    g_assert_false(pgp_import(pgp, "nothing", 7, &count, NULL));
    pgp_signature_clear(&signature);
    nftw(other, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static void assert_unreadable(const char *bytes, const char *says)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Pgp) pgp = open_pgp();
    g_autofree char *text = NULL;
    struct pgp_signature signature = {0};
    g_assert_false(pgp_verify(pgp, bytes, strlen(bytes), &signature, &text, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_DATA);
    if (strstr(error->message, says) == NULL)
        g_error("\"%s\" does not say \"%s\"", error->message, says);
    g_assert_null(strstr(error->message, "ISSUE"));
}

static char *replaced(const char *text, const char *old, const char *new)
{
    g_auto(GStrv) parts = g_strsplit(text, old, 2);
    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    return g_strjoinv(new, parts);
}

static void what_only_looks_signed_is_refused(void)
{
    g_autofree char *bytes = sign_with(plain_key, TEXT, "--digest-algo", "SHA256");
    g_autofree char *before = g_strconcat("ISSUE unsigned\n", bytes, NULL);
    g_autofree char *after = g_strconcat(bytes, "ISSUE unsigned\n", NULL);
    g_autofree char *twice = g_strconcat(bytes, bytes, NULL);
    g_autofree char *cut = g_strndup(bytes, strlen(bytes) - 30);
    g_autofree char *header = replaced(bytes, "Hash: SHA256\n", "Hash: SHA256\nISSUE: all\n");
    g_autofree char *damaged = replaced(bytes, "SIGNATURE-----\n\n", "SIGNATURE-----\n\nAAAA");
    assert_unreadable("", "not a clearsigned text");
    assert_unreadable("ISSUE\n", "outside of the signed text");
    assert_unreadable(before, "outside of the signed text");
    assert_unreadable(after, "outside of the signed text");
    assert_unreadable(twice, "out of order");
    assert_unreadable(cut, "cut off");
    assert_unreadable(damaged, "damaged");
    assert_unreadable(header, "headers other than Hash");
    assert_unreadable("-----BEGIN PGP SIGNED MESSAGE-----", "headers");
}

static void two_signatures_are_refused(void)
{
    g_autofree char *path = g_build_filename(folder, "input", NULL);
    g_autofree char *bytes = NULL;
    run_gpg(TEXT,
            (const char *const[]){"-u", plain_key, "-u", locked_key, "--pinentry-mode", "loopback",
                                  "--passphrase", "secret", "--clearsign", "-o", "-", path, NULL},
            &bytes);
    assert_unreadable(bytes, "two signatures");
}

struct person {
    const char *answers[4];
    guint asked, wrong;
};

static char *answer(void *user, const char *hint, bool again)
{
    struct person *person = user;
    g_assert_nonnull(strstr(hint, "locked@tests.example"));
    person->wrong += again;
    return g_strdup(person->answers[MIN(person->asked++, 3)]);
}

static void forget_in_agent(void)
{
    g_autofree char *output = NULL;
    char *line[] = {(char *)(gsize) "gpgconf", (char *)(gsize) "--homedir", folder,
                    (char *)(gsize) "--kill",  (char *)(gsize) "gpg-agent", NULL};
    g_spawn_sync(NULL, line, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL);
}

static void a_batch_asks_once(void)
{
    g_autoptr(Pgp) pgp = open_pgp();
    struct person person = {{"wrong", "secret"}, 0, 0};
    pgp_set_ask(pgp, answer, &person);
    for (guint i = 0; i < 4; i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *bytes = NULL;
        struct pgp_signature signature = {0};
        forget_in_agent(); /* else it would not ask again anyway */
        bool done = pgp_clearsign(pgp, locked_key, TEXT, &bytes, &signature, &error);
        if (!done && person.asked == 1)
            continue; /* gpg gives up at the first wrong one; the next call asks again */
        g_assert_no_error(error);
        pgp_signature_clear(&signature);
    }
    g_assert_cmpuint(person.asked, ==, 2);
}

static void a_closed_mouth_signs_nothing(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Pgp) pgp = open_pgp();
    g_autofree char *bytes = NULL;
    struct person person = {{NULL}, 0, 0};
    struct pgp_signature signature = {0};
    forget_in_agent();
    pgp_set_ask(pgp, answer, &person);
    g_assert_false(pgp_clearsign(pgp, locked_key, TEXT, &bytes, &signature, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_PERMISSION);
    g_assert_null(bytes);
}

static void unusable_keys_are_named(void)
{
    const struct {
        const char *key, *text, *says;
        enum fault kind;
    } wrong[] = {
        {expired_key, TEXT, "has expired", FAULT_CONFIG},
        {"0123456789ABCDEF0123456789ABCDEF01234567", TEXT, "no secret key", FAULT_CONFIG},
        {"ada@tests.example", TEXT, "full fingerprint", FAULT_CONFIG},
        {plain_key + 24, TEXT, "full fingerprint", FAULT_CONFIG},
        {plain_key, "no line end", "line end", FAULT_DATA},
        {plain_key, "a\nblank \nat an end\n", "line 2 ends in a blank", FAULT_DATA},
        {plain_key, "a return\r\n", "line 1", FAULT_DATA},
        {plain_key, "broken \xff\n", "not UTF-8", FAULT_DATA},
    };
    g_autoptr(Pgp) pgp = open_pgp();
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *bytes = NULL;
        struct pgp_signature signature = {0};
        g_assert_false(pgp_clearsign(pgp, wrong[i].key, wrong[i].text, &bytes, &signature, &error));
        g_assert_error(error, FAULT_DOMAIN, (int)wrong[i].kind);
        if (strstr(error->message, wrong[i].says) == NULL)
            g_error("\"%s\" does not say \"%s\"", error->message, wrong[i].says);
    }
}

static void a_weak_configuration_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Pgp) pgp = open_pgp();
    g_autofree char *conf = g_build_filename(folder, "gpg.conf", NULL);
    g_autofree char *bytes = NULL;
    struct pgp_signature signature = {0};
    g_file_set_contents(conf, "digest-algo SHA1\n", -1, NULL);
    bool done = pgp_clearsign(pgp, plain_key, TEXT, &bytes, &signature, &error);
    g_unlink(conf);
    g_assert_false(done);
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    g_assert_nonnull(strstr(error->message, "SHA1"));
}

static void a_signature_lies_beside(void)
{
    static const char bytes[] = "{ \"any\": \"bytes \"}\r\n\0 and more";
    const gsize length = sizeof bytes;
    g_autoptr(GError) error = NULL;
    g_autoptr(Pgp) pgp = open_pgp();
    g_autofree char *armour = NULL;
    struct pgp_signature signature = {0};
    g_assert_true(pgp_sign_detached(pgp, plain_key, bytes, length, &armour, &error));
    g_assert_no_error(error);
    g_assert_true(g_str_has_prefix(armour, "-----BEGIN PGP SIGNATURE-----\n"));
    g_assert_true(
        pgp_verify_detached(pgp, bytes, length, armour, strlen(armour), &signature, NULL));
    g_assert_cmpint(signature.verdict, ==, PGP_GOOD);
    g_assert_cmpstr(signature.primary, ==, plain_key);
    pgp_signature_clear(&signature);
    g_assert_true(
        pgp_verify_detached(pgp, bytes, length - 2, armour, strlen(armour), &signature, NULL));
    g_assert_cmpint(signature.verdict, ==, PGP_BAD);
    pgp_signature_clear(&signature);
    g_clear_pointer(&armour, g_free);
    g_assert_false(pgp_sign_detached(pgp, expired_key, bytes, length, &armour, &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_CONFIG);
    g_assert_null(armour);
}

static void a_public_key_is_given_out(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Pgp) pgp = open_pgp();
    g_autoptr(GBytes) key = pgp_key_export(pgp, plain_key, &error);
    gsize length = 0;
    g_assert_no_error(error);
    const char *text = g_bytes_get_data(key, &length);
    g_autofree char *whole = g_strndup(text, length);
    g_assert_true(g_str_has_prefix(whole, "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"));
    g_autoptr(GPtrArray) keys = pgp_keys_in(pgp, text, length, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(keys->len, ==, 1);
    g_assert_cmpstr(((const struct pgp_key *)keys->pdata[0])->fingerprint, ==, plain_key);
    g_assert_null(pgp_key_export(pgp, "0123456789ABCDEF0123456789ABCDEF01234567", &error));
    g_assert_error(error, FAULT_DOMAIN, FAULT_NOINPUT);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("g-XXXXXX", NULL); /* short: the agent's socket is in it */
    make_agent_quick();
    g_chmod(folder, 0700);
    plain_key = make_key("plain@tests.example", "", "20240101T000000!", "never");
    locked_key = make_key("locked@tests.example", "secret", "20240101T000000!", "never");
    expired_key = make_key("expired@tests.example", "", "20200101T000000!", "20200201T000000");
    g_test_add_func("/pgp/sign", what_is_signed_verifies);
    g_test_add_func("/pgp/bad", a_changed_text_is_bad);
    g_test_add_func("/pgp/weak", a_weak_digest_is_told);
    g_test_add_func("/pgp/expired-key", an_expired_key_is_told);
    g_test_add_func("/pgp/expired", an_expired_signature_is_told);
    g_test_add_func("/pgp/unknown", an_unknown_key_is_told);
    g_test_add_func("/pgp/looks", what_only_looks_signed_is_refused);
    g_test_add_func("/pgp/two", two_signatures_are_refused);
    g_test_add_func("/pgp/batch", a_batch_asks_once);
    g_test_add_func("/pgp/silent", a_closed_mouth_signs_nothing);
    g_test_add_func("/pgp/unusable", unusable_keys_are_named);
    g_test_add_func("/pgp/configuration", a_weak_configuration_is_refused);
    g_test_add_func("/pgp/beside", a_signature_lies_beside);
    g_test_add_func("/pgp/export", a_public_key_is_given_out);
    int status = g_test_run();
    forget_in_agent();
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    g_free(folder);
    g_free(plain_key);
    g_free(locked_key);
    g_free(expired_key);
    return status;
}
