#include "advisory_trial.h"

#include "fault.h"
#include "lint_draft.h"

#include <stdlib.h>
#include <string.h>

/* A companion: its table and its files. */
struct companion {
    struct manuscript *manuscript;
    GArray *patches;
};

struct trial {
    GPtrArray *tryouts; /* struct tryout * */
    GArray *places;     /* struct labels_place, one for each */
    GPtrArray *before;  /* struct companion * */
    GArray *series;     /* struct lint_series, one for each */
    struct lint_trial lint;
};

static void companion_free(gpointer pointer)
{
    struct companion *companion = pointer;
    manuscript_free(companion->manuscript);
    g_array_unref(companion->patches);
    g_free(companion);
}

static bool check_rules(const struct home_repository *repository, GError **error)
{
    for (char **rule = repository->labels; rule != NULL && *rule != NULL; rule++)
        if (!labels_good_rule(*rule))
            return fault_raise(error, FAULT_CONFIG,
                               "barograph.conf: [repository %s] labels has \"%s\": write "
                               "LABEL:BRANCH, with one * at most in each: Xen *.x:stable-*",
                               repository->name, *rule);
    return true;
}

static const char *find_main(const struct home_repository *repository, const struct tryout *tryout)
{
    static const char *const customs[] = {"master", "main"};
    if (repository->main_branch != NULL)
        return repository->main_branch;
    if (tryout_head(tryout) != NULL)
        return tryout_head(tryout);
    for (gsize i = 0; i < G_N_ELEMENTS(customs); i++)
        if (g_ptr_array_find_with_equal_func((GPtrArray *)(gsize)tryout_branches(tryout),
                                             customs[i], g_str_equal, NULL))
            return customs[i];
    return NULL;
}

static void add_place(struct trial *trial, const struct home_repository *repository,
                      struct tryout *tryout)
{
    const struct labels_place place = {
        .name = repository->name,
        .main_branch = find_main(repository, tryout),
        .stable = (const char *const *)repository->stable,
        .labels = (const char *const *)repository->labels,
        .branches = tryout_branches(tryout),
    };
    g_ptr_array_add(trial->tryouts, tryout);
    g_array_append_val(trial->places, place);
}

struct trial *trial_open(const struct home *home, GPtrArray *findings, GError **error)
{
    g_autoptr(Trial) trial = g_new0(struct trial, 1);
    trial->tryouts = g_ptr_array_new_with_free_func((GDestroyNotify)tryout_close);
    trial->places = g_array_new(FALSE, FALSE, sizeof(struct labels_place));
    trial->before = g_ptr_array_new_with_free_func(companion_free);
    trial->series = g_array_new(FALSE, FALSE, sizeof(struct lint_series));
    for (guint i = 0; i < home->repositories->len; i++) {
        const struct home_repository *repository = home->repositories->pdata[i];
        g_autofree char *path = home_repository_path(home, repository);
        g_autoptr(GError) reason = NULL;
        if (!check_rules(repository, error))
            return NULL;
        struct tryout *tryout = tryout_open(repository->name, path, repository->foreign, &reason);
        if (tryout != NULL)
            add_place(trial, repository, tryout);
        else
            lint_report(findings, LINT_PATCH_UNTRIED, 0, "no patch is tried on %s",
                        reason->message);
    }
    return g_steal_pointer(&trial);
}

void trial_close(struct trial *trial)
{
    if (trial == NULL)
        return;
    g_ptr_array_unref(trial->tryouts);
    g_array_unref(trial->places);
    g_ptr_array_unref(trial->before);
    g_array_unref(trial->series);
    g_free(trial);
}

/* 502 after 501, 2026-02 after 2026-01. */
static int compare_numbers(const char *left, const char *right)
{
    char *left_rest = NULL, *right_rest = NULL;
    guint64 a = g_ascii_strtoull(left, &left_rest, 10),
            b = g_ascii_strtoull(right, &right_rest, 10);
    if (a != b)
        return a < b ? -1 : 1;
    a = *left_rest == '-' ? g_ascii_strtoull(left_rest + 1, NULL, 10) : 0;
    b = *right_rest == '-' ? g_ascii_strtoull(right_rest + 1, NULL, 10) : 0;
    return a == b ? 0 : a < b ? -1 : 1;
}

static int by_number(gconstpointer left, gconstpointer right)
{
    return compare_numbers(*(char *const *)left, *(char *const *)right);
}

static void add_companion(struct trial *trial, const struct room *room, const char *number)
{
    struct manuscript *manuscript = manuscript_read(room->desk, room->layout, number, NULL);
    if (manuscript == NULL)
        return;
    struct companion *companion = g_new0(struct companion, 1);
    companion->manuscript = manuscript;
    companion->patches = lint_draft_patches(manuscript->files);
    g_ptr_array_add(trial->before, companion);
    const struct lint_series series = {manuscript->conf->rows, companion->patches};
    g_array_append_val(trial->series, series);
}

void trial_before(struct trial *trial, const struct room *room, const char *number,
                  const GPtrArray *companions)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < companions->len; i++) {
        const char *other = room_number(room, companions->pdata[i]);
        if (other != NULL && compare_numbers(other, number) < 0)
            g_ptr_array_add(sorted, (gpointer)(gsize)other);
    }
    g_ptr_array_sort(sorted, by_number);
    for (guint i = 0; i < sorted->len; i++)
        add_companion(trial, room, sorted->pdata[i]);
}

const struct lint_trial *trial_case(const struct trial *trial)
{
    struct lint_trial *lint = (struct lint_trial *)(gsize)&trial->lint;
    *lint = (struct lint_trial){
        .places = (const struct labels_place *)(gconstpointer)trial->places->data,
        .tryouts = (struct tryout *const *)trial->tryouts->pdata,
        .count = trial->places->len,
        .before = (const struct lint_series *)(gconstpointer)trial->series->data,
        .before_count = trial->series->len,
    };
    return lint;
}
