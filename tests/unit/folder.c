#include "folder.h"

#include "fault.h"

#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct fixture {
    char *top;  /* a throwaway folder */
    char *path; /* the site in it */
    GPtrArray *documents;
};

static int remove_entry(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    (void)facts;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void set_up(struct fixture *fixture, const void *data)
{
    (void)data;
    umask(077);
    fixture->top = g_dir_make_tmp("folder-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->top, "www", "site", NULL);
    fixture->documents = g_ptr_array_new_with_free_func(site_document_free);
}

static void tear_down(struct fixture *fixture, const void *data)
{
    (void)data;
    g_ptr_array_unref(fixture->documents);
    nftw(fixture->top, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    g_free(fixture->path);
    g_free(fixture->top);
}

static void add(struct fixture *fixture, const char *path, const char *text, const char *advisory)
{
    struct site_document *document = g_new0(struct site_document, 1);
    document->path = g_strdup(path);
    document->bytes = g_bytes_new(text, strlen(text));
    document->advisory = g_strdup(advisory);
    g_ptr_array_add(fixture->documents, document);
}

static void begin(struct fixture *fixture)
{
    g_ptr_array_set_size(fixture->documents, 0);
}

static struct folder_tally publish_forced(const struct fixture *fixture, bool force, GError **error)
{
    struct folder_tally tally = {0};
    g_autoptr(Folder) folder = folder_open(fixture->path, FOLDER_WRITE, error);
    g_autoptr(GPtrArray) plan =
        folder == NULL ? NULL : folder_plan(folder, fixture->documents, force, error);
    if (plan != NULL)
        folder_write(folder, fixture->documents, plan, &tally, error);
    return tally;
}

static struct folder_tally publish(const struct fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    struct folder_tally tally = publish_forced(fixture, false, &error);
    g_assert_no_error(error);
    return tally;
}

static void refused(const struct fixture *fixture, bool force, enum fault kind, const char *says)
{
    g_autoptr(GError) error = NULL;
    publish_forced(fixture, force, &error);
    g_assert_error(error, FAULT_DOMAIN, (int)kind);
    g_assert_nonnull(strstr(error->message, says));
}

static char *in(const struct fixture *fixture, const char *path)
{
    return g_build_filename(fixture->path, path, NULL);
}

static char *text_of(const struct fixture *fixture, const char *path)
{
    char *text = NULL;
    g_autofree char *file = in(fixture, path);
    g_file_get_contents(file, &text, NULL, NULL);
    return text;
}

static void holds(const struct fixture *fixture, const char *path, const char *wanted)
{
    g_autofree char *text = text_of(fixture, path);
    g_assert_cmpstr(text, ==, wanted);
}

static void put(const struct fixture *fixture, const char *path, const char *text)
{
    g_autofree char *file = in(fixture, path);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
}

static guint mode_of(const struct fixture *fixture, const char *path)
{
    struct stat facts;
    g_autofree char *file = in(fixture, path);
    g_assert_cmpint(lstat(file, &facts), ==, 0);
    return facts.st_mode & 07777;
}

static void tallied(struct folder_tally tally, guint written, guint kept, guint removed)
{
    g_assert_cmpuint(tally.written, ==, written);
    g_assert_cmpuint(tally.kept, ==, kept);
    g_assert_cmpuint(tally.removed, ==, removed);
}

static void everybody_can_read_it(struct fixture *fixture, const void *data)
{
    (void)data;
    add(fixture, "a/b/one.txt", "one", "1");
    add(fixture, "index.html", "one", NULL);
    tallied(publish(fixture), 2, 0, 0);
    g_assert_cmpuint(mode_of(fixture, "."), ==, 0755);
    g_assert_cmpuint(mode_of(fixture, ".."), ==, 0755);
    g_assert_cmpuint(mode_of(fixture, "a"), ==, 0755);
    g_assert_cmpuint(mode_of(fixture, "a/b"), ==, 0755);
    g_assert_cmpuint(mode_of(fixture, "a/b/one.txt"), ==, 0644);
    g_assert_cmpuint(mode_of(fixture, ".barograph"), ==, 0700);
}

static void twice_changes_nothing(struct fixture *fixture, const void *data)
{
    struct stat before, after;
    g_autofree char *list = in(fixture, ".barograph/manifest");
    g_autofree char *hidden = in(fixture, ".barograph");
    (void)data;
    add(fixture, "one.txt", "one", "1");
    publish(fixture);
    g_assert_cmpint(stat(list, &before), ==, 0);
    tallied(publish(fixture), 0, 1, 0);
    g_assert_cmpint(stat(list, &after), ==, 0);
    g_assert_cmpuint(before.st_ino, ==, after.st_ino);
    g_assert_cmpint(before.st_mtim.tv_nsec, ==, after.st_mtim.tv_nsec);
    g_autoptr(GDir) left = g_dir_open(hidden, 0, NULL);
    guint count = 0;
    while (g_dir_read_name(left) != NULL)
        count++;
    g_assert_cmpuint(count, ==, 2); /* lock, manifest */
}

static void what_is_no_longer_made_goes(struct fixture *fixture, const void *data)
{
    g_autofree char *deep = in(fixture, "a/b");
    g_autofree char *shared = in(fixture, "c");
    (void)data;
    add(fixture, "a/b/one.txt", "one", "1");
    add(fixture, "c/two.txt", "two", "2");
    publish(fixture);
    put(fixture, "c/theirs.txt", "theirs");
    begin(fixture);
    tallied(publish(fixture), 0, 0, 2);
    g_assert_false(g_file_test(deep, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(shared, G_FILE_TEST_IS_DIR));
    holds(fixture, "c/theirs.txt", "theirs");
}

static void what_is_not_ours_stays(struct fixture *fixture, const void *data)
{
    (void)data;
    add(fixture, "one.txt", "one", "1");
    publish(fixture);
    put(fixture, "two.txt", "theirs");
    begin(fixture);
    add(fixture, "one.txt", "another", "1");
    add(fixture, "two.txt", "ours", "2");
    refused(fixture, true, FAULT_CANTCREATE, "two.txt is not ours");
    holds(fixture, "one.txt", "one");
    holds(fixture, "two.txt", "theirs");
    put(fixture, "two.txt", "ours"); /* to the byte: as if it were */
    tallied(publish(fixture), 1, 1, 0);
}

static void what_somebody_edited_is_asked_about(struct fixture *fixture, const void *data)
{
    (void)data;
    add(fixture, "one.txt", "one", "1");
    add(fixture, "two.txt", "two", "2");
    publish(fixture);
    put(fixture, "one.txt", "edited");
    refused(fixture, false, FAULT_PERMISSION, "(one.txt)");
    holds(fixture, "one.txt", "edited");
    tallied(publish_forced(fixture, true, NULL), 1, 1, 0);
    holds(fixture, "one.txt", "one");
    put(fixture, "two.txt", "edited");
    begin(fixture);
    add(fixture, "one.txt", "one", "1");
    refused(fixture, false, FAULT_PERMISSION, "(two.txt)");
    holds(fixture, "two.txt", "edited");
    tallied(publish_forced(fixture, true, NULL), 0, 1, 1);
}

static void what_somebody_removed_is_there_again(struct fixture *fixture, const void *data)
{
    g_autofree char *file = in(fixture, "a/one.txt");
    (void)data;
    add(fixture, "a/one.txt", "one", "1");
    publish(fixture);
    g_assert_cmpint(unlink(file), ==, 0);
    tallied(publish(fixture), 1, 0, 0);
    holds(fixture, "a/one.txt", "one");
}

static void links_are_not_followed(struct fixture *fixture, const void *data)
{
    g_autofree char *outside = g_build_filename(fixture->top, "outside", NULL);
    g_autofree char *victim = g_build_filename(outside, "one.txt", NULL);
    g_autofree char *folder = in(fixture, "a");
    g_autofree char *file = in(fixture, "two.txt");
    (void)data;
    add(fixture, "index.html", "index", NULL);
    publish(fixture);
    g_assert_cmpint(g_mkdir(outside, 0755), ==, 0);
    g_assert_true(g_file_set_contents(victim, "theirs", -1, NULL));
    g_assert_cmpint(symlink(outside, folder), ==, 0);
    g_assert_cmpint(symlink(victim, file), ==, 0);
    add(fixture, "a/one.txt", "ours", "1");
    refused(fixture, true, FAULT_CANTCREATE, "a/one.txt is not ours");
    begin(fixture);
    add(fixture, "index.html", "index", NULL);
    add(fixture, "two.txt", "theirs", "1"); /* what the link leads to says the same */
    refused(fixture, true, FAULT_CANTCREATE, "two.txt is not ours");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(victim, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "theirs");
}

static void a_link_in_the_place_of_ours_is_replaced(struct fixture *fixture, const void *data)
{
    g_autofree char *victim = g_build_filename(fixture->top, "victim", NULL);
    g_autofree char *file = in(fixture, "one.txt");
    g_autofree char *text = NULL;
    (void)data;
    add(fixture, "one.txt", "one", "1");
    publish(fixture);
    g_assert_true(g_file_set_contents(victim, "one", -1, NULL));
    g_assert_cmpint(unlink(file), ==, 0);
    g_assert_cmpint(symlink(victim, file), ==, 0);
    refused(fixture, false, FAULT_PERMISSION, "(one.txt)");
    tallied(publish_forced(fixture, true, NULL), 1, 0, 0);
    g_assert_false(g_file_test(file, G_FILE_TEST_IS_SYMLINK));
    g_assert_true(g_file_get_contents(victim, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "one");
}

static void bad_paths_are_refused(struct fixture *fixture, const void *data)
{
    static const char *const bad[] = {
        "",    "/a",   "a/",           "a//b",        "../a", "a/../b", ".hidden", "a/.b", "-a",
        "a b", "a\nb", ".barograph/x", "caf\xc3\xa9", "a\\b", "a:b",    ".",       "a/..", "~a"};
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(below_good_path(bad[i]));
    g_assert_true(below_good_path(".well-known/csaf/provider-metadata.json"));
    add(fixture, "a", "one", "1");
    add(fixture, "a/b", "two", "2");
    refused(fixture, false, FAULT_DATA, "as a document and as a folder");
    begin(fixture);
    add(fixture, "a", "one", "1");
    add(fixture, "a", "two", "2");
    refused(fixture, false, FAULT_DATA, "twice");
}

static void one_at_a_time(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Folder) folder = folder_open(fixture->path, FOLDER_WRITE, &error);
    (void)data;
    g_assert_no_error(error);
    g_assert_nonnull(folder);
    pid_t child = fork();
    if (child == 0) {
        g_autoptr(GError) busy = NULL;
        bool there = folder_open(fixture->path, FOLDER_WRITE, &busy) != NULL;
        _exit(!there && g_error_matches(busy, FAULT_DOMAIN, FAULT_BUSY) ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    g_assert_cmpint(status, ==, 0);
}

static void looking_changes_nothing(struct fixture *fixture, const void *data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Folder) folder = folder_open(fixture->path, FOLDER_LOOK, &error);
    (void)data;
    g_assert_no_error(error);
    add(fixture, "a/one.txt", "one", "1");
    g_autoptr(GPtrArray) plan = folder_plan(folder, fixture->documents, false, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(plan->len, ==, 1);
    g_assert_false(g_file_test(fixture->path, G_FILE_TEST_EXISTS));
}

static void a_damaged_list_is_no_list(struct fixture *fixture, const void *data)
{
    g_autofree char *list = in(fixture, ".barograph/manifest");
    (void)data;
    add(fixture, "one.txt", "one", "1");
    publish(fixture);
    g_autofree char *text = text_of(fixture, ".barograph/manifest");
    put(fixture, ".barograph/manifest", "barograph site 1\n");
    refused(fixture, true, FAULT_DATA, "move it away");
    g_assert_cmpint(unlink(list), ==, 0);
    tallied(publish(fixture), 0, 1, 0);
    holds(fixture, ".barograph/manifest", text);
}

static void what_it_had_before_is_known(struct fixture *fixture, const void *data)
{
    g_autofree char *one = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "one", -1);
    g_autofree char *two = g_compute_checksum_for_string(G_CHECKSUM_SHA256, "two", -1);
    (void)data;
    add(fixture, "a.txt", "one", "2026-01");
    publish(fixture);
    begin(fixture);
    add(fixture, "a.txt", "two", "2026-01");
    publish(fixture);
    tallied(publish(fixture), 0, 1, 0);
    g_autoptr(Folder) folder = folder_open(fixture->path, FOLDER_LOOK, NULL);
    const struct manifest_entry *entry = manifest_find(folder_manifest(folder), "a.txt");
    g_assert_cmpstr(entry->sha256, ==, two);
    g_assert_cmpstr(entry->before, ==, one);
    g_assert_cmpstr(entry->advisory, ==, "2026-01");
    g_assert_true(folder_has(folder, "2026-01"));
    g_assert_false(folder_has(folder, NULL));
}

/* --- what may happen to the machine --- */

enum { DOCUMENTS = 30, KILLS = 24 };

/* Another generation has other documents, and an index that names them. */
static void generate(struct fixture *fixture, guint generation)
{
    g_autoptr(GString) index = g_string_new(NULL);
    begin(fixture);
    for (guint i = 0; i < DOCUMENTS; i++) {
        g_autofree char *path = g_strdup_printf("d%u/%u.txt", i % 3, generation * 10 + i);
        g_autofree char *text = g_strdup_printf("%u of %u\n", i, generation);
        add(fixture, path, text, "1");
        g_string_append_printf(index, "%s\n", path);
    }
    add(fixture, "index.html", index->str, NULL);
    add(fixture, "feed.atom", index->str, NULL);
}

/* As readers see it at this moment: what a list names is there. */
static void lists_are_true(const struct fixture *fixture)
{
    static const char *const lists[] = {"index.html", "feed.atom"};
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_autofree char *text = text_of(fixture, lists[i]);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; **line != '\0'; line++) {
            g_autofree char *file = in(fixture, *line);
            g_assert_true(g_file_test(file, G_FILE_TEST_IS_REGULAR));
        }
    }
}

static guint files_below;
static int count_files(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    files_below += kind == FTW_F && strstr(path, "/.barograph/") == NULL;
    (void)facts;
    (void)walk;
    return 0;
}

static void is_whole(const struct fixture *fixture)
{
    for (guint i = 0; i < fixture->documents->len; i++) {
        const struct site_document *document = fixture->documents->pdata[i];
        g_autofree char *text = text_of(fixture, document->path);
        gsize length = 0;
        const char *wanted = g_bytes_get_data(document->bytes, &length);
        g_assert_true(text != NULL && strlen(text) == length && memcmp(text, wanted, length) == 0);
    }
    files_below = 0;
    nftw(fixture->path, count_files, 16, FTW_PHYS);
    g_assert_cmpuint(files_below, ==, fixture->documents->len);
}

static gint64 time_of_one(struct fixture *fixture)
{
    gint64 start = g_get_monotonic_time();
    publish(fixture);
    return g_get_monotonic_time() - start;
}

/* And then so many microseconds more: in the middle of the renames. */
static void wait_for_journal(const struct fixture *fixture, pid_t child, gulong longer)
{
    siginfo_t ended = {0};
    g_autofree char *journal = in(fixture, ".barograph/journal");
    while (!g_file_test(journal, G_FILE_TEST_EXISTS) && ended.si_pid == 0)
        waitid(P_PID, (id_t)child, &ended, WEXITED | WNOHANG | WNOWAIT);
    g_usleep(longer);
}

static void killed_at_any_moment(struct fixture *fixture, const void *data)
{
    guint interrupted = 0;
    (void)data;
    generate(fixture, 0);
    gint64 length = time_of_one(fixture);
    for (guint i = 1; i <= KILLS; i++) {
        generate(fixture, i % 2);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            publish(fixture);
            _exit(0);
        }
        if (i % 3 == 0)
            g_usleep((gulong)(length * i / KILLS));
        else
            wait_for_journal(fixture, child, i * 40);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        lists_are_true(fixture);
        g_autoptr(Folder) folder = folder_open(fixture->path, FOLDER_WRITE, NULL);
        g_assert_nonnull(folder);
        interrupted += folder_was_interrupted(folder);
        g_clear_pointer(&folder, folder_close);
        lists_are_true(fixture);
        publish(fixture);
        is_whole(fixture);
    }
    g_test_message("%u of %u kills were in the middle of the renames", interrupted, KILLS);
}

/* As if the disk were full at every size of what is written. */
static void a_full_disk_changes_nothing(struct fixture *fixture, const void *data)
{
    (void)data;
    signal(SIGXFSZ, SIG_IGN);
    generate(fixture, 0);
    publish(fixture);
    for (rlim_t most = 0; most < 2000; most += 150) {
        struct rlimit limit = {most, RLIM_INFINITY}, none = {RLIM_INFINITY, RLIM_INFINITY};
        g_autoptr(GError) error = NULL;
        generate(fixture, 1);
        setrlimit(RLIMIT_FSIZE, &limit);
        publish_forced(fixture, false, &error);
        setrlimit(RLIMIT_FSIZE, &none);
        g_assert_error(error, FAULT_DOMAIN, FAULT_IO);
        generate(fixture, 0);
        is_whole(fixture);
        tallied(publish(fixture), 0, DOCUMENTS + 2, 0);
    }
    generate(fixture, 1);
    publish(fixture);
    is_whole(fixture);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add("/folder/" #name, struct fixture, NULL, set_up, name, tear_down)
    TEST(everybody_can_read_it);
    TEST(twice_changes_nothing);
    TEST(what_is_no_longer_made_goes);
    TEST(what_is_not_ours_stays);
    TEST(what_somebody_edited_is_asked_about);
    TEST(what_somebody_removed_is_there_again);
    TEST(links_are_not_followed);
    TEST(a_link_in_the_place_of_ours_is_replaced);
    TEST(bad_paths_are_refused);
    TEST(one_at_a_time);
    TEST(looking_changes_nothing);
    TEST(a_damaged_list_is_no_list);
    TEST(what_it_had_before_is_known);
    TEST(killed_at_any_moment);
    TEST(a_full_disk_changes_nothing);
    return g_test_run();
}
