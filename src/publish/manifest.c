#include "manifest.h"

#include "below.h"
#include "fault.h"

#include <stdio.h>
#include <string.h>

#define MANIFEST_HEAD "barograph site 1"
#define JOURNAL_HEAD "barograph journal 1"
#define LAST_LINE "end"
#define SHA256_DIGITS 64

static void entry_free(gpointer pointer)
{
    struct manifest_entry *entry = pointer;
    g_free(entry->path);
    g_free(entry->sha256);
    g_free(entry->before);
    g_free(entry->advisory);
    g_free(entry);
}

struct manifest *manifest_new(void)
{
    struct manifest *manifest = g_new0(struct manifest, 1);
    manifest->entries = g_ptr_array_new_with_free_func(entry_free);
    manifest->by_path = g_hash_table_new(g_str_hash, g_str_equal);
    return manifest;
}

void manifest_free(struct manifest *manifest)
{
    if (manifest == NULL)
        return;
    g_hash_table_unref(manifest->by_path);
    g_ptr_array_unref(manifest->entries);
    g_free(manifest);
}

void manifest_add(struct manifest *manifest, const char *path, const char *sha256,
                  const char *before, const char *advisory)
{
    struct manifest_entry *entry = g_new0(struct manifest_entry, 1);
    entry->path = g_strdup(path);
    entry->sha256 = g_strdup(sha256);
    entry->before = g_strdup(before);
    entry->advisory = g_strdup(advisory);
    g_ptr_array_add(manifest->entries, entry);
    g_hash_table_insert(manifest->by_path, entry->path, entry);
}

const struct manifest_entry *manifest_find(const struct manifest *manifest, const char *path)
{
    return g_hash_table_lookup(manifest->by_path, path);
}

static int by_path(gconstpointer a, gconstpointer b)
{
    const struct manifest_entry *left = *(struct manifest_entry *const *)a;
    const struct manifest_entry *right = *(struct manifest_entry *const *)b;
    return strcmp(left->path, right->path);
}

static const char *or_dash(const char *word)
{
    return word == NULL ? "-" : word;
}

static const char *not_dash(const char *word)
{
    return g_str_equal(word, "-") ? NULL : word;
}

char *manifest_write(struct manifest *manifest)
{
    GString *text = g_string_new(MANIFEST_HEAD "\n");
    g_ptr_array_sort(manifest->entries, by_path);
    for (guint i = 0; i < manifest->entries->len; i++) {
        const struct manifest_entry *entry = manifest->entries->pdata[i];
        g_string_append_printf(text, "%s %s %s %s\n", entry->sha256, or_dash(entry->before),
                               or_dash(entry->advisory), entry->path);
    }
    g_string_append(text, LAST_LINE "\n");
    return g_string_free(text, FALSE);
}

static bool is_digest(const char *word)
{
    return strlen(word) == SHA256_DIGITS && strspn(word, "0123456789abcdef") == SHA256_DIGITS;
}

static bool read_entry(struct manifest *manifest, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 4);
    if (g_strv_length(words) != 4 || !is_digest(words[0]) ||
        (not_dash(words[1]) != NULL && !is_digest(words[1])) || *words[2] == '\0' ||
        !below_good_path(words[3]) || manifest_find(manifest, words[3]) != NULL)
        return false;
    manifest_add(manifest, words[3], words[0], not_dash(words[1]), not_dash(words[2]));
    return true;
}

/* The lines between the first and the last, which say that nothing is cut off; NULL: they do not.
 */
static GStrv lines_between(const char *text, const char *head)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    guint count = g_strv_length(lines);
    if (count < 3 || !g_str_equal(lines[0], head) || !g_str_equal(lines[count - 2], LAST_LINE) ||
        *lines[count - 1] != '\0')
        return NULL;
    g_clear_pointer(&lines[count - 1], g_free);
    g_clear_pointer(&lines[count - 2], g_free);
    return g_steal_pointer(&lines);
}

struct manifest *manifest_read(const char *text, GError **error)
{
    g_autoptr(Manifest) manifest = manifest_new();
    g_auto(GStrv) lines = lines_between(text, MANIFEST_HEAD);
    bool good = lines != NULL;
    for (char **line = lines; good && line[1] != NULL; line++)
        good = read_entry(manifest, line[1]);
    if (good)
        return g_steal_pointer(&manifest);
    fault_raise(error, FAULT_DATA,
                "the list of what was published is damaged: move it away and publish again; files "
                "that are as they would be published count as ours");
    return NULL;
}

/* --- the journal --- */

static const char *const verbs[] = {
    [JOURNAL_NEW] = "new",
    [JOURNAL_OVER] = "over",
    [JOURNAL_DROP] = "drop",
    [JOURNAL_SYNC] = "sync",
};

static void line_free(gpointer pointer)
{
    struct journal_line *line = pointer;
    g_free(line->path);
    g_free(line);
}

GPtrArray *journal_new(void)
{
    return g_ptr_array_new_with_free_func(line_free);
}

void journal_add(GPtrArray *journal, enum journal_verb verb, guint staged, const char *path)
{
    struct journal_line *line = g_new0(struct journal_line, 1);
    *line = (struct journal_line){verb, staged, g_strdup(path)};
    g_ptr_array_add(journal, line);
}

char *journal_write(const GPtrArray *journal)
{
    GString *text = g_string_new(JOURNAL_HEAD "\n");
    for (guint i = 0; i < journal->len; i++) {
        const struct journal_line *line = journal->pdata[i];
        g_string_append_printf(text, "%s %u %s\n", verbs[line->verb], line->staged, line->path);
    }
    g_string_append(text, LAST_LINE "\n");
    return g_string_free(text, FALSE);
}

static bool read_line(GPtrArray *journal, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", 3);
    guint64 staged = 0;
    if (g_strv_length(words) != 3 ||
        !g_ascii_string_to_unsigned(words[1], 10, 0, G_MAXUINT, &staged, NULL))
        return false;
    for (guint verb = 0; verb < JOURNAL_VERBS; verb++) {
        if (!g_str_equal(words[0], verbs[verb]))
            continue;
        if (verb != JOURNAL_SYNC && !below_good_path(words[2]))
            return false;
        journal_add(journal, verb, (guint)staged, words[2]);
        return true;
    }
    return false;
}

GPtrArray *journal_read(const char *text, GError **error)
{
    g_autoptr(GPtrArray) journal = journal_new();
    g_auto(GStrv) lines = lines_between(text, JOURNAL_HEAD);
    bool good = lines != NULL;
    for (char **line = lines; good && line[1] != NULL; line++)
        good = read_line(journal, line[1]);
    if (good)
        return g_steal_pointer(&journal);
    fault_raise(error, FAULT_DATA,
                "the journal of a publication that was interrupted is damaged: move it away and "
                "publish again");
    return NULL;
}
