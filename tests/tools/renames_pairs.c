/* Finds renames as the program does, to be compared with git: run inside a repository, reads what
 * `git diff-tree -r --raw -z --no-renames --no-abbrev --stdin` prints, and prints for each pair
 * "commit similarity gone NUL born NUL". Blobs come from `git cat-file --batch`. */
#include "renames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct blobs {
    FILE *ask;
    FILE *answer;
    GPtrArray *held; /* until the commit is done */
};

struct commit {
    char *id; /* NULL before the first */
    GArray *gone;
    GArray *born;
};

static void need(bool fine, const char *what)
{
    if (fine)
        return;
    g_printerr("renames_pairs: %s\n", what);
    exit(EXIT_FAILURE);
}

static void blobs_open(struct blobs *blobs)
{
    char *argv[] = {g_strdup("git"), g_strdup("cat-file"), g_strdup("--batch"), NULL};
    int in = -1, out = -1;
    need(g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &in,
                                  &out, NULL, NULL),
         "git cat-file does not start");
    for (int i = 0; argv[i] != NULL; i++)
        g_free(argv[i]);
    blobs->ask = fdopen(in, "w");
    blobs->answer = fdopen(out, "r");
    need(blobs->ask != NULL && blobs->answer != NULL, "no pipe to git cat-file");
    blobs->held = g_ptr_array_new_with_free_func(g_free);
}

static void blobs_close(struct blobs *blobs)
{
    fclose(blobs->ask);
    fclose(blobs->answer);
    g_ptr_array_unref(blobs->held);
}

static const char *read_blob(void *user, const struct rename_side *side, gsize *ret_length)
{
    struct blobs *blobs = user;
    for (gsize i = 0; i < sizeof side->id; i++)
        fprintf(blobs->ask, "%02x", side->id[i]);
    fputc('\n', blobs->ask);
    fflush(blobs->ask);
    char line[128];
    need(fgets(line, sizeof line, blobs->answer) != NULL, "git cat-file stopped");
    const char *blob = strstr(line, " blob ");
    need(blob != NULL, "not a blob");
    gsize length = strtoul(blob + strlen(" blob "), NULL, 10);
    char *bytes = g_malloc(length + 1);
    g_ptr_array_add(blobs->held, bytes);
    need(fread(bytes, 1, length + 1, blobs->answer) == length + 1, "a blob ends too early");
    *ret_length = length;
    return bytes;
}

static void add_side(GArray *sides, const char *mode, const char *id, const char *path)
{
    struct rename_side side = {.path = g_strdup(path), .mode = (guint32)strtoul(mode, NULL, 8)};
    for (gsize i = 0; i < sizeof side.id; i++)
        side.id[i] =
            (guint8)(g_ascii_xdigit_value(id[2 * i]) << 4 | g_ascii_xdigit_value(id[2 * i + 1]));
    g_array_append_val(sides, side);
}

/* ":oldmode newmode oldid newid status" */
static void add_change(struct commit *commit, const char *change, const char *path)
{
    g_auto(GStrv) words = g_strsplit(change + 1, " ", -1);
    need(g_strv_length(words) == 5 && strlen(words[2]) == 40, "not a raw change");
    if (strcmp(words[4], "D") == 0)
        add_side(commit->gone, words[0], words[2], path);
    if (strcmp(words[4], "A") == 0)
        add_side(commit->born, words[1], words[3], path);
}

static void print_pairs(const struct commit *commit, struct blobs *blobs)
{
    const struct rename_side *gone = (const struct rename_side *)(void *)commit->gone->data;
    const struct rename_side *born = (const struct rename_side *)(void *)commit->born->data;
    g_autoptr(GArray) pairs =
        renames_find(gone, commit->gone->len, born, commit->born->len, read_blob, blobs);
    for (guint i = 0; i < pairs->len; i++) {
        const struct rename_pair *pair = &g_array_index(pairs, struct rename_pair, i);
        printf("%s %u %s%c%s%c", commit->id, pair->similarity, gone[pair->gone].path, 0,
               born[pair->born].path, 0);
    }
    g_ptr_array_set_size(blobs->held, 0);
}

static void clear_side(gpointer side)
{
    g_free((gpointer)(guintptr)((struct rename_side *)side)->path);
}

static GArray *sides_new(void)
{
    GArray *sides = g_array_new(FALSE, FALSE, sizeof(struct rename_side));
    g_array_set_clear_func(sides, clear_side);
    return sides;
}

static void next_commit(struct commit *commit, struct blobs *blobs, const char *id)
{
    print_pairs(commit, blobs);
    g_free(commit->id);
    commit->id = g_strdup(id);
    g_array_set_size(commit->gone, 0);
    g_array_set_size(commit->born, 0);
}

int main(void)
{
    struct blobs blobs;
    blobs_open(&blobs);
    struct commit commit = {NULL, sides_new(), sides_new()};
    char *word = NULL, *path = NULL;
    size_t word_space = 0, path_space = 0;
    while (getdelim(&word, &word_space, 0, stdin) > 0) {
        if (word[0] != ':') {
            next_commit(&commit, &blobs, word);
            continue;
        }
        need(getdelim(&path, &path_space, 0, stdin) > 0, "a change without a path");
        add_change(&commit, word, path);
    }
    next_commit(&commit, &blobs, NULL);
    free(word);
    free(path);
    g_array_unref(commit.gone);
    g_array_unref(commit.born);
    blobs_close(&blobs);
    return EXIT_SUCCESS;
}
